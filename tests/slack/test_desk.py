"""From what an editor sends to what is posted, by the bot's buttons and forms."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.errors import RoundupError
from bot.core.sheets import Sheet
from bot.importing.exchange import write_markdown
from bot.practice.model import EDITOR, ME, READER, TEAM_ID, Message
from bot.practice.tokens import BOT_TOKEN
from bot.slack.listeners.counter import APPROVAL_GONE, SLOT_IS_OVER
from bot.slack.network import DIRECT
from bot.slack.views.editing import PIECE
from bot.slack.views.pieces import in_pieces
from tests.slack.desk import SEED, SHORT, Desk, Json, draft_of, id_of, typed, with_headline
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.usefixtures("hurried")

RAW = SEED.read_bytes()
LABELS = ("Approve", "Approve and send now", "Read it all")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests of this module: each sends what is its own."""
    with Desk.open(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(autouse=True)
def _no_form_of_another_test(desk: Desk) -> None:
    views = desk.server.workspace.views
    views.close(*views.modals)


def test_a_file_becomes_a_draft_and_comes_back_as_markdown(desk: Desk) -> None:
    answer = desk.send("newsletter.txt", RAW)

    said = desk.text_of(answer)
    assert "10 stories" in said
    assert "page navigation" in said  # what was left out, and why
    channel = desk.server.workspace
    until(lambda: channel.posted(answer.channel)[-1].files, "the draft is there as a file")
    (file,) = channel.posted(answer.channel)[-1].files
    markdown = channel.files.find(file).content
    again = desk.send(channel.files.find(file).name, markdown.replace(b"Fliggy Fuels", b"Fliggy Drives"))
    assert "is updated" in desk.text_of(again)
    sheet = desk.bot.writing.read(channel.files.find(file).name.removesuffix(".md"))
    assert sheet.version.number == 2
    late = markdown.replace(b"Damai and Youku", b"Youku and Damai")  # of the first version still
    assert "keeps what was edited" in desk.text_of(desk.send(channel.files.find(file).name, late))
    sheet = desk.bot.writing.read(sheet.id)
    assert sheet.digest
    assert "Fliggy Drives Travel and Hospitality Sectors" in [
        story.headline for story in sheet.digest.stories
    ]


def test_a_story_is_edited_in_a_form_that_speaks_at_the_field(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.screens.UNTIL_COVERED", ())  # only what is shown is to be counted
    answer = draft_of(desk, "News of trips")
    desk.press(answer, "desk_edit")
    stories = desk.modal(saying="MYbank Lends Money")
    desk.press_in(stories, "desk_story", block="story:1")
    form = desk.modal(saying="headline|")

    shown = desk.server.requests["views.update"]
    errors = desk.submit(form, url=typed("nowhere"), picture=typed("https://example.com/a.png"))
    assert {name.partition("|")[0] for name in errors} == {"url", "alt"}  # a picture that nobody describes
    assert desk.submit(form, headline=typed("Fliggy Sells Journeys"), body=typed("To *all*.")) == {}
    assert "Fliggy Sells Journeys" in str(desk.modal(saying="Saved."))
    assert desk.server.requests["views.update"] == shown + 1  # nothing was saved before
    sheet = desk.bot.writing.read(id_of(answer))
    assert sheet.version.number == 2
    assert sheet.digest
    assert [story.headline for story in sheet.digest.stories] == [
        "Fliggy Sells Journeys",
        "MYbank Lends Money",
    ]


def test_another_date_leaves_the_rest_of_a_digest_as_it_was(desk: Desk) -> None:
    head = "title: News of heads\ndate: 2030-04-05\nintro: First words.\ntags: [travel]\n"
    answer = desk.send("heads.yaml", f"{head}stories:\n- {{headline: One, body: x}}\n".encode())
    desk.press(answer, "desk_edit")
    desk.press_in(desk.modal(saying="1. One"), "desk_head")
    form = desk.modal(saying="The web version")
    assert desk.submit(form, date={"type": "datepicker", "selected_date": "2030-04-12"}) == {}

    desk.modal(saying="Saved.")
    digest = desk.bot.writing.read(id_of(answer)).digest
    assert digest
    assert f"{digest.title}, {digest.date}" == "News of heads, 2030-04-12"
    assert (digest.intro.source, digest.tags) == ("First words.", ("travel",))


def test_an_edit_says_that_it_took_the_approval_and_that_no_slot_is_left(tmp_path: Path) -> None:
    with Desk.open(tmp_path, approval="required") as desk:
        answer = draft_of(desk, "News that is approved")
        name, far = id_of(answer), datetime.now(UTC).date() + timedelta(days=300)
        sheet = desk.bot.writing.schedule(name, far, expected=1, who=ME)
        assert isinstance(sheet, Sheet)
        assert sheet.digest
        desk.bot.posting.desk.approve(sheet.digest, number=2, who=EDITOR)
        for day, gone, over in ((far + timedelta(days=1), 1, 0), (far - timedelta(days=600), 0, 1)):
            desk.press(answer, "desk_edit")
            desk.press_in(desk.modal(saying="Title, date, intro"), "desk_head")
            picked = {"type": "datepicker", "selected_date": day.isoformat()}
            assert desk.submit(desk.modal(saying="sign-up address"), date=picked) == {}
            said = str(desk.modal(saying="Saved."))

            assert (said.count(APPROVAL_GONE), said.count(SLOT_IS_OVER)) == (gone, over)
            desk.close()  # or the next turn would find this form before its own is there


def test_stories_are_moved_left_out_and_added(desk: Desk) -> None:
    answer = draft_of(desk, "News of order")
    desk.press(answer, "desk_edit")
    desk.press_in(desk.modal(saying="1. Fliggy"), "desk_down", block="story:1")
    desk.press_in(desk.modal(saying="2. Fliggy"), "desk_add")
    form = desk.modal(saying="headline|")
    assert desk.submit(form, headline=typed("Third"), body0=typed("And last.")) == {}
    moved = desk.modal(saying="3. Third")
    row = next(b["block_id"] for b in moved["blocks"] if "Leave out: Fliggy" in str(b))
    desk.press_in(moved, "desk_leave_out", block=row)

    desk.modal(saying="Left out: Fliggy")
    sheet = desk.bot.writing.read(id_of(answer))
    assert sheet.digest
    assert [s.headline for s in sheet.digest.stories] == ["MYbank Lends Money", "Third"]


def test_a_summary_longer_than_a_field_is_edited_in_several_and_nothing_is_cut(desk: Desk) -> None:
    summary, alt = "A sentence of it. " * 400, "What it shows, " * 250
    story = f"- headline: Long\n  body: x\n  summary: {summary}\n"
    image = f"  image:\n    alt: {alt}\n    url: https://example.com/a.png\n"
    text = f"title: News of length\ndate: 2030-03-08\nstories:\n{story}{image}"
    answer = desk.send("length.yaml", text.encode())
    desk.press(answer, "desk_edit")
    desk.press_in(desk.modal(saying="1. Long"), "desk_story", block="story:1")
    form = desk.modal(saying="Summary, part 3 of 3")
    assert desk.submit(form, headline=typed("Longer"), summary2=typed("The end.")) == {}
    desk.modal(saying="1. Longer")

    digest = desk.bot.writing.read(id_of(answer)).digest
    assert digest
    (longer,) = digest.stories
    *before, last = in_pieces(summary.strip(), PIECE)[0]
    assert longer.summary.source == f"{summary.strip().removesuffix(last)}The end."
    assert len(before) == 2
    assert longer.image
    assert longer.image.alt == alt.strip()


def test_who_is_far_down_the_list_stays_there(desk: Desk) -> None:
    stories = "".join(f"  - headline: H{n}\n    body: x\n" for n in range(45))
    text = f"title: News of many\ndate: 2030-02-08\nstories:\n{stories}"
    desk.press(desk.send("many.yaml", text.encode()), "desk_edit")
    desk.press_in(desk.modal(saying="1. H0"), "desk_page_on")
    view = desk.modal(saying="41. H40")
    row = next(b["block_id"] for b in view["blocks"] if "Leave out: H40" in str(b))
    desk.press_in(view, "desk_leave_out", block=row)

    assert "41. H41" in str(desk.modal(saying="Left out: H40"))


def test_who_saves_second_is_told_and_loses_nothing(desk: Desk) -> None:
    answer = draft_of(desk, "News of two")
    desk.press(answer, "desk_edit")
    desk.press_in(desk.modal(saying="1. Fliggy"), "desk_story", block="story:1")
    mine = desk.modal(saying="headline|")
    desk.server.wait(
        desk.server.interactions.press(
            action={"action_id": "desk_edit"}, user=EDITOR, channel=answer.channel, ts=answer.ts
        )
    )
    desk.press_in(desk.modal(user=EDITOR, saying="1. Fliggy"), "desk_story", block="story:1", user=EDITOR)
    theirs = desk.modal(user=EDITOR, saying="headline|")
    assert desk.submit(theirs, headline=typed("Theirs")) == {}
    desk.modal(user=EDITOR, saying="1. Theirs")

    assert desk.submit(mine, headline=typed("Mine")) == {}
    again = desk.modal(saying="Not saved yet")
    assert EDITOR in str(again)
    assert "'initial_value': 'Mine'" in str(again)
    assert desk.submit(again) == {}
    desk.modal(saying="1. Mine")


def test_a_roundup_pasted_into_the_form_keeps_links_and_lists(desk: Desk) -> None:
    channel = desk.server.workspace.channel("#alibaba-news").id
    assert desk.server.command("/roundup", "new", channel=channel).ok
    form = desk.modal(saying="rich_text_input")
    bold = {"bold": True}
    sections = [
        {"type": "text", "text": "News of links", "style": bold},
        {"type": "text", "text": "\n"},
        {"type": "text", "text": "Fliggy Sells Trips", "style": bold},
        {"type": "text", "text": "\nTo many people, as "},
        {"type": "link", "url": "https://example.com/fliggy", "text": "Fliggy says"},
        {"type": "text", "text": ".\n"},
        {"type": "text", "text": "MYbank Lends Money", "style": bold},
        {"type": "text", "text": "\nTo shops that need it, at a rate that they can pay."},
    ]
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": w}]} for w in ("one", "two")]
    written = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": sections},
            {"type": "rich_text_list", "style": "bullet", "elements": items},
        ],
    }
    assert desk.submit(form, text={"type": "rich_text_input", "rich_text_value": written}) == {}

    said = desk.modal(saying="Found")
    value = next(
        json.loads(e["value"]) for b in said["blocks"] if b["type"] == "actions" for e in b["elements"]
    )
    sheet = desk.bot.writing.read(value["digest"])
    assert sheet.digest
    assert [story.headline for story in sheet.digest.stories] == ["Fliggy Sells Trips", "MYbank Lends Money"]
    assert "[Fliggy says](https://example.com/fliggy)" in sheet.digest.stories[0].body.source
    assert "- one\n- two" in sheet.digest.stories[1].body.source


