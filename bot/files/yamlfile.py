"""Reads a YAML file so that every mistake comes back with its place.

Bytes become nodes, nodes plain data, and plain data a strict model.

YAML never guesses here: every scalar stays the text that was written (`9:30`, `no`, `1688`), and each field's
own reader makes a date or a time of it. What could hide a mistake or blow up is refused: duplicate keys,
anchors, aliases, merge keys, tags, several documents, huge or special files.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

import yaml
from pydantic import VERSION as PYDANTIC
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.core.errors import Problem, Severity
from bot.core.nearest import nearest
from bot.files.written import PROSE, cut_off, joined_pairs

Loc = tuple[str | int, ...]  # the way to a value: ("stories", 1, "headline")
Place = tuple[int, int]  # line and column, from 1
Model = TypeVar("Model", bound=BaseModel)

# 25 stories of 12,000 Chinese characters (3 bytes each) fit; anything larger is not a digest. Checked before
# the bytes are read.
MAX_BYTES = 1024 * 1024
# Our models are four levels deep. The parser copes with 100,000 open brackets, our recursion does not.
MAX_DEPTH = 20
# 25 stories with 50 tags each are 3,000 nodes; a megabyte of `[a,a,…` would be 500,000.
MAX_NODES = 20_000

# libyaml where there is one, as in every wheel: thirty times as fast; only wordings of syntax errors differ.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
READ_WITH: Final = (yaml.__version__, PYDANTIC)  # others may make something else of the same bytes
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Line breaks to YAML 1.1 but not to editors: pasted from the web, they end a block of text half way.
_ODD_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")
_CUT = "is a comment to YAML and is not posted; put double quotes round the whole value"
_BAD_ESCAPE = "found invalid Unicode character escape"
_NEVER_CLOSED = ("found unexpected end of stream", "did not find expected ',' or")
# What libyaml says, and what it means for whoever wrote the file.
_SYNTAX = {
    "mapping values are not allowed": "a colon and a space inside a value; put double quotes round all of it",
    "could not find expected ':'": "neither `key: value` nor a list item; look for a missing colon or quote",
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
    "mapping keys are not allowed": "a value cannot begin with ?; put double quotes round all of it",
}


class FileModel(BaseModel):
    """A part of a file as its keys stand there; anything else is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class _Empty:
    """A value that is not there. *comment* tells that `#` took it away."""

    comment: bool = False

    def __str__(self) -> str:
        return "empty; quote it, # starts a comment" if self.comment else "empty; fill it in or take it out"


@dataclass(slots=True, kw_only=True)
class YamlFile:
    """A file as plain data, where each piece of it stands, and what is wrong with it."""

    name: str
    data: dict[str, Any] | None = None
    keys: dict[Loc, Place] = field(default_factory=dict)
    values: dict[Loc, Place] = field(default_factory=dict)
    _found: set[Problem] = field(default_factory=set)
    _errors: dict[Place, list[Loc]] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """Everything found so far, as one would meet it reading."""
        return sorted(self._found)

    @property
    def broken(self) -> bool:
        """Tell whether an error keeps this file out."""
        return bool(self._errors)

    def place(self, loc: Loc, *, key: bool = False) -> Place:
        """Return where that value (or its key) stands, or the nearest thing around it."""
        if key and loc in self.keys:
            return self.keys[loc]
        while loc and loc not in self.values:
            loc = loc[:-1]
        return self.values.get(loc, (1, 1))

    def error(self, loc: Loc, text: str, *, key: bool = False) -> None:
        """Report what keeps the file out."""
        self._report(self.place(loc, key=key), loc, text, Severity.ERROR)

    def warning(self, loc: Loc, text: str, *, key: bool = False) -> None:
        """Report what is worth a look."""
        self._report(self.place(loc, key=key), loc, text, Severity.WARNING)

    def warning_at(self, place: Place, loc: Loc, text: str) -> None:
        """Report what is worth a look beside a value."""
        self._report(place, loc, text, Severity.WARNING)

    def error_at(self, place: Place, text: str) -> None:
        """Report what has a place but no name."""
        self._report(place, (), text, Severity.ERROR)

    def _report(self, place: Place, loc: Loc, text: str, severity: Severity) -> None:
        # The first error of a thing counts: what else seems wrong with it, there, is its consequence.
        if any(_within(loc, other) or _within(other, loc) for other in self._errors.get(place, ())):
            return
        if severity is Severity.ERROR:
            self._errors.setdefault(place, []).append(loc)
        line, column = place
        text = printable(f"{_path(loc)}: {text}" if loc else text)
        self._found.add(Problem(file=self.name, line=line, column=column, severity=severity, text=text))

    def validated(self, model: type[Model]) -> Model | None:
        """Return the data as *model*, or None with each mistake reported at its place."""
        if self.data is None:
            return None
        try:
            return model.model_validate(self.data)
        except ValidationError as invalid:
            for details in invalid.errors(include_url=False):
                self._explain(model, details)
            return None

    def part(self, model: type[Model], *loc: str | int) -> Model | None:
        """Return one part as *model* if it is right in itself, whatever else is wrong."""
        data: Any = self.data
        try:
            for step in loc:
                data = data[step]
            return model.model_validate(data)
        except (KeyError, IndexError, TypeError, ValidationError):  # not there, or reported by `validated`
            return None

    def _explain(self, model: type[BaseModel], details: ErrorDetails) -> None:
        loc = details["loc"]
        match details["type"]:
            case "extra_forbidden":
                self.error(loc, f"unknown key; {_known_keys(model, loc)}", key=True)
            case "missing":
                self.error(loc, f"missing; add `{loc[-1]}: …`")
            case "too_short" if details["input"]:  # not empty, but none of it is right: told already
                pass
            case "value_error":
                self.error(loc, str(details["ctx"]["error"]))
            case _:
                self.error(loc, _wrong_shape(details))


