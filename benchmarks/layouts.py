"""Measures how a roundup is read whose stories look alike, whatever they look like.

    python -m benchmarks.layouts [--stories FILE] [--each N]

Each of the layouts of `tests/importing/layouts.py` is filled N times with three to nine stories drawn from an
archive that nobody here wrote, each with one to four of its sentences, with blank lines between the stories
or none, alone or within a mail. The truth is what was drawn.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.core.sentences import sentences
from bot.importing.draft import Draft, Role, digest_of
from bot.importing.pages import read_html, read_newsletter
from bot.importing.pasted import read_text
from bot.importing.words import plain
from tests.importing.languages import ISSUES
from tests.importing.layouts import DOCUMENTS, LAYOUTS, Told, page_of, paste_of

_MOST, _SENTENCES = (3, 9), (1, 1, 2, 4)


@dataclass
class _Score:
    right: int = 0
    found: int = 0
    wanted: int = 0
    addressed: int = 0

    def __str__(self) -> str:
        f = 2 * self.right / max(1, self.found + self.wanted)
        return f"{self.wanted:5} headlines  F {f:.3f}  with their address {self.addressed / self.wanted:.3f}"


def _stories(path: Path) -> list[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        said = [json.loads(line) for line in lines]
    return [(s["headline"], " ".join(s["body"].split())) for s in said if len(s["body"]) > 80]


def _drawn(dice: random.Random, stories: list[tuple[str, str]]) -> list[Told]:
    longest = dice.choice(_SENTENCES)
    drawn = []
    for n, (headline, body) in enumerate(dice.sample(stories, dice.randint(*_MOST)), start=1):
        told = [sentence.strip() for sentence in sentences(body)]
        drawn.append(Told(n, headline, " ".join(told[: dice.randint(1, longest)])))
    return drawn


def _pasted(told: list[Told], layout: str, above: list[str], below: list[str], *, loose: bool) -> str:
    return paste_of(told, layout, above=[ISSUES["en"].title, *above], below=below, loose=loose)


def _page(told: list[Told], layout: str, above: list[str], below: list[str], *, loose: bool) -> str:
    return page_of(told, layout, title=ISSUES["en"].title, above=above, below=below)


FORMS: dict[str, tuple[Mapping[str, Any], Callable[..., str], Callable[[str], Draft]]] = {
    "pasted": (LAYOUTS, _pasted, read_text),
    "page": (DOCUMENTS, _page, read_html),
    "mail": (DOCUMENTS, _page, read_newsletter),
}


def _read(form: str, told: list[Told], layout: str, dice: random.Random, score: _Score) -> None:
    issue, mailed = ISSUES["en"], dice.random() < 0.5
    above = [*issue.above, issue.date, issue.intro] if mailed else []
    below = [*issue.below] if mailed else []
    _, made, reader = FORMS[form]
    pasted = made(told, layout, above, below, loose=dice.random() < 0.5)
    draft = reader(pasted)
    read = digest_of(draft, day=date(2026, 11, 27), slug_id="x", registry={}).stories
    found = [(plain(story.headline), story.url) for story in read]
    wanted = [(plain(story.headline), story.url if story.url in pasted else "") for story in told]
    score.found += sum(line.role is Role.HEADLINE for line in draft.lines)
    score.wanted += len(wanted)
    score.right += sum(headline in [said for said, _ in found] for headline, _ in wanted)
    score.addressed += sum(story in found for story in wanted)


def main() -> None:
    """Print a line for each layout, and one for all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stories", type=Path, default=Path("../shared/search/stories.jsonl.gz"))
    parser.add_argument("--each", type=int, default=20)
    arguments = parser.parse_args()
    stories = _stories(arguments.stories)
    for form, (layouts, _, _) in FORMS.items():
        whole = _Score()
        for layout in layouts:
            score = _Score()
            for seed in range(arguments.each):
                dice = random.Random(seed)
                _read(form, _drawn(dice, stories), layout, dice, score)
            print(f"{form:7} {layout:38} {score}", flush=True)
            for name in ("right", "found", "wanted", "addressed"):
                setattr(whole, name, getattr(whole, name) + getattr(score, name))
        print(f"{form:7} {'all':38} {whole}")


if __name__ == "__main__":
    main()
