"""What is kept or left out so that an answer costs less: it is the same answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import sentences as cut
from bot.core.message import escape
from bot.core.search.meaning import Term
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

    assert mrkdwn.literal(text) == mrkdwn._QUOTE.sub("\u200b\\1", mrkdwn._MARKER.sub("\\1\u200b", escaped))


def test_whatever_is_taken_out_is_not_printable() -> None:
    unseen = [letter for letter in map(chr, range(0x110000)) if mrkdwn._UNSEEN.match(letter)]

    assert len(unseen) > 2000
    assert not any(map(str.isprintable, unseen))


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
