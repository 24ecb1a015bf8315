"""One consistent view of all digests: what each says, under which codes, and what of it readers may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count, groupby
from pathlib import Path

from bot.core.digest import Digest, Story
from bot.core.errors import Problem
from bot.core.search.answer import Document
from bot.core.versions import Version
from bot.files.raw import Signature
from bot.newsroom.clearance import Cleared


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What we know of one file: *digest* is its last good version, *good* whether it still says that."""

    path: Path
    signature: Signature
    since: datetime  # when it began to say what it says
    digest: Digest | None
    fingerprint: str  # of the text that *digest* was read from
    good: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a digest says: what its file says, or the version that is in force instead."""

    fingerprint: str
    since: datetime  # when it began to say it
    digest: Digest
    good: bool  # nothing is wrong with it here: posts may be made from it
    here: bool  # it has a file in this folder, or never had one anywhere; else somebody deleted that


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """A file that changes nothing, as it is merely older than the version that is in force."""

    path: Path
    fingerprint: str
    version: Version

    def __str__(self) -> str:
        newer = self.version
        # The host, but no folder of it: that is nothing for Slack, and who copies files knows it.
        since = f"{newer.at:%Y-%m-%d %H:%M} UTC, from {newer.place.partition(':')[0] or newer.who}"
        return f"{self.path.name} says what version {newer.number} ({since}) has replaced"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One consistent view of the folder, replaced as a whole, so that readers need no lock."""

    files: Mapping[str, File]  # by id
    digests: Mapping[str, Digest]
    published: tuple[Digest, ...]
    good: tuple[Digest, ...]  # the published ones with which nothing is wrong
    gone: Mapping[str, Digest]  # whose file is here no more: nothing new is posted from them
    since: tuple[tuple[datetime, str], ...]  # when each began to say what it says, the last first
    texts: Mapping[str, str]  # the fingerprint of what each was read from
    cleared: Cleared  # which nobody has approved as they are
    readers: tuple[Coded, ...]  # what readers may see of them
    public: Mapping[str, Digest]  # the same, by id
    stories: Mapping[str, tuple[Digest, Story]]  # of what readers may see
    codes: Mapping[str, tuple[Digest, Story]]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Coded:
    """A digest as its file has it, and as it is shown: made anew only when one of these differs."""

    source: Digest
    prefix: str
    digest: Digest
    documents: tuple[Document, ...]


def as_in(file: File) -> Said | None:
    """Return what a digest says whose file says what is in force."""
    if file.digest is None:
        return None
    return Said(fingerprint=file.fingerprint, since=file.since, digest=file.digest, good=file.good, here=True)


def shelved(
    files: Mapping[str, File],
    said: Mapping[str, Said],
    strangers: Iterable[Problem],
    coded: Iterable[Coded],
    *,
    readers: Sequence[Coded],
    cleared: Cleared,
) -> Shelf:
    """Put together what is known of the digests, in order."""
    digests = [each.digest for each in coded]
    stories = [(each.digest, story) for each in readers for story in each.digest.stories]
    published = tuple(digest for digest in digests if said[digest.id].here and not digest.draft)
    return Shelf(
        files=files,
        digests={digest.id: digest for digest in digests},
        published=published,
        good=tuple(digest for digest in published if said[digest.id].good),
        gone={digest.id: digest for digest in digests if not said[digest.id].here},
        since=tuple(sorted(((each.since, name) for name, each in said.items()), reverse=True)),
        texts={name: each.fingerprint for name, each in said.items()},
        cleared=cleared,
        readers=tuple(readers),
        public={each.digest.id: each.digest for each in readers},
        stories={story.id: (digest, story) for digest, story in stories},
        codes={story.code: (digest, story) for digest, story in stories},
        problems=tuple(sorted([*strangers, *(p for file in files.values() for p in file.problems)])),
    )


def by_date(digest: Digest) -> tuple[date, str]:
    """Return what orders digests."""
    return digest.date, digest.id


def weekly(digests: Iterable[Digest]) -> dict[str, list[Digest]]:
    """Return the digests by the week that their codes begin with, drafts last."""
    in_order = sorted(digests, key=lambda d: (week(d), d.draft, *by_date(d)))
    return {name: list(of_week) for name, of_week in groupby(in_order, key=week)}


def week(digest: Digest) -> str:
    """Return what the codes of its stories begin with, without the letter."""
    year, week, _ = digest.date.isocalendar()
    return f"{year % 100:02}{week:02}"


def codes(
    weeks: Mapping[str, Sequence[Digest]], remembered: Mapping[str, Mapping[str, int]]
) -> list[tuple[Digest, str]]:
    """Return the digests in order, each with what the codes of its stories begin with."""
    coded = []
    for name, digests in weeks.items():
        places = remembered.get(name, {})
        free = count(max(places.values(), default=-1) + 1)
        for digest in digests:
            place = places[digest.id] if digest.id in places else next(free)
            coded.append((digest, f"#{name}{letter(place)}"))
    return sorted(coded, key=lambda each: by_date(each[0]))


def in_code(digest: Digest, prefix: str) -> Coded:
    """Return a digest with the codes that begin so."""
    stories = tuple(replace(story, code=f"{prefix}-{story.n}") for story in digest.stories)
    coded = replace(digest, stories=stories)
    return Coded(digest, prefix, coded, () if digest.draft else _documents(coded))


def _documents(digest: Digest) -> tuple[Document, ...]:
    return tuple(
        Document(
            id=story.id,
            headline=story.headline,
            body=story.body.words,
            companies=story.companies,
            tags=story.tags,
            date=digest.date,
        )
        for story in digest.stories
    )


def letter(place: int) -> str:
    """Return nothing for the first of a week, then b to z, then bb, bc …"""
    if place == 0:
        return ""
    rest, last = divmod(place - 1, 25)
    return letter(rest) + "bcdefghijklmnopqrstuvwxyz"[last]
