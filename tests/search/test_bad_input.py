"""Whatever is typed, and whatever lies in the cache folder: an answer, at once, and never an exception."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterable
from multiprocessing import Queue, get_context
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.search.answer import AnswerKind, Document
from bot.core.search.folding import IS_MARK
from bot.core.search.guesses import Lexicon
from bot.core.search.highlight import Passage
from bot.core.search.meaning import Wording
from bot.core.search.query import MAX_LENGTH, read_query
from bot.core.search.text import Cutter, name_parts
from bot.core.search.unit import Term
from bot.search import cache as index_files
from bot.search.engine import SearchEngine
from bot.search.index import Hit, Index
from bot.search.packing import Packer, Said
from bot.search.schema import Facts
from tests.search.stories import COMPANIES, TODAY, stories
from tests.waiting import PATIENCE

_LETTERS = st.sampled_from("abcfgily猪飞H&M'\"*():-^{}+.\0\n\ud800\u200b\u0301６ß½😀 ")
_WORDS = st.sampled_from(
    ["AND", "NOT", "NEAR(", "fliggy", '"', "-", "in:", "before:", "h", "&", "m", "飞猪", "what"]
)
_QUERIES = st.text(st.one_of(_LETTERS, st.characters())) | st.lists(_WORDS).map(" ".join)


def over() -> SearchEngine:
    return SearchEngine.over(stories(), COMPANIES, today=lambda: TODAY)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(query=_QUERIES, limit=st.integers(1, 5), offset=st.integers(0, 30))
def test_every_question_has_an_answer(engine: SearchEngine, query: str, limit: int, offset: int) -> None:
    answer = engine.search(query, limit=limit, offset=offset)

    assert len(answer.matches) <= limit
    assert bool(answer.matches) <= (answer.kind in {AnswerKind.MATCHES, AnswerKind.CLOSEST})
    assert bool(answer.missing) == (answer.kind is AnswerKind.CLOSEST)
    assert answer.kind is AnswerKind.MATCHES or answer.hint
    assert all(
        word in match.story.headline + match.story.body for match in answer.matches for word in match.words
    )


@settings(deadline=None, max_examples=200)
@given(text=_QUERIES)
def test_every_text_can_be_cut(text: str) -> None:
    cut = Cutter([("Fliggy", "飞猪")])(text)

    assert tuple(cut.words) == name_parts(text)
    # Vowel signs of India are no letters, but a part of words.
    assert all(IS_MARK.sub("", word).isalnum() for word in (*cut.words, *cut.extras))


@pytest.mark.parametrize(
    "query", ["", "  \t\n", "the of and", "?!…", "😀🎉", "\ud800", "\0\x01", "-", '"', '""']
)
def test_nothing_asked_is_answered_with_a_hint(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert answer.kind is AnswerKind.NOTHING
    assert "Ask for" in answer.hint


@pytest.mark.parametrize(
    "query",
    [
        *("Fliggy 9999-12-31", "Fliggy 0001-01-01", "Fliggy 9999-12", "Fliggy 0001"),
        *("Fliggy after 9999-12-31", "Fliggy before 0001-01-01", "Fliggy from tuesday to 0001-01-01"),
        *(
            "Fliggy after:9999-12-31",
            "Fliggy before:0001-01-01",
            "Fliggy during:9999",
            "Fliggy on:0002-01-01",
        ),
        *("Fliggy after 9998-12-31", "Fliggy before 0002-01-01", "Fliggy 9998-12-31", "Fliggy 0002-01-01"),
    ],
)
def test_first_and_last_days_there_are_can_be_asked_for(engine: SearchEngine, query: str) -> None:
    """None is before the one, and none after the other."""
    assert engine.search(query).kind is not AnswerKind.MATCHES


@pytest.mark.parametrize("letters", ["x", "fliggy ", "飞", '"', "-a ", "🎉", "a.", "before:2020 "])
def test_million_letters_are_answered_at_once(engine: SearchEngine, letters: str) -> None:
    query = letters * (1_000_000 // len(letters))

    start = time.thread_time()
    engine.search(query)

    assert time.thread_time() - start < 0.5


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _scribble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


def _replace_by_text(path: Path) -> None:
    path.write_text("not a database")


def _replace_by_foreign_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("letters", ["1.", "1.000", "two of ", "and of ", "a half of a ", "."])
def test_a_text_of_mere_numbers_or_stops_is_read_at_once(letters: str) -> None:
    """Each place was the begin of a number, or a stop, that might end anywhere below."""
    body = f"{letters * (100_000 // len(letters))} illion"
    story = Document(id=1, headline="Kayaks", body=body, date=TODAY)

    with SearchEngine.over([story], {}, today=lambda: TODAY) as engine:
        found, closest = engine.search("kayaks"), engine.search("kayaks 1,234,567 illion")

    assert (found.total, closest.missing) == (1, ("1,234,567",))


@pytest.mark.parametrize(
    "damage", [_truncate, _scribble, _replace_by_text, _replace_by_foreign_database, _empty]
)
def test_damaged_file_is_built_anew(index_folder: Path, damage: Callable[[Path], None]) -> None:
    over().close()
    [path] = index_folder.glob("*.sqlite")
    whole = path.stat().st_size
    damage(path)

    with over() as engine:
        assert engine.search("fligy").matches[0].story.id == "fliggy"
        assert path.stat().st_size == whole


def _plant(path: Path, sql: str) -> None:
    with sqlite3.connect(path) as connection:
        packer = Packer(Facts.read(connection).dictionary)
        planted = packer.pack(Said("Planted", "Planted", "Planted", ""))
        connection.execute(sql, {"planted": planted} if ":planted" in sql else {})
    connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE story SET said = :planted, id = '\"planted/1\"'",
        "UPDATE story SET said = :planted",
        "DELETE FROM story",
    ],
)
def test_a_planted_row_is_no_news(index_folder: Path, sql: str) -> None:
    """Whoever can write the cache cannot make the bot tell what is in no digest."""
    with over() as engine:
        expected = [match.story for match in engine.search("fliggy").matches]
    [path] = index_folder.glob("*.sqlite")
    _plant(path, sql)

    with over() as engine:
        answers = [engine.search("fliggy"), engine.search("alibaba")]

    assert expected
    assert [match.story for match in answers[0].matches] == expected
    assert "Planted" not in repr(answers)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_an_index_that_others_may_have_written_is_not_opened(index_folder: Path, what: str) -> None:
    over().close()
    [path] = index_folder.glob("*.sqlite")
    _plant(path, "UPDATE term SET shown = 'Planted'")
    (path if what == "file" else path.parent).chmod(0o777)

    with over() as engine:
        answer = engine.search("fligy")

    assert "Planted" not in repr(answer)


def test_file_damaged_while_open_is_built_anew(index_folder: Path, engine: SearchEngine) -> None:
    [path] = index_folder.glob("*.sqlite")
    _scribble(path)

    assert engine.search("cartier iwc").matches[0].story.id == "watches"
    assert engine.complete("al")[0] == "Alibaba Cloud"


def test_unwritable_folder_leaves_the_index_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    with over() as engine:
        assert engine.search("fligy").matches[0].story.id == "fliggy"
        engine.update(stories()[1:])
        assert engine.search("fligy").matches == ()
        assert engine.search("cartier").matches


def test_second_process_opens_what_the_first_built(monkeypatch: pytest.MonkeyPatch) -> None:
    over().close()
    monkeypatch.setattr("bot.search.engine.build_index", None)

    with over() as engine:
        assert engine.search("fligy").matches


def _open_in_its_own_process(found: Queue[object]) -> None:
    with over() as engine:
        found.put(engine.search("fligy").matches[0].story.id)


def test_processes_may_build_the_same_index_at_once(index_folder: Path) -> None:
    spawn = get_context("spawn")
    found: Queue[object] = spawn.Queue()
    processes = [spawn.Process(target=_open_in_its_own_process, args=(found,)) for _ in range(3)]
    for process in processes:
        process.start()

    assert [found.get(timeout=PATIENCE) for _ in processes] == ["fliggy"] * 3
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 3
    assert len(list(index_folder.iterdir())) == 1


def test_nobody_else_reads_the_index(index_folder: Path) -> None:
    """A draft may stand in it. What an older version left open is closed when it is used."""
    before = os.umask(0o022)
    try:
        over().close()
        index_files.note("source", "name", "0" * 32)
        modes = {stat.S_IMODE(file.stat().st_mode) for file in index_folder.iterdir()}
        kept = stat.S_IMODE(index_folder.stat().st_mode)
        for path in (index_folder, *index_folder.iterdir()):
            path.chmod(0o755)
        over().close()
        index_files.note("source", "name", "0" * 32)
    finally:
        os.umask(before)

    assert (modes, kept) == ({0o600}, 0o700)
    assert {
        stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (index_folder, *index_folder.iterdir())
    } == {0}


def test_a_source_has_one_file_whatever_it_holds(index_folder: Path, engine: SearchEngine) -> None:
    for size in range(1, 15):
        engine.update(stories()[:size])

    assert len(list(index_folder.iterdir())) == 1


def test_old_files_are_deleted(index_folder: Path) -> None:
    """Of earlier versions, of sources that nobody asks any more, and what a crash left half-written."""
    index_folder.mkdir(parents=True)
    old = [f"search-{'0' * 32}.sqlite", f"search-{'0' * 32}.key", ".search-x.1", ".stories-x.sqlite.1"]
    for name in (
        *old,
        "stories-unused.sqlite",
        "stories-unused.key",
        "stories-used.sqlite",
        "digests.sqlite",
    ):
        (index_folder / name).touch()
    for name in (*old, "stories-unused.sqlite", "digests.sqlite"):
        os.utime(index_folder / name, (0, 0))
    over().close()

    [built] = set(os.listdir(index_folder)) - {"stories-used.sqlite", "digests.sqlite"}
    assert built.startswith("stories-")


def test_only_so_many_sources_are_kept(index_folder: Path) -> None:
    for number in range(index_files.KEPT + 3):
        SearchEngine.over(stories(), {}, today=lambda: TODAY, source=str(number)).close()

    assert len(list(index_folder.iterdir())) == index_files.KEPT
    with SearchEngine.over(stories(), {}, today=lambda: TODAY, source="3") as engine:
        assert engine.search("fligy").matches


def test_source_used_last_is_kept(index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def over(source: int) -> None:
        SearchEngine.over(stories(), {}, today=lambda: TODAY, source=str(source)).close()

    for number in range(index_files.KEPT):
        over(number)
        for path in index_folder.iterdir():
            os.utime(path, (path.stat().st_mtime - 60,) * 2)
    over(0)
    over(index_files.KEPT)
    monkeypatch.setattr(index_files, "build_index", None)

    over(0)


def test_many_threads_may_ask_during_updates(engine: SearchEngine) -> None:
    """Each answer is of one state or the other, never of neither."""
    found: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            found.append(engine.search("cartier").total + engine.search("iwc").total)

    readers = [threading.Thread(target=ask) for _ in range(4)]
    for reader in readers:
        reader.start()
    for size in (14, 18, 10, 18):
        engine.update(stories()[:size])
    stop.set()
    for reader in readers:
        reader.join()

    assert found
    assert set(found) <= {0, 1, 2, 3}


@pytest.mark.parametrize(
    "query",
    [
        " ".join(f'"{word}"' for word in ["a", "b", "c", "d", "e", "f", "g"]),
        "Fliggy " + " ".join(f"-{word}" for word in ["a", "b", "c", "d", "e", "f", "g"]),
        " ".join(f"in:{word}" for word in ["a", "b", "c", "d", "e", "f", "g"]),
        '"a" "b" "c" -d -e in:f in:g',
    ],
)
def test_more_conditions_than_anybody_means_are_refused_in_words(engine: SearchEngine, query: str) -> None:
    """Each may walk through every story; and a forgotten exclusion would show what was excluded."""
    answer = engine.search(query)

    assert answer.kind is AnswerKind.NOTHING
    assert "at most 6 phrases, tags and exclusions" in answer.hint


def test_phrase_longer_than_any_headline_is_refused_in_words(engine: SearchEngine) -> None:
    answer = engine.search('"' + "the travel platform " * 5 + '"')

    assert answer.kind is AnswerKind.NOTHING
    assert "too long" in answer.hint


def test_same_condition_many_times_is_one_condition(engine: SearchEngine) -> None:
    """`"a" "a" "a" …` took four seconds of CPU on ten thousand stories."""
    asked = read_query('"Labor Day" ' * 200, today=TODAY)

    assert asked.phrases == (("labor", "day"),)
    assert not asked.problem


def test_whether_any_story_has_a_phrase_is_told_without_ranking_all_that_have_it(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven times a question, each as dear as an answer: 150 ms of CPU on ten thousand stories."""
    ranked: list[str] = []

    def rank(_: Index, match: str, *more: int) -> list[Hit]:
        ranked.append(match)
        return []

    monkeypatch.setattr(Index, "ranked", rank)

    answer = engine.search('"the" "a" during:2020 xqzwv')

    assert answer.kind is AnswerKind.NOTHING
    assert ranked == []


