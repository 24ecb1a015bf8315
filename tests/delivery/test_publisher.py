"""The publisher over real HTTP and a real ledger: what readers and editors see, one fault at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.delivery.answers import Refused
from bot.core.delivery.state import Rung, State
from bot.core.delivery.ways import IN_SHELL, IN_SLACK
from bot.core.digest import Digest, Image, Story
from bot.core.errors import RoundupError
from bot.core.markdown.source import literal
from bot.core.message import Message, Part
from bot.core.settings import ChannelSettings, DeliverySettings, Layout, Settings
from bot.delivery.desk import Desk
from bot.delivery.needs import Render
from bot.delivery.publisher import Publisher
from bot.delivery.resolving import Choice
from bot.practice.model import BOT_USER
from bot.practice.model import Message as Stands
from bot.practice.server import PracticeServer
from bot.practice.tokens import BOT_TOKEN
from bot.slack.directory import Directory
from bot.slack.messenger import Messenger
from bot.slack.views.alarms import AlarmWording
from bot.slack.views.kit import without_blocks, without_images
from bot.slack.views.posts import digest_parts
from bot.store.database import LedgerError
from bot.store.ledger import Ledger
from tests.delivery.scene import wait_for
from tests.delivery.world import Rooms, Shelf, build_publisher, channel, desk_over, digest, settings
from tests.store.whole import Store, open_store

pytestmark = pytest.mark.usefixtures("hurried")

MONDAY = date(2026, 9, 7)
SLOT = datetime(2026, 9, 7, 9, tzinfo=UTC)
EDITOR = "U0EDITOR01"
RULES = DeliverySettings(
    quiet=timedelta(0),
    timeout=timedelta(seconds=20),
    lease=timedelta(seconds=50),
    settle=timedelta(seconds=2),
)


@dataclass
class Office:
    """A publisher and a desk at a time of our choosing. The ledger keeps its own, real time."""

    practice: PracticeServer
    ledger: Ledger
    slack: Messenger
    publisher: Publisher
    desk: Desk
    shelf: Shelf
    config: Settings
    wall: datetime

    def tick(self, at: datetime | None = None) -> None:
        """Let everything that is due at that time be done."""
        self.wall = at or self.wall
        channels = self.publisher._channels
        if at and channels._look_up_at is not None:
            channels._look_up_at = 0.0  # the minute until they are looked up again is over
        assert wait_for(self._idle)

    def _idle(self) -> bool:
        self.publisher.tick()
        return not self.publisher.busy

    def channel(self, name: str = "news") -> list[Stands]:
        """Return what stands in a channel and its threads."""
        return [m for m in self.practice.workspace.posted(f"#{name}") if not m.deleted]

    def told(self) -> list[str]:
        """Return what the editor was told by DM."""
        return [m.text for m in self.practice.workspace.posted(self.practice.workspace.direct(EDITOR).id)]

    def states(self, name: str = "news") -> list[State]:
        rows = [row for row in self.desk.status() if row.channel == f"#{name}"]
        return [row.delivery.state for row in rows]


def decide(office: Office, choice: Choice, name: str = MONDAY.isoformat()) -> str:
    return office.desk.resolve(name, channel="news", choice=choice, who=EDITOR)


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["news", "travel"], limits=None) as server:
        yield server


@pytest.fixture
def open_office(practice: PracticeServer, tmp_path: Path) -> Iterator[Callable[..., Office]]:
    ledgers: dict[str, Store] = {}
    pool = ThreadPoolExecutor(8)

    def open_it(
        *digests: Digest,
        channels: tuple[ChannelSettings, ...] = (),
        at: datetime = SLOT - timedelta(hours=2),
        render: Render = digest_parts,
        database: str = "a",
        store: Store | None = None,
    ) -> Office:
        if database not in ledgers:
            ledgers[database] = store or open_store(f"sqlite:///{tmp_path}/{database}.db")
        ledger = ledgers[database]
        entries = channels or (channel("news", "0 09:00"), channel("travel", "0 09:00"))
        config = settings(*entries, rules=RULES, editors=(EDITOR,))
        slack = Messenger(BOT_TOKEN, base_url=practice.api_url, timeout=lambda: RULES.timeout)
        directory = Directory(slack, ledger)
        shelf = Shelf(digests or [digest(MONDAY)])
        publisher = build_publisher(
            ledger=ledger,
            slack=slack,
            directory=directory,
            library=shelf,
            settings=lambda: office.config,
            render=render,
            simpler={Rung.NO_IMAGES: without_images, Rung.NO_BLOCKS: without_blocks},
            wording=AlarmWording(),
            clock=lambda: office.wall,
            replica="replica",
            pool=pool,
        )
        desk = desk_over(
            ledger,
            rooms=directory,
            library=shelf,
            settings=lambda: office.config,
            clock=lambda: office.wall,
        )
        office = Office(practice, ledger, slack, publisher, desk, shelf, config, at)
        for entry in entries:  # seen long ago
            room = practice.workspace.channel(entry.channel)
            ledger.saw(entry.channel, room.id)
        with ledger._database.writing() as db:
            db.exec_driver_sql("UPDATE channels SET first_seen = 0")
        return office

    yield open_it
    pool.shutdown()
    for ledger in ledgers.values():
        ledger.close()


def test_a_digest_stands_in_every_channel_with_its_stories_in_the_thread(
    open_office: Callable[..., Office],
) -> None:
    office = open_office()
    office.tick(SLOT - timedelta(seconds=1))
    assert office.channel() == []
    office.tick(SLOT)

    for name in ("news", "travel"):
        first, *rest = office.channel(name)
        assert first.thread_ts in (None, first.ts)
        assert rest
        assert {reply.thread_ts for reply in rest} == {first.ts}
        assert first.metadata
        assert first.metadata["event_type"] == "roundup_part"
        payload = first.metadata["event_payload"]
        assert (payload["digest"], payload["part"]) == (MONDAY.isoformat(), 0)
        assert payload.keys() == {"digest", "part", "words", "shows"}


def test_one_channels_trouble_stops_no_other(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office()
    practice.workspace.archive("#news")
    office.tick(SLOT)

    assert office.channel("travel")
    assert office.states("news")[0] is State.FAILED
    assert [text for text in office.told() if "unarchive #news" in text]


def test_who_was_put_out_of_a_public_channel_goes_in_again(
    open_office: Callable[..., Office], practice: PracticeServer, caplog: pytest.LogCaptureFixture
) -> None:
    """All was well at the last look, so nobody would look again."""
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick()
    practice.tokens[BOT_TOKEN].scopes.discard("chat:write.public")  # nor does the manifest ask for it
    practice.workspace.leave("#news")
    office.tick(SLOT)
    assert office.states()[0] is State.FAILED
    assert BOT_USER in practice.workspace.channel("#news").members
    office.desk.retry(who=EDITOR)
    office.tick()

    assert set(office.states()) == {State.SENT}
    assert "work_failed" not in caplog.text


def test_a_mended_channel_gets_its_post_by_retry(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office()
    practice.workspace.channel("#news").restriction = "restricted_action"
    office.tick(SLOT)
    assert office.states()[0] is State.FAILED
    practice.workspace.channel("#news").restriction = ""
    office.wall = SLOT + timedelta(days=2)
    assert office.desk.retry(who=EDITOR)
    office.tick()

    assert set(office.states()) == {State.SENT}


def test_the_remedy_is_told_once(open_office: Callable[..., Office], practice: PracticeServer) -> None:
    office = open_office()
    practice.workspace.channel("#news").restriction = "restricted_action"
    office.tick(SLOT)
    for _ in range(3):
        office.desk.retry(who=EDITOR)
        office.tick()

    assert len([text for text in office.told() if "#news" in text]) == 1


def test_a_refused_image_costs_the_image_and_names_the_story(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    pictured = digest(MONDAY)
    image = Image(alt="a tent", url="https://example.com/a.png")
    story = replace(pictured.stories[1], image=image, line=17)
    office = open_office(
        replace(pictured, stories=(pictured.stories[0], story)),
        channels=(channel("news", "0 09:00", layout="full"),),
    )
    office.tick(SLOT - timedelta(hours=1))
    wire = office.slack
    post, refused = wire.post, []

    def refuse_images(channel: str, message: object, **more: object) -> object:
        blocks = getattr(message, "blocks", ())
        at = next((i for i, block in enumerate(blocks) if "accessory" in block), None)
        if at is None:
            return post(channel, message, **more)  # type: ignore[arg-type]
        refused.append(at)
        return Refused(
            "invalid_blocks", f"downloading image failed [json-pointer:/blocks/{at}/accessory/image_url]"
        )

    wire.post = refuse_images  # type: ignore[assignment,method-assign]
    office.tick(SLOT)

    assert len(refused) == 1
    assert set(office.states()) == {State.SENT}
    assert "a tent" in str([m.blocks for m in office.channel()])
    assert [text for text in office.told() if 'story "two", line 17' in text]


def test_refused_blocks_go_out_as_text(open_office: Callable[..., Office], practice: PracticeServer) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    practice.fault("chat.postMessage", "msg_blocks_too_long")
    office.tick(SLOT)

    assert set(office.states()) == {State.SENT}
    assert office.channel()[0].blocks == []
    assert "one" in office.channel()[0].text


def test_what_slack_does_not_take_folded_is_arranged_as_headlines(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    """The workspace is remembered: it is asked once, and the editors hear of it once."""
    folded = {"layout": Layout.FOLDED}
    office = open_office(
        digest(MONDAY, "one", "two " * 80),
        channels=(channel("news", "0 09:00", **folded), channel("travel", "0 09:00", **folded)),
    )
    practice.workspace.refused_blocks.add("container")
    office.tick(SLOT)
    office.shelf.shelf |= {"next": digest(MONDAY + timedelta(days=7), "three", name="next")}
    office.tick(SLOT + timedelta(days=7))

    for name in ("news", "travel"):
        assert set(office.states(name)) == {State.SENT}
        first, thread, following, _ = office.channel(name)
        assert "Full stories in the thread" in str(first.blocks)
        assert thread.thread_ts == first.ts
        assert "container" not in {block["type"] for m in (first, following) for block in m.blocks}
    assert len([text for text in office.told() if "does not take folded stories" in text]) == 1


def test_what_was_refused_folded_in_a_channel_that_was_taken_out_stays_as_it_is(
    open_office: Callable[..., Office],
) -> None:
    office = open_office(channels=(channel("news", "0 09:00", layout=Layout.FOLDED),))
    office.tick(SLOT)
    (posting,), (sent, *_) = office.ledger.postings(), office.ledger.deliveries()
    refused = replace(sent, state=State.PENDING, ts="", shown="", refused=sent.wanted)
    known = {(posting.digest, posting.channel): posting}

    assert office.publisher._arranging._unfolding.see_to([refused], [], known)
    assert not office.ledger.refuses_folding()  # type: ignore[attr-defined]
    assert office.ledger.deliveries()[0] == sent


def test_what_was_folded_and_refused_goes_out_as_text_once_its_file_is_gone(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    """A digest is never lost to its looks."""
    office = open_office(channels=(channel("news", "0 09:00", layout=Layout.FOLDED),))
    office.tick(SLOT - timedelta(hours=1))
    wire = office.slack
    post = wire.post

    def refuse_and_forget(channel: str, message: Any, **more: Any) -> object:
        office.shelf.shelf = {}
        return Refused("invalid_blocks") if message.folds else post(channel, message, **more)

    wire.post = refuse_and_forget  # type: ignore[assignment,method-assign]
    office.tick(SLOT)

    (only,) = office.channel()
    assert only.blocks == []
    assert "one" in only.text


def test_a_folded_post_that_is_out_stays_when_the_workspace_refuses_the_next(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office(channels=(channel("news", "0 09:00", layout=Layout.FOLDED),))
    office.tick(SLOT)
    office.shelf.shelf |= {"next": digest(MONDAY + timedelta(days=7), "three", name="next")}
    practice.fault("chat.postMessage", "invalid_blocks")
    office.tick(SLOT + timedelta(days=7))

    assert office.desk.status()[0].error == ""
    first, following, _ = office.channel()
    assert "container" in {block["type"] for block in first.blocks}
    assert "container" not in {block["type"] for block in following.blocks}
    assert not any(m.edited_at for m in (first, following))


def test_a_lost_answer_is_found_not_reposted(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    practice.fault("chat.postMessage", "close_accepted", times=2)
    office.tick(SLOT)

    assert set(office.states()) == {State.SENT}
    assert len(office.channel()) == len({str(m.metadata) for m in office.channel()})


def test_an_unreadable_history_holds_until_an_editor_decides(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    practice.fault("conversations.history", "missing_scope", times=9)
    practice.fault("chat.postMessage", "close_accepted")
    office.tick(SLOT)
    assert office.states()[0] is State.HELD
    assert [text for text in office.told() if "is held" in text]
    (first,) = office.channel()
    office.desk.resolve(MONDAY.isoformat(), channel="news", choice=Choice.THERE, who=EDITOR, ts=first.ts)
    office.tick()

    assert set(office.states()) == {State.SENT}
    assert {m.thread_ts for m in office.channel()[1:]} == {first.ts}


def test_what_an_editor_did_not_find_is_posted_again(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    """However late it is by then: they have just said so."""
    office = open_office(channels=(channel("news", "0 09:00"),))
    practice.fault("conversations.history", "missing_scope", times=9)
    practice.fault("chat.postMessage", "close")
    office.tick(SLOT)
    office.wall = SLOT + timedelta(days=2)
    held, said = office.states()[0], decide(office, Choice.REPOST)
    office.tick()

    assert held is State.HELD
    assert said == f"{MONDAY} in #news is settled: repost"
    assert set(office.states()) == {State.SENT}
    assert len(office.channel()) == 2


def test_a_thread_without_its_message_is_not_waited_for_in_silence(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    """The button "It is there" brings no link, and nothing can be posted into a thread nobody can find."""
    office = open_office(channels=(channel("news", "0 09:00"),))
    practice.fault("conversations.history", "missing_scope", times=9)
    practice.fault("chat.postMessage", "close_accepted")
    office.tick(SLOT)
    (first,) = office.channel()
    said = office.desk.resolve(MONDAY.isoformat(), channel="news", choice=Choice.THERE, who=EDITOR)
    waits = "its thread waits until you say where it is"

    assert said.endswith(f"settled: there; {waits}: {IN_SLACK.say_where}")
    assert office.desk.status()[1].next.endswith(IN_SHELL.say_where)
    office.desk.resolve(MONDAY.isoformat(), channel="news", choice=Choice.THERE, who=EDITOR, ts=first.ts)
    office.tick()
    assert set(office.states()) == {State.SENT}


def test_who_said_that_it_is_there_may_bring_the_link_later(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    """Without it nothing can be corrected; status says so until it is there."""
    office = open_office(channels=(channel("news", "0 09:00", layout="full"),))
    practice.fault("conversations.history", "missing_scope", times=9)
    practice.fault("chat.postMessage", "close_accepted")
    office.tick(SLOT)
    decide(office, Choice.THERE)
    assert office.desk.status()[0].next == ""
    office.shelf.shelf = {MONDAY.isoformat(): digest(MONDAY, "a corrected story")}
    office.tick(SLOT + timedelta(days=1))
    (first,) = office.channel()
    assert "nobody said where it is" in office.desk.status()[0].next
    office.desk.resolve(MONDAY.isoformat(), channel="news", choice=Choice.THERE, who=EDITOR, ts=first.ts)
    office.tick()

    assert "a corrected story" in str(office.channel()[0].blocks)
    assert office.desk.status()[0].next == ""


def test_a_correction_edits_grows_and_shrinks_and_says_when(open_office: Callable[..., Office]) -> None:
    office = open_office(
        digest(MONDAY, *(f"{n} {'long ' * 500}" for n in range(3))),
        channels=(channel("news", "0 09:00", layout="full"),),
    )
    office.tick(SLOT)
    before = office.channel()
    office.shelf.shelf = {MONDAY.isoformat(): digest(MONDAY, "only")}
    office.tick(SLOT + timedelta(days=1))
    after = office.channel()

    assert len(after) < len(before)
    assert after[0].ts == before[0].ts
    assert "Corrected 8 September 2026" in str(after[0].blocks)
    assert "only" in str(after[0].blocks)
    assert office.desk.status()[0].error == "corrected 2026-09-08"


def test_a_folded_post_grows_a_thread_when_corrected_and_is_retracted_with_it(
    open_office: Callable[..., Office],
) -> None:
    office = open_office(
        digest(MONDAY, "short"), channels=(channel("news", "0 09:00", layout=Layout.FOLDED),)
    )
    office.tick(SLOT)
    (before,) = office.channel()
    longer = digest(MONDAY, *"012345")
    stories = (replace(s, body=literal(f"Story {s.n} is {'long ' * 400}")) for s in longer.stories)
    office.shelf.shelf = {MONDAY.isoformat(): replace(longer, stories=tuple(stories))}
    office.tick(SLOT + timedelta(days=1))
    first, *thread = office.channel()

    assert first.ts == before.ts
    assert "Corrected 8 September 2026" in str(first.blocks)
    assert "More in the thread" in first.text
    assert {reply.thread_ts for reply in thread} == {first.ts}
    told = "".join(str(message.blocks) for message in (first, *thread))
    assert [told.count(f"Story {n} is long ") for n in range(1, 7)] == [1] * 6

    office.desk.retract(MONDAY.isoformat(), who=EDITOR)
    office.tick()

    assert office.channel() == []


def arranged_before(
    digest: Digest, stories: Sequence[Story], *, layout: Layout, corrected: date | None = None
) -> tuple[Part, ...]:
    """As a version before this one may have: text alone, and fewer messages than now, or more."""
    first, *_ = digest_parts(digest, stories, layout=layout, corrected=corrected)
    one_each = (Part(message=Message(text=story.headline), stories=(story.id,)) for story in stories)
    replies = () if layout is Layout.HEADLINES else one_each
    return (replace(first, message=without_blocks(first.message)), *replies)


@pytest.mark.parametrize("database", ["a", "b"], ids=["as it was", "lost"])
@pytest.mark.parametrize("layout", Layout)
def test_an_upgrade_leaves_posts_as_they_were_arranged(
    open_office: Callable[..., Office], layout: Layout, database: str
) -> None:
    """Until their words change; also where the ledger was lost, and they are read back."""
    places = (channel("news", "0 09:00", layout=layout),)
    before = open_office(channels=places, render=arranged_before)
    before.tick(SLOT)
    stood = [(m.ts, m.text, m.edited_at) for m in before.channel()]
    office = open_office(channels=places, database=database, at=SLOT + timedelta(hours=1))
    office.tick(SLOT + timedelta(hours=1))
    office.tick(SLOT + timedelta(days=1))

    assert [(m.ts, m.text, m.edited_at) for m in office.channel()] == stood
    assert len(stood) == (1 if layout is Layout.HEADLINES else 3)

    office.shelf.shelf = {MONDAY.isoformat(): digest(MONDAY, "one", "three")}
    office.tick(SLOT + timedelta(days=2))

    assert [m.ts for m in office.channel()][:1] == [stood[0][0]]
    assert "three" in str([m.blocks for m in office.channel()])
    assert "Corrected 9 September 2026" in str(office.channel()[0].blocks)


def test_what_is_retracted_is_gone_and_can_be_posted_again(open_office: Callable[..., Office]) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick(SLOT)
    office.desk.retract(MONDAY.isoformat(), who=EDITOR)
    office.tick()
    assert office.channel() == []
    assert set(office.states()) == {State.WITHDRAWN}
    assert office.desk.retract(MONDAY.isoformat(), who=EDITOR) == {"#news": "was already retracted"}
    office.desk.post_now(digest(MONDAY), who=EDITOR)
    office.tick()

    assert set(office.states()) == {State.SENT}
    assert len(office.channel()) == 2


def test_a_part_that_a_person_deleted_stays_deleted(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick(SLOT)
    practice.workspace.delete(office.channel()[1])
    office.shelf.shelf = {MONDAY.isoformat(): digest(MONDAY, "new", "newer")}
    office.tick(SLOT + timedelta(hours=1))
    row = office.desk.status()[1]

    assert row.delivery.state is State.WITHDRAWN
    assert "stays deleted" in row.next
    assert len(office.channel()) == 1


def test_a_missed_digest_asks_and_goes_out_when_told(open_office: Callable[..., Office]) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick(SLOT + timedelta(days=1))
    assert office.states() == [State.MISSED]
    assert len([text for text in office.told() if "missed" in text]) == 1
    said = office.desk.post_now(digest(MONDAY), who=EDITOR)
    office.tick()

    assert said == {"#news": "gets it now"}
    assert set(office.states()) == {State.SENT}


def test_next_slot_moves_a_missed_digest(open_office: Callable[..., Office]) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick(SLOT + timedelta(days=1))
    first, second = (decide(office, Choice.NEXT) for _ in range(2))
    assert "goes out to #news at Mon 14 Sep 2026 09:00 UTC" in first
    assert second == f"{MONDAY} in #news is already settled: next"
    assert office.desk.status()[0].next == "goes out at 2026-09-14 09:00 UTC"
    office.tick(SLOT + timedelta(days=6))
    assert office.channel() == []
    office.tick(SLOT + timedelta(days=7))

    assert set(office.states()) == {State.SENT}


def test_next_slot_is_one_that_is_not_left_out(open_office: Callable[..., Office]) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick(SLOT + timedelta(days=1))
    office.desk.skip("news", MONDAY + timedelta(days=7), who=EDITOR)

    assert "Mon 21 Sep 2026" in decide(office, Choice.NEXT)


def test_a_decision_may_be_changed_until_it_is_carried_out(open_office: Callable[..., Office]) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick(SLOT + timedelta(days=1))
    decide(office, Choice.NEXT)
    decide(office, Choice.DROP)
    office.tick(SLOT + timedelta(days=7))

    assert office.states() == [State.SKIPPED]
    assert "already settled" in decide(office, Choice.DROP)
    with pytest.raises(RoundupError, match="waits for no decision"):
        decide(office, Choice.REPOST)


def test_a_skipped_day_drops_its_digest(open_office: Callable[..., Office]) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick()
    office.desk.skip("#news", MONDAY, who=EDITOR)
    assert "already skips" in office.desk.skip("#news", MONDAY, who=EDITOR)
    with pytest.raises(RoundupError, match=r"Nothing was skipped: .* has no slot on Tue"):
        office.desk.skip("#news", MONDAY + timedelta(days=1), who=EDITOR)
    office.tick(SLOT)

    assert office.states() == [State.SKIPPED]
    assert office.channel() == []
    assert office.told() == []  # it is they who said so


def test_post_now_says_what_it_is_not_waiting_for_and_repeats_harmlessly(
    open_office: Callable[..., Office],
) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick()
    assert office.desk.post_now(digest(MONDAY), who=EDITOR) == {
        "#news": "gets it now, not at Mon 07 Sep 2026 09:00 UTC"
    }
    office.tick()
    assert office.desk.post_now(digest(MONDAY), who=EDITOR) == {"#news": "already has it, or is getting it"}
    office.tick(SLOT)

    assert len(office.channel()) == 2


def test_a_slot_without_a_digest_reminds_the_day_before_and_posts_nothing(
    open_office: Callable[..., Office],
) -> None:
    office = open_office(digest(MONDAY), channels=(channel("news", "0 09:00"),))
    office.tick(SLOT)
    office.tick(SLOT + timedelta(days=5))
    assert [text for text in office.told() if "no digest" in text] == []
    office.tick(SLOT + timedelta(days=6))
    office.tick(SLOT + timedelta(days=6, minutes=5))
    office.tick(SLOT + timedelta(days=7))

    said = "no digest yet for #news (Mon 14 Sep 2026 09:00 UTC)"
    assert len([text for text in office.told() if said in text]) == 1
    assert len(office.channel()) == 2


def test_an_order_for_what_a_person_deleted_says_that_it_stays_so_and_what_brings_it_back(
    open_office: Callable[..., Office], practice: PracticeServer
) -> None:
    office, name = open_office(channels=(channel("news", "0 09:00"),)), MONDAY.isoformat()
    office.tick(SLOT)
    practice.workspace.delete(office.channel()[0])
    office.shelf.shelf = {name: digest(MONDAY, "a corrected story")}
    office.tick(SLOT + timedelta(hours=1))
    said = office.desk.post_now(office.shelf.find(name), who=EDITOR)["#news"]
    assert said.startswith("stays without it, as somebody deleted it there: an operator's `roundup resolve")
    assert set(office.states()) == {State.WITHDRAWN}
    decide(office, Choice.REPOST)
    office.tick()

    assert set(office.states()) == {State.SENT}


def test_the_same_digest_under_another_name_is_held(open_office: Callable[..., Office]) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick(SLOT)
    office.shelf.shelf["renamed"] = replace(digest(MONDAY), id="renamed")
    office.tick(SLOT + timedelta(minutes=1))
    assert len(office.channel()) == 2
    renamed = office.shelf.shelf["renamed"]
    assert "Post it in `/roundup status`" in office.desk.post_now(renamed, who=EDITOR)["#news"]
    assert "`roundup resolve --repost`" in office.desk.post_now(renamed, who="the shell")["#news"]
    with pytest.raises(RoundupError, match="was not missed: only that has a next slot"):
        decide(office, Choice.NEXT, "renamed")
    decide(office, Choice.REPOST, "renamed")
    office.tick()

    assert len(office.channel()) == 4


def test_a_database_that_is_away_pauses_posting_and_nothing_else(
    open_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office = open_office()
    office.tick()

    def away() -> None:
        raise LedgerError("gone")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(office.ledger, "look", away)
        office.wall = SLOT
        assert office.publisher.tick() is None
        assert office.publisher.tick() is None
    office.tick(SLOT)

    assert [r.getMessage() for r in caplog.records].count("ledger_lost error=gone") == 1
    assert set(office.states()) == {State.SENT}


def test_what_cannot_be_written_is_not_said_to_be_decided(
    open_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that only reads, after a failover, let each second say so once more."""
    office = open_office(channels=(channel("news", "0 09:00"),))
    caplog.set_level(logging.INFO, logger="bot.delivery.arranging")
    office.tick()

    def read_only(*_: object, **__: object) -> None:
        raise LedgerError("read-only")

    def tried() -> bool:
        office.publisher.tick()
        return bool(caplog.messages)

    with monkeypatch.context() as patch:
        patch.setattr(office.ledger, "arrange", read_only)
        office.wall = SLOT
        assert wait_for(tried)
        office.publisher.tick()
    meanwhile = list(caplog.messages)
    office.tick(SLOT)

    assert [m.partition(" ")[0] for m in meanwhile] == ["ledger_lost"]
    assert [m.partition(" ")[0] for m in caplog.messages if "_decided" in m] == ["post_decided"]


