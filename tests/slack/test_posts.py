"""A digest's post: whole, in order, within every limit, and safe to read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from bot.core.digest import Digest, Image, Story, in_sections
from bot.core.markdown.source import literal
from bot.core.markdown.tree import Text, words_of
from bot.core.message import Block, Message, Part
from bot.core.settings import Layout
from bot.files.markdown import read_text
from bot.importing.posted import section_nodes
from bot.practice.rules.messages import check_message
from bot.slack.views import mrkdwn
from bot.slack.views.kit import as_preview, without_blocks, without_images
from bot.slack.views.posts import digest_parts
from tests.slack.limits import assert_mrkdwn, assert_valid, objects
from tests.slack.wild import digest, digests, story

# `AWKWARD=200 pytest tests/slack/test_posts.py` looks at more of them, and at longer ones.
MANY = int(os.environ.get("AWKWARD", "0"))
wild = settings(
    max_examples=MANY or 6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
WEEK = "2020-05-01-week/"
HEAVY = digest(
    *(story(n, headline=f"{n} " + "Long " * 40, body=("Some words here. " * 50,) * 3) for n in range(1, 26)),
    intro=("An intro. " * 300,),
)
LONG = digest(
    story(1, body=("Some words here. " * 15,) * 90),
    story(2, headline="A headline. " * 120, body=read_text("Some words.\n\n- **Some words**\n\n" * 60)),
)

# A code that begins with a blank line, and is longer than a message's intro.
CODE = digest(story(1), intro=read_text("```\n\n- " + "_a " * 700))


@wild
@given(digests(most=12 if MANY else 5))
@example(HEAVY)
@example(LONG)
@example(CODE)
def test_every_message_is_within_every_limit(wild_digest: Digest) -> None:
    """Slack refuses a whole message for one field too long."""
    for layout in Layout:
        for part in digest_parts(wild_digest, wild_digest.stories, layout=layout):
            assert_valid(part.message)


@wild
@given(digests(most=12 if MANY else 5))
@example(HEAVY)
@example(LONG)
def test_every_word_is_there_once_in_order(wild_digest: Digest) -> None:
    """Nothing lost, nothing doubled, however the post is cut, folded and gone on with."""
    week = replace(wild_digest, title="The Week")
    stories = in_sections(week.stories)
    headlines = digest_parts(week, week.stories, layout=Layout.HEADLINES)
    replies = {s for part in headlines[1:] for s in part.stories}

    assert _shown(digest_parts(week, week.stories, layout=Layout.FULL)) == _written(week, stories)
    intro, *_ = _between_dividers(headlines[0])
    said = [replace(headlines[0], message=replace(headlines[0].message, blocks=intro)), *headlines[1:]]
    assert _shown(said).replace("…", "") == _written(
        week, [one for one in stories if one.id in replies]
    ).replace("…", "")


@wild
@given(digests(most=12 if MANY else 5))
@example(HEAVY)
@example(LONG)
def test_every_word_of_a_folded_story_is_there_once_in_order(wild_digest: Digest) -> None:
    """Of a very long one the beginning is folded in the channel, and the thread goes on."""
    parts = digest_parts(wild_digest, wild_digest.stories, layout=Layout.FOLDED)

    told: dict[str, str] = {}
    for part in parts:
        for block, whose in zip(part.message.blocks, part.whose, strict=True):
            told[whose] = told.get(whose, "") + without_blocks(Message(text="", blocks=(block,))).text
    for one in wild_digest.stories:
        written = "\n".join(words_of(node.runs) for node in (one.body or one.summary).nodes)
        assert _numbered(re.sub(r"<[^|<>]*\|", "", told[one.id])) == _numbered(written)
        assert _plainly(one.headline)[:100] in _plainly(_unescaped(told[one.id]))


def _numbered(text: str) -> list[str]:
    return re.findall(r"word\d+x|Some words", text)


def _plainly(text: str) -> str:
    """Leave out what marks as well."""
    return re.sub(r"[*_~`\u2019]", "", _letters(text))


@wild
@given(digests(most=12 if MANY else 5))
def test_what_is_not_in_the_thread_is_said_whole_in_the_channel(wild_digest: Digest) -> None:
    first, *thread = digest_parts(wild_digest, wild_digest.stories, layout=Layout.HEADLINES)

    there = {s for part in thread for s in part.stories}
    said = _letters(_unescaped(first.message.text))
    for left_out in (one for one in wild_digest.stories if one.id not in there):
        words = _said(left_out.body or left_out.summary)
        for text in (left_out.headline, words, *left_out.companies, *left_out.tags):
            assert _letters(text) in said


@wild
@given(digests(most=12 if MANY else 5))
def test_thread_is_read_out_whole(wild_digest: Digest) -> None:
    """A screen reader hears a message's text, never its blocks."""
    for part in digest_parts(wild_digest, wild_digest.stories, layout=Layout.HEADLINES)[1:]:
        heard = _letters(_unescaped(part.message.text))
        for text in _story_texts(part.message):
            assert _letters(text) in heard


