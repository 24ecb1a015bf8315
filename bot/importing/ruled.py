"""Reads what a text says with rules of signs: headings above or between them, boxes, stories they part.

    -----------------------------    +---------------+    Ships Sail Again     ***
    SHIPS SAIL AGAIN                 | Ships Sail    |    ================
    -----------------------------    +---------------+                         Ships Sail Again

A heading with prose below is a headline; one with a list below names a section, whose stories others find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.importing.cues import ADVERTISING, ITSELF, LISTED, PAID_FOR, RULER, SECTION, SPONSOR
from bot.importing.draft import Role, check_stories
from bot.importing.furniture import begins_footer, heads_about, heads_briefs, heads_contents, pointed_at
from bot.importing.inline import is_linked_title, without_addresses
from bot.importing.one_line import find_above_addresses
from bot.importing.openings import LONGEST_OPENING, MARK, counted, is_marked, mostly, number_of
from bot.importing.rows import Row
from bot.importing.words import LIST_MARKS, ends_sentence, is_body, is_shouted, plain, title_case, width

_PAID = {ADVERTISING, PAID_FOR, SPONSOR}
# Signs on either side of a word in a rule. Lines of a heading, with who wrote it and where it leads.
_SIGNS, _MOST_LINES = 3, 4
_FEWEST_PARTS, _MOSTLY = 3, 0.6
# Lines at the top; letters of an item.
_TOP, _SHORTEST_SAID, _SHORTEST_NAME = 60, 3, 10
_INTRO = 1 / 3  # of all lines, at most
_TOGETHER = 0.4  # of the lines from a list's first to its last
_SHORTEST_TEXT, _PARAGRAPH = 30, 160


@dataclass(frozen=True, slots=True)
class _Heading:
    first: int
    last: int  # of its lines
    end: int  # where what it heads begins


def find_ruled(rows: list[Row]) -> None:
    """Settle the headings that rules set off, and what stands below those that are headlines."""
    _drop_paid(rows)
    headings = list(_headings(rows))
    check_stories(len(headings))
    if len(headings) > 1 or any(rows[heading.first].boxed for heading in headings):
        ends = [*(_end(rows, heading.first) for heading in headings[1:]), len(rows)]
        # From below, since a heading's lines become one.
        for heading, end in reversed([*zip(headings, ends, strict=True)]):
            _settle(rows, heading, end)
        _take_signs_off(rows)
        _settle_intro(rows)


def drop_announced(rows: Sequence[Row]) -> None:
    """Drop the list of contents above the first headline, whose lines are headlines further down."""
    first = next((i for i, row in enumerate(rows) if row.role is Role.HEADLINE), 0)
    _drop_heads_of_contents(rows)
    heads = {plain(row.text) for row in rows if row.role is Role.HEADLINE}
    listed = [i for i in range(first) if rows[i].role in {None, Role.INTRO} and _said(rows[i].text) in heads]
    if len(listed) > 1 or any(i and heads_contents(rows[i - 1].text) for i in listed):
        for row in (rows[i] for i in listed):
            row.role, row.reason = Role.DROPPED, LISTED
        _drop_heads_of_contents(rows)


def _drop_heads_of_contents(rows: Sequence[Row]) -> None:
    for heading, row in pairwise(rows):
        free = heading.role not in {Role.TITLE, Role.HEADLINE}
        if row.reason == LISTED and heads_contents(heading.text) and free:
            heading.role, heading.reason = Role.DROPPED, LISTED


def drop_about(rows: Sequence[Row]) -> None:
    """Drop what a roundup says of itself below its stories, under a heading of its own."""
    about = False
    for i, row in enumerate(rows):
        if row.role is Role.HEADLINE or heads_about(row.text):
            about = 2 * i > len(rows) and heads_about(row.text)
        if about and row.role is not Role.DROPPED:
            row.role, row.reason = Role.DROPPED, ITSELF


def drop_repeated(rows: Sequence[Row]) -> None:
    """Drop headings that all stand again further down, each with its story: the list of contents."""
    later = {plain(row.text): i for i, row in enumerate(rows)}
    listed = [
        i
        for i, row in enumerate(rows)
        if row.open
        and not is_body(row.text)
        and (last := later[plain(row.text)]) > i
        and not _prose_below(rows, i)
        and _prose_below(rows, last)
    ]
    # One line that stands again may be a headline quoted in the intro.
    for i in listed if len(listed) > 1 else ():
        rows[i].be(Role.DROPPED, LISTED)


def _prose_below(rows: Sequence[Row], i: int) -> bool:
    return i + 1 < len(rows) and rows[i + 1].prose


def drop_listed(rows: Sequence[Row]) -> None:
    """Drop a list at the top whose items begin texts further down: "1. Ships sail", "1. SHIPS SAIL. The"."""
    items = [(i, _said(row.text)) for i, row in enumerate(rows) if row.open and _is_item(row.text)]
    heads = {i: _said(row.text) for i, row in enumerate(rows) if _may_head(row)}
    again = {
        i: next((k for k, text in items if k > i and text.startswith(said)), 0)
        or next((k for k, text in heads.items() if k > i and _names(said, text)), 0)
        for i, said in items
        if i < _TOP and len(said) > _SHORTEST_SAID
    }
    first = min(filter(None, again.values()), default=0)
    above = [i for i, _ in items if i < first]
    listed = [i for i in above if again.get(i)]
    if mostly(len(listed), above):
        for i in listed:
            rows[i].be(Role.DROPPED, LISTED)


def _names(said: str, text: str) -> bool:
    return len(said) >= _SHORTEST_NAME and text.startswith(said)


def find_announced(rows: Sequence[Row]) -> bool:
    """Settle as headlines what the list of contents names and has a text below; True if that is the form."""
    listed, heads = _announced(rows)
    if len(heads) < 2 or len(heads) < len({_said(rows[i].text) for i in listed}) * _MOSTLY:
        return False
    later = [i for i in range(max(listed) + 1, len(rows)) if _may_head(rows[i])]
    # What counts on among them, or begins with their sign, was called otherwise in the list.
    for chain in counted((i, rows[i].text) for i in later):
        counting = {i for i, _ in chain}
        heads |= counting if mostly(len(counting & heads), chain) else set()
    if len(form := {_form(rows[i].text) for i in heads}) == 1 and form != {""}:
        heads |= {i for i in later if _form(rows[i].text) in form and _stands_above_text(rows, i)}
    if len(heads) < _FEWEST_PARTS:
        return False
    for i in listed:
        rows[i].be(Role.DROPPED, LISTED)
    for i in heads:
        rows[i].be(Role.HEADLINE)
    _take_signs_off(rows)
    _settle_intro(rows)
    return True


def _announced(rows: Sequence[Row]) -> tuple[list[int], set[int]]:
    """Return which lines at the top name others further down, and those of them that texts stand below."""
    names = [i for i, row in enumerate(rows[:_TOP]) if row.reason == LISTED or _is_listed(row)]
    later = {i: _said(row.text) for i, row in enumerate(rows) if _may_head(row) and _text_below(rows, i)}
    found = {
        i: [k for k, text in later.items() if k > i and (said == text or _names(said, text))]
        for i in names
        if (said := _said(rows[i].text))
    }
    first = min((k for ks in found.values() for k in ks), default=0)
    listed = [i for i, ks in found.items() if i < first and ks]
    # A list stands together; two lines that are said again further down are none.
    if not mostly(len(listed), range(min(listed, default=0), max(listed, default=0) + 1), _TOGETHER):
        return [], set()
    return listed, {k for i in listed for k in found[i]}


def _form(text: str) -> str:
    """Return what a headline's form is known by: its mark, or what stands before where it is from."""
    return text[0] if text[0] in LIST_MARKS else " | " if " | " in text else ""


