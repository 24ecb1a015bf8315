"""Editing a digest in Slack: its stories in a list, each in a form, and nothing lost when two edit at once.

Each form says "Saving…" within Slack's three seconds; what became of it is shown once the database has it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from slack_bolt import Ack, App

from bot.core.digest import Digest, Image, Story
from bot.core.errors import RoundupError, Severity
from bot.core.sheets import Broken, Outdated, Sheet
from bot.core.versions import Version
from bot.slack.bolt import acknowledge
from bot.slack.listeners.counter import Counter, digest_of, in_words, saved_or_refused
from bot.slack.listeners.presses import STALE, Press, by_whom, read_press, text
from bot.slack.views.desk import EDIT
from bot.slack.views.editing import (
    ADD,
    BACK,
    COMPANIES,
    DOWN,
    HEAD,
    HEAD_FORM,
    LEAVE_OUT,
    NEW,
    PAGE,
    STORY,
    STORY_FORM,
    TAGS,
    TAKE_OVER,
    TITLE,
    UP,
    Draft,
    head_view,
    piece_of,
    stories_view,
    story_view,
    take_over_view,
)
from bot.slack.views.forms import Values, chosen, filled, noted, options, picked_day, told, waiting, word
from bot.slack.views.kit import plainly
from bot.slack.views.pieces import put_together
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

MOMENT = waiting(TITLE, "One moment…")
SAVING = waiting(TITLE, "Saving…")
OFFERED = 20  # names while one types
# Which field of a form a field of the file is typed in. Slack takes no fault of a field that is not there.
HEAD_FIELDS = {name: name for name in ("title", "date", "tags", "url", "newsletter")} | {"intro": "intro0"}
FIELDS = {
    "headline": "headline",
    "section": "section",
    "summary": "summary",
    "body": "body0",
    "companies": "companies",
    "tags": "tags",
    "url": "url",
    "image.alt": "alt",
    "image.caption": "caption",
    "image.url": "picture",
    "image": "alt",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edits:
    """The editing of digests. Every public method but the lists is a listener, or connects some."""

    counter: Counter
    # Known companies ("companies") or tags ("tags"), as digests have them.
    names: Callable[[str], Sequence[str]]

    def register(self, app: App) -> None:
        """Connect the list's buttons, the forms and the completion of names."""
        app.action(EDIT)(ack=acknowledge, lazy=[self.edit])
        for action in (STORY, ADD, HEAD, UP, DOWN, LEAVE_OUT, PAGE, f"{PAGE}_on", BACK, TAKE_OVER):
            app.action(action)(ack=acknowledge, lazy=[self.turn])
        for action in (COMPANIES, TAGS):
            app.options(action)(self.complete)
            app.action(action)(acknowledge)
        app.view(STORY_FORM)(ack=self.check_story, lazy=[self.save_story])
        app.view(HEAD_FORM)(ack=self.check_head, lazy=[self.save_head])

    def edit(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Edit: the stories in a list."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._edit(press))

    def _edit(self, press: Press) -> None:
        value = press.read(digest=str)
        if value is None:
            raise RoundupError(STALE)
        screen = self.counter.screens.begin(press, MOMENT)
        self._in(screen, lambda: self.list_stories(screen, self.counter.writing.read(value["digest"])))

    def turn(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Any button of the list, or in a form: another view in the place of this one."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._turn(press))

    def _turn(self, press: Press) -> None:
        note, value = noted({"private_metadata": press.note}), press.read() or {}
        if not isinstance(note.get("d"), str) or press.action not in _TURNS:
            raise RoundupError(STALE)
        screen = self.counter.screens.begin(press, SAVING if press.action in _CHANGES else MOMENT)
        sheet = self.counter.writing.read(note["d"])
        turn = _Turn(screen=screen, who=press.user, sheet=sheet, note=note, value=value)
        _TURNS[press.action](self, turn)

    def list_stories(self, screen: str, sheet: Sheet, *, page: int = 0, notes: Sequence[str] = ()) -> None:
        """Show the stories in a list, what is said first, and what `check` says."""
        digest = digest_of(sheet)
        view = (
            take_over_view(sheet)
            if sheet.of_a_file
            else stories_view(sheet, digest, page=page, notes=[*notes, *sheet.doubts])
        )
        self.counter.screens.show(screen, view)

    def list_saved(self, screen: str, sheet: Sheet, *, page: int, said: str) -> None:
        """Show them after a change, and say what becomes of posts that there may be by now."""
        self.list_stories(screen, sheet, page=page, notes=[said, *self.counter.what_follows(sheet)])

    def _in(self, screen: str, order: Callable[[], None]) -> None:
        try:
            order()
        except (RoundupError, LedgerError) as error:
            self.counter.screens.show(screen, told(in_words(error)))

    # --- the forms

    def complete(self, ack: Ack, payload: dict[str, Any]) -> None:
        """Offer the names that go on as typed, and what was typed itself: it may be a new one."""
        typed = text(payload, "value").strip()
        known = self.names("tags" if payload.get("action_id") == TAGS else "companies")
        fitting = [name for name in known if typed.casefold() in name.casefold()]
        begins = sorted(fitting, key=lambda name: not name.casefold().startswith(typed.casefold()))[:OFFERED]
        new = [] if not typed or typed in begins else [typed]
        ack(options=options([*begins, *new]))

    def check_story(self, ack: Ack, view: dict[str, Any]) -> None:
        """Say at the field what is wrong with it, else that it is being saved."""
        _errors_or_saving(ack, self._wrong_story(view))

    def _wrong_story(self, view: Mapping[str, Any]) -> Mapping[str, str]:
        note = noted(view)
        story = self._story(filled(view), note, _BLANK)
        wrong: dict[str, str] = {}
        for problem in self.counter.proof.problems(replace(_EMPTY, stories=(story,))):
            if problem.severity is Severity.ERROR:
                name, _, said = problem.text.removeprefix("stories[0].").partition(": ")
                field = FIELDS.get(_whole_list(name), "headline")
                wrong.setdefault(f"{field}{note.get('m', '')}", said or problem.text)
        return wrong

    def check_head(self, ack: Ack, view: dict[str, Any]) -> None:
        """The same for what is said of the digest itself."""
        _errors_or_saving(ack, self._wrong_head(view))

    def _wrong_head(self, view: Mapping[str, Any]) -> Mapping[str, str]:
        note = noted(view)
        wrong: dict[str, str] = {}
        for problem in self.counter.proof.problems(self._head(filled(view), note, _EMPTY)):
            name, _, said = problem.text.partition(": ")
            if problem.severity is Severity.ERROR and not name.startswith("stories"):
                field = HEAD_FIELDS.get(_whole_list(name), "title")
                wrong.setdefault(f"{field}{note.get('m', '')}", said or problem.text)
        return wrong

    def save_story(self, body: dict[str, Any], view: dict[str, Any]) -> None:
        """A story's form was sent."""
        note, values = noted(view), filled(view)
        number = _whole(note.get("s"))
        if self._wrong_story(view):  # Bolt comes here all the same
            return

        def change(base: Digest) -> Digest:
            was = next((story for story in base.stories if story.n == number), None)
            if number == NEW:
                n = max((story.n for story in base.stories), default=0) + 1
                fresh = replace(_BLANK, id=f"{base.id}/{n}", n=n)
                return replace(base, stories=(*base.stories, self._story(values, note, fresh)))
            if was is None:
                raise RoundupError("That story was left out meanwhile: nothing was changed.")
            stories = [self._story(values, note, s) if s.n == number else s for s in base.stories]
            return replace(base, stories=tuple(stories))

        def again(sheet: Sheet, notes: Sequence[str]) -> dict[str, Any]:
            return story_view(sheet, number, _typed(values, note), page=_whole(note.get("p")), notes=notes)

        self._save(body, view, change, again)

    def save_head(self, body: dict[str, Any], view: dict[str, Any]) -> None:
        """The form of the digest's title, date and intro was sent."""
        note, values = noted(view), filled(view)
        if self._wrong_head(view):
            return

        def again(sheet: Sheet, notes: Sequence[str]) -> dict[str, Any]:
            return head_view(sheet, self._head(values, note, digest_of(sheet)), notes=notes)

        self._save(body, view, lambda base: self._head(values, note, base), again)

    def _save(
        self,
        body: Mapping[str, Any],
        view: Mapping[str, Any],
        change: Callable[[Digest], Digest],
        again: Callable[[Sheet, Sequence[str]], dict[str, Any]],
    ) -> None:
        """Save what was typed over the version it was made from; what cannot be is in the form again."""
        (who, team), screen, note = by_whom(body), self.counter.screens.submitted(view), noted(view)
        writing = self.counter.writing
        base = self._noted(note)
        try:
            base = writing.read(str(note.get("d")), _whole(note.get("n")))
            self.counter.must_be_editor(who, team)
            saved = writing.update(change(digest_of(base)), expected=base.version.number, who=who)
        except (RoundupError, LedgerError) as error:
            self._not_saved(screen, who, in_words(error), base, again)
            return
        match saved:
            case Sheet():
                said = f"Saved. Meanwhile: {'; '.join(saved.others)}." if saved.others else "Saved."
                page = _whole(note.get("p"))
                self._in(screen, lambda: self.list_saved(screen, saved, page=page, said=said))
            case Outdated():
                said = f"Not saved yet: {saved}. What you typed is here; Save puts it over theirs."
                there = saved.now if saved.now.digest else base  # else it was discarded meanwhile
                self._not_saved(screen, who, said, there, again)
            case Broken():
                self._not_saved(screen, who, f"Not saved: {saved}", base, again)

    def _not_saved(
        self,
        screen: str,
        who: str,
        words: str,
        sheet: Sheet,
        again: Callable[[Sheet, Sequence[str]], dict[str, Any]],
    ) -> None:
        """Show the form again with all that was typed; to somebody who has closed it, say so."""
        log.info("edit_not_saved by=%s", who)
        if not self.counter.screens.show(screen, again(sheet, [words])):
            self.counter.say(who, plainly(words))

    def _noted(self, note: Mapping[str, Any]) -> Sheet:
        """Return what a form was made from, as far as it knows by itself: while the database is away."""
        version = Version(
            digest=str(note.get("d")),
            number=_whole(note.get("n")),
            fingerprint="",
            who="",
            place="",
            at=self.counter.clock(),
        )
        return Sheet(version=version, text="", digest=_EMPTY)

    # --- from what was typed to a story

    def _story(self, values: Values, note: Mapping[str, Any], was: Story) -> Story:
        typed, read = _typed(values, note), self.counter.proof.text
        image = Image(alt=typed.alt, caption=typed.caption, url=typed.picture)
        same = was.body if was.body.source == typed.body else read(typed.body)
        return replace(
            was,
            headline=typed.headline,
            section=typed.section,
            summary=read(typed.summary),
            body=same,
            companies=typed.companies,
            tags=typed.tags,
            url=typed.url,
            image=image if typed.alt or typed.caption or typed.picture else None,
        )

    def _head(self, values: Values, note: Mapping[str, Any], was: Digest) -> Digest:
        return replace(
            was,
            title=_one_line(values, note, "title"),
            date=picked_day(values, "date") or was.date,
            intro=self.counter.proof.text(_joined(values, note, "intro")),
            tags=_names(values, note, "tags"),
            url=_line(values, "url"),
            newsletter=_line(values, "newsletter"),
        )


# --- what the buttons of the list do -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A press in the list: the digest as it is now, what the list was made of, and the button's value."""

    screen: str
    who: str
    sheet: Sheet
    note: Mapping[str, Any]
    value: Mapping[str, Any]

    @property
    def story(self) -> Story:
        """Return the story that the button names; RoundupError if it was left out meanwhile."""
        found = (s for s in digest_of(self.sheet).stories if s.n == self.value.get("s"))
        if story := next(found, None):
            return story
        raise RoundupError("That story was left out meanwhile. Press Edit again for what there is now.")

    @property
    def page(self) -> int:
        return _whole(self.note.get("p"))


def _show_story(edits: Edits, turn: _Turn) -> None:
    view = story_view(turn.sheet, turn.story.n, Draft.of(turn.story), page=turn.page)
    edits.counter.screens.show(turn.screen, view)


def _show_new(edits: Edits, turn: _Turn) -> None:
    edits.counter.screens.show(turn.screen, story_view(turn.sheet, NEW, Draft(), page=turn.page))


def _show_head(edits: Edits, turn: _Turn) -> None:
    edits.counter.screens.show(turn.screen, head_view(turn.sheet, digest_of(turn.sheet)))


def _show_page(edits: Edits, turn: _Turn) -> None:
    edits.list_stories(turn.screen, turn.sheet, page=_whole(turn.value.get("p", turn.page)))


def _take_over(edits: Edits, turn: _Turn) -> None:
    expected = _whole(turn.note.get("n"))
    saved = edits.counter.writing.take_over(turn.sheet.id, expected=expected, who=turn.who)
    edits.list_stories(turn.screen, saved_or_refused(saved), notes=["It is yours now."])


def _move(step: int) -> Callable[[Edits, _Turn], None]:
    def move(edits: Edits, turn: _Turn) -> None:
        stories = list(digest_of(turn.sheet).stories)
        at = stories.index(turn.story)
        to = at + step
        if 0 <= to < len(stories):
            stories[at], stories[to] = stories[to], stories[at]
        _save_stories(edits, turn, stories, "Moved.")

    return move


def _leave_out(edits: Edits, turn: _Turn) -> None:
    gone = turn.story
    stories = [story for story in digest_of(turn.sheet).stories if story is not gone]
    _save_stories(edits, turn, stories, f"Left out: {gone.headline}")


def _save_stories(edits: Edits, turn: _Turn, stories: Sequence[Story], said: str) -> None:
    changed = replace(digest_of(turn.sheet), stories=tuple(stories))
    saved = edits.counter.writing.update(changed, expected=turn.sheet.version.number, who=turn.who)
    edits.list_saved(turn.screen, saved_or_refused(saved), page=turn.page, said=said)


_CHANGES = frozenset({UP, DOWN, LEAVE_OUT, TAKE_OVER})
# A new button of the list: a function above and a line here.
_TURNS: Mapping[str, Callable[[Edits, _Turn], None]] = {
    STORY: _show_story,
    ADD: _show_new,
    HEAD: _show_head,
    UP: _move(-1),
    DOWN: _move(1),
    LEAVE_OUT: _leave_out,
    PAGE: _show_page,
    f"{PAGE}_on": _show_page,
    BACK: _show_page,
    TAKE_OVER: _take_over,
}

# --- what was typed ------------------------------------------------------------------------------------

_BLANK = Story(id="draft/1", n=1, headline="-")
_EMPTY = Digest(id="draft", title="Draft", date=date(2000, 1, 1), stories=(_BLANK,))


def _typed(values: Values, note: Mapping[str, Any]) -> Draft:
    return Draft(
        headline=_one_line(values, note, "headline"),
        section=_one_line(values, note, "section"),
        summary=_long(values, note, "summary"),
        body=_joined(values, note, "body"),
        companies=_names(values, note, "companies"),
        tags=_names(values, note, "tags"),
        url=_line(values, "url"),
        alt=_one_line(values, note, "alt"),
        caption=_one_line(values, note, "caption"),
        picture=_line(values, "picture"),
    )


def _line(values: Values, name: str) -> str:
    return _joined_lines(word(values, name))


def _one_line(values: Values, note: Mapping[str, Any], name: str) -> str:
    return _joined_lines(_long(values, note, name))


def _joined_lines(text: str) -> str:
    """Return the text on one line, its blanks as they are: one that does not break is meant."""
    return " ".join(line.strip() for line in text.strip().splitlines())


def _names(values: Values, note: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return chosen(values, name, _long(values, note, name))


def _long(values: Values, note: Mapping[str, Any], name: str) -> str:
    of_all = note.get("g")
    gaps = _gaps(of_all.get(name) if isinstance(of_all, dict) else None)
    return put_together([word(values, piece_of(name, n)) for n in range(len(gaps) + 1)], gaps).strip()


def _gaps(noted: Any) -> list[str]:
    return [gap for gap in noted if isinstance(gap, str)] if isinstance(noted, list) else []


def _joined(values: Values, note: Mapping[str, Any], name: str) -> str:
    gaps = _gaps(note.get("b"))
    return put_together([word(values, f"{name}{n}") for n in range(len(gaps) + 1)], gaps).strip("\n ")


def _whole_list(name: str) -> str:
    """Return the field that holds a list, for one of its items."""
    return name.partition("[")[0]


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _errors_or_saving(ack: Ack, wrong: Mapping[str, str]) -> None:
    if wrong:
        ack(response_action="errors", errors={name: said[:150] for name, said in wrong.items()})
    else:
        ack(response_action="update", view=SAVING)
