"""Reads RSS, Atom and JSON Feed: an entry is a story, or the newest entry is a whole roundup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.core.errors import RoundupError
from bot.core.sizes import HEADLINE
from bot.importing.dates import find_date
from bot.importing.document import Kind
from bot.importing.draft import MOST_STORIES, Draft, Line, Role
from bot.importing.furniture import sounds_like_a_title
from bot.importing.pages import fragment_blocks
from bot.importing.shape import shaped
from bot.importing.stories import lines_of
from bot.importing.ways import WHICH_TIME
from bot.importing.words import against, same, tidy, web_address

# An entry with so many stories of its own is an issue, not a story.
_STORIES_OF_AN_ISSUE = 3
# Where there are more tags, and so little beside them, nothing is said: feedparser takes a second for it.
_MOST_TAGS, _SHORTEST_TAG = 25_000, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry of any feed format. *content* is HTML."""

    title: str
    url: str
    content: str
    date: date | None
    tags: tuple[str, ...]
    base: str = ""  # what its relative addresses are meant from


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    title: str
    subtitle: str
    url: str
    date: date | None
    entries: tuple[_Entry, ...]


def looks_like_feed(text: str) -> bool:
    """Tell a feed by its root element, or its version if it is JSON."""
    top = text[:4000].lstrip("\ufeff \r\n\t")
    if top.startswith("{"):
        return "jsonfeed.org/version" in top.replace("\\/", "/")
    return top.startswith("<") and any(f"<{root}" in top.lower() for root in ("rss", "feed", "rdf:rdf"))


def read_feed(
    content: bytes, *, base: str = "", since: date | None = None, until: date | None = None
) -> Draft:
    """Give the lines of every entry of that time their roles, the newest first."""
    feed = (
        _json_feed(content, base)
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
        else _xml_feed(content, base)
    )
    if not feed.entries:
        raise RoundupError("this feed has no entries; is it one?")
    kept = _between(feed.entries, since, until)
    if not kept:
        raise RoundupError(f"none of this feed's {len(feed.entries):,} entries is of that time")
    if len(kept) > MOST_STORIES:
        raise RoundupError(
            f"this feed has {len(kept):,} entries, a digest holds {MOST_STORIES}; {WHICH_TIME}"
        )
    feed = replace(feed, entries=kept)
    # A feed of issues holds one roundup an entry, and an editor wants the last; a feed of articles is the
    # roundup.
    newest = max(feed.entries, key=lambda e: e.date or date.min)
    return _issue(newest, feed) or _stories(feed)


def _between(entries: Sequence[_Entry], since: date | None, until: date | None) -> tuple[_Entry, ...]:
    """Return the entries of that time, the newest first; undated ones only if no day is asked for."""
    wanted = [
        e
        for e in entries
        if not (since or until) or (e.date and (since or date.min) <= e.date <= (until or date.max))
    ]
    return tuple(sorted(wanted, key=lambda e: e.date or date.min, reverse=True))


def _issue(entry: _Entry, feed: _Feed) -> Draft | None:
    """Read *entry* as a whole roundup, if it is one."""
    alone = len(feed.entries) == 1 or (
        sounds_like_a_title(entry.title) and all(sounds_like_a_title(e.title) for e in feed.entries)
    )
    if not alone:
        return None
    blocks = fragment_blocks(entry.content, base=entry.base)
    lines = lines_of(blocks, title=entry.title)
    if sum(line.role is Role.HEADLINE for line in lines) < _STORIES_OF_AN_ISSUE:
        return None
    others = [
        Line(
            at=0,
            text=other.title or other.url or "an entry without title",
            role=Role.DROPPED,
            reason="another issue of the feed",
        )
        for other in feed.entries
        if other is not entry
    ]
    numbered = [*lines, *others]
    return Draft(
        lines=tuple(_renumbered(numbered)),
        title=entry.title,
        date=entry.date,
        date_from="the entry's date" if entry.date else "",
        url=entry.url,
        tags=entry.tags,
    )


def _stories(feed: _Feed) -> Draft:
    lines = (
        [Line(at=0, text=feed.subtitle, role=Role.INTRO)]
        if feed.subtitle and not same(feed.subtitle, feed.title)
        else []
    )
    for entry in feed.entries:
        lines += _story_lines(entry)
    dates = [entry.date for entry in feed.entries if entry.date]
    return Draft(
        lines=tuple(_renumbered(lines)),
        title=feed.title,
        date=feed.date or max(dates, default=None),
        date_from="the feed's date" if feed.date else "the newest entry" if dates else "",
        url=feed.url,
    )


