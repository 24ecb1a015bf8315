"""Text that Slack shows as it was written: escaped once, never formatting, cut only where a reader would.

The words of files and people are plain text. In blocks they stand in `plain_text` and `rich_text` objects,
which Slack documents as literal: no `*`, backtick, `:smile:` or `<!channel>` in them means anything.
mrkdwn is left for our own words, for links, and for the one text a notification or a screen reader gets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from bot.core import addresses
from bot.core.markdown.tree import Run
from bot.core.message import escape
from bot.core.sentences import sentences

ELLIPSIS = "…"

# C0 and C1 controls, lone surrogates (no JSON may carry them), and the invisible marks that reorder or
# hide text beyond their own line. Joiners stay: emoji, Persian and Indic scripts are spelled with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
_TOKEN = re.compile("<(?=[!@#])")
# A marker formats only if it opens at a word's edge and something visible follows it. Begun with what is
# looked for, the pattern is not tried at every letter.
_MARKER = re.compile(r"[*_~`](?<!\w.)[*_~`]*(?=\S)")
_BLANKS = re.compile(r"\s+")
_QUOTE = re.compile(r"^(&gt;)", re.MULTILINE)


def clean(text: str) -> str:
    """Take out what cannot be seen and could do harm."""
    # Python finds none of it printable, and says so in a tenth of the time: an answer asks a hundred times.
    return text if text.isprintable() else _UNSEEN.sub("", text)


def escaped(text: str) -> str:
    """Return words of ours, with names of files and people in them, as mrkdwn."""
    return escape(clean(text))


def literal(text: str) -> str:
    """Return mrkdwn that reads as the plain *text*: escaped, and no character of it formats anything.

    mrkdwn has no escape for `*_~` and backticks. A zero-width space after the marker keeps it from pairing
    (others report that it works; not tried on Slack itself) and is not copied as a letter.
    """
    said = escaped(text)
    # Most texts have none, and one letter is found twenty times as fast as a pattern.
    if "*" in said or "_" in said or "~" in said or "`" in said:
        said = _MARKER.sub(_followed, said)
    return _QUOTE.sub("\u200b\\1", said) if "&gt;" in said else said


def _followed(marker: re.Match[str]) -> str:
    return f"{marker[0]}\u200b"


def unmarked(text: str) -> str:
    """Return the text for a `plain_text` or `rich_text` object: as it is, and no mention anywhere.

    Both are literal, so `<!channel>` is only text there; but no ping should hang on that: a word joiner
    keeps the token from being one wherever the text is copied to.
    """
    cleaned = clean(text)
    return _TOKEN.sub("<\u2060", cleaned) if "<" in cleaned else cleaned


def bold(text: str) -> str:
    """Return plain text as bold mrkdwn; for one line."""
    return f"*{literal(text.strip())}*" if text.strip() else ""


def code(text: str) -> str:
    """Return plain text as mrkdwn code; a backtick in it would end the code, so it becomes an apostrophe."""
    return f"`{escaped(text).replace('`', chr(0x2019))}`"


def link(url: str, label: str) -> str:
    """Return a mrkdwn link to a web or mail address; any other address leaves only the label."""
    return link_or_nothing(url, label) or literal(label)


def link_or_nothing(url: str, label: str) -> str:
    """Return a mrkdwn link, or "" for an address that none can have: then its label says nothing alone."""
    address = web_address(url)
    linked = f"<{escape(address)}|{literal(label)}>" if address else ""
    return linked if units(linked) <= MAX_LINK else ""


# Of a text of at most 3,000 characters, as Slack takes them, with a date or a count beside it.
MAX_LINK = 2_800


def web_address(url: str) -> str:
    """Return the address as Slack can take it, or "" if it is none we would send a reader to."""
    return addresses.web_address(clean(url).strip())


def spoken_date(day: date) -> str:
    """Return the date in words, the same in every locale: "Friday, 1 May 2020"."""
    return f"{_WEEKDAYS[day.weekday()]}, {short_date(day)}"


def short_date(day: date) -> str:
    """Return the date without its weekday: "1 May 2020"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def size(text: str) -> int:
    """Return the length Slack may count: escaped, and in UTF-16 units, the larger of the two known ways.

    Behind a "<" there is room for what `unmarked` may put there.
    """
    return units(text) + 4 * (text.count("&") + text.count("<")) + 3 * text.count(">")


