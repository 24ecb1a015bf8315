"""What every front door agrees on: tidy text, web addresses, and what looks like a heading or prose."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urljoin

from bot.core.sentences import sentences
from bot.core.sizes import HEADLINE
from bot.core.unseen import is_seen

# Invisible, and only in the way: soft hyphen, zero-width space, word joiner, byte order mark, and the
# marks that turn the direction of everything after them. Joiners stay: emoji and Persian need them.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u2060\ufeff\u202a-\u202e]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"\s+")
# Composing letters sorts the marks above one, in the square of their number. Real scripts stack a few.
_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MOST_MARKS = 30


def tidy(text: str) -> str:
    """Return *text* as one line: composed letters, single spaces, nothing invisible; or nothing at all."""
    text = without_invisible(_SPACES.sub(" ", text.replace("\x85", " "))).strip()
    text = _SPACES.sub(" ", text)  # where something invisible stood between two
    # Joiners, fillers and letters nobody has assigned yet show nothing where they stand alone.
    return text if is_seen(text) else ""


def without_invisible(text: str) -> str:
    """Return *text* without what only hides in it, its letters composed."""
    if text.isascii() and text.isprintable():
        return text  # by far the most
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", without_stacks(text))


def without_stacks(text: str) -> str:
    """Return *text* with no more marks above one letter than anybody writes: composing sorts them."""
    return _MARKS.sub(_fewer_marks, text)


def _fewer_marks(found: re.Match[str]) -> str:
    kept, stacked = [], 0
    for c in found[0]:
        stacked = stacked + 1 if unicodedata.combining(c) else 0
        if stacked <= _MOST_MARKS:
            kept.append(c)
    return "".join(kept)


def until_last(text: str, end: str) -> tuple[str, str]:
    """Split *text* after the last *end*: only before it can something that *end* closes be closed.

    A search for "opened … closed" looks to the end of the text from each "opened"; where none is closed
    that is the square of the text's length.
    """
    head, found, tail = text.rpartition(end)
    return head + found, tail


def without_tags(text: str, *, but: Callable[[str], bool] = lambda tag: False) -> str:
    """Return *text* with a space for each of HTML's tags, *but* for what is none."""
    closed, rest = until_last(text, ">")
    return re.sub(r"<[^>]*>", lambda tag: tag[0] if but(tag[0]) else " ", closed) + rest


def is_url(text: str) -> bool:
    """Tell whether the whole of *text* is a web address."""
    return re.fullmatch(r"<?https?://[^\s<>\"]+>?", text) is not None


def against(base: str, href: str) -> str:
    """Return *href* as it leads from *base*, as it is if there is none or it makes no address."""
    try:
        return urljoin(base, href) if base and href else href
    except ValueError:  # half an IPv6 host
        return href


def is_relative(href: str) -> bool:
    """Tell an address that leads somewhere only from its own page, and not inside it."""
    return bool(href) and not re.match(r"[#?{<]|[a-z][a-z0-9+.-]*:|//", href.strip(), re.IGNORECASE)


def web_address(url: str | None) -> str:
    """Return *url* if it is an http(s) address a digest may hold, else nothing."""
    if not url:
        return ""
    url = url.strip().strip("<>")
    return url if re.fullmatch(r"https?://[^\s/?#<>\"\\@]+([/?#][^\s<>\"]*)?", url, re.IGNORECASE) else ""


# What stands before whose words they are.
DASHES = ("—", "–", "―", "--")
_OPENS, _CLOSES = r"[\"“„«»‘‚「『]", r"[\"”“»«’」』]"
# One paragraph of several has but one of both; in 'Trains stop "at night"' a word is quoted.
_QUOTED = re.compile(rf">.*|{_OPENS}.*{_CLOSES}|{_OPENS}[^\"”“»«」』]*|[^\"“„«»「『]*{_CLOSES}")


def is_quotation(text: str) -> bool:
    """Tell whether *text* begins or ends as somebody's words do."""
    return _QUOTED.fullmatch(text) is not None


