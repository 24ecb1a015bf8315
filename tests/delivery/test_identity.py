"""Names change hands: what a channel or a digest is called is not what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery.answers import Unknown
from bot.core.delivery.state import Kind, Posting, Room, State, Step, Trouble, Verdict
from bot.core.digest import Digest
from bot.core.message import Message, Part
from bot.core.settings import DeliverySettings
from bot.delivery.resolving import Choice
from bot.practice.server import PracticeServer
from bot.store.ledger import Claim
from tests.delivery.test_publisher import EDITOR, MONDAY, SLOT, Office, decide
from tests.delivery.wire import SLOT as NINE
from tests.delivery.wire import TODAY, replica
from tests.delivery.world import digest
from tests.store.whole import Store

pytestmark = pytest.mark.usefixtures("hurried")

WEEK = timedelta(weeks=1)
WORDS = ("Fliggy fills hotels for Labor Day", "Cainiao opens a hub in Liege", "Tmall sells more coffee")


def issue(name: str, *words: str, title: str = "Roundup") -> Digest:
    return digest(MONDAY, *(words or WORDS), title=title, name=name)


def test_a_name_that_another_channel_gets_hands_nothing_on(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    """It got this morning's digest at once, and whatever the old channel had missed."""
    office = open_office()
    office.tick(SLOT)
    practice.workspace.rename("#news", "news-archive")
    practice.workspace.add_channel("news", member=True)
    office.publisher._channels.look_again()
    office.tick(SLOT + timedelta(hours=1))
    office.tick(SLOT + timedelta(hours=2))

    assert office.publisher._channels._directory.rooms["#news"].id == practice.workspace.channel("#news").id  # type: ignore[union-attr]
    assert office.channel("news") == []
    assert office.channel("news-archive")


def test_a_name_keeps_its_past_while_it_is_the_same_channels(ledger: Store) -> None:
    first = ledger.saw("#news")

    assert ledger.saw("#news", "C1") == first
    assert ledger.saw("#news", "C1") == first
    assert ledger.saw("C1", "C1") == first
    assert ledger.saw("#renamed", "C1") == first


def test_a_renamed_file_takes_its_posts_over(open_office: Callable[..., Office]) -> None:
    """It was held for ever, and no correction reached what was posted."""
    office = open_office(issue("old"))
    office.tick(SLOT)
    before = [message.ts for message in office.channel()]
    office.shelf.rename("old", issue("new"))
    office.tick(SLOT + timedelta(hours=1))
    office.shelf.shelf["new"] = issue("new", *WORDS[:2], "Tmall sells more tea")
    office.tick(SLOT + timedelta(hours=2))

    assert office.told() == []
    assert [message.ts for message in office.channel()] == before
    assert "Tmall sells more tea" in str([message.blocks for message in office.channel()])
    assert {row.delivery.digest for row in office.desk.status()} == {"new"}
    office.desk.retract("new", who=EDITOR)
    office.tick(SLOT + timedelta(hours=3))
    assert office.channel() == []


def test_a_copy_that_is_still_called_the_old_name_posts_nothing(open_office: Callable[..., Office]) -> None:
    """Another replica, whose folder still has it."""
    office = open_office(issue("old"))
    office.tick(SLOT)
    office.shelf.rename("old", issue("new"))
    office.tick(SLOT + timedelta(hours=1))
    before = [message.ts for message in office.channel()]
    office.shelf.shelf, office.shelf.deleted = {"old": issue("old")}, {"new": issue("new")}
    office.tick(SLOT + timedelta(hours=2))

    assert [message.ts for message in office.channel()] == before
    assert office.told() == []


@pytest.mark.parametrize("change", ["title", "date", "words"])
def test_what_is_renamed_and_changed_is_not_posted_without_asking(
    change: str, open_office: Callable[..., Office]
) -> None:
    office = open_office(issue("old"))
    office.tick(SLOT)
    before = [message.ts for message in office.channel()]
    new = {
        "title": issue("new", title="Retitled"),
        "date": replace(issue("new"), date=MONDAY + timedelta(days=1)),
        "words": issue("new", "Nothing", "of the", "same"),
    }[change]
    office.shelf.rename("old", new)
    office.tick(SLOT + WEEK)

    assert [message.ts for message in office.channel()] == before
    assert [text for text in office.told() if "new in #news is held" in text]


