"""What people shall hear, as the database gives it out."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.delivery.alarms import Alarm
from bot.core.delivery.outbox import Address, News, Said
from bot.store.database import Database
from tests.store.whole import open_store


def test_what_is_said_while_mail_is_looked_at_is_not_taken_for_the_future(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the clock seems to have been set back, and a fault is told at once that may heal by itself."""
    alarm = Alarm(subject="channel C1 is_archived", text="It is archived.", over="It is back.")
    fault = News(said=(Said(alarm=alarm, to=(Address(whom="U1"),), wait=timedelta(minutes=2)),))
    with closing(open_store(database_url)) as store:
        read_time = Database.time

        def late(database: Database, db: Any) -> datetime:
            monkeypatch.undo()
            now = read_time(database, db)
            time.sleep(0.005)
            store.outbox.tell(fault)
            return now

        monkeypatch.setattr(Database, "time", late)
        mail = store.outbox.mail()

        assert all(notice.at <= mail.now for notice in mail.notices)
        assert len(store.outbox.mail().notices) == 1
