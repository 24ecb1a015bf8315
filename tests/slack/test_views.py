"""Nothing that editors are shown is refused, whatever stands in files, and whatever went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.core.delivery.alarms import APPROVAL, Alarm, gathered
from bot.core.delivery.calendar import Coming
from bot.core.delivery.copies import Copy, Stale
from bot.core.delivery.state import Delivery, State
from bot.core.digest import Digest
from bot.core.imported import Imported
from bot.core.schedule import ClockChange, Slot
from bot.core.settings import Layout
from bot.core.sheets import Change, Joined, Sheet
from bot.core.unseen import is_seen
from bot.core.versions import Version
from bot.delivery.overview import Overview
from bot.delivery.status import StatusRow
from bot.practice.rules.messages import check_message
from bot.slack.views import desk, editing, forms, history, kit, overview, previews, timing, welcome
from bot.slack.views.alarms import AlarmWording, decided
from bot.slack.views.posts import digest_parts
from tests.slack.limits import assert_valid, assert_valid_view
from tests.slack.wild import digest, digests, ids, loadable, people, places, sayings, story

AT = datetime(2026, 9, 7, 9, tzinfo=UTC)
wild = settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def several(thing: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    """Draw few things, and many: none, some, or some again and again."""
    times = st.sampled_from([1, 1, most])
    return st.builds(lambda some, n: tuple(some * n)[:most], st.lists(thing, max_size=3), times)


versions = st.builds(
    Version,
    digest=ids,
    number=st.integers(1, 10**6),
    fingerprint=st.just("f"),
    who=people,
    place=sayings,
    at=st.just(AT),
)
texts = several(sayings, 400)
week = digests(most=3)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Draw a digest as the desk has it, of few stories or many."""
    drawn = loadable(draw(week))
    version = draw(versions)
    stories = drawn.stories * draw(st.sampled_from([1, 1, 20]))
    known = replace(
        drawn,
        id=version.digest,
        draft=draw(st.booleans()),
        stories=tuple(replace(story, n=n, id=f"wild/{n}") for n, story in enumerate(stories, 1)),
    )
    return Sheet(version=version, text="x", digest=known)


coming = st.builds(
    Coming,
    channel=places,
    slot=st.builds(
        Slot, at=st.just(AT), day=st.just(AT.date()), change=st.sampled_from([None, *ClockChange])
    ),
    local=st.just(AT),
    timezone=st.just("Europe/London"),
    spoken=st.just("Mon 07 Sep 2026, 09:00 (America/Argentina/ComodRivadavia)"),
    digest=st.none() | week,
    skipped=st.booleans(),
    left_out=several(ids, 60),
)
copies = st.builds(
    Copy,
    digest=ids,
    stories=several(ids, 5),
    channel=st.sampled_from(["C1", "D1"]),
    name=sayings,
    who=st.just("U024BE7LH"),
    at=st.just(AT),
    stale=st.sampled_from(Stale),
)
deliveries = st.builds(
    Delivery,
    digest=ids,
    channel=st.just("C1"),
    part=st.just(0),
    state=st.sampled_from(State),
    slot=st.just(AT),
    since=st.just(AT),
    dated=st.just(AT.date()),
)
rows = st.builds(StatusRow, delivery=deliveries, channel=places, error=sayings, next=sayings)
overviews = st.builds(
    Overview,
    coming=several(coming, 240),
    unapproved=st.frozensets(ids),
    asked=st.just(()),
    edited=st.just({}),
    drafts=several(week, 300),
    waiting=several(rows, 300),
    posts=several(rows, 30),
)
alarms = st.builds(
    Alarm,
    subject=st.sampled_from(["x", f"{APPROVAL}x"]),
    text=sayings.filter(is_seen),
    digest=ids,
    channel=st.just("C1"),
    place=places,
    state=st.none() | st.sampled_from(State),
    copies=several(copies, 20),
    empty=st.just("") | places,
)
looks = st.tuples(people, st.sampled_from(Layout))
imports = st.builds(Imported, digest=week, dated=st.booleans(), found=texts, dropped=texts, doubts=texts)

