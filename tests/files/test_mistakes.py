# ruff: noqa: E501 - an expected line is as long as it is
"""Every mistake has a place, a name and a remedy: one line each, and all of a file at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.core.errors import RoundupError, Severity
from bot.files.config import load_settings, read_settings
from bot.files.digest_file import read_digest
from tests.files.written_files import CONFIG, DIGEST, write

STORY = "  - headline: Second\n    body: B.\n"

DIGEST_MISTAKES: dict[str, tuple[str | bytes, str]] = {
    "unknown key": (
        DIGEST + "    sumary: x\n",
        "6:5: error: stories[0].sumary: unknown key; did you mean `summary`?",
    ),
    "far from any key": (
        DIGEST + "xyzzy: x\n",
        "6:1: error: xyzzy: unknown key; known here: title, date, url, intro, newsletter, tags, draft, stories",
    ),
    "duplicate key": (
        DIGEST + "    body: again\n",
        "6:5: error: stories[0].body: duplicate key, first on line 5; keep one",
    ),
    "missing headline": (
        DIGEST + "  - body: B.\n",
        "6:5: error: stories[1].headline: missing; add `headline: …`",
    ),
    "missing body": (
        DIGEST + "  - headline: H\n",
        "6:5: error: stories[1].body: missing; write it, or give the url where it can be read",
    ),
    "address with user info": (
        "newsletter: https://bank.test@evil.test/\n" + DIGEST,
        '1:13: error: newsletter: "https://bank.test@evil.test/": what stands before the @ is no part of where it leads; write the address without it',
    ),
    "address with a backslash": (
        DIGEST + "    url: https://bank.test\\@evil.test/\n",
        '6:10: error: stories[0].url: "https://bank.test\\@evil.test/": what stands before the @ is no part of where it leads; write the address without it',
    ),
    "picture with user info": (
        DIGEST + "    image: {alt: A, url: 'https://a:b@evil.test'}\n",
        '6:26: error: stories[0].image.url: "https://a:b@evil.test": what stands before the @ is no part of where it leads; write the address without it',
    ),
    "written out with user info": (
        DIGEST + "    summary: See https://bank.test@evil.test/ today.\n",
        '6:14: error: stories[0].summary: "https://bank.test@evil.test/": what stands before the @ is no part of where it leads; write the address without it',
    ),
    "missing alt": (
        DIGEST + "    image: {caption: x}\n",
        "6:12: error: stories[0].image.alt: missing; add `alt: …`",
    ),
    "no stories": (
        "title: T\ndate: 2020-05-01\nstories: []\n",
        "3:10: error: stories: empty; it needs at least one entry",
    ),
    "stories without their dashes": (
        DIGEST.replace("  - headline", "    headline"),
        "4:5: error: stories: expected a list; put `- ` before the first key of each entry",
    ),
    "mapping for names": (
        DIGEST + "    tags: {Travel}\n",
        "6:11: error: stories[0].tags: expected a list such as [one, two], found a mapping; quote text that has a colon",
    ),
    "bad date": (
        DIGEST.replace("2020-05-01", "1.5.2020"),
        '2:7: error: date: "1.5.2020" is no date; write it as 2020-05-01',
    ),
    "no such day": (
        DIGEST.replace("05-01", "02-30"),
        '2:7: error: date: "2020-02-30" is no day of the calendar',
    ),
    "list for text": (
        DIGEST.replace("Road to Recovery", "[a]"),
        "1:8: error: title: expected text, found a list",
    ),
    "text for list": (
        DIGEST + "    tags: Travel\n",
        "6:11: error: stories[0].tags: expected a list such as [one, two], found text",
    ),
    "text for mapping": (
        DIGEST + "    image: x.png\n",
        "6:12: error: stories[0].image: expected a mapping (`key: value` lines), found text",
    ),
    "empty value": (DIGEST + "url:\n", "6:5: error: url: empty; fill it in or take it out"),
    "null": (DIGEST + "url: null\n", "6:6: error: url: empty; fill it in or take it out"),
    "only blanks": (DIGEST + 'url: " "\n', "6:6: error: url: empty; fill it in or take it out"),
    "only a zero-width space": (
        DIGEST + 'tags: ["\u200b"]\n',
        "6:8: error: tags[0]: empty; fill it in or take it out",
    ),
    "neither true nor false": (DIGEST + "draft: maybe\n", '6:8: error: draft: "maybe": write true or false'),
    "script address": (
        DIGEST + "url: javascript:alert(1)\n",
        '6:6: error: url: "javascript:alert(1)": write a web address: https://…, without spaces, quotes, < and >',
    ),
    "address without host": (
        DIGEST + "url: https://:80/\n",
        '6:6: error: url: "https://:80/": not a web address: no host, or an invisible character',
    ),
    "bad port": (
        DIGEST + "url: https://a:b/\n",
        "6:6: error: url: \"https://a:b/\": not a web address: Port could not be cast to integer value as 'b'",
    ),
    "endless address": (
        DIGEST + f"url: https://example.com/{'a' * 3000}\n",
        "6:6: error: url: an address of 3,020 characters; Slack takes 3,000",
    ),
    "colon in a title": (
        "title: Roundup: Recovery\n",
        "1:15: error: a colon and a space inside a value; put double quotes round all of it",
    ),
    "tab": ("title: T\n\tdate: x\n", "2:1: error: a tab; indent with spaces"),
    "open quote": ('title: "T\ndate: 2020-05-01\n', "1:8: error: a quote or bracket that is never closed"),
    "open bracket": (
        "title: T\ntags: [a, b\nstories:\n",
        "2:7: error: a list or mapping in brackets that is not closed, or a missing comma",
    ),
    "line without colon": (
        "title: T\ndate\nstories: x\n",
        "2:1: error: neither `key: value` nor a list item; look for a missing colon or quote, or indent it",
    ),
    "text that is not indented": (
        DIGEST.replace("body: A body.", "body: |\n      One.\n\nTwo.\n    url: https://a.test"),
        "8:1: error: neither `key: value` nor a list item; look for a missing colon or quote, or indent it",
    ),
    "bad indentation": (
        "title: T\n   date: x\n",
        "2:4: error: a key cannot stand here; look at its indentation and the line above, or quote a text",
    ),
    "bad indentation at the top": (
        "  title: T\ndate: x\n",
        "2:1: error: further left than the lines above; look at the indentation",
    ),
    "no blank behind a colon": (
        DIGEST.replace("date: ", "date:"),
        "2:5: error: no blank behind the colon; write one",
    ),
    "no blank behind the first colon": (
        DIGEST.replace("title: ", "title:"),
        "1:6: error: no blank behind the colon; write one",
    ),
    "no blank behind a colon, and a remark below": (
        DIGEST.replace("headline: ", "headline:").replace("    body", "\n    # its text\n    body"),
        "4:13: error: no blank behind the colon; write one",
    ),
    "no blank behind the last colon": (
        DIGEST + "    url:https://a.test/\n",
        "6:8: error: no blank behind the colon; write one",
    ),
    "no blank behind a dash": (
        DIGEST.replace("- headline", "-headline"),
        "4:3: error: no blank behind the dash; write one",
    ),
    "wide colon": (DIGEST.replace("date: ", "date："), "2:5: error: a wide colon; write : and a blank"),
    "text with a time above one with a colon": (
        DIGEST.replace("A body.", "9:30 and https://a.test:1\n      Note: more."),
        "6:7: error: a key cannot stand here; look at its indentation and the line above, or quote a text",
    ),
    "comma too many": (
        DIGEST + "    tags: [a, , b]\n",
        "6:15: error: a comma with nothing behind it, or a list that is never closed",
    ),
    "cut off behind a comma": (
        "title: T\ntags: [a,\n",
        "3:1: error: a comma with nothing behind it, or a list that is never closed",
    ),
    "cut off in a list": (
        "tags: [",
        "2:1: error: a comma with nothing behind it, or a list that is never closed",
    ),
    "what git could not join": (
        DIGEST.replace("    body", "<<<<<<< HEAD\n    body") + "=======\n    body: B.\n>>>>>>> theirs\n",
        "5:1: error: two versions that git could not join; keep one, and take its marks out",
    ),
    "bad escape": (
        'title: "C:\\dir"\n',
        "1:11: error: unknown escape after \\; write \\\\, or use single quotes",
    ),
    "lone surrogate": ('title: "\\ud800"\n', "1:11: error: this escape names no character"),
    "control character": ("title: T\x07\n", "1:9: error: control character U+0007; delete it"),
    "escaped control character": (
        DIGEST + 'tags: ["a\\x07"]\n',
        "6:8: error: tags[0]: control character U+0007; delete it",
    ),
    "not UTF-8": (
        "title: 飞猪é\n".encode() + b"# caf\xe9\n",
        "2:6: error: not UTF-8 (byte 0xe9); save the file as UTF-8",
    ),
    "UTF-16": ("title: T".encode("utf-16"), "1:1: error: UTF-16; save the file as UTF-8"),
    "at sign": (
        "title: @Slack\n",
        "1:8: error: a value cannot begin with this character; put double quotes round all of it",
    ),
    "percent sign": (
        DIGEST + "    summary: %5 more\n",
        "6:14: error: a value cannot begin with this character; put double quotes round all of it",
    ),
    "backtick": (
        DIGEST + "tags: [`a`]\n",
        "6:8: error: a value cannot begin with this character; put double quotes round all of it",
    ),
    "ampersand and a blank": (
        "title: & Other Stories\n",
        "1:9: error: a value cannot begin with & or * alone; put double quotes round it",
    ),
    "asterisk and a blank": (
        "title: * New\n",
        "1:9: error: a value cannot begin with & or * alone; put double quotes round it",
    ),
    "question mark and a blank": (
        "title: ? New\n",
        "1:8: error: a value cannot begin with ?; put double quotes round all of it",
    ),
    "bar and a word": (
        "title: |New\n",
        "1:9: error: | and > stand alone; put double quotes round a value that begins so",
    ),
    "half a pair": (
        'title: "\\ud83d \\ude00"\n',
        "1:11: error: this escape names no character",
    ),
    "only what never shows": (
        DIGEST.replace("body: A body.", "body: \u3164\u2800\ufe0f"),
        "5:11: error: stories[0].body: empty; fill it in or take it out",
    ),
    "empty file": ("", "1:1: error: empty file"),
    "only blank lines": (" \n\n", "1:1: error: empty file"),
    "only comments": (
        "# nothing\n",
        "1:1: error: expected a mapping (`key: value` lines) at the top, found nothing",
    ),
    "a list": ("- a\n", "1:1: error: expected a mapping (`key: value` lines) at the top, found a list"),
    "text": ("hello\n", "1:1: error: expected a mapping (`key: value` lines) at the top, found text"),
    "5 MB": (b"a" * 5_000_000, "1:1: error: 5,000,000 bytes; at most 1,048,576 are read"),
    "anchor": (
        DIGEST + "tags: [&a x]\n",
        "6:8: error: anchor &a; take it out, or quote the value if & is text",
    ),
    "alias": (
        DIGEST + "tags: [*a]\n",
        "6:8: error: alias *a; write the value out, or quote it if * is text",
    ),
    "merge key": (DIGEST + "<<: {url: x}\n", "6:1: error: merge key <<; write the keys out"),
    "tag": (
        DIGEST + "tags: [!important x]\n",
        "6:8: error: tag !important; take it out, or quote the value if ! is text",
    ),
    "python tag": (
        DIGEST + "url: !!python/object:os.system x\n",
        "6:6: error: tag tag:yaml.org,2002:python/object:os.system; take it out, or quote the value if ! is text",
    ),
    "second document": (DIGEST + "---\ntitle: T\n", "6:1: error: a second document; keep one per file"),
    "too deep": ("a: " + "[" * 50_000, "1:1003: error: nested deeper than 20 levels"),
    "too many values": (
        "a: [" + "b," * 30_000 + "]",
        "1:40001: error: more than 20,000 values; this is no digest",
    ),
    "key that is a list": ("[a]: b\n" + DIGEST, "1:1: error: a key must be plain text"),
    "key without a name": ('"": b\n' + DIGEST, "1:1: error: a key without a name"),
}


@pytest.mark.parametrize("name", DIGEST_MISTAKES)
def test_mistake_in_a_digest(name: str, tmp_path: Path) -> None:
    content, line = DIGEST_MISTAKES[name]
    path = write(tmp_path / "d.yaml", content)

    digest, problems = read_digest(path)

    assert digest is None
    assert [str(p) for p in problems] == [f"{path}:{line}"]


CONFIG_MISTAKES = {
    "channels without their dashes": (
        CONFIG.replace("  - channel", "    channel"),
        "4:5: error: channels: expected a list; put `- ` before the first key of each entry",
    ),
    "unquoted channel": (
        CONFIG.replace('"#news"', "#news"),
        "4:14: error: channels[0].channel: empty; quote it, # starts a comment",
    ),
    "misspelled key": (
        CONFIG.replace("post:", "posts:"),
        "5:5: error: channels[0].posts: unknown key; did you mean `post`?",
        "4:5: error: channels[0].post: missing; add `post: …`",
    ),
    "channel with a capital": (
        CONFIG.replace("#news", "#News"),
        '4:14: error: channels[0].channel: "#News" is no channel; write its name in lower case or its ID, C…',
    ),
    "channel with a wide mark": (
        CONFIG.replace("#news", "＃news"),
        '4:14: error: channels[0].channel: "＃news" is no channel; write its name in lower case or its ID, C…; did you mean `#news`?',
    ),
    "channel in curled quotes": (
        CONFIG.replace('"#news"', "“news”"),
        '4:14: error: channels[0].channel: "“news”" is no channel; write its name in lower case or its ID, C…; did you mean `news`?',
    ),
    "channel with what does not show": (
        CONFIG.replace("#news", "#news\u200b"),
        '4:14: error: channels[0].channel: "#news\\u200b" is no channel; write its name in lower case or its ID, C…; did you mean `#news`?',
    ),
    "channels in other scripts": (
        CONFIG
        + '  - {channel: "#新闻-消息", post: fri 09:00}\n  - {channel: "#für-alle_2", post: fri 09:00}\n',
    ),
    "weekday in full": (
        CONFIG.replace("fri", "Friday"),
        '5:11: error: channels[0].post[0]: "Friday" is no weekday; did you mean `fri`?',
    ),
    "no weekday": (
        CONFIG.replace("fri", "noday"),
        '5:11: error: channels[0].post[0]: "noday" is no weekday; known: mon, tue, wed, thu, fri, sat, sun',
    ),
    "no time": (
        CONFIG.replace("09:00", "25:00"),
        '5:11: error: channels[0].post[0]: "fri 25:00": write a weekday and a time of 24 hours, such as fri 09:00',
    ),
    "the same time twice": (
        CONFIG.replace("fri 09:00", "[fri 09:00, fri 9:00]"),
        "5:11: error: channels[0].post: the same time twice; take one out",
    ),
    "no times": (
        CONFIG.replace("fri 09:00", "[]"),
        "5:11: error: channels[0].post: empty; it needs at least one entry",
    ),
    "misspelled zone": (
        CONFIG.replace("Shanghai", "Shangai"),
        '1:11: error: timezone: "Asia/Shangai" is no time zone; did you mean `Asia/Shanghai`?',
    ),
    "a city alone": (
        CONFIG.replace("Asia/Shanghai", "Shanghai"),
        '1:11: error: timezone: "Shanghai" is no time zone; did you mean `Asia/Shanghai`?',
    ),
    "zone that is a folder": (
        CONFIG.replace("Asia/Shanghai", "Europe"),
        '1:11: error: timezone: "Europe" is no time zone; write one such as Europe/London',
    ),
    "the machine's own zone": (
        CONFIG.replace("Asia/Shanghai", "localtime"),
        '1:11: error: timezone: "localtime" is no time zone; write one such as Europe/London',
    ),
    "zone without summer time": (
        CONFIG.replace("Asia/Shanghai", "EST"),
        "1:11: warning: timezone: EST has no summer time; a place such as America/New_York has",
    ),
    "zone that nobody takes for a place": (CONFIG.replace("Asia/Shanghai", "Etc/UTC"),),
    "zone whose sign is turned round": (
        CONFIG.replace("Asia/Shanghai", "Etc/GMT+8"),
        "1:11: warning: timezone: Etc/GMT+8 has no summer time and is behind UTC, its sign turned round;"
        " a place such as Europe/London has",
    ),
    "no zone": (
        CONFIG[24:],
        "3:5: error: channels[0].timezone: missing; add it here or once at the top of the file",
    ),
    "no channels": (
        "timezone: UTC\neditors: [U024BE7LH]\nchannels: []\n",
        "3:11: error: channels: empty; it needs at least one entry",
    ),
    "the same channel twice": (
        CONFIG + "  - channel: news\n    post: mon 10:00\n",
        "6:14: error: channels[1].channel: #news has an entry on line 4 already; make them one",
    ),
    "editor's name": (
        CONFIG.replace("U024BE7LH", "'@jane'"),
        '2:11: error: editors[0]: "@jane" is no ID of a person (U…) or a user group (S…); in Slack: ⋮, Copy member ID',
    ),
    "no editors": (
        CONFIG.replace("editors: [U024BE7LH]\n", ""),
        "1:1: warning: editors: no editors: nobody is told of a failed post; add their user IDs",
    ),
    "no editors but a newsroom": (
        CONFIG.replace("editors: [U024BE7LH]\n", 'newsroom: "#desk"\n'),
        "1:1: warning: editors: no editors: nobody may decide by button; add their user IDs",
    ),
    "newsroom full of readers": (
        CONFIG + "newsroom: news\n",
        "6:11: warning: newsroom: is posted to as well, so its readers see every alarm; take another",
    ),
    "reminder": (
        CONFIG + "    remind: sometimes\n",
        '6:13: error: channels[0].remind: "sometimes": write a duration such as 1d, or never',
    ),
    "layout": (
        CONFIG + "    layout: headline\n",
        '6:13: error: channels[0].layout: "headline" is unknown; did you mean `headlines`?; known: headlines, full, folded',
    ),
    "skip on another weekday": (
        CONFIG + "    skip: [2026-12-24]\n",
        "6:12: warning: channels[0].skip[0]: skips nothing: 2026-12-24 is a thu",
    ),
    "word of two groups": (
        CONFIG + "synonyms: {layoffs: [cuts], savings: [cuts]}\n",
        '6:39: error: synonyms.savings[0]: "cuts" means layoffs already; keep one of the two',
    ),
    "alias of two companies": (
        CONFIG + "companies: {Fliggy: [飞猪], Trip: [飞猪]}\n",
        '6:34: error: companies.Trip[0]: "飞猪" means Fliggy already; keep one of the two',
    ),
    "alias twice": (
        CONFIG + "companies: {Fliggy: [fliggy]}\n",
        '6:22: warning: companies.Fliggy[0]: "fliggy" stands there already; take it out',
    ),
    "company twice, in other letters": (
        CONFIG + "companies: {Fliggy: [飞猪], fliggy: [Feizhu]}\n",
        '6:27: error: companies.fliggy: "fliggy" means Fliggy already; make them one',
    ),
    "company twice, with a blank": (
        CONFIG + 'companies: {Fliggy: [飞猪], "Fliggy ": [Feizhu]}\n',
        '6:27: error: companies.Fliggy : "Fliggy " means Fliggy already; make them one',
    ),
    "company twice, with what does not show": (
        CONFIG + 'companies: {Fliggy: [飞猪], "Fli\u200bggy": [Feizhu]}\n',
        '6:27: error: companies.Fli\\u200bggy: "Fli\\u200bggy" means Fliggy already; make them one',
    ),
    "company twice, its accent stored in two ways": (
        CONFIG + "companies: {Nestl\u00e9: [], Nestle\u0301: []}\n",
        '6:25: error: companies.Nestle\u0301: "Nestle\u0301" means Nestl\u00e9 already; make them one',
    ),
    "word of two groups, with a blank": (
        CONFIG + 'synonyms: {layoffs: [cuts], savings: ["cuts "]}\n',
        '6:39: error: synonyms.savings[0]: "cuts " means layoffs already; keep one of the two',
    ),
    "approval that one could give, with blanks": (
        CONFIG + "approval: ' required'\n",
        "2:10: error: editors: U024BE7LH alone could approve, and nobody approves what they wrote; name two people or a user group",
    ),
    "approval by one who is named twice": (
        CONFIG + "approval: required\napprovers: [U024BE7LH, 'U024BE7LH ']\n",
        "7:12: error: approvers: U024BE7LH alone could approve, and nobody approves what they wrote; name two people or a user group",
    ),
    "newsroom full of readers, with a blank": (
        CONFIG + "newsroom: '#news '\n",
        "6:11: warning: newsroom: is posted to as well, so its readers see every alarm; take another",
    ),
    "duration": (
        CONFIG + "delivery: {quiet: 1 minute}\n",
        '6:19: error: delivery.quiet: "1 minute" is no duration; write a number and ms, s, m, h or d, such as 15s',
    ),
    "endless duration": (
        CONFIG + "delivery: {catch_up: 400d}\n",
        '6:22: error: delivery.catch_up: "400d" is more than a year',
    ),
    "time to keep": (
        CONFIG + "keep: 2 years\n",
        '6:7: error: keep: "2 years" is no time to keep; write years or days, such as 2y or 400d',
    ),
    "too short a time to keep": (
        CONFIG + "keep: 1d\n",
        '6:7: error: keep: "1d" is not between 30 days and 100 years',
    ),
    "lease shorter than a request": (
        CONFIG + "delivery: {lease: 10s}\n",
        "6:19: error: delivery.lease: must be longer than timeout by more than a tenth of itself, or a post may go out twice, or never",
    ),
    "no timeout": (
        CONFIG + "delivery: {timeout: 0s}\n",
        "6:21: error: delivery.timeout: no time for an answer; write 15s",
    ),
    "no catch-up": (
        CONFIG + "delivery: {catch_up: 0s}\n",
        "6:22: error: delivery.catch_up: without time to catch up nothing is ever posted; write 12h",
    ),
    "decision": (
        CONFIG + "delivery: {on_unknown: wait}\n",
        '6:24: error: delivery.on_unknown: "wait" is unknown; known: hold, repost',
    ),
    "readers": (
        CONFIG + "readers: everybody\n",
        '6:10: error: readers: "everybody" is unknown; known: members, guests',
    ),
    "a secret": (
        CONFIG + "token: x\n",
        "6:1: error: token: unknown key; known here: timezone, digests, editors, approval, approvers, newsroom, channels, companies, readers, keep, synonyms, delivery",
    ),
}


@pytest.mark.parametrize("name", CONFIG_MISTAKES)
def test_mistake_in_the_configuration(name: str, tmp_path: Path) -> None:
    content, *lines = CONFIG_MISTAKES[name]
    path = write(tmp_path / "config.yaml", content)

    settings, problems = read_settings(path)

    assert sorted(str(p) for p in problems) == sorted(f"{path}:{line}" for line in lines)
    assert (settings is None) == any(": error: " in line for line in lines)


@pytest.mark.parametrize(
    ("written", "place", "cut"),
    [
        ("title: Weekly Roundup #12", "1:23", "#12"),
        ("title: GitHub closes issue #5 for good", "1:28", "#5 for good"),
        ("title: We are number # one", "1:22", "# one"),
        ("tags: [Alibaba, C #lang\n  , x]\ntitle: T", "1:19", "#lang"),
    ],
)
def test_a_comment_that_eats_words_is_told(tmp_path: Path, written: str, place: str, cut: str) -> None:
    """The issue was posted as “Weekly Roundup”, and nobody knew why."""
    path = write(tmp_path / "d.yaml", DIGEST.replace("title: Road to Recovery", written))

    digest, [problem] = read_digest(path)

    assert digest
    assert str(problem).startswith(f"{path}:{place}: warning: ")
    assert f'"{cut}" is a comment to YAML and is not posted; put double quotes round' in str(problem)


@pytest.mark.parametrize(
    "written",
    [
        *("title: T  # what it is called", 'title: "Roundup #12"', "title: C# and F#", "title: 'a #b'"),
        *("title: T  #", "title: T\ntags: [a]  # of all", "title: T\nurl: https://example.com/a#b"),
        *("title: T\nurl: https://example.com/ # the web version", "title: |\n  T #12"),
    ],
)
def test_a_remark_is_no_mistake(tmp_path: Path, written: str) -> None:
    path = write(tmp_path / "d.yaml", DIGEST.replace("title: Road to Recovery", written))

    assert read_digest(path)[1] == []


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Also what is only wrong between parts, while other parts are broken in themselves."""
    content = (
        CONFIG
        + '    lay: x\n  - {channel: "#b", post: fri 9:00}\n  - {channel: "#b", post: fri 9:00}\nx: 1\n'
    )
    path = write(tmp_path / "config.yaml", content)

    with pytest.raises(RoundupError) as error:
        load_settings(path)

    assert str(error.value).splitlines() == [
        f"{path}:6:5: error: channels[0].lay: unknown key; did you mean `layout`?",
        f"{path}:8:15: error: channels[2].channel: #b has an entry on line 7 already; make them one",
        f"{path}:9:1: error: x: unknown key; known here: timezone, digests, editors, approval, approvers, newsroom, channels, companies, readers, keep, synonyms, delivery",
    ]


