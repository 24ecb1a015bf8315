"""Which condition of a question leaves no story, in a reader's words: no spelling is to blame for a date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.core.search.query import Parts, Query

Has = Callable[[Query], bool]  # whether any story meets these conditions


def emptied(asked: Query, has: Has, fits: Has) -> str:
    """Return what to say of the condition that empties an answer; "" if the words do.

    *has* looks for conditions, *fits* for words.
    """
    if alone := _emptied_by_one(asked, has):
        return alone
    if asked.narrows and not has(replace(asked, parts=(), excluded=())):
        return f"Stories meet each of {_listed(asked)}, but none meets all of them; leave one out."
    if asked.excluded and not asked.parts:
        return f"Without {' and '.join(map(_shown, asked.excluded))} no story is left."
    if (asked.narrows or asked.excluded) and asked.parts and fits(Query(parts=asked.parts)):
        return f"Stories fit the words alone, but none of them fits {_listed(asked)}, too; leave that out."
    return ""


def _emptied_by_one(asked: Query, has: Has) -> str:
    """Return what to say of a condition that no story meets."""
    for tag in asked.tags:
        if not has(Query(tags=(tag,))):
            return f"No story has the tag of in:{_shown(tag)}; `tags` lists those there are."
    dates = Query(first=asked.first, last=asked.last)
    if asked.days and not has(dates):
        return f"No story is {_span(asked)} ({' '.join(asked.days)})."
    for phrase in asked.phrases:
        if not has(Query(phrases=(phrase,))):
            return (
                f"No story has the words {_shown(phrase)} next to each other; leave out the quotation marks."
            )
    return ""


def _listed(asked: Query) -> str:
    tags = (f"in:{_shown(tag)}" for tag in asked.tags)
    phrases = (f'"{" ".join(words)}"' for words in asked.phrases)
    return ", ".join((*tags, *asked.days, *phrases, *(f"-{_shown(words)}" for words in asked.excluded)))


def _shown(words: Parts) -> str:
    return words[0] if len(words) == 1 else f'"{" ".join(words)}"'


def _span(asked: Query) -> str:
    """Return the days in words, the first and the last one included."""
    first, last = asked.first, asked.last
    if first and last and first > last:
        return f"from {_day(first)} or later and also from {_day(last)} or earlier"
    if first and last:
        return f"from {_day(first)}" if first == last else f"from {_day(first)} to {_day(last)}"
    return f"from {_day(first)} or later" if first else f"from {_day(last)} or earlier"


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else ""
