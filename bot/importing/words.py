"""What every front door agrees on: tidy text, page furniture, dates, and what looks like a heading."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from bot.core.limits import HEADLINE
from bot.core.sentences import sentences

# Invisible, and only in the way: soft hyphen, zero-width space, word joiner, byte order mark, and the
# marks that turn the direction of everything after them. Joiners stay: emoji and Persian need them.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u2060\ufeff\u202a-\u202e]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"\s+")
# Composing letters sorts the marks above one, in the square of their number. Real scripts stack a few.
_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MOST_MARKS = 30

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = [
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)"),
    re.compile(rf"\b{_MONTH} (?P<d>\d\d?)(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<d>\d\d?)(?:st|nd|rd|th)? {_MONTH},? (?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
]


def tidy(text: str) -> str:
    """Return *text* as one line: composed letters, single spaces, nothing invisible; or nothing at all."""
    text = without_invisible(_SPACES.sub(" ", text.replace("\x85", " "))).strip()
    text = _SPACES.sub(" ", text)  # where something invisible stood between two
    # Marks, joiners and letters nobody has assigned yet show nothing where they stand alone.
    return text if any(unicodedata.category(c)[0] not in "ZC" for c in text) else ""


def without_invisible(text: str) -> str:
    """Return *text* without what only hides in it, its letters composed."""
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


def without_tags(text: str) -> str:
    """Return *text* with a space for each of HTML's tags."""
    closed, rest = until_last(text, ">")
    return re.sub(r"<[^>]*>", " ", closed) + rest


def find_date(text: str) -> date | None:
    """Return the first date written out in *text*: ISO, or with the month's name. 3/4/20 says nothing."""
    for pattern in _DATES:
        if found := pattern.search(text):
            parts = found.groupdict()
            month = parts.get("m") or 1 + [name[:3] for name in MONTHS].index(parts["month"].lower()[:3])
            try:
                return date(int(parts["y"]), int(month), int(parts["d"]))
            except ValueError:  # the 45th of May
                continue
    return None


_DAY_OR_MONTH = r"(?<![^\W\d_])({})(?![^\W\d_])".format(
    "|".join(
        [
            *(f"{name[:3]}({name[3:]})?" for name in MONTHS),
            "sept",
            "(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?",
        ]
    )
)
_BETWEEN_DAYS = r"(?<![^\W\d_])(st|nd|rd|th|[ap]m|at|on|to|and|utc|gmt)(?![^\W\d_])|[\W\d_]"


def is_date(text: str) -> bool:
    """Tell whether *text* is one or more days, however written: "28-30 October 2019:"."""
    rest, names = re.subn(_DAY_OR_MONTH, "", text[:61], flags=re.IGNORECASE)
    dated = find_date(text) or (names and any(c.isdigit() for c in text))
    return len(text) <= 60 and bool(dated) and not re.sub(_BETWEEN_DAYS, "", rest, flags=re.IGNORECASE)


def is_url(text: str) -> bool:
    """Tell whether the whole of *text* is a web address."""
    return re.fullmatch(r"<?https?://[^\s<>\"]+>?", text) is not None


def web_address(url: str | None) -> str:
    """Return *url* if it is an http(s) address a digest may hold, else nothing."""
    url = (url or "").strip().strip("<>")
    return url if re.fullmatch(r"https?://[^\s/?#<>\"\\@]+([/?#][^\s<>\"]*)?", url, re.IGNORECASE) else ""


OTHER_ARTICLES = "list of other articles"
# A line that is only this is part of the page around the article. Each: pattern, reason.
_FURNITURE = [
    (r"(skip to )?(the )?(main )?content", "page navigation"),
    (r"(main )?menu|home|search|back to (the )?top|skip to .{0,30}|toggle .{0,30}", "page navigation"),
    (r"(previous|next|older|newer|latest)( (post|article|issue|story)s?)?|archives?", "page navigation"),
    (r"reuse this content|print( this)?( page| article)?|copy link|permalink", "page navigation"),
    (
        r"(share|tweet|pin|email|follow|like)"
        r"( (this|us|on|via|by|it|article|story|page|post|facebook|twitter|x|"
        r"linkedin|email|whatsapp|instagram|wechat|weibo|youtube|and|or|,|&|\d+))*:?",
        "share buttons",
    ),
    (
        r"(facebook|twitter|linkedin|whatsapp|reddit|e-?mail|print|rss|instagram|youtube|wechat|weibo|pinterest|"
        r"telegram|tumblr|[|·•,/ ])+",
        "share buttons",
    ),
    (r"(leave|post|add|write) a (comment|reply)|(no |\d+ )?comments?( \(\d+\))?:?|reply", "comments"),
    (
        r"(related|recommended|popular|trending|more|you (may|might) also like)"
        r"( (articles|posts|stories|content|news|topics|from .{1,40}|on .{1,40}))?:?",
        OTHER_ARTICLES,
    ),
    (r"advertisement|advertise(ment)? with us|sponsored( content| links)?|ad|promoted", "advertising"),
    (r"\d+ min(ute)?s?( read)?|listen( to (this )?article)?|reading time.{0,20}", "page furniture"),
    (
        r"(©|\(c\)|copyright\b).{0,200}|all rights reserved.?|"
        r"(privacy|cookie) (policy|settings|notice).{0,60}|"
        r"terms (of|and) .{0,60}",
        "legal notice",
    ),
    (
        r"view .{0,40}(in|on) (your|the|a) (web ?)?browser.{0,40}|view (online|this email).{0,60}|"
        r".{0,40}read .{0,30}(on the web|online|in your browser).{0,40}|forward (this )?to a friend",
        "mail furniture",
    ),
    (r"(published|posted|updated|last (updated|modified)|date):? .{0,60}\d{4}.{0,30}", "time stamp"),
    (r"((posted|written|reported|edited|compiled) by|your editor:?|author:) .{2,60}", "by-line"),
]
_FURNITURE_LINE = [(re.compile(pattern, re.IGNORECASE), reason) for pattern, reason in _FURNITURE]
_BYLINE = re.compile(r"[Bb][Yy]:? (?:@?[^\W\d_a-z][\w.'’()-]*(?:,? (?:and |& |de |van |von )?)?){1,6}")
_SIGN_UP = re.compile(
    r"(sign(ing)? ?up|subscribe|join us|register|stay (updated|informed|up to date|tuned)"
    r"|get|receive|deliver)"
    r".{0,120}(newsletter|inbox|mailing list|e-?mail|updates)"
    r"|(newsletter|inbox).{0,80}(sign ?up|subscribe)",
    re.IGNORECASE,
)
# After one of these a mail or page says nothing more to its readers.
_FOOTER = re.compile(
    r"unsubscribe|you (have )?(joined|received?|are receiving|get) (this|the) .{0,60}"
    r"(because|e-?mail|newsletter|weekly)"
    r"|you (joined|are subscribed)|reuse this content|manage (your )?preferences|update your preferences"
    r"|all rights reserved|^(\(c\)|©|copyright) ",
    re.IGNORECASE,
)
_PROMPT = re.compile(
    r"(please )?((click|tap) (here|on)|read|learn|find out|see|discover|continue|view|watch|check out)\b"
    r".{0,30}?\b(more|here|reading|full (story|article|post|report|details)|details)"
    r"( (here|about|on|at|in|from|via|to) .{1,30}| here)?"
    r"|(the )?(full|complete|whole|entire) .{0,20}(report|story|article|post|list|details)( here)?"
    r"|more|here|link|source|continue",
    re.IGNORECASE,
)


