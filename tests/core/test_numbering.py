"""A story's number is a promise: people quote it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.core.digest import Digest, Story
from bot.core.markdown.source import literal
from bot.core.numbering import Numbered, numbered, renumber


def story(headline: str, *, url: str = "", body: str = "") -> Story:
    return Story(id="", n=0, headline=headline, body=literal(body or f"All about {headline}."), url=url)


def digest(*stories: Story) -> Digest:
    return renumber(Digest(id="d", title="T", date=date(2020, 5, 1), stories=stories), [])


def numbers(after: Digest) -> dict[str, int]:
    return {each.headline: each.n for each in after.stories}


def test_the_first_numbers_are_places() -> None:
    first = digest(story("A"), story("B"))

    assert numbers(first) == {"A": 1, "B": 2}
    assert [each.id for each in first.stories] == ["d/1", "d/2"]


def test_a_story_put_first_shifts_no_other() -> None:
    known = numbered(digest(story("Fliggy"), story("Tmall")))

    assert numbers(renumber(digest(story("New"), story("Tmall"), story("Fliggy")), known)) == {
        "New": 3,
        "Tmall": 2,
        "Fliggy": 1,
    }


def test_the_number_of_a_removed_story_is_never_used_again() -> None:
    known = numbered(digest(story("Fliggy"), story("Tmall")))

    assert numbers(renumber(digest(story("Fliggy"), story("Quite another thing")), known)) == {
        "Fliggy": 1,
        "Quite another thing": 3,
    }


def test_address_then_headline_then_body_tell_that_it_is_the_same_story() -> None:
    body = "For the extended Labor Day Holiday the platform rolled out a series of measures to help."
    known = [
        Numbered(n=1, url="https://example.com/1", headline="Old headline", body="Old body."),
        Numbered(n=2, url="", headline="Same headline", body="Old body."),
        Numbered(n=3, url="", headline="Another headline", body=body),
    ]
    corrected = digest(
        story("Corrected", body=body.replace("series", "set")),
        story("SAME HEADLINE", body="New body."),
        story("Same headline, nearly", url="https://example.com/1"),
    )

    assert [each.n for each in renumber(corrected, known).stories] == [3, 2, 1]


def test_stories_of_the_same_kind_are_not_taken_for_one_another() -> None:
    known = [Numbered(n=1, url="", headline="Fliggy", body="Alibaba Cloud has partnered with a provider.")]

    assert [
        s.n for s in renumber(digest(story("Taobao", body="A concert will be streamed.")), known).stories
    ] == [2]


names = st.lists(st.sampled_from("ABCDEFGH"), unique=True, min_size=1)


@given(st.lists(names, min_size=1, max_size=5))
def test_through_any_corrections_a_headline_keeps_its_number_and_no_two_share_one(
    history: list[list[str]],
) -> None:
    known: dict[int, Numbered] = {}
    given_to: dict[str, int] = {}
    for headlines in history:
        # Bodies without anything in common: only the headline tells.
        stories = tuple(replace(story(h), body=literal(h * 9)) for h in headlines)
        after = renumber(Digest(id="d", title="T", date=date(2020, 5, 1), stories=stories), known.values())
        for headline, n in numbers(after).items():
            assert given_to.setdefault(headline, n) == n
        known |= {old.n: old for old in numbered(after)}
    assert len(set(given_to.values())) == len(given_to)


def test_a_new_story_counts_on_from_the_highest_number_ever_given() -> None:
    known = [Numbered(n=7, url="", headline="Fliggy", body="")]

    assert numbers(renumber(digest(story("Fliggy"), story("New")), known)) == {"Fliggy": 7, "New": 8}
