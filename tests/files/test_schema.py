"""Editors' tools check with the JSON Schema, we with the loader: whoever writes must hear the same.

`python -m tests.files.test_schema` writes the schemas anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.files.config import ConfigEntry, read_settings
from bot.files.digest_file import NO_BODY, NO_HEADLINE, NO_TITLE, DigestEntry, read_digest
from bot.files.scalars import json_schema
from tests.files.written_files import CONFIG, DIGEST, write

ROOT = Path(__file__).parents[2]
DIGEST_SCHEMA = json_schema(DigestEntry)
CONFIG_SCHEMA = json_schema(ConfigEntry)
SCHEMAS = ROOT / "bot/schemas"
FILES = {SCHEMAS / "digest.schema.json": DIGEST_SCHEMA, SCHEMAS / "config.schema.json": CONFIG_SCHEMA}
OUR_DIGESTS = sorted([*ROOT.glob("digests/*.yaml"), *ROOT.glob("tests/samples/digests/*.yaml")])


def written(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class Yaml12(yaml.SafeLoader):
    """What an editor's YAML 1.2 tools make of a file: `no` and `9:30` are text, `1688` and `true` are not."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own


for kind, pattern, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
):
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"^(?:{pattern})$"), list(first))


def schema_takes(schema: dict[str, Any], text: str) -> bool:
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))
    data = yaml.load(text, Loader=Yaml12)  # noqa: S506 - a SafeLoader
    return bool(checker.is_valid(data))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_schema_is_what_the_models_say(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(FILES[path])

    assert path.read_text(encoding="utf-8") == written(FILES[path])


# Each line is put at the end of a good digest.
DIGEST_ENDS = """
url: https://example.com/
url: example.com
url: ftp://example.com
url: 1
url:
url: null
url: ''
url: 'https://a b'
draft: true
draft: no
draft: maybe
draft: 1
draft: []
draft: 'yes'
tags: [1688, no, 9:30, 1.5, true]
tags: x
tags: [[x]]
tags: [{a: b}]
tags: [null]
tags: ['']
tags: []
intro: 5
intro: [x]
newsletter: x
xx: 1
    summary: 1
    image: {alt: x}
    image: {caption: x}
    image: x
    image: {}
    image: {alt: 1, url: x}
    sumary: x
    tags:
    companies: {A: b}
  - headline: x
  - body: x
  - {headline: x, url: https://a/}
  - {headline: 1, body: 2}
  - x
"""
DATES = ("2020-02-30", "2020-13-01", "20200501", "1.5.2020", "'2020-05-01'", "2020", "1900-01-01")
TITLES = ("1688", "no", "''", "[a]", "null", "{a: b}", "1.5", "true")
DRAFTS = ("", "draft: true\n", "draft: Yes\n", "draft: ' yes '\n", "draft: false\n", "draft: no\n")
DIGESTS = [
    *(f"{DIGEST}{line}\n" for line in DIGEST_ENDS.splitlines()),
    *(DIGEST.replace("2020-05-01", date) for date in DATES),
    *(DIGEST.replace("Road to Recovery", title) for title in TITLES),
    f"{DIGEST}url: https://example.com/{'a' * 3000}\n",
    *(DIGEST.replace("Road to Recovery", f"{NO_TITLE} ") + draft for draft in DRAFTS),
    *(f"{DIGEST}  - {{headline: {NO_HEADLINE}, url: https://a/}}\n{draft}" for draft in DRAFTS),
    *(f"{DIGEST}  - {{headline: x, body: {NO_BODY}}}\n{draft}" for draft in DRAFTS),
]
CONFIG_ENDS = """
    layout: full
    layout: wide
    only: [Fliggy, 1688]
    only: Fliggy
    skip: [2026-12-25]
    skip: [x]
    skip: 2026-12-25
    timezone: Europe/London
    timezone: 'a b'
    x: 1
  - post: fri 09:00
  - channel: x
digests: 1
digests: []
companies: {A: [b, 1]}
companies: {A: b}
companies: {A: [[]]}
companies: {A: }
companies: [A]
delivery: {quiet: 60s}
delivery: {quiet: 60}
delivery: {quiet: 1 m}
delivery: {on_unknown: hold}
delivery: {on_unknown: x}
delivery: {x: 1}
delivery: {}
delivery: 5
"""
TIMES = ("fri 9:00", "fri 24:00", "FRI 09:00", "[fri 09:00, mon 10:00]", "[]", "[x]", "09:00", "{a: b}")
CHANNELS = ("news", "#news", "C0123ABCD", "'#News'", "'#a b'", "1688", "''", "[a]", "U024BE7LH")
EDITORS = ("jane", "W012A3CDE", "1", "''")
CONFIGS = [
    *(f"{CONFIG}{line}\n" for line in CONFIG_ENDS.splitlines()),
    *(CONFIG.replace("fri 09:00", time) for time in TIMES),
    *(CONFIG.replace('"#news"', channel) for channel in CHANNELS),
    *(CONFIG.replace("U024BE7LH", editor) for editor in EDITORS),
]


@pytest.mark.parametrize("content", DIGESTS)
def test_schema_and_loader_say_the_same_of_a_digest(content: str, tmp_path: Path) -> None:
    digest, _ = read_digest(write(tmp_path / "d.yaml", content))

    assert schema_takes(DIGEST_SCHEMA, content) == (digest is not None)


@pytest.mark.parametrize("content", CONFIGS)
def test_schema_and_loader_say_the_same_of_a_configuration(content: str, tmp_path: Path) -> None:
    settings, _ = read_settings(write(tmp_path / "c.yaml", content))

    assert schema_takes(CONFIG_SCHEMA, content) == (settings is not None)


@pytest.mark.parametrize("path", OUR_DIGESTS, ids=lambda path: path.stem)
def test_our_own_digests_satisfy_both(path: Path) -> None:
    assert schema_takes(DIGEST_SCHEMA, path.read_text(encoding="utf-8"))
    assert read_digest(path)[1] == []


@pytest.mark.parametrize("path", ["config.yaml", "tests/samples/config.yaml"])
def test_our_own_configurations_satisfy_both(path: str) -> None:
    assert schema_takes(CONFIG_SCHEMA, (ROOT / path).read_text(encoding="utf-8"))
    assert read_settings(ROOT / path)[0] is not None


if __name__ == "__main__":
    for path, schema in FILES.items():
        path.write_text(written(schema), encoding="utf-8")
