"""A database that was lost, put back, moved or filled: what an operator types then, and what channels see."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from bot.cli import main
from bot.core.delivery.state import Posting, Verdict
from bot.practice.model import Message
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from bot.store.codes import GivenCodes
from bot.store.database import open_database
from bot.store.decisions import Decision
from bot.store.shares import Shares
from bot.store.tables import metadata
from tests.store.recording import work
from tests.store.whole import open_store

pytestmark = pytest.mark.usefixtures("hurried")

CONFIG = """\
timezone: UTC
digests: {digests}
channels:
  - {{channel: "#news", post: [{day} 23:59]}}
  - {{channel: "#travel", post: [{day} 23:59]}}
delivery: {{quiet: 0s, timeout: 20s, lease: 50s, settle: 1s}}
"""
DIGEST = "title: Roundup {name}\ndate: {date}\nstories:\n  - headline: One\n    body: {body} And more.\n"
EDITOR = "U0EDITOR01"


class Desk:
    """A shell in a folder with two channels, and as many databases as there may be."""

    def __init__(self, folder: Path, practice: PracticeServer, database: str) -> None:
        self.folder, self.practice, self.database = folder, practice, database
        (folder / "digests").mkdir()
        today = datetime.now(UTC)
        day = f"{today + timedelta(days=3):%a}".lower()
        (folder / "config.yaml").write_text(CONFIG.format(digests=folder / "digests", day=day))
        self.write("first")

    def write(self, name: str, body: str = "Words.") -> None:
        today = datetime.now(UTC).date()
        (self.folder / "digests" / f"{name}.yaml").write_text(
            DIGEST.format(name=name, date=today.isoformat(), body=body)
        )

    def __call__(self, *words: str, **environ: str) -> Result:
        known = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_URL": self.practice.api_url}
        return CliRunner().invoke(
            main,
            ["--config", str(self.folder / "config.yaml"), *words],
            env={**known, "DATABASE_URL": self.database, **environ},
            catch_exceptions=False,
        )

    def posted(self, name: str = "news") -> list[Message]:
        return [m for m in self.practice.workspace.posted(f"#{name}") if not m.deleted]

    def states(self) -> set[str]:
        return {row["state"] for row in json.loads(self("status", "--format", "json").stdout)}

    def edited(self) -> list[str]:
        return [m.text for m in self.posted() if m.edited_at]

    def asleep(self) -> None:
        """Let the database be one on which nobody has run for an hour: a copy that was put back."""
        with closing(open_database(self.database, environ={})) as database, database.writing() as db:
            db.execute(sa.text("UPDATE replicas SET beat = beat - 3600000, running = :no"), {"no": False})


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["news", "travel"], limits=None) as server:
        yield server


@pytest.fixture
def another_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """One more empty database of the same kind."""
    if database_url.startswith("sqlite"):
        return database_url.replace("roundup.db", "another.db")
    url: str = request.getfixturevalue("postgres").database()
    return url


@pytest.fixture
def desk(tmp_path: Path, practice: PracticeServer, database_url: str) -> Desk:
    return Desk(tmp_path, practice, database_url)


@pytest.fixture
def file_desk(tmp_path: Path, practice: PracticeServer) -> Desk:
    return Desk(tmp_path, practice, f"sqlite:///{tmp_path}/roundup.db")


def test_an_order_after_a_lost_database_doubles_nothing(desk: Desk, another_url: str) -> None:
    desk("post", "first")
    before = [m.ts for m in desk.posted()]
    desk.database = another_url
    again = desk("post", "first")

    assert again.exit_code == 0
    assert [m.ts for m in desk.posted()] == before
    assert len(desk.posted("travel")) == len(before) == 2
    assert desk.states() == {"sent"}
    assert desk.edited() == []


def test_an_order_into_a_channel_nobody_can_look_into_asks(desk: Desk) -> None:
    desk.practice.fault("conversations.history", "missing_scope", times=9)
    asked = desk("post", "first", "--channel", "news")

    assert asked.exit_code == 1
    assert "first in #news, part 0, is held (history not readable: missing_scope" in asked.stderr
    assert desk.posted() == []
    assert desk("resolve", "first", "--channel", "news", "--repost").exit_code == 0
    assert len(desk.posted()) == 2


def test_an_order_is_given_again_when_the_channel_can_be_read(desk: Desk, another_url: str) -> None:
    desk("post", "first")
    desk.database = another_url
    desk.practice.fault("conversations.history", "missing_scope", times=1)
    assert desk("post", "first", "--channel", "news").exit_code == 1
    again = desk("post", "first", "--channel", "news")

    assert again.exit_code == 0
    assert len(desk.posted()) == 2


def test_what_was_posted_is_read_back(desk: Desk, another_url: str) -> None:
    desk("post", "first")
    desk.database = another_url
    found, again = desk("recover"), desk("recover")

    assert [found.exit_code, again.exit_code] == [0, 0]
    assert found.stdout == "#news: first read back\n#travel: first read back\n"
    assert again.stdout == "#news: nothing new; 1 known\n#travel: nothing new; 1 known\n"
    assert desk.states() == {"sent"}


def test_a_post_is_read_back_below_what_others_have_said_since(desk: Desk, another_url: str) -> None:
    desk("post", "first", "--channel", "news")
    channel = desk.practice.workspace.channel("#news").id
    desk.practice.interactions.say(channel, "Thanks!", user=EDITOR)
    desk.database = another_url

    assert desk("recover", "--channel", "news").stdout == "#news: first read back\n"


@pytest.mark.parametrize("has_file", [True, False], ids=["file", "no file"])
def test_what_is_read_back_says_what_was_known_before(desk: Desk, another_url: str, has_file: bool) -> None:
    """But when it was due: what was ordered early is not due again at its slot."""
    desk("post", "first", "--channel", "news")
    before, at = known(desk), float(desk.posted()[0].ts)
    if not has_file:
        (desk.folder / "digests" / "first.yaml").unlink()
    desk.database = another_url
    desk("recover", "--channel", "news")
    after = known(desk)

    assert after.verdict is Verdict.POST
    assert (after.dated, after.content, after.layout) == (before.dated, before.content, before.layout)
    assert after.title == (before.title if has_file else "")
    assert after.slot
    assert abs(after.slot.timestamp() - at) < 1


def known(desk: Desk) -> Posting:
    with closing(open_store(desk.database)) as store:
        return store.postings(digest="first")[0]


def test_a_retraction_reaches_what_was_read_back(desk: Desk, another_url: str) -> None:
    desk("post", "first")
    desk.database = another_url
    desk("recover")

    assert desk("retract", "first").exit_code == 0
    assert desk.posted() == desk.posted("travel") == []


def test_a_correction_reaches_what_was_read_back(desk: Desk, another_url: str) -> None:
    desk("post", "first", "--channel", "news")
    there = [m.ts for m in desk.posted()]
    desk.database = another_url
    desk("recover")
    desk.write("first", "Other words.")
    desk("post", "first", "--channel", "news")

    assert [m.ts for m in desk.posted()] == there
    assert "Other words." in json.dumps([m.blocks for m in desk.posted()])


def test_a_correction_that_came_while_the_database_was_lost_is_made(desk: Desk, another_url: str) -> None:
    """The messages say what they were made from, so that this can be known."""
    desk("post", "first", "--channel", "news")
    desk.database = another_url
    desk.write("first", "Other words.")
    desk("recover")
    desk("post", "first", "--channel", "news")

    assert "Other words." in json.dumps([m.blocks for m in desk.posted()])
    assert len(desk.posted()) == 2


def test_what_does_not_say_what_it_shows_is_never_edited_unasked(desk: Desk, another_url: str) -> None:
    """Posts of versions that wrote nothing of it into their metadata."""
    desk("post", "first", "--channel", "news")
    for message in desk.posted():
        assert message.metadata
        for name in ("words", "shows"):
            del message.metadata["event_payload"][name]
    desk.database = another_url
    desk.write("first", "Other words.")
    desk("recover")
    desk("post", "first", "--channel", "news")
    assert desk.edited() == []
    desk.write("first", "Words of a third kind.")
    desk("post", "first", "--channel", "news")

    assert "third kind" in json.dumps([m.blocks for m in desk.posted()])
    assert len(desk.posted()) == 2


def test_a_half_posted_digest_gets_its_rest_and_nothing_else(desk: Desk, another_url: str) -> None:
    desk("post", "first", "--channel", "news")
    first, reply = desk.posted()
    del desk.practice.workspace.messages[first.channel][reply.ts]  # it never came there
    desk.database = another_url
    desk("recover", "--channel", "news")
    desk("post", "first", "--channel", "news")

    there, fresh = desk.posted()
    assert (there.ts, fresh.thread_ts) == (first.ts, first.ts)
    assert desk.edited() == []


def test_a_thread_nobody_can_read_is_not_posted_again(desk: Desk, another_url: str) -> None:
    desk("post", "first", "--channel", "news")
    desk.database = another_url
    desk.practice.fault("conversations.replies", "missing_scope", times=9)
    found = desk("recover", "--channel", "news")
    desk("post", "first", "--channel", "news")

    assert "the thread of first cannot be read" in found.stdout
    assert len(desk.posted()) == 2
    assert desk.states() == {"sent"}  # its first message says that there is one reply, of ours


def test_words_that_nobody_approved_get_into_no_channel_that_is_read_back(
    desk: Desk, another_url: str
) -> None:
    """Who approved what was lost with the database, and the file says something else by now."""
    desk("post", "first", "--channel", "news")
    before = [(m.ts, m.text) for m in desk.posted()]
    config = desk.folder / "config.yaml"
    config.write_text(f"{config.read_text()}editors: [{EDITOR}, U0EDITOR02]\napproval: required\n")
    desk.write("first", "Unapproved words.")
    desk.database = another_url
    found = desk("recover", "--channel", "news")
    refused = desk("post", "first", "--channel", "news")

    assert "#news: first read back" in found.stdout
    assert "#news: first is not approved as it stands: what is posted stays" in found.stdout
    assert found.exit_code == 0
    assert "first is not approved as it stands" in refused.stderr
    assert [(m.ts, m.text) for m in desk.posted()] == before
    assert desk.edited() == []
    assert desk.states() == {"sent"}


def test_a_digest_without_a_file_can_be_retracted(desk: Desk, another_url: str) -> None:
    desk("post", "first", "--channel", "news")
    desk.database = another_url
    desk.write("second")
    (desk.folder / "digests" / "first.yaml").unlink()
    found = desk("recover", "--channel", "news")

    assert "no file of first: they can be retracted, not corrected" in found.stdout
    assert desk("retract", "first").exit_code == 0
    assert desk.posted() == []


def test_others_messages_are_nobodys_posts(desk: Desk) -> None:
    """Anybody can write metadata like ours."""
    desk("post", "first", "--channel", "news")
    (forged, *_) = desk.posted()
    forged.user = EDITOR
    with closing(open_database(desk.database, environ={})) as database, database.writing() as db:
        for table in ("deliveries", "postings"):
            db.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608

    assert desk("recover", "--channel", "news").stdout == "#news: nothing new\n"


def test_a_history_of_many_pages_is_read_at_slacks_pace(
    desk: Desk, another_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.past.PAGE", 2)
    for n in range(4):
        desk.write(f"week-{n}")
        desk("post", f"week-{n}", "--channel", "news")
    desk.database = another_url
    desk.practice.fault("conversations.history", "ratelimited", retry_after=1)
    found = desk("recover", "--channel", "news")

    assert found.stdout == "#news: week-3, week-2, week-1, week-0 read back\n" or all(
        f"week-{n}" in found.stdout for n in range(4)
    )


def test_a_channel_that_cannot_be_read_is_named_and_the_others_are_read(desk: Desk, another_url: str) -> None:
    desk("post", "first")
    desk.database = another_url
    desk.practice.fault("conversations.history", "missing_scope")
    found = desk("recover")

    assert found.exit_code == 1
    assert found.stdout == "#travel: first read back\n"
    assert found.stderr.startswith("#news history not readable: missing_scope; ")


def test_recover_needs_a_token(desk: Desk) -> None:
    assert "SLACK_BOT_TOKEN is not set" in desk("recover", SLACK_BOT_TOKEN="").stderr


def test_a_backup_that_is_put_back_doubles_nothing(file_desk: Desk) -> None:
    """It knows the channel, and that it has posted there; not what was posted since."""
    desk = file_desk
    desk.write("second")
    desk("post", "first")
    assert desk("backup", str(desk.folder / "copy.db")).exit_code == 0
    desk("post", "second")
    before = [m.ts for m in desk.posted()]
    desk.database = f"sqlite:///{desk.folder}/copy.db"
    desk.asleep()
    again = desk("post", "second")

    assert again.exit_code == 0
    assert [m.ts for m in desk.posted()] == before
    assert desk.states() == {"sent"}


def test_a_backup_made_in_the_middle_of_a_post_doubles_nothing(file_desk: Desk) -> None:
    desk = file_desk
    desk("post", "first", "--channel", "news")
    desk("backup", str(desk.folder / "copy.db"))
    desk.database = f"sqlite:///{desk.folder}/copy.db"
    with closing(open_database(desk.database, environ={})) as database, database.writing() as db:
        db.execute(  # as it was before the answers came
            sa.text("UPDATE deliveries SET state = 'pending', ts = '', parent = '', asked = '', shown = NULL")
        )
    desk.asleep()
    again = desk("retry", "first")
    more = desk("post", "first", "--channel", "news")

    assert again.exit_code == more.exit_code == 0
    assert len(desk.posted()) == 2
    assert desk.states() == {"sent"}


def test_a_backup_is_whole_private_and_never_overwrites(file_desk: Desk) -> None:
    desk, copy = file_desk, file_desk.folder / "copy.db"
    desk("post", "first")
    done, again = desk("backup", str(copy)), desk("backup", str(copy))

    assert (done.exit_code, done.stdout) == (0, f"{copy}: a copy of {desk.folder}/roundup.db\n")
    assert (again.exit_code, again.stderr) == (1, f"{copy} is there already: name a new file\n")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [file.name for file in desk.folder.glob("copy.db*")] == ["copy.db"]
    assert rows(f"sqlite:///{copy}") == rows(desk.database)


def test_a_backup_of_a_live_database_has_what_was_committed(file_desk: Desk) -> None:
    """What a plain copy would miss is still in the log beside the file."""
    desk = file_desk
    with closing(open_store(desk.database)) as live:
        live.tell_once("before")
        with live._database.writing() as db:
            db.exec_driver_sql("INSERT INTO told (subject, at) VALUES ('under way', 0)")
            assert desk("backup", str(desk.folder / "copy.db")).exit_code == 0
    with closing(sqlite3.connect(desk.folder / "copy.db")) as copy:
        assert copy.execute("SELECT subject FROM told").fetchall() == [("before",)]


def test_a_backup_that_fails_leaves_nothing_behind(file_desk: Desk) -> None:
    desk = file_desk
    (desk.folder / "roundup.db").write_bytes(b"no database " * 999)
    failed = desk("backup", str(desk.folder / "copy.db"))

    assert failed.exit_code == 1
    assert failed.stderr == "The database cannot be used: damaged, or no database\n"
    assert not (desk.folder / "copy.db").exists()


def test_postgresql_has_its_own_tool(desk: Desk) -> None:
    if desk.database.startswith("sqlite"):
        assert "no such database yet" in desk("backup", "copy.db").stderr
    else:
        assert "pg_dump" in desk("backup", "copy.db").stderr


# --- into another database


@pytest.fixture(params=["sqlite", "postgresql"])
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/target.db"
    url: str = request.getfixturevalue("postgres").database()
    return url


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    with closing(open_database(url, environ={})) as database, database.reading() as db:
        return {
            table.name: sorted(map(tuple, db.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def test_everything_is_in_the_other_database(desk: Desk, target_url: str) -> None:
    with closing(open_store(desk.database)) as store:
        work(store, GivenCodes(store._database))
        store.end("round-0")
    copied = desk("copy-database", target_url)

    assert copied.exit_code == 0, copied.stderr
    assert rows(target_url) == rows(desk.database)
    assert all(rows(target_url).values())
    with closing(open_store(target_url)) as store:  # and it counts on from there
        store.decide(Decision(at=store.now(), who="U", what="x"))
    there, before = rows(target_url)["decisions"], rows(desk.database)["decisions"]
    assert len({row[0] for row in there}) == len(before) + 1


def test_a_half_posted_digest_goes_on_in_the_other_database(desk: Desk, target_url: str) -> None:
    desk("post", "first", "--channel", "news")
    first, reply = desk.posted()
    del desk.practice.workspace.messages[first.channel][reply.ts]
    with closing(open_database(desk.database, environ={})) as database, database.writing() as db:
        db.execute(
            sa.text(
                "UPDATE deliveries SET state = 'pending', ts = '', parent = '', asked = '', shown = NULL"
                " WHERE part = 1"
            )
        )
    assert desk("copy-database", target_url).exit_code == 0
    desk.database = target_url
    desk("post", "first", "--channel", "news")
    desk("post", "first", "--channel", "news")

    assert [m.thread_ts in (None, first.ts) for m in desk.posted()] == [True, True]
    assert desk.posted()[0].ts == first.ts
    assert desk.states() == {"sent"}


def test_a_database_on_which_a_bot_runs_is_not_copied(desk: Desk, target_url: str) -> None:
    with closing(open_store(desk.database)) as store:
        store.beat("host-1", catch_up=timedelta(hours=12))
        refused = desk("copy-database", target_url)
        store.end("host-1")

    assert refused.stderr == "a bot is running on this database: stop it first (host-1)\n"
    assert desk("copy-database", target_url).exit_code == 0


def test_a_database_that_has_rows_is_not_copied_into(desk: Desk, target_url: str) -> None:
    with closing(open_store(desk.database)) as store:
        store.tell_once("x")
    with closing(open_store(target_url)) as store:
        store.tell_once("y")
    refused = desk("copy-database", target_url)

    assert refused.stderr == "the other database has rows already (outbox, told): name an empty one\n"
    assert desk("copy-database", desk.database).stderr == "that is the same database: name another one\n"


def test_where_to_copy_must_be_a_database(desk: Desk) -> None:
    desk("post", "first", "--channel", "news")

    assert desk("copy-database", "what?").stderr.startswith("the database to copy to: ")


# --- forgetting a person


def test_a_person_is_forgotten_and_what_they_decided_stays(desk: Desk) -> None:
    desk("post", "first", "--channel", "news")
    with closing(open_store(desk.database)) as store:
        store.decide(Decision(at=store.now(), who=EDITOR, what="post now", digest="first"))
        store.decide(Decision(at=store.now(), who=f"{EDITOR}2", what="skip", digest="first"))
        Shares(store._database).share("p", ["first/1"], channel="C", name="news", who=EDITOR)
        (posting,) = store.postings(digest="first")
        store.decide(postings=[_noted(posting)])
        before = len(store.all())
    asked = desk("forget", EDITOR)
    done, again = desk("forget", EDITOR, "--yes"), desk("forget", EDITOR)

    assert asked.exit_code == 1
    assert "nothing was erased: say --yes" in asked.stderr
    assert "decisions: 1" in done.stdout
    assert f"{EDITOR} is erased from 3 rows" in done.stdout
    assert again.stdout == f"nothing is known of {EDITOR}\n"
    with closing(open_store(desk.database)) as store:
        assert len(store.all()) == before
        assert [d.who for d in store.all() if d.who.startswith(EDITOR)] == [f"{EDITOR}2"]
        (posting,) = store.postings(digest="first")
        assert posting.note.startswith("ordered by erased-")
    assert desk.states() == {"sent"}


def _noted(posting: Posting) -> Posting:

    return replace(posting, note=f"ordered by {EDITOR}")


def test_whom_to_forget_is_a_user_id(desk: Desk) -> None:
    assert "is no ID of a person" in desk("forget", "somebody").stderr


# --- a file that is no good


@pytest.mark.parametrize("harm", ["text", "half", "middle"])
def test_a_damaged_file_is_one_line_with_the_remedy(harm: str, file_desk: Desk) -> None:
    desk, file = file_desk, file_desk.folder / "roundup.db"
    with closing(open_store(desk.database)) as store:
        for n in range(30):
            store.tell_once(f"subject {n} " + "x" * 2000)
    whole = file.read_bytes()
    page = 4096
    file.write_bytes(
        {
            "text": b"Dear all, " * 999,
            "half": whole[: len(whole) // 2],
            "middle": whole[: 3 * page] + b"\xff" * (len(whole) - 4 * page) + whole[-page:],
        }[harm]
    )
    commands = (["skip", "news", f"{date(2030, 1, 7)}"], ["recover"], ["run", "--http"])
    for words in commands[2:] if harm == "middle" else commands:  # all of it is read only to live with it
        done = desk(*words, SLACK_SIGNING_SECRET="x", PORT="0")

        assert done.exit_code == 1
        assert done.stderr.splitlines()[-1] == (
            f"{file}: damaged, or no database; put a backup in its place, "
            "or move it away and read the posts back with `roundup recover`"
        )
