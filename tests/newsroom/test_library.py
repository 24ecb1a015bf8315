"""The digests folder while people work in it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.numbering import Numbered, renumber
from bot.files import known_digests
from bot.files.known_digests import KnownDigests
from bot.newsroom import coding, filed
from bot.newsroom import library as library_module
from bot.newsroom.library import Library
from tests.files.written_files import DIGEST, write

NOW = datetime(2040, 1, 1, tzinfo=UTC)  # later than any file a test writes
QUIET = timedelta(seconds=60)


def digest(date: str = "2020-05-01", title: str = "T") -> str:
    return DIGEST.replace("2020-05-01", date).replace("Road to Recovery", title)


def library(folder: Path, **files: str) -> Library:
    for name, content in files.items():
        write(folder / f"{name}.yaml", content)
    found = Library(folder)
    found.refresh(NOW)
    return found


def ids(digests: tuple[Digest, ...]) -> list[str]:
    return [each.id for each in digests]


def test_digests_come_oldest_first_then_by_id_without_drafts(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        c=digest("2020-05-01"),
        b=digest("2020-05-08"),
        a=digest("2020-05-08"),
        z=digest("2020-05-15") + "draft: true\n",
    )

    assert ids(found.published()) == ["c", "a", "b"]
    assert list(found.digests) == ["c", "a", "b", "z"]
    assert found.newest() == found.digests["b"]
    assert [d.id for d in found.documents()] == ["c/1", "a/1", "b/1"]


def test_an_empty_folder_has_no_newest(tmp_path: Path) -> None:
    found = library(tmp_path)

    assert found.newest() is None
    assert found.problems == ()


def test_digests_in_a_sub_folder_are_told(tmp_path: Path) -> None:
    """They were silently never posted. Kubernetes keeps what is read below a name with dots."""
    for path in ("2019/a.yaml", "2019/b.yml", "2019/.draft.yaml", "..data/c.yaml", "pictures/d.png"):
        write(tmp_path / path, digest())
    found = library(tmp_path)
    told = f"{tmp_path}/2019:1:1: warning: 2 digests; a folder in the digests folder is not read: "

    assert [str(p) for p in found.problems] == [f"{told}move what shall be posted up"]
    (tmp_path / "2020").mkdir()
    write(tmp_path / "2020" / "e.yaml", digest())
    found.refresh(NOW)
    assert len(found.problems) == 2


def test_a_digest_to_whose_name_windows_added_something_is_told_of(tmp_path: Path) -> None:
    """Where endings are hidden it is called week.yaml, and nothing ever came of it."""
    for name in ("week.yaml.txt", "Other.YML.TXT", "notes.txt", ".week.yaml.txt.swp"):
        write(tmp_path / name, digest())
    told = "1:1: warning: not read by the bot: the name of a digest ends in .yaml; rename it"

    assert [str(p) for p in library(tmp_path).problems] == [
        f"{tmp_path}/Other.YML.TXT:{told}",
        f"{tmp_path}/week.yaml.txt:{told}",
    ]


def test_a_digest_is_found_however_its_accents_are_kept(tmp_path: Path) -> None:
    """No command took the name that a Mac had given to the file, as everybody else types it."""
    write(tmp_path / "café.yaml", digest())
    write(tmp_path / "thé.yaml", digest())
    found = library(tmp_path)

    assert found.find("café").id == found.find(f"{tmp_path}/café.yaml").id == "café"
    assert found.find("thé").id == "thé"
    with pytest.raises(RoundupError, match="there is no digest"):
        found.find("cafe")


def test_only_digest_files_inside_the_folder_are_read(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside.yaml", digest())
    folder = tmp_path / "digests"
    write(folder / "real" / "data.yaml", digest())
    write(folder / "notes.txt", "x")
    write(folder / ".draft.yaml", "x")
    write(folder / "good.yml", digest())
    (folder / "inside.yaml").symlink_to(folder / "real" / "data.yaml")
    (folder / "leak.yaml").symlink_to(outside)
    (folder / "loop.yaml").symlink_to("loop.yaml")
    (folder / "nowhere.yaml").symlink_to("gone.yaml")
    os.mkfifo(folder / "pipe.yaml")
    found = library(folder, good=digest())

    assert list(found.digests) == ["good", "inside"]
    assert [str(p) for p in found.problems] == [
        f'{folder}/good.yml:1:1: error: good.yaml is digest "good" already; rename one of them',
        f"{folder}/leak.yaml:1:1: error: a link that leads out of the folder; copy the file here",
        f"{folder}/loop.yaml:1:1: error: cannot be read: Too many levels of symbolic links",
        f"{folder}/nowhere.yaml:1:1: error: no such file",
        f"{folder}/pipe.yaml:1:1: error: not a regular file",
    ]


def test_one_broken_file_never_takes_the_others_down(tmp_path: Path) -> None:
    found = library(tmp_path, good=digest(), bad=digest() + "x: 1\n")

    assert list(found.digests) == ["good"]
    assert [p.line for p in found.problems] == [6]


def test_a_file_that_breaks_keeps_its_last_good_version_but_is_not_settled(tmp_path: Path) -> None:
    found = library(tmp_path, a=digest(title="Good"))
    assert ids(found.settled(NOW, QUIET)) == ["a"]

    write(tmp_path / "a.yaml", digest(title="Bad") + "x: 1\n")
    assert found.refresh(NOW)

    assert found.digests["a"].title == "Good"
    assert len(found.problems) == 1
    assert found.settled(NOW + timedelta(days=1), QUIET) == ()


def test_a_changed_file_is_settled_when_it_was_quiet_long_enough(tmp_path: Path) -> None:
    found = library(tmp_path, a=digest(title="Old"))
    write(tmp_path / "a.yaml", digest(title="New title"))
    write(tmp_path / "b.yaml", digest())
    found.refresh(NOW)

    assert found.settled(NOW + QUIET - timedelta(seconds=1), QUIET) == ()
    assert ids(found.settled(NOW + QUIET, QUIET)) == ["a", "b"]


def test_a_file_saved_again_as_it_was_stays_settled(tmp_path: Path) -> None:
    found = library(tmp_path, a=digest())
    write(tmp_path / "a.yaml", digest() + "# saved\n")
    found.refresh(NOW)

    assert ids(found.settled(NOW, QUIET)) == ["a"]


def test_after_a_restart_a_fresh_file_still_has_to_be_quiet(tmp_path: Path) -> None:
    """Whatever mtime a copy brings along: ctime tells when it came to be here."""
    path = write(tmp_path / "a.yaml", digest())
    os.utime(path, (1, 1))
    placed = datetime.fromtimestamp(path.stat().st_ctime, UTC)
    found = Library(tmp_path)
    found.refresh(placed + timedelta(seconds=1))

    assert found.settled(placed + timedelta(seconds=30), QUIET) == ()
    assert ids(found.settled(placed + timedelta(seconds=61), QUIET)) == ["a"]


def test_refresh_tells_whether_anything_changed(tmp_path: Path) -> None:
    found = library(tmp_path, a=digest())
    assert not found.refresh(NOW)

    write(tmp_path / "a.yaml", digest(title="Other"))
    assert found.refresh(NOW)

    (tmp_path / "a.yaml").unlink()
    assert found.refresh(NOW)
    assert list(found.digests) == []


def test_a_quiet_folder_is_not_read_and_gives_the_same_objects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked every second, over ten years of digests: whoever asks sees at a glance that nothing changed."""
    found = library(tmp_path, a=digest(), b=digest("2020-05-08"))
    write(tmp_path / "young.yaml", digest("2020-05-15"))
    found.refresh(NOW)
    revision, published, settled = found.revision, found.published(), found.settled(NOW, QUIET)
    parts = {filed: ("digest_paths", "read_digest"), coding: ("weekly", "codes", "in_code")}
    for module, names in {**parts, library_module: ("shelved",)}.items():
        for name in names:
            monkeypatch.delattr(module, name)

    assert not found.refresh(NOW + timedelta(seconds=1))
    assert found.revision == revision
    assert found.published() is published
    assert found.settled(NOW + timedelta(seconds=1), QUIET) is settled
    assert ids(found.settled(NOW + QUIET, QUIET)) == ["a", "b", "young"]
    assert ids(found.settled(NOW, QUIET)) == ["a", "b"]


