"""What of a text shows: a line of blanks, controls and fillers is as good as none."""

from __future__ import annotations

import re
import unicodedata

# They count as letters or marks, and show nothing: Hangul fillers, a blank in Braille, what picks a letter's
# variant. Category Z and C, blanks and controls, are left to the eye of Unicode.
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def is_seen(text: str) -> bool:
    """Tell whether anything of a text shows."""
    return any(unicodedata.category(c)[0] not in "ZC" for c in _FILLERS.sub("", text))


def as_seen(name: str) -> str:
    """Return what a name has in common with all that look the same: case, width and blanks do not count.

    Which differs only in what does not show, or in how an accent is stored, is one name to everybody.
    """
    shown = "".join(c for c in _FILLERS.sub("", name) if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", shown).casefold().split())
