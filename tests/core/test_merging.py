"""Two editors at one digest: both changes are kept where they can be, and no word is lost unsaid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.core.digest import Digest, Story
from bot.core.markdown.source import literal
from bot.core.merging import Clash, differences, merge


def story(headline: str, body: str = "") -> Story:
    return Story(id="", n=0, headline=headline, body=literal(body or f"Words of {headline}."))


def digest(*stories: Story, title: str = "Roundup") -> Digest:
    numbered = tuple(replace(s, n=n, id=f"d/{n}") for n, s in enumerate(stories, start=1))
    return Digest(id="d", title=title, date=date(2026, 9, 4), stories=numbered)


ONE, TWO, THREE = story("Fliggy Travels"), story("MYbank Lends"), story("Tmall Sells")
BASE = digest(ONE, TWO, THREE)


def headlines(merged: Digest | Clash) -> list[str]:
    assert isinstance(merged, Digest)
    return [s.headline for s in merged.stories]


def test_changes_of_two_stories_are_both_kept() -> None:
    mine = digest(story("Fliggy Flies", "Words of Fliggy Travels."), TWO, THREE)
    theirs = digest(ONE, TWO, story("Tmall Sells", "Other words altogether."), title="Weekly")
    merged = merge(BASE, mine, theirs)

    assert headlines(merged) == ["Fliggy Flies", "MYbank Lends", "Tmall Sells"]
    assert isinstance(merged, Digest)
    assert merged.stories[2].body == literal("Other words altogether.")
    assert merged.title == "Weekly"


def test_two_fields_of_one_story_are_both_kept() -> None:
    mine = digest(replace(ONE, section="Travel"), TWO, THREE)
    theirs = digest(replace(ONE, tags=("Holiday",)), TWO, THREE)
    merged = merge(BASE, mine, theirs)

    assert isinstance(merged, Digest)
    assert (merged.stories[0].section, merged.stories[0].tags) == ("Travel", ("Holiday",))


def test_the_same_field_changed_by_both_is_told_and_nothing_is_merged() -> None:
    mine, theirs = (
        digest(replace(ONE, section="A"), TWO, THREE),
        digest(replace(ONE, section="B"), TWO, THREE),
    )

    told = merge(BASE, mine, theirs)
    assert isinstance(told, Clash)
    assert told.what == ('the section of "Fliggy Travels"',)
    assert told.joined == mine  # for who is told, and says which one counts


def test_the_same_change_by_both_is_no_clash() -> None:
    same = digest(replace(ONE, section="A"), TWO, THREE)

    assert merge(BASE, same, same) == same


def test_a_story_that_one_left_out_and_the_other_changed_is_a_clash() -> None:
    left_out, changed = digest(TWO, THREE), digest(replace(ONE, section="A"), TWO, THREE)
    mine, theirs = merge(BASE, left_out, changed), merge(BASE, changed, left_out)
    assert isinstance(mine, Clash)
    assert isinstance(theirs, Clash)
    assert headlines(mine.joined) == ["MYbank Lends", "Tmall Sells"]
    assert headlines(theirs.joined) == ["Fliggy Travels", "MYbank Lends", "Tmall Sells"]
    assert headlines(merge(BASE, digest(TWO, THREE), digest(ONE, TWO, THREE, story("New")))) == [
        "MYbank Lends",
        "Tmall Sells",
        "New",
    ]


def test_a_move_and_an_addition_are_both_kept() -> None:
    moved, added = digest(THREE, ONE, TWO), digest(ONE, story("New"), TWO, THREE)

    assert headlines(merge(BASE, moved, added)) == ["Tmall Sells", "Fliggy Travels", "New", "MYbank Lends"]
    assert headlines(merge(BASE, added, moved)) == ["Tmall Sells", "Fliggy Travels", "New", "MYbank Lends"]


def test_two_moves_are_a_clash() -> None:
    told = merge(BASE, digest(THREE, ONE, TWO), digest(TWO, ONE, THREE))

    assert isinstance(told, Clash)
    assert told.what == ("the order of the stories",)
    assert headlines(told.joined) == ["Tmall Sells", "Fliggy Travels", "MYbank Lends"]


def test_what_another_changed_is_said_in_words() -> None:
    new = digest(TWO, replace(ONE, section="Travel"), story("New"), title="Weekly")

    assert differences(BASE, new) == (
        "the digest's title is another",
        '"Fliggy Travels" has another section',
        '"Tmall Sells" was left out',
        '"New" was added',
        "the stories are in another order",
    )
    assert differences(BASE, BASE) == ()
