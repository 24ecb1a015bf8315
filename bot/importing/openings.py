"""How a line or block begins that is a story of its own: numbered, marked, with its address at its end.

The same for pasted text and for documents.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from enum import Enum

from bot.importing.words import begun, plain, states, web_address

# "1. ", "1/ ", "1、", "(1) ", "（1）", "#1 ", "①", "一、", "1️⃣ "; with a blank where "1.5" begins so, too.
_NUMBER = re.compile(
    r"(?:#|no\. ?|nr\. ?|n° ?)?(?P<a>\d{1,3})(?:[.):/]?\s+|[、．)）]\s*|[.:：](?=[^\s\d]))(?=\S)"
    r"|[(（\[【](?P<b>\d{1,3})[)）\]】]\s*[、.:：]?\s*(?=\S)"
    r"|(?P<c>[①-⑳])\s*(?=\S)|(?P<d>\d)\ufe0f?\u20e3\s*(?=\S)"
    r"|[(（]?(?P<e>[一二三四五六七八九十]{1,3})(?:[、.．]|[)）]、?)\s*(?=\S)",
    re.IGNORECASE,
)
# Of a block that begins a story and says no more than what it is about.
LONGEST_OPENING = 160
_NEARLY_ALL = 0.8  # lines
_NEAR = 8  # sequences that are looked at: more begin in no text
_HAN = "一二三四五六七八九"
_TWO = r"--(?= )|\*\*(?= (?!.*\*\*))|>{2,3}"
MARK = re.compile(rf"\A(?:{_TWO}|[-–—+•·▪◦‣●○■□▶►➤→✅✔☑🔹🔸]|\*(?!\*)|[👉🔗📌]) *\ufe0f? *(?=\S)")
_SIGN = re.compile(rf"([■□◆◇●○▼▽★☆♦▪»❯➤►▶※]|{_TWO}) *\ufe0f? *[\w\[(“‘\"'「『【（]")
_PLAIN_MARK = re.compile(r"[-–—*+•·▪◦‣] +(?=\S)")
_TYPED_MARK = re.compile(r"[•·▪◦‣●○■□▶►➤] *\ufe0f? *(?=\S)")
# Chinese says in one sign what takes two letters and more elsewhere.
_WIDE = "[\u2e80-\uffff]"
_HEADLINE_FIRST = re.compile(
    rf"(?P<a>.{{8,120}}?|{_WIDE}{{4,60}}?)(?: [-–—] |: )(?P<b>.+)|(?P<c>.{{2,60}}?)：(?P<d>.+)"
)
_PIPE_FIRST = re.compile(r"(?P<a>[^|｜]{2,160}?) ?[|｜] ?(?P<b>.+)")
_DASH_FIRST = re.compile(r"(?P<a>.{2,120}?) [-–—] (?P<b>.+)")
_COLON_FIRST = re.compile(rf"(?P<a>.{{8,120}}?|{_WIDE}{{4,60}}?): (?P<b>.+)|(?P<c>.{{2,60}}?)：(?P<d>.+)")
# "3. SHIPS SAIL. The harbour …": nobody writes a list in a story so.
_SHOUTED = re.compile(r"(?P<a>[A-Z][^a-z.]{2,60})\. ?(?P<b>\S.{12,})")
_DASHED = re.compile(r"(?P<a>.{8,120}?) [-–—] (?P<b>.{20,})")
_BRACKETED = re.compile(
    rf"【(?P<a>[^【】\d][^【】]{{1,90}})】\s*(?P<b>\S.{{9,}}|{_WIDE}.{{3,}})"
    # Fewer words in bold are whom a text is about.
    rf"|\*\*(?P<c>(?:[^*\s]+ ){{2}}[^*]{{2,150}}?|{_WIDE}[^*]{{3,80}}?)[:：.。]?\*\*"
    rf"[\s:：]*(?P<d>[^\s*].{{9,}}|{_WIDE}.{{3,}})"
)
# Around headlines: a picture before them, but no flag, which says where; or brackets.
_AROUND = [
    re.compile(
        r"(?:(?![\U0001f1e6-\U0001f1ff])[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]*)+"
        r" *(?P<said>[\w【「『].*)"
    ),
    re.compile(r"【(?P<said>[^【】]+)】|\[(?P<b>[^\[\]]+)\]|「(?P<c>[^「」]+)」|『(?P<d>[^『』]+)』"),
    re.compile(r"\*\*(?P<said>[^*]+)\*\*"),
]
_NOTE = re.compile(r"[(（\[][^()（）\[\]]+[)）\]]")
_ADDRESS_LAST = re.compile(r"[<(（\[]?(https?://[^\s<>()（）\]]+)[>)）\]]?[.。]?$")
# Behind the words that it is the address of; an address may have brackets of its own: "…/Port_(harbour)".
IN_BRACKETS = re.compile(
    r"\s*(?:[(（]\s*(https?://(?:[^\s<>()（）]|\([^\s<>()（）]*\))+)\s*[)）]"
    r"|<\s*(https?://[^\s<>]+)\s*>|\[\s*(https?://[^\s<>\[\]]+)\s*\])"
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a line says that begins a story: the parts may be empty but for the first."""

    headline: str
    rest: str
    url: str


class Behind(Enum):
    """What stands behind the headlines of lines that say more."""

    ANY = _HEADLINE_FIRST
    PIPE = _PIPE_FIRST
    DASH = _DASH_FIRST
    COLON = _COLON_FIRST
    STOP = None  # the first sentence is the headline, whatever is in it


@dataclass(slots=True)
class _Chain:
    last: int
    places: list[tuple[int, int]]


