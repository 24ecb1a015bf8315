"""Keeps what a version says to its database, so that later versions can be tested from there and beside it.

    python -m tests.store.recording

writes the recordings of the present schema: each statement of a start on an empty database and of a round of
work in every table. It is done once, before a step is added to bot/store/migrations.py; then it is history.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.answers import Accepted
from bot.core.delivery.changes import answered
from bot.core.delivery.copies import Stale
from bot.core.delivery.outbox import Address, Letter, News, Said, Task
from bot.core.delivery.revival import BY_CORRECTION, BY_POST
from bot.core.delivery.state import Kind, Posting, State, Step, Verdict
from bot.core.message import Message, Part
from bot.core.numbering import Numbered
from bot.core.settings import DeliverySettings
from bot.store.codes import GivenCodes
from bot.store.database import open_database
from bot.store.decisions import Decision
from bot.store.ledger import Claim
from bot.store.limits import Limit
from bot.store.migrations import SCHEMA
from bot.store.outbox import Claimed
from tests.postgres import PostgresServer, binaries
from tests.store.whole import Store

RECORDINGS = Path(__file__).with_name("recordings")
ROUND = "round-0"  # in every key that the work writes; said again, each round has another
RULES = DeliverySettings()
SLOT = datetime(2026, 9, 1, 9, tzinfo=UTC)
Statement = tuple[str, Any]


def work(store: Store, codes: GivenCodes) -> None:
    """Do whatever a replica may do, and leave a row in every table."""
    _see_a_channel(store)
    _give_codes(codes)
    _deliver(store)
    _correct_and_retract(store)
    _share(store)
    _say(store)
    _tell(store)


def _see_a_channel(store: Store) -> None:
    store.saw(f"#{ROUND}")
    store.saw(f"#{ROUND}", f"C-{ROUND}")
    store.skip(f"C-{ROUND}", date(2026, 12, 25))
    store.unskip(f"C-{ROUND}", date(2026, 12, 26))
    store.known()
    store.note_look(f"C-{ROUND}")
    store.looked()
    store.skipped()
    store.beat(ROUND, catch_up=timedelta(hours=12))
    store.running()


def _give_codes(codes: GivenCodes) -> None:
    codes.numberings([ROUND])
    codes.number(ROUND, [Numbered(n=n, url="", headline="h", body="b") for n in (1, 2)])
    codes.number(ROUND, [Numbered(n=1, url="u", headline="i", body="c")])
    codes.places({f"week {ROUND}": [ROUND, f"{ROUND}-too"]})


def _deliver(store: Store) -> None:
    parts = (Part(message=Message(text="heading"), stories=("1",)), Part(message=Message(text="story")))
    posting = Posting(
        digest=ROUND, channel="C", verdict=Verdict.POST, slot=SLOT, title="T", dated=SLOT.date()
    )
    for _ in range(2):  # the second time as a replica that comes too late
        store.arrange(posting, parts, revive=BY_POST)
    _ask(store, Kind.SEND, part=0)
    _ask(store, Kind.SEND, part=1)
    store.pause(Limit(name=f"posts {ROUND}", interval=timedelta(seconds=1)), timedelta(seconds=30))


def _correct_and_retract(store: Store) -> None:
    posting = next(posting for posting in store.postings() if posting.digest == ROUND)
    store.arrange(posting, (Part(message=Message(text="corrected")),), revive=BY_CORRECTION)
    _ask(store, Kind.EDIT, part=0)
    _, second = store.deliveries(digest=ROUND, channel="C")
    decision = Decision(at=SLOT, who="U", what="resolve there", digest=ROUND, channel="C")
    posting = replace(posting, version=posting.version + 1, note="by U")
    store.decide(decision, postings=[posting], deliveries=[(second, replace(second, error="seen"))])
    posting = replace(posting, version=posting.version + 1, verdict=Verdict.RETRACTED)
    store.decide(replace(decision, what="retract"), postings=[posting], unwanted=[posting])
    store.look()
    store.all()
    store.postings(after=3)


def _ask(store: Store, kind: Kind, *, part: int) -> None:
    step = Step(kind=kind, delivery=store.deliveries(digest=ROUND)[part])
    limit = Limit(name=f"turns {ROUND}", interval=timedelta(milliseconds=1), burst=10)
    found = store.claim(step, owner="me", rules=RULES, limits=[limit])
    assert isinstance(found, Claim)
    d = found.delivery
    store.write(d, answered(d, kind, Accepted("C", "1.0"), now=SLOT, rules=RULES))


def _share(store: Store) -> None:
    for press in (f"{ROUND}-1", f"{ROUND}-1", f"{ROUND}-2"):
        store.share(press, [f"{ROUND}/1", f"{ROUND}-too/1"], channel="C", name="news", who="U")
    store.unshare(f"{ROUND}-2")
    store.outdate(ROUND, Stale.CORRECTED)
    store.outdate(ROUND, Stale.RETRACTED, channel="C")
    store.stale_copies()
    store.untold_copies()


def _say(store: Store) -> None:
    for text in ("title: one", "title: two", "title: two"):
        store.take_in(f"a host of {ROUND}", {ROUND: text})
    store.enter(ROUND, "title: three", who="U")
    store.note(f"a host of {ROUND}", {ROUND: "else"})
    store.had(f"a host of {ROUND}")
    _, versions = store.entered(after=3)
    store.save(ROUND, "title: four", expected=3, who="U", wording="w")
    store.save(ROUND, "title: five", expected=3, who="V", wording="w")
    store.approve(ROUND, 4, "w", who="V")
    store.save(ROUND, "title:  four", expected=4, who="U", wording="w")
    store.lets_out(ROUND, of_files_too=True)
    store.revoke(ROUND, who="W")
    store.carry(ROUND, 7, "w")
    store.since(ROUND, begin=True)
    store.approved(after=3)
    store.versions_of(ROUND)
    store.originated(ROUND)
    store.texts([version for version in versions if version.digest == ROUND][-1:])


def _tell(store: Store) -> None:
    alarm = Alarm(subject=ROUND, text="t", channel=f"C-{ROUND}", digest=ROUND, over="over")
    to = (Address(whom=f"#{ROUND}", topic=ROUND),)
    news = News(said=(Said(alarm=alarm, to=to, wait=timedelta(0)),))
    for _ in range(2):
        store.outbox.tell(news)
    mail = store.outbox.mail()
    notices = [notice for notice in mail.notices if notice.whom == f"#{ROUND}"]
    task = Task(kind=Kind.SEND, letter=Letter(id=ROUND, whom=f"#{ROUND}", topic=ROUND), notices=(*notices,))
    claim = store.outbox.claim(task, owner="me", rules=RULES, limits=())
    assert isinstance(claim, Claimed)
    store.outbox.write(claim.letter, replace(claim.letter, state=State.SENT, owner="", ts="1.0"))
    store.outbox.tell(News(over=(ROUND,)))
    store.outbox.tell(news)  # and again, so that a row says so
    store.outbox.redirect(f"#{ROUND}", [Address(whom="U")])
    store.outbox.tell_of_copies(news, ROUND, 0)


class OldReplica:
    """Says to a database what a version said when it was recorded, and nothing that came later."""

    def __init__(self, url: str, recording: Path) -> None:
        self.recording = recording
        self._lines = recording.read_text(encoding="utf-8").splitlines()
        self._database: Any
        if url.startswith("sqlite:///"):
            file = url.removeprefix("sqlite:///")
            self._database = sqlite3.connect(file, isolation_level=None, timeout=30, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=OFF")  # no power will be cut here
        else:
            self._database = psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        self._database.close()

    def start(self) -> None:
        """Make the tables in an empty database."""
        for _ in self._say("start", ROUND):
            pass

    def work(self, n: int) -> list[Sequence[str]]:
        """Do one more round; return what the database answered, but for the time of day."""
        answers = self._say("work", f"round-{n}")
        return [rows for sql, rows in answers if "clock_timestamp" not in sql and "julianday" not in sql]

    def _say(self, when: str, name: str) -> Iterator[tuple[str, Sequence[str]]]:
        for line in self._lines:
            said = json.loads(line.replace(ROUND, name))
            if said["when"] == when:
                yield said["sql"], self._execute(said["sql"], said["with"])

    def _execute(self, sql: str, given: Any) -> Sequence[str]:
        cursor = self._database.cursor()
        if isinstance(given, list) and isinstance(given[0], list | dict):
            cursor.executemany(sql, given)
            return ()
        cursor.execute(sql, given or ())
        return sorted(map(repr, cursor.fetchall())) if cursor.description else ()


@contextmanager
def listening() -> Iterator[list[Statement]]:
    """Collect what is said to databases meanwhile; not what is asked about a database itself."""
    said: list[Statement] = []

    def execute(_db: object, _cursor: object, sql: str, given: Any, _context: object, _many: bool) -> None:
        if not sql.startswith(("PRAGMA", "show ")) and "pg_catalog" not in sql:
            said.append((sql, given or None))

    def begin(db: sa.Connection) -> None:
        if db.dialect.name == "postgresql":  # on SQLite the engine's own listener says it
            said.append(("BEGIN", None))

    def end(word: str) -> Callable[[sa.Connection], None]:
        def ended(db: sa.Connection) -> None:
            # On SQLite a look is no transaction, whatever SQLAlchemy says.
            if getattr(db.connection.driver_connection, "in_transaction", True):
                said.append((word, None))

        return ended

    listeners: dict[str, Callable[..., Any]] = {
        "before_cursor_execute": execute,
        "begin": begin,
        "commit": end("COMMIT"),
        "rollback": end("ROLLBACK"),
    }
    for name, listener in listeners.items():
        sa.event.listen(sa.Engine, name, listener)
    yield said
    for name, listener in listeners.items():
        sa.event.remove(sa.Engine, name, listener)


def planned(store: Store, said: Sequence[Statement], table: str) -> list[str]:
    """Return by which steps SQLite does whatever was asked of a table."""
    asked = [(sql, tuple(values or ())) for sql, values in said if f"FROM {table}" in sql]
    with store._database.reading() as db:
        plans = [db.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in asked]
        return [row.detail for plan in plans for row in plan]


def keep(file: Path, *, start: Sequence[Statement], work: Sequence[Statement]) -> None:
    """Write a recording, a line a statement."""
    lines = [
        json.dumps({"when": when, "sql": sql, "with": given}, default=str)
        for when, said in (("start", start), ("work", work))
        for sql, given in said
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Record this version on both databases; what is recorded stays as it is."""
    programs = binaries()
    if programs is None:
        sys.exit("PostgreSQL's server programs are not installed (apt-get install postgresql)")
    with tempfile.TemporaryDirectory() as folder, PostgresServer(programs) as server:
        for name, url in (("sqlite", f"sqlite:///{folder}/a.db"), ("postgresql", server.database())):
            file = RECORDINGS / f"{SCHEMA}.{name}.jsonl"
            if file.exists():
                sys.exit(f"{file.name} is there: schema {SCHEMA} has been recorded")
            with listening() as started:
                database = open_database(url, environ={})
            with closing(database), listening() as worked:
                work(Store(database), GivenCodes(database))
            keep(file, start=started, work=worked)


if __name__ == "__main__":
    main()
