"""That a workspace takes no folded stories is known to all replicas, and not for ever."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import sqlalchemy as sa

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.outbox import LOG, Address, News, Said
from bot.store.folding import AGAIN
from bot.store.tables import counters
from tests.store.whole import open_store

NEWS = News(
    said=(Said(alarm=Alarm(subject="folding", text="t"), to=(Address(whom=LOG),), wait=timedelta(0)),)
)


def test_a_refusal_is_remembered_told_once_and_forgotten_after_a_while(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        at_first, before = store.refuses_folding(), store.look().changes
        store.note_refusal(NEWS)
        store.note_refusal(NEWS)
        known, after = store.refuses_folding(), store.look().changes
        told = len(store.outbox.mail().notices)
        with store._database.writing() as db:
            days = counters.c.value - (AGAIN + timedelta(days=1)) // timedelta(milliseconds=1)
            db.execute(sa.update(counters).where(counters.c.name == "folding refused").values(value=days))
        later = store.refuses_folding()

    assert (at_first, known, later) == (False, True, False)
    assert after > before, "every replica reads it"
    assert told == 1