def number_of(text: str) -> tuple[int, int]:
    """Return the number that *text* begins with and where what it counts begins; 0, 0 if there is none."""
    found = _NUMBER.match(text)
    if not found:
        return 0, 0
    said = found["a"] or found["b"] or found["d"]
    if said:
        return int(said), found.end()
    if found["c"]:
        return ord(found["c"]) - ord("①") + 1, found.end()
    tens, ten, ones = found["e"].rpartition("十")
    value = (10 * (_HAN.find(tens) + 1 or 1) if ten else 0) + (_HAN.find(ones) + 1 if ones else 0)
    return value, found.end()


def counted(texts: Iterable[tuple[int, str]]) -> list[list[tuple[int, int]]]:
    """Return the sequences 1, 2, 3 … in numbered texts: the index of each, and where its words begin.

    A sequence may begin anew in each section.
    """
    chains: list[_Chain] = []
    for i, text in texts:
        number, end = number_of(text)
        if number == 1:
            chains.append(_Chain(1, [(i, end)]))
        # The nearest that it goes on with: a story's text may count, too. Now and then one is left out.
        elif chain := next((c for c in reversed(chains[-_NEAR:]) if 0 < number - c.last <= 2), None):
            chain.last = number
            chain.places.append((i, end))
    return [chain.places for chain in chains]


def without_numbers(texts: Sequence[str]) -> list[str]:
    """Return *texts* without the numbers by which most of them are counted."""
    chains = (chain for chain in counted(enumerate(texts)) if mostly(len(chain), texts))
    begin = {i: end for chain in chains for i, end in chain}
    return [text[begin.get(i, 0) :] for i, text in enumerate(texts)]


def is_marked(text: str) -> bool:
    """Tell whether *text* is an item of a list that was typed."""
    return _PLAIN_MARK.match(text) is not None


def signs_before(texts: Sequence[str]) -> str:
    """Return the sign that several headlines begin with, and which says nothing: "■ Ships sail"."""
    signs = Counter(found[1] for text in texts if (found := _SIGN.match(text)))
    sign, count = max(signs.items(), key=lambda item: item[1], default=("", 0))
    return sign if count > 1 else ""


def without_signs(headlines: Sequence[str]) -> list[str]:
    """Return *headlines* without what nearly all of them have around: "🚢 Ships sail", "【Ships sail】"."""
    said = list(headlines)
    for around in _AROUND:
        found = [around.fullmatch(text) for text in said]
        if mostly(sum(map(bool, found)), said, _NEARLY_ALL):
            said = [
                one[one.lastgroup] if one and one.lastgroup else text
                for one, text in zip(found, said, strict=True)
            ]
    return said


def is_typed_item(text: str) -> bool:
    """Tell whether *text* begins with a sign that nothing but a list has."""
    return _TYPED_MARK.match(text) is not None


def is_bracketed(text: str) -> bool:
    """Tell "【Headline】 what happened", or the same in bold, as Markdown types it."""
    return _BRACKETED.fullmatch(text) is not None


def is_note(text: str) -> bool:
    """Tell a line that is all in brackets."""
    return _NOTE.fullmatch(text) is not None


def is_shouted_first(text: str) -> bool:
    """Tell "SHIPS SAIL. The harbour said …"."""
    return _SHOUTED.match(text) is not None


def is_dashed(text: str) -> bool:
    """Tell an item that says its headline first: "• Headline – what happened"."""
    parts = _DASHED.fullmatch(without_mark(text))
    return parts is not None and not states(parts["a"])


def is_one_line(text: str) -> bool:
    """Tell a story that is one line: "Headline – what happened. https://…"."""
    said, url = address_last(text)
    parts = _DASHED.fullmatch(said) if url else None
    return parts is not None and not states(parts["a"])


def without_mark(text: str) -> str:
    """Return what a typed item says."""
    return MARK.sub("", text, count=1)


def address_last(text: str) -> tuple[str, str]:
    """Split "Title https://…" into both; the address is empty if there is none, or nothing before it."""
    found = _ADDRESS_LAST.search(text)
    said = text[: found.start()].rstrip(" (<（[–—-:：,→|｜") if found else ""
    return (said, web_address(found[1])) if found and plain(said) else (text, "")


def opened(text: str, *, behind: Behind = Behind.ANY) -> Opening:
    """Split "• Headline – the story. https://…" into its parts."""
    said, url = address_last(MARK.sub("", text, count=1))
    if bracketed := _BRACKETED.fullmatch(said):
        headline, rest = filter(None, bracketed.groups())
        return Opening(headline, rest, url)
    if shouted := _SHOUTED.fullmatch(said):
        return Opening(shouted["a"], shouted["b"], url)
    parts = behind.value.fullmatch(said) if behind.value else None
    groups = parts.groupdict() if parts else {}
    first, behind_it = groups.get("a") or groups.get("c"), groups.get("b") or groups.get("d")
    return Opening(first, behind_it, url) if first and behind_it else Opening(*begun(said), url)


def behind_headlines(texts: Sequence[str]) -> Behind:
    """Return what stands behind the headline of most lines: a colon in one of many is part of it."""
    found = {behind: sum(map(bool, map(behind.value.fullmatch, texts))) for behind in Behind if behind.value}
    sure = (
        behind
        for behind in (Behind.PIPE, Behind.DASH, Behind.COLON)
        if found[behind] >= _NEARLY_ALL * len(texts)
    )
    return next(sure, Behind.ANY if 2 * found[Behind.ANY] >= len(texts) else Behind.STOP)


def mostly(count: int, of: Sized, share: float = 0.6) -> bool:
    """Tell whether *count* is so large a share that it is no accident."""
    return count >= 2 and count >= share * len(of)
