"""The page for whoever decides whether this bot may be installed: what it says is what the code does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
# Slack's side in the practice workspace knows methods of its own.
OURS = [path for path in (ROOT / "bot").rglob("*.py") if "practice" not in path.parts]
FAMILIES = "apps|auth|blocks|bots|chat|conversations|files|pins|reactions|team|usergroups|users|views"


@pytest.fixture
def writer() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs/security_review.py"))


def called_methods() -> set[str]:
    found: set[str] = set()
    for path in OURS:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(rf'"((?:{FAMILIES})\.[A-Za-z.]+)"', text))
        found |= set(re.findall(r'\.ask\(\s*"([^"]+)"', text))
        found |= {name.replace("_", ".") for name in re.findall(rf"\.((?:{FAMILIES})_[a-z_]+)\(", text)}
    return found


def test_the_page_is_what_its_writer_writes(writer: dict[str, Any]) -> None:
    """`python docs/security_review.py` writes it anew."""
    assert writer["PAGE"].read_text(encoding="utf-8") == writer["page"]()


def test_every_method_that_is_called_is_there_and_no_other(writer: dict[str, Any]) -> None:
    told = {name for methods, *_ in writer["USES"].values() for name in methods} | {*writer["FREE"]}

    assert len(told) > 10
    assert told == called_methods()


@pytest.mark.parametrize("known", ["USES", "TABLES"])
def test_what_is_new_in_the_code_stops_the_writer(known: str, writer: dict[str, Any]) -> None:
    del writer[known][min(writer[known])]

    with pytest.raises(AssertionError):
        writer["page"]()