LONG = digest(*(story(n, headline=f"{n} & {'w' * 140}", body=("word " * 300,)) for n in range(1, 61)))
SLOT = Coming(
    channel="#" + "👧" * 80,
    slot=Slot(at=AT, day=AT.date()),
    local=AT,
    timezone="UTC",
    spoken="Mon 07 Sep, 09:00",
    digest=None,
    skipped=False,
)
VERSION = Version(digest="&" * 245, number=2, fingerprint="f", who="the shell", place="", at=AT)
SHEET = Sheet(version=VERSION, text="x", digest=replace(LONG, title="<!" * 1800))
ROW = StatusRow(
    delivery=Delivery(
        digest="&" * 245,
        channel="C1",
        part=0,
        state=State.HELD,
        slot=AT,
        since=AT,
        dated=AT.date(),
    ),
    channel="#news",
    error="&" * 900,
    next="",
)
FULL = Overview(
    coming=(SLOT,) * 60,
    unapproved=frozenset(f"{n}{'&' * 240}" for n in range(60)),
    asked=(),
    edited={},
    drafts=(LONG,) * 60,
    waiting=(ROW,) * 60,
    posts=(ROW,) * 60,
)
COPY = Copy(digest="d", stories=("👧" * 60,) * 5, channel="C1", name="", who="U1", at=AT)


@wild
@example(replace(SHEET, digest=replace(LONG, tags=("w" * 80,) * 60)), ["&" * 3000] * 400)
@example(replace(SHEET, digest=replace(LONG, tags=tuple(f"t{n}" for n in range(120)))), [])
@given(sheets(), texts)
def test_every_form_of_a_digest_is_taken(sheet: Sheet, notes: Sequence[str]) -> None:
    known = sheet.digest
    assert known
    for view in (
        *(editing.stories_view(sheet, known, page=page, notes=notes) for page in (0, 1, 3)),
        editing.take_over_view(sheet),
        editing.story_view(sheet, editing.NEW, editing.Draft(), notes=notes),
        *(editing.story_view(sheet, s.n, editing.Draft.of(s), notes=notes) for s in known.stories[:3]),
        editing.head_view(sheet, known, notes=notes),
    ):
        assert_valid_view(view)


@wild
@example(sheet=SHEET, lines=["👧" * 80] * 60, notes=["&" * 700] * 20, way=timing.DATE, waits=True)
@given(sheet=sheets(), lines=texts, notes=texts, way=st.sampled_from(timing.WAYS), waits=st.booleans())
def test_every_form_of_a_time_is_taken(
    sheet: Sheet, lines: Sequence[str], notes: Sequence[str], way: str, waits: bool
) -> None:
    known = sheet.digest
    assert known
    days: dict[str, Any] = {"day": date.min, "free": AT.date()}
    buttons = [desk.ask_button(sheet.id, 1)] if waits else []

    view = timing.when_view(sheet, known, way=way, **days, lines=lines, waits=waits, notes=notes)
    assert_valid_view(view)
    assert_valid_view(timing.scheduled_view(lines, buttons, notes))


@wild
@given(sheets(), st.lists(st.builds(Change, version=versions, what=texts), max_size=20), texts)
def test_every_version_is_shown(newest: Sheet, changes: Sequence[Change], notes: Sequence[str]) -> None:
    assert newest.digest
    parts = digest_parts(newest.digest, newest.digest.stories, layout=Layout.FULL)

    assert_valid_view(history.versions_view(newest, changes, approval=True, notes=notes))
    for after in (0, history.LONGEST):
        assert_valid_view(history.version_view(newest, newest, parts, approval=True, after=after))


