"""The editor's look at a draft: its title and date, then every line with its role, until it is written."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.core.errors import RoundupError
from bot.files.scalars import read_day
from bot.importing.companies import Registry
from bot.importing.draft import Draft, Role, days_said, digest_of
from bot.importing.report import hints, likely_companies
from bot.importing.writer import scalar

# One key a role, and its colour. The word stands beside the line too: colour alone says nothing.
_KEYS = {
    "t": (Role.TITLE, "bold magenta"),
    "i": (Role.INTRO, "cyan"),
    "h": (Role.HEADLINE, "bold green"),
    "b": (Role.BODY, "default"),
    "c": (Role.CAPTION, "yellow"),
    "g": (Role.TAG, "blue"),
    "l": (Role.LINK, "blue underline"),
    "d": (Role.DROPPED, "dim"),
}
_STYLES = dict(_KEYS.values())
_ROLE_OF = {**{key: role for key, (role, _) in _KEYS.items()}, **{role.value: role for role in Role}}
_PLACE = r"\d{1,9}(?:\.\d{1,9})?"
_SPAN = rf"{_PLACE}(?:\s*[-–]\s*{_PLACE})?"
_AND = r"(?:\s*[,，、]\s*|\s+)"
_LINES = re.compile(rf"(?P<spans>{_SPAN}(?:{_AND}{_SPAN})*)\s*(?P<key>[a-z]*)", re.IGNORECASE)
_NUMBERS = r"\d{1,9}(?:\s*[-–]\s*\d{1,9})?"
_TICKED = re.compile(rf"({_NUMBERS}(?:{_AND}{_NUMBERS})*)?")
_RETYPED = re.compile(rf"(?P<what>{_PLACE}|title|date)\s*=\s*(?P<text>.*)", re.IGNORECASE)
_ROLES = "t title · i intro · h headline · b body · c caption · g tag · l link · d dropped"
_HELP = (
    "12 h makes line 12 a headline, 12-15 d drops the lines from 12 to 15, 1,3,6-8 b makes several body. "
    f"{_ROLES}. 12 shows the whole of a line, 12 e lets you retype it, title = … and date = … change those. "
    "An address behind a headline's new words is where it leads. "
    "u undoes, p shows the stories, s all lines, Enter the next ones, w writes the digest, "
    "q leaves without writing, and asks first if you changed something."
)
# Rows a page leaves for the prompt and what was asked.
_REST = 4
_ALL_PARTS = 10**9  # of a line of the source
_NOT_YET = "not written yet; w writes, q leaves without writing"

Write = Callable[[Draft, Registry], None]


def review(draft: Draft, registry: Registry, *, check: Callable[[Draft], None], write: Write) -> None:
    """Let the editor change the draft, and write it as accepted, with the companies that were ticked.

    Both *check* and *write* raise RoundupError where it cannot be written: then it is reviewed further, and
    nothing that was changed is lost.
    """
    with suppress(ImportError):  # not on every system; then a line is typed anew
        import readline  # noqa: F401 - makes input() editable
    desk = _Desk(Console(stderr=True, highlight=False), draft, registry)
    desk.ask_title()
    desk.ask_date()
    desk.run(check, write)


class _MistypedError(ValueError):
    """What was wrong with what was typed."""


class _LeftError(RoundupError):
    """The editor left a question unanswered: Ctrl-C, Ctrl-D."""


class _Desk:
    """Asks on the terminal."""

    def __init__(self, console: Console, draft: Draft, registry: Registry) -> None:
        self._console = console
        self._companies = registry
        self.draft = draft
        self._before: list[Draft] = []
        self._entered = 0  # of what the draft lacked
        self._shown = 0  # lines, so far

    # The title and the date, first

    def ask_title(self) -> None:
        while not self.draft.headline():
            self.draft = replace(self.draft, title=self._asked_first("the digest's title> "))
            self._entered += bool(self.draft.title)
        self._say(f"title: {self.draft.headline()}")

    def ask_date(self) -> None:
        said = [found for found in days_said(self.draft) if self.draft.date is None]
        for place, line, days in said:
            two = ", which may be two days: " + " or ".join(map(str, days)) if len(days) > 1 else ""
            self._say(f"line {place} says {line.text[:100]!r}{two}")
        likely = next((days[0] for _, _, days in said if len(days) == 1), None)
        offered = f", or Enter for {likely}" if likely else ""
        while self.draft.date is None:
            answer = self._asked_first(f"the roundup's date, as 2020-05-01{offered}> ")
            try:
                self.draft = self._dated(likely.isoformat() if likely and not answer else answer)
                self._entered += bool(answer)
            except _MistypedError as e:
                self._say(str(e))
        self._say(f"date: {self.draft.date} ({self.draft.date_from})")

    def _asked_first(self, prompt: str) -> str:
        """Ask for what the draft lacks, until it is said or the editor leaves."""
        while (answer := self._asked(prompt)).lower() == "q":
            self._leave()
        return answer

    def _dated(self, answer: str) -> Draft:
        try:
            return replace(self.draft, date=read_day(answer), date_from="as entered")
        except ValueError as e:
            raise _MistypedError(str(e)) from e

    # The lines

    def run(self, check: Callable[[Draft], None], write: Write) -> None:
        below = [*hints(self.draft), _HELP]
        self._more(rest=sum(len(Text(said).wrap(self._console, self._console.width)) for said in below))
        for said in below:
            self._say(said)
        while not self._is_written(check, write):
            pass

    def _is_written(self, check: Callable[[Draft], None], write: Write) -> bool:
        """Do as the editor says; return whether the draft is written."""
        answer = self._asked("role> ")
        if answer.lower() == "q":
            self._leave()
            return False
        try:
            if answer.lower() == "w":
                check(self.draft)
                new = self._new_companies()
                write(self.draft, {**self._companies, **dict.fromkeys(new, ())})
                self._say_what_to_add(new)
                return True
            self._obey(answer)
        except (_MistypedError, RoundupError) as e:
            self._say(str(e))
        except KeyboardInterrupt:  # while much is shown
            self._say("")
        return False

    def _leave(self) -> None:
        """Leave, if that is meant: nothing is kept of what was changed."""
        changes = len(self._before) + self._entered
        lost = "what you changed is lost" if changes == 1 else f"your {changes} changes are lost"
        answer = "y"
        if changes:
            with suppress(_LeftError):  # twice
                answer = self._ask(f"leave without writing? {lost}; y leaves, Enter goes back> ")
        if answer.lower() in {"y", "yes", "q"}:
            raise _LeftError("nothing is written")

    def _obey(self, answer: str) -> None:
        commands: dict[str, Callable[[], None]] = {
            "": self._more,
            "s": self._all,
            "u": self._undo,
            "p": self._stories,
            "?": self._help,
            "help": self._help,
        }
        if command := commands.get(answer.lower()):
            command()
        elif retyped := _RETYPED.fullmatch(answer):
            self._retype(retyped["what"].lower(), retyped["text"].strip())
        elif asked := _LINES.fullmatch(answer):
            self._change(self._indexes(asked["spans"]), asked["key"].lower())
        else:
            raise _MistypedError(f"{answer!r} is no line and no command; ? says what can be typed")

    def _indexes(self, spans: str) -> Sequence[int]:
        found = (index for span in re.findall(_SPAN, spans) for index in self._within(span))
        return list(dict.fromkeys(found))

    def _within(self, span: str) -> Sequence[int]:
        """Return the lines that stand there; a range takes what lies in it."""
        first, _, last = (part.strip() for part in span.replace("–", "-").partition("-"))
        begin, end = _place(first), _place(last, or_last=True) if last else _place(first)
        if begin > end:
            raise _MistypedError(f"line {last} stands above line {first}; give the upper one first")
        found = [n for n, name in enumerate(self.draft.places()) if begin <= _place(name) <= end]
        if not found:
            raise _MistypedError(f"there is no line {span.strip()}; {self._instead_of(*begin)}")
        return found

    def _instead_of(self, at: int, part: int) -> str:
        above = next((line for line in self.draft.lines if line.at < at <= line.last and part == 1), None)
        return f"it is part of line {above.at}" if above else "s shows all lines with their numbers"

    def _change(self, indexes: Sequence[int], key: str) -> None:
        if not key:
            self._whole(indexes)
        elif key == "e":
            with suppress(_LeftError):  # the rest of the lines, not the draft
                for index in indexes:
                    self._edit(index)
            self._show(indexes)
        elif key not in _ROLE_OF:
            raise _MistypedError(f"{key!r} is no role; {_ROLES}")
        else:
            before = changed = self.draft
            for index in indexes:
                changed = self._with_role(changed, index, _ROLE_OF[key])
            self._set(changed)
            self._show(indexes)
            self._say_what_changed(before)

    def _with_role(self, draft: Draft, index: int, role: Role) -> Draft:
        try:
            return draft.with_role(index, role)
        except RoundupError as e:
            raise _MistypedError(f"line {draft.places()[index]}: {e}") from e

    def _set(self, draft: Draft) -> None:
        if draft != self.draft:
            self._before.append(self.draft)
        self.draft = draft

    def _say_what_changed(self, before: Draft) -> None:
        """Say what is not seen in the lines."""
        if before.headline() != self.draft.headline():
            self._say(f"title: {self.draft.headline() or '(none)'}")
        if before.date != self.draft.date:
            self._say(f"date: {self.draft.date}")

    def _undo(self) -> None:
        if not self._before:
            raise _MistypedError("there is nothing to undo")
        undone, self.draft = self.draft, self._before.pop()
        lines = zip(undone.lines, self.draft.lines, strict=True)
        self._say(f"undone; {len(self._before)} more can be")
        self._say_what_changed(undone)
        self._show([n for n, (one, other) in enumerate(lines) if one != other])

    def _retype(self, what: str, text: str) -> None:
        if not text:
            raise _MistypedError(f"{what} = needs its new words behind it")
        match what:
            case "date":
                self._set(self._dated(text))
                self._say(f"date: {self.draft.date}")
            case "title":
                self._set(self.draft.with_title(text))
                self._say(f"title: {self.draft.headline()}")
            case place:
                (index,) = self._indexes(place)
                self._set(self.draft.with_text(index, text))
                self._show([index])

    def _edit(self, index: int) -> None:
        if text := self._ask(f"line {self.draft.places()[index]}> ", self.draft.lines[index].text):
            self._set(self.draft.with_text(index, text))

    def _new_companies(self) -> Sequence[str]:
        """Return those of the names in the draft that the editor says are companies."""
        names = likely_companies(self.draft, self._companies)
        if not names:
            return ()
        self._say("New companies? " + "  ".join(f"{n} {name}" for n, name in enumerate(names, start=1)))
        return self._ticked(names)

    def _say_what_to_add(self, companies: Sequence[str]) -> None:
        if companies:
            self._say("Add to config.yaml under companies:")
        for name in companies:
            self._say(f"  {scalar(name)}: []")

    def _ticked(self, names: Sequence[str]) -> Sequence[str]:
        while True:
            answer = self._ask("numbers of those that are companies, or Enter for none> ", back=_NOT_YET)
            if answer.lower() == "q":
                raise _LeftError(_NOT_YET)
            spans = [_first_and_last(span) for span in re.findall(_NUMBERS, answer)]
            if _TICKED.fullmatch(answer) and all(1 <= first <= last <= len(names) for first, last in spans):
                ticked = (name for first, last in spans for name in names[first - 1 : last])
                return list(dict.fromkeys(ticked))
            self._say(f"{answer!r}: give numbers from 1 to {len(names)}, such as 1,3, or Enter")

    # What is shown

    def _more(self, rest: int = 0) -> None:
        """Show the next lines that fit on the screen, above so many other rows."""
        total = len(self.draft.lines)
        if self._shown >= total:
            self._shown = 0
        end = min(total, self._shown + max(10, self._console.height - _REST - rest))
        self._show(range(self._shown, end))
        self._shown = end
        if end < total:
            self._say(f"{end} of {total} lines; Enter shows the next ones")

    def _all(self) -> None:
        self._show(range(len(self.draft.lines)))

    def _help(self) -> None:
        self._say(_HELP)

    def _whole(self, indexes: Iterable[int]) -> None:
        places = self.draft.places()
        for index in indexes:
            line = self.draft.lines[index]
            self._say(f"{places[index]} {line.role}" + (f" ({line.reason})" if line.reason else ""))
            self._console.print(Padding(Text(line.text, style=_STYLES[line.role]), (0, 0, 0, 4)))
            for url in dict.fromkeys(filter(None, (line.url, *line.lost))):
                self._console.print(Padding(Text(url, style="blue underline"), (0, 0, 0, 4)))

    def _stories(self) -> None:
        """Show the digest as it will be."""
        digest = digest_of(
            self.draft, day=self.draft.date or date.min, slug_id="draft", registry=self._companies
        )
        self._console.print(Text(digest.title, style="bold magenta"))
        self._paragraphs(digest.intro.paragraphs, "cyan")
        for story in digest.stories:
            self._console.print(Text(f"\n{story.n}. {story.headline}", style="bold green"))
            self._paragraphs(story.body.paragraphs, "default")
            names = [*story.companies, *story.tags]
            picture = f"picture: {story.image.alt}" if story.image else ""
            self._paragraphs(filter(None, (story.url, picture, " · ".join(names))), "dim")

    def _paragraphs(self, paragraphs: Iterable[str], style: str) -> None:
        for paragraph in paragraphs:
            self._console.print(Padding(Text(paragraph, style=style), (0, 0, 0, 4)))

    def _show(self, indexes: Iterable[int]) -> None:
        places = self.draft.places()
        for index in indexes:
            line = self.draft.lines[index]
            row = Text()  # without a style: the line's own would be mixed with it
            row.append(f"{places[index]:>5} {line.role:8} ", style="dim")
            room = max(40, self._console.width - 1)
            words = Text(line.text, style=_STYLES[line.role])
            if line.reason:  # why is worth more than the last of the words
                words.truncate(max(20, room - row.cell_len - cell_len(line.reason) - 4), overflow="ellipsis")
            row.append_text(words)
            row.append(
                f"  ({line.reason})" if line.reason else f"  {line.url}" if line.url else "",
                style="dim italic",
            )
            row.truncate(room, overflow="ellipsis")
            self._console.print(row)

    def _say(self, text: str) -> None:
        self._console.print(Text(text))

    def _asked(self, prompt: str) -> str:
        """Return the answer, "q" where the editor means to leave."""
        try:
            return self._ask(prompt)
        except _LeftError:  # Ctrl-C and Ctrl-D may be meant for what stood on the line
            return "q"

    def _ask(self, prompt: str, typed: str = "", *, back: str = "nothing is written") -> str:
        """Ask for a line, which can be edited; *typed* is what stands there already.

        _LeftError, which says *back*, for Ctrl-D and Ctrl-C.
        """
        try:
            with _typed_already(typed):
                # The line is redrawn with its prompt while it is edited, so input() has to know it. Where
                # the digest goes to standard output, nothing else may.
                if sys.stdout.isatty():
                    return input(prompt).strip()
                self._console.print(Text(prompt, style="bold"), end="")
                return input().strip()
        except (EOFError, KeyboardInterrupt) as e:  # Ctrl-D, Ctrl-C
            self._say("")  # what follows begins a line
            raise _LeftError(back) from e


def _place(name: str, *, or_last: bool = False) -> tuple[int, int]:
    """Return the line of the source, and which part of it: 12 is its first, or the last it may have."""
    at, _, part = name.partition(".")
    return int(at), int(part or (_ALL_PARTS if or_last else 1))


def _first_and_last(span: str) -> tuple[int, int]:
    first, _, last = span.replace("–", "-").partition("-")
    return int(first), int(last or first)


@contextmanager
def _typed_already(text: str) -> Iterator[None]:
    try:
        import readline
    except ImportError:
        yield
        return
    readline.set_startup_hook(lambda: readline.insert_text(text))
    try:
        yield
    finally:
        readline.set_startup_hook()