# What a list item begins with, and a headline hardly does.
LIST_MARKS = "-–—*+•·▪◦‣^<>=|/\\)]}[{,.;:%@~_"
_SMALL = frozenset(
    [
        *("a", "an", "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "is", "its", "it"),
        *("nor", "of", "off", "on", "onto", "or", "over", "per", "so", "than", "that", "the", "to", "up"),
        *("via", "vs", "was", "with", "yet"),
    ]
)
_NOTE_LAST = re.compile(r"(?<=[。！？])（[^（）]{1,40}）$")
# Behind a sign or number at most.
_BRACKETED = re.compile(r".{0,5}[「『【（]([^「」『』【】（）]+)[」』】）]")
_WORD = re.compile(r"(?<!\w)[^\W\d_][\w'’&.+-]*")
# Of Chinese and Japanese; Korean has blanks between its words, and so have people between emoji.
_UNSPACED = re.compile(
    "[\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f\U00020000-\U0003ffff]"
)
_WIDE = re.compile("[\u2e80-\U0010ffff]")
_LOWER_WORD = re.compile(r"[^\W\d_A-Z]+[,;:.)]?")


def title_case(text: str) -> float:
    """Return which share of the words that a title would capitalise is capitalised."""
    words = _WORD.findall(text)
    counted = [word for i, word in enumerate(words) if i == 0 or word.lower() not in _SMALL]
    if not counted:
        return 0.0
    return sum(not word[0].islower() or any(c.isupper() for c in word[1:]) for word in counted) / len(counted)


def ends_sentence(text: str) -> bool:
    """Tell whether *text* ends as a sentence does, whatever closes after it."""
    # "…。（某某投稿）": who sent it in stands behind the stop.
    return _NOTE_LAST.sub("", text).rstrip("\"'”’)]»」』） ").endswith((".", "!", "?", "…", "。", "！", "？"))


def states(text: str) -> bool:
    """Tell a sentence from a headline, which may ask or cry, in Chinese brackets as well: 「船开了吗？」."""
    bracketed = _BRACKETED.fullmatch(text)
    return ends_sentence((bracketed[1] if bracketed else text).rstrip("?!？！"))


def begins_lower(word: str) -> bool:
    """Tell a word in lower case from a name such as iPhone, ember-cli or v8."""
    return word[0].islower() and _LOWER_WORD.fullmatch(word) is not None


def is_shouted(text: str) -> bool:
    """Tell a line in capitals; Chinese has none, whatever Latin letters stand in it."""
    return text.isupper() and max(text) < "\u2e80"


def is_body(text: str) -> bool:
    """Tell whether *text* is prose rather than a heading or label."""
    wide = width(text)
    return wide >= 160 or (wide >= 60 and ends_sentence(text))


def width(text: str) -> int:
    """Return how much *text* says in letters: Chinese says in one sign what takes two and more elsewhere."""
    if text.isascii():
        return len(text)
    said = text[:1000]
    return len(said) + len(_WIDE.findall(said))


def is_phrase(text: str) -> bool:
    """Tell three words and more; Chinese has no blanks between its own, of two signs in the mean."""
    return len(text.split()) >= 3 or len(_UNSPACED.findall(text)) >= 6


def is_unspaced(sign: str) -> bool:
    """Tell a sign that no blank stands beside where a line ends."""
    return _UNSPACED.match(sign) is not None


def begun(text: str) -> tuple[str, str]:
    """Split an item that has no headline: its first sentence, and the rest.

    A long sentence is a headline only as far as one may go, and all of it is the rest.
    """
    headline = sentences(text)[0].rstrip()
    rest = text[len(headline) :]
    if len(headline) > HEADLINE:
        headline, rest = _cut(headline), text
    headline = headline.rstrip(" :")
    if not headline.endswith(".."):
        headline = headline.removesuffix(".").removesuffix("。")
    return headline, rest.strip() if plain(rest) else ""


def _cut(text: str) -> str:
    """Return how *text* begins, up to the end of a word; Chinese has no spaces to end at."""
    start = text[: HEADLINE - 1]
    return (start.rsplit(" ", 1)[0] if " " in start[HEADLINE // 2 :] else start) + "…"


def same(one: str, other: str) -> bool:
    """Tell whether two lines say the same but for case and punctuation."""
    return plain(one) == plain(other) != ""


def plain(text: str) -> str:
    """Return the letters and digits of *text*, folded, to compare by."""
    return "".join(filter(str.isalnum, text.casefold()))
