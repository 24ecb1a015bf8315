"""What YAML takes out of a text without a word, and what it refuses though others write it.

Looks at characters alone; which values they belong to is found in `bot.files.parsing`.
"""

from __future__ import annotations

import re
from typing import Final

# Values that people read: there a lone ` # ` is more likely a word than a remark.
PROSE: Final = frozenset({"title", "headline", "summary", "intro", "body", "alt", "caption"})
_CUT = re.compile(r"(?P<gap>[ \t]+)(?P<rest>#.*)")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.|\n)*"', re.DOTALL)
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


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
