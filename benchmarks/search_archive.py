"""Makes a large archive in the style of business news, and questions to it, out of a small one.

    python -m benchmarks.search_archive FOLDER STORIES TARGET     # then: python benchmarks/search.py TARGET

Bodies are sentences of the small archive's stories, dealt anew, with companies and people put in. Their names
are spelt like its words by a model of letters, or are plain words ("Orchard Bridge"); a few are in very many
stories. Names made the same way that are not put in are what nobody can know.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

VERBS = ("buys", "opens", "sells", "hires", "closes", "delays", "sues", "funds", "backs", "leaves", "enters")
QUESTIONS = 150  # of each class
_KEYS = "qwertyuiopasdfghjklzxcvbnm"


class Names:
    """Spells names that look like those words: each letter as it follows the three before it."""

    def __init__(self, words: list[str], chance: random.Random) -> None:
        self._chance = chance
        self._words = [word for word in words if 4 <= len(word) <= 9]
        self._next: dict[str, list[str]] = defaultdict(list)
        for word in words:
            for at in range(3, len(word) + 4):
                padded = f"^^^{word}$"
                if at < len(padded):
                    self._next[padded[at - 3 : at]].append(padded[at])
        self._given = set(words)

    def word(self) -> str:
        """Return one that was not given before."""
        while True:
            name = "^^^"
            while name[-1] != "$":
                name += self._chance.choice(self._next[name[-3:]])
            name = name.strip("^$")
            if 4 <= len(name) <= 12 and name not in self._given:
                self._given.add(name)
                return name.title()

    def company(self) -> str:
        """Return a name of one new word, mostly; or of two."""
        kind = self._chance.random()
        if kind < 0.15:
            return " ".join(word.title() for word in self._chance.sample(self._words, 2))
        tail = ("Group", "Bank", "Labs", "Capital", self.word())
        return self.word() if kind < 0.7 else f"{self.word()} {self._chance.choice(tail)}"


class Newsroom:
    """Writes stories."""

    def __init__(self, folder: Path, stories: int, chance: random.Random) -> None:
        self._chance, self._count = chance, stories
        with gzip.open(folder / "stories.jsonl.gz") as file:
            small = [json.loads(line) for line in file]
        self._headlines = [story["headline"] for story in small]
        self._sentences = [
            sentence for story in small for sentence in re.split(r"(?<=[.!?]) ", story["body"]) if sentence
        ]
        words = {word.lower() for text in self._sentences for word in re.findall(r"\b[A-Za-z]{3,12}\b", text)}
        self.names = Names(sorted(words), chance)
        # The k-th name is met as often as 1/k; new ones keep coming, as they do in the news.
        self.companies = [self.names.company() for _ in range(min(8000, 500 + stories // 20))]
        self._people = [self.names.word() for _ in range(1000 + stories // 5)]
        self._often = list(accumulate(1 / (rank + 8) for rank in range(len(self.companies))))

    def stories(self) -> Iterator[dict[str, Any]]:
        """Yield them, oldest first."""
        chance = self._chance
        for number in range(self._count):
            companies = chance.choices(self.companies, cum_weights=self._often, k=chance.choice((1, 1, 2, 3)))
            companies = list(dict.fromkeys(companies))
            body = [chance.choice(self._sentences) for _ in range(chance.randint(2, 6))]
            body.insert(1, f"{companies[-1]} said {chance.choice(self._people)} would stay.")
            yield {
                "id": number,
                "headline": f"{companies[0]} {chance.choice(VERBS)} {chance.choice(self._headlines)}"[:120],
                "body": " ".join(body),
                "companies": companies,
                "tags": [],
                "date": (date(2000, 1, 1) + timedelta(days=number * 9000 // self._count)).isoformat(),
            }

    def questions(self, stories: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield questions: names as they are and mistyped, in a sentence, and what no story has."""
        chance = self._chance
        about = defaultdict(list)
        for story in stories:
            for name in story["companies"]:
                about[name].append(story["id"])
        present = [name for name in self.companies if name in about]
        for number in range(QUESTIONS):
            name = chance.choice(present)
            long = chance.choice([name for name in present if len(name) > 5])
            absent = self.names.company()
            rest = ("expand abroad", "last week", "about hiring")[number % 3]
            gibberish = "".join(chance.choices(_KEYS, k=chance.randint(5, 10)))
            for cls, text, wanted in (
                ("a", name, about[name]),
                ("b1", _mistyped(long, 1, chance), about[long]),
                ("b2", _mistyped(long, 1 + (len(long) > 8), chance), about[long]),
                ("d1", f"what is new with {name}?", about[name]),
                ("e1", gibberish, []),
                ("e2", absent, []),
                ("e3", f"what did {absent} do {rest}", []),
            ):
                yield {"qid": f"{cls}-{number}", "cls": cls, "q": text, "rel": wanted}


def _mistyped(name: str, slips: int, chance: random.Random) -> str:
    letters = list(name.lower())
    for _ in range(slips):
        at = chance.randrange(1, len(letters) - 1)
        beside = _KEYS[max(0, _KEYS.find(letters[at]) - 1)]
        kind = chance.randrange(4)
        if kind == 0:
            letters[at : at + 2] = reversed(letters[at : at + 2])
        else:
            letters[at : at + (kind != 1)] = ["", beside, beside][kind - 1]
    return "".join(letters)


def main() -> None:
    """Write the archive and its questions."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("stories", type=int)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    newsroom = Newsroom(arguments.folder, arguments.stories, random.Random(3))
    arguments.target.mkdir(parents=True, exist_ok=True)
    brief = []
    with gzip.open(arguments.target / "stories.jsonl.gz", "wt", compresslevel=1) as file:
        for story in newsroom.stories():
            file.write(json.dumps(story) + "\n")
            brief.append({"id": story["id"], "companies": story["companies"]})
    with (arguments.target / "queries.jsonl").open("w") as file:
        file.writelines(json.dumps(question) + "\n" for question in newsroom.questions(brief))


if __name__ == "__main__":
    main()
