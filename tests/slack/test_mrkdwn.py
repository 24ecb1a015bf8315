"""Text: escaped once, never formatting, cut where a reader would."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.message import escape
from bot.core.sentences import sentences
from bot.practice.rules import checks
from bot.slack.views import mrkdwn
from tests.slack.limits import assert_mrkdwn


def test_exactly_three_characters_are_escaped() -> None:
    assert escape("<a> & \"b\" 'c' &amp;") == "&lt;a&gt; &amp; \"b\" 'c' &amp;amp;"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*not bold*", "*\u200bnot bold*"),
        ("a _b_ ~c~ `d`", "a _\u200bb_ ~\u200bc~ `\u200bd`"),
        ("> a quote", "\u200b&gt; a quote"),
        ("2 * 3 * 4, snake_case, Wait*", "2 * 3 * 4, snake_case, Wait*"),
        ("<!channel>", "&lt;!channel&gt;"),
    ],
)
def test_plain_text_stays_plain(text: str, shown: str) -> None:
    """mrkdwn cannot escape its marks; a zero-width space keeps them from pairing."""
    assert mrkdwn.literal(text) == shown


@given(st.text())
def test_nothing_in_a_text_opens_a_bracket(text: str) -> None:
    assert_mrkdwn(mrkdwn.literal(text))
    assert_mrkdwn(mrkdwn.link("https://example.com/" + text, "x" + text))
    mrkdwn.literal(text).encode()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.com/a b|c<d>?q=%20&r=é#s", "https://example.com/a%20b%7Cc%3Cd%3E?q=%20&r=%C3%A9#s"),
        ("HTTP://example.com", "HTTP://example.com"),
        ("mailto:desk@example.com", "mailto:desk@example.com"),
        ("javascript:alert(1)", ""),
        ("ftp://example.com", ""),
        ("https://[broken", ""),
        ("http://#", ""),
        ("https:///path", ""),
        ("http://:80/", ""),
        ("https://example.com:99999/", ""),
        ("mailto:", ""),
        ("mailto:?subject=a", ""),
        ("https://example.com/" + "x" * 3000, ""),
        ("", ""),
    ],
)
def test_only_web_and_mail_addresses_are_linked(url: str, address: str) -> None:
    assert mrkdwn.web_address(url) == address


@given(st.lists(st.sampled_from([*"#?/:@[].&\\| ", "80", "99999", "a", "b.c", "例", "%20"]), max_size=5))
def test_an_address_that_is_linked_is_one_that_slack_takes(drawn: list[str]) -> None:
    for scheme in ("http://", "HTTPS://", "mailto:"):
        if address := mrkdwn.web_address(scheme + "".join(drawn)):
            assert list(checks.url(address, "/url")) == []


def test_overrides_and_the_unseen_are_taken_out_but_joiners_stay() -> None:
    assert mrkdwn.clean("a\u202eb\u200bc\ud800\x00\ufeff") == "abc"
    assert mrkdwn.clean("👩‍👩‍👧 می‌خواهم") == "👩‍👩‍👧 می‌خواهم"


@pytest.mark.parametrize(
    "written",
    [
        [
            "Mr. Ma met Dr. Li in the U.S. on May 5. ",
            "G.E.M. sang No. 1. ",
            "It rose to $1.41 billion. ",
            "End.",
        ],
        ["“Solidarity is the only way,” he said. ", "“Is it?” ", "Yes! ", "Well… ", "Then he left."],
        ["飞猪推出了补贴。", "真的吗？", "「是的。」", "完"],
        ["Alibaba.com, Inc. grew 3.5 percent."],
        ["It ended. ", "100 brands came."],
        ["1. May was the day. ", "It rained."],
        ["2020. ", "A year to forget."],
    ],
)
def test_sentences_end_where_readers_say(written: list[str]) -> None:
    assert sentences("".join(written)) == written


@given(
    st.text(alphabet=st.sampled_from("ab .!?。…\n&<é\u0301👍🏽🇨🇳\u200d“”"), max_size=300), st.integers(30, 90)
)
def test_pieces_join_to_the_text(text: str, limit: int) -> None:
    pieces = mrkdwn.split(text, limit)

    assert "".join(pieces) == text
    assert all(0 < mrkdwn.size(piece) <= limit for piece in pieces)


def test_text_is_cut_at_paragraphs_then_sentences_then_words() -> None:
    text = "One two. Three four.\n\nFive six seven eight nine ten."

    assert mrkdwn.split(text, 25) == ["One two. Three four.\n\n", "Five six seven eight ", "nine ten."]
    assert mrkdwn.split(text, 13) == [
        "One two. ",
        "Three four.\n\n",
        "Five six ",
        "seven eight ",
        "nine ten.",
    ]


def test_word_longer_than_the_limit_is_cut_between_characters() -> None:
    family = "👩‍👩‍👧"

    assert mrkdwn.split(family * 4, 17) == [family * 2, family * 2]
    assert mrkdwn.split("e\u0301" * 3, 4) == ["e\u0301e\u0301", "e\u0301"]
    assert mrkdwn.split("&&&", 10) == ["&&", "&"]


@given(st.text(max_size=200), st.integers(20, 80))
def test_shortened_text_fits_and_begins_the_same(text: str, limit: int) -> None:
    short = mrkdwn.shorten(text, limit)

    assert mrkdwn.size(short) <= limit
    assert text.strip().startswith(short.removesuffix("…"))


@given(st.text(alphabet="ab &<.\n\t中👧\u200d", max_size=90), st.integers(10, 40))
@example("& 👧👧a\u200d&", 11)  # of a word that is too long a short first piece fits, too
def test_shortened_text_ends_where_pieces_of_words_would(text: str, limit: int) -> None:
    """It is cut by a shorter way, which must not show: posts are compared with what they were made of."""
    whole, room = text.strip(), limit - mrkdwn.size(mrkdwn.ELLIPSIS)
    first = mrkdwn.packed(whole, room, (mrkdwn.words, mrkdwn.characters), mrkdwn.size)[:1]

    short = mrkdwn.shorten(text, limit)

    if mrkdwn.size(whole) > limit and 2 * mrkdwn.size(first[0]) >= room:
        assert short == first[0].rstrip(" \n,;:–—-.…") + mrkdwn.ELLIPSIS


@pytest.mark.parametrize("words", ["中" * 200, "阿里巴巴宣布，" * 40, "x" * 200])
def test_a_number_before_what_has_no_blanks_does_not_stand_alone(words: str) -> None:
    """A list of stories in Chinese once read "2…"."""
    assert mrkdwn.shorten(f"2. {words}", 75).startswith(f"2. {words[:50]}")
    assert mrkdwn.shorten(f"Read https://example.com/{words}", 75) == "Read…"


def test_opening_is_a_sentence_or_two() -> None:
    text = "Ma spoke. It rained. Nobody minded."

    assert mrkdwn.opening(text, 100) == "Ma spoke. It rained."
    assert mrkdwn.opening(text, 20) == "Ma spoke. It rained."
    assert mrkdwn.opening(text, 19) == "Ma spoke."
    assert mrkdwn.opening("A sentence that is too long for its place.", 20) == "A sentence that is…"


def test_date_is_spelled_out_in_every_locale() -> None:
    assert mrkdwn.spoken_date(date(2020, 5, 1)) == "Friday, 1 May 2020"
    days = [date(2020, month, day) for month in range(1, 13) for day in range(8, 15)]
    assert [mrkdwn.spoken_date(day) for day in days] == [f"{day:%A}, {day.day} {day:%B %Y}" for day in days]


@pytest.mark.parametrize("mark", ["\u0301", "\u20dd", "\u093e"], ids=["Mn", "Me", "Mc"])
def test_a_letter_is_never_parted_from_its_mark(mark: str) -> None:
    """An accent, a circle around it, a vowel sign."""
    shown = mrkdwn.shorten("a" * 9 + "x" + mark + "bcdef", 11)

    assert ("x" in shown) == (mark in shown)


SIGNS = st.sampled_from(
    ["a", "飞", "👧", " ", "\n", "&amp;", "&lt;", "<@U1>", "<https://a.example/|b &amp; c>"]
)


@given(st.lists(SIGNS, max_size=60), st.integers(35, 90))
@example(["&amp;"] * 20, 48)
@example(["👧"] * 40, 50)
@example(["<https://a.example/|b &amp; c>"] * 3, 40)
def test_what_is_escaped_is_cut_between_its_signs(signs: list[str], limit: int) -> None:
    text = "".join(signs)
    short = mrkdwn.cut(text, limit)

    assert mrkdwn.units(short) <= limit
    assert_mrkdwn(short)
    assert short == text or text.startswith(short.removesuffix("…"))
    assert "".join(mrkdwn.pieces(text, limit)) == text
    assert all(mrkdwn.units(piece) <= limit for piece in mrkdwn.pieces(text, limit))


def test_what_is_escaped_is_cut_between_lines_where_it_can_be() -> None:
    assert mrkdwn.cut("one line\nanother line\na third", 24) == "one line\nanother line…"
    assert mrkdwn.cut("a line of words", 12) == "a line of…"
