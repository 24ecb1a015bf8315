"""What Slack's mrkdwn and rich text become on the page: the page must read them as Slack does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.practice.server import PracticeServer

PING = (
    '<strong class="ping" title="This would notify everybody in the channel (@{0})">'
    '@{0}<span class="ping-why"> notifies everybody</span></strong>'
)
LINK = '<a href="{0}" target="_blank" rel="noopener noreferrer">{1}</a>'

MRKDWN = {
    "*bold* _italic_ ~strike~": "<strong>bold</strong> <em>italic</em> <s>strike</s>",
    "*_both_*": "<strong><em>both</em></strong>",
    "2*3*4 and snake_case_name": "2*3*4 and snake_case_name",
    "* not bold * and *not\nhere*": "* not bold * and *not<br>here*",
    "(*bold*), *“bold”*!": "(<strong>bold</strong>), <strong>“bold”</strong>!",
    "中*文*字 and *中文* 字": "中*文*字 and <strong>中文</strong> 字",
    "`code *stays* &lt;b&gt;`": "<code>code *stays* &lt;b&gt;</code>",
    "```\npre *stays*\n  <https://x.org|kept>\n```": "<pre>pre *stays*\n  kept</pre>",
    "one\n&gt; two\n&gt; three\nfour": "one<blockquote>two<br>three</blockquote>four",
    "&gt;&gt;&gt;all\nof it": "<blockquote>all<br>of it</blockquote>",
    "&amp;lt; once &amp;amp;": "&amp;lt; once &amp;amp;",
    "&lt;img src=x onerror=alert(1)&gt;": "&lt;img src=x onerror=alert(1)&gt;",
    "<b>": "&lt;b&gt;",
    "<https://x.org/?a=1&amp;b=2|a &amp; *b*>": LINK.format("https://x.org/?a=1&amp;b=2", "a &amp; *b*"),
    "*<https://x.org|bold link>*": f"<strong>{LINK.format('https://x.org', 'bold link')}</strong>",
    "<javascript:alert(1)|press>": "&lt;javascript:alert(1)|press&gt;",
    "<mailto:desk@x.org|desk>": LINK.format("mailto:desk@x.org", "desk"),
    "see https://x.org/a_b_c.": f"see {LINK.format('https://x.org/a_b_c', 'https://x.org/a_b_c')}.",
    "<@U1> in <#C1>": '<span class="mention">@ann</span> in <span class="mention">#news</span>',
    "<@U9> in <#C9|old>": '<span class="mention">@U9</span> in <span class="mention">#old</span>',
    "<!channel> <!here>": f"{PING.format('channel')} {PING.format('here')}",
    "hey @everyone": f"hey {PING.format('everyone')}",
    "me@channel.org": "me@channel.org",
    "<!subteam^S1|@desk>": '<span class="mention">@desk</span>',
    ":newspaper: :no_such_thing: 9:30:15": "📰 :no_such_thing: 9:30:15",
}
VERBATIM = {
    "https://x.org and @channel": "https://x.org and @channel",
    "<https://x.org|link> <!channel>": f"{LINK.format('https://x.org', 'link')} {PING.format('channel')}",
}
MARKDOWN = {
    "# Title": "<p><strong>Title</strong></p>",
    "**bold** *it* _it_": "<p><strong>bold</strong> <em>it</em> <em>it</em></p>",
    "~~no~~ `x`": "<p><s>no</s> <code>x</code></p>",
    "- one\n- two\n\n1. first": "<ul><li>one</li><li>two</li></ul><ol><li>first</li></ol>",
    "> a\n> b\n\n---\nc\nd": "<blockquote>a<br>b</blockquote><hr><p>c<br>d</p>",
    "[x](https://x.org)": f"<p>{LINK.format('https://x.org', 'x')}</p>",
    "[x](javascript:alert)": "<p><span>x</span></p>",
    "<img src=x onerror=alert(1)>": "<p>&lt;img src=x onerror=alert(1)&gt;</p>",
}


@pytest.fixture(scope="module")
def page(browser: Browser, server: PracticeServer) -> Iterator[Page]:
    context = browser.new_context(timezone_id="Asia/Shanghai", locale="en-GB")
    page = context.new_page()
    page.goto(server.url)
    yield page
    context.close()


def drawn(page: Page, call: str, argument: Any) -> str:
    """Return the HTML of what a function of the page's modules draws."""
    return str(page.evaluate(DRAW.replace("CALL", call), argument))


DRAW = """async (x) => {
  const { mrkdwn } = await import("/static/mrkdwn.js");
  const { markdown } = await import("/static/markdown.js");
  const { renderBlocks } = await import("/static/blocks.js");
  const names = { user: (id) => ({ U1: "ann" })[id], channel: (id) => ({ C1: "news" })[id] };
  const box = document.createElement("div");
  box.append(...[CALL].flat());
  return box.innerHTML;
}"""


@pytest.mark.parametrize(("text", "html"), MRKDWN.items())
def test_mrkdwn_is_read_as_slack_reads_it(page: Page, text: str, html: str) -> None:
    assert drawn(page, "mrkdwn(x, { names })", text) == html


@pytest.mark.parametrize(("text", "html"), VERBATIM.items())
def test_verbatim_text_is_not_searched_for_links_and_names(page: Page, text: str, html: str) -> None:
    assert drawn(page, "mrkdwn(x, { names, verbatim: true })", text) == html


@pytest.mark.parametrize(("text", "html"), MARKDOWN.items())
def test_markdown_blocks_are_drawn_simply(page: Page, text: str, html: str) -> None:
    assert drawn(page, "markdown(x)", text) == html


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("<!date^1588294800^{date_long} at {time}|x>", "Friday, 1 May 2020 at 09:00"),
        ("<!date^1588294800^{date_num}, {date_short}|x>", "2020-05-01, 1 May 2020"),
        ("<!date^1588264200^{date_num} {time_secs}|x>", "2020-05-01 00:30:00"),
        ("<!date^soon^{date}|x &amp; y>", "x & y"),
    ],
)
def test_dates_are_told_in_the_readers_zone(page: Page, token: str, shown: str) -> None:
    """Also just after midnight, when UTC still has the day before."""
    read = "(html) => Object.assign(document.createElement('p'), { innerHTML: html }).textContent"

    assert page.evaluate(read, drawn(page, "mrkdwn(x, { names })", token)) == shown


def test_rich_text_is_drawn_with_its_styles(page: Page) -> None:
    words = [
        {"type": "text", "text": "a\nb <i>", "style": {"bold": True, "italic": True}},
        {"type": "link", "url": "https://x.org", "text": "link", "style": {"bold": True}},
        {"type": "emoji", "name": "tada"},
        {"type": "broadcast", "range": "here"},
        {"type": "user", "user_id": "U1"},
    ]
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}
    numbered = {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [item]}
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": words}, numbered]}

    assert drawn(page, "renderBlocks([x], { names })", block) == (
        '<div class="block rich-text text"><div><em><strong>a<br>b &lt;i&gt;</strong></em>'
        f"<strong>{LINK.format('https://x.org', 'link')}</strong>🎉{PING.format('here')}"
        '<span class="mention">@ann</span></div><ol class="indent-1"><li>one</li></ol></div>'
    )


def test_an_unknown_block_is_named_and_not_left_out(page: Page) -> None:
    assert "“data_table” block" in drawn(page, "renderBlocks([x], { names })", {"type": "data_table"})
