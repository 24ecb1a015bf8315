"""Weighs which lines of a pasted text are headlines.

A line gives cues: its length, its capitals, how it begins and ends, what stands above and below it, and how
like the surest headings of the text it is. `benchmarks/headlines.py` fits their weights to the headings of
public archives, and measures them on archives they were not fitted to.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from math import log

from bot.importing.draft import Role
from bot.importing.furniture import is_prompt
from bot.importing.rows import Row
from bot.importing.words import LIST_MARKS, begins_lower, plain, title_case, width

# A headline is no longer than this, and has at least so much of a story below.
LONGEST = 200
_STORY = 40

Cues = dict[str, float]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SYMBOLS = re.compile(
    r"^>{2,3}\s*|^[^\w\s!-/:-@\[-`{-~“”‘’«»「」『』¿¡…–—•·£€¥©]+\s*|\s*[^\w\s!-/:-@\[-`{-~“”‘’«»「」『』。，；：！？…–—•·£€¥]+$"
)
_ABBREVIATION = re.compile(r"\b([A-Z]|Inc|Co|Corp|Ltd|Jr|Sr|etc|vs)\.$")
_SENTENCES = re.compile(r"[a-z0-9]{4,}\. +[A-Z]")
_ITEM = re.compile(r"--|[-–—*+•·▪◦‣^|] ")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_CODE = re.compile(r"[=<>{}$\\;_|]|\(\)|::|->|//|\w\.\w+\(|\w/\w+/")
_ADDRESS = re.compile(r"@|\w\.(com|org|io|net|gov|cn)\b")
_CLOCK = re.compile(r"\b\d?\d:\d\d\b|\b(19|20)\d\d\b.*\d|\d.*\b(19|20)\d\d\b")
_NOTE = re.compile(
    r"(by|photo|image|figure|fig|table|source|note|via|posted|update|edit|tags?|credit|caption|listing|step"
    r"|video|read|watch|example|see)\b",
    re.IGNORECASE,
)
_STOCK = re.compile(
    r"(conclusions?|introduction|summary|overview|background|next steps?|thanks|thank you|acknowledge?ments?"
    r"|contributors|references|resources|getting (started|involved)|looking (ahead|forward)"
    r"|wrap(ping)? up|final thoughts)\W*",
    re.IGNORECASE,
)
_GRAMMAR = _set(
    "the a an of to in on for and or with by from at is are was were be been has have had will would can"
    " could should may might do does did not this that these those it its he she we you they i our your their"
    " my his her there here as if so but which who what when where how why than then also just"
)
_VERBS = _set(
    "is are was were be been has have had will would can could should may might do does did it's that's"
    " there's i'm we're you're don't isn't can't"
)
_PRONOUNS = _set("we you i they he she it our your their my his her us them me")
_QUESTIONS = _set("how why what when where who which")
_POINTING = _PRONOUNS | {"this", "these", "there", "here", "that"}
_JOINING = _set("and or but if as in for by with to from after at on")
_OPENING = "\"'“‘«「『¿¡#$€£¥@(&"
_CLOSING = "\"'”’»」』)"
_ENDS = {
    **dict.fromkeys(".。", "stop"),
    **dict.fromkeys(",;，；", "comma"),
    **dict.fromkeys(":：", "colon"),
    **dict.fromkeys("!！", "cry"),
    **dict.fromkeys("?？", "question"),
    **dict.fromkeys("-–—", "dash"),
    **dict.fromkeys("\"'”’»」』", "quote"),
    ")": "bracket",
    "…": "dots",
}
_FULL_ENDS = frozenset({"stop", "cry", "question", "dots"})


def weigh(rows: Sequence[Row], *, loose: bool) -> dict[int, float]:
    """Return how much speaks for each open row being a headline, by its index; above 0 it is more likely one.

    Rows that no story follows are left out. *loose*: most rows have a blank line above.
    """
    # A logistic regression over named cues, fitted to public archives, instead of weights by hand: those knew
    # the archives they were tried on, and had a mean F of .87 over 19 of them; leaving each out in turn says
    # what to expect elsewhere.
    table = weights()
    return {
        i: table[""] + sum(table.get(name, 0.0) * value for name, value in cues.items())
        for i, cues in Page(rows, loose=loose).cues().items()
    }


def without_symbols(text: str) -> str:
    """Return *text* without the pictures some put before or after a headline."""
    return _SYMBOLS.sub("", text) or text


@cache
def weights() -> dict[str, float]:
    """Return each cue's weight; "" is what every line starts with."""
    table: dict[str, float] = json.loads(
        files(__package__).joinpath("headline_weights.json").read_text(encoding="utf-8")
    )
    return table


