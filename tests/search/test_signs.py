"""Names with signs, and names of one letter: each is found as itself, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from bot.core.search.answer import Answer, AnswerKind
from bot.core.search.names import spelling
from bot.search.engine import SearchEngine
from tests.search.stories import engine_over

COMPANIES: Mapping[str, Sequence[str]] = {"X": (), "Editor++": ()}
TEXTS = {
    "cpp": ("C++ Gets Modules", "They make it faster.", ("C++",)),
    "cpp-text": ("A Course Begins", "Everybody learns C++17, then C++.", ()),
    "csharp": ("C# and Friends", "It gets records.", ()),
    "dotnet": ("Updates for .NET", "They come in May.", (".NET",)),
    "c": ("Fifty Years of C", "The language is in use.", ()),
    "r": ("R Draws Maps", "A package for R draws them.", ("R",)),
    "rd": ("Money for R&D", "Labs get it, Q&A follows. Ask J. Smith, or d'Arc.", ()),
    "x": ("A Letter as a Name", "The network X, once a bird, shrinks.", ("X",)),
    "editor": ("Editor++ Is Translated", "Into Thai.", ("Editor++",)),
    "net": ("Net Income Rises", "The sharp rise of editor sales, plus a plus.", ()),
    "file": ("Keep .gitignore Short", "Issue #12 says so.", ()),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    with engine_over(TEXTS, COMPANIES, tmp_path_factory.mktemp("index")) as engine:
        yield engine


def ids(answer: Answer) -> list[str | int]:
    return [match.story.id for match in answer.matches] if answer.kind is AnswerKind.MATCHES else []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("C++", ["cpp", "cpp-text"]),
        ("c++", ["cpp", "cpp-text"]),
        ("C++17", ["cpp-text"]),
        ("C♯", ["csharp"]),
        ("cpp", ["cpp", "cpp-text"]),
        ("C++ modules", ["cpp"]),
        ("what is new in C++?", ["cpp", "cpp-text"]),
        ("C#", ["csharp"]),
        ("c# records", ["csharp"]),
        ("csharp", ["csharp"]),
        ("C sharp", ["csharp"]),
        (".NET", ["dotnet"]),
        (".net updates", ["dotnet"]),
        ("dotnet", ["dotnet"]),
        ("dot net", ["dotnet"]),
        ("editor++", ["editor"]),
        ("editor", ["net", "editor"]),
        (".gitignore", ["file"]),
        ("gitignore", ["file"]),
        ("C", ["c"]),
        ("R", ["r"]),
        ("r", ["r"]),
        ("R maps", ["r"]),
        ("maps in R", ["r"]),
        ("X", ["x"]),
        ("news about X", ["x"]),
        ("R&D", ["rd"]),
        ("F#", []),
        ("J#", []),
        ("D++", []),
        (".ORG", []),
        ("Q", []),
        ("Y", []),
        ("K", []),
    ],
)
def test_name_with_signs_or_of_one_letter_is_itself_or_nothing(
    engine: SearchEngine, query: str, found: list[str]
) -> None:
    assert sorted(map(str, ids(engine.search(query)))) == sorted(found)


def test_signs_are_shown_as_people_write_them(engine: SearchEngine) -> None:
    assert engine.search("c++").matches[0].why == "about C++"
    assert engine.search("c# records").matches[0].words == ("C#", "records")
    assert engine.search("F# modules").missing == ("F#",)


def test_names_that_differ_in_signs_are_different_names() -> None:
    """In `only:` and `companies:`, too."""
    assert len(set(map(spelling, ("C", "C++", "C#", "c♯", "D#")))) == 4


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("E.U.", ["dotted", "plain"]),
        ("EU", ["dotted", "plain"]),
        ("E.U. votes", ["dotted"]),
        ("N.Y.", []),
        ("n.y.", []),
        ("E.N.", []),
        ("U.E.", []),
    ],
)
def test_initials_with_points_are_those_without_and_no_word_that_only_has_their_letters(
    index_folder: Path, query: str, found: list[str]
) -> None:
    """Whoever writes E.U. means EU; ny is a word, and n and y are two letters of other names."""
    texts: Mapping[str, tuple[str, str, Sequence[str]]] = {
        "dotted": ("The E.U. Votes", "It is close.", ()),
        "plain": ("The EU Buys Gas", "It is dear.", ()),
        "word": ("Et ny hus", "Det er ny, en stor en.", ()),
        "letters": ("Plan N and Plan Y", "E, then U.", ()),
    }
    with engine_over(texts, {}, index_folder) as engine:
        assert sorted(map(str, ids(engine.search(query)))) == found