def test_a_paste_without_a_story_comes_back_with_why(desk: Desk) -> None:
    channel = desk.server.workspace.channel("#alibaba-news").id
    assert desk.server.command("/roundup", "new", channel=channel).ok
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "nothing of use"}]}
    written = {"type": "rich_text", "elements": [words]}
    value = {"type": "rich_text_input", "rich_text_value": written}

    assert desk.submit(desk.modal(saying="rich_text_input"), text=value) == {}
    again = desk.modal(saying="no story was found")
    assert "nothing of use" in str(again)


def test_a_reader_who_asks_what_is_new_is_told_how(desk: Desk) -> None:
    channel = desk.server.workspace.channel("#alibaba-news").id
    assert desk.server.command("/roundup", "new", channel=channel, user=READER).ok

    desk.told("`/roundup latest`", channel=channel, user=READER)


def test_files_of_one_message_are_drafts_of_their_own(desk: Desk) -> None:
    channel, posted = desk.direct(), desk.server.workspace.posted
    files = [(f"{n}.txt", SHORT % f"News of file {n}".encode()) for n in range(6)]
    sent = desk.server.interactions.share(channel, files)

    def answers() -> list[str]:
        return [m.text for m in posted(channel) if m.thread_ts == sent.ts and m.text]

    until(lambda: len(answers()) == 6, "all but one are drafts")
    assert "the first 5 files" in answers()[0]
    assert [text.partition(":")[0] for text in answers()[1:]] == ["New draft"] * 5


