"""What people shall hear, as the database gives it out."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.outbox import Address, Mail, News, Said
from bot.store.database import Database
from tests.store.recording import listening, planned
from tests.store.whole import open_store

FAULT = News(
    said=(
        Said(
            alarm=Alarm(subject="channel C1 is_archived", text="It is archived.", over="It is back."),
            to=(Address(whom="U1"),),
            wait=timedelta(minutes=2),
        ),
    )
)


def test_what_is_said_while_mail_is_looked_at_is_not_taken_for_the_future(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the clock seems to have been set back, and a fault is told at once that may heal by itself."""
    before = replace(FAULT, said=tuple(replace(s, alarm=replace(s.alarm, subject="C2")) for s in FAULT.said))
    with closing(open_store(database_url)) as store:
        store.outbox.tell(before)
        read_time = Database.time

        def late(database: Database, db: Any) -> datetime:
            monkeypatch.undo()
            now = read_time(database, db)
            time.sleep(0.005)
            store.outbox.tell(FAULT)
            return now

        monkeypatch.setattr(Database, "time", late)
        mail = store.outbox.mail()

        assert [notice.alarm.subject for notice in mail.notices] == ["C2"]
        assert mail.notices[0].at <= mail.now
        assert len(store.outbox.mail().notices) == 2


def test_where_nobody_has_anything_to_hear_one_question_tells(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        with listening() as said:
            mail = store.outbox.mail()

        assert mail == Mail(now=mail.now)
        assert abs(mail.now - store.outbox.mail().now) < timedelta(minutes=1)
        assert sum(sql.startswith("SELECT") for sql, _ in said) == 1


def test_whether_anybody_has_to_hear_something_costs_nothing_for_what_was_heard(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as store:
        with listening() as said:
            store.outbox.mail()
        plan = planned(store, said, "outbox")

    assert [step for step in plan if "outbox" in step or "envelopes" in step] == [
        "SCAN outbox USING INDEX lasting_faults",
        "SCAN envelopes USING INDEX mail_under_way",
        "SEARCH outbox USING INDEX in_letter (letter=?)",
    ]
