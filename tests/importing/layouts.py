"""How people lay out the stories of a roundup that they paste, each story like the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

EMOJI, SOURCE = "🚢🚆🛠💶📦⚓🎫🌊 ", "The Quay"
_MORE = {
    "en": " Read more: ",
    "de": " Weiterlesen: ",
    "fr": " Lire la suite : ",
    "es": " Leer más: ",
    "pt": " Leia mais: ",
    "it": " Leggi tutto: ",
    "zh": "阅读全文：",
    "ja": "続きを読む：",
}


@dataclass(frozen=True, slots=True)
class Told:
    """The n-th story of a roundup."""

    n: int
    headline: str
    text: str
    language: str = "en"

    @property
    def url(self) -> str:
        return f"https://example.com/{self.n}/story"

    @property
    def more(self) -> str:
        """Words that point at the address."""
        return _MORE[self.language]


LAYOUTS: Mapping[str, Callable[[Told], str]] = {
    "headline, text, address": lambda s: f"{s.headline}\n{s.text}\n{s.url}",
    "headline, address, text": lambda s: f"{s.headline}\n{s.url}\n{s.text}",
    "address, headline, text": lambda s: f"{s.url}\n{s.headline}\n{s.text}",
    "headline, text, read more": lambda s: f"{s.headline}\n{s.text}\n{s.more.strip()} {s.url}",
    "headline, text read more": lambda s: f"{s.headline}\n{s.text}{s.more}{s.url}",
    "headline, text address": lambda s: f"{s.headline}\n{s.text} {s.url}",
    "headline, text (address)": lambda s: f"{s.headline}\n{s.text} ({s.url})",
    "headline, address": lambda s: f"{s.headline}\n{s.url}",
    "headline address": lambda s: f"{s.headline} {s.url}",
    "address headline": lambda s: f"{s.url} {s.headline}",
    "address - headline: text": lambda s: f"{s.url} - {s.headline}: {s.text}",
    "headline | text | address, in cells": lambda s: f"{s.headline}\t{s.text}\t{s.url}",
    "headline: address": lambda s: f"{s.headline}: {s.url}",
    "* headline: address": lambda s: f"• {s.headline}: {s.url}",
    "- headline - text address": lambda s: f"- {s.headline} - {s.text} {s.url}",
    "headline – text address": lambda s: f"{s.headline} – {s.text} {s.url}",
    "headline: text address": lambda s: f"{s.headline}: {s.text} {s.url}",
    "【headline】text address": lambda s: f"【{s.headline}】{s.text}{s.url}",
    "emoji headline: text address": lambda s: f"{EMOJI[s.n % 8]} {s.headline}: {s.text} {s.url}",
    "emoji headline, text, address": lambda s: f"{EMOJI[s.n % 8]} {s.headline}\n{s.text}\n{s.url}",
    "emoji headline, text": lambda s: f"{EMOJI[s.n % 8]} {s.headline}\n{s.text}",
    "1. headline, text, address": lambda s: f"{s.n}. {s.headline}\n{s.text}\n{s.url}",
    "1. headline, text, read more": lambda s: f"{s.n}. {s.headline}\n{s.text}\n{s.more.strip()} {s.url}",
    "1. headline, text read more": lambda s: f"{s.n}. {s.headline}\n{s.text}{s.more}{s.url}",
    "１．headline, text, address": lambda s: f"{chr(0xFF10 + s.n)}．{s.headline}\n{s.text}\n{s.url}",
    "1) headline: text address": lambda s: f"{s.n}) {s.headline}: {s.text} {s.url}",
    "(1) headline, text": lambda s: f"({s.n}) {s.headline}\n{s.text}",
    "① headline, text read more": lambda s: f"{chr(0x245F + s.n)} {s.headline}\n{s.text}{s.more}{s.url}",
    "headline, source, address": lambda s: f"{s.headline}\n{SOURCE}\n{s.url}",
    "headline, source, text, address": lambda s: f"{s.headline}\n{SOURCE}\n{s.text}\n{s.url}",
    "headline, text": lambda s: f"{s.headline}\n{s.text}",
    "headline, blank line, text": lambda s: f"{s.headline}\n\n{s.text}",
    "headline, text, address, blank lines": lambda s: f"{s.headline}\n\n{s.text}\n\n{s.url}",
    "* headline, text, address, set in": lambda s: f"* {s.headline}\n  {s.text}\n  {s.url}",
    "➤ headline, text, read more": lambda s: f"➤ {s.headline}\n{s.text}\n{s.more.strip()} {s.url}",
    "■ headline, text": lambda s: f"■ {s.headline}\n{s.text}",
    ">> headline, text, address": lambda s: f">> {s.headline}\n{s.text}\n{s.url}",
    ">> headline, text": lambda s: f">> {s.headline}\n{s.text}",
    "-- headline, text": lambda s: f"-- {s.headline}\n{s.text}",
    "** headline, rule, text, read more": lambda s: (
        f"\n** {s.headline}\n{'-' * 60}\n{s.text}\n\n{s.more.strip(' :：')} ({s.url})"
    ),
    "**headline** text address": lambda s: f"**{s.headline}** {s.text} {s.url}",
    "**headline**, text, address": lambda s: f"**{s.headline}**\n{s.text}\n{s.url}",
}


def paste_of(stories: list[Told], layout: str, *, above: list[str], below: list[str], loose: bool) -> str:
    """Return the roundup as it is pasted; *loose*: with blank lines between its stories."""
    told = ("\n\n" if loose else "\n").join(map(LAYOUTS[layout], stories))
    return "\n\n".join([*above, told, *(["\n".join(below)] if below else [])]) + "\n"


def _more(s: Told) -> str:
    return f"<a href='{s.url}'>{s.more.strip(' :：')}</a>"


def _linked(s: Told, words: str = "") -> str:
    return f"<a href='{s.url}'>{words or s.headline}</a>"


DOCUMENTS: Mapping[str, Callable[[Told], str]] = {
    "p, p, p more": lambda s: f"<p>{s.headline}</p><p>{s.text}</p><p>{_more(s)}</p>",
    "p, p, p address": lambda s: f"<p>{s.headline}</p><p>{s.text}</p><p>{s.url}</p>",
    "p, p a, p": lambda s: f"<p>{s.headline}</p><p>{_linked(s, s.url)}</p><p>{s.text}</p>",
    "b, p more": lambda s: f"<p><b>{s.headline}</b></p><p>{s.text} {_more(s)}</p>",
    "h3, p more": lambda s: f"<h3>{s.headline}</h3><p>{s.text} {_more(s)}</p>",
    "h3, p, p more": lambda s: f"<h3>{s.headline}</h3><p>{s.text}</p><p>{_more(s)}</p>",
    "a, p": lambda s: f"<p>{_linked(s)}</p><p>{s.text}</p>",
    "h3 a, p source, p": lambda s: f"<h3>{_linked(s)}</h3><p><small>{SOURCE}</small></p><p>{s.text}</p>",
    "b a, br": lambda s: f"<p><b>{_linked(s)}</b><br>{s.text}</p>",
    "br, br address": lambda s: f"<p>{s.headline}<br>{s.text}<br>{_linked(s, s.url)}</p>",
    "b: text more": lambda s: f"<p><b>{s.headline}:</b> {s.text} {_more(s)}</p>",
    "b a few words of the text": lambda s: f"<p><b>{s.headline}</b> {_linked(s, s.text[:9])}{s.text[9:]}</p>",
    "a - text": lambda s: f"<p>{_linked(s)} - {s.text}</p>",
    "li b: text more": lambda s: f"<ul><li><b>{s.headline}</b>: {s.text} {_more(s)}</li></ul>",
    "li a": lambda s: f"<ul><li>{_linked(s)}</li></ul>",
    "li a (source)": lambda s: f"<ul><li>{_linked(s)} ({SOURCE})</li></ul>",
    "tables, large, button": lambda s: (
        f"<table><tr><td style='font-size:22px'>{s.headline}</td></tr><tr><td>{s.text}</td></tr>"
        f"<tr><td>{_more(s)}</td></tr></table>"
    ),
    "b 1., p, p address": lambda s: (
        f"<p><b>{s.n}. {s.headline}</b></p><p>{s.text}</p><p>{_linked(s, s.url)}</p>"
    ),
    "1. a, p": lambda s: f"<p>{s.n}. {_linked(s)}</p><p>{s.text}</p>",
    "dl": lambda s: f"<dl><dt>{_linked(s)}</dt><dd>{s.text}</dd></dl>",
}


def page_of(stories: list[Told], layout: str, *, title: str, above: list[str], below: list[str]) -> str:
    """Return the roundup as a page or a mail's HTML."""
    told = "".join(map(DOCUMENTS[layout], stories))
    before, after = ("".join(f"<p>{text}</p>" for text in texts) for texts in (above, below))
    body = f"<article><h1>{title}</h1>{before}{told}{after}</article>"
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
