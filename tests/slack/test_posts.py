"""A digest's post: whole, in order, within every limit, and safe to read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from bot.core.digest import Digest, Image, in_sections
from bot.core.markdown.source import literal
from bot.core.markdown.tree import NO_TEXT, Text, words_of
from bot.core.message import Message, Part
from bot.core.settings import Layout
from bot.importing.posted import section_nodes
from bot.slack.views import mrkdwn
from bot.slack.views.kit import as_preview, without_blocks, without_images
from bot.slack.views.posts import digest_parts
from tests.slack.limits import assert_mrkdwn, assert_valid, objects
from tests.slack.wild import digest, digests, story

wild = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEAVY = digest(
    *(story(n, headline=f"{n} " + "Long " * 40, body=("Some words here. " * 50,) * 3) for n in range(1, 41)),
    intro=("An intro. " * 300,),
)


@wild
@given(digests())
@example(HEAVY)
def test_every_message_is_within_every_limit(wild_digest: Digest) -> None:
    """Slack refuses a whole message for one field too long."""
    for layout in Layout:
        for part in digest_parts(wild_digest, wild_digest.stories, layout=layout):
            assert_valid(part.message)


@wild
@given(digests())
@example(HEAVY)
def test_every_word_of_every_story_is_there_once_in_order(wild_digest: Digest) -> None:
    """Nothing lost, nothing doubled, however the post is cut."""
    week = replace(wild_digest, title="The Week", intro=NO_TEXT)
    thread = digest_parts(week, week.stories, layout=Layout.HEADLINES)[1:]
    full = digest_parts(week, week.stories, layout=Layout.FULL)

    written = "".join(_letters(s.headline + _said(s.body or s.summary)) for s in in_sections(week.stories))
    for parts in (thread, full):
        shown = _letters("".join(text for part in parts for text in _story_texts(part.message)))
        assert shown == written


@wild
@given(digests())
def test_thread_is_read_out_whole(wild_digest: Digest) -> None:
    """A screen reader hears a message's text, never its blocks."""
    for part in digest_parts(wild_digest, wild_digest.stories, layout=Layout.HEADLINES)[1:]:
        heard = _letters(_unescaped(part.message.text))
        for text in _story_texts(part.message):
            assert _letters(text) in heard


@wild
@given(digests())
def test_ladder_keeps_the_words(wild_digest: Digest) -> None:
    """A refused picture or block costs its looks, not its words."""
    for part in digest_parts(wild_digest, wild_digest.stories, layout=Layout.FULL):
        plain = without_images(part.message)
        bare = without_blocks(plain)

        assert "accessory" not in json.dumps(plain.blocks)
        assert len(plain.blocks) <= 50
        assert not bare.blocks
        assert_mrkdwn(bare.text)
        for text in (*_story_texts(part.message), *_alts(part.message)):
            assert _letters(text) in _letters(_unescaped(bare.text))


def test_headlines_layout_is_one_message_and_a_thread() -> None:
    week = digest(
        *(story(n, url=f"https://example.com/{n}") for n in range(1, 4)), url="https://example.com/"
    )

    parent, *thread = digest_parts(week, week.stories, layout=Layout.HEADLINES)

    assert _kinds(parent) == ["header", "context", "divider", *["rich_text"] * 3, "divider", "context"]
    assert parent.stories == tuple(s.id for s in week.stories)
    assert [part.stories for part in thread] == [parent.stories]
    assert "Friday, 1 May 2020 · 3 stories · <https://example.com/|Web version>" in _mrkdwn(parent)
    assert (
        "Full stories in the thread · Ask `/roundup company` · `/roundup #2018-1` opens a story"
        in _mrkdwn(parent)
    )


def test_full_layout_stays_in_the_channel_while_it_fits() -> None:
    week = digest(*(story(n) for n in range(1, 11)))

    (only,) = digest_parts(week, week.stories, layout=Layout.FULL)

    assert only.stories == tuple(s.id for s in week.stories)
    assert "Second sentence 10." in json.dumps(only.message.blocks)


def test_full_layout_overflows_into_the_thread_and_says_so() -> None:
    week = digest(*(story(n, body=("Words of it. " * 150,)) for n in range(1, 11)))

    parent, *thread = digest_parts(week, week.stories, layout=Layout.FULL)

    assert thread
    assert [s for part in (parent, *thread) for s in part.stories] == [s.id for s in week.stories]
    assert any(text.startswith("More in the thread") for text in _mrkdwn(parent))