def test_an_issue_of_its_own_is_posted_though_the_last_ones_file_is_gone(
    open_office: Callable[..., Office],
) -> None:
    """Columns have the same headlines each week."""
    columns = ("In brief", "Numbers", "People")
    last = issue("last")
    stories = [replace(s, headline=h) for s, h in zip(last.stories, columns, strict=True)]
    office = open_office(replace(last, stories=tuple(stories)))
    office.tick(SLOT)
    before = len(office.channel())
    fresh = digest(MONDAY + WEEK, "Luohan counts", "Taobao grows", "Ele.me rides", name="next")
    stories = [replace(s, headline=h) for s, h in zip(fresh.stories, columns, strict=True)]
    office.shelf.rename("last", replace(fresh, stories=tuple(stories)))
    office.tick(SLOT + WEEK)

    assert len(office.channel()) == 2 * before


def test_what_was_moved_and_then_skipped_is_skipped(open_office: Callable[..., Office]) -> None:
    """`status` went on saying that it was missed."""
    office = open_office()
    office.tick(SLOT + timedelta(hours=13))
    assert office.states()[0] is State.MISSED
    decide(office, Choice.NEXT)
    office.desk.skip("news", MONDAY + WEEK, who=EDITOR)
    office.tick(SLOT + WEEK)
    [row] = [row for row in office.desk.status() if row.channel == "#news"]

    assert (row.delivery.state, row.error, row.next) == (State.SKIPPED, "left out by an editor", "")
    assert row.delivery.slot == SLOT + WEEK
    assert office.channel() == []


def test_an_order_posts_what_has_no_file_any_more(open_office: Callable[..., Office]) -> None:
    """Without one it does not go out: somebody may have deleted it so that it does not."""
    office = open_office(issue("old"))
    office.shelf.shelf, office.shelf.deleted = {}, {"old": issue("old")}
    office.tick(SLOT)
    assert office.channel() == []
    office.desk.post_now(issue("old"), who=EDITOR)
    office.tick(SLOT + timedelta(minutes=1))

    assert office.channel() != []


RULES = DeliverySettings()


def arranged(ledger: Store) -> Posting:
    posting = Posting(digest="old", channel="C", verdict=Verdict.POST, slot=SLOT, dated=MONDAY)
    ledger.arrange(posting, [Part(message=Message(text="first"))])
    return replace(posting, version=1)


def test_posts_that_may_be_in_the_air_are_not_taken_over(ledger: Store) -> None:
    """Slack has them under the old name: looked for under the new one they would be sent again."""
    old = arranged(ledger)
    [part] = ledger.deliveries(digest="old")
    claim = ledger.claim(Step(kind=Kind.SEND, delivery=part), owner="me", rules=RULES, limits=())
    assert isinstance(claim, Claim)

    assert not ledger.take_over(old, replace(old, digest="new", version=0))
    assert [d.digest for d in ledger.deliveries()] == ["old"]
    assert [p.digest for p in ledger.postings()] == ["old"]


def test_of_two_replicas_one_takes_over(ledger: Store) -> None:
    old = arranged(ledger)
    new = replace(old, digest="new", version=0)

    assert ledger.take_over(old, new)
    assert not ledger.take_over(old, new)
    assert [(d.digest, d.version) for d in ledger.deliveries()] == [("new", 2)]
    assert {p.digest: (p.verdict, p.note) for p in ledger.postings()} == {
        "new": (Verdict.POST, ""),
        "old": (Verdict.SKIPPED, "is called new now"),
    }


def test_what_nobody_saw_before_it_was_mended_does_not_say_corrected() -> None:
    """Whatever else stands in the channel: the reader of this one has seen no other words."""
    first, second = (digest(TODAY, "one", title=name, name=name) for name in ("A", "B"))
    with replica(first, second) as one:
        one.wire.answers.append(Unknown("timeout"))  # A is looked for, and B waits behind it
        one.until(NINE + 5)
        one.simulation.shelf.shelf["B"] = digest(TODAY, "mended", title="B", name="B")
        one.until(NINE + 900)

        assert one.texts()[:2] == [f"A {TODAY}", f"B {TODAY}"]
        assert sorted(one.texts()[2:]) == ["mended", "one"]


def test_a_channel_that_slack_does_not_show_is_posted_nothing() -> None:
    """Nor is anything written down for it: under its ID it would be posted a second time."""
    with replica() as one:
        rooms = one.simulation.rooms
        rooms.recall = lambda names: None  # type: ignore[method-assign]
        rooms.rooms = {"#news": Trouble("channel_not_found")}
        one.until(NINE + 60)
        before = one.texts(), one.simulation.ledger.deliveries()
        rooms.rooms = {"#news": Room(id="NEWS", name="news")}
        one.until(NINE + 300)

        assert before == ([], ())
        assert one.texts() == [f"Roundup {TODAY}", "one"]
