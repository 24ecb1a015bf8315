"""One name, however it is written: in a question, in a digest, and in `only:` and `companies:`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache


@lru_cache(maxsize=4096)
def spelling(name: str) -> str:
    """Return what all ways to write a name have in common: case, accents and blanks do not count."""
    # All settings are read with this module, and most commands compare no names.
    from bot.core.search.text import join, name_parts

    return join(name_parts(name)) or name.strip().casefold()  # a name may be all signs


def equals(names: Iterable[str], companies: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return every other name that these have in the registry of companies."""
    wanted = set(map(spelling, names))
    if not wanted:
        return ()  # most channels want all companies, and then no name is to be spelt
    groups = ((name, *others) for name, others in companies.items())
    meant = [group for group in groups if wanted & set(map(spelling, group))]
    return tuple(name for group in meant for name in group if spelling(name) not in wanted)


def main_names(companies: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Map every name in the registry, as it is spelt, to the one its company is known by."""
    return {spelling(other): name for name, others in companies.items() for other in (name, *others)}