def test_the_remedy_names_a_channel_that_the_config_has_no_more_by_its_id(
    open_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = open_office(channels=(channel("news", "0 09:00"),))
    office.tick(SLOT)
    old = office.ledger.deliveries()[0]
    new = replace(old, shown="other", refused=old.wanted, error="not_in_channel")
    assert office.ledger.write(old, new)
    monkeypatch.setattr(office.desk._places, "_rooms", Rooms())
    row = next(row for row in office.desk.status() if row.delivery.part == 0)

    assert row.channel == old.channel
    assert f"/invite @roundup in {old.channel};" in row.next


def test_an_unknown_channel_names_the_nearest(open_office: Callable[..., Office]) -> None:
    office = open_office()
    office.tick()

    with pytest.raises(RoundupError, match="did you mean `#news`"):
        office.desk.places("nwes")


@pytest.mark.parametrize("name", ["nowhere", "#nowhere"])
def test_a_configured_channel_that_is_not_there_says_so_and_why(
    name: str, open_office: Callable[..., Office]
) -> None:
    """It is spelled as in the config: a nearest name would send the editor astray."""
    office = open_office()
    office.config = replace(office.config, channels=(*office.config.channels, channel("nowhere", "0 09:00")))
    with pytest.raises(RoundupError, match=r"^#nowhere cannot be found in Slack \(not asked yet\)"):
        office.desk.places(name)
    office.tick()

    with pytest.raises(RoundupError, match=r"^#nowhere cannot be found in Slack \(channel_not_found\)"):
        office.desk.places(name)
