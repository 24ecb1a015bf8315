"""A replica of an older version, at the very rows at which one of this version is.

What it says to the database is what that version said when it was recorded, see tests/store/recording.py;
only what it says it of is a row of today.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.delivery.answers import Accepted
from bot.core.delivery.state import Delivery, State, Step
from bot.core.message import Message
from bot.slack.messenger import Messenger
from bot.store.database import open_database
from bot.store.ledger import Claim
from bot.store.limits import Wait
from tests.delivery.test_publisher import MONDAY, SLOT, Office
from tests.delivery.world import digest
from tests.store.recording import OldReplica
from tests.store.test_migrations import EVER, recording
from tests.store.whole import Store

pytestmark = pytest.mark.usefixtures("hurried")

LEASE = 90_000  # milliseconds, as every version had it
# In SQLite's statements values have no names: of a column that is set, and of one that must be so.
SET_OR_SO = re.compile(r"(\w+)=\?|(\w+) = \?")


class OldSender(OldReplica):
    """Sends one part after the other, as that version did."""

    slack: Messenger

    def __init__(self, url: str, recording: Path) -> None:
        super().__init__(url, recording)
        said = [json.loads(line) for line in self._lines]
        ours = [s for s in said if s["sql"].startswith("UPDATE deliveries SET") and "RETURNING" in s["sql"]]
        self._claim, self._sent = (next(s for s in ours if _says(s, state)) for state in ("sending", "sent"))
        self._writing = "BEGIN IMMEDIATE" if url.startswith("sqlite") else "BEGIN"
        self.refused = 0
        self.posted: list[str] = []

    def send(self, d: Delivery) -> None:
        """Claim a part as it was when last looked at, post it, and write that down."""
        ours: dict[str, Any] = {
            "state": "sending",
            "slot": _ms(d.slot.timestamp()),
            "asked": d.wanted,
            "parent": self._parent(d),
            "lease_until": _ms(d.since.timestamp()) + LEASE,
            "version": d.version + 1,
        }
        where = {"digest_1": d.digest, "channel_1": d.channel, "part_1": d.part}
        claimed = self._again(self._claim, {**ours, **where, "version_1": d.version, "wanted_1": d.wanted})
        if not claimed:
            self.refused += 1
            return
        payload = json.loads(claimed[0][0])
        message = Message(text=payload["text"], blocks=tuple(payload["blocks"]))
        about = {"digest": d.digest, "part": d.part, "words": payload["words"], "shows": d.wanted}
        answer = self.slack.post(d.channel, message, parent=ours["parent"], **about)
        assert isinstance(answer, Accepted)
        self.posted.append(message.text)
        there = {"state": "sent", "ts": answer.ts, "shown": d.wanted, "version": d.version + 2}
        now = {**where, "lease_until": None, "version_1": d.version + 1}
        assert self._again(self._sent, {**ours, **there, **now})

    def _again(self, said: Mapping[str, Any], values: Mapping[str, Any]) -> Sequence[Any]:
        """Say a statement again, of other values; return what the database answers."""
        with self._transaction() as cursor:
            cursor.execute(said["sql"], _filled_in(said, values))
            return list(cursor.fetchall())

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with closing(self._database.cursor()) as cursor:
            cursor.execute(self._writing)
            yield cursor
            cursor.execute("COMMIT")

    def _parent(self, d: Delivery) -> str:
        if not d.part:
            return ""
        with self._transaction() as cursor:
            where = f"digest = '{d.digest}' AND channel = '{d.channel}' AND part = 0"
            cursor.execute(f"SELECT ts FROM deliveries WHERE {where}")  # noqa: S608
            return str(cursor.fetchone()[0])


def _says(said: Mapping[str, Any], state: str) -> bool:
    given = said["with"]
    return bool((given["state"] if isinstance(given, dict) else given[0]) == state)


def _filled_in(said: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    given = said["with"]
    if isinstance(given, dict):
        assert values.keys() <= given.keys()
        return {**given, **values}
    names = [new or f"{so}_1" for new, so in SET_OR_SO.findall(said["sql"])]
    assert values.keys() <= {*names}
    return [values.get(name, value) for name, value in zip(names, given, strict=True)]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


class Contested(Store):
    """Whenever a part is to be claimed, an older replica wants it, too: each is first every other time."""

    rival: OldSender
    contests = 0

    def claim(self, step: Step, **more: Any) -> Claim | Wait | None:
        """Let the older one be first, or second."""
        if step.delivery.state is not State.PENDING:
            return super().claim(step, **more)
        if self.contests % 2 == 0:
            self.contests += 1
            self.rival.send(step.delivery)
            return super().claim(step, **more)
        found = super().claim(step, **more)
        if isinstance(found, Claim):  # else Slack's limits leave no room, and it is tried again
            self.contests += 1
            self.rival.send(step.delivery)
        return found


def parts_posted(office: Office) -> list[tuple[str, int]]:
    """Return which part each message is that stands anywhere, by the channel's ID."""
    return [
        (office.practice.workspace.channel(f"#{name}").id, message.metadata["event_payload"]["part"])
        for name in ("news", "travel")
        for message in office.channel(name)
        if message.metadata
    ]


@pytest.mark.parametrize("version", EVER)
def test_beside_an_older_replica_at_the_same_rows_nothing_is_doubled_or_lost(
    version: str, database_url: str, open_office: Callable[..., Office]
) -> None:
    with closing(OldSender(database_url, recording(version, database_url))) as rival:
        rival.start()
        ledger = Contested(open_database(database_url, environ={}))
        ledger.rival = rival
        office = open_office(digest(MONDAY, "one", "two", "three"), store=ledger)
        rival.slack = office.slack
        office.tick(SLOT)
        posted = parts_posted(office)
        first = replace(office.shelf.digests[MONDAY.isoformat()], title="Corrected")
        office.shelf.shelf = {first.id: first}
        office.tick(SLOT + timedelta(hours=1))
        parts, firsts = ledger.deliveries(), [office.channel(name)[0].text for name in ("news", "travel")]

    assert sorted(posted) == sorted((d.channel, d.part) for d in parts)
    assert {(d.state, d.shown == d.wanted) for d in parts} == {(State.SENT, True)}
    assert all(text.startswith("Corrected") for text in firsts)
    assert (rival.refused, len(rival.posted)) == (len(parts) // 2, len(parts) // 2)