def test_question_in_other_characters_is_spelt_out_once(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for each of its words, of which there may be thousands."""
    spelt: list[str] = []

    def spell(text: str) -> Passage:
        spelt.append(text)
        return Passage(text)

    monkeypatch.setattr("bot.search.finding.Passage", spell)

    assert engine.search("Ｆliggy travel tourism platform İ").matches
    assert len(spelt) == 1


def test_letter_that_stands_for_many_does_not_make_a_question_longer() -> None:
    """One ligature is eighteen letters when it is taken apart."""
    asked = read_query("\ufdfa" * 4000, today=TODAY)

    assert sum(len(part.letters) for part in asked.parts) <= MAX_LENGTH


def test_only_so_many_words_of_a_question_are_looked_up_letter_by_letter(engine: SearchEngine) -> None:
    """That is the dear part of a question: whoever types twenty unknown words is not asking."""
    asked = read_query(" ".join(f"fligg{chr(97 + i)}{chr(122 - i)}" for i in range(24)), today=TODAY)
    tried: list[str] = []

    def near(word: str) -> list[tuple[str, int]]:
        tried.append(word)
        return []

    wording = Wording(asked.parts, Lexicon(stories=18, lookup=lambda words: {}, near=near))
    wording.units()

    assert len(asked.parts) == 24
    assert len(tried) == 16

    wording.units(boldly=True)
    assert len(tried) == 16  # what was looked up is known


def test_no_more_of_them_are_when_the_question_is_read_boldly() -> None:
    """Words that few stories have may be slips then, too: they come on top of what was looked up."""
    few = {word: Term(word, 1, 0, 0, 0, word, "", "") for word in ("zorquan", "velmira")}
    asked = read_query(" ".join((*few, *(f"fligg{chr(97 + i)}" for i in range(16)))), today=TODAY)
    tried: list[str] = []

    def near(word: str) -> list[tuple[str, int]]:
        tried.append(word)
        return []

    def lookup(words: Iterable[str]) -> dict[str, Term]:
        return {word: few[word] for word in words if word in few}

    wording = Wording(asked.parts, Lexicon(stories=18, lookup=lookup, near=near))
    wording.units()
    assert len(tried) == 16

    wording.units(boldly=True)
    assert len(tried) == 16