def test_every_block_of_a_story_says_whose_it_is() -> None:
    """Slack names a block it will not take by its place; the editor shall read which story that is."""
    week = digest(
        *(story(n, headline=f"Headline {n}", body=(f"Words of story {n}. " * 150,)) for n in range(10, 20))
    )
    for layout in Layout:
        for part in digest_parts(week, week.stories, layout=layout):
            assert len(part.whose) == len(part.message.blocks)
            for block, whose in zip(part.message.blocks, part.whose, strict=True):
                named = set(re.findall(r"(?:Headline|story) (\d\d)", json.dumps(block)))
                assert named <= {whose.rpartition("/")[2]}


def test_a_preview_keeps_whose_block_is_whose() -> None:
    """It has one block more, its mark."""
    week = digest(story(1), story(2))
    parts = digest_parts(week, week.stories, layout=Layout.FULL)

    first, *thread = as_preview(parts)

    assert first.whose == ("", *parts[0].whose)
    assert len(first.whose) == len(first.message.blocks)
    assert thread == [*parts[1:]]


@pytest.mark.parametrize("count", [1, 25, 40, 300])
def test_any_number_of_headlines_fits_the_channel_message(count: int) -> None:
    """The channel gets one message; the more stories, the less is said of each."""
    week = digest(
        *(story(n, headline=f"Quite a headline of story {n}, and more of it") for n in range(count))
    )

    parent = digest_parts(week, week.stories, layout=Layout.HEADLINES)[0]

    assert_valid(parent.message)
    assert "Quite a headline of story 0, and more of it" in parent.message.text
    assert (f"and {count - 40} more" in parent.message.text) == (count > 40)


def test_a_message_of_many_small_stories_leaves_room_for_what_is_put_around_it() -> None:
    """The mark, the plan and the buttons of a preview: Slack takes 50 blocks."""
    week = digest(*(story(n, body=("x.",)) for n in range(60)))

    for layout in Layout:
        for part in digest_parts(week, week.stories, layout=layout):
            assert_valid(part.message)


@pytest.mark.parametrize("words", [("A summary.",), ()], ids=["with words", "alone"])
@pytest.mark.parametrize("layout", Layout)
def test_headlines_stand_out(layout: Layout, words: tuple[str, ...]) -> None:
    """In the list and over their story, and as links where they have an address."""
    week = digest(*(story(n, url=f"https://example.com/{n}", body=words) for n in range(1, 4)))

    for part in digest_parts(week, week.stories, layout=layout):
        links = [one for block in part.message.blocks for one in objects(block) if one.get("type") == "link"]
        assert [one["text"] for one in links] == [s.headline for s in week.stories]
        assert all(one["style"] == {"bold": True} for one in links)


@pytest.mark.parametrize("host", ["example.com", "www.example.com", "WWW.EXAMPLE.COM"])
def test_source_is_named_as_people_call_it(host: str) -> None:
    week = digest(story(url=f"https://{host}/1"))

    (part,) = digest_parts(week, week.stories, layout=Layout.FULL)

    assert f"<https://{host}/1|Read at example.com>" in _mrkdwn(part)


def test_selection_is_counted_honestly() -> None:
    week = digest(*(story(n) for n in range(1, 11)))

    parent = digest_parts(week, week.stories[2:5], layout=Layout.HEADLINES)[0]

    assert "3 of 10 stories, chosen for this channel" in parent.message.text


def test_nothing_to_post_is_no_message() -> None:
    assert digest_parts(digest(), (), layout=Layout.FULL) == ()


def test_correction_is_dated_in_the_first_message_only() -> None:
    """So that an unchanged thread is left as it is."""
    week = digest(story(1), story(2))
    plain = digest_parts(week, week.stories, layout=Layout.HEADLINES)

    corrected = digest_parts(week, week.stories, layout=Layout.HEADLINES, corrected=date(2020, 5, 4))

    assert "Corrected 4 May 2020" in corrected[0].message.text
    assert corrected[1:] == plain[1:]


def test_picture_is_beside_its_story_with_its_words() -> None:
    """Slack refuses a whole message for one dead address in an image block; not for an accessory."""
    picture = Image(alt="Two mascots", caption="Mascots gear up.", url="https://example.com/a.png")
    week = digest(story(image=picture))

    part = digest_parts(week, week.stories, layout=Layout.HEADLINES)[1]

    section = next(block for block in part.message.blocks if block["type"] == "section")
    assert section["accessory"] == {"type": "image", "image_url": picture.url, "alt_text": "Two mascots"}
    assert "Mascots gear up." in part.message.text
    assert "Picture: Two mascots" in part.message.text
    assert "image" not in {block["type"] for block in part.message.blocks}
    assert "Two mascots" in json.dumps(without_images(part.message).blocks)


