"""A YAML file as plain data, so that every mistake in it comes back with its place.

`bot.files.parsing` makes the data of what was written; here they become a strict model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, get_args

from pydantic import VERSION as PYDANTIC
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.core.errors import Problem, Severity
from bot.core.nearest import nearest
from bot.files.raw import Place

Loc = tuple[str | int, ...]  # the way to a value: ("stories", 1, "headline")
Model = TypeVar("Model", bound=BaseModel)

READ_WITH: Final = PYDANTIC  # another may make something else of the same data


class FileModel(BaseModel):
    """A part of a file as its keys stand there; anything else is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Empty:
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
        text = printable(f"{path_of(loc)}: {text}" if loc else text)
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
            case "tuple_type" if isinstance(details["input"], dict) and _lists_mappings(model, loc):
                self.error(loc, "expected a list; put `- ` before the first key of each entry")
            case _:
                self.error(loc, _wrong_shape(details))


def printable(text: str) -> str:
    """Return *text* on one line, fit for any terminal: what does not print is shown as its code."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def shown(text: str) -> str:
    """Return the beginning of *text* in quotes, for a message."""
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'


def path_of(loc: Loc) -> str:
    """Return the way to a value as one would write it."""
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f".{step[:60]}"
    return text.removeprefix(".")


def found(data: Any) -> str:
    """Say what stands where something else should."""
    match data:
        case Empty():
            return "found nothing"
        case dict():
            return "found a mapping; quote text that has a colon"
        case list():
            return "found a list"
        case _:
            return "found text"


def not_text(value: Any) -> str:
    """Say what is wrong with a value where text should stand."""
    return str(value) if isinstance(value, Empty) else f"expected text, {found(value)}"


def _wrong_shape(details: ErrorDetails) -> str:
    given = details["input"]
    if isinstance(given, Empty):
        return str(given)
    match details["type"]:
        case "tuple_type":
            return f"expected a list such as [one, two], {found(given)}"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"expected a mapping (`key: value` lines), {found(given)}"
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


def _lists_mappings(model: type[BaseModel], loc: Loc) -> bool:
    return _model_at(model, loc) is not _model_at(model, loc[:-1])


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
