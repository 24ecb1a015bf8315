"""Reads pasted text: an article copied from a page, or the text version of a mail.

A paste has no structure left but its line breaks. So each line is first recognised by what only such a
line can be (an address, a share button, run-together tags), and what remains is a headline or a body by
weighing: length, punctuation, capitals, the gap above, and above all whether prose follows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile

from bot.importing.captions import find_captions, find_glued_captions
from bot.importing.cues import ADVERTISING, AGAIN, BYLINE, INTRO_HEADING, SHARING, STAMP
from bot.importing.dates import is_date
from bot.importing.draft import Draft, Role
from bot.importing.furniture import (
    begins_footer,
    ends_letter,
    furniture_of,
    heads_editorial,
    is_photo_credit,
    is_prompt,
    is_sign_up,
    only_a_heading,
    pointed_at,
    sounds_like_a_title,
    sounds_like_an_intro,
)
from bot.importing.headlines import weigh
from bot.importing.inline import (
    is_linked_title,
    split_linked,
    stands_among_links,
    take_notes,
    without_addresses,
)
from bot.importing.mrkdwn import is_mrkdwn, read_mrkdwn
from bot.importing.numbered import take_numbers_off
from bot.importing.one_line import (
    find_above_addresses,
    find_beside_addresses,
    is_named,
    split_bracketed,
    split_cells,
    split_closed_by_addresses,
    split_dashed,
    split_items,
    split_named,
    split_numbered,
    split_with_addresses,
)
from bot.importing.openings import (
    LONGEST_OPENING,
    address_last,
    counted,
    is_marked,
    mostly,
    signs_before,
    without_signs,
)
from bot.importing.regular import (
    begins_like_others,
    find_alternating,
    find_briefs,
    find_regular,
    find_titles,
    find_titles_above_addresses,
)
from bot.importing.rows import Row, rows_of, take_attributions, take_tables
from bot.importing.ruled import (
    drop_about,
    drop_announced,
    drop_labels,
    drop_listed,
    drop_repeated,
    find_announced,
    find_parted,
    find_ruled,
)
from bot.importing.source import check_length
from bot.importing.sponsors import Part, sponsored
from bot.importing.tags import LONGEST_LINE, tags_of
from bot.importing.words import (
    LIST_MARKS,
    ends_sentence,
    is_shouted,
    is_url,
    plain,
    states,
    web_address,
    width,
)

# Of a weight, and of a sequence of numbers that is no accident.
_SURE, _MANY = 1.0, 5
_FEWEST_DATES = 3
# Rows that a list of contents stands in, if it begins at once.
_TOP = 40
# Letters; less in capitals is a name, and less below it no story.
_SHORTEST_SHOUT, _SHORTEST_TEXT = 12, 30


def read_text(text: str, *, names: Collection[str] = (), title: str = "") -> Draft:
    """Give every line of a pasted text its role. *names* are known companies, to tell tags apart by.

    *title* is what the text is called, such as a mail's subject; then only a line that says it is the title.
    """
    if not title and is_mrkdwn(text):
        return read_mrkdwn(text)
    rows = rows_of(text)
    check_length(paragraphs=len(rows))
    take_notes(rows)
    page = _Page(rows)
    # Surest first: each pass sees what those before it have settled.
    page.recognise(names)
    page.cut_footer()
    page.take_title(title) if title else page.find_title()
    take_attributions(rows)
    find_captions(rows, loose=page.loose)
    drop_repeated(rows)
    drop_listed(rows)
    split_cells(rows)
    take_tables(rows)
    find_ruled(rows)
    find_briefs(rows)
    linked = split_linked(rows)
    if linked or find_announced(rows):
        page.find_sure_headlines(fewest=2 if linked else 1)
    elif not find_parted(rows) and not find_regular(rows):
        split_numbered(rows)
        split_with_addresses(rows)
        split_named(rows)
        split_dashed(rows)
        split_bracketed(rows)
        find_titles_above_addresses(rows)
        page.find_headlines()
    page.take_title_back()
    drop_labels(rows)
    split_closed_by_addresses(rows)
    split_items(rows)
    drop_announced(rows)
    find_glued_captions(rows)
    page.place_the_rest()
    page.find_pointers()
    page.take_signs_off()
    drop_about(rows)
    page.drop_sponsored()
    return Draft(lines=tuple(row.line() for row in rows), title=title, warnings=tuple(page.warnings()))


class _Page:
    """All rows, and the passes that settle their roles, surest first."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.guessed: Row | None = None  # a title that nothing says is one
        self.many_named = sum(is_named(row.text) for row in rows) > 2
        self.sign = signs_before([row.text for row in rows])  # of headlines
        chains = counted((i, row.text) for i, row in enumerate(rows[:_TOP]))
        self.listed = {rows[i].at for chain in chains if len(chain) > 1 for i, _ in chain}
        gaps = sum(row.gap > 0 for row in rows[1:])
        # Where nearly every line has a gap above it, a gap tells nothing, and a missing one does.
        self.loose = gaps > 0.6 * max(1, len(rows) - 1)

    def recognise(self, names: Collection[str]) -> None:
        """Settle what only one kind of line can be."""
        words = frozenset(
            word
            for row in self.rows
            if ends_sentence(row.text)
            for word in re.findall(r"[^\s,.;:()“”\"]+", row.text)
        )
        often = Counter(plain(row.text) for row in self.rows if len(row.text) <= 60)
        spent = 0  # telling tags apart is slow, and a page has one such line
        reasons = furniture_of([without_addresses(row.text) for row in self.rows])
        dates = [i for i, row in enumerate(self.rows) if is_date(row.text)]
        # One alone may be a story's heading in a list of events; several say when each story was.
        reasons |= dict.fromkeys(dates if len(dates) >= _FEWEST_DATES else [], STAMP)
        for i, row in enumerate(self.rows):
            if reasons.get(i) == SHARING and stands_among_links(self.rows, i, reasons):
                continue
            if (reason := reasons.get(i, "")) and not (only_a_heading(reason) and self._prose_below(i)):
                row.be(Role.DROPPED, reason)
            elif is_url(row.text):
                row.url = web_address(row.text)
                row.be(Role.LINK)
            elif heads_editorial(row.text) and 3 * i < len(self.rows):
                row.be(Role.DROPPED, INTRO_HEADING)
            elif self._prose_below(i):
                continue
            elif spent <= LONGEST_LINE and (tags := tags_of(row.text, names=names, words=words)):
                spent += len(row.text)
                row.tags = tags
                row.be(Role.TAG)
            # Twice is a title copied with its page, or a list of contents; what a page says three times is
            # its own furniture.
            elif often[plain(row.text)] >= 3 and not is_photo_credit(row.text):
                row.be(Role.DROPPED, AGAIN)
            elif is_prompt(row.text):
                row.be(Role.DROPPED, "points at a link that the copy lost")

    def find_pointers(self) -> None:
        """Take "Read more: https://…" for its story's link, wherever it stands."""
        for row in self.rows:
            if row.role in {Role.BODY, Role.CAPTION} and (url := pointed_at(row.text)):
                row.role, row.url = Role.LINK, url

    def cut_footer(self) -> None:
        """Drop what a page or mail says after its last story."""
        # Below the middle only: at the top, "view in browser" and tags stand before the first story.
        half = len(self.rows) // 2
        below = range(max(half, self._last_story()), len(self.rows))
        tagged = (i + 1 for i in reversed(below) if self.rows[i].tags and i > half)
        start = tags_end = next(tagged, len(self.rows))
        start = next((i for i in below if i < start and begins_footer(self.rows[i].text)), start)
        start = min(start, self._closing_sign_up(start))
        start = next((i for i in below if i < start and self._ends_letter(i, start)), start)
        reason = f"{'after the tags: ' * (start == tags_end)}the page's footer"
        for row in self.rows[start:]:
            if row.role in {None, Role.LINK}:
                row.role, row.reason = Role.DROPPED, "sign-up box" if is_sign_up(row.text) else reason

    def _ends_letter(self, i: int, end: int) -> bool:
        below = [row for row in self.rows[i + 1 : end] if row.role is not Role.DROPPED]
        named = all(row.open for row in below)
        return named and ends_letter(self.rows[i].text, [row.text for row in below], above=i)

    def _last_story(self) -> int:
        """Return where the last long paragraph is that says no farewell."""
        told = (i for i in reversed(range(len(self.rows))) if len(self.rows[i].text) > 200)
        return next((i for i in told if not begins_footer(self.rows[i].text)), 0)

    def _closing_sign_up(self, start: int) -> int:
        """Return where a sign-up box begins that nothing but short lines follow."""
        i = start
        while i > 0 and not self.rows[i - 1].prose and (i == start or start - i < 6):
            i -= 1
        boxed = [k for k in range(i, start) if is_sign_up(self.rows[k].text)]
        return boxed[0] if boxed and i > 0 else start

    def take_title(self, title: str) -> None:
        """Take the lines at the top that say what the text is called."""
        top = [row for row in self.rows[:8] if row.open and plain(row.text) and not is_marked(row.text)]
        said = [row for row in top if plain(row.text) in plain(title) and len(row.text) >= len(title) / 2]
        for n, row in enumerate(said):
            row.be(Role.DROPPED if n else Role.TITLE, "says the title again" if n else "")
        # A masthead says more than the subject does, or something else.
        masthead = takewhile(lambda row: not row.prose, top)
        named = (row for row in masthead if self._may_be_title(row) and sounds_like_a_title(row.text))
        name = next(named, None)
        if name and not name.boxed and not self._is_first_headline(name):
            name.be(Role.DROPPED, "the newsletter's name")

    def find_title(self) -> None:
        """Take the line that stands twice at the top, else the first heading above any prose."""
        top = [row for row in self.rows[:8] if row.open and self._may_be_title(row)]
        twice = [row for row in top if sum(plain(row.text) == plain(other.text) for other in top) > 1]
        # Several that stand twice, below another line: a list of contents.
        if (
            twice
            and not self._prose_below(self.rows.index(twice[0]))
            and (twice[0] is top[0] or len({plain(row.text) for row in twice}) == 1)
        ):
            twice[0].be(Role.TITLE)
            for row in twice[1:]:
                if plain(row.text) == plain(twice[0].text):
                    row.be(Role.DROPPED, "says the title again")
            return
        first_prose = next(
            (i for i, row in enumerate(self.rows) if row.prose or (row.open and row.text[-1] in ".:")),
            len(self.rows),
        )
        headings = [row for row in self.rows[:first_prose] if row.open and self._may_be_title(row)]
        chosen = next(
            (row for row in headings if sounds_like_a_title(row.text)), headings[0] if headings else None
        )
        if chosen is None:
            return
        if not sounds_like_a_title(chosen.text):
            if self._is_first_headline(chosen) or len(chosen.text.split()) < 3:
                return
            if begins_like_others(chosen, self.rows):
                return
            self.guessed = chosen
        chosen.be(Role.TITLE)

    def take_title_back(self) -> None:
        """Make a headline of what was guessed to be the title, if it stands as the headlines do.

        A title stands apart; and a roundup has more than one story, or it is that story.
        """
        if self.guessed is None:
            return
        at = self.rows.index(self.guessed)
        if any(row.role is Role.DROPPED for row in self.rows[at + 1 : at + 2]):
            return  # a line across the page, or a date
        heads = [i for i, row in enumerate(self.rows) if row.role is Role.HEADLINE]
        listed = heads[:1] == [at + 1] and self.rows[at + 1].whole
        glued = {not any(row.gap for row in self.rows[i + 1 : i + 2]) for i in (at, *heads)}
        # Without any blank line, nothing tells how a title stands.
        parted = listed or any(self.rows[i].gap for i in heads)
        alike = glued == {True} and parted if len(heads) > 1 else len(glued) == 1
        if alike and (listed or self._told(at, heads)):
            self.guessed.role, self.guessed.whole = Role.HEADLINE, listed

    def _told(self, at: int, heads: Sequence[int]) -> bool:
        """Tell a line above the text of a story."""
        text = next((row for row in self.rows[at + 1 :] if row.open), None)
        if text is None or self.rows[at + 1].role is Role.HEADLINE or sounds_like_an_intro(text.text):
            return False
        whole = any(self.rows[i].whole for i in heads)
        return not whole and text.tells and (bool(heads) or ends_sentence(text.text))

    def warnings(self) -> Iterator[str]:
        """Yield what the reader was not sure of."""
        if self.guessed:
            taken = "title" if self.guessed.role is Role.TITLE else "first headline, and may be the title"
            yield f"line {self.guessed.at} was taken as the {taken}: {self.guessed.text!r}"

    def _may_be_title(self, row: Row) -> bool:
        if address_last(row.text)[1] or is_linked_title(row.text) or is_photo_credit(row.text):
            return False
        if is_marked(row.text) or row.at in self.listed:
            return False
        if self.sign and row.text.startswith(self.sign):
            return False
        # The first of several such lines is a story like them.
        alike = self.many_named and is_named(row.text)
        return _may_be_title(row.text) and (not alike or sounds_like_a_title(row.text))

    def _is_first_headline(self, row: Row) -> bool:
        """Tell a first story's headline from a title: its address stands below."""
        i = self.rows.index(row)
        below = [row for row in self.rows[i + 1 : i + 3] if row.reason != BYLINE]
        return any(row.role is Role.LINK for row in below[:1])

    def _prose_below(self, i: int) -> bool:
        return i + 1 < len(self.rows) and self.rows[i + 1].prose

    def find_headlines(self) -> None:
        """Settle headlines: those above an address, those in a numbered sequence, those that weigh enough."""
        forms = (find_above_addresses, find_beside_addresses, find_alternating)
        if any(find(self.rows) for find in forms):
            return
        if find_titles(self.rows):
            return
        numbered = take_numbers_off(self.rows)
        weights = self._weights()
        numbered |= self._heads_of_groups() | self._shouted() | self._signed()
        # Beside numbers, only what is surely one: the heading of a part without numbers.
        least = _SURE if len(numbered) >= _MANY else 0
        for i, row in enumerate(self.rows):
            if i in numbered or weights.get(i, -1.0) > least:
                row.be(Role.HEADLINE)

    def find_sure_headlines(self, *, fewest: int) -> None:
        """Settle what weighs so much that it is one, whatever its neighbours are; one may be the title."""
        sure = [i for i, weight in self._weights().items() if weight > _SURE]
        for i in sure if len(sure) >= fewest else ():
            self.rows[i].be(Role.HEADLINE)

    def _weights(self) -> dict[int, float]:
        # A picture's words may stand between a headline and its text.
        told = [i for i, row in enumerate(self.rows) if row.role is not Role.CAPTION]
        weighed = weigh([self.rows[i] for i in told], loose=self.loose)
        return {told[n]: weight for n, weight in weighed.items()}

    def _heads_of_groups(self) -> set[int]:
        """Return the first lines of what blank lines part, if they are short and their texts stand below."""
        groups: list[list[int]] = []
        for i, row in enumerate(self.rows):
            if row.role in {None, Role.LINK}:
                if row.gap or not groups:
                    groups.append([])
                groups[-1].append(i)
        told = [group for group in groups if any(self.rows[i].tells for i in group)]
        heads = {group[0] for group in told if self._heads(*group)}
        return heads if mostly(len(heads), told) else set()

    def _shouted(self) -> set[int]:
        """Return the lines in capitals, if they are several and their texts stand below."""
        shouted = [
            i
            for i, row in enumerate(self.rows)
            if row.open and is_shouted(row.text) and width(row.text) >= _SHORTEST_SHOUT
        ]
        heads = {i for i in shouted if any(self._says_so(below) for below in self.rows[i + 1 : i + 2])}
        return heads if len(heads) >= 3 and mostly(len(heads), shouted) else set()

    def _signed(self) -> set[int]:
        """Return the lines that begin with the sign of several, if their texts stand below."""
        signed = [i for i, row in enumerate(self.rows) if self.sign and self._is_signed(row)]
        heads = {i for i in signed if i + 1 < len(self.rows) and self._tells_plainly(self.rows[i + 1])}
        return heads if mostly(len(heads), signed) else set()

    def _is_signed(self, row: Row) -> bool:
        return row.open and row.text.startswith(self.sign) and not row.prose

    def _tells_plainly(self, row: Row) -> bool:
        says = row.tells or (row.open and ends_sentence(row.text))
        return says and not row.text.startswith(self.sign)

    def _says_so(self, row: Row) -> bool:
        return row.open and not is_shouted(row.text) and width(row.text) >= _SHORTEST_TEXT

    def _heads(self, first: int, *below: int) -> bool:
        row = self.rows[first]
        short = row.open and not row.prose and width(row.text) <= LONGEST_OPENING
        return (
            short
            and not states(row.text)
            and row.text[0] not in LIST_MARKS
            and any(self.rows[i].tells for i in below[:2])
            and all(
                self.rows[i].tells or not self.rows[i].open or pointed_at(self.rows[i].text) for i in below
            )
        )

    def place_the_rest(self) -> None:
        """Before the first headline is the intro, after it the bodies."""
        begun = False
        for row in self.rows:
            if row.role is Role.HEADLINE:
                begun = True
            elif row.role is Role.BODY and not begun:
                row.role = Role.INTRO
            elif row.role is Role.CAPTION and not begun:
                row.role, row.reason = Role.DROPPED, "a lead picture's words; a digest has none"
            elif (
                row.open
                and not begun
                and is_sign_up(row.text)
                and not ends_sentence(row.text)
                and len(row.text) < 60
            ):
                row.be(Role.DROPPED, "sign-up box")
            else:
                row.be(Role.BODY if begun else Role.INTRO)

    def take_signs_off(self) -> None:
        """Take off the signs that stand around headlines."""
        heads = [row for row in self.rows if row.role is Role.HEADLINE]
        if self.sign:
            for row in heads:
                row.text = row.text.removeprefix(self.sign).lstrip()
        for row, text in zip(heads, without_signs([row.text for row in heads]), strict=True):
            row.text = text

    def drop_sponsored(self) -> None:
        """Drop what a sponsor paid for."""
        parts = [
            Part(text=row.text, reason=row.reason, begins=row.role is Role.HEADLINE) for row in self.rows
        ]
        for i in sponsored(parts):
            self.rows[i].role, self.rows[i].reason = Role.DROPPED, ADVERTISING


def _may_be_title(text: str) -> bool:
    return 3 <= len(text) <= 160 and text[-1] not in ".,;:。" and not text[0].islower()