@pytest.mark.parametrize("address", ["", "mailto:a@b.example", "MAILTO:a@b.example", "javascript:alert(1)"])
def test_picture_without_address_is_told(address: str) -> None:
    """Slack refuses the whole message for one whose address is none of a picture."""
    week = digest(story(image=Image(alt="Two mascots", caption="Mascots gear up.", url=address)))

    part = digest_parts(week, week.stories, layout=Layout.HEADLINES)[1]

    assert "Picture: Two mascots — Mascots gear up." in part.message.text
    assert "accessory" not in json.dumps(part.message.blocks)


def test_newsletter_is_a_button() -> None:
    week = digest(newsletter="https://example.com/sign-up")

    parent = digest_parts(week, week.stories, layout=Layout.HEADLINES)[0]

    (button,) = (
        one for block in parent.message.blocks for one in objects(block) if one.get("type") == "button"
    )
    assert button["url"] == "https://example.com/sign-up"
    assert button["action_id"] == "open_link_0"
    assert "<https://example.com/sign-up|Sign up for the newsletter>" in without_blocks(parent.message).text


def test_summary_is_the_editors_else_the_first_sentences() -> None:
    week = digest(
        story(1, summary=literal("Said shortly.")),
        story(2, body=("Mr. Ma spoke. It rained. Nobody minded.",)),
    )

    text = digest_parts(week, week.stories, layout=Layout.HEADLINES)[0].message.text

    assert "Headline 1\nSaid shortly.\n" in text
    assert "Headline 2\nMr. Ma spoke. It rained.\n" in text


def test_ping_in_a_title_is_only_text() -> None:
    week = digest(title="<!channel> & <@U1>", intro=("<!here>",))

    dump = json.dumps(
        [part.message.as_arguments() for part in digest_parts(week, week.stories, layout=Layout.FULL)]
    )

    assert not re.search("<[!@#]", dump)
    assert "&lt;!channel&gt; &amp; &lt;@U1&gt;" in dump


def test_long_title_is_cut_in_the_header_and_whole_in_the_post() -> None:
    title = "A title " * 30
    week = digest(title=title)

    parent, thread = digest_parts(week, week.stories, layout=Layout.HEADLINES)

    assert parent.message.blocks[0]["text"]["text"].endswith("…")
    assert title.strip() in thread.message.text


def test_text_alone_has_links_and_bold_but_no_formatting_of_the_file() -> None:
    week = digest(story(headline="*Stars* & stripes", url="https://example.com/?a=1&b=2"))

    text = without_blocks(digest_parts(week, week.stories, layout=Layout.HEADLINES)[1].message).text

    assert text.startswith("*<https://example.com/?a=1&amp;b=2|*\u200bStars* &amp; stripes>*\n")


def test_text_over_the_callers_limit_falls_back_to_what_is_read_out() -> None:
    week = digest(*(story(n, body=("Words of it. " * 60,)) for n in range(1, 10)))
    (part,) = digest_parts(week, week.stories, layout=Layout.FULL)

    assert len(without_blocks(part.message).text) > 4000
    assert without_blocks(part.message, limit=4000).text == part.message.text


def test_rendering_is_a_function() -> None:
    """The same digest gives the same messages, or a correction would be found where there is none."""
    assert digest_parts(HEAVY, HEAVY.stories, layout=Layout.FULL) == digest_parts(
        replace(HEAVY), HEAVY.stories, layout=Layout.FULL
    )


def _kinds(part: Part) -> list[str]:
    return [block["type"] for block in part.message.blocks]


def _mrkdwn(part: Part) -> list[str]:
    return [
        one["text"] for block in part.message.blocks for one in objects(block) if one.get("type") == "mrkdwn"
    ]


def _story_texts(message: Message) -> Iterator[str]:
    """Yield headlines and paragraphs: what stands in rich text and sections."""
    for block in message.blocks:
        if block["type"] == "section":
            yield from (run.text for node in section_nodes(block["text"]) for run in node.runs)
        elif block["type"] == "rich_text":
            yield from _words_of(block)


def _words_of(block: Any) -> Iterator[str]:
    for one in objects(block):
        if isinstance(one.get("text"), str):
            yield one["text"]


def _alts(message: Message) -> Iterator[str]:
    for block in message.blocks:
        if "accessory" in block:
            yield block["accessory"]["alt_text"]


def _said(text: Text) -> str:
    """Return its words without the marks of lists, which Slack draws."""
    return "".join(words_of(node.runs) for node in text.nodes)


def _letters(text: str) -> str:
    """Leave out what cutting, joining and defusing may change: blanks and the unseen."""
    return re.sub(r"[\s\u200b\u2060]", "", mrkdwn.clean(text))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
