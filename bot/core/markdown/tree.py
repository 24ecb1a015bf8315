"""What a text says, as far as Slack can show it: runs of words in paragraphs, items, quotes and code.

Flat, as Slack shows it: an item knows how deep it stands, and nothing stands inside of anything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one style. With a *url* they are a link; that is an address we would send a reader to."""

    text: str
    url: str = ""
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False

    @property
    def looks(self) -> tuple[str, bool, bool, bool, bool]:
        """All but its words, as they follow them."""
        return self.url, self.bold, self.italic, self.strike, self.code


Runs = tuple[Run, ...]
BREAK = Run("\n")  # between two paragraphs of one item or quote; no other run has a line break, but code


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that stand alone. A heading is one whose words are bold."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, with its paragraphs; what is nested in it follows as items of more *depth*."""

    runs: Runs
    depth: int = 0
    number: int | None = None  # as it is shown; None for a bullet


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody else said."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that stay as they are."""

    text: str

    @property
    def runs(self) -> Runs:
        """The lines as a run, for what takes any node."""
        return (Run(self.text, code=True),)


Node = Paragraph | Item | Quote | Code


@dataclass(frozen=True, slots=True)
class Text:
    """What an editor wrote in one field: *source* as it stands there, *nodes* what it says."""

    source: str = ""
    nodes: tuple[Node, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Its plain words: what is searched and measured. An item is a paragraph that keeps its marker."""
        return tuple(map(_plain, self.nodes))

    @property
    def words(self) -> str:
        """Its plain words, a blank line between paragraphs."""
        return "\n\n".join(self.paragraphs)

    @property
    def line(self) -> str:
        """Its plain words on one line."""
        return " ".join(self.words.split())


NO_TEXT = Text()


def with_runs(node: Node, runs: Iterable[Run]) -> Node:
    """Return the node with other words."""
    if isinstance(node, Code):
        return Code("".join(run.text for run in runs))
    return replace(node, runs=tuple(runs))


def joined(runs: Iterable[Run]) -> Runs:
    """Return the runs with neighbours of one style made one, and none that is empty."""
    # All of one style at once: one after the other, each would be written again for all that follow.
    alike = groupby((run for run in runs if run.text), key=lambda run: run.looks)
    return tuple(Run(words_of(some), *looks) for looks, some in alike)


def words_of(runs: Iterable[Run]) -> str:
    """Return the words alone."""
    return "".join(run.text for run in runs)


def marker(item: Item) -> str:
    """Return what an item begins with, where its list is no list to whoever shows it."""
    return "•" if item.number is None else f"{item.number}."


def _plain(node: Node) -> str:
    words = words_of(node.runs)
    return f"{marker(node)} {words}" if isinstance(node, Item) else words
