"""Editors' tools check with the JSON Schema, we with the loader: whoever writes must hear the same.

`python tests/files/test_schema.py` writes the schemas anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from written_files import CONFIG, DIGEST, write

from bot.config import ConfigEntry, read_settings
from bot.library import DigestEntry, read_digest
from bot.yamlfile import json_schema

ROOT = Path(__file__).parents[2]
DIGEST_SCHEMA = json_schema(DigestEntry)
CONFIG_SCHEMA = json_schema(ConfigEntry)
FILES = {ROOT / "docs/digest.schema.json": DIGEST_SCHEMA, ROOT / "docs/config.schema.json": CONFIG_SCHEMA}
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


# fmt: off
DIGEST_EXTRAS = [
    *("", "url: https://example.com/\n", "url: example.com\n", "url: ftp://example.com\n", "url: 1\n"),
    *("url:\n", "url: null\n", "url: ''\n", "url: 'https://a b'\n", f"url: https://a/{'a' * 3000}\n"),
    *("draft: true\n", "draft: no\n", "draft: maybe\n", "draft: 1\n", "draft: []\n", "draft: 'yes'\n"),
    *(
        "tags: [1688, no, 9:30, 1.5, true]\n",
        "tags: x\n",
        "tags: [[x]]\n",
        "tags: [{a: b}]\n",
        "tags: [null]\n",
    ),
    *(
        "tags: ['']\n",
        "tags: []\n",
        "intro: 5\n",
        "intro: |\n  x\n\n  y\n",
        "intro: [x]\n",
        "newsletter: x\n",
        "xx: 1\n",
    ),
    *(
        "    summary: 1\n",
        "    image: {alt: x}\n",
        "    image: {caption: x}\n",
        "    image: x\n",
        "    image: {}\n",
    ),
    *(
        "    image: {alt: 1, url: x}\n",
        "    sumary: x\n",
        "    tags:\n",
        "  - headline: x\n",
        "  - body: x\n",
    ),
    *(
        "  - {headline: x, url: https://a/}\n",
        "  - {headline: 1, body: 2}\n",
        "  - x\n",
        "    companies: {A: b}\n",
    ),
]
DIGEST_CHANGES = [
    *(
        ("2020-05-01", d)
        for d in ("2020-02-30", "2020-13-01", "20200501", "1.5.2020", "'2020-05-01'", "2020", "1900-01-01")
    ),
    *(("Road to Recovery", t) for t in ("1688", "no", "''", "[a]", "null", "{a: b}", "1.5", "true")),
]
CONFIG_EXTRAS = [
    *("", "    layout: full\n", "    layout: wide\n", "    only: [Fliggy, 1688]\n", "    only: Fliggy\n"),
    *(
        "    skip: [2026-12-25]\n",
        "    skip: [x]\n",
        "    skip: 2026-12-25\n",
        "    timezone: Europe/London\n",
    ),
    *(
        "    timezone: 'a b'\n",
        "    x: 1\n",
        "  - post: fri 09:00\n",
        "  - channel: x\n",
        "digests: 1\n",
        "digests: []\n",
    ),
    *(
        "companies: {A: [b, 1]}\n",
        "companies: {A: b}\n",
        "companies: [A]\n",
        "companies: {A: }\n",
        "companies: {A: [[]]}\n",
    ),
    *(
        "delivery: {quiet: 60s}\n",
        "delivery: {quiet: 60}\n",
        "delivery: {quiet: 1 m}\n",
        "delivery: {on_unknown: hold}\n",
    ),
    *("delivery: {on_unknown: x}\n", "delivery: {x: 1}\n", "delivery: 5\n", "delivery: {}\n"),
]
CONFIG_CHANGES = [
    *(("fri 09:00", t) for t in ("fri 9:00", "fri 24:00", "FRI 09:00", "[fri 09:00, mon 10:00]", "[]", "[x]", "09:00", "{a: b}")),
    *(('"#news"', c) for c in ("news", "#news", "C0123ABCD", "'#News'", "'#a b'", "1688", "''", "[a]", "U024BE7LH")),
    *(("U024BE7LH", e) for e in ("jane", "W012A3CDE", "1", "''", "[]")),
]
# fmt: on


@pytest.mark.parametrize(
    "content", [DIGEST + x for x in DIGEST_EXTRAS] + [DIGEST.replace(*c) for c in DIGEST_CHANGES]
)
def test_schema_and_loader_say_the_same_of_a_digest(content: str, tmp_path: Path) -> None:
    digest, _ = read_digest(write(tmp_path / "d.yaml", content))

    assert schema_takes(DIGEST_SCHEMA, content) == (digest is not None)


@pytest.mark.parametrize(
    "content", [CONFIG + x for x in CONFIG_EXTRAS] + [CONFIG.replace(*c) for c in CONFIG_CHANGES]
)
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