def _is_listed(row: Row) -> bool:
    return row.open and _is_item(row.text) and not row.prose


def _stands_above_text(rows: Sequence[Row], i: int) -> bool:
    free = rows[i].gap > 0 or (i > 0 and is_rule(rows[i - 1]))
    if not free or i + 1 == len(rows) or not rows[i + 1].tells:
        return False
    return rows[i + 1].gap > 0 or _form(rows[i].text) not in LIST_MARKS  # below a mark, a list may go on


def _text_below(rows: Sequence[Row], i: int) -> bool:
    below = (rows[k] for k in range(i + 1, len(rows)))  # a slice would be the rest of the text, for each row
    told = next((row for row in below if row.role not in {Role.LINK, Role.DROPPED}), None)
    return told is not None and told.tells


def drop_labels(rows: Sequence[Row]) -> None:
    """Of two headlines in a row, the first names a section."""
    below = None
    for row in reversed(rows):
        heads = row.role is Role.HEADLINE and not row.whole
        if heads and below is not None and below.role is Role.HEADLINE:
            row.role, row.reason = Role.DROPPED, SECTION
        elif row.open and below is not None and below.role is Role.HEADLINE and _is_label(row.text):
            row.be(Role.DROPPED, SECTION)
        elif row.role is not Role.DROPPED:
            below = row


