"""Says what became of every line: how many in each role, what was dropped and why, what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.importing.companies import Registry, new_names
from bot.importing.draft import (
    Draft,
    Role,
    days_said,
    links_left_out,
    pictures_left_out,
    relative_links,
    stories_without_text,
)
from bot.importing.ways import give_date

_SHOWN = 100
_SEVERAL = {Role.HEADLINE: "headlines", Role.BODY: "bodies", Role.CAPTION: "captions", Role.LINK: "links"}
_SEVERAL |= {Role.TITLE: "titles", Role.TAG: "tags"}  # two lines of an intro are one


def report(draft: Draft, registry: Registry) -> Iterator[str]:
    """Yield the whole report, line by line."""
    yield from summary(draft)
    for place, line in zip(draft.places(), draft.lines, strict=True):
        if line.role is Role.DROPPED:
            yield f"dropped, line {place}: {_short(line.text)} ({line.reason})"
    yield from doubts(draft)
    yield from hints(draft)
    if names := likely_companies(draft, registry):
        yield f"new names? add those that are companies to config.yaml under companies: {', '.join(names)}"


def summary(draft: Draft) -> Iterator[str]:
    """Yield what the digest is, and how many lines have each role."""
    counts = draft.counts()
    said = (counted(counts[role], role, _SEVERAL.get(role, role)) for role in Role if counts[role])
    yield f"{counted(len(draft.lines), 'line', 'lines')}: {', '.join(said)}"
    if title := draft.headline():
        yield f"title: {title}"
    if draft.date:
        yield f"date: {draft.date.isoformat()} ({draft.date_from})"
    if tags := draft.digest_tags():
        yield f"{counted(len(tags), 'tag', 'tags')}: {', '.join(tags)}"


def counted(number: int, one: str, several: str) -> str:
    """Return a number of things in words: 1 headline, 2 headlines."""
    return f"{number} {one if number == 1 else several}"


def doubts(draft: Draft) -> Iterator[str]:
    """Yield what the editor should look at."""
    for headline, urls in links_left_out(draft).items():
        yield f"links not kept, {_short(headline) or 'intro'}: {' '.join(urls)}"
    for headline, urls in relative_links(draft).items():
        yield (
            f"links that lead nowhere without the address of their page, {_short(headline) or 'intro'}: "
            f"{' '.join(map(_short, urls))}"
        )
    for headline, pictures in pictures_left_out(draft).items():
        yield f"pictures not kept (a story has one), {_short(headline)}: {' '.join(pictures)}"
    if bare := stories_without_text(draft):
        which = f"the headline {_short(bare[0])!r}"
        if len(bare) > 1:
            which = f"{len(bare)} of {draft.counts()[Role.HEADLINE]} headlines, first {_short(bare[0])!r}"
        yield f"warning: nothing stands under {which}; what has no text is its own text, too"


def hints(draft: Draft) -> Iterator[str]:
    """Yield what the reader was not sure of, unless it is settled by now."""
    for warning in draft.warnings:
        yield f"warning: {warning}"
    if not draft.headline():
        yield "warning: no title was found; it is called by its date"
    for place, line, days in days_said(draft) if draft.date is None else ():
        two, then = ", which may be two days" if len(days) > 1 else "", give_date(days)
        yield (
            f"warning: line {place} says {_short(line.text)!r}{two}: if that is the roundup's date, {then}"
        )


def likely_companies(draft: Draft, registry: Registry) -> Sequence[str]:
    """Return the names in the stories that the registry may lack; none where the source says them itself."""
    if draft.names_said:
        return []
    # Not in headlines: in title case every word looks like a name.
    texts = [line.text for line in draft.lines if line.role is Role.BODY]
    known = [*registry, *(other for others in registry.values() for other in others), *draft.digest_tags()]
    return new_names(texts, known)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
