"""What the most expensive questions cost: 4,000 characters of each kind that makes the engine work.

    python -m benchmarks.questions ARCHIVE [--stories 10000] [--rounds 20]

ARCHIVE is a JSON-lines file of stories (the contract of `roundup search --archive`). Prints CPU milliseconds,
median and most, of each kind; the words are drawn from the archive, anew with each seed.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path

from bot.core.search.answer import Document
from bot.core.search.query import Part
from bot.search.archive import read_archive
from bot.search.engine import SearchEngine

LENGTH = 4000
MONTHS = ("march", "may", "august", "december", "januar", "juillet", "febrero")
MIXED = ('"a"', "U.S.A.", "2020\u5e745\u67081\u65e5", "\ud55c\uad6d\uc5b4\ub274\uc2a4")
ANYTHING = (
    *(
        "since may",
        "q4 2020",
        "week 18",
        "3 days ago",
        "$1.5-2bn",
        "10%",
        "12345",
        "1.0.0-beta.2",
        "k8s",
        "H&M",
    ),
    *(
        "not news",
        "everything but news",
        "-a",
        "in:news",
        "before:2020",
        '"the"',
        "the",
        "who founded",
        "H-M",
    ),
    *(
        "\u98de\u732a\u88c1\u5458",
        "\ud55c\uad6d\uc5b4",
        "\u043d\u043e\u0432\u043e\u0441\u0442\u0438",
        "\u0663\u0664",
    ),
    *(
        "\u05e2\u05d1\u05e8\u05d9\u05ea",
        "\u03b5\u03bb\u03bb\u03ac\u03b4\u03b1",
        "\u0939\u093f\u0928\u094d\u0926\u0940",
    ),
)


class Asker:
    """Makes up questions from the words of an archive."""

    def __init__(self, documents: list[Document], seed: int) -> None:
        self._random = random.Random(seed)
        text = (f"{story.headline} {story.body}".lower() for story in documents)
        counted = Counter(word for story in text for word in set(re.findall(r"[a-z]+", story)))
        self._known = [word for word, _ in counted.most_common(5000)]
        self._all = list(counted)
        self._companies = sorted({name for story in documents for name in story.companies}) or self._known

    def kinds(self) -> dict[str, Callable[[], str]]:
        """Return a maker of questions for each kind."""
        return {
            "one phrase, often": lambda: self._full(lambda: '"a"'),
            "phrases": lambda: self._full(lambda: f'"{self._common()} {self._common()}"'),
            "one long phrase": lambda: '"' + self._full(self._common),
            "exclusions": lambda: "news " + self._full(lambda: f"-{self._common()}"),
            "tags": lambda: self._full(lambda: f"in:{self._common()}"),
            "six conditions and typos": lambda: self._conditions() + self._full(self._typo),
            "six conditions and words": lambda: self._conditions() + self._full(self._common),
            "common words": lambda: self._full(self._common),
            "the commonest word": lambda: self._full(self._commonest),
            "amounts": lambda: self._full(lambda: f"${self._random.randrange(1, 999)} million"),
            "anything": lambda: self._full(lambda: self._random.choice(ANYTHING)),
            "any words": lambda: self._full(self._any),
            "companies": lambda: self._full(self._company),
            "typos": lambda: self._full(self._typo),
            "letters": lambda: self._full(lambda: self._random.choice("abcdefghijklmnopqrstuvwxyz")),
            "and": lambda: self._full(lambda: f"{self._common()} &"),
            "months": lambda: self._full(lambda: self._random.choice(MONTHS)),
            "dates": lambda: self._full(
                lambda: f"{self._random.randrange(1, 29)} {self._random.choice(MONTHS)}"
            ),
            "quarters": lambda: self._full(lambda: f"q{self._random.randrange(1, 5)}"),
            "phrases and Korean": lambda: self._full(lambda: self._random.choice(MIXED)),
            "Arabic digits": lambda: self._full(lambda: "\u0663\u0664"),
            "hyphens": lambda: self._full(lambda: "-".join(self._common() for _ in range(20))),
            "ligatures": lambda: "\ufdfa" * LENGTH,
            "any characters": lambda: self._full(lambda: chr(self._random.randrange(33, 0x3000)), ""),
        }

    def _full(self, word: Callable[[], str], between: str = " ") -> str:
        text = ""
        while len(text) < LENGTH:
            text += word() + between
        return text[:LENGTH]

    def _commonest(self) -> str:
        """Return a word that no question leaves out: it is in half of all stories."""
        return str(next(word for word in self._known if not Part(word, word).is_small))

    def _common(self) -> str:
        return str(self._random.choice(self._known[:100]))

    def _any(self) -> str:
        return str(self._random.choice(self._all))

    def _company(self) -> str:
        return str(self._random.choice(self._companies))

    def _typo(self) -> str:
        word = str(self._random.choice(self._known))
        at = self._random.randrange(len(word))
        return word[:at] + self._random.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]

    def _conditions(self) -> str:
        forms = ('"{} {}"', '-"{} {}"', 'in:"{} {}"')
        return "".join(
            self._random.choice(forms).format(self._common(), self._common()) + " " for _ in range(6)
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--stories", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    options = parser.parse_args()
    documents = list(islice(read_archive(options.archive), options.stories))
    print(f"{len(documents)} stories, {options.rounds} questions of each kind, seed {options.seed}")
    with SearchEngine.over(documents, {}, today=date.today) as engine:
        engine.search("warm")
        for kind, make in Asker(documents, options.seed).kinds().items():
            spent = [_cpu(engine, make()) for _ in range(options.rounds)]
            print(f"{kind:26} median {statistics.median(spent):6.1f} ms   most {max(spent):6.1f} ms")


def _cpu(engine: SearchEngine, question: str) -> float:
    before = time.process_time()
    engine.search(question)
    return 1000 * (time.process_time() - before)


if __name__ == "__main__":
    main()