_QUOTE_MARK = re.compile("^&gt; ", re.MULTILINE)  # one that a text begins with has something unseen before it


@wild
@given(digests(most=12 if MANY else 5))
@example(digest(story(1), intro=read_text("> one\n> ***")))
def test_ladder_keeps_the_words(wild_digest: Digest) -> None:
    """A refused picture or block costs its looks, not its words."""
    for part in digest_parts(wild_digest, wild_digest.stories, layout=Layout.FULL):
        plain = without_images(part.message)
        bare = without_blocks(plain)

        assert "accessory" not in json.dumps(plain.blocks)
        assert len(plain.blocks) <= 50
        assert not bare.blocks
        assert_mrkdwn(bare.text)
        said = _letters(_unescaped(_QUOTE_MARK.sub("", bare.text)))
        for text in (*_story_texts(part.message), *_alts(part.message)):
            assert _letters(text) in said


def test_headlines_layout_is_one_message_and_a_thread() -> None:
    week = digest(
        *(story(n, url=f"https://example.com/{n}") for n in range(1, 4)), url="https://example.com/"
    )

    parent, *thread = digest_parts(week, week.stories, layout=Layout.HEADLINES)

    assert _kinds(parent) == ["header", "context", "divider", *["rich_text"] * 3, "divider", "context"]
    assert parent.stories == tuple(s.id for s in week.stories)
    assert [part.stories for part in thread] == [parent.stories]
    assert "Friday, 1 May 2020 · 3 stories · <https://example.com/|Web version>" in _mrkdwn(parent)
    assert "Full stories in the thread · `/roundup #2018-1` opens a story" in _mrkdwn(parent)


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


@pytest.mark.parametrize("code", ["#2018-1", ""], ids=["with codes", "with nothing to ask"])
def test_a_message_of_many_small_stories_leaves_room_for_what_is_put_around_it(code: str) -> None:
    """The mark, the plan and the buttons of a preview: Slack takes 50 blocks."""
    week = digest(*(story(n, body=("x.",), code=code) for n in range(60)))

    for layout in Layout:
        for part in digest_parts(week, week.stories, layout=layout):
            assert_valid(part.message)


@pytest.mark.parametrize("words", [("A summary.",), ()], ids=["with words", "alone"])
@pytest.mark.parametrize("layout", [Layout.HEADLINES, Layout.FULL])
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


def test_all_of_a_long_headline_leads_to_its_story() -> None:
    week = digest(story(headline="A headline of news. " * 60, url="https://example.com/1"))

    (part,) = digest_parts(week, week.stories, layout=Layout.FULL)

    bold = [run for run in objects(part.message.blocks) if run.get("style") == {"bold": True}]
    said = [run for run in bold if "A headline of news." in run.get("text", "")]
    assert len(said) == 3
    assert {run.get("url") for run in said} == {"https://example.com/1"}


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


def test_a_line_a_story_is_the_editors_summary_else_the_first_sentence() -> None:
    week = digest(
        story(1, summary=literal("Said shortly.")),
        story(2, body=("Mr. Ma spoke. It rained. Nobody minded.",)),
    )

    text = digest_parts(week, week.stories, layout=Layout.HEADLINES)[0].message.text

    assert "Headline 1\nSaid shortly.\n" in text
    assert "Headline 2\nMr. Ma spoke.\n" in text


@pytest.mark.parametrize("image", [None, Image(url="https://a.bc/rain.png", alt="Rain")])
@pytest.mark.parametrize("layout", Layout)
def test_a_story_may_begin_with_a_paragraph_that_shows_nothing(layout: Layout, image: Image | None) -> None:
    """Pasted texts have blanks of no width; such a digest was posted in no channel."""
    body = read_text("\u200b\n\nIt rained. Nobody minded.")
    week = digest(story(1, body=body, image=image), story(2, url="https://a.bc/"))

    parts = digest_parts(week, week.stories, layout=layout)

    assert "Headline 1\nIt rained." in parts[0].message.text
    for part in parts:
        assert_valid(part.message)


@pytest.mark.parametrize("layout", Layout)
def test_of_a_body_that_shows_nothing_the_summary_is_told(layout: Layout) -> None:
    week = digest(story(1, body=read_text("\u200b"), summary=read_text("It rained.")), story(2))

    text = digest_parts(week, week.stories, layout=layout)[0].message.text

    assert "Headline 1\nIt rained." in text


