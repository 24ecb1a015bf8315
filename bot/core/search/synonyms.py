"""Words that mean the same to a reader, as the editors say: each finds what has any of the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.core.search.endings import number_forms
from bot.core.search.text import join, name_parts

Parts = tuple[str, ...]


class Synonyms:
    """The groups of `synonyms:` in the configuration."""

    def __init__(self, groups: Mapping[str, Sequence[str]] | None = None) -> None:
        self._others: dict[str, tuple[Parts, ...]] = {}
        for word, same in (groups or {}).items():
            names = filter(None, map(name_parts, (word, *same)))
            group = tuple(dict.fromkeys(form for parts in names for form in _in_any_number(parts)))
            for parts in group:
                others = tuple(other for other in group if other != parts)
                self._others[join(parts)] = (*self._others.get(join(parts), ()), *others)

    def of(self, word: str) -> tuple[Parts, ...]:
        """Return what means the same as a word, or as several joined to one."""
        return self._others.get(word, ())


NO_SYNONYMS = Synonyms()


def _in_any_number(parts: Parts) -> Iterator[Parts]:
    yield parts
    for form in number_forms(parts[-1]):
        yield (*parts[:-1], form)
