"""What is kept or left out so that an answer costs less: it is the same answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import sentences as cut
from bot.core.message import escape
from bot.core.search import highlight, when
from bot.core.search.folding import lower, plain
from bot.core.search.highlight import MAX_EXCERPT, excerpt
from bot.core.search.text import read_word, surfaces, untied
from bot.core.search.unit import Term
from bot.search import index
from bot.search.engine import SearchEngine
from bot.slack.views import mrkdwn
from bot.slack.views.answers import _emboldened

QUESTIONS = (
    "Fliggy",
    "fligy travel",
    "what did Alibaba announce?",
    "飞猪",
    "fliggy xyzzy alibaba",
    "covid-19",
)


def test_words_are_forgotten_without_harm(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered = [engine.search(question) for question in 2 * QUESTIONS]
    monkeypatch.setattr(index, "_TERMS_KEPT", 0)

    assert [engine.search(question) for question in 2 * QUESTIONS] == remembered


def test_only_so_many_other_numbers_of_words_are_remembered(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("coupon hotels", "trains", "loan", "hotel", "sales", "coupons")
    remembered = [engine.search(question) for question in asked]
    assert len(engine._index._forms) > 2
    monkeypatch.setattr(index, "_FORMS_KEPT", 2)
    engine._index._forms.clear()

    assert [engine.search(question) for question in asked] == remembered
    assert len(engine._index._forms) <= 2


def test_other_numbers_of_words_are_forgotten_with_the_index(engine: SearchEngine) -> None:
    held = list((engine._held or {}).values())
    before = engine.search("loans").total
    engine.update([*held, replace(held[0], id="new", body="One loan alone.")])

    assert engine.search("loans").total == before + 1


@pytest.mark.parametrize(("limit", "value"), [("_RARE", 0), ("_RARE", 1), ("_RARE", 3), ("_PLACES_KEPT", 0)])
def test_sets_in_memory_find_what_the_index_finds(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    """All of a question's words may be rare, some, or none."""
    pairs = map(" ".join, combinations(("alibaba", "fliggy", "mybank", "travel", "digital", "sales"), 2))
    asked = [*QUESTIONS, *pairs, '"digital finance" -fliggy', "in:travel", "travel before:2020-05"]
    pages = [(question, offset) for question in 2 * asked for offset in (0, 1)]
    remembered = [engine.search(question, limit=2, offset=offset) for question, offset in pages]
    monkeypatch.setattr(index, limit, value)
    engine._index._rare.clear()

    assert [engine.search(question, limit=2, offset=offset) for question, offset in pages] == remembered


def test_places_of_a_rare_word_are_asked_for_once(engine: SearchEngine) -> None:
    engine.search("fliggy mybank")
    statements: list[str] = []
    engine._index._db.set_trace_callback(statements.append)

    engine.search("fliggy mybank")

    assert not [statement for statement in statements if statement.startswith("SELECT rowid FROM words")]


