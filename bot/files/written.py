"""What YAML takes out of a text without a word, and what it refuses though others write it.

Looks at characters alone; which values they belong to is found in `bot.files.parsing`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.files.raw import Place

# Values that people read: there a lone ` # ` is more likely a word than a remark.
PROSE: Final = frozenset({"title", "headline", "summary", "intro", "body", "alt", "caption"})
_CUT = re.compile(r"(?P<gap>[ \t]+)(?P<rest>#.*)")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.|\n)*"', re.DOTALL)
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: |$)")
# A key begins with a letter: 9:30 is a time.
_WORD = r"[^\W\d][\w-]*"
_KEY = re.compile(rf"\s*(?:- +)?{_WORD}")
_SLIPS: Final = {
    re.compile(rf"({_KEY.pattern}:)(?=[^\s:/])"): "no blank behind the colon; write one",
    re.compile(rf"({_KEY.pattern}\uff1a)"): "a wide colon; write : and a blank",
    re.compile(rf"(\s*-)(?={_WORD}:(?:\s|$))"): "no blank behind the dash; write one",
}
_NOT_HERE = "a key cannot stand here; look at its indentation and the line above, or quote a text"


def slipped(lines: Sequence[str], place: Place, *, above: bool) -> tuple[Place, str] | None:
    """Return where a slip of the hand most likely made a file unreadable, as found out at *place*, and it.

    *above*: that a line was taken for text, and not for the key it was meant to be, shows at the next one.
    """
    number, column = place
    for n, line in enumerate(lines[:number], 1):
        if _CONFLICT.match(line):
            return (n, 1), "two versions that git could not join; keep one, and take its marks out"
    if number > len(lines):  # it ends too early
        return None
    faulty = _written_above(lines, number) if above else number
    for slip, text in _SLIPS.items():
        if found := slip.match(lines[faulty - 1]):
            return (faulty, found.end(1)), text
    if key := _KEY.fullmatch(lines[number - 1][: column - 1]):
        return (number, len(key[0]) - len(key[0].lstrip()) + 1), _NOT_HERE
    return None


def _written_above(lines: Sequence[str], number: int) -> int:
    """Return the next line above that is neither blank nor a remark; without any, this one."""
    return next((n for n in range(number - 1, 0, -1) if re.match(r"\s*[^\s#]", lines[n - 1])), number)


def cut_off(after: str, *, prose: bool) -> tuple[int, str]:
    """Return how far behind a plain value a `#` most likely took words of it away, and what it took.

    *after* is the rest of its line. A remark has a blank behind its #, and in *prose* two before it.
    """
    cut = _CUT.fullmatch(after.rstrip())
    if not cut:
        return 0, ""
    gap, rest = cut["gap"], cut["rest"]
    remark = rest == "#" or rest[1] in " \t#!" or rest.startswith("#:")
    if remark and (len(gap) > 1 or not prose):
        return 0, ""
    return len(gap), rest


def joined_pairs(text: str) -> str:
    """Return the text with characters that are escaped as two surrogates, as JSON has them, escaped as one.

    Only between double quotes: anywhere else a backslash is a backslash.
    """
    return _QUOTED.sub(lambda quoted: _PAIR.sub(_joined, quoted[0]), text)


def _joined(pair: re.Match[str]) -> str:
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"
