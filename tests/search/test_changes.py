"""An index that was changed answers as one built anew, and a change writes only what changes."""

from __future__ import annotations

import gc
import os
import sqlite3
import weakref
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.search.answer import Document
from bot.search import cache
from bot.search.engine import SearchEngine
from tests.search.stories import COMPANIES, TODAY, stories

_WORDS = (
    "update",
    "Update",
    "UPDATE's",
    "fliggy",
    "Fliggy",
    "Ant Group",
    "coupon",
    "coupons",
    "on",
    "On",
    "飞猪",
    "Новости",
    "новость",
    "ガンダム",
    "중앙은행",
)
_TEXTS = st.lists(st.sampled_from(_WORDS), max_size=4).map(" ".join)
_NAMES = st.lists(st.sampled_from(("Fliggy", "FLIGGY", "Update", "Ant Group", "On", "coupon")), max_size=2)
_STORIES = st.builds(
    Document,
    id=st.integers(0, 6),
    headline=_TEXTS,
    body=_TEXTS,
    companies=_NAMES.map(tuple),
    tags=_NAMES.map(tuple),
    date=st.integers(1, 3).map(lambda day: date(2020, 5, day)),
)
_ARCHIVES = st.lists(_STORIES, max_size=7, unique_by=lambda story: story.id)
_QUESTIONS = (
    "update",
    "updaet",
    "fligy",
    "ant group",
    "coupn",
    "on",
    "in:fliggy",
    "during:2020",
    '"on update"',
    "飞猪",
    "новостт",
    "중안은행",
)
_MISTYPED = ("updates", "fligyy", "coupn", "antgroop", "новостт", "カンダム", "중안은행")


def over(documents: list[Document], source: str) -> SearchEngine:
    return SearchEngine.over(documents, COMPANIES, today=lambda: TODAY, source=source)


def said(engine: SearchEngine) -> list[object]:
    """Return all that an index tells."""
    index = engine._index
    terms = index._db.execute("SELECT * FROM term").fetchall()
    near = [index.vocabulary.near(word) for word in _MISTYPED]
    return [terms, near, *map(engine.search, _QUESTIONS), *map(engine.complete, ("u", "f", "a", "c", "o"))]


@settings(deadline=None, max_examples=60)
@given(archives=st.lists(_ARCHIVES, min_size=2, max_size=4))
def test_changed_index_tells_what_one_built_anew_does(archives: list[list[Document]]) -> None:
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", place)
        with over(archives[0], "changed") as changed:
            for number, archive in enumerate(archives[1:]):
                changed.update(archive)
                with over(archive, f"fresh {number}") as fresh:
                    assert said(changed) == said(fresh)


@settings(deadline=None, max_examples=20)
@given(archives=st.lists(_ARCHIVES, min_size=2, max_size=3))
def test_what_lies_in_the_folder_is_changed_too(archives: list[list[Document]]) -> None:
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", place)
        for archive in archives:
            over(archive, "changed").close()
        with over(archives[-1], "changed") as changed, over(archives[-1], "fresh") as fresh:
            assert said(changed) == said(fresh)


@pytest.fixture
def many() -> list[Document]:
    return [
        replace(
            story, id=f"{story.id} {copy}", body=f"{story.body} Copy{copy}.", date=date(2019, 1 + copy, 1)
        )
        for copy in range(12)
        for story in stories()
    ]


def _file(folder: Path) -> tuple[int, Path]:
    [path] = folder.glob("*.sqlite")
    return path.stat().st_ino, path


def test_change_is_written_into_the_file(index_folder: Path, many: list[Document]) -> None:
    with over(many, "") as engine:
        before = _file(index_folder)
        pages = before[1].read_bytes()
        engine.update([*many, replace(many[0], id="new", headline="Zebrafish", date=date(2020, 5, 1))])

        assert engine.search("zebrafish").matches[0].story.id == "new"
        assert _file(index_folder) == before
        assert before[1].read_bytes() != pages


@pytest.mark.parametrize("name", ["Panorai", "Панорай", "パノライス"])
def test_name_that_came_later_is_offered_as_one_that_was_there(many: list[Document], name: str) -> None:
    typed = {"Panorai": "pamorbi", "Панорай": "паморбй", "パノライス": "パマラリス"}[name]
    new = replace(many[0], id="new", headline="They Open", body="", companies=(name,))

    with over(many, "later") as later, over([*many, new], "at once") as at_once:
        later.update([*many, new])
        assert later.search(typed).suggestions == at_once.search(typed).suggestions == (name,)


def test_file_that_others_read_is_not_changed(index_folder: Path, many: list[Document]) -> None:
    with over(many, "") as reader, over(many, "") as writer:
        expected = reader.search("cartier")
        before = _file(index_folder)[0]
        writer.update(many[18:])

        assert _file(index_folder)[0] != before
        assert reader.search("cartier") == expected
        assert writer.search("cartier").total < expected.total


def test_writer_that_was_ended_leaves_the_old_index(index_folder: Path, many: list[Document]) -> None:
    """Between the first changed page and the last, nothing is lost: what was there is written beside it."""
    with over(many, "") as engine:
        expected = engine.search("cartier").total
    _, path = _file(index_folder)
    if not (child := os.fork()):
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript("PRAGMA cache_size = 1; BEGIN; DELETE FROM story; DELETE FROM term;")
        os._exit(0)  # as a kill does: nothing is taken back
    os.waitpid(child, 0)
    assert path.with_name(f"{path.name}-journal").exists()

    with pytest.MonkeyPatch.context() as patched, over(many, "") as engine:
        patched.setattr(cache, "build_index", None)
        assert engine.search("cartier").total == expected
        assert not path.with_name(f"{path.name}-journal").exists()


def test_full_disk_leaves_the_index_in_memory(
    index_folder: Path, many: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with over(many, "") as engine:
        monkeypatch.setattr(cache, "change", no_room)
        monkeypatch.setattr(cache, "_put", no_room)
        engine.update(many[18:])

        assert engine.search("cartier").matches


def test_day_busier_than_the_first_stories_let_expect(
    index_folder: Path, many: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.search.writing._FIRST", 1)
    crowd = [replace(story, date=date(2020, 5, 1)) for story in many]

    with over(crowd, "") as engine:
        found = [engine.search(name, limit=100).total for name in ("fliggy", "cartier")]

    assert found == [12, 24]  # one story of each copy tells of the first, two of the other


def test_what_was_replaced_is_freed_at_once() -> None:
    """Garbage that must be looked for stays for long, and what was there when the bot got ready for ever."""
    before, *others = stories()[:4]
    with over([before], "replaced") as engine:
        engine.search("fligyy")
        words = weakref.ref(engine._index.vocabulary._ours)
        gc.disable()
        try:
            engine.update([before, *others])
            assert words() is None
        finally:
            gc.enable()