def _story_lines(entry: _Entry) -> Iterable[Line]:
    refused = ""
    try:
        blocks = fragment_blocks(entry.content, base=entry.base)
    except RoundupError as e:  # of one entry; the others are stories all the same
        blocks, refused = [], str(e)
    headline = (
        entry.title or next((b.text for b in blocks if b.text and b.kind is not Kind.HIDDEN), "")[:HEADLINE]
    )
    if not headline:
        yield Line(
            at=0, text=entry.url or "(empty)", role=Role.DROPPED, reason="an entry without title and text"
        )
        return
    yield Line(at=0, text=headline, role=Role.HEADLINE, url=entry.url)
    if refused:
        yield Line(at=0, text="(its text)", role=Role.DROPPED, reason=refused)
    for block in blocks:
        if block.kind is Kind.HIDDEN:
            yield Line(at=0, text=block.text, role=Role.DROPPED, reason="hidden")
        elif block.url:
            yield Line(at=0, text=block.text or "picture", role=Role.CAPTION, url=block.url)
        elif same(block.text, headline):
            yield Line(at=0, text=block.text, role=Role.DROPPED, reason="says the headline again")
        elif block.text:
            nodes = shaped(block, block.text)
            yield Line(at=0, text=block.text, role=Role.BODY, lost=block.addresses, relative=block.relative,
                       nodes=nodes)  # fmt: skip
    if entry.tags:
        yield Line(at=0, text=", ".join(entry.tags), role=Role.TAG, tags=entry.tags, of_story=True)


def _renumbered(lines: Sequence[Line]) -> Iterable[Line]:
    return (replace(line, at=at, last=at) for at, line in enumerate(lines, start=1))


# The formats


_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")


def _readable(reference: re.Match[bytes]) -> bytes:
    """Return a reference to a character; a blank for half of a pair, or what is beyond the last."""
    code = int(reference[1][-8:], 16) if reference[1] else int(reference[2][-8:])
    return b" " if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else reference[0]


def _xml_feed(content: bytes, base: str) -> _Feed:
    import feedparser

    if b"<!ENTITY" in content:
        raise RoundupError(
            "this feed declares entities of its own, which no feed needs and only an attack uses"
        )
    tags = content.count(b"<")
    if tags > _MOST_TAGS and len(content) < _SHORTEST_TAG * tags:
        raise RoundupError(f"this feed is hardly more than its {tags:,} tags; is it one?")
    content = _REFERENCE.sub(_readable, content)
    # Its own guess at relative addresses needs a base we do not have; its sanitizer is not relied on:
    # everything it returns is read as HTML and kept as words.
    parsed = feedparser.parse(content, resolve_relative_uris=False, sanitize_html=False)
    feed = parsed.feed
    return _Feed(
        title=_words(feed.get("title")),
        subtitle=_words(feed.get("subtitle")),
        url=web_address(feed.get("link")),
        date=_day(feed, "published", "updated"),
        entries=tuple(_xml_entry(entry, web_address(feed.get("link")) or base) for entry in parsed.entries),
    )


def _xml_entry(entry: Any, base: str) -> _Entry:
    contents = [*(entry.get("content") or []), entry.get("summary_detail") or {}]
    longest = max(contents, key=lambda said: len(str(said.get("value") or "")))
    base = against(base, str(longest.get("base") or "")) or base
    return _Entry(
        title=_words(entry.get("title")),
        url=web_address(against(base, str(entry.get("link") or ""))),
        content=str(longest.get("value") or entry.get("summary") or ""),
        base=web_address(base),
        date=_day(entry, "published", "updated", "created"),
        tags=tuple(
            dict.fromkeys(
                filter(None, (tidy(t.get("label") or t.get("term") or "") for t in entry.get("tags") or []))
            )
        ),
    )


def _day(thing: Any, *names: str) -> date | None:
    for name in names:
        parsed = thing.get(f"{name}_parsed")
        if parsed:
            return date(*parsed[:3])
    return None


def _words(markup: Any) -> str:
    """Return the words of a title, which may be HTML."""
    text = str(markup or "")
    if "<" not in text and "&" not in text:
        return tidy(text)
    return " ".join(block.text for block in fragment_blocks(text) if block.kind is not Kind.HIDDEN)


def _json_feed(content: bytes, base: str) -> _Feed:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as e:
        raise RoundupError(f"this is no JSON Feed: {e}") from e
    items = said.get("items") if isinstance(said, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RoundupError("this is no JSON Feed: it has no items")
    return _Feed(
        title=_said(said, "title"),
        subtitle=_said(said, "description"),
        url=web_address(_said(said, "home_page_url")),
        date=None,
        entries=tuple(_json_entry(item, web_address(_said(said, "home_page_url")) or base) for item in items),
    )


def _json_entry(item: dict[str, Any], base: str) -> _Entry:
    from html import escape

    text = item.get("content_text") or item.get("summary") or ""
    paragraphs = "".join(f"<p>{escape(p)}</p>" for p in str(text).splitlines() if p.strip())
    tags = item.get("tags")
    url = web_address(against(base, _said(item, "url") or _said(item, "external_url")))
    return _Entry(
        title=_said(item, "title"),
        url=url,
        base=url or base,
        content=str(item.get("content_html") or "") or paragraphs,
        date=find_date(_said(item, "date_published") or _said(item, "date_modified")),
        tags=tuple(tidy(str(tag)) for tag in tags) if isinstance(tags, list) else (),
    )


def _said(thing: dict[str, Any], key: str) -> str:
    value = thing.get(key)
    return tidy(value) if isinstance(value, str) else ""
