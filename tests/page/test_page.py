"""The practice workspace's page as a reader meets it: by mouse, by keyboard, in the dark, on a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.practice.model import Content
from bot.practice.server import PracticeServer
from tests.page.conftest import (
    ESCAPED,
    HOSTILE,
    Json,
    Room,
    Visit,
    actions,
    button,
    option,
    plain,
    section,
)
from tests.waiting import PATIENCE

Window = Callable[..., Visit]


# --- the first look


def test_a_newcomer_is_told_at_once_that_this_is_practice(visit: Visit, room: Room) -> None:
    """Nobody may take it for a real workspace, or fear to press a button."""
    expect(visit.page.locator(".banner")).to_contain_text(
        "Practice workspace — nothing here leaves this machine"
    )
    expect(visit.page).to_have_title(f"#{room.name} · Practice workspace")
    expect(visit.page.locator("#status")).to_contain_text("Roundup is listening")


def test_a_digest_arrives_while_one_looks(visit: Visit, room: Room) -> None:
    """The page hears of every change; nobody reloads a chat."""
    room.digest()

    expect(visit.messages).to_have_count(1)
    expect(visit.messages.locator(".header")).to_have_text("Road to Recovery")
    expect(visit.messages.locator(".badge")).to_have_text("APP")
    expect(visit.messages.locator(".replies")).to_contain_text("3 replies")
    expect(visit.page.locator("#announcer")).to_contain_text("Road to Recovery")


def test_edits_and_deletions_show_in_place(visit: Visit, room: Room) -> None:
    first, second = room.post("one"), room.post("two")
    expect(visit.messages).to_have_count(2)

    room.client.chat_update(channel=room.id, ts=first, text="one, corrected")
    room.client.chat_delete(channel=room.id, ts=second)

    expect(visit.messages).to_have_count(1)
    expect(visit.messages).to_contain_text("one, corrected")
    expect(visit.messages.locator(".edited")).to_have_text("(edited)")


def test_what_is_new_elsewhere_is_marked_until_it_is_read(
    visit: Visit, room: Room, server: PracticeServer
) -> None:
    other = server.workspace.add_channel(f"{room.name}-news", member=True)
    visit.page.reload()
    row = visit.page.locator(f'.nav a[href="#/{other.id}"]')
    expect(row).to_be_visible()

    room.client.chat_postMessage(channel=other.id, text="news")
    expect(row).to_have_class("unread")
    expect(row).to_contain_text("1 unread")
    row.click()

    expect(row).not_to_have_class("unread")
    expect(visit.page.locator(".rule.new")).to_be_visible()
    expect(visit.messages).to_contain_text("news")


def test_the_place_is_kept_while_older_messages_are_read(visit: Visit, room: Room) -> None:
    """A new message must not tear the page from under the reader; a button leads to it."""
    for n in range(1, 4):
        room.post("\n".join(f"line {n}.{m}" for m in range(30)))
    expect(visit.messages).to_have_count(3)
    visit.page.locator("#channel-scroller").evaluate("node => { node.scrollTop = 100; }")

    room.post("the newest")
    jump = visit.page.locator("#channel-stage .jump")
    expect(jump).to_contain_text("New messages")
    assert visit.page.locator("#channel-scroller").evaluate("node => node.scrollTop") == 100

    jump.click()
    expect(visit.messages.last).to_be_in_viewport()
    expect(jump).to_be_hidden()


# --- threads


def test_the_reply_bar_opens_the_thread_and_escape_closes_it(visit: Visit, room: Room) -> None:
    room.digest()
    visit.replies.click()

    expect(visit.thread.locator("article")).to_have_count(4)
    expect(visit.thread.locator(".rule.count")).to_have_text("3 replies")
    expect(visit.thread.locator("textarea")).to_be_focused()
    visit.page.keyboard.press("Escape")

    expect(visit.thread).to_be_hidden()
    expect(visit.messages.locator(".replies")).to_be_focused()


def test_a_reply_goes_to_the_thread_and_not_to_the_channel(visit: Visit, room: Room) -> None:
    parent = room.post("a question")
    visit.messages.first.hover()
    visit.page.get_by_role("button", name="Reply in thread").click()
    visit.thread.locator("textarea").fill("an answer")
    visit.thread.locator("textarea").press("Enter")

    expect(visit.thread.locator("article")).to_have_count(2)
    expect(visit.messages).to_have_count(1)
    replies = room.client.conversations_replies(channel=room.id, ts=parent)["messages"]
    assert [reply["text"] for reply in replies] == ["a question", "an answer"]


def test_commands_do_not_work_in_threads_and_say_so(visit: Visit, room: Room) -> None:
    room.digest()
    visit.replies.click()
    visit.thread.locator("textarea").fill("/roundup Fliggy")
    visit.thread.locator("textarea").press("Enter")

    expect(visit.thread.locator(".ephemeral")).to_contain_text("/roundup is not supported in threads. Sorry!")
    expect(visit.thread.locator("textarea")).to_have_value("/roundup Fliggy")


# --- commands and their answers


def test_a_command_is_offered_completed_and_answered_by_keyboard_alone(visit: Visit) -> None:
    visit.field.focus()
    visit.page.keyboard.type("/ro")
    expect(visit.page.get_by_role("option", name="/roundup")).to_have_attribute("aria-selected", "true")
    visit.page.keyboard.press("Tab")
    expect(visit.field).to_have_value("/roundup ")
    expect(visit.page.locator("#composer .usage")).to_contain_text("Fliggy | latest | help")
    visit.page.keyboard.type("fligy")
    visit.page.keyboard.press("Enter")

    expect(visit.messages.last).to_contain_text("Only visible to you")
    expect(visit.messages.last).to_contain_text("Fliggy Fuels Travel and Hospitality Sectors")
    expect(visit.field).to_have_value("")


def test_an_ephemeral_answer_looks_different_and_can_be_dismissed_for_good(visit: Visit, room: Room) -> None:
    room.post("for everybody")
    visit.say("/roundup Fliggy")
    answer = visit.page.locator(".ephemeral")
    expect(answer).to_be_visible()
    assert background(answer) != background(visit.messages.first)

    answer.get_by_role("button", name="Dismiss").click()
    expect(answer).to_have_count(0)
    visit.page.reload()

    expect(visit.messages).to_have_count(1)


def test_a_button_in_an_ephemeral_answer_replaces_it_in_place(visit: Visit) -> None:
    visit.say("/roundup Fliggy")
    visit.page.get_by_role("button", name="Share to channel").click()

    expect(visit.page.locator(".ephemeral")).to_contain_text("Shared.")
    expect(visit.messages).to_have_count(1)
    assert visit.page.evaluate("document.activeElement.tagName") == "ARTICLE", "the focus stays where one was"


def test_arrow_up_brings_back_what_was_sent(visit: Visit) -> None:
    visit.say("/roundup Fliggy")
    expect(visit.messages).to_have_count(1)
    visit.say("a word")
    expect(visit.messages).to_have_count(2)

    visit.field.press("ArrowUp")
    expect(visit.field).to_have_value("a word")
    visit.field.press("ArrowUp")
    expect(visit.field).to_have_value("/roundup Fliggy")
    visit.field.press("ArrowDown")
    expect(visit.field).to_have_value("a word")


def test_shift_enter_breaks_the_line_and_an_input_method_keeps_its_enter(visit: Visit) -> None:
    """Who writes Chinese presses Enter to take a word, not to send."""
    visit.field.focus()
    visit.page.keyboard.type("one")
    visit.page.keyboard.press("Shift+Enter")
    visit.page.keyboard.type("two")
    visit.field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(visit.field).to_have_value("one\ntwo")
    visit.page.keyboard.press("Enter")

    expect(visit.messages.locator(".text")).to_have_text("one\ntwo", use_inner_text=True)


def test_an_unknown_command_is_refused_in_words_and_given_back(visit: Visit) -> None:
    visit.say("/nonsense here")

    expect(visit.page.locator(".ephemeral")).to_contain_text("/nonsense is not a valid command.")
    expect(visit.field).to_have_value("/nonsense here")


def test_without_a_bot_the_page_says_so_and_words_the_error_as_slack_does(window: Window) -> None:
    with PracticeServer(channels=["alibaba-news"]) as lonely:
        visit = window()
        visit.page.goto(lonely.url)
        expect(visit.page.locator("#offline")).to_contain_text("Roundup is not connected")
        visit.say("/roundup Fliggy")

        expect(visit.page.locator(".ephemeral")).to_contain_text(
            '/roundup failed with the error "dispatch_failed"'
        )


def test_a_lost_line_is_told_and_comes_back_with_what_was_missed(window: Window) -> None:
    with PracticeServer(channels=["alibaba-news"]) as first:
        visit = window()
        visit.page.goto(first.url)
        expect(visit.page.locator("#composer textarea")).to_be_visible()
        expect(visit.page.locator("#offline")).not_to_contain_text("Reconnecting")
        port = int(first.url.rpartition(":")[2])
    expect(visit.page.locator("#offline")).to_contain_text("Reconnecting")

    with PracticeServer(channels=["alibaba-news"], port=port) as second:
        second.workspace.post(second.workspace.channel("alibaba-news"), Content(text="back again"))

        expect(visit.messages).to_contain_text("back again")
        expect(visit.page.locator("#offline")).not_to_contain_text("Reconnecting")


# --- controls


def test_a_dangerous_button_asks_first(visit: Visit, room: Room) -> None:
    confirm = {
        "title": plain("Skip this week?"),
        "text": plain("Nothing is posted."),
        "confirm": plain("Skip"),
        "deny": plain("Keep"),
    }
    room.post("plan", blocks=[actions(button("Skip", "record", value="no", style="danger", confirm=confirm))])
    press = visit.messages.get_by_role("button", name="Skip")
    dialog = visit.page.get_by_role("dialog", name="Skip this week?")

    press.click()
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_have_count(0)
    assert room.submitted == []
    press.click()
    dialog.get_by_role("button", name="Skip").click()

    until(visit.page, lambda: [action["value"] for action in room.submitted] == ["no"])


def test_selects_are_found_by_typing(visit: Visit, room: Room) -> None:
    select: Json = {"type": "static_select", "action_id": "record", "placeholder": plain("Company")}
    select["options"] = [option(name) for name in ("Fliggy", "Freshippo", "MYbank")]
    room.post("choose", blocks=[actions(select)])
    visit.messages.get_by_role("button", name="Company").focus()
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.type("bank")
    expect(visit.page.get_by_role("option")).to_have_count(1)
    visit.page.keyboard.press("Enter")

    expect(visit.messages.locator(".select")).to_have_text("MYbank")
    expect(visit.messages.locator(".select")).to_be_focused()
    until(visit.page, lambda: [a["selected_option"]["value"] for a in room.submitted] == ["mybank"])


def test_external_selects_ask_the_bot(visit: Visit, room: Room) -> None:
    select = {
        "type": "external_select",
        "action_id": "record",
        "placeholder": plain("Topic"),
        "min_query_length": 1,
    }
    room.post("choose", blocks=[section("Topic", accessory=select)])
    visit.messages.get_by_role("button", name="Topic").click()
    visit.page.keyboard.type("fr")
    expect(visit.page.get_by_role("option")).to_have_text("Freshippo")
    visit.page.keyboard.press("Enter")

    until(visit.page, lambda: [a["selected_option"]["value"] for a in room.submitted] == ["freshippo"])


def test_several_may_be_chosen_and_taken_back(visit: Visit, room: Room) -> None:
    select: Json = {"type": "multi_static_select", "action_id": "record", "placeholder": plain("Companies")}
    select["options"] = [option(name) for name in ("Fliggy", "MYbank")]
    room.post("choose", blocks=[section("Companies", accessory=select)])
    visit.messages.get_by_role("button", name="Companies").click()
    wanted: list[int] = []
    for name, count in (("Fliggy", 1), ("MYbank", 2), ("Fliggy", 1)):
        visit.page.get_by_role("option", name=name).click()
        wanted.append(count)
        # One at a time, as a person presses: of two at once the bot may hear the second first.
        until(visit.page, lambda: [len(a["selected_options"]) for a in room.submitted] == wanted)
    visit.page.keyboard.press("Escape")

    expect(visit.messages.locator(".select")).to_have_text("MYbank")


def test_overflow_boxes_and_dates_reach_the_bot(visit: Visit, room: Room) -> None:
    overflow = {"type": "overflow", "action_id": "record", "options": [option("Retract"), option("Skip")]}
    boxes = {"type": "checkboxes", "action_id": "record", "options": [option("Travel"), option("Cloud")]}
    radio = {"type": "radio_buttons", "action_id": "record", "options": [option("Headlines"), option("Full")]}
    date = {"type": "datepicker", "action_id": "record", "initial_date": "2020-05-01"}
    room.post(
        "all", blocks=[section("Digest", accessory=overflow), *(actions(one) for one in (boxes, radio, date))]
    )

    visit.messages.get_by_role("button", name="More actions").press("Enter")
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_label("Cloud").check()
    visit.page.get_by_label("Full").check()
    visit.page.locator("input[type=date]").fill("2020-05-08")

    until(visit.page, lambda: len(room.submitted) == 4)
    got = [
        {key: value for key, value in action.items() if key.startswith("selected")}
        for action in room.submitted
    ]
    assert got[0]["selected_option"]["value"] == "skip"
    assert [one["value"] for one in got[1]["selected_options"]] == ["cloud"]
    assert got[2]["selected_option"]["value"] == "full"
    assert got[3] == {"selected_date": "2020-05-08"}


def test_a_press_that_fails_is_told_at_the_button(
    visit: Visit, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.practice.socket.ACK_TIMEOUT", 0.2)
    room.post("old", blocks=[actions(button("Gone", "nobody_listens"))])
    visit.messages.get_by_role("button", name="Gone").click()

    expect(visit.messages.get_by_role("alert")).to_contain_text("That didn’t work")


def test_the_home_is_asked_for_and_shown(visit: Visit, room: Room) -> None:
    visit.page.get_by_role("link", name="Roundup home").click()
    expect(visit.page.locator("#home").get_by_role("heading")).to_have_text("Your roundup")
    visit.page.get_by_role("button", name="Press").click()

    until(visit.page, lambda: [action["value"] for action in room.submitted] == ["home"])


# --- modals


def test_a_modal_is_filled_in_checked_and_submitted(visit: Visit, room: Room) -> None:
    visit.say("/roundup follow")
    modal = visit.page.get_by_role("dialog", name="Follow a company")
    submit = modal.get_by_role("button", name="Follow", exact=True)
    expect(modal.get_by_label("Company")).to_be_focused()
    submit.click()
    expect(modal.get_by_text("Please complete this required field.")).to_have_count(2)

    modal.get_by_label("Company").fill("nobody")
    modal.get_by_role("button", name="Layout").click()
    visit.page.get_by_role("option", name="Full").click()
    submit.click()
    expect(modal.get_by_text("No company of that name.")).to_be_visible()
    modal.get_by_label("Company").fill("Fliggy")
    submit.click()

    expect(modal).to_be_hidden()
    until(visit.page, lambda: len(room.submitted) == 1)
    assert room.submitted[0]["company"]["value"]["value"] == "Fliggy"
    assert room.submitted[0]["layout"]["value"]["selected_option"]["value"] == "full"
    assert room.submitted[0]["note"]["value"]["type"] == "plain_text_input", "untouched fields are sent, too"


def test_escape_closes_a_modal_and_gives_the_focus_back(visit: Visit) -> None:
    visit.say("/roundup follow")
    modal = visit.page.get_by_role("dialog", name="Follow a company")
    expect(modal.get_by_label("Company")).to_be_focused()
    for _ in range(8):
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate(
            "document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
        )
    visit.page.keyboard.press("Escape")

    expect(modal).to_be_hidden()
    expect(visit.field).to_be_focused()


# --- text is only text


def test_hostile_words_stay_words(visit: Visit, room: Room) -> None:
    """From the bot, from a person and in an answer: nothing becomes an element."""
    room.post(ESCAPED, blocks=[section(ESCAPED), {"type": "header", "text": plain(HOSTILE)}])
    visit.say(HOSTILE)
    expect(visit.messages).to_have_count(2)
    visit.say("/roundup hostile")
    expect(visit.messages).to_have_count(3)

    for text in visit.messages.locator(".text, .header").all_inner_texts():
        assert text == HOSTILE
    assert visit.page.locator("article :is(img, script)").count() == 0


def test_pictures_from_elsewhere_are_described_and_not_fetched(visit: Visit, room: Room) -> None:
    """The banner promises that nothing leaves this machine; every request of a visit is looked at."""
    image = {"type": "image", "image_url": "https://example.com/mascots.png", "alt_text": "Alibaba mascots"}
    room.post("pictures", blocks=[section("Decathlon", accessory=image)])

    expect(visit.messages.get_by_role("img", name="Alibaba mascots")).to_contain_text("Alibaba mascots")


def test_a_broken_picture_shows_its_words(visit: Visit, room: Room) -> None:
    image = {"type": "image", "image_url": f"{visit.server.url}/static/none.png", "alt_text": "a chart"}
    room.post("pictures", blocks=[section("Figures", accessory=image)])

    expect(visit.messages.locator(".picture-frame")).to_contain_text("a chart")


def test_long_sections_fold_unless_they_say_expand(visit: Visit, room: Room) -> None:
    text = "A long story. " * 60
    room.post("long", blocks=[section(text), section(text, expand=True)])
    folded = visit.messages.locator(".folded")
    expect(folded).to_have_count(1)
    visit.messages.get_by_role("button", name="See more").click()

    expect(folded).to_have_count(0)
    expect(visit.messages.get_by_role("button", name="See less")).to_have_attribute("aria-expanded", "true")


# --- light, dark, small, by keyboard


def test_the_system_decides_between_light_and_dark_until_the_reader_does(window: Window, room: Room) -> None:
    visit = window(color_scheme="dark").open(room.id)
    assert luminance(colour(visit.page.locator("body"), "background-color")) < 0.1
    visit.page.get_by_role("button", name="Switch to light").click()
    assert luminance(colour(visit.page.locator("body"), "background-color")) > 0.9
    visit.page.reload()

    expect(visit.page.get_by_role("button", name="Switch to dark")).to_be_visible()
    assert luminance(colour(visit.page.locator("body"), "background-color")) > 0.9


TEXTS = ".text, .header, .context, .name, .time, .badge, .reply-count, .reply-last, .only-you span, .dismiss"
TEXTS += (
    ", .button, .select-text, .see-more, .banner p, .status, .nav h2, .nav-name, .head h1 span, .rule span"
)
TEXTS += ", code, a[href^='https'], .mention, .ping, .ping-why, .intro p, .tries button, .edited"


def test_every_text_has_contrast_in_light_and_dark(window: Window, room: Room) -> None:
    room.digest()
    room.post(
        "kinds", blocks=[section("<https://example.com|link> `code` <@U0READER01> <!channel>"), buttons()]
    )
    room.post("edited")
    room.client.chat_update(channel=room.id, ts=room.post("old"), text="edited")
    for scheme in ("light", "dark"):
        visit = window(color_scheme=scheme).open(room.id)
        visit.say("/roundup Fliggy")
        expect(visit.page.locator(".ephemeral").first).to_be_visible()

        low = visit.page.evaluate(CONTRASTS, TEXTS)

        assert low["looked"] > 40
        assert low["below"] == [], scheme


def test_every_picture_and_control_has_a_name(visit: Visit, room: Room) -> None:
    room.digest()
    image = {"type": "image", "image_url": f"{visit.server.url}/static/mark.svg", "alt_text": "the mark"}
    boxes = {"type": "checkboxes", "action_id": "c", "options": [option("Travel")]}
    date = {"type": "datepicker", "action_id": "d"}
    room.post("kinds", blocks=[section("With", accessory=image), buttons(), actions(boxes, date)])
    visit.replies.click()
    expect(visit.thread.locator("article")).to_have_count(4)
    expect(visit.messages.get_by_role("img", name="the mark")).to_be_visible()

    assert visit.page.evaluate("[...document.images].filter((image) => !image.alt).length") == 0
    for control in visit.page.locator("button, a, input, select, textarea").all():
        if control.is_visible():
            assert re.search(r'^- \'?\w+ "[^"]+', control.aria_snapshot()), control.evaluate(
                "node => node.outerHTML"
            )


def test_messages_are_walked_through_with_the_arrow_keys(visit: Visit, room: Room) -> None:
    for n in range(1, 4):
        room.post(f"message {n}")
    expect(visit.messages).to_have_count(3)
    visit.messages.last.focus()
    visit.page.keyboard.press("ArrowUp")
    expect(visit.messages.nth(1)).to_be_focused()
    visit.page.keyboard.press("Home")

    expect(visit.messages.first).to_be_focused()


def test_the_skip_link_leads_to_the_message_field(visit: Visit) -> None:
    expect(visit.field).to_be_focused()  # as soon as all is there; earlier it would take the focus away
    visit.page.locator(".skip").focus()
    expect(visit.page.locator(".skip")).to_be_in_viewport()
    visit.page.keyboard.press("Enter")

    expect(visit.field).to_be_focused()


def test_on_a_phone_nothing_sticks_out_and_channels_are_a_tap_away(window: Window, room: Room) -> None:
    room.digest()
    visit = window(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).open(room.id)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.replies.tap()
    expect(visit.thread).to_be_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.page.get_by_role("button", name="Close thread").tap()
    visit.page.get_by_role("button", name="Show channels").tap()
    visit.page.get_by_role("link", name="alibaba-news").tap()

    expect(visit.page.locator("#room-name")).to_contain_text("alibaba-news")
    expect(visit.page.locator("#nav")).not_to_be_visible()


def test_on_a_phone_no_button_stands_on_a_messages_words(window: Window, room: Room) -> None:
    """What hovering shows is always there; a message below another of the same person has no name above."""
    for _ in range(2):
        room.post("words that are long enough to fill the whole of a line of a phone " * 3)
    visit = window(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).open(room.id)
    below = visit.page.locator("#channel-scroller .message.grouped")
    words, tools = below.locator(".text").bounding_box(), below.locator(".tools").bounding_box()
    assert words
    assert tools
    assert words["x"] + words["width"] <= tools["x"]


# --- what the tests look with


def buttons() -> Json:
    select = {
        "type": "static_select",
        "action_id": "s",
        "placeholder": plain("Choose"),
        "options": [option("A")],
    }
    styles: tuple[Json, ...] = ({}, {"style": "primary"}, {"style": "danger"})
    pressed = [button(f"Press {n}", f"press_{n}", **style) for n, style in enumerate(styles)]
    return actions(*pressed, select)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for something that the bot's thread brings about."""
    end = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert holds()


def colour(where: Locator, name: str) -> tuple[float, ...]:
    value = where.evaluate(f"node => getComputedStyle(node).getPropertyValue('{name}')")
    return tuple(float(number) for number in re.findall(r"[\d.]+", value))


def background(where: Locator) -> tuple[float, ...]:
    return colour(where, "background-color")


def luminance(rgb: tuple[float, ...]) -> float:
    red, green, blue = (x / 255 / 12.92 if x <= 10 else ((x / 255 + 0.055) / 1.055) ** 2.4 for x in rgb[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Every text's colour against the first opaque ground under it, as WCAG 2 reckons contrast.
CONTRASTS = """(selector) => {
  const numbers = (text) => {
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [x, y, z] = [r, g, b].map((c) => linear(c / 255));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const seen = (node) => node.checkVisibility({ opacityProperty: true }) && node.innerText.trim();
  const shown = [...document.querySelectorAll(selector)].filter(seen);
  const below = shown.map((node) => {
    const [a, b] = [light(numbers(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return [node.className || node.tagName, node.innerText, ratio];
  }).filter(([, , ratio]) => ratio < 4.5);
  return { looked: shown.length, below };
}"""