@wild
@example(SHEET, Imported(digest=LONG, dated=False, doubts=("&" * 900,) * 400), "w" * 2000, ["&_" * 90] * 9)
@given(sheets(), st.none() | imports, sayings, texts)
def test_every_word_on_a_draft_is_taken(
    sheet: Sheet, imported: Imported | None, said: str, told: Sequence[str]
) -> None:
    assert sheet.digest
    joined = Joined(sheet=sheet, base=1, sent=2, kept=tuple(told), clashes=tuple(told))
    message = desk.card(replace(sheet, problems=()), sheet.digest, imported, said=said, joined=joined)
    assert_valid(message)
    assert_valid_view(forms.modal(desk.TITLE, message.blocks))
    for message in (
        desk.of_the_folder(sheet, "F0123ABCD"),
        desk.discarded(sheet, 1),
        desk.gone(sheet),
    ):
        assert_valid(message)


@wild
@example(SHEET, (SLOT,) * 60, [["#" + "n" * 80] * 60] * 3, ("the shell", Layout.FULL))
@given(sheets(), several(coming, 60), st.lists(several(places, 60), min_size=3, max_size=3), looks)
def test_every_preview_is_taken(
    sheet: Sheet, to_come: Sequence[Coming], named: Sequence[Sequence[str]], look: tuple[str, Layout]
) -> None:
    known = sheet.digest
    assert known
    row = kit.actions(desk.ask_button(sheet.id, 1))
    message = previews.preview_message(
        known,
        digest_parts(known, known.stories, layout=look[1]),
        coming=to_come,
        posted=named[0],
        unsettled=named[1],
        left_out=named[2],
        more=(kit.section(f"Approved by {kit.person(look[0])}."), row, row),
        now=AT,
    )
    assert_valid(message)
    assert_valid_view(forms.modal("Roundup", kit.unfolded(message).blocks))


@wild
@example(FULL, (COPY,) * 60, LONG)
@given(overviews, several(copies, 60), st.none() | week)
def test_every_overview_is_taken(seen: Overview, shared: Sequence[Copy], newest: Digest | None) -> None:
    assert_valid(overview.plan_message(seen))
    assert_valid(overview.status_message(seen, shared))
    assert_valid_view(welcome.home_view(newest))
    blocks = [*overview.home_blocks(seen), *welcome.home_view(newest)["blocks"]][:100]
    assert_valid_view({"type": "home", "blocks": blocks})


def test_status_of_any_length_has_room_for_how_many_copies_there_are() -> None:
    for n in range(3, 250, 15):
        name = "&" * n
        row = replace(ROW, delivery=replace(ROW.delivery, digest=name, state=State.UNSURE), error="", next="")
        seen = replace(FULL, waiting=(row,) * 60, posts=(row,) * 30, unapproved=frozenset({name}))
        message = overview.status_message(seen, (COPY,) * 60)
        assert_valid(message)
        assert "ask an operator to run" in str(message.blocks)


@wild
@example(
    [Alarm(subject="x", text="👧 " * 1700, copies=(COPY,) * 20, state=State.HELD, channel="C1")], "👧" * 3000
)
@given(st.lists(alarms, min_size=1, max_size=8), sayings.filter(is_seen))
def test_every_letter_is_taken(told: Sequence[Alarm], said: str) -> None:
    wording = AlarmWording()
    for some in (told[:n] for n in range(1, len(told) + 1)):
        letter = wording.letter(gathered(some))
        if len(some) == 1 or wording.fits(some):
            assert_valid(letter)
    first = wording.letter(told[:1])
    named = [{**block, "block_id": f"b{n}"} for n, block in enumerate(first.blocks)]
    after = decided(named, f"b{len(named) - 1}", said)
    check_message(after.text, list(after.blocks), [])


@wild
@example("&\n" * 2000, [("#" + "👧" * 80, AT.date())] * 60)
@given(sayings.filter(is_seen), st.lists(st.tuples(places, st.just(AT.date())), max_size=60))
def test_every_answer_to_an_editor_is_taken(said: str, days: Sequence[tuple[str, date]]) -> None:
    assert_valid(kit.plainly(said))
    assert_valid(timing.skipped(said, days))
    assert_valid_view(forms.told(said))
    assert_valid_view(forms.waiting("When", "One moment…"))
    run = {"type": "text", "text": "w" * 40_000}
    pasted = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [run]}]}
    assert_valid_view(desk.new_view(pasted, note=said))
