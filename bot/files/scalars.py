"""Readers of single values: each says what it takes, to people and to the JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, PlainValidator, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import NullableSchema, WithDefaultSchema

from bot.core.markdown.tree import Text
from bot.core.unseen import is_seen
from bot.files.markdown import read_text
from bot.files.yamlfile import not_text, shown

# What YAML 1.2 sees in an unquoted value depends on its looks; ours is always the text.
ANY_SCALAR: Final[dict[str, Any]] = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
DAY: Final = r"(?:19[7-9]|20[0-9]|21[0-9])[0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
FLAG: Final = "(?:true|True|TRUE|yes|Yes|YES|false|False|FALSE|no|No|NO)"


def scalar(read: Callable[[str], Any]) -> PlainValidator:
    """Return a validator that makes of one written value what *read* makes of it, or says what is wrong."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError(not_text(value))  # noqa: TRY004 - pydantic collects only ValueError
        if not is_seen(value):
            raise ValueError("empty; fill it in or take it out")
        return read(value.strip())

    return PlainValidator(validate)


def read_line(text: str) -> str:
    """Read text that has one line; where it was wrapped stands a space."""
    return " ".join(line.strip() for line in text.splitlines())


def read_day(text: str) -> date:
    """Read a calendar day; years that have ISO weeks of four digits."""
    # date.fromisoformat alone takes 20200501 and 2020-W18-5, too; with one spelling nobody has to guess.
    if not re.fullmatch(DAY, text):
        raise ValueError(f"{shown(text)} is no date; write it as 2020-05-01")
    try:
        return date.fromisoformat(text)
    except ValueError as e:
        raise ValueError(f"{shown(text)} is no day of the calendar") from e


def read_flag(text: str) -> bool:
    """Read yes or no."""
    if not re.fullmatch(FLAG, text):
        raise ValueError(f"{shown(text)}: write true or false")
    return text.casefold() in {"true", "yes"}


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return what editors' tools need to complete and check such a file while it is written."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, **model.model_json_schema(schema_generator=_Schema)}


class _Schema(GenerateJsonSchema):
    """Leaves out what pydantic adds on its own: titles, defaults in its own notation, and null."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def shaped(pattern: str) -> dict[str, Any]:
    """Return the schema of text that has that shape, with or without space around it."""
    return {"type": "string", "pattern": rf"^\s*{pattern}\s*$"}


Line = Annotated[str, scalar(read_line), WithJsonSchema(ANY_SCALAR)]
Prose = Annotated[Text, scalar(read_text), WithJsonSchema(ANY_SCALAR)]
Day = Annotated[date, scalar(read_day), WithJsonSchema({**shaped(DAY), "format": "date"})]
Flag = Annotated[bool, scalar(read_flag), WithJsonSchema({"anyOf": [{"type": "boolean"}, shaped(FLAG)]})]