def units(text: str) -> int:
    """Return the length in UTF-16 units, of a text that is escaped already."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


# --- where a text may be cut ---------------------------------------------------------------------------


def split(text: str, limit: int) -> list[str]:
    """Return pieces of at most *limit*, joined again the text: cut between paragraphs, sentences, words.

    Only a word longer than the limit is cut itself, between two visible characters.
    """
    return packed(text, limit, (_paragraphs, sentences, words, characters), size)


def shorten(text: str, limit: int) -> str:
    """Return the text, or as many of its first words as fit with an ellipsis."""
    text = text.strip()
    if size(text) <= limit:
        return text
    # No more than is needed to see where to cut: texts may be very long.
    near, room = text[: limit + _LONGEST_CLUSTER], limit - size(ELLIPSIS)
    first = _first_words(near, room) or packed(near, room, (words, characters), size)[0]
    # A number before Chinese would stand there alone: what follows is cut instead. Half an address leads
    # nowhere.
    if 2 * size(first) < room and "://" not in near:
        first = packed(near, room, (characters,), size)[0]
    return first.rstrip(" \n,;:–—-.…") + ELLIPSIS


def _first_words(text: str, limit: int) -> str:
    """Return as many words as fit, each with the blanks behind it; "" where a word would have to be cut.

    `packed` would make all pieces, and a label is cut for each button of each answer.
    """
    # From behind, as no letter counts less than one: what fits is rarely much shorter.
    for end in range(min(limit, len(text) - 1), 0, -1):
        if text[end - 1].isspace() and not text[end].isspace() and size(text[:end]) <= limit:
            gap = _BLANKS.search(text, end)
            return text[:end] if size(text[end : gap.end() if gap else None]) <= limit else ""
    return ""


def cut(text: str, limit: int) -> str:
    """Return mrkdwn that is escaped already, or as much of its beginning as fits: no link or sign is torn."""
    if units(text) <= limit:
        return text
    return pieces(text[: limit + MAX_LINK], limit - 1)[0].rstrip() + ELLIPSIS


def pieces(text: str, limit: int) -> list[str]:
    """Return such mrkdwn in pieces of at most *limit*, cut between lines, else words, else signs."""
    return packed(text, limit, (lines, _words_and_links, _signs), units)


def opening(text: str, limit: int) -> str:
    """Return the first sentence, a second one if both fit; a longer first sentence is shortened."""
    first, *rest = sentences(text[: 3 * limit].strip()) or [""]
    both = first + rest[0] if rest else first
    return both.strip() if rest and size(both.strip()) <= limit else shorten(first if rest else text, limit)


_LONGEST_CLUSTER = 30

Cut = Callable[[str], Iterable[str]]
Piece = TypeVar("Piece", str, tuple[Run, ...])


def packed(
    whole: Piece,
    limit: int,
    cuts: Sequence[Callable[[Piece], Iterable[Piece]]],
    measure: Callable[[Piece], int],
) -> list[Piece]:
    """Return pieces of at most *limit*, as few as can be; what is too long is cut by the next of *cuts*."""
    if measure(whole) <= limit or not cuts:
        return [whole] if whole else []
    pieces: list[Piece] = []
    room = 0
    for atom in cuts[0](whole):
        for piece in [atom] if measure(atom) <= limit else packed(atom, limit, cuts[1:], measure):
            weight = measure(piece)
            if pieces and weight <= room:
                pieces[-1] = pieces[-1] + piece
            else:
                pieces.append(piece)
                room = limit
            room -= weight
    return pieces


def _paragraphs(text: str) -> list[str]:
    return re.findall(r".+?(?:\n{2,}|\Z)", text, re.DOTALL)


def lines(text: str) -> list[str]:
    """Cut between lines."""
    return text.splitlines(keepends=True)


def words(text: str) -> list[str]:
    """Cut between words."""
    return re.findall(r"\s*\S+\s*|\s+", text)


def _words_and_links(text: str) -> list[str]:
    return re.findall(r"\s*(?:<[^<>]*>|\S)+\s*|\s+", text)


def _signs(text: str) -> list[str]:
    """Cut between what is one sign to a reader, and escaped or a link perhaps many letters."""
    return re.findall(r"&(?:amp|lt|gt);|<[^<>]*>|.", text, re.DOTALL)


def characters(text: str) -> Iterator[str]:
    """Yield what a reader sees as one character: letters with their accents, joined emoji, flags."""
    cluster = ""
    for letter in text:
        if cluster and not _joins(cluster, letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _joins(cluster: str, letter: str) -> bool:
    if len(cluster) >= _LONGEST_CLUSTER:  # a heap of accents is no letter, and may be longer than any limit
        return False
    flag = _is_regional(letter) and len(cluster) == 1 and _is_regional(cluster)
    # A skin's colour, and the unseen letters that make a black flag Scotland's.
    modifier = "\U0001f3fb" <= letter <= "\U0001f3ff" or "\U000e0020" <= letter <= "\U000e007f"
    # What has a virama behind it is written into the letter that follows.
    joined = cluster[-1] == "\u200d" or unicodedata.combining(cluster[-1]) == _VIRAMA
    return flag or modifier or joined or letter == "\u200d" or _is_mark(letter)


_VIRAMA = 9  # a combining class


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Me", "Mc"}


def _is_regional(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