def test_who_writes_beside_a_file_is_told_that_it_is_not_read(desk: Desk) -> None:
    channel, posted = desk.direct(), desk.server.workspace.posted
    file = ("beside.txt", SHORT % b"News of remarks")
    sent = desk.server.interactions.share(channel, [file], text="Please leave out the second one")

    def answers() -> list[str]:
        return [m.text for m in posted(channel) if m.thread_ts == sent.ts and m.text]

    until(lambda: len(answers()) == 2, "it is answered, and a draft")
    assert "I read only the file" in answers()[0]
    assert answers()[1].startswith("New draft")


def test_next_week_of_the_same_title_is_another_draft(desk: Desk) -> None:
    first = id_of(draft_of(desk, "News of always"))
    until(lambda: first in desk.bot.newsroom.library.digests, "it is known")
    other = (SHORT % b"News of always").replace(b"Fliggy Sells", b"Koala Sells").replace(b"Lends", b"Saves")

    assert id_of(draft_of(desk, "News of always")) == first  # sent again
    assert id_of(desk.send("other.txt", other)) != first


def test_a_text_that_is_sent_again_keeps_what_was_edited_here(desk: Desk) -> None:
    title = b"News of again"
    answer, name = draft_of(desk, "News of again"), "News of again.txt"
    sheet = desk.bot.writing.read(id_of(answer))
    until(lambda: sheet.id in desk.bot.newsroom.library.digests, "it is known")
    desk.bot.writing.update(with_headline(sheet, "Edited Here"), expected=1, who=ME)
    longer = (SHORT % title).replace(b"To shops that need it", b"To all shops that need it")
    again = desk.send(name, longer)
    assert "Edited here since it was sent last, and kept" in desk.text_of(again)
    assert '"Fliggy Sells Trips" has another headline' in desk.text_of(again)
    assert "nothing in that is new" in desk.text_of(desk.send(name, longer))
    assert said_by(desk, sheet.id) == ("Edited Here", "To all shops that need it")

    both = longer.replace(b"Fliggy Sells Trips", b"Fliggy Sells Journeys").replace(
        b"all shops", b"every shop"
    )
    clash = desk.send(name, both)
    assert 'the headline of "Fliggy Sells Trips"' in desk.text_of(clash)
    assert said_by(desk, sheet.id) == ("Edited Here", "To every shop that need it")
    desk.press(clash, "desk_take_sent")
    until(lambda: "What was sent counts now" in str(clash.blocks), "it is taken")
    assert said_by(desk, sheet.id) == ("Fliggy Sells Journeys", "To every shop that need it")
    assert [v.number for v in desk.bot.writing.history(sheet.id)] == [*range(1, 8)]


