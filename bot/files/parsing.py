"""Turns the text of a YAML file into plain data, and notes where each piece of it stands.

YAML never guesses here: every scalar stays the text that was written (`9:30`, `no`, `1688`), and each field's
own reader makes a date or a time of it. What could hide a mistake or blow up is refused: duplicate keys,
anchors, aliases, merge keys, tags, several documents, huge or special files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from bot.files.raw import UNPRINTABLE, Place, UnreadableError, decoded, read_regular
from bot.files.written import PROSE, cut_off, joined_pairs, slipped
from bot.files.yamlfile import Empty, Loc, YamlFile, found, path_of, printable, shown

# Our models are four levels deep. The parser copes with 100,000 open brackets, our recursion does not.
MAX_DEPTH = 20
# 25 stories with 50 tags each are 3,000 nodes; a megabyte of `[a,a,…` would be 500,000.
MAX_NODES = 20_000

# libyaml where there is one, as in every wheel: thirty times as fast; only wordings of syntax errors differ.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
READ_WITH: Final = yaml.__version__  # another may make something else of the same bytes
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_CUT = "is a comment to YAML and is not posted; put double quotes round the whole value"
_BAD_ESCAPE = "found invalid Unicode character escape"
_NO_KEY, _NO_VALUE = "could not find expected ':'", "mapping values are not allowed"
# Where these were begun is where they are mended, not where the parser gave up.
_BEGUN_BEFORE: Final = (
    "found unexpected end of stream",
    "did not find expected ',' or",
    _NO_KEY,
)
# What libyaml says, and what it means for whoever wrote the file.
_SYNTAX = {
    _NO_VALUE: "a colon and a space inside a value; put double quotes round all of it",
    _NO_KEY: "neither `key: value` nor a list item; look for a missing colon or quote, or indent it",
    "did not find expected key": "not a key of this block; look at the indentation and for a missing quote",
    "did not find expected '-' indicator": "expected another `- ` item; look at the indentation",
    "did not find expected ',' or": "a list or mapping in brackets that is not closed, or a missing comma",
    "found unexpected end of stream": "a quote or bracket that is never closed",
    "found unknown escape character": "unknown escape after \\; write \\\\, or use single quotes",
    "did not find expected hexadecimal number": "an unfinished \\x or \\u escape; write \\\\ for a backslash",
    _BAD_ESCAPE: "this escape names no character",
    # The parser looks ahead and gives up (PyYAML 6.0.4, a thousand levels) before we see the twenty-first.
    "exceeded maximum nesting depth": f"nested deeper than {MAX_DEPTH} levels",
    "block sequence entries are not allowed": "a `- ` item cannot stand here; start a new line below its key",
    "found character": "a value cannot begin with this character; put double quotes round all of it",
    "did not find expected alphabetic": "a value cannot begin with & or * alone; put double quotes round it",
    "did not find expected comment": "| and > stand alone; put double quotes round a value that begins so",
    "did not find expected node content": "a comma with nothing behind it, or a list that is never closed",
    "did not find expected <document start>": "further left than the lines above; look at the indentation",
    "mapping keys are not allowed": "a value cannot begin with ?; put double quotes round all of it",
}


def read_yaml(path: Path, content: bytes | None = None) -> YamlFile:
    """Read a file into plain data: dict, list, text. What is wrong is in its problems.

    *content* is what stands in it, for whoever has read that already.
    """
    file = YamlFile(name=printable(str(path)))
    try:
        text = decoded(read_regular(path) if content is None else content)
    except UnreadableError as refusal:
        file.error_at(refusal.place, str(refusal))
        return file
    try:
        _Composer(file, text).compose()
    except _HalfEscapesError:
        _Composer(file, joined_pairs(text), again=True).compose()
    return file


class _HalfEscapesError(Exception):
    """An escape names half a character; with the other half it may be one."""


class _Composer:
    """Turns parser events into dicts, lists and text, and notes where each of them stands."""

    def __init__(self, file: YamlFile, text: str, *, again: bool = False) -> None:
        self._file = file
        self._again = again
        self._text = text
        self._lines = re.split("\r\n|\r|\n", text)
        # Events, not yaml.load: loading guesses types, resolves aliases and keeps the last of two keys,
        # without a place.
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self._nodes = 0

    def compose(self) -> None:
        try:
            data = self._document()
        except UnreadableError as refusal:
            self._file.error_at(refusal.place, str(refusal))
        except yaml.YAMLError as error:
            self._syntax(error)
        else:
            if isinstance(data, dict):
                self._file.data = data
            else:
                self._file.error_at(
                    (1, 1), f"expected a mapping (`key: value` lines) at the top, {found(data)}"
                )

    def _syntax(self, error: yaml.YAMLError) -> None:
        said = getattr(error, "problem", None) or str(error)
        if said.startswith(_BAD_ESCAPE) and not self._again:
            raise _HalfEscapesError from error
        mark = getattr(error, "problem_mark", None)
        if said.startswith(_BEGUN_BEFORE):
            mark = getattr(error, "context_mark", None) or mark
        place = _at(mark) if mark else (1, 1)
        if self._rest(place).startswith("\t"):
            self._file.error_at(place, "a tab; indent with spaces")
            return
        meaning = next(
            (text for start, text in _SYNTAX.items() if said.startswith(start)), f"not YAML: {said}"
        )
        slip = slipped(self._lines, place, above=not said.startswith(_NO_KEY))
        self._file.error_at(*(slip or (place, meaning)))

    def _document(self) -> Any:
        data: Any = Empty()
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise UnreadableError("a second document; keep one per file", _at(event.start_mark))
                data = self._node(next(self._events), ())
        return data

    def _node(self, event: Any, loc: Loc) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise UnreadableError(f"more than {MAX_NODES:,} values; this is no digest", _at(event.start_mark))
        if len(loc) > MAX_DEPTH:
            raise UnreadableError(f"nested deeper than {MAX_DEPTH} levels", _at(event.start_mark))
        self._file.values.setdefault(loc, _at(event.start_mark))
        self._refuse_extras(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._node(item, (*loc, n)) for n, item in enumerate(self._until(yaml.SequenceEndEvent))]
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(loc)
        if isinstance(event, yaml.AliasEvent):
            return Empty()
        return self._scalar(event, loc)

    def _until(self, end: type) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _refuse_extras(self, event: Any) -> None:
        place = _at(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            self._file.error_at(
                place, f"alias *{event.anchor}; write the value out, or quote it if * is text"
            )
        elif event.anchor:
            self._file.error_at(
                place, f"anchor &{event.anchor}; take it out, or quote the value if & is text"
            )
        elif event.tag:
            self._file.error_at(place, f"tag {event.tag}; take it out, or quote the value if ! is text")

    def _mapping(self, loc: Loc) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._key(event, loc)
            if key is None:
                self._node(next(self._events), (*loc, ""))
            elif key in mapping:
                first, _ = self._file.place((*loc, key), key=True)
                text = f"duplicate key, first on line {first}; keep one"
                self._file.error_at(_at(event.start_mark), f"{path_of((*loc, key))}: {text}")
                self._node(next(self._events), (*loc, key))
            else:
                self._file.keys[*loc, key] = _at(event.start_mark)
                mapping[key] = self._node(next(self._events), (*loc, key))
        return mapping

    def _key(self, event: Any, loc: Loc) -> str | None:
        place = _at(event.start_mark)
        if not isinstance(event, yaml.ScalarEvent):
            self._file.error_at(place, "a key must be plain text")
            self._node(event, (*loc, ""))
            return None
        self._refuse_extras(event)
        if event.value == "<<" and not event.style:
            self._file.error_at(place, "merge key <<; write the keys out")
            return None
        if not event.value.strip():
            self._file.error_at(place, "a key without a name")
            return None
        return str(event.value)

    def _scalar(self, event: Any, loc: Loc) -> str | Empty:
        if not event.style and event.value in _NOTHING:
            return self._empty(event, loc)
        text: str = event.value
        if bad := UNPRINTABLE.search(text):  # by an escape: "\x07", "\ud800"
            self._file.error(loc, f"control character U+{ord(bad[0]):04X}; delete it")
        if not event.style:
            self._look_for_cut(_at(event.end_mark), loc)
        return text

    def _look_for_cut(self, end: Place, loc: Loc) -> None:
        prose = bool(loc) and loc[-1] in PROSE
        gap, words = cut_off(self._rest(end), prose=prose)
        if words:
            self._file.warning_at((end[0], end[1] + gap), loc, f"{shown(words)} {_CUT}")

    def _empty(self, event: Any, loc: Loc) -> Empty:
        # libyaml puts a missing value right behind the colon or dash; what was meant may stand behind a #.
        line, column = _at(event.start_mark)
        lost = re.match(r"[:-]?\s+(?=#\S)", self._rest((line, column)))
        if event.value or not lost:
            return Empty()
        self._file.values[loc] = (line, column + lost.end())
        return Empty(comment=True)

    def _rest(self, place: Place) -> str:
        line, column = place
        return self._lines[line - 1][column - 1 :] if line <= len(self._lines) else ""


def _at(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1
