"""What is decided about digests: when each goes out where, what is corrected, what waits for the editors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.core.delivery.plan import (
    Action,
    Correct,
    Hold,
    Miss,
    Post,
    Skip,
    Target,
    Withdraw,
    next_change,
    plan,
)
from bot.core.delivery.state import Posting, Verdict
from bot.core.delivery.wording import _FORMS, content
from bot.core.digest import Digest
from bot.core.markdown.source import literal
from bot.core.settings import DeliverySettings, Layout
from tests.delivery.world import channel, digest

RULES = DeliverySettings()
MONDAY = date(2026, 9, 7)
SLOT = datetime(2026, 9, 7, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def target(name: str = "news", *, since: datetime = SLOT - 30 * DAY, **more: Any) -> Target:
    skipped = more.pop("skipped", frozenset())
    return Target(
        channel=name.upper(), settings=channel(name, "0 09:00", **more), since=since, skipped=skipped
    )


def decide(
    digests: list[Digest], *postings: Posting, at: datetime = SLOT, to: Target | None = None, **more: Any
) -> list[Action]:
    known = {(p.digest, p.channel): p for p in postings}
    return plan(digests, [to or target()], known, now=at, rules=RULES, **more)


def test_what_was_missed_by_a_clock_that_was_ahead_is_not_missed_when_it_is_right() -> None:
    week, late = digest(MONDAY), SLOT + RULES.catch_up + MINUTE
    wrongly = posted(week, verdict=Verdict.MISSED)

    assert decide([week], wrongly, at=SLOT - HOUR) == []
    assert [type(action) for action in decide([week], wrongly, at=SLOT)] == [Post]
    assert decide([week], wrongly, at=late) == []


def posted(of: Digest, *, to: Target | None = None, **changes: Any) -> Posting:
    """Return what the ledger knows of a digest that went out at its slot."""
    to = to or target()
    known = Posting(digest=of.id, channel=to.channel, verdict=Verdict.POST, slot=SLOT, title=of.title)
    words = {
        "content": content(of, to.settings),
        "layout": to.settings.layout,
        "dated": of.date,
        "version": 1,
    }
    return replace(known, **{**words, **changes})


def kinds(actions: list[Action]) -> list[type[Action]]:
    return [type(action) for action in actions]


def test_a_digest_waits_for_its_slot() -> None:
    assert decide([digest(MONDAY)], at=SLOT - MINUTE) == []
    assert kinds(decide([digest(MONDAY)], at=SLOT)) == [Post]


def test_the_slot_is_the_first_one_from_the_digests_date_on() -> None:
    """A digest dated Tuesday waits for next Monday."""
    tuesday = digest(MONDAY - 6 * DAY)

    assert decide([tuesday], at=SLOT)[0].slot.at == SLOT


def test_all_digests_of_a_slot_go_out_oldest_first_then_by_id() -> None:
    made = [digest(MONDAY, name="b"), digest(MONDAY - DAY, name="c"), digest(MONDAY, name="a", title="Other")]

    assert [action.digest.id for action in decide(made)] == ["c", "a", "b"]


def test_an_archive_older_than_the_channel_is_not_missed() -> None:
    """A new channel is not flooded with years of digests, nor the editors with alarms."""
    archive = [digest(MONDAY - n * DAY) for n in range(0, 400, 7)]
    new = target(since=SLOT + MINUTE)

    assert decide(archive, at=SLOT + HOUR, to=new) == []


def test_late_is_posted_within_the_catch_up_window_and_asked_about_after() -> None:
    assert kinds(decide([digest(MONDAY)], at=SLOT + RULES.catch_up)) == [Post]
    assert kinds(decide([digest(MONDAY)], at=SLOT + RULES.catch_up + MINUTE)) == [Miss]


@pytest.mark.parametrize("how", ["config", "editor"])
def test_a_skipped_slot_drops_its_digest(how: str) -> None:
    to = target(skipped=frozenset({MONDAY})) if how == "editor" else target()
    if how == "config":
        schedule = replace(to.settings.schedule, skip=frozenset({MONDAY}))
        to = replace(to, settings=replace(to.settings, schedule=schedule))

    assert kinds(decide([digest(MONDAY)], to=to)) == [Skip]
    skipped = posted(digest(MONDAY), verdict=Verdict.SKIPPED)
    assert decide([digest(MONDAY)], skipped, to=to, at=SLOT + 7 * DAY) == []


def test_only_next_slot_moves_a_digest() -> None:
    moved = Posting(digest=digest(MONDAY).id, channel="NEWS", moved_to=SLOT + 7 * DAY, version=1)

    assert decide([digest(MONDAY)], moved, at=SLOT + 6 * DAY) == []
    assert kinds(decide([digest(MONDAY)], moved, at=SLOT + 7 * DAY)) == [Post]


def test_the_same_title_and_date_under_another_id_is_held() -> None:
    """A renamed file is not a second digest."""
    old, new = digest(MONDAY, name="old"), digest(MONDAY, name="new")
    held = decide([old, new], posted(old))

    assert kinds(held) == [Hold]
    assert isinstance(held[0], Hold)
    assert (held[0].digest.id, held[0].twin) == ("new", "old")


def test_twins_in_one_slot_are_posted_once() -> None:
    assert kinds(decide([digest(MONDAY, name="a"), digest(MONDAY, name="b")])) == [Post, Hold]


def test_a_held_digest_goes_out_when_an_editor_allows_it() -> None:
    old, new = digest(MONDAY, name="old"), digest(MONDAY, name="new")
    allowed = Posting(digest="new", channel="NEWS", ordered=SLOT + DAY, allowed=True, version=2)

    assert kinds(decide([old, new], posted(old), allowed, at=SLOT + DAY)) == [Post]


def test_drafts_are_never_posted_even_if_ordered() -> None:
    draft = replace(digest(MONDAY), draft=True)
    ordered = Posting(digest=draft.id, channel="NEWS", ordered=SLOT, version=1)

    assert decide([draft], ordered, ordered=[draft]) == []


def test_an_order_posts_now_whatever_the_date_and_however_fresh_the_file() -> None:
    future = digest(MONDAY + 70 * DAY)
    order = Posting(digest=future.id, channel="NEWS", ordered=SLOT, version=1)

    assert kinds(decide([], order, ordered=[future])) == [Post]


def test_a_channel_for_which_nothing_is_left_gets_no_post() -> None:
    assert decide([digest(MONDAY)], to=target(only=("Fliggy",))) == []


def test_a_posted_digest_is_not_posted_again() -> None:
    assert decide([digest(MONDAY)], posted(digest(MONDAY)), at=SLOT + DAY) == []


def test_changed_words_are_corrected_for_fourteen_days() -> None:
    known = posted(digest(MONDAY))
    changed = digest(MONDAY, "one", "other")
    corrections = decide([changed], known, at=SLOT + 14 * DAY)

    assert kinds(corrections) == [Correct]
    assert isinstance(corrections[0], Correct)
    assert corrections[0].reworded
    assert decide([changed], known, at=SLOT + 14 * DAY + MINUTE) == []


def test_another_layout_is_no_correction_to_speak_of() -> None:
    known = posted(digest(MONDAY), layout=Layout.FULL)
    actions = decide([digest(MONDAY)], known)

    assert isinstance(actions[0], Correct)
    assert not actions[0].reworded


def test_new_numbers_and_lines_are_no_correction() -> None:
    """A comment was added at the top of the file."""
    known = digest(MONDAY)
    moved = replace(known, stories=tuple(replace(s, line=s.line + 3, code="#2637-1") for s in known.stories))

    assert decide([moved], posted(known)) == []


def test_an_upgrade_of_ours_corrects_nothing_that_is_posted() -> None:
    """Posts were fingerprinted so at first; a fingerprint in a newer version's form is left to that."""
    known = digest(MONDAY)
    known = replace(known, stories=tuple(replace(s, body=literal(s.headline)) for s in known.stories))

    assert decide([known], posted(known, content="03815cb0ef48d66ddc21927f19221b84")) == []
    assert decide([known], posted(known, content="9:0123456789abcdef")) == []


