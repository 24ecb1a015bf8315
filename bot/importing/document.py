"""A document as its readers meet it: headings, paragraphs, items, captions, with their links and bold type.

Markdown, pages, mails and feeds all become these blocks first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.importing.dates import is_date
from bot.importing.words import is_relative, plain, tidy, web_address

# Of a heading that is only a paragraph in bold: below every real one, which go down to six.
BOLD_LEVEL = 7


class Kind(StrEnum):
    """What a block is in its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # the first block of a list item
    CAPTION = "caption"
    TAGS = "tags"
    OUTSIDE = "outside"  # no part of the article; *drop* says why
    HIDDEN = "hidden"  # the source's readers are not shown it, such as a mail's preheader


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one style."""

    text: str
    href: str = ""
    linked: bool = False
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False


@dataclass(slots=True, kw_only=True)
class Block:
    """A heading, paragraph or list item of the source."""

    kind: Kind
    at: int
    last: int = 0
    level: int = 0  # of a heading, or how deep its list is nested
    runs: list[Run] = field(default_factory=list)
    text: str = ""  # all runs in one line
    url: str = ""  # of a caption: the picture
    drop: str = ""
    tags: tuple[str, ...] = ()
    number: int | None = None  # of an item in a list that counts
    code: str = ""  # lines that stay as they are; *text* has them in one
    quoted: bool = False
    cited: bool = False  # a quotation, or a table's row: holds no headline
    counted: bool = False  # it stood in a sequence of typed numbers, which are taken off
    ruled: bool = False  # a line across the page stands above it
    announced: bool = False  # a list of contents names it

    def __post_init__(self) -> None:
        self.text = self.text or tidy("".join(run.text for run in self.runs))

    def cut(self, characters: int) -> None:
        """Take off how the text begins."""
        self.text = self.text[characters:]
        runs, begun = [], False
        for run in self.runs:
            words = run.text if begun else run.text.lstrip()
            begun = begun or bool(words)
            kept = words[characters:]
            characters = max(0, characters - len(words))
            if kept or run.href:
                runs.append(replace(run, text=kept))
        self.runs = runs

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(url for run in self.runs if (url := web_address(run.href))))

    @property
    def relative(self) -> tuple[str, ...]:
        """Return its links that lead nowhere without the address of their page."""
        return tuple(dict.fromkeys(run.href for run in self.runs if is_relative(run.href)))

    def lead(self, *, bold: bool = False) -> Lead | None:
        """Return the link (or bold words) the block begins with, if it does."""
        if self.cited or not any(run.bold if bold else run.linked for run in self.runs):
            return None  # by far the most; what is below looks for dates
        start = _first_word(self.runs)
        if start is None or not (self.runs[start].bold if bold else self.runs[start].linked):
            return None
        first, end = self.runs[start], start
        while end < len(self.runs) and (
            self.runs[end].bold if bold else self.runs[end].linked and self.runs[end].href == first.href
        ):
            end += 1
        words = tidy("".join(run.text for run in self.runs[start:end]))
        label = tidy("".join(run.text for run in self.runs[:start]))
        rest = tidy("".join(run.text for run in self.runs[end:]))
        inside = next((url for run in self.runs[:end] if (url := web_address(run.href))), "")
        lost = _addresses(self.runs[end:])
        return Lead(text=words, url=inside, label=label, rest=rest, lost=lost, bold=first.bold)


_NOTE = re.compile(r"[(（\[][^()（）\[\]]{1,40}[)）\]]")
_SOURCE = re.compile(r"([(（].{1,60}[)）]\s*)?(//|\||·|via ).{1,40}")
_PARTED = re.compile(r"[—–:：|]|-\s")
_BY_WHOM = re.compile(r"by |(von|par|por|di) (?=@|[A-Z])")


@dataclass(frozen=True, slots=True)
class Lead:
    """How a block begins, and the rest of it."""

    text: str
    url: str
    label: str  # before it: "[video]", a date
    rest: str
    lost: tuple[str, ...]
    bold: bool = False

    @property
    def alone(self) -> bool:
        return not plain(self.label + self.rest)

    @property
    def parted(self) -> bool:
        """A dash or colon stands behind it."""
        return not plain(self.label) and _PARTED.match(self.rest) is not None

    @property
    def set_off(self) -> bool:
        """Stands alone, or in bold before a dash or colon, or only its source follows."""
        sourced = not plain(self.label) and _SOURCE.fullmatch(self.rest) is not None
        return self.alone or sourced or (self.bold and self.parted)

    @property
    def by_whom(self) -> bool:
        """Who wrote what it is about stands behind it."""
        return _BY_WHOM.match(self.rest) is not None

    @property
    def noted(self) -> bool:
        """Stands alone but for a note in brackets: "(5 minute read)"."""
        return not plain(self.label) and _NOTE.fullmatch(self.rest) is not None


def _addresses(runs: Sequence[Run]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url for run in runs if (url := web_address(run.href))))


def _is_dated_note(run: Run) -> bool:
    """Tell a day with a word on it, set in bold: "RESCHEDULED – 27-30 September 2019:"."""
    note, _, rest = run.text.strip().partition(" ")
    return run.bold and note.isupper() and is_date(rest.lstrip("–—- "))


def _first_word(runs: Sequence[Run]) -> int | None:
    """Return the first run with words in it, past a label such as "[video]" or a date."""
    for i, run in enumerate(runs):
        bare = run.text.strip()
        label = bare.startswith("[") and bare.endswith("]") and len(bare) <= 20
        if run.linked or (plain(bare) and not label and not is_date(bare) and not _is_dated_note(run)):
            return i
    return None
