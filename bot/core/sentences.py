"""Where a sentence ends: not after "U.S.", "No." or "Mr."; in Chinese without any blank."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Words that carry a full stop without ending a sentence. Missing one cuts early, a wrong one cuts late:
# both leave readable text, so the list is short.
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        """
        mr mrs ms dr prof st sr jr no nos vs inc ltd co corp bros dept est approx fig gen gov hon rep sen
        capt lt col mt ft jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e cf al etc p pp vol ed
        """,
    )
)
_STOP = re.compile(
    r"""(?P<mark>[.!?…]+)["'”’»)\]]*(?P<gap>\s+)(?=["'“‘«(\[]*[^\s\da-z]|["'“‘«(\[]*\d)"""
    r"""|[。！？｡]+["'”’」』）》]*\s*"""
)  # fmt: skip
# What a stop begins with: a set of letters is found at once, a whole pattern is tried at each place. Several
# in a row are one stop or none.
_MARK = re.compile("[.!?…]+|[。！？｡]+")
_LONGEST_NUMBER = 3  # of an item; four digits are a year
_LAST_WORD = re.compile(r"[\w.&-]*$")


def sentences(text: str) -> list[str]:
    """Return the sentences, each with the blanks that follow it; joined, they are the text again."""
    return list(each_sentence(text))


def each_sentence(text: str) -> Iterator[str]:
    """Yield the same one by one, for who may have enough after the first."""
    start = 0
    for end in sentence_ends(text):
        yield text[start:end]
        start = end


def sentence_ends(text: str) -> Iterator[int]:
    """Yield where each sentence ends, after the blanks that follow it; the last is the text's end."""
    for stop in _stops(text):
        if stop.end() < len(text) and _ends_sentence(text, stop):
            yield stop.end()
    if text:
        yield len(text)


def _stops(text: str) -> Iterator[re.Match[str]]:
    last = 0
    for mark in _MARK.finditer(text):
        if mark.start() >= last and (stop := _STOP.match(text, mark.start())):
            last = stop.end()
            yield stop


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    if stop["mark"] != ".":
        return True
    # "1. May", "2. first we looked": what a text begins with counts, and says nothing alone.
    if stop.start() <= _LONGEST_NUMBER and text[: stop.start()].isdigit():
        return False
    word = _LAST_WORD.search(text[max(0, stop.start() - 30) : stop.start()].rpartition(" ")[2])
    before = word[0].casefold() if word else ""
    # "U.S.", "G.E.M.", "J. Ma": a single letter before the stop. "No. 1", "Mr. Ma".
    initial = len(before.rpartition(".")[2]) == 1 and before[-1].isalpha()
    return not initial and before not in _ABBREVIATIONS
