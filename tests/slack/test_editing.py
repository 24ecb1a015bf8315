"""The list of a digest's stories, as a form: what each row offers, and what stands above them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.core.digest import Digest
from bot.core.sheets import Sheet
from bot.core.versions import Version
from bot.slack.views.editing import LEAVE_OUT, NOTES, PAGE, STORIES, stories_view
from bot.slack.views.forms import chosen
from tests.delivery.world import digest
from tests.slack.limits import objects

DAY, AT = date(2026, 9, 7), datetime(2026, 9, 1, tzinfo=UTC)


def view_of(shown: Digest, **more: Any) -> str:
    return str(stories_view(sheet(shown), shown, **more))


def offered(shown: Digest) -> int:
    view = stories_view(sheet(shown), shown)
    return sum(each.get("action_id") == LEAVE_OUT for each in objects(view))


def leads_to(shown: Digest, page: int) -> dict[str, int]:
    """Return which page each button that turns them names, by its label."""
    view = stories_view(sheet(shown), shown, page=page)
    turning = [each for each in objects(view) if str(each.get("action_id")).startswith(PAGE)]
    return {each["text"]["text"]: json.loads(each["value"])["p"] for each in turning}


def sheet(shown: Digest) -> Sheet:
    version = Version(digest=shown.id, number=1, fingerprint="f", who="U1", place="", at=AT)
    return Sheet(version=version, text="", digest=shown)


def test_the_only_story_cannot_be_left_out() -> None:
    assert offered(digest(DAY, "a")) == 0
    assert offered(digest(DAY, "a", "b", "c")) == 3


def test_of_many_stories_a_page_leads_to_the_one_before_and_the_one_after() -> None:
    many = digest(DAY, *(f"n{n}" for n in range(3 * STORIES)))

    assert leads_to(many, 0) == {"Later stories": 1}
    assert leads_to(many, 1) == {"Earlier stories": 0, "Later stories": 2}
    assert leads_to(many, 2) == {"Earlier stories": 1}


def test_names_that_were_chosen_are_read_each_once() -> None:
    picked = [{"value": name} for name in ("Fliggy", "MYbank", "Fliggy")]

    assert chosen({"companies": {"selected_options": picked}}, "companies") == ("Fliggy", "MYbank")
    assert chosen({}, "tags", "travel\n\n loans\ntravel") == ("travel", "loans")


@pytest.mark.parametrize("more", [0, 1, 7])
def test_of_many_notes_the_first_are_said_and_how_many_there_are_besides(more: int) -> None:
    said = view_of(digest(DAY, "a"), notes=[f"note {n}" for n in range(NOTES + more)])

    assert f"note {NOTES - 1}" in said
    assert f"note {NOTES}" not in said
    assert (f"and {more} more" in said) == bool(more)
