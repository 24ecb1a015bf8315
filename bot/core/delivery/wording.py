"""Fingerprints of the words a channel gets: what tells that a post must be corrected, or need not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence

from bot.core.digest import Digest, Story
from bot.core.markdown.folded import folded, folded_line
from bot.core.markdown.tree import Text
from bot.core.settings import ChannelSettings

Form = Callable[[Digest, ChannelSettings], str]

# A line that begins something of its own; another one goes on with the line above it.
_BEGINS = re.compile(r"\s*(?:[-+*>#]|\d+[.)])")
_FENCE = re.compile(r"^\s*(?:>\s*)*(?:```|~~~)", re.MULTILINE)


def content(digest: Digest, settings: ChannelSettings) -> str:
    """Return a fingerprint of the words this channel gets; not of their numbers, lines or looks."""
    return f"{NEWEST}:{_FORMS[NEWEST](digest, settings)}"


def whole(digest: Digest) -> str:
    """Return a fingerprint of all of a digest's words, whichever channel gets them."""
    return f"{NEWEST}:{_second(digest, digest.stories)}"


def is_reworded(known: str, digest: Digest, settings: ChannelSettings) -> bool:
    """Tell whether a fingerprint is of other words, in the form it was made in; one we do not know is not."""
    name, _, made = known.rpartition(":")
    form = _FORMS.get(name)
    return form is not None and form(digest, settings) != made


def digest_of(text: str) -> str:
    """Return what tells texts apart, shorter than they are."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _first_form(digest: Digest, settings: ChannelSettings) -> str:
    """Roundup 0.1.0, whose texts had paragraphs and nothing else, and whose stories had no section."""
    stories = [
        (
            *(s.headline, folded(s.body.source), folded_line(s.summary.source)),
            *(s.companies, s.tags, s.url, repr(s.image)),
        )
        for s in settings.first_selection(digest)
    ]
    intro = folded(digest.intro.source)
    head = (digest.title, digest.date.isoformat(), intro, digest.url, digest.newsletter, digest.tags)
    return digest_of(repr((head, stories)))


def _second_form(digest: Digest, settings: ChannelSettings) -> str:
    """Texts as they are written, not as they are read: a parser that learns something corrects nothing."""
    return _second(digest, settings.selection(digest))


def _second(digest: Digest, chosen: Sequence[Story]) -> str:
    stories = [
        [
            *(s.headline, _unwrapped(s.body), _unwrapped(s.summary), s.section, s.companies, s.tags, s.url),
            *([s.image.alt, s.image.caption, s.image.url] if s.image else []),
        ]
        for s in chosen
    ]
    intro = _unwrapped(digest.intro)
    head = [digest.title, digest.date.isoformat(), intro, digest.url, digest.newsletter, digest.tags]
    return digest_of(json.dumps([head, stories]))


# How fingerprints are made, by what they begin with up to a colon. A form is never changed: posts that stand
# in channels would be corrected by an upgrade of ours. A new one goes beside it, and `content` makes that.
_FORMS: Mapping[str, Form] = {"": _first_form, "2": _second_form}
NEWEST = "2"


def _unwrapped(text: Text) -> str:
    """Return a text as it is written, but for where its paragraphs are wrapped."""
    if _FENCE.search(text.source):
        return text.source
    lines: list[str] = []
    for line in text.source.splitlines():
        goes_on = lines and lines[-1].strip() and line.strip() and not _BEGINS.match(line)
        lines[-1:] = [f"{lines[-1]} {line.strip()}"] if goes_on else [*lines[-1:], line.rstrip()]
    return "\n".join(lines)
