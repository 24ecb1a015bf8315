"""Fits the weights of `bot/importing/headlines.py`, and measures them on archives they were not fitted to.

    python -m benchmarks.headlines MIRRORS [--write]

MIRRORS as for `benchmarks.importing`, whose pages these are. Needs scikit-learn, which is no dependency of
the bot: install it beside.

Each source is read by weights fitted to all the others. `--write` fits to all of them instead, and writes
`bot/importing/headline_weights.json`.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.importing import PASTED, SHAPES, Page, Pastes, pages_of
from benchmarks.scores import compared
from bot.importing import headlines, pasted
from bot.importing.rows import Row

WEIGHTS = Path(headlines.__file__).with_name("headline_weights.json")
RARE = 40  # a cue seen on fewer lines says nothing reliable


@dataclass
class Paste:
    """One pasted page: the cues of its candidates, and which of them are headlines."""

    source: str
    cues: list[headlines.Cues]
    truth: list[int]  # 1 a headline, 0 none, -1 counts neither way
    title_case: bool


def main() -> None:
    """Measure, or write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    pages = {source: list(pages_of(arguments.mirrors, source)) for source in PASTED}
    samples = Samples([p for source in pages for page in pages[source] for p in _pasted(source, page)])
    if arguments.write:
        weights = samples.fit(pages)
        WEIGHTS.write_text(json.dumps(weights, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
        print(f"{len(weights)} weights written")
        return
    for source, held_out in pages.items():
        weights = samples.fit(pages.keys() - {source})
        with patch.object(headlines, "weights", lambda weights=weights: weights):
            pastes = Pastes(source)
            for page in held_out:
                pastes.add(page)
        for what, score in pastes:
            print(f"{what}: {score}", flush=True)


def _pasted(source: str, page: Page) -> Iterator[Paste]:
    for shape in SHAPES.values():
        caught: list[headlines.Page] = []

        def catch(
            rows: Sequence[Row], *, loose: bool, caught: list[headlines.Page] = caught
        ) -> dict[int, float]:
            caught.append(headlines.Page(copy.deepcopy(rows), loose=loose))
            return {}

        with patch.object(pasted, "weigh", catch):
            pasted.read_text(shape(page))
        if caught:
            yield _labelled(source, caught[0], page)


def _labelled(source: str, seen: headlines.Page, page: Page) -> Paste:
    left = [compared(g) for g in page.headlines]
    neutral = {compared(label) for label in page.labels} - set(left)
    truth = []
    for n in seen.candidates:
        words = compared(seen.seen[n].row.text)
        truth.append(1 if words in left else -1 if words in neutral else 0)
        if words in left:
            left.remove(words)
    return Paste(source, list(seen.cues().values()), truth, page.in_title_case())


class Samples:
    """All candidates, and the weights fitted to some sources' of them."""

    def __init__(self, pastes: Sequence[Paste]) -> None:
        self._vectors = DictVectorizer(dtype=np.float32)
        self._matrix = self._vectors.fit_transform(cues for paste in pastes for cues in paste.cues)
        self._sources = np.array([paste.source for paste in pastes for _ in paste.truth])
        self._truth = np.array([truth for paste in pastes for truth in paste.truth])
        print(f"{len(pastes)} pastes, {len(self._truth)} candidates", flush=True)
        # Each source counts by the root of its size, so that no archive drowns the others; texts with
        # headings in title case, as a news roundup's are, count more.
        size = {s: np.sum(self._sources == s) ** -0.5 for s in set(self._sources)}
        self._weight = np.array(
            [size[paste.source] * (1.5 if paste.title_case else 1) for paste in pastes for _ in paste.truth]
        )
        self._weight /= self._weight.mean()

    def fit(self, sources: Iterable[str]) -> dict[str, float]:
        """Return the weights that suit these sources best."""
        counted = np.isin(self._sources, list(sources)) & (self._truth >= 0)
        model = LogisticRegression(C=0.3, max_iter=300, solver="liblinear")
        model.fit(self._matrix[counted], self._truth[counted], sample_weight=self._weight[counted])
        often = np.asarray((self._matrix[counted] != 0).sum(axis=0)).ravel() >= RARE
        weights = {
            name: round(float(w), 2)
            for name, w, kept in zip(self._vectors.feature_names_, model.coef_[0], often, strict=True)
            if kept and abs(w) >= 0.02
        }
        return {"": round(float(model.intercept_[0]), 2), **weights}


if __name__ == "__main__":
    main()