def said_by(desk: Desk, name: str) -> tuple[str, str]:
    """Return the first story's headline, and how the second one begins."""
    digest = desk.bot.writing.read(name).digest
    assert digest
    return digest.stories[0].headline, digest.stories[1].body.source.partition(",")[0]


@pytest.mark.parametrize("how", [{"is_guest": True}, {"team": "T0ELSEWHERE"}])
def test_a_guest_or_somebody_from_elsewhere_is_no_editor_whatever_the_config_says(
    tmp_path: Path, how: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.visitors.KEPT", timedelta(0))
    with Desk.open(tmp_path) as desk:
        answer = draft_of(desk, "News of guests")
        people = desk.server.workspace.users
        people[EDITOR] = replace(people[EDITOR], **how)
        desk.press(answer, "desk_edit", user=EDITOR)
        desk.told("Only members of this workspace", channel=answer.channel, user=EDITOR)


def test_a_file_of_the_folder_that_is_sent_is_taken_over_by_a_press(desk: Desk) -> None:
    text = "title: News of the folder\ndate: 2040-01-06\nstories:\n- {headline: One, body: x}\n"
    (desk.config.parent / "digests" / "folder.yaml").write_text(text)
    until(lambda: "folder" in desk.bot.newsroom.library.digests, "it came in")
    until(lambda: _has_versions(desk, "folder"), "it is a version")
    before = {draft.id for draft in desk.bot.writing.drafts()}
    asked = desk.send("folder.yaml", text.replace("One", "Two").encode())
    assert "comes from a file in the folder, so nothing was changed" in asked.text
    assert desk.bot.writing.read("folder").version.number == 1

    desk.press(asked, "desk_take_in")
    until(lambda: "is taken over" in asked.text, "it is said")
    sheet = desk.bot.writing.read("folder")
    assert (sheet.version.who, "headline: Two" in sheet.text) == (ME, True)
    assert {draft.id for draft in desk.bot.writing.drafts()} == before
    kept = desk.send("folder.yaml", text.replace("One", "Three").encode())
    assert "folder is updated" in kept.text


def _has_versions(desk: Desk, name: str) -> bool:
    try:
        return bool(desk.bot.writing.history(name))
    except RoundupError:
        return False


def test_a_draft_that_comes_back_changes_its_own_digest_wherever_it_is_sent(desk: Desk) -> None:
    one, other = draft_of(desk, "News of here"), draft_of(desk, "News of there")
    sheet = desk.bot.writing.read(id_of(one))
    assert sheet.digest
    markdown = write_markdown(replace(sheet.digest, url="https://example.com/"), version=1)

    answer = desk.send(f"{sheet.id}.md", markdown.encode(), thread=other.thread_ts or "")
    assert f"{sheet.id} is updated" in answer.text
    assert desk.bot.writing.read(id_of(other)).version.number == 1


def test_a_short_paste_in_chinese_is_a_roundup(desk: Desk) -> None:
    body = "推出了一系列帮助旅游业恢复的措施，包括补贴和培训，受到许多商家和旅客的广泛欢迎。"
    answer = desk.say(f"本周要闻\n\n1、飞猪推出新服务\n飞猪{body}\n\n2、网商银行放贷\n网商银行{body}")

    assert "2 stories" in answer.text


def test_only_editors_send_roundups(desk: Desk) -> None:
    answer = desk.send("news.txt", RAW, user=READER)

    assert "Only editors" in answer.text
    assert "/roundup" in desk.say("hello").text  # a remark is no roundup


@pytest.mark.parametrize(
    ("order", "how", "said"),
    [
        ({}, {"mode": "external", "link": "https://docs.example.com/x"}, "is a link to somewhere else"),
        ({}, {"content": b"x" * (5 * 1024 * 1024 + 1)}, "more than 5 MB"),
        ({}, {"content": b"%PDF-1.7 x"}, "binary file"),
        ({}, {"content": b""}, "it is empty"),
        ({}, {"name": "odd.yaml", "content": b'title: "x\nstories:\n'}, "line 1: a quote"),
        ({}, {"name": "broken.yaml", "content": b"title: x\n"}, "no digest as it stands"),
        ({"method": "file_download", "kind": "html"}, {}, "asked me to sign in"),
        ({"method": "files.info", "kind": "file_not_found"}, {}, "does not have that file any more"),
        ({"method": "files.info", "kind": "missing_scope"}, {}, "files:read is missing"),
        ({"method": "file_download", "kind": "close"}, {}, "did not arrive"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(desk: Desk, order: Json, how: Json, said: str) -> None:
    if order:
        desk.server.fault(**order)
    how = {"name": "news.txt", "content": RAW, **how}

    answer = desk.send(how.pop("name"), how.pop("content"), **how)
    assert said in answer.text
    assert not desk.server.faults.listed()


def test_a_token_without_the_scope_gets_the_sign_in_page(desk: Desk) -> None:
    """And goes nowhere it points to."""
    token = desk.server.tokens[BOT_TOKEN]
    token.scopes.discard("files:read")
    try:
        file = desk.server.workspace.files.add("news.txt", RAW, user=ME)
        address = f"{desk.server.url}/files-pri/{TEAM_ID}-{file.id}/download/news.txt"
        with pytest.raises(urllib.error.HTTPError) as refused:
            DIRECT.open(urllib.request.Request(address), timeout=PATIENCE)  # noqa: S310 - this machine
    finally:
        token.scopes.add("files:read")

    assert refused.value.code == 302
    refused.value.close()


@pytest.mark.parametrize(
    ("method", "kind", "said"),
    [
        ("views.open", "expired_trigger_id", "press it again"),
        ("views.update", "view_too_large", "change the draft"),
    ],
)
def test_a_form_that_slack_does_not_take_is_said(desk: Desk, method: str, kind: str, said: str) -> None:
    answer = draft_of(desk, f"News of {kind}")
    desk.server.fault(method, kind)
    desk.press(answer, "desk_edit")

    if method == "views.open":
        desk.told(said, channel=answer.channel)
    else:
        desk.modal(saying=said)


def test_a_draft_is_discarded_and_brought_back(desk: Desk) -> None:
    answer = draft_of(desk, "News of nothing")
    name = id_of(answer)
    desk.press(answer, "desk_discard")
    until(lambda: "is discarded" in answer.text, "it is discarded")
    assert desk.bot.writing.read(name).is_discarded
    channel = desk.server.workspace.channel("#alibaba-news").id
    assert desk.server.command("/roundup", f"preview {name}", channel=channel).ok
    said = desk.text_of(desk.told("was discarded", channel=channel))
    assert "desk_versions" in said
    assert str(desk.config.parent) not in said

    desk.press(answer, "desk_bring_back")
    until(lambda: "Brought back" in str(answer.blocks), "it is back")
    assert not desk.bot.writing.read(name).is_discarded


def test_home_plan_and_status_say_what_there_is(desk: Desk) -> None:
    draft_of(desk, "News of Home")
    channel = desk.server.workspace.channel("#alibaba-news").id
    for word, said in (("plan", "Asia/Shanghai"), ("status", "Posted lately")):
        assert desk.server.command("/roundup", word, channel=channel).ok
        desk.told(said, channel=channel)
    homes = desk.server.workspace.views.homes

    def home() -> str:
        desk.server.interactions.open_home(ME)
        return str(homes[ME].body) if ME in homes else ""

    until(lambda: "*Drafts*" in home(), "Home shows drafts")
    assert "The coming weeks" in home()


def test_a_digest_goes_out_once_as_another_person_has_approved_it(tmp_path: Path) -> None:
    with Desk.open(tmp_path, approval="required") as desk:
        answer = draft_of(desk, "News of approval")
        name = id_of(answer)
        desk.press(answer, "desk_when")
        form = desk.modal(saying="This means")
        assert "Asia/Shanghai" in str(form)
        assert "Europe/London" in str(form)
        assert desk.submit(form) == {}
        done = desk.modal(saying="It is set")
        desk.press_in(done, "desk_ask")
        desk.modal(saying="are asked")
        letters = desk.server.workspace.direct(EDITOR).id
        until(lambda: _with(desk, letters, "desk_preview"), "the approver is asked")
        desk.press(_with(desk, letters, "desk_preview")[-1], "desk_preview", user=EDITOR)
        look = desk.told("desk_approve_and_send", channel=letters, user=EDITOR)
        assert all(f"'{label}'" in str(look.blocks) for label in LABELS)
        assert not desk.server.workspace.posted("#alibaba-news")
        desk.server.press(look.channel, look.ts, "desk_read_all", user=EDITOR)
        words = "at a rate that they can pay"
        until(lambda: words in str(desk.server.workspace.posted(letters)[-1].blocks), "all of it is read")

        for user in (ME, EDITOR, EDITOR):
            desk.server.press(look.channel, look.ts, "desk_approve_and_send", user=user)
        for channel in ("#alibaba-news", "#alibaba-news-london"):
            until(lambda c=channel: desk.server.workspace.posted(c), "it is out")  # type: ignore[misc]
        author, approved = (
            desk.server.workspace.direct(ME).id,
            f"Approved: <@{EDITOR}> lets {name} go out as it stands, now.",
        )
        until(
            lambda: any(approved in m.text for m in desk.server.workspace.posted(author)), "its author hears"
        )
        desk.bot.posting.desk.post_now(desk.bot.posting.desk.find(name), who=ME)
        assert [
            len([m for m in desk.server.workspace.posted(c) if m.in_channel])
            for c in ("#alibaba-news", "#alibaba-news-london")
        ] == [1, 1]


def test_a_draft_of_the_desk_needs_no_file_to_go_out(desk: Desk) -> None:
    """Who writes in Slack has none; what a file owns can be let out in either place."""
    channel, name = desk.server.workspace.channel("#alibaba-news").id, id_of(draft_of(desk, "News of files"))
    file = desk.config.parent / "digests" / "sketch.yaml"
    file.write_text(desk.bot.writing.read(name).text, encoding="utf-8")
    try:
        until(lambda: "sketch" in desk.bot.newsroom.library.digests, "the file is read")
        assert desk.server.command("/roundup", f"preview {name}", channel=channel).ok
        of_desk = desk.told("while it is a draft", channel=channel)
        assert desk.server.command("/roundup", "preview sketch", channel=channel).ok

        assert "while it is a draft: press When." in desk.text_of(of_desk)
        desk.told("take `draft: true` out of its file, or take it over with Edit", channel=channel)
    finally:
        file.unlink()


def test_a_preview_that_names_no_digest_speaks_of_no_file_that_there_is_not(tmp_path: Path) -> None:
    with Desk.open(tmp_path) as desk:
        draft_of(desk, "News without a name")
        until(desk.bot.newsroom.library.drafts, "it is known")
        channel = desk.server.workspace.channel("#alibaba-news").id
        assert desk.server.command("/roundup", "preview", channel=channel).ok
        told = desk.text_of(desk.told("Never, while it is a draft", channel=channel))

        assert "Never, while it is a draft: press When." in told


def test_no_path_of_the_server_is_shown(desk: Desk) -> None:
    channel = desk.server.workspace.channel("#alibaba-news").id
    server = str(desk.config.parent)
    assert desk.server.command("/roundup", "preview nowhere", channel=channel).ok
    assert server not in desk.text_of(desk.told("there is no digest", channel=channel))

    (desk.config.parent / "digests" / "broken.yaml").write_text("title: x\n")
    try:
        letters = desk.server.workspace.posted
        until(lambda: [m for m in letters(desk.direct()) if "Broken" in m.text], "the editors are told")
        told = [m for m in letters(desk.direct()) if "Broken" in m.text][-1]
        assert "digests/broken.yaml:1:" in told.text
        assert server not in desk.text_of(told)
        assert desk.server.command("/roundup", "preview broken", channel=channel).ok
        assert server not in desk.text_of(desk.told("broken.yaml:1:", channel=channel))
    finally:
        (desk.config.parent / "digests" / "broken.yaml").unlink()


def test_the_newsroom_has_a_thread_a_digest(tmp_path: Path) -> None:
    with Desk.open(tmp_path, approval='required\nnewsroom: "#editors"') as desk:
        answer = draft_of(desk, "News of rooms")
        assert f"<#{desk.server.workspace.channel('#editors').id}>" in answer.text  # a link, by name or by ID
        until(lambda: desk.server.workspace.posted("#editors")[-1].files, "the draft is there as a file")
        card, file = desk.server.workspace.posted("#editors")
        assert file.thread_ts == card.ts
        until(lambda: id_of(card) in desk.bot.newsroom.library.digests, "it is known")
        assert "stays as it is" in draft_of(desk, "News of rooms").text
        desk.press(card, "desk_when")
        assert desk.submit(desk.modal(saying="This means")) == {}
        desk.press_in(desk.modal(saying="It is set"), "desk_ask")
        asked = f"Please approve: <@{ME}> asks for approval"
        until(lambda: asked in desk.server.workspace.posted("#editors")[-1].text, "the approvers are asked")

        said = desk.server.workspace.posted("#editors")[1:]
        assert {message.thread_ts for message in said} == {card.ts}
        assert not [message.text for message in said if "&lt;" in message.text]


def test_a_newsroom_that_takes_nothing_loses_no_draft(tmp_path: Path) -> None:
    with Desk.open(tmp_path, approval='none\nnewsroom: "#nowhere"') as desk:
        answer = draft_of(desk, "News of no room")

        assert "'desk_edit'" in str(answer.blocks)


def _with(desk: Desk, channel: str, action: str) -> list[Message]:
    return [m for m in desk.server.workspace.posted(channel) if f"'{action}'" in str(m.blocks)]