def test_a_change_leaves_the_other_digests_the_objects_they_were(tmp_path: Path) -> None:
    found = library(tmp_path, a=digest(), b=digest("2020-05-08"))
    kept, changed = found.published()
    story = found.documents()[0]
    revision = found.revision
    write(tmp_path / "b.yaml", digest("2020-05-08", "Other"))

    assert found.refresh(NOW)
    assert found.revision == revision + 1
    assert found.published()[0] is kept
    assert found.published()[1] != changed
    assert found.documents()[0] is story


def test_a_restart_reads_no_file_that_was_read_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = KnownDigests(tmp_path / "cache" / "digests.sqlite")
    folder = tmp_path / "digests"
    for name in ("a", "b"):
        write(folder / f"{name}.yaml", digest())
    first = Library(folder, known=known)
    first.refresh(NOW)
    read: list[str] = []
    monkeypatch.setattr(known_digests, "open_digest", lambda path, _: read.append(path.stem))
    again = Library(folder, known=known)
    again.refresh(NOW)

    assert again.published() == first.published()
    assert read == []


def test_a_folder_that_is_away_takes_nothing_with_it(tmp_path: Path) -> None:
    """A mount that fails must not look like twenty deleted digests."""
    found = library(tmp_path / "digests", a=digest())
    (tmp_path / "digests").rename(tmp_path / "away")
    found.refresh(NOW)

    (tmp_path / "away").rename(tmp_path / "digests")
    gone = found.problems
    found.refresh(NOW)

    assert list(found.digests) == ["a"]
    assert found.problems == ()
    assert [p.text for p in gone] == ["the digests folder cannot be read: No such file or directory"]


