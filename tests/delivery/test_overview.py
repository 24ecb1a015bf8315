"""What editors see first: what comes, their drafts, what waits for them, and what went out last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.delivery.overview import FrontPage, Overview
from tests.delivery.test_publisher import MONDAY, SLOT, Office
from tests.delivery.world import digest
from tests.store.recording import listening


def seen(office: Office) -> Overview:
    page = FrontPage(desk=office.desk, ledger=office.ledger, library=office.shelf, clock=lambda: office.wall)
    return page.overview(weeks=2)


def test_it_has_what_comes_what_waits_and_what_went_out(open_office: Callable[..., Office]) -> None:
    this, late, draft = digest(MONDAY), digest(MONDAY - timedelta(weeks=1)), digest(MONDAY, name="draft")
    office = open_office(this, late, replace(draft, draft=True))
    office.tick()
    before = seen(office)
    office.tick(SLOT)
    after = seen(office)

    assert [(post.channel, post.digest and post.digest.id) for post in before.coming[:2]] == [
        ("#news", this.id),
        ("#travel", this.id),
    ]
    assert [d.id for d in after.drafts] == ["draft"]
    assert [(row.delivery.digest, row.channel) for row in after.waiting] == [
        (late.id, "#news"),
        (late.id, "#travel"),
    ]
    assert {(row.delivery.digest, row.delivery.part) for row in after.posts} == {(this.id, 0)}
    assert this.id not in {post.digest.id for post in after.coming if post.digest}


def test_it_asks_as_little_after_ten_years_as_after_ten_weeks(open_office: Callable[..., Office]) -> None:
    old = [digest(MONDAY - timedelta(weeks=n)) for n in range(10, 530)]
    drafts = [replace(digest(MONDAY, name=f"draft-{n}"), draft=True) for n in range(200)]
    office = open_office(digest(MONDAY), *old, *drafts)
    with listening() as said:
        overview = seen(office)

    assert len(overview.drafts) == 200
    assert not any(name in repr(given) for _, given in said for name in (old[1].id, "draft-1"))