class Seen:
    """A row as a reader's eye takes it in."""

    __slots__ = ("case", "end", "look", "row", "text", "width", "words")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.text = without_symbols(row.text)
        self.width = width(self.text)
        self.words = self.text.split()
        self.case = title_case(self.text) if self.width <= LONGEST else 0.0
        self.end = _end(self.text)
        self.look = self._look()

    def _look(self) -> str:
        if self.row.role not in {None, Role.BODY}:
            return str(self.row.role)
        full = self.end in _FULL_ENDS
        if self.width >= 160:
            return "long" + ("." if full else ":" if self.end == "colon" else "")
        if self.width >= 60 and full:
            return "prose"
        if self.end == "colon":
            return "colon"
        return "sentence" if full else "phrase" if self.width >= 90 else "short"

    @property
    def story(self) -> bool:
        """May be the beginning of a story's text."""
        return self.row.role in {None, Role.BODY} and (self.width >= _STORY or self.end in _FULL_ENDS)

    @property
    def short(self) -> bool:
        """May be a headline: neither long, nor two sentences, nor a list item, nor the middle of one."""
        return (
            self.width <= LONGEST
            and not _SENTENCES.search(self.text)
            and not _ITEM.match(self.text)
            and self.words[0] not in _GRAMMAR
        )

    @property
    def small(self) -> bool:
        """May be an item of a list."""
        return self.look in {"short", "sentence", "phrase"}


def _end(text: str) -> str:
    if _ABBREVIATION.search(text):
        return "abbreviation"
    if text.endswith("..."):
        return "dots"
    return _ENDS.get(text[-1], "word" if text[-1].isalnum() else "sign")