def furniture(text: str) -> str:
    """Say what part of a page or mail *text* is, if it is none of the article; else nothing."""
    if len(text) > 220:
        return ""
    bare = text.strip(" .:»›→←|*_-–—>")
    if not bare:
        return "ruler"
    for pattern, reason in _FURNITURE_LINE:
        if pattern.fullmatch(bare):
            return reason
    if len(text) <= 70 and _BYLINE.fullmatch(text.rstrip(".")):
        return "by-line"
    return "time stamp" if _only_a_date(bare) else ""


def _only_a_date(text: str) -> bool:
    rest = text
    for pattern in _DATES:
        rest = pattern.sub("", rest)
    return (
        rest != text
        and len(
            re.sub(
                r"\W|\d|mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun|day|[ap]m|at|on|utc|gmt",
                "",
                rest,
                flags=re.IGNORECASE,
            )
        )
        <= 2
    )


def is_sign_up(text: str) -> bool:
    """Tell whether *text* asks the reader to subscribe."""
    return len(text) <= 250 and _SIGN_UP.search(text) is not None


def begins_footer(text: str) -> bool:
    """Tell whether what a mail or page says to its readers ends before *text*."""
    return len(text) <= 300 and _FOOTER.search(text) is not None


def is_prompt(text: str) -> bool:
    """Tell whether *text* only points at the rest of a story: "Read more here"."""
    bare = text.strip(" .:»›→>[]()")
    return len(bare) <= 60 and _PROMPT.fullmatch(bare) is not None


def pointed_at(text: str) -> str:
    """Return the address of a line that is nothing else ("Read more: https://…"), or ""."""
    found = re.fullmatch(r"(.{0,60}?)[\s:–—-]*(<?https?://[^\s<>\"]+>?)", text)
    if not found or not (
        is_prompt(found[1]) or plain(found[1]) in {"", "link", "source", "url", "web", "via"}
    ):
        return ""
    return web_address(found[2])


ROUNDUPISH = re.compile(
    r"round-?\s?up|weekly|digest|newsletter|this week|week(ly)? (in|of|ending|\d)|in review|issue\b|edition"
    r"|recap|briefing|bulletin|news for|#\d+|monthly|this month|month in"
    r"|[一本每]周|周[报刊]|月[报刊]|要闻|简报|快讯|速递",
    re.IGNORECASE,
)
# What a list item begins with, and a headline hardly does.
LIST_MARKS = "-–—*+•·▪◦‣^<>=|/\\)]}[{,.;:%@~_"
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "if",
        "in",
        "into",
        "is",
        "its",
        "it",
        "nor",
        "of",
        "off",
        "on",
        "onto",
        "or",
        "over",
        "per",
        "so",
        "than",
        "that",
        "the",
        "to",
        "up",
        "via",
        "vs",
        "was",
        "with",
        "yet",
    ]
)
_WORD = re.compile(r"(?<!\w)[^\W\d_][\w'’&.+-]*")


def title_case(text: str) -> float:
    """Return which share of the words that a title would capitalise is capitalised."""
    words = _WORD.findall(text)
    counted = [word for i, word in enumerate(words) if i == 0 or word.lower() not in _SMALL]
    if not counted:
        return 0.0
    return sum(not word[0].islower() or any(c.isupper() for c in word[1:]) for word in counted) / len(counted)


def ends_sentence(text: str) -> bool:
    """Tell whether *text* ends as a sentence does, whatever closes after it."""
    return text.rstrip("\"'”’)]»」』 ").endswith((".", "!", "?", "…", "。", "！", "？"))


def is_body(text: str) -> bool:
    """Tell whether *text* is prose rather than a heading or label."""
    return len(text) >= 160 or (len(text) >= 60 and ends_sentence(text))


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