def test_a_summary_keeps_its_links_and_styles() -> None:
    """Where there is a body, it stands nowhere else."""
    summary = read_text("**Bold** and [a link](https://example.com/).\n\n- one\n- two")
    long = read_text("[A link](https://example.com/) " + "and much more " * 30)
    week = digest(story(1, summary=summary), story(2, summary=long))

    first = digest_parts(week, week.stories, layout=Layout.HEADLINES)[0]

    told, cut = (block["elements"][0]["elements"][1:] for block in first.message.blocks[3:5])
    link = {"type": "link", "url": "https://example.com/", "text": "a link"}
    assert told[1]["style"] == {"bold": True}
    assert link in told
    assert "".join(run["text"] for run in told) == "\nBold and a link. • one • two"
    assert [(run["type"], run["text"][-1:]) for run in cut] == [("text", "…")]


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


def test_each_story_is_one_folded_block_with_its_picture_and_links_inside() -> None:
    picture = Image(alt="Two mascots", caption="Mascots gear up.", url="https://example.com/a.png")
    body = read_text("**Bold** and [a link](https://example.com/?a&b).\n\n- one\n- two")
    week = digest(
        story(1, body=body, image=picture, companies=("Fliggy",), url="https://example.com/1"),
        *(story(n) for n in range(2, 11)),
    )

    (only,) = digest_parts(week, week.stories, layout=Layout.FOLDED)

    assert _kinds(only) == ["header", "context", "divider", *["container"] * 10, "divider", "context"]
    first = only.message.blocks[3]
    assert first["title"]["text"] == "Headline 1"
    assert (first["is_collapsible"], first["default_collapsed"]) == (True, True)
    text, caption, about = first["child_blocks"]
    assert text["accessory"]["image_url"] == picture.url
    assert text["text"]["text"] == "*Bold* and <https://example.com/?a&amp;b|a link>.\n\n• one\n• two"
    assert caption["elements"][0]["text"] == "Mascots gear up."
    assert [one["text"] for one in about["elements"]] == [
        "#2018-1 · Fliggy",
        "<https://example.com/1|Read at example.com>",
    ]
    assert "accessory" not in json.dumps(without_images(only.message).blocks)
    assert "Picture: Two mascots" in json.dumps(without_images(only.message).blocks)


def test_what_does_not_fit_a_folded_message_goes_on_in_its_thread() -> None:
    week = digest(*(story(n, body=("Words of it. " * 150,)) for n in range(1, 11)))

    first, *thread = digest_parts(week, week.stories, layout=Layout.FOLDED)

    assert _kinds(first).count("container") == len(first.stories) > 1
    assert [s for part in (first, *thread) for s in part.stories] == [s.id for s in week.stories]
    assert any(text.startswith("More in the thread") for text in _mrkdwn(first))


@pytest.mark.parametrize("layout", [Layout.FULL, Layout.FOLDED])
def test_who_hears_a_long_post_hears_of_its_thread(layout: Layout) -> None:
    """Its text is too short for every story: the line below them must not be lost with their words."""
    week = digest(*(story(n, body=("Words of it. " * 150,)) for n in range(1, 11)))

    first, *thread = digest_parts(week, week.stories, layout=layout)

    assert thread
    assert first.message.text.endswith("\nMore in the thread")


def test_the_name_of_a_section_is_read_apart_from_the_story_above() -> None:
    week = digest(story(1), story(2, section="Travel"))

    (first,) = digest_parts(week, week.stories, layout=Layout.FOLDED)

    assert "#2018-1\n\nTravel\n\nHeadline 2" in first.message.text


def test_a_very_long_story_folds_its_beginning_and_goes_on_in_the_thread() -> None:
    week = digest(story(1, body=("Words of it. " * 150,) * 9))

    first, *thread = digest_parts(week, week.stories, layout=Layout.FOLDED)

    (container,) = (block for block in first.message.blocks if block["type"] == "container")
    assert container["child_blocks"][-1]["elements"][0]["text"] == "Goes on in the thread"
    assert all(part.message.text.startswith("Headline 1, continued") for part in thread)
    assert json.dumps([part.message.blocks for part in (first, *thread)]).count("Words of it.") == 9 * 150


