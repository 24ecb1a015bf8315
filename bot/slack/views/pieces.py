"""A text longer than a field holds, in several: cut where a reader would pause, put together as it was."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.views.mrkdwn import size

_PAUSES = ("\n\n", "\n", " ")


def in_pieces(text: str, most: int) -> tuple[list[str], list[str]]:
    """Return the pieces, and what stood between each two of them."""
    pieces, between = [], []
    while size(text) > most:
        end, gap = _pause(text, most)
        pieces.append(text[:end])
        between.append(gap)
        text = text[end + len(gap) :]
    return [*pieces, text], between


def put_together(pieces: Sequence[str], between: Sequence[str]) -> str:
    """Return the text; a piece that was emptied takes what stood before it along."""
    text = ""
    for n, piece in enumerate(pieces):
        gap = between[n - 1] if 0 < n <= len(between) else ""
        text += (gap if text and piece else "") + piece
    return text


def _pause(text: str, most: int) -> tuple[int, str]:
    reach = most
    while size(text[:reach]) > most:
        reach -= max(1, (size(text[:reach]) - most) // 5)
    for pause in _PAUSES:
        # A field that holds next to nothing would be worse than one cut at a word.
        if (end := text.rfind(pause, reach // 2, reach)) > 0:
            return end, pause
    return reach, ""