class Page:
    """The rows that count, each with what stands around it."""

    def __init__(self, rows: Sequence[Row], *, loose: bool) -> None:
        self.rows = rows
        self.loose = loose
        self.gaps = any(row.gap for row in rows)
        self.at = [i for i, row in enumerate(rows) if row.role not in {Role.DROPPED, Role.CAPTION}]
        self.seen = [Seen(rows[i]) for i in self.at]

    def cues(self) -> dict[int, Cues]:
        """Return the cues of each row that may be a headline, by its index."""
        return {
            self.at[n]: {**_own(self.seen[n]), **self._around(n), **self._text(n)} for n in self.candidates
        }

    @cached_property
    def candidates(self) -> list[int]:
        """The places in `seen` of open rows, short enough, with a story below, past any address."""
        found = []
        for n, seen in enumerate(self.seen):
            # What no story follows is never weighed: labels of sections and items of lists look like
            # headlines, too.
            below = next((s for s in self.seen[n + 1 : n + 4] if s.row.role is not Role.LINK), None)
            if seen.row.open and seen.short and below is not None and below.story:
                found.append(n)
        return found

    def _around(self, n: int) -> Cues:
        """Say what stands above and below."""
        cues: Cues = {}
        seen = self.seen[n]
        above = [s.look for s in reversed(self.seen[max(0, n - 2) : n])] + ["nothing"] * 2
        below = [s.look for s in self.seen[n + 1 : n + 6] if s.look != "link"] + ["nothing"] * 2
        cues[f"above {above[0]}"] = cues[f"above that {above[1]}"] = 1
        cues[f"below {below[0]}"] = cues[f"below that {below[1]}"] = 1
        cues[f"between {above[0]} and {below[0]}"] = 1
        cues[f"before {below[0]}, then {below[1]}"] = 1
        if (follower := self.seen[n + 1]).look == "link":
            cues["before an address"] = 1
        if begins_lower(follower.words[0]):
            cues["before lower case"] = 1
        if follower.text[0] in LIST_MARKS:
            cues["before a list mark"] = 1
        # Bounded: a weight of length went on growing in texts longer than those it was fitted to.
        cues["length below"] = min(log(1 + follower.width), 7) / 7
        cues |= self._dropped_around(self.at[n]) | self._list(n) | self._gaps(n)
        if self._said[plain(seen.text)] > 1:
            cues["said before or again"] = 1
        if n == 0 or (n == 1 and self.seen[0].row.role is Role.TITLE):
            cues["first"] = 1
            cues[f"first, ends in {seen.end}"] = 1
        return cues

    def _dropped_around(self, i: int) -> Cues:
        """Say what was dropped right above and below: a by-line, a ruler, a picture's words."""
        cues: Cues = {}
        for where, k in (("before", i + 1), ("after", i - 1)):
            row = self.rows[k] if 0 <= k < len(self.rows) else None
            if row is not None and row.role in {Role.DROPPED, Role.CAPTION}:
                cues[f"{where} a dropped {row.reason.split(' ')[0] or 'caption'}"] = 1
        return cues

    def _list(self, n: int) -> Cues:
        """Say how many short lines stand around, and how like the ones above this one is."""
        up = self._runs[n]
        down = next((k for k, s in enumerate(self.seen[n + 1 : n + 9]) if not s.small), 8)
        cues: Cues = {
            _step("short lines above", up, (0, 1, 2, 4)): 1,
            _step("short lines below", down, (0, 1, 2)): 1,
        }
        top = n - up - 1
        if up < 8 and top >= 0 and self.seen[top].look in {"colon", "long:"}:
            cues["in a list"] = cues[f"in a list at {min(up, 3)}"] = 1
        if up:
            seen, above = self.seen[n], self.seen[n - 1]
            cues["length unlike above"] = min(2, abs(log(above.width / seen.width)))
            cues["case unlike above"] = abs(above.case - seen.case)
            cues["ends like above"] = float(above.end == seen.end)
        if up >= 2:
            items = self.seen[n - up : n]
            width = sum(s.width for s in items) / up
            cues["length unlike the list"] = min(2, abs(log(width / seen.width)))
            cues["shorter than the list"] = float(seen.width < 0.6 * width)
            cues["case unlike the list"] = abs(sum(s.case for s in items) / up - seen.case)
        return cues

    @cached_property
    def _said(self) -> Counter[str]:
        return Counter(plain(seen.text) for seen in self.seen if seen.width <= LONGEST)

    @cached_property
    def _runs(self) -> list[int]:
        """How many short lines stand right above each, up to 8."""
        runs, run = [], 0
        for seen in self.seen:
            runs.append(min(run, 8))
            run = run + 1 if seen.small else 0
        return runs

    def _gaps(self, n: int) -> Cues:
        """Say where blank lines are, if they tell anything."""
        up = bool(self.seen[n].row.gap)
        down = bool(self.seen[n + 1].row.gap)
        if not self.gaps:
            return {"no blank lines": 1}
        if self.loose:
            cues = {"loose, glued above": float(not up and n > 0), "loose, glued below": float(not down)}
            return {**cues, "loose, lists glued": self._glued if up and down else 0.0}
        return {"gap above": float(up), "gap below": float(down), "gap above only": float(up and not down)}

    @cached_property
    def _glued(self) -> float:
        """Whether lists have no blank lines inside, so that what stands free is no item."""
        glued = sum(not below.row.gap and above.small and below.small for above, below in pairwise(self.seen))
        return min(1.0, glued / 4)

    def _text(self, n: int) -> Cues:
        """Say what the whole text is like, and how like its surest headings, but for itself, this line is."""
        seen = self.seen[n]
        usual = self._usual_case(seen)
        cues = {**self._whole, "case of headings": usual}
        # One word is in any case: "Updates" says nothing about title case.
        if len(seen.words) > 1:
            cues["case unlike headings"] = abs(seen.case - usual)
            cues["case lower than headings"] = max(0.0, usual - seen.case)
        else:
            cues["one word, case of headings"] = usual
        if begins_lower(seen.words[0]):
            cues["begins in lower case, case of headings"] = usual
        return cues

    def _usual_case(self, but: Seen) -> float:
        cases, count = self._cases
        # But for itself, or a lone heading would be its own witness.
        if but in self._headings:
            cases, count = cases - but.case, count - 1
        return cases / count if count else 0.5

    @cached_property
    def _cases(self) -> tuple[float, int]:
        return sum(seen.case for seen in self._headings), len(self._headings)

    @cached_property
    def _headings(self) -> set[Seen]:
        """What most looks like one: a line of several words that stands alone between paragraphs."""
        alone = (self.seen[n] for n in self.candidates if self._stands_like_heading(n))
        return {seen for seen in alone if len(seen.words) > 1}

    @cached_property
    def _whole(self) -> Cues:
        total = len(self.seen)
        return {
            "headings": log(1 + len(self._headings)),
            "share of headings": len(self._headings) / total,
            "share of candidates": len(self.candidates) / total,
            "share of short lines": sum(s.look == "short" for s in self.seen) / total,
        }

    def _stands_like_heading(self, n: int) -> bool:
        above = self.seen[n - 1].look if n else "title"
        return self.seen[n + 1].look in {"long", "long.", "long:", "prose"} and above in {
            "long", "long.", "prose", "sentence", "title"}  # fmt: skip


