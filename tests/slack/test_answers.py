"""Answers: honest, within the limits, and nothing in them that could be forged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.core.digest import Digest, Story
from bot.core.markdown.source import literal
from bot.core.message import Message
from bot.core.search.answer import Answer, AnswerKind, Document, Help, Latest, Match, Names, Opened, Reply
from bot.files.config import load_settings
from bot.newsroom.asking import Answers
from bot.newsroom.library import Library
from bot.search.engine import SearchEngine
from bot.slack.views.answers import answer_message
from bot.slack.views.stories import Page, opened, shared_part
from tests.slack.limits import assert_valid, objects
from tests.slack.wild import DATE, digest, digests, lines, story

WEEK = digest(
    story(
        1,
        headline="Fliggy Fuels Travel",
        url="https://example.com/1",
        companies=("Fliggy",),
        tags=("Travel",),
    ),
    story(2, body=("It rained on Labor Day. " * 3,)),
)


# The title stands under each of its stories: five times as long, it is more than one message takes.
LONG_WINDED = digest(
    *(
        story(n, headline="w" * 150, summary=literal("A sentence of a usual length. " * 12))
        for n in range(1, 6)
    ),
    title="word " * 800,
)


def find(story_id: str) -> tuple[Digest, Story] | None:
    return next(((WEEK, s) for s in WEEK.stories if s.id == story_id), None)


def match(n: int = 1, **changes: Any) -> Match:
    told = WEEK.stories[n - 1]
    document = Document(
        id=told.id, headline=told.headline, body=told.body.words, companies=told.companies, date=DATE
    )
    written = {"story": document, "score": 1.0, "why": "spelled “fligy”, read as Fliggy"}
    return Match(**{**written, **changes})


def matches(*found: Match, query: str = "fligy", total: int = 0) -> Answer:
    return Answer(query=query, kind=AnswerKind.MATCHES, total=total or len(found), matches=found)


def test_match_says_what_when_where_and_why() -> None:
    message = answer_message(matches(match()), find=find)

    assert message.text.splitlines() == [
        "1 story for “fligy”",
        "",
        "Fliggy Fuels Travel",
        "First sentence 1. Second sentence 1.",
        "Fliggy · 1 May 2020 · #2018-1  Why: spelled “fligy”, read as Fliggy",
    ]
    (link,) = (one for one in _all(message) if one.get("type") == "link")
    assert (link["url"], link["text"]) == ("https://example.com/1", "Fliggy Fuels Travel")


def test_phrase_is_repeated_in_its_own_quotation_marks() -> None:
    message = answer_message(matches(match(), query='"Labor Day" -train'), find=find)

    assert message.text.startswith('1 story for "Labor Day" -train\n')


def test_matched_words_are_bold_in_any_script() -> None:
    """mrkdwn cannot embolden inside a run of CJK; rich text can."""
    found = match(excerpt="昨天飞猪推出了补贴, says Fliggy.", words=("飞猪", "Fliggy"))

    message = answer_message(matches(found), find=find)

    bold = [one["text"] for one in _all(message) if one.get("style") == {"bold": True}]
    assert bold == ["1 story", "Fliggy Fuels Travel", "飞猪", "Fliggy"]


def test_excerpt_of_which_a_part_is_not_seen_has_no_empty_run() -> None:
    """Slack refuses the whole answer for one."""
    unseen = Document(id="2020-05-01/1", headline="A headline", body="\x08Fliggy\ufeff\x08", date=DATE)

    message = answer_message(matches(match(story=unseen, words=("Fliggy",))), find=find)

    assert_valid(message)
    assert "A headline\nFliggy\n" in message.text


@pytest.mark.parametrize("words", [(), ("Fliggy",)])
@pytest.mark.parametrize("body", ["", "\u200b"])
def test_story_without_a_text_is_its_headline_alone(body: str, words: tuple[str, ...]) -> None:
    silent = Document(id="2020-05-01/1", headline="A headline", body=body, date=DATE)

    message = answer_message(matches(match(story=silent, words=words)), find=find)

    assert_valid(message)
    headline, about = message.text.splitlines()[2:4]
    assert (headline, about) == ("A headline", "1 May 2020  Why: spelled “fligy”, read as Fliggy")


def test_page_of_long_addresses_is_within_what_a_message_takes() -> None:
    """Newsletters count clicks with addresses of thousands of characters."""
    counted = "https://example.com/" + "x" * 2_900
    long, short = (story(n, url=url) for n, url in ((1, counted), (2, "https://example.com/1")))
    known = {s.id: (digest(long, short), s) for s in (long, short)}
    of_each = [match(story=Document(id=s.id, headline=s.headline, body="", date=DATE)) for s in (long, short)]

    message = answer_message(matches(*of_each[:1] * 4, *of_each[1:]), find=known.get)

    assert_valid(message)
    assert [one["url"] for one in _all(message) if one.get("type") == "link"] == ["https://example.com/1"]
    opened_ = answer_message(Opened(digest=known[long.id][0], story=long), find=known.get)
    assert counted in [one["url"] for one in _all(opened_) if one.get("type") == "link"]


def test_page_has_five_stories_and_a_button_for_more() -> None:
    answer = matches(*[match()] * 5, total=12)

    message = answer_message(answer, find=find, page=Page("fligy", 5))

    assert message.text.startswith("12 stories for “fligy”, 6 to 10\n")
    assert json.loads(_buttons(message)["answer_more"]["value"]) == {"q": "fligy", "offset": 10}
    assert json.loads(_buttons(message)["answer_back"]["value"]) == {"q": "fligy", "offset": 0}
    assert "answer_more" not in _buttons(answer_message(answer, find=find, page=Page("fligy", 7)))
    assert "answer_back" not in _buttons(answer_message(answer, find=find))


def test_each_story_is_read_shared_and_found_in_the_channel() -> None:
    """Heard one after the other, the buttons say whose they are."""
    answer = matches(match(1), match(2))
    message = answer_message(answer, find=find, link=lambda digest, told: f"https://example.com/{told.n}")

    assert_valid(message)
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    assert [[one["accessibility_label"] for one in row] for row in rows] == [
        [f"{what}: {told.headline}" for what in ("Read", "In the channel", "Share")] for told in WEEK.stories
    ]
    for row, told in zip(rows, WEEK.stories, strict=True):
        read, there, share = row
        assert json.loads(read["value"]) == {"story": told.id, "q": "fligy", "offset": 0}
        assert json.loads(share["value"]) == {"stories": [told.id]}
        assert there["url"] == f"https://example.com/{told.n}"
    assert "In the channel" not in json.dumps(answer_message(answer, find=find).blocks)


def test_a_question_too_long_for_a_button_can_still_be_read() -> None:
    message = answer_message(matches(match(), query="飞" * 2000), find=find)

    assert_valid(message)
    assert json.loads(_buttons(message)["answer_read"]["value"]) == {"story": WEEK.stories[0].id}


def test_shared_answer_names_who_shared_it() -> None:
    value = json.dumps({"stories": [WEEK.stories[0].id]})

    part = shared_part(value, user="U024BE7LH", find=find)

    assert part is not None
    message = part.message
    assert part.stories == (WEEK.stories[0].id,)
    assert_valid(message)
    assert message.text.startswith("Shared by <@U024BE7LH>\n")
    assert "Fliggy Fuels Travel" in message.text


def test_who_shares_is_nothing_but_a_name() -> None:
    """Only Slack says who pressed; should anybody else ever, it pings nobody."""
    value = json.dumps({"stories": [WEEK.stories[0].id]})

    part = shared_part(value, user="U1> <!channel", find=find)

    assert part is not None
    assert part.message.text.startswith("Shared by <@U1>\n")


@pytest.mark.parametrize(
    "value", ["", "no JSON", "[]", "{}", '{"stories": "x"}', '{"stories": [1, {}, "gone/1"]}']
)
def test_nothing_forged_is_shared(value: str) -> None:
    assert shared_part(value, user="U024BE7LH", find=find) is None


def test_did_you_mean_offers_names_and_no_story() -> None:
    answer = Answer(query="flgy", kind=AnswerKind.DID_YOU_MEAN, suggestions=("Fliggy", "H&M" * 40))

    message = answer_message(answer, find=find)

    assert_valid(message)
    assert message.text.startswith("No story for “flgy”. Did you mean Fliggy or H&amp;M")
    assert [(b["action_id"], b["value"]) for b in _buttons(message).values()] == [
        ("suggest_0", "Fliggy"),
        ("suggest_1", "H&M" * 40),
    ]


def test_nothing_is_said_with_a_hint_and_the_question_capped() -> None:
    answer = Answer(query="<!channel> " + "x" * 4000, kind=AnswerKind.NOTHING, hint="Try a company's name.")

    message = answer_message(answer, find=find)

    assert_valid(message)
    assert "Try a company's name." in message.text
    assert len(message.text) < 300


def test_help_has_examples_from_the_library() -> None:
    text = answer_message(Help(digest=WEEK), find=find).text

    for ask in (
        "Fliggy",
        '"Labor Day"',
        "#2018-1",
        "in:Travel",
        "Fliggy during:2020-05",
        "latest",
        "Fliggy -Travel",
    ):
        assert f"`/roundup {ask}`" in text


def test_what_help_suggests_without_a_digest_finds_something_in_the_first(shipped: Answers) -> None:
    text = answer_message(Help(), find=find).text
    asked = re.findall(r"`/roundup ([^`]+)`", text)
    replies = {ask: shipped.ask(ask.replace("&amp;", "&")) for ask in asked}

    assert len(asked) >= 8
    assert isinstance(replies["#2018-4"], Opened)
    assert isinstance(replies["latest"], Latest)
    del replies["Fliggy -travel"]  # its one story of that digest is about travel
    for ask, reply in replies.items():
        assert not isinstance(reply, Answer) or reply.kind is AnswerKind.MATCHES, ask


@pytest.fixture(scope="module")
def shipped() -> Answers:
    """Answer from the digest that ships with the bot."""
    root = Path(__file__).parents[2]
    library = Library(root / "digests")
    library.refresh(datetime(2020, 5, 2, tzinfo=UTC))
    companies = load_settings(root / "config.yaml").companies
    engine = SearchEngine.over(library.documents(), companies, today=lambda: date(2020, 5, 2))
    return Answers(library, engine.search, edition=lambda: 0)


def test_bare_command_is_welcomed_with_the_newest_headlines() -> None:
    message = answer_message(Help(welcome=True, digest=WEEK), find=find)

    assert_valid(message)
    assert "\nFliggy Fuels Travel\n" in message.text
    read = [block["accessory"] for block in message.blocks if "accessory" in block]
    assert [json.loads(button["value"]) for button in read] == [
        {"story": told.id, "q": "", "offset": 0} for told in WEEK.stories
    ]
    assert "`/roundup help`" in message.text


def test_latest_is_the_newest_digest_or_says_there_is_none() -> None:
    assert "Fliggy Fuels Travel" in answer_message(Latest(digest=WEEK), find=find).text
    assert answer_message(Latest(digest=None), find=find).text.startswith("There is no digest yet.")


def test_the_newest_digest_has_pages_of_stories_one_can_open() -> None:
    issue = digest(*(story(n) for n in range(1, 24)))
    first, last = (answer_message(Latest(digest=issue), find=find, page=Page("latest", n)) for n in (0, 20))

    assert_valid(first)
    assert "23 stories" in first.text
    assert [json.dumps(m.blocks).count('"answer_read"') for m in (first, last)] == [5, 3]
    assert json.loads(_buttons(first)["answer_more"]["value"]) == {"q": "latest", "offset": 5}
    assert json.loads(_buttons(last)["answer_back"]["value"]) == {"q": "latest", "offset": 15}
    assert last.text.startswith("21 to 23 of 23 stories\n")


def test_names_are_listed_with_their_stories() -> None:
    names = Names(what="companies", names=(("Fliggy", 3), ("H&M", 1)))

    text = answer_message(names, find=find).text

    assert text.startswith("2 companies, with their stories\n")
    assert "Fliggy 3 · H&amp;M 1" in text
    none = answer_message(Names(what="tags", names=()), find=find)
    assert none.text.startswith("No story has tags yet.")
    assert "`/roundup help` shows how to ask" in str(none.blocks)


def test_opened_story_is_whole_or_says_where_it_goes_on() -> None:
    long = story(1, body=("A sentence of the long story. " * 60,) * 6)

    short_one = answer_message(Opened(digest=WEEK, story=WEEK.stories[1]), find=find)
    long_one = answer_message(Opened(digest=digest(long), story=long), find=find)

    assert WEEK.stories[1].body.paragraphs[0].strip() in short_one.text
    assert "answer_share" in _buttons(short_one)
    assert_valid(long_one)
    assert "The whole story is in the digest's thread" in long_one.text
    back = opened(WEEK, WEEK.stories[1], link=lambda digest, told: "", back=Page("rain", 5))
    assert json.loads(_buttons(back)["answer_back"]["value"]) == {"q": "rain", "offset": 5}


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(digests(most=6), lines, st.integers(0, 40))
@example(LONG_WINDED, "w" * 3500, 35)
@example(LONG_WINDED, "&" * 900 + "a", 35)
def test_every_answer_is_within_every_limit(week: Digest, said: str, offset: int) -> None:
    known = {s.id: (week, s) for s in week.stories}
    found = tuple(
        Match(
            story=Document(id=s.id, headline=s.headline, body=s.body.words, date=week.date),
            score=1.0,
            why=said,
            words=(said[:5], ""),
            excerpt=s.summary.line,
        )
        for s in week.stories
    )
    replies: list[Reply] = [
        Answer(query=said, kind=AnswerKind.MATCHES, total=40, matches=found),
        Answer(
            query=said, kind=AnswerKind.DID_YOU_MEAN, suggestions=(said, *week.stories[0].tags), hint=said
        ),
        Answer(query=said, kind=AnswerKind.CLOSEST, total=3, matches=found[:3], missing=(said,), hint=said),
        Answer(query=said, kind=AnswerKind.NOTHING, hint=said),
        Names(what="tags", names=tuple((f"{said[:90]}{n}", n) for n in range(100))),
        Help(digest=week),
        Help(welcome=True, digest=week),
        Latest(digest=week),
        *(Opened(digest=week, story=s) for s in week.stories),
    ]
    for reply in replies:
        message = answer_message(reply, find=known.get, page=Page(said, offset))
        assert_valid(message)
        assert len(json.dumps(message.as_ephemeral())) < 100_000
    shared = shared_part(json.dumps({"stories": list(known)}), user="U1", find=known.get)
    assert shared
    assert_valid(shared.message)
    assert len(re.findall("<@", json.dumps(shared.message.blocks))) == 1


def _all(message: Message) -> Iterator[dict[str, Any]]:
    return (one for block in message.blocks for one in objects(block))


def _buttons(message: Message) -> dict[str, Any]:
    return {one["action_id"]: one for one in _all(message) if one.get("type") == "button"}


def test_five_shared_stories_full_of_marks_stay_within_the_limits() -> None:
    """Each mark counts five times once it is escaped."""
    stories = tuple(replace(story(n), headline="&" * 150, summary=literal("&" * 300)) for n in range(1, 6))
    known = {s.id: (digest(*stories), s) for s in stories}

    shared = shared_part(json.dumps({"stories": list(known)}), user="U1", find=known.get)

    assert shared
    assert_valid(shared.message)


def test_closest_says_first_what_is_missing_and_looks_like_no_match() -> None:
    closest = Answer(
        query="Fliggy layoffs",
        kind=AnswerKind.CLOSEST,
        total=1,
        matches=(match(excerpt="Second sentence 1."),),
        missing=("layoffs",),
        hint="Nothing about “layoffs”.",
    )

    message = answer_message(closest, find=find)

    assert message.text.splitlines() == [
        "Nothing about “layoffs”. Closest to “Fliggy layoffs”:",
        "",
        "Fliggy Fuels Travel",
        "1 May 2020 · The Week · #2018-1  Why: spelled “fligy”, read as Fliggy",
    ]
    assert "actions" not in {block["type"] for block in message.blocks}
