"""Finds the links of a mail's text part: "Title (https://…)", "Title [1]" with a list of addresses below.

Programs that make text of a mail's HTML write where a link leads behind its words, and tear it from them
where the line is full.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.importing.cues import SHARING
from bot.importing.draft import Role, check_stories
from bot.importing.furniture import begins_footer, furniture, is_prompt, is_sign_up, without_prompt
from bot.importing.openings import IN_BRACKETS, LONGEST_OPENING, MARK, counted
from bot.importing.rows import Row
from bot.importing.words import begins_lower, plain, states, web_address, width

# Behind the words that it is the address of, or before them: "[1]a link".
_NOTED = re.compile(r"\[(\d{1,3})\](\w[^\s\[]*)?")
_LISTED = re.compile(r"[\[(]?(\d{1,3})(?:[\])]\s*[:.]?|[.:])\s*<?((?:https?://|mailto:)[^\s<>\"]+)>?")
_LIST_HEADING = re.compile(
    r"(references|links|footnotes|notes|urls|sources|verweise|liens|enlaces|ligações|collegamenti|链接|リンク)\s*[:：]?",
    re.IGNORECASE,
)
LIST_OF_ADDRESSES = "list of the links' addresses"
# "Title: https://…", and no sentence that names its source.
_COLON_LAST = re.compile(r"(?P<said>.{2,160}?)\s*[:：]\s*(?P<url>https?://[^\s<>\"]+)")
_DASHES, _LONGEST_NOTE = "—–-:：|·", 40
_TWO_SENTENCES = re.compile(r"[^\W\d_]{3}\.[\s”\"]+[^\W\d_]|[。！？][^\s」』”]")
# Behind such a sign stands where a story is from, or a part of what is above.
_NO_TITLE = "/\\|<>^,;:)]}"
# Of all lines that may be stories or their texts: title, text, by-line, and a remark now and then.
_FEWEST = 0.2


@dataclass(frozen=True, slots=True)
class _Title:
    said: str
    url: str
    rest: str


def take_notes(rows: Sequence[Row]) -> None:
    """Put the addresses of a list "[1] https://…" where the text says "[1]", and drop the list."""
    listed = {
        i: found for i, row in enumerate(rows) if ":" in row.text and (found := _LISTED.fullmatch(row.text))
    }
    if len(listed) < 2 and not any(i and _heads_list(rows[i - 1].text) for i in listed):
        return
    asked = {n for i, row in enumerate(rows) if i not in listed for n, _ in _NOTED.findall(row.text)}
    if 2 * len({found[1] for found in listed.values()} & asked) < len(listed):
        return
    leads: dict[str, str] = {}
    for i in range(len(rows) - 1, -1, -1):  # from below: each section may have a list of its own
        if found := listed.get(i):
            leads[found[1]] = web_address(found[2])
            rows[i].be(Role.DROPPED, LIST_OF_ADDRESSES)
        elif i + 1 in listed and _heads_list(rows[i].text):
            rows[i].be(Role.DROPPED, LIST_OF_ADDRESSES)
        else:
            rows[i].text = _NOTED.sub(lambda note: _noted(note, leads), rows[i].text)


def _heads_list(text: str) -> bool:
    return _LIST_HEADING.fullmatch(text.strip("*=-_# ")) is not None


def _noted(note: re.Match[str], leads: Mapping[str, str]) -> str:
    if note[1] not in leads:
        return note[0]
    said = [note[2], f"({url})" if (url := leads[note[1]]) else ""]
    return " ".join(filter(None, said))


def without_addresses(text: str) -> str:
    """Return what a line says without the addresses of its words, if it says something."""
    bare = IN_BRACKETS.sub("", text) if "://" in text else text
    return bare if plain(bare) else text


def stands_among_links(rows: Sequence[Row], i: int, reasons: Mapping[int, str]) -> bool:
    """Tell one of several companies in a list, "* Reddit (https://…)", from a button."""
    around = [k for k in (i - 1, i, i + 1) if 0 <= k < len(rows) and _is_linked_item(rows[k].text)]
    return i in around and any(k not in reasons for k in around)


def _is_linked_item(text: str) -> bool:
    return MARK.match(text) is not None and IN_BRACKETS.search(text) is not None


def split_linked(rows: list[Row]) -> bool:
    """Make a story of each "Title (https://…) — what it says"; True if that is the form of this text."""
    titles = {i: title for i, row in enumerate(rows) if row.open and (title := _title(row.text))}
    often = Counter(plain(title.said) for title in titles.values())
    titles = {i: title for i, title in titles.items() if often[plain(title.said)] == 1}
    if len(titles) < 2 or len(titles) < _FEWEST * sum(row.open for row in rows):
        return False
    check_stories(len(titles))
    numbers = counted((i, title.said) for i, title in titles.items())
    begin = {i: end for chain in numbers if len(chain) > 1 for i, end in chain}
    rows[:] = [
        part
        for i, row in enumerate(rows)
        for part in (_story(row, titles[i], begin.get(i, 0)) if i in titles else [row])
    ]
    return True


def is_linked_title(text: str) -> bool:
    """Tell a line that begins with words and where they lead, as a story does."""
    return _title(text) is not None


def linked_title(text: str) -> tuple[str, str]:
    """Return a title and where it leads, if a line is nothing else; else nothing."""
    title = _title(text)
    return (title.said, title.url) if title and not title.rest else ("", "")


def _story(row: Row, title: _Title, begin: int) -> list[Row]:
    lines = [(Role.HEADLINE, title.said[begin:]), (Role.BODY, title.rest), (Role.LINK, title.url)]
    return [
        replace(row, text=text, role=role, url=title.url if role is Role.LINK else "", whole=True)
        for role, text in lines
        if text
    ]


def _title(text: str) -> _Title | None:
    """Return what a line says before its first address, if that is a headline."""
    if "://" not in text:
        return None
    found = IN_BRACKETS.search(text[: 4 * LONGEST_OPENING])
    if found:
        said, rest = text[: found.start()], text[found.end() :].lstrip()
        url = web_address(next(filter(None, found.groups())))
    elif found := _COLON_LAST.fullmatch(text):
        said, rest, url = found["said"], "", web_address(found["url"])
    else:
        return None
    said = MARK.sub("", said.strip()).strip("*_ :：")
    set_off = rest[:1] in _DASHES and bool(rest)
    points = without_prompt(said) != said  # "It sails. Read more: https://…"
    if not url or points or not _is_headline(said, set_off=set_off) or not _may_follow(rest):
        return None
    rest = rest.lstrip(_DASHES + " ")
    return _Title(said, url, rest if plain(rest) else "")


def holds_sentences(said: str) -> bool:
    """Tell words that a sentence ends in the midst of, as in no headline."""
    return _TWO_SENTENCES.search(said) is not None


def _may_follow(rest: str) -> bool:
    """Tell what stands behind a headline's address from how a sentence goes on."""
    note = len(without_addresses(rest)) <= _LONGEST_NOTE and rest[:1] in {"(", "[", "/"}
    return not rest or rest[0] in _DASHES or note


def _is_headline(said: str, *, set_off: bool) -> bool:
    if not plain(said) or width(said) > LONGEST_OPENING or said[0] in _NO_TITLE or "://" in said:
        return False
    if begins_lower(said.split(maxsplit=1)[0]) or states(said):
        return False
    if holds_sentences(said) and not set_off:
        return False
    return not (
        furniture(said) not in {"", SHARING} or is_prompt(said) or begins_footer(said) or is_sign_up(said)
    )