def _is_label(text: str) -> bool:
    text = text.strip("*=~_#<>«»|–— ") or text
    if heads_briefs(text):
        return True
    return width(text) <= 60 and title_case(text) >= 0.6 and text[-1].isalnum() and text[0] not in LIST_MARKS


def _is_item(text: str) -> bool:
    return is_marked(text) or number_of(text)[0] > 0


def _said(text: str) -> str:
    text = MARK.sub("", text, count=1)
    return plain(text[number_of(text)[1] :])


def is_rule(row: Row) -> bool:
    """Tell a line of signs alone."""
    return row.role is Role.DROPPED and row.reason == RULER and len(row.text) > 1


def _drop_paid(rows: Sequence[Row]) -> None:
    """Drop what stands between "---ADVERTISEMENT---", or the same between rules, and the next rule."""
    paid: list[Row] | None = None
    for i, row in enumerate(rows):
        if is_rule(row) and i and rows[i - 1].reason not in _PAID:
            for each in paid or ():
                each.role, each.reason = Role.DROPPED, each.reason or ADVERTISING
            paid = None
        elif paid is not None:
            paid.append(row)
        elif row.reason in _PAID and _in_rules(rows, i):
            paid = []


def _in_rules(rows: Sequence[Row], i: int) -> bool:
    signs = len(rows[i].text) - len(rows[i].text.strip("-=_*<>~ "))
    between = 0 < i < len(rows) - 1 and is_rule(rows[i - 1]) and is_rule(rows[i + 1])
    return between or signs >= 2 * _SIGNS


def _headings(rows: Sequence[Row]) -> Iterator[_Heading]:
    i, signs = 0, _underlining(rows)
    while i < len(rows):
        heading = _between(rows, i) or _underlined(rows, i, signs)
        if heading:
            yield heading
        i = heading.end if heading else i + 1


def _between(rows: Sequence[Row], i: int) -> _Heading | None:
    """Return the heading whose first line is *i*, between two rules."""
    if i == 0 or not is_rule(rows[i - 1]):
        return None
    last = i
    while last + 1 < len(rows) and not is_rule(rows[last + 1]) and rows[last + 1].gap == 0:
        last += 1
    lines = rows[i : last + 1]
    closed = last + 1 < len(rows) and is_rule(rows[last + 1]) and rows[last + 1].gap == 0
    listed = sum(_is_item(row.text) for row in lines)
    if (
        not closed
        or len(lines) > _MOST_LINES
        or listed > 1
        or not _may_head(lines[0], goes_on=len(lines) > 1)
    ):
        return None
    return None if any(row.prose for row in lines) else _Heading(i, last, last + 2)


def _underlining(rows: Sequence[Row]) -> frozenset[str]:
    """Return of which signs the rules are that stand below headings: below texts, they part stories."""
    below = [i for i, row in enumerate(rows) if i and row.gap == 0 and is_rule(row)]
    all_of = Counter(rows[i].text[0] for i in below)
    heads = Counter(rows[i].text[0] for i in below if _stands_free(rows, i - 1))
    return frozenset(sign for sign, count in heads.items() if count >= _MOSTLY * all_of[sign])


def _stands_free(rows: Sequence[Row], i: int) -> bool:
    return (rows[i].gap > 0 or i == 0 or is_rule(rows[i - 1])) and _may_head(rows[i])


def _underlined(rows: Sequence[Row], i: int, signs: Container[str]) -> _Heading | None:
    below = rows[i + 1] if i + 1 < len(rows) else None
    ruled = below is not None and is_rule(below) and below.gap == 0 and below.text[0] in signs
    return _Heading(i, i, i + 2) if ruled and _stands_free(rows, i) else None


def _may_head(row: Row, *, goes_on: bool = False) -> bool:
    if not row.open:
        return False
    short = width(row.text) <= LONGEST_OPENING and (_is_item(row.text) or not row.prose)
    sentence = not goes_on and row.text[-1] in ".。,;" and not is_shouted(row.text)
    return short and not sentence and bool(plain(row.text)) and not begins_footer(row.text)


def _end(rows: Sequence[Row], end: int) -> int:
    """Return where a section ends: before the rules above the next heading."""
    while end > 0 and is_rule(rows[end - 1]):
        end -= 1
    return end


