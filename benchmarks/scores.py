"""What an import is measured by: headlines found, missed and made up, in archives nobody here wrote."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.importing.draft import Draft, Role
from bot.importing.words import plain

Gold = list[str]
T = TypeVar("T")


@dataclass
class Score:
    """Headlines found, missed and made up, over all documents."""

    documents: int = 0
    right: int = 0
    found: int = 0
    wanted: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(
        self,
        read: Callable[[T], Draft],
        text: T,
        gold: Sequence[str],
        *,
        neutral: Sequence[str] = (),
        items: Sequence[str] = (),
    ) -> None:
        """Read one document and compare its headlines, each as often as it stands there.

        Neither *neutral* ones count, nor those that are how one of the *items* begins.
        """
        start = time.perf_counter()
        draft = read(text)
        self.seconds += time.perf_counter() - start
        left = [words for g in gold if (words := compared(g))]
        uncounted = {compared(n) for n in neutral} - set(left)
        headlines = [line.text for line in draft.lines if line.role is Role.HEADLINE]
        starts = tuple(compared(item) for item in items)
        found = [
            h
            for h in headlines
            if compared(h) in left
            or not (compared(h) in uncounted or any(item.startswith(compared(h)) for item in starts))
        ]
        self.wanted += len(left)
        self.found += len(found)
        self.documents += 1
        for headline in found:
            if compared(headline) in left:
                left.remove(compared(headline))
                self.right += 1
            else:
                self.wrong.append(headline)
        self.missed += left

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.wanted)
        f = 2 * precision * recall / max(1e-9, precision + recall)
        pace = 1000 * self.seconds / max(1, self.documents)
        return (f"{self.documents:5} documents {self.wanted:6} headlines  P {precision:.3f}  R {recall:.3f}"
                f"  F {f:.3f}  {pace:.1f} ms each")  # fmt: skip


def compared(text: str) -> str:
    """Return what two headlines are compared by: a number in front belongs to a list, not to a headline."""
    return plain(re.sub(r"^#?\d{1,2}(?:[.):]? |[、．] *)", "", text))


@dataclass(frozen=True)
class Mirror:
    """A bare git repository."""

    path: Path
    commit: str = "HEAD"

    def files(self, pattern: str) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of each file whose path fits."""
        names = self._git("ls-tree", "-r", "-z", "--name-only", self.commit).decode().split("\0")
        for name in names:
            if re.search(pattern, name):
                yield name, self.file(name)

    def file(self, name: str) -> bytes:
        return self._git("show", f"{self.commit}:{name}")

    def _git(self, *words: str) -> bytes:
        return subprocess.run(["git", "-C", str(self.path), *words], check=True, capture_output=True).stdout