def test_codes_are_quotable_and_one_week_has_many(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        monday=digest("2020-04-27"),
        b=digest("2020-05-01"),
        a=digest("2020-05-01"),
        draft=digest("2020-04-27") + "draft: true\n",
        new_year=digest("2021-01-01"),
    )

    assert codes(found) == {
        "monday": "#2018-1",
        "a": "#2018b-1",
        "b": "#2018c-1",
        "draft": "#2018d-1",  # last, so that it shifts none that is quoted already
        "new_year": "#2053-1",  # that day is in the last ISO week of 2020
    }
    assert found.by_code(" #2018B-1 ") == (found.digests["a"], found.digests["a"].stories[0])
    assert found.by_code("#2018-2") is None
    assert found.story("a/1") == (found.digests["a"], found.digests["a"].stories[0])


def test_thirty_digests_of_a_week_have_thirty_letters(tmp_path: Path) -> None:
    found = library(tmp_path, **{f"d{n:02}": digest() for n in range(30)})
    given = list(codes(found).values())

    assert given[:3] == ["#2018-1", "#2018b-1", "#2018c-1"]
    assert given[25:28] == ["#2018z-1", "#2018bb-1", "#2018bc-1"]
    assert len(set(given)) == 30


class Remembered:
    """Knows stories by number, and digests by the order in which it was asked for them."""

    def __init__(self, known: Sequence[Numbered] = ()) -> None:
        self.known, self.weeks, self.away = known, dict[str, list[str]](), False

    def numbered(self, digests: Sequence[Digest]) -> Sequence[Digest]:
        return [renumber(digest, self.known) for digest in digests]

    def places(self, weeks: Mapping[str, Sequence[str]]) -> dict[str, dict[str, int]]:
        if self.away:
            return {}
        for week, digests in weeks.items():
            seen = self.weeks.setdefault(week, [])
            seen.extend(digest for digest in digests if digest not in seen)
        return {week: {digest: place for place, digest in enumerate(self.weeks[week])} for week in weeks}