def read_yaml(path: Path, content: bytes | None = None) -> YamlFile:
    """Read a file into plain data: dict, list, text. What is wrong is in its problems.

    *content* is what stands in it, for whoever has read that already.
    """
    file = YamlFile(name=printable(str(path)))
    try:
        text = _decoded(_read_regular(path) if content is None else content)
    except _UnreadableError as refusal:
        file.error_at(refusal.place, str(refusal))
        return file
    try:
        _Composer(file, text).compose()
    except _HalfEscapesError:
        _Composer(file, joined_pairs(text), again=True).compose()
    return file


def read_bytes(path: Path) -> bytes | None:
    """Return what stands in a file, or None if `read_yaml` would not even look at it."""
    try:
        return _read_regular(path)
    except _UnreadableError:
        return None


def signature(path: Path | os.DirEntry[str]) -> tuple[int, ...]:
    """Return what differs as soon as the file does, without reading it; empty if it is not there."""
    try:
        status = path.stat()
    except OSError:
        return ()
    # ctime tells even a change that kept size and mtime.
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


class _UnreadableError(Exception):
    """There is no text to look at."""

    def __init__(self, text: str, place: Place = (1, 1)) -> None:
        super().__init__(text)
        self.place = place


def _read_regular(path: Path) -> bytes:
    try:
        # Without O_NONBLOCK opening a FIFO waits for a writer for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError as e:
        raise _UnreadableError("no such file") from e
    except (OSError, ValueError) as e:  # no permission, a loop of links; ValueError: NUL in the name
        raise _UnreadableError(f"cannot be read: {getattr(e, 'strerror', None) or e}") from e
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise _UnreadableError("not a regular file")
        if status.st_size > MAX_BYTES:
            raise _UnreadableError(f"{status.st_size:,} bytes; at most {MAX_BYTES:,} are read")
        with open(handle, "rb", closefd=False) as stream:
            return stream.read(MAX_BYTES)
    except OSError as e:  # a disk or a network mount that fails
        raise _UnreadableError(f"cannot be read: {e.strerror}") from e
    finally:
        os.close(handle)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _UnreadableError("UTF-16; save the file as UTF-8")
    try:
        # A byte order mark and CRLF are what Windows editors write: harmless, so accepted.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        before = content[: e.start].decode("utf-8-sig")
        reason = f"not UTF-8 (byte 0x{content[e.start]:02x}); save the file as UTF-8"
        raise _UnreadableError(reason, _end(before)) from e
    text = text.translate(_ODD_BREAKS)
    if bad := _UNPRINTABLE.search(text):
        code = f"U+{ord(bad[0]):04X}"
        raise _UnreadableError(f"control character {code}; delete it", _end(text[: bad.start()]))
    if not text.strip():
        raise _UnreadableError("empty file")
    return text


