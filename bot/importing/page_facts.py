"""What a page says of itself: its title, day, address and tags."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot.importing.dates import find_date
from bot.importing.words import against, plain, tidy, web_address

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What was found; empty where the page says nothing."""

    title: str
    date: str
    url: str
    tags: tuple[str, ...]


def page_facts(root: HtmlElement, base: str) -> PageFacts:
    """Read a page's own data; *base* is the address it came from, if it did."""
    meta: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        meta.setdefault(name, []).append(tidy(element.get("content") or ""))
    linked = _linked_data(root)
    tags = meta.get("article:tag") or [
        tidy(a.text_content()) for a in root.iter("a") if "tag" in (a.get("rel") or "").split()
    ]
    canonical = next((e.get("href") for e in root.iter("link") if e.get("rel") == "canonical"), "")
    # From what says "published" to what may be any day; the first that is a date counts.
    dates = [
        *meta.get("article:published_time", []),
        str(linked.get("datePublished", "")),
        *meta.get("datepublished", []),
        *meta.get("date", []),
        *meta.get("dc.date", []),
        *(e.get("datetime") or tidy(e.text_content())[:100] for e in root.iter("time")),
    ]
    return PageFacts(
        title=_title(root, meta),
        date=next((d for d in dates if find_date(d)), ""),
        url=web_address(against(base, canonical or next(iter(meta.get("og:url", [])), "") or base)),
        tags=tuple(dict.fromkeys(filter(None, tags))),
    )


def _title(root: HtmlElement, meta: dict[str, list[str]]) -> str:
    # Google Docs has a style for a document's title, and no <title>.
    styled = (p for p in root.iter("p") if "title" in (p.get("class") or "").split())
    first = [tidy(h.text_content()) for h in (*islice(styled, 1), *root.iter("h1"))]
    named = next(iter(meta.get("og:title", [])), "") or tidy(root.findtext(".//title") or "")
    # "Road to Recovery | Example News": where the page's name follows, its own heading is the title.
    return next((h for h in first if h and plain(h) in plain(named)), named or next(iter(first), ""))


def _linked_data(root: HtmlElement) -> dict[str, Any]:
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            said = json.loads(script.text or "")
        except (ValueError, RecursionError):  # a page's bad or hostile JSON is no business of ours
            continue
        entries = (
            said if isinstance(said, list) else said.get("@graph", [said]) if isinstance(said, dict) else []
        )
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and "datePublished" in entry:
                return entry
    return {}