def test_billion_laughs_are_refused_unread(tmp_path: Path) -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{c}: &{c} [{','.join([f'*{b}'] * 9)}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    path = write(tmp_path / "d.yaml", bomb + DIGEST)

    digest, problems = read_digest(path)

    assert digest is None
    assert len(problems) < 200


def test_special_files_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    told = {
        name: [p.text for p in read_digest(Path(tmp_path, name))[1]]
        for name in ("fifo.yaml", "folder.yaml", "loop.yaml", "absent.yaml", "/dev/zero", "a\0b")
    }

    assert told == {
        "fifo.yaml": ["not a regular file"],
        "folder.yaml": ["not a regular file"],
        "loop.yaml": ["cannot be read: Too many levels of symbolic links"],
        "absent.yaml": ["no such file"],
        "/dev/zero": ["not a regular file"],
        "a\0b": ["cannot be read: embedded null byte"],
    }


@pytest.mark.parametrize(("asked", "there"), [("config.yaml", ".yml"), ("a.b.yml", ".yaml")])
def test_file_that_ends_otherwise_is_told(tmp_path: Path, asked: str, there: str) -> None:
    (tmp_path / asked).with_suffix(there).touch()

    assert [p.text for p in read_settings(tmp_path / asked)[1]] == [
        f"no such file, only one that ends in {there}; rename it"
    ]


def test_a_message_fits_any_terminal(tmp_path: Path) -> None:
    """One line, and nothing in it that turns text around or moves the cursor."""
    path = write(tmp_path / "d.yaml", DIGEST + '"x\\ny\\x1b[2J\u202e": 1\n')

    [problem] = read_digest(path)[1]

    assert str(problem).isprintable()


def test_misspelt_first_key_is_told_beside_what_is_missing_for_it(tmp_path: Path) -> None:
    """Both stand on line 1: the key that is there, and the one that is not."""
    _, problems = read_settings(write(tmp_path / "config.yaml", "chanels: []\n"))

    assert [problem.text for problem in problems if problem.severity is Severity.ERROR] == [
        "chanels: unknown key; did you mean `channels`?",
        "channels: missing; add `channels: …`",
    ]


@pytest.mark.parametrize("content", [CONFIG, DIGEST + "    tags: [a, {b: c}]\n    url: 'https://a.test'\n"])
def test_a_file_that_is_cut_off_anywhere_is_read_or_refused(content: str, tmp_path: Path) -> None:
    """So it is found while it is copied or saved."""
    for end in range(1, len(content)):
        path = write(tmp_path / "d.yaml", content[:end])
        for read in (read_settings, read_digest):
            kept, problems = read(path)

            assert kept or any(problem.severity is Severity.ERROR for problem in problems)