def test_replies_begin_with_a_story_and_say_which_they_are() -> None:
    week = digest(*(story(n, body=("Words of it. " * 150,)) for n in range(1, 5)))

    _, *thread = digest_parts(week, week.stories, layout=Layout.HEADLINES)

    said = [part.message.text.splitlines() for part in thread]
    assert len(said) > 1
    assert [lines[0] for lines in said] == [part.stories[0].replace(WEEK, "Headline ") for part in thread]
    assert [lines[-1] for lines in said] == [f"{n} of {len(said)}" for n in range(1, len(said) + 1)]


def test_a_sentence_of_the_intro_is_in_the_channel_and_the_rest_in_the_thread() -> None:
    week = digest(intro=read_text("It is [Friday](https://example.com/). We had rain.\n\nAnd snow."))

    first, thread = digest_parts(week, week.stories, layout=Layout.HEADLINES)

    assert "It is Friday. \n" in first.message.text
    assert "rain" not in first.message.text
    assert thread.message.text.startswith("We had rain.\n\nAnd snow.\n\nHeadline 1")


def test_a_story_shown_whole_is_not_repeated() -> None:
    """Nor are the names of what it is about lost."""
    week = digest(story(1, body=("It rained.",), companies=("Fliggy",)), story(2))

    first, *thread = digest_parts(week, week.stories, layout=Layout.HEADLINES)

    assert "Headline 1\nIt rained.\nFliggy\n" in first.message.text
    assert [part.stories for part in thread] == [(week.stories[1].id,)]


def test_without_a_thread_none_is_promised() -> None:
    week = digest(story(1, body=("It rained.",)))

    (first,) = digest_parts(week, week.stories, layout=Layout.HEADLINES)

    assert "thread" not in first.message.text


@pytest.mark.parametrize("layout", Layout)
def test_notifications_begin_with_what_the_issue_is_about(layout: Layout) -> None:
    """A desktop reads the first block that has text, a phone reads `text`."""
    week = digest(story(1), story(2), title="Road to Recovery")

    first, *_ = digest_parts(week, week.stories, layout=layout)

    assert first.message.blocks[0]["text"]["text"] == "Road to Recovery"
    assert first.message.text.startswith("Road to Recovery\nFriday, 1 May 2020 · 2 stories")


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("ending", ["a" * 2_980, "&" * 590, "é" * 490])
def test_long_addresses_are_measured_as_slack_counts_them(layout: Layout, ending: str) -> None:
    """One in a line of links has a label beside it, and what must be escaped is longer than it looks."""
    address = f"https://example.com/{ending}"
    week = digest(story(url=address), url=address, newsletter=address)

    for part in digest_parts(week, week.stories, layout=layout):
        check_message(part.message.text, json.loads(json.dumps(part.message.blocks)), [])


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


def _written(week: Digest, stories: Iterable[Story]) -> str:
    return _plainly(
        _said(week.intro) + "".join(one.headline + _said(one.body or one.summary) for one in stories)
    )


def _shown(parts: Iterable[Part]) -> str:
    # Of three stars in mrkdwn nobody can tell what is a mark of the file's own.
    return _plainly("".join(text for part in parts for text in _story_texts(part.message)))


def _between_dividers(part: Part) -> list[tuple[Block, ...]]:
    """Return the blocks of a message, cut at its dividers."""
    pieces: list[tuple[Block, ...]] = [()]
    for block in part.message.blocks:
        pieces = [*pieces, ()] if block["type"] == "divider" else [*pieces[:-1], (*pieces[-1], block)]
    return pieces


def _kinds(part: Part) -> list[str]:
    return [block["type"] for block in part.message.blocks]


def _mrkdwn(part: Part) -> list[str]:
    return [
        one["text"] for block in part.message.blocks for one in objects(block) if one.get("type") == "mrkdwn"
    ]


def _story_texts(message: Message) -> Iterator[str]:
    """Yield headlines and paragraphs: what stands in rich text and sections, and over what is folded."""
    for block in message.blocks:
        if block["type"] == "container":
            # A headline that its title cuts stands whole inside.
            yield from () if _is_cut(block) else [block["title"]["text"]]
            yield from _story_texts(Message(text="", blocks=tuple(block["child_blocks"])))
        elif block["type"] == "section":
            yield from (run.text for node in section_nodes(block["text"]) for run in node.runs)
        elif block["type"] == "rich_text":
            yield from _words_of(block)


def _is_cut(container: Block) -> bool:
    title, first = container["title"]["text"], container["child_blocks"][0]
    begins = title.endswith("…") and first["type"] == "section"
    return begins and _letters(first["text"]["text"]).startswith(_letters(title.removesuffix("…")))


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
    """Leave out what cutting, joining and defusing may change: blanks, the unseen, and a backtick in code."""
    return re.sub(r"[\s\u200b\u2060]", "", mrkdwn.clean(text)).replace("`", "\u2019")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
