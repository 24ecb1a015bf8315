"""The editor's look at a draft: every line with its role, which can be changed before the file is written."""

from __future__ import annotations

import re
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from bot.core.errors import RoundupError
from bot.files.scalars import read_day
from bot.importing.companies import Registry
from bot.importing.draft import Draft, Role
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
_CHANGE = re.compile(r"(\d+(?:\.\d+)?)(?:\s*-\s*(\d+(?:\.\d+)?))?\s*([tihbcgld])")
_HELP = (
    "12 h makes line 12 a headline, 12-15 d drops the lines from 12 to 15. "
    "t title · i intro · h headline · b body · c caption · g tag · l link · d dropped. "
    "s shows all lines, w writes the digest, q leaves without writing."
)


def review(draft: Draft, registry: Registry) -> tuple[Draft, Registry]:
    """Let the editor change the draft; return it as accepted, and the companies with those ticked."""
    console = Console(stderr=True, highlight=False)
    desk = _Desk(console)
    draft = desk.roles(draft)
    draft = desk.title(desk.date(draft))
    return draft, desk.companies(draft, registry)


class _Desk:
    """Asks on the terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def roles(self, draft: Draft) -> Draft:
        self._show(draft, range(len(draft.lines)))
        for hint in hints(draft):
            self._say(hint)
        self._say(_HELP)
        while (answer := self._ask("role> ").lower()) != "w":
            if answer == "q":
                raise RoundupError("nothing is written")
            if answer == "s":
                self._show(draft, range(len(draft.lines)))
            elif change := _CHANGE.fullmatch(answer):
                draft = self._changed(draft, change[1], change[2] or change[1], _KEYS[change[3]][0])
            else:
                self._say(_HELP)
        return draft

    def _changed(self, draft: Draft, first: str, last: str, role: Role) -> Draft:
        places = draft.places()
        if unknown := next((place for place in (first, last) if place not in places), ""):
            self._say(f"there is no line {unknown}; s shows all lines with their numbers")
            return draft
        indexes = range(places.index(first), places.index(last) + 1)
        if not indexes:
            self._say(f"line {last} stands above line {first}; give the upper one first")
        try:
            for n in indexes:
                draft = draft.with_role(n, role)
        except RoundupError as e:
            self._say(str(e))
        self._show(draft, indexes)
        return draft

    def date(self, draft: Draft) -> Draft:
        while draft.date is None:
            answer = self._ask("the roundup's date, as 2020-05-01> ")
            try:
                draft = replace(draft, date=read_day(answer), date_from="as entered")
            except ValueError as e:
                self._say(str(e))
        return draft

    def title(self, draft: Draft) -> Draft:
        while not draft.headline():
            draft = replace(draft, title=self._ask("the digest's title> "))
        return draft

    def companies(self, draft: Draft, registry: Registry) -> Registry:
        names = likely_companies(draft, registry)
        if not names:
            return registry
        self._say("New companies? " + "  ".join(f"{n} {name}" for n, name in enumerate(names, start=1)))
        answer = self._ask("numbers of those that are companies, or Enter for none> ")
        ticked = [names[int(n) - 1] for n in re.findall(r"\d+", answer) if 1 <= int(n) <= len(names)]
        if ticked:
            self._say("Add to config.yaml under companies:")
            for name in ticked:
                self._say(f"  {scalar(name)}: []")
        return {**registry, **dict.fromkeys(ticked, ())}

    def _show(self, draft: Draft, indexes: range) -> None:
        places = draft.places()
        for index in indexes:
            line = draft.lines[index]
            row = Text()  # without a style: the line's own would be mixed with it
            row.append(f"{places[index]:>5} {line.role:8} ", style="dim")
            row.append(line.text, style=_STYLES[line.role])
            row.append(
                f"  ({line.reason})" if line.reason else f"  {line.url}" if line.url else "",
                style="dim italic",
            )
            row.truncate(max(40, self._console.width - 1), overflow="ellipsis")
            self._console.print(row)

    def _say(self, text: str) -> None:
        self._console.print(Text(text))

    def _ask(self, prompt: str) -> str:
        self._console.print(Text(prompt, style="bold"), end="")
        try:
            return input().strip()
        except (EOFError, KeyboardInterrupt) as e:  # Ctrl-D, Ctrl-C
            raise RoundupError("nothing is written") from e
