"""A question's answer, as a value: what the slash command, the shell and mentions all render."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.digest import Digest, Story


class AnswerKind(StrEnum):
    """What we can honestly say."""

    MATCHES = "matches"
    CLOSEST = "closest"  # what we have nearest, while a word that decides the question is in none of it
    DID_YOU_MEAN = "did_you_mean"  # names that are near; never a story
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A story as the index keeps it. *id* is given back as it came: text or number."""

    id: str | int
    headline: str
    body: str = ""  # paragraphs separated by "\n\n"
    companies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A story that fits. *why* is one sentence: what matched and how."""

    story: Document
    score: float  # higher is better; comparable within one answer only
    why: str
    # A closest story shows neither, so that neither is looked for.
    words: tuple[str, ...] = ()  # as they stand in the story: what to embolden
    excerpt: str = ""  # the sentence of the body that fits best


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """*matches* is empty unless *kind* is MATCHES or CLOSEST; *total* counts the ones beyond the page too."""

    query: str
    kind: AnswerKind
    total: int = 0
    matches: tuple[Match, ...] = ()
    missing: tuple[str, ...] = ()  # of CLOSEST: the words, as typed, that no story shown has
    suggestions: tuple[str, ...] = ()
    hint: str = ""  # one sentence for the reader: why nothing, or what to try


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """How to ask, with examples from *digest*, the newest. *welcome* is for a bare `/roundup`."""

    welcome: bool = False
    digest: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The newest digest, or None while there is none."""

    digest: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One story in full, asked for by its code."""

    digest: Digest
    story: Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What can be asked for: *what* is "companies" or "tags". With each the number of its stories."""

    what: str
    names: tuple[tuple[str, int], ...]


Reply = Answer | Help | Latest | Names | Opened


def kind_of(reply: Reply) -> str:
    """Return what sort of reply it is, in one word."""
    return reply.kind.value if isinstance(reply, Answer) else type(reply).__name__.lower()


def characters(reply: Reply) -> int:
    """Return about how much text a reply holds that nobody else does: a digest is in the library anyway."""
    if isinstance(reply, Names):
        return sum(len(name) for name, _ in reply.names)
    if not isinstance(reply, Answer):
        return 0
    told = (len(match.story.body) + len(match.excerpt) + len(match.story.headline) for match in reply.matches)
    return len(reply.query) + sum(told)


def shown(reply: Reply) -> tuple[str, ...]:
    """Return the ids of the stories whose place is told in a reply."""
    match reply:
        case Answer():
            return tuple(str(match.story.id) for match in reply.matches)
        case Latest(digest=Digest() as digest):
            return tuple(story.id for story in digest.stories)
        case Opened():
            return (reply.story.id,)
        case _:
            return ()