def test_word_is_asked_of_the_index_once(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.search("fliggy travel")
    asked: list[str] = []
    looked_up = index.Index._looked_up

    def recording(self: index.Index, words: list[str]) -> dict[str, Term | None]:
        asked.extend(words)
        return looked_up(self, words)

    monkeypatch.setattr(index.Index, "_looked_up", recording)

    engine.search("travel fliggy")

    assert asked == []


@given(st.text("*_~`>& a\n\u200b<!"))
def test_text_without_marks_is_literal_as_it_is(text: str) -> None:
    """Where nothing has to be defused nothing is looked for; where something has, it is found."""
    escaped = escape(mrkdwn._UNSEEN.sub("", text))
    defused = re.sub(r"(?<!\w)([*_~`]+)(?=\S)", "\\1\u200b", escaped)

    assert mrkdwn.literal(text) == mrkdwn._QUOTE.sub("\u200b\\1", defused)


def test_whatever_is_taken_out_is_not_printable() -> None:
    unseen = [letter for letter in map(chr, range(0x110000)) if mrkdwn._UNSEEN.match(letter)]

    assert len(unseen) > 2000
    assert not any(map(str.isprintable, unseen))


PIECES = ("h", "M", "att", "US", "c", "net", "5bn", "rmb10", "dog", "コンピューター", "飞猪", "क्या", "é")
TIES = ("&", " & ", ".", "-", "_", "'", "'s", "/", "++", "#", " .", "(.", " ", "€", "\n")


@given(st.lists(st.tuples(st.sampled_from(TIES), st.sampled_from(PIECES)), min_size=1, max_size=8))
def test_whatever_a_word_is_found_by_stands_in_the_untied_text(drawn: list[tuple[str, str]]) -> None:
    """A text in which it does not is not read for compounds, word by word."""
    text = plain("".join(tie + piece for tie, piece in drawn))
    words = [read_word(surface) for surface in surfaces(text) if not surface.isalpha()]
    found_by = {form for word in words for form in (word.joined, *word.extras)}

    assert [form for form in found_by if form not in untied(lower(text))] == []


OF_DATES = (
    *("1", "12", "31", "2020", "1st", "q1", "H2", "5月", "1日", "2020年", "may", "Mai", "april", "monday"),
    *("since", "in", "until", "of", "the", "first", "week", "last", "early", "summer", "-", "/", ".", ","),
)


@given(st.lists(st.tuples(st.sampled_from(OF_DATES), st.sampled_from(["", " "])), max_size=7))
def test_a_text_that_is_not_looked_through_for_dates_has_none(drawn: list[tuple[str, str]]) -> None:
    text, today = "".join(word + gap for word, gap in drawn), date(2026, 5, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(when, "_NUMBERED", re.compile(""))
        looked_through = [*when.written_days(text, today)]

    assert [*when.written_days(text, today)] == looked_through


def test_only_a_text_that_may_have_a_compound_is_read_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def recording(text: str) -> list[str]:
        read.append(text)
        return surfaces(text)

    monkeypatch.setattr(highlight, "surfaces", recording)
    text = "A T-Mall of H & M, and one thing more."

    assert highlight.Passage(text).find_compound(["jd"]) == ""
    assert read == []
    assert highlight.Passage(text).find_compound(["tmall"]) == "T-Mall"
    assert len(read) == 1


@given(
    st.lists(st.sampled_from(["To buy. ", "To sell. ", "To buy or sell. ", "All. ", "\n"]), max_size=12),
    st.lists(st.sampled_from(["buy", "sell", "or", "To"]), max_size=3, unique=True),
)
def test_excerpt_is_the_first_sentence_with_most_words(texts: list[str], words: list[str]) -> None:
    """However many paragraphs need not be cut for it."""
    body = "".join(texts)
    cuts = [[0, *cut.sentence_ends(paragraph)] for paragraph in body.split("\n")]
    ends = [(p, a, b) for p, cuts_ in zip(body.split("\n"), cuts, strict=True) for a, b in pairwise(cuts_)]
    all_ = [paragraph[a:b] for paragraph, a, b in ends]
    best = max(all_, key=lambda sentence: sum(word in sentence for word in words), default="")

    assert excerpt(body, words) == best.strip()


@pytest.mark.parametrize("place", [0, 5, 60, 115])
def test_long_sentence_is_shortened_to_whole_words_around_what_was_found(place: int) -> None:
    words = [f"word{n}" for n in range(120)]
    words[place] = "Acme"
    shown = excerpt(" ".join(words), ["Acme"])

    first, last = shown.startswith("…"), shown.endswith("…")
    cut = shown.strip("…").split()
    assert len(shown) <= MAX_EXCERPT + 2
    assert len(shown) > MAX_EXCERPT // 3
    assert "Acme" in cut
    assert set(cut) <= set(words)
    assert (first, last) == (cut[0] != words[0], cut[-1] != words[-1])


@given(st.text("aZ1 .!。”\n"))
def test_stops_are_those_of_the_whole_pattern(text: str) -> None:
    assert [stop.span() for stop in cut._stops(text)] == [stop.span() for stop in cut._STOP.finditer(text)]


@given(text=st.text("abB ", max_size=12), words=st.lists(st.text("abB ", max_size=3), max_size=4))
def test_matched_words_are_bold_and_nothing_is_lost(text: str, words: list[str]) -> None:
    wanted = {" ".join(word.split()) for word in words} - {""}
    runs = [(run["text"], "style" in run) for run in _emboldened(text, words)]

    assert "".join(said for said, _ in runs) == text
    assert {said for said, bold in runs if bold} <= wanted
    assert not any(word in said for said, bold in runs if not bold for word in wanted)