def _settle(rows: list[Row], heading: _Heading, end: int) -> None:
    head, content = rows[heading.first], rows[heading.end : end]
    linked = any(row.role is Role.LINK for row in rows[heading.first : heading.last + 1])
    if heads_contents(head.text):
        for row in [head, *content]:
            row.be(Role.DROPPED, LISTED)
    elif not linked and not _tells(content):
        head.be(Role.DROPPED, SECTION)
    else:
        head.be(Role.HEADLINE)
        for row in [*rows[heading.first + 1 : heading.last + 1], *content]:
            row.be(Role.BODY)
        _join(rows, heading)


def _tells(content: Sequence[Row]) -> bool:
    """Tell a story's text from a list: it begins with a sentence."""
    said = [row for row in content if row.open]
    if not said or is_linked_title(said[0].text):
        return False
    if width(without_addresses(said[0].text)) < _PARAGRAPH and _lists(content):
        return False
    ends = ends_sentence(said[0].text) or said[0].text[-1] in ":："
    addressed = any(pointed_at(row.text) for row in content[1:2])
    return said[0].prose or (ends and (addressed or width(said[0].text) >= _SHORTEST_TEXT))


def _lists(content: Sequence[Row]) -> bool:
    """Tell titles with their addresses."""
    if sum(is_linked_title(row.text) for row in content) > 1:
        return True
    begins = [n for n, row in enumerate(content) if row.gap or not n]
    titled = [
        n
        for n in begins
        if n + 1 < len(content) and content[n + 1].role is Role.LINK and not content[n].prose
    ]
    return len(titled) > _FEWEST_PARTS and mostly(sum(content[n + 1].gap == 0 for n in titled), begins)


def _join(rows: list[Row], heading: _Heading) -> None:
    """Join the lines of a heading that was wrapped."""
    head = rows[heading.first]
    for row in rows[heading.first + 1 : heading.last + 1]:
        if row.role is Role.LINK or head.text[-1] not in ",-–—&":
            return
        head.text, head.last = f"{head.text} {row.text}", row.last
        del rows[heading.first + 1]


def _take_signs_off(rows: Sequence[Row]) -> None:
    """Take off what counts or marks headlines."""
    for row in rows:
        if row.role is Role.HEADLINE:
            row.text = MARK.sub("", row.text, count=1)
    heads = [(i, row.text) for i, row in enumerate(rows) if row.role is Role.HEADLINE]
    for chain in counted(heads):
        for i, begin in chain if len(chain) > 1 else ():
            rows[i].text = rows[i].text[begin:]


def find_parted(rows: Sequence[Row]) -> bool:
    """Settle the first line of what rules part, if a text stands below; True if that is the form."""
    if sum(map(is_rule, rows)) < _FEWEST_PARTS:
        return False
    addressed = find_above_addresses(rows)  # surer, where a headline has its address below
    told = [part for part in _parts(rows) if len(part) > 1]
    told = [part for part in told if all(row.role is not Role.HEADLINE for row in part)]
    first = next((row for row in rows if row.role in {None, Role.LINK}), None)
    heads = [head for part in told if (head := _head(part, first=part[0] is first))]
    if len(heads) < _FEWEST_PARTS or not mostly(len(heads), told):
        return addressed
    for row in heads:
        row.text = MARK.sub("", row.text, count=1)
        row.be(Role.HEADLINE)
    _settle_intro(rows)
    return True


def _parts(rows: Sequence[Row]) -> list[list[Row]]:
    """Return what stands between rules, or the names of sections."""
    parts: list[list[Row]] = [[]]
    for row in rows:
        if is_rule(row) or row.reason == SECTION:
            parts.append([])
        elif row.role in {None, Role.LINK, Role.HEADLINE}:
            parts[-1].append(row)
    return parts


def _head(part: Sequence[Row], *, first: bool) -> Row | None:
    """Return the short line above a part's text: its first; in the first part, with an intro, its last."""
    begins = range(len(part) - 1)
    if not first:
        # A section's name may stand above.
        labelled = len(part) > 2 and part[1].gap > 0 and part[2].role is Role.LINK and part[2].gap == 0
        begins = range(labelled, labelled + 1)
    told = [n for n in begins if _may_head(part[n]) and _tells_of(part[n + 1 : n + 3], first=first)]
    return part[told[-1]] if told else None


def _tells_of(below: Sequence[Row], *, first: bool) -> bool:
    return below[0].prose if first else any(row.tells for row in below)


def _settle_intro(rows: Sequence[Row]) -> None:
    """Take what stands above all headlines for the intro, if it is little; a list in it has no stories."""
    first = next((i for i, row in enumerate(rows) if row.role is Role.HEADLINE), 0)
    if first <= _INTRO * len(rows):
        for row in rows[:first]:
            row.be(Role.INTRO)
