"""Says what became of every line: how many in each role, what was dropped and why, what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.importing.companies import Registry, new_names
from bot.importing.draft import Draft, Role, links_left_out

_SHOWN = 100


def report(draft: Draft, registry: Registry) -> Iterator[str]:
    """Yield the report, line by line."""
    counts = draft.counts()
    said = ", ".join(f"{counts[role]} {role}" for role in Role if counts[role])
    yield f"{len(draft.lines)} lines: {said}"
    if draft.date:
        yield f"date: {draft.date.isoformat()} ({draft.date_from})"
    if tags := draft.digest_tags():
        yield f"{len(tags)} tags: {', '.join(tags)}"
    for line in draft.lines:
        if line.role is Role.DROPPED:
            yield f"dropped, line {line.at}: {_short(line.text)} ({line.reason})"
    for headline, urls in links_left_out(draft).items():
        yield f"links not kept, {_short(headline) or 'intro'}: {' '.join(urls)}"
    for warning in draft.warnings:
        yield f"warning: {warning}"
    if names := likely_companies(draft, registry):
        yield f"new names? add those that are companies to config.yaml under companies: {', '.join(names)}"


def likely_companies(draft: Draft, registry: Registry) -> Sequence[str]:
    """Return the names in the stories that the registry may lack."""
    # Not in headlines: in title case every word looks like a name.
    texts = [line.text for line in draft.lines if line.role is Role.BODY]
    return new_names(texts, registry)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
