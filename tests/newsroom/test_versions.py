"""Folders that differ, one database: what each digest says then, and who gives way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.versions import Version
from bot.newsroom.library import Library
from bot.newsroom.versions import Versions
from bot.store.database import LedgerError
from tests.files.written_files import DIGEST, write
from tests.store.recording import listening
from tests.store.whole import Store, open_store

NOW = datetime(2040, 1, 1, tzinfo=UTC)
QUIET = timedelta(seconds=60)


class Host:
    """A folder of digests, and a library over it that shares the database with others."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder, self.store, self.now = folder, store, NOW
        self.folder.mkdir(exist_ok=True)
        self.start()

    def start(self) -> None:
        self.versions = Versions(self.store)
        self.library = Library(self.folder, versions=self.versions)
        self.look()

    def write(self, title: str, name: str = "a") -> None:
        write(self.folder / f"{name}.yaml", DIGEST.replace("Road to Recovery", title))

    def look(self) -> bool:
        """Live a second on, and hear what the database counts."""
        self.now += timedelta(seconds=1)
        changed = self.library.refresh(self.now)
        self.versions.hear(self.store.look().changes)
        return changed

    def title(self, name: str = "a") -> str:
        return self.library.digests[name].title.rpartition(": ")[2]

    def settled(self) -> list[str]:
        return [digest.id for digest in self.library.settled(self.now, QUIET)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as opened:
        yield opened


@pytest.fixture
def hosts(tmp_path: Path, store: Store) -> list[Host]:
    return [Host(tmp_path / name, store) for name in ("one", "two")]


def live(*hosts: Host, seconds: int = 5) -> None:
    for _ in range(seconds):
        for host in hosts:
            host.look()


def test_replicas_whose_files_differ_agree_after_two_seconds_and_stay_so(
    hosts: list[Host], store: Store
) -> None:
    """They edited each other's posts for ever: 46 and 46 times in 40 s."""
    one, two = hosts
    one.write("First")
    two.write("Second")
    live(one, two)
    _, versions = store.entered()

    assert {one.title(), two.title()} == {"Second"}
    assert [version.number for version in versions] == [1, 2]
    revisions = one.library.revision, two.library.revision
    live(one, two, seconds=20)
    assert store.entered()[1] == versions
    assert (one.library.revision, two.library.revision) == revisions


def test_an_edit_that_is_undone_is_undone_everywhere(hosts: list[Host]) -> None:
    one, two = hosts
    for host in hosts:
        host.write("First")
    live(one, two)
    said = []
    for title in ("Edited", "First"):
        one.write(title)
        live(one, two)
        said.append((one.title(), two.title()))

    assert said == [("Edited", "Edited"), ("First", "First")]


def test_an_older_file_changes_nothing_and_is_told_of_when_it_is_not_on_its_way(hosts: list[Host]) -> None:
    one, two = hosts
    for host in hosts:
        host.write("First")
    live(one, two)
    one.write("Edited")
    live(one, two)
    two.start()
    live(two)

    assert two.title() == "Edited"
    assert two.library.older(two.now, QUIET) == []
    [older] = two.library.older(two.now + QUIET, QUIET)
    assert str(older).startswith("a.yaml says what version 2 (")
    assert f"UTC, from {older.version.place.partition(':')[0]}) has replaced" in str(older)
    two.write("Edited")
    live(two)
    assert two.library.older(two.now + QUIET, QUIET) == []


def test_a_host_goes_on_after_a_restart_from_what_it_had(hosts: list[Host]) -> None:
    """Taken back while the bot was down, it is taken back."""
    one, _ = hosts
    for title in ("First", "Edited"):
        one.write(title)
        live(one)
    one.write("First")
    one.start()

    assert one.title() == "First"


def test_a_new_host_without_a_file_has_the_digest_and_posts_nothing_new(hosts: list[Host]) -> None:
    """Its file may have been deleted: nobody wants that to be posted."""
    one, two = hosts
    one.write("First")
    live(one, two)

    assert two.title() == "First"
    assert two.library.find("a").title == one.library.find("a").title
    assert (one.settled(), two.settled()) == ([], [])
    one.now += QUIET
    two.now += QUIET
    assert (one.settled(), two.settled()) == (["a"], [])
    assert two.library.published() == ()
    assert [*two.library.gone()] == ["a"]


def test_what_came_in_without_a_file_is_every_hosts(hosts: list[Host], store: Store) -> None:
    one, two = hosts
    store.enter("a", DIGEST.replace("Road to Recovery", "Added"), who="the shell")
    live(one, two)
    one.now += QUIET

    assert (one.title(), two.title()) == ("Added", "Added")
    assert one.settled() == ["a"]


def test_a_version_waits_for_the_quiet_time_where_it_is_read(hosts: list[Host]) -> None:
    one, two = hosts
    for host in hosts:
        host.write("First")
        host.now += QUIET
        live(host)
    live(one, two, seconds=2)
    one.write("Edited")
    live(one, two)

    assert two.settled() == []
    two.now += QUIET
    assert two.settled() == ["a"]


def test_a_file_that_breaks_leaves_the_version_in_force_also_after_a_restart(hosts: list[Host]) -> None:
    one, _ = hosts
    one.write("First")
    live(one)
    write(one.folder / "a.yaml", "title: x\n")
    one.start()
    one.now += 2 * QUIET

    assert one.title() == "First"
    assert one.settled() == []
    assert len(one.library.problems) > 0


def test_a_version_that_cannot_be_read_leaves_what_was_known(
    hosts: list[Host], store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """A newer Roundup beside us may know keys that we do not."""
    one, _ = hosts
    one.write("First")
    live(one)
    store.enter("a", DIGEST + "colour: red\n", who="U0EDITOR01")
    live(one)
    one.now += 2 * QUIET

    assert one.title() == "First"
    assert one.settled() == []
    assert caplog.text.count("version_unreadable digest=a") == 1
    one.write("First", name="b")
    live(one)
    one.now += 2 * QUIET
    assert one.settled() == ["b"]
    assert caplog.text.count("version_unreadable digest=a") == 1


def test_a_quiet_second_asks_the_database_nothing(hosts: list[Host]) -> None:
    one, two = hosts
    one.write("First")
    live(one, two)
    with listening() as said:
        assert not any(host.library.refresh(host.now) for host in hosts)

    assert said == []


class Away(Store):
    """A database that is away now and then."""

    away = False

    def entered(self, *, after: int = -1) -> tuple[int, tuple[Version, ...]]:
        if self.away:
            raise LedgerError("away")
        return super().entered(after=after)


def test_while_the_database_is_away_files_speak_and_what_is_in_force_stays(tmp_path: Path) -> None:
    """What is changed meanwhile enters as soon as it is back."""
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as opened:
        store = Away(opened._database)
        store.away = True
        one = Host(tmp_path / "one", store)
        one.write("First")
        live(one)
        assert one.title() == "First"
        store.away = False
        live(one)
        store.away = True
        one.write("Edited")
        live(one)
        assert one.title() == "First"
        store.away = False
        live(one)

        assert one.title() == "Edited"
        assert len(store.entered()[1]) == 2


class Dumb(Store):
    """A database that goes away between two questions."""

    silent = False

    def texts(self, wanted: Sequence[Version]) -> dict[str, str]:
        if self.silent:
            raise LedgerError("away")
        return super().texts(wanted)


def test_a_version_whose_text_did_not_come_is_asked_for_again(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as opened:
        store = Dumb(opened._database)
        one, two = (Host(tmp_path / name, store) for name in ("one", "two"))
        for host in (one, two):
            host.write("First")
        live(one, two)
        store.silent = True
        one.write("Edited")
        live(one, two)
        before = two.title(), two.settled()
        store.silent = False
        live(two)

        assert before == ("First", [])
        assert two.title() == "Edited"