def codes(found: Library) -> dict[str, str]:
    return {name: each.stories[0].code for name, each in found.digests.items()}


def test_a_code_once_seen_is_never_another_digests(tmp_path: Path) -> None:
    """People have quoted it: an earlier date, a draft or a file that went must not shift it."""
    found = Library(tmp_path, codes=Remembered())
    write(tmp_path / "friday.yaml", digest("2020-05-01"))
    write(tmp_path / "draft.yaml", digest("2020-04-27") + "draft: true\n")
    found.refresh(NOW)
    first = codes(found)
    write(tmp_path / "monday.yaml", digest("2020-04-27"))
    found.refresh(NOW)
    second = codes(found)
    (tmp_path / "friday.yaml").unlink()
    write(tmp_path / "draft.yaml", digest("2020-04-27", "No longer"))
    found.refresh(NOW)

    assert first == {"draft": "#2018b-1", "friday": "#2018-1"}
    assert second == {"draft": "#2018c-1", "monday": "#2018b-1", "friday": "#2018-1"}
    assert codes(found) == {"draft": "#2018c-1", "monday": "#2018b-1"}
    assert found.by_code("#2018-1") is None


def test_letters_that_cannot_be_read_go_by_date_until_they_can(tmp_path: Path) -> None:
    remembered = Remembered()
    remembered.weeks, remembered.away = {"2018": ["friday"]}, True
    write(tmp_path / "friday.yaml", digest("2020-05-01"))
    write(tmp_path / "monday.yaml", digest("2020-04-27"))
    found = Library(tmp_path, codes=remembered)
    found.refresh(NOW)
    meanwhile = codes(found)
    remembered.away = False

    assert found.refresh(NOW)
    assert meanwhile == {"monday": "#2018-1", "friday": "#2018b-1"}
    assert codes(found) == {"monday": "#2018b-1", "friday": "#2018-1"}


def test_numbers_come_from_who_remembers_them(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", digest())
    known = [Numbered(n=7, url="", headline="Fliggy Fuels Travel", body="")]
    found = Library(tmp_path, codes=Remembered(known))
    found.refresh(NOW)

    assert found.story("a/7") is not None
    assert found.by_code("#2018-7") is not None


def test_a_digest_is_found_by_id_and_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = library(Path("digests"), **{"2020-05-01-road": digest()})
    wanted = found.digests["2020-05-01-road"]

    for name in (
        "2020-05-01-road",
        "2020-05-01-road.yaml",
        "digests/2020-05-01-road.yaml",
        str(tmp_path / "digests" / "2020-05-01-road.yaml"),
    ):
        assert found.find(name) == wanted


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("2020-05-01-raod", 'digests: there is no digest "2020-05-01-raod"; did you mean `2020-05-01-road`?'),
        (
            "elsewhere/2020-05-01-road.yaml",
            'there is no digest "elsewhere/2020-05-01-road.yaml"; did you mean',
        ),
        ("broken", "digests/broken.yaml:6:1: error: x: unknown key"),
        ("nothing like it", 'digests: there is no digest "nothing like it"; nearest: `2020-05-01-road`'),
        ("a\0b.yaml", r'there is no digest "a\u0000b.yaml"'),
    ],
)
def test_an_unknown_digest_is_told_with_the_nearest(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = library(Path("digests"), **{"2020-05-01-road": digest(), "broken": digest() + "x: 1\n"})

    with pytest.raises(RoundupError) as error:
        found.find(name)

    assert message in str(error.value)
