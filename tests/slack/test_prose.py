"""Texts with shape in blocks: every word once and in order, links and characters whole, items marked."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.markdown.tree import Item, Paragraph, Run, words_of
from bot.core.message import Message
from bot.files.markdown import read_text
from bot.slack.views import mrkdwn, prose
from bot.slack.views.kit import reading
from tests.files.test_markdown import numbered, pieces
from tests.slack.limits import assert_mrkdwn, assert_valid, objects

some = settings(max_examples=60, deadline=None)
EMOJI = ("👩‍👩‍👧‍👦", "👩🏽‍❤️‍💋‍👨🏽", "🇨🇳", "1️⃣", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "e̊̂̃", "각", "क्षि")
LONG = "A sentence of a usual length with [a link that goes on](https://example.com/a) in it. "
HEAVY = [
    "- W ",
    LONG * 8,
    "\n  1. W ",
    LONG * 8,
    "\n  2. W",
    "\n\n> ",
    LONG * 9,
    "\n\n```\n",
    "line\n" * 90,
    "```\n",
]


@some
@given(pieces, st.integers(40, 300))
@example(HEAVY, 250)
def test_every_word_stands_once_in_order_wherever_a_text_is_cut(drawn: list[str], limit: int) -> None:
    text = read_text(numbered(drawn))

    for blocks in (prose.blocks(text.nodes), prose.blocks(text.nodes, limit=limit)):
        shown = "".join(one["text"] for block in blocks for one in _runs(block))
        assert _letters(shown) == _letters("".join(words_of(node.runs) for node in text.nodes))


@some
@given(pieces)
@example(HEAVY)
@example(["\n2. ", "*", "*", "\n2. ", "*"])
@example(["http://", "#"])
def test_every_block_is_one_that_slack_takes(drawn: list[str]) -> None:
    for block in prose.blocks(read_text(numbered(drawn)).nodes):
        assert_valid(Message(text="words", blocks=(block,)))
        for one in objects(block):
            assert one.get("type") not in {"broadcast", "user", "usergroup", "channel"}
            assert not re.search("<[!@#]", str(one.get("text", "")))


@pytest.mark.parametrize(("more", "count"), [(0, 1), (1, 2)])
def test_two_thousand_characters_are_one_block_and_no_more(more: int, count: int) -> None:
    """Slack folds a longer one behind "See more"; shorter ones would tear a text that need not be."""
    half = "a" * 999
    blocks = prose.blocks(read_text(f"{half}\n\n{half}{'b' * more}").nodes)

    assert len(blocks) == count


@some
@given(pieces, st.integers(500, 2900))
@example(HEAVY, 600)
def test_mrkdwn_pings_nobody_forges_nothing_and_fits_a_section(drawn: list[str], limit: int) -> None:
    text = read_text(numbered(drawn))
    sections = [piece for piece, _ in prose.sections(text.nodes, limit)]

    for section in sections:
        assert_mrkdwn(section)
        assert mrkdwn.units(section) <= 3000
    words = [word for section in sections for word in re.findall(r"word\d+x", _without_addresses(section))]
    assert words == re.findall(r"word\d+x", "\n".join(words_of(node.runs) for node in text.nodes))


def _without_addresses(section: str) -> str:
    return re.sub(r"<[^|>]*\|", "", section)


@given(st.lists(st.sampled_from(EMOJI), min_size=1, max_size=60), st.integers(25, 80))
def test_no_visible_character_is_cut(drawn: list[str], limit: int) -> None:
    cut = prose.split([Paragraph((Run("".join(drawn)),))], limit)
    ends, at = set(), 0
    for cluster in drawn:
        at += len(cluster)
        ends.add(at)

    at = 0
    for part in cut:
        at += len("".join(words_of(node.runs) for node in part))
        assert at in ends
    assert "".join(mrkdwn.split("".join(drawn), limit)) == "".join(drawn)


@given(st.integers(60, 400))
def test_no_link_is_cut_and_no_item_from_its_marker(limit: int) -> None:
    text = read_text("".join(f"- item {n} {LONG * (n % 4)}\n" for n in range(1, 12)))
    parts = prose.split(text.nodes, limit)

    links = [run for part in parts for node in part for run in node.runs if run.url]
    assert {run.text for run in links} == {"a link that goes on"}
    begun = [node for part in parts for node in part if isinstance(node, Item)]
    assert [words_of(node.runs)[:7].strip() for node in begun] == [f"item {n}" for n in range(1, 12)]


def test_lists_say_their_numbers_and_how_deep_they_are() -> None:
    (block,) = prose.blocks(read_text("3. a\n4. b\n   - c\n5. d").nodes)

    assert [
        (one["style"], one.get("indent", 0), one.get("offset", 0), len(one["elements"]))
        for one in block["elements"]
    ] == [("ordered", 0, 2, 2), ("bullet", 1, 0, 1), ("ordered", 0, 4, 1)]
    assert reading([block]) == "3. a\n4. b\n    • c\n5. d"


def test_the_same_text_in_mrkdwn() -> None:
    source = "**a** *b* ~~c~~ `d` [e](https://example.com/?a&b)\n\n> f\n> g\n\n```\nh\n  i\n```"

    assert [text["text"] for text, _ in prose.told(read_text(source).nodes)] == [
        "*a* _b_ ~c~ `d` <https://example.com/?a&amp;b|e>\n\n&gt; f g\n\n```\nh\n  i\n```"
    ]


def below(source: str, longest: int) -> list[dict[str, object]]:
    return prose.below(read_text(source).nodes, longest)


def test_a_line_below_links_to_addresses_that_are_not_too_long() -> None:
    """As Slack counts them, an address of just that length is still a link."""
    url = "https://example.com/" + "a" * 30

    assert below(f"See [all]({url}) of it", 50)[-2] == {"type": "link", "url": url, "text": "all"}
    assert not any(one["type"] == "link" for one in below(f"See [all]({url}) of it", 49))


def test_a_line_below_is_one_line_with_the_marks_of_its_items() -> None:
    said = below("Words that\ngo on.\n\n- one\n- two\n\nEnd.", 50)

    assert "".join(str(one["text"]) for one in said) == "\nWords that go on. • one • two End."


def test_in_mrkdwn_an_address_too_long_for_a_section_is_left_out_and_its_words_stay() -> None:
    """Counted as it is written there: "&" takes five characters."""
    short = "https://example.com/?" + "a" * (prose.MAX_LINK - 26) + "&"
    long = short.replace("a", "aa", 1)

    assert prose.sections(read_text(f"[all]({short})").nodes)[0][0] == f"<{short.replace('&', '&amp;')}|all>"
    assert prose.sections(read_text(f"[all]({long})").nodes)[0][0] == "all"


def _runs(block: object) -> list[dict[str, str]]:
    return [one for one in objects(block) if one.get("type") in {"text", "link"}]


def _letters(text: str) -> str:
    return re.sub(r"[\s\u200b\u2060]", "", mrkdwn.clean(text))


@pytest.mark.parametrize(
    "source",
    ["**b** " + "a " * 3_000, "\n".join(f"{n}. a" for n in range(1, 900)), "- a\n  - b\n" * 400],
    ids=["short words", "short items", "deep items"],
)
def test_a_section_is_measured_with_its_blanks_and_marks(source: str) -> None:
    """Slack refuses the whole message for one of more than 3,000 characters."""
    for text, _ in prose.sections(read_text(source).nodes):
        assert mrkdwn.units(text) <= 2_100


def test_links_for_which_a_message_has_no_room_are_words() -> None:
    """Addresses do not count as text there, but the message has a length."""
    address = "https://example.com/" + "a" * 1_500
    source = " ".join(f"[w{n}]({address})" for n in range(40))
    said = [*prose.elements(prose._linked(read_text(source).nodes))]
    kinds = [run["type"] for run in _runs(said)]

    assert 0 < kinds.count("link") < 40
    assert sum(len(run.get("url", "")) for run in _runs(said)) <= prose.MAX_ADDRESSES
