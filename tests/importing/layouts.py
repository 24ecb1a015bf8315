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
}


def paste_of(stories: list[Told], layout: str, *, above: list[str], below: list[str], loose: bool) -> str:
    """Return the roundup as it is pasted; *loose*: with blank lines between its stories."""
    told = ("\n\n" if loose else "\n").join(map(LAYOUTS[layout], stories))
    return "\n\n".join([*above, told, *(["\n".join(below)] if below else [])]) + "\n"
