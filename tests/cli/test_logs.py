"""ERROR means that a person must look: what libraries say does not cry wolf, and hides no bug."""

from __future__ import annotations

import json
import logging
import sys
from urllib.error import URLError

import pytest

from bot.cli.logs import REPEAT_SECONDS, Libraries
from bot.store.database import LedgerError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def libraries(clock: Clock) -> Libraries:
    return Libraries(clock)


def record(
    text: str, *, level: int = logging.WARNING, error: BaseException | None = None
) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("slack_bolt.App", level, "app.py", 1, text, (), exc_info)


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records]


@pytest.mark.parametrize(
    "error", [URLError("no route"), ConnectionResetError(), TimeoutError(), LedgerError("away")]
)
def test_a_line_that_drops_is_no_error(
    error: Exception, libraries: Libraries, caplog: pytest.LogCaptureFixture
) -> None:
    libraries.tell(record("Failed to run listener function", level=logging.ERROR, error=error))

    [(level, text)] = said(caplog)
    assert (level, text.partition(" ")[0]) == ("WARNING", "library_warned")
    assert caplog.records[0].exc_info is None


def test_a_bug_keeps_its_level_and_its_traceback(
    libraries: Libraries, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        json.loads("{")
    except ValueError as error:
        libraries.tell(record("Failed to run listener function", level=logging.ERROR, error=error))

    [(level, text)] = said(caplog)
    assert (level, text.partition(" ")[0]) == ("ERROR", "library_failed")
    assert "JSONDecodeError" in caplog.text
    assert "Traceback" in caplog.text


def test_what_comes_every_second_is_said_once_in_five_minutes_with_how_often(
    libraries: Libraries, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """An outage of the database let the alarm clock of a library complain each second."""
    for second in range(int(REPEAT_SECONDS) * 2 + 1):
        clock.now = float(second)
        libraries.tell(record(f"Execution of job skipped at {second}"))

    assert [text.rpartition(" ")[2] for _, text in said(caplog)] == ["again=0", "again=299", "again=299"]


def test_different_complaints_are_all_said(libraries: Libraries, caplog: pytest.LogCaptureFixture) -> None:
    libraries.tell(record("one thing"))
    libraries.tell(record("another"))

    assert len(said(caplog)) == 2


def test_what_is_remembered_is_bounded(libraries: Libraries) -> None:
    for number in range(2_000):
        libraries.tell(record("a" * (number % 300) + "b" * (number // 300)))

    assert len(libraries._known) <= 200


def test_a_line_is_one_line_without_secrets(libraries: Libraries, caplog: pytest.LogCaptureFixture) -> None:
    libraries.tell(record("closed wss://wss.slack.com/link?ticket=hush\nxoxb-hush xapp-hush"))

    [(_, text)] = said(caplog)
    assert "hush" not in text
    assert "\n" not in text


def test_libraries_are_heard_through_the_handler_that_is_set_up() -> None:
    """In a process of its own: logging is set up once."""
    import subprocess

    program = (
        "import logging; from bot.cli.logs import set_up_logging; set_up_logging('INFO');"
        "logging.getLogger('apscheduler.scheduler').warning('skipped %s', 1);"
        "logging.getLogger('slack_sdk.socket_mode').error('on_error', exc_info=ConnectionResetError());"
        "logging.getLogger('bot.app').info('bot_ready digests=1')"
    )
    lines = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stderr.splitlines()

    assert [line.split(" ", 2)[2] for line in lines] == [
        "WARNING bot.cli.logs library_warned logger=apscheduler.scheduler text='skipped 1' again=0",
        "WARNING bot.cli.logs library_warned logger=slack_sdk.socket_mode text='on_error' again=0",
        "INFO bot.app bot_ready digests=1",
    ]
