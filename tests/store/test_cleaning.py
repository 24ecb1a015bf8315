"""What is cleared away, and what never is."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import sqlalchemy as sa

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.outbox import Address, News, Said
from bot.store.cleaning import AT_ONCE, FOR_A_WHILE, FOR_EVER, FOR_NOW
from bot.store.codes import GivenCodes
from bot.store.decisions import Decision
from bot.store.people import People
from bot.store.tables import files, metadata
from tests.store.recording import work
from tests.store.whole import Store, open_store

KEEP = timedelta(days=730)


def counts(store: Store) -> dict[str, int]:
    with store._database.reading() as db:
        return {
            table.name: int(db.scalar(sa.select(sa.func.count()).select_from(table)) or 0)
            for table in metadata.sorted_tables
        }


def test_every_table_is_kept_for_ever_for_a_while_or_for_now() -> None:
    """Whoever adds one says which."""
    kinds = [*FOR_A_WHILE, *FOR_EVER, *FOR_NOW]

    assert sorted(kinds, key=str) == sorted(metadata.sorted_tables, key=str)


def test_nothing_that_keeps_once_is_ever_cleaned_away(database_url: str) -> None:
    """However old it is."""
    with closing(open_store(database_url)) as store:
        work(store, GivenCodes(store._database))
        before, waiting = counts(store), store.outbox.mail().notices
        while store.clean(timedelta(days=-999)):
            pass
        after, still = counts(store), store.outbox.mail().notices

    kept = {name for name in after if after[name] == before[name]}
    assert kept == {table.name for table in (*FOR_EVER, *FOR_NOW)}
    left = {table.name: after[table.name] for table in FOR_A_WHILE if after[table.name]}
    assert left == {"outbox": len(waiting)}  # whatever somebody has still to hear
    assert still == waiting


def test_a_host_that_is_still_one_keeps_what_it_had(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        for place in ("here", "gone"):
            store.note(place, {"old": "1", "new": "2"})
        with store._database.writing() as db:
            db.execute(
                sa.update(files)
                .where(sa.or_(files.c.place == "gone", files.c.digest == "old"))
                .values(at=store.now() - KEEP - timedelta(days=1))
            )
        store.clean(KEEP)

        assert store.had("here") == {"old": "1", "new": "2"}
        assert store.had("gone") == {}


def test_what_is_old_goes_a_little_at_a_time_and_what_is_not_stays(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        now = store.now()
        for n in range(AT_ONCE + 1):
            store.decide(Decision(at=now - KEEP - timedelta(days=1 + n), who="U", what="old"))
        store.decide(Decision(at=now - KEEP + timedelta(days=1), who="U", what="young"))
        more, end = store.clean(KEEP), store.clean(KEEP)

        assert [more, end] == [True, False]
        assert [decision.what for decision in store.all()] == ["young"]


def test_who_is_forgotten_takes_along_their_own_letters_and_nobody_elses(database_url: str) -> None:
    gone, stays = "U0GONE0001", "U0STAYS001"
    alarm = Alarm(subject="s", text=f"<@{gone}> approved it")
    to = (Address(whom=gone), Address(whom=stays))
    with closing(open_store(database_url)) as store:
        store.outbox.tell(News(said=(Said(alarm=alarm, to=to, wait=timedelta(0)),)))
        People(store._database).forget(gone)
        (left,) = store.outbox.mail().notices

    assert left.whom == stays
    assert left.alarm.text.startswith("<@erased-")