def _end(text: str) -> Place:
    lines = re.split("\r\n|\r|\n", text)
    return len(lines), len(lines[-1]) + 1


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
        except _UnreadableError as refusal:
            self._file.error_at(refusal.place, str(refusal))
        except yaml.YAMLError as error:
            self._syntax(error)
        else:
            if isinstance(data, dict):
                self._file.data = data
            else:
                self._file.error_at(
                    (1, 1), f"expected a mapping (`key: value` lines) at the top, {_found(data)}"
                )

    def _syntax(self, error: yaml.YAMLError) -> None:
        said = getattr(error, "problem", None) or str(error)
        if said.startswith(_BAD_ESCAPE) and not self._again:
            raise _HalfEscapesError from error
        mark = getattr(error, "problem_mark", None)
        if said.startswith(_NEVER_CLOSED):  # where it was opened, not the end of the file
            mark = getattr(error, "context_mark", None) or mark
        place = _at(mark) if mark else (1, 1)
        if self._rest(place).startswith("\t"):
            self._file.error_at(place, "a tab; indent with spaces")
            return
        meaning = next(
            (text for start, text in _SYNTAX.items() if said.startswith(start)), f"not YAML: {said}"
        )
        self._file.error_at(place, meaning)

    def _document(self) -> Any:
        data: Any = _Empty()
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _UnreadableError("a second document; keep one per file", _at(event.start_mark))
                data = self._node(next(self._events), ())
        return data

    def _node(self, event: Any, loc: Loc) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _UnreadableError(
                f"more than {MAX_NODES:,} values; this is no digest", _at(event.start_mark)
            )
        if len(loc) > MAX_DEPTH:
            raise _UnreadableError(f"nested deeper than {MAX_DEPTH} levels", _at(event.start_mark))
        self._file.values.setdefault(loc, _at(event.start_mark))
        self._refuse_extras(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._node(item, (*loc, n)) for n, item in enumerate(self._until(yaml.SequenceEndEvent))]
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(loc)
        if isinstance(event, yaml.AliasEvent):
            return _Empty()
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
                self._file.error_at(_at(event.start_mark), f"{_path((*loc, key))}: {text}")
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

    def _scalar(self, event: Any, loc: Loc) -> str | _Empty:
        if not event.style and event.value in _NOTHING:
            return self._empty(event, loc)
        text: str = event.value
        if bad := _UNPRINTABLE.search(text):  # by an escape: "\x07", "\ud800"
            self._file.error(loc, f"control character U+{ord(bad[0]):04X}; delete it")
        if not event.style:
            self._look_for_cut(_at(event.end_mark), loc)
        return text

    def _look_for_cut(self, end: Place, loc: Loc) -> None:
        prose = bool(loc) and loc[-1] in PROSE
        gap, words = cut_off(self._rest(end), prose=prose)
        if words:
            self._file.warning_at((end[0], end[1] + gap), loc, f"{shown(words)} {_CUT}")

    def _empty(self, event: Any, loc: Loc) -> _Empty:
        # libyaml puts a missing value right behind the colon or dash; what was meant may stand behind a #.
        line, column = _at(event.start_mark)
        lost = re.match(r"[:-]?\s+(?=#\S)", self._rest((line, column)))
        if event.value or not lost:
            return _Empty()
        self._file.values[loc] = (line, column + lost.end())
        return _Empty(comment=True)

    def _rest(self, place: Place) -> str:
        line, column = place
        return self._lines[line - 1][column - 1 :] if line <= len(self._lines) else ""


def _at(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1


def printable(text: str) -> str:
    """Return *text* on one line, fit for any terminal: what does not print is shown as its code."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def shown(text: str) -> str:
    """Return the beginning of *text* in quotes, for a message."""
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'


def _path(loc: Loc) -> str:
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f".{step[:60]}"
    return text.removeprefix(".")


def _found(data: Any) -> str:
    match data:
        case _Empty():
            return "found nothing"
        case dict():
            return "found a mapping; quote text that has a colon"
        case list():
            return "found a list"
        case _:
            return "found text"


def not_text(value: Any) -> str:
    """Say what is wrong with a value where text should stand."""
    return str(value) if isinstance(value, _Empty) else f"expected text, {_found(value)}"


def _wrong_shape(details: ErrorDetails) -> str:
    given = details["input"]
    if isinstance(given, _Empty):
        return str(given)
    match details["type"]:
        case "tuple_type":
            return f"expected a list such as [one, two], {_found(given)}"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"expected a mapping (`key: value` lines), {_found(given)}"
        case "too_short":
            return "empty; it needs at least one entry"
        case _:
            return details["msg"]


def _within(loc: Loc, other: Loc) -> bool:
    return loc[: len(other)] == other


def _known_keys(model: type[BaseModel], loc: Loc) -> str:
    here = _model_at(model, loc[:-1])
    names = list(here.model_fields)
    guess = nearest(str(loc[-1]), names).removeprefix("; ")
    return guess or f"known here: {', '.join(names)}"


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel]:
    for step in loc:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