def test_a_name_that_means_the_same_adds_no_story_to_what_was_posted_before() -> None:
    """Channels of `only: [Fliggy]` got no story of Feizhu; those of the last days keep what they have."""
    both = digest(MONDAY)
    first = replace(both.stories[0], companies=("Fliggy",))
    second = replace(first, id=f"{both.id}/2", n=2, headline="Second", companies=("Feizhu",))
    issue = replace(both, stories=(first, second))
    before, now = (target(only=("Fliggy",), also=also) for also in ((), ("Feizhu",)))
    old = _FORMS[""](issue, before.settings)

    assert decide([issue], posted(issue, to=now, content=old), to=now) == []
    assert kinds(decide([issue], posted(issue, to=before), to=now)) == [Correct]
    assert now.settings.selection(issue) == (first, second)


def test_a_correction_that_leaves_nothing_withdraws() -> None:
    to = target(only=("Fliggy",))
    before = replace(digest(MONDAY), tags=("Fliggy",))

    assert kinds(decide([digest(MONDAY)], posted(before, to=to), to=to)) == [Withdraw]


def test_a_retracted_or_vanished_digest_is_left_alone() -> None:
    retracted = posted(digest(MONDAY), verdict=Verdict.RETRACTED)

    assert decide([digest(MONDAY, "changed")], retracted) == []
    assert decide([], posted(digest(MONDAY))) == []


def test_the_next_change_is_the_next_slot() -> None:
    made = [digest(MONDAY), digest(MONDAY + 7 * DAY)]

    assert next_change(made, [target()], {}, now=SLOT) == SLOT + 7 * DAY


@pytest.mark.parametrize("verdict", [Verdict.SKIPPED, None])
def test_a_file_that_is_gone_hands_on_only_what_was_posted(verdict: Verdict | None) -> None:
    old, new = digest(MONDAY, name="old"), digest(MONDAY, name="new")
    known = [posted(old, verdict=verdict)] if verdict else []

    assert kinds(decide([new], *known, gone={old.id: old})) == [Post]