def _step(name: str, value: float, steps: Sequence[float]) -> str:
    for step in steps:
        if value <= step:
            return f"{name} to {step}"
    return f"{name} over {steps[-1]}"


def _own(seen: Seen) -> Cues:
    """Say what a line is like by itself."""
    count = len(seen.words)
    cues: Cues = {
        _step("length", seen.width, (3, 8, 14, 24, 40, 60, 80, 100, 120, 160)): 1,
        _step("words", count, (1, 2, 4, 6, 8, 11, 15, 20, 30)): 1,
        "one word" if count == 1 else _step("case", seen.case, (0.35, 0.6, 0.8, 0.99, 1)): 1,
        f"ends in {seen.end}": 1,
        f"ends in {seen.end}, {'few' if count <= 4 else 'many'} words": 1,
        "case": seen.case if count > 1 else 0.7,
    }
    cues.update(dict.fromkeys(_marks(seen), 1.0))
    said = [word.lower() for word in _WORD.findall(seen.text)]
    if not said:
        return {**cues, "no words": 1}
    cues["grammar"] = sum(word in _GRAMMAR for word in said) / len(said)
    cues["verbs"] = min(2, sum(word in _VERBS for word in said))
    cues["pronouns"] = min(2, sum(word in _PRONOUNS for word in said))
    cues.update(dict.fromkeys(_beginnings(said[0]), 1.0))
    return cues


def _beginnings(word: str) -> Iterator[str]:
    if word in _QUESTIONS:
        yield "begins like a question"
    if word.endswith("ing"):
        yield "begins with -ing"
    if word in {"the", "a", "an"}:
        yield "begins with an article"
    if word in _POINTING:
        yield "begins with a pronoun"
    if word in _JOINING:
        yield "begins with a joining word"


def _marks(seen: Seen) -> Iterator[str]:
    """Yield the signs that speak for or against a headline."""
    text = seen.text
    yield from _first_sign(seen)
    if text != seen.row.text:
        yield "has a picture sign"
    if text[0] in _OPENING and text[-1] in _CLOSING:
        yield "in brackets" if text[0] == "(" else "in quotes"
    if note := _NOTE.match(text):
        yield f"begins with {note[0].lower()}"
    for name, pattern in _PATTERNS.items():
        if pattern.search(text):
            yield name
    if _STOCK.fullmatch(text):
        yield "a heading everybody uses"
    if is_prompt(text):
        yield "points at a link"


_PATTERNS = {
    "code": _CODE,
    "address": _ADDRESS,
    "time": _CLOCK,
    "year": re.compile(r"\d{4}"),
    "digit": re.compile(r"\d"),
    "colon inside": re.compile(r"\w: \S"),
    "dash inside": re.compile(r" [-–—] |—"),
    "comma inside": re.compile(r", "),
    "brackets inside": re.compile(r"\([^)]*\)"),
    "hash": re.compile(r"#"),
    "numbered": re.compile(r"^(#|no\. ?)?\d{1,3}[.):]?\s+\S", re.IGNORECASE),
}


def _first_sign(seen: Seen) -> Iterator[str]:
    first = seen.text[0]
    if begins_lower(seen.words[0]):
        yield "begins in lower case"
    elif first.islower():
        yield "begins with a lower-case name"
    elif first.isdigit():
        yield "begins with a digit"
    elif first in "([":
        yield "begins with a bracket"
    elif first in LIST_MARKS:
        yield "begins with a list mark"
    elif first in _OPENING:
        yield "begins with a quote"
    elif not first.isalnum():
        yield "begins with a sign"
