"""Every version of a digest in Slack: who wrote it and when, what it changed, and the way back to it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import App

from bot.core.delivery.approvals import may_go_out
from bot.core.errors import RoundupError
from bot.core.settings import Layout
from bot.core.sheets import Outdated, Sheet
from bot.slack.bolt import acknowledge
from bot.slack.listeners.counter import Counter, digest_of, in_words, saved_or_refused
from bot.slack.listeners.presses import STALE, Press, read_press
from bot.slack.views.forms import noted, told, waiting
from bot.slack.views.history import (
    EARLIER,
    GO_ON,
    LIST,
    LOOK,
    RESTORE,
    SHOWN,
    TITLE,
    VERSIONS,
    version_view,
    versions_view,
)
from bot.slack.views.posts import digest_parts
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

MOMENT = waiting(TITLE, "One moment…")
SAVING = waiting(TITLE, "Saving…")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """The versions of a digest. Every public method is a listener, or connects some."""

    counter: Counter

    def register(self, app: App) -> None:
        """Connect the buttons."""
        app.action(VERSIONS)(ack=acknowledge, lazy=[self.show])
        for action in _TURNS:
            app.action(action)(ack=acknowledge, lazy=[self.turn])

    def show(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Versions: the list of them, newest first."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._show(press))

    def _show(self, press: Press) -> None:
        value = press.read(digest=str)
        if value is None:
            raise RoundupError(STALE)
        screen = self.counter.screens.begin(press, MOMENT)
        self._in(screen, lambda: self.list_versions(screen, value["digest"]))

    def turn(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Any button of the list, or below one version."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._turn(press))

    def _turn(self, press: Press) -> None:
        note, value = noted({"private_metadata": press.note}), press.read()
        digest, newest = note.get("d"), note.get("n")
        if not isinstance(digest, str) or not isinstance(newest, int) or value is None:
            raise RoundupError(STALE)
        screen = self.counter.screens.begin(press, SAVING if press.action == RESTORE else MOMENT)
        turn = _Turn(screen=screen, who=press.user, digest=digest, newest=newest, value=value)
        self._in(screen, lambda: _TURNS[press.action](self, turn))

    def list_versions(self, screen: str, digest: str, *, before: int = 0, notes: Sequence[str] = ()) -> None:
        """Show versions of a digest, those before that number, and what is said first."""
        writing = self.counter.writing
        newest, changes = writing.read(digest), writing.changes(digest, before=before, most=SHOWN)
        view = versions_view(newest, changes, approval=self.must_be_approved(newest), notes=notes)
        self.counter.screens.show(screen, view)

    def must_be_approved(self, sheet: Sheet) -> bool:
        """Tell whether what is written here goes out only once somebody has approved it."""
        return not may_go_out(sheet.version, {}, self.counter.settings().approval)

    def _in(self, screen: str, order: Callable[[], None]) -> None:
        try:
            order()
        except (RoundupError, LedgerError) as error:
            self.counter.screens.show(screen, told(in_words(error)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A press in the list: what it was made of, and the button's value."""

    screen: str
    who: str
    digest: str
    newest: int  # when it was made
    value: Mapping[str, Any]

    @property
    def number(self) -> int:
        """Return the version that the button names."""
        if not (number := self.whole("v")):
            raise RoundupError(STALE)
        return number

    def whole(self, name: str) -> int:
        """Return a number that the button carries, 0 if it carries none."""
        value = self.value.get(name)
        return max(value, 0) if isinstance(value, int) else 0


def _list(history: History, turn: _Turn) -> None:
    history.list_versions(turn.screen, turn.digest, before=turn.whole("before"))


def _look(history: History, turn: _Turn) -> None:
    newest, sheet = (history.counter.writing.read(turn.digest, n) for n in (0, turn.number))
    digest = digest_of(sheet)
    parts = digest_parts(digest, digest.stories, layout=Layout.FULL)
    view = version_view(
        newest, sheet, parts, approval=history.must_be_approved(newest), after=turn.whole("after")
    )
    history.counter.screens.show(turn.screen, view)


def _restore(history: History, turn: _Turn) -> None:
    counter = history.counter
    saved = counter.writing.bring_back(turn.digest, turn.number, expected=turn.newest, who=turn.who)
    if isinstance(saved, Outdated):
        said = f"Nothing was changed: {saved}. Here is what there is now."
        history.list_versions(turn.screen, turn.digest, notes=[said])
        return
    sheet = saved_or_refused(saved)
    log.info("version_brought_back digest=%s number=%d by=%s", sheet.id, turn.number, turn.who)
    notes = [f"Version {turn.number} is brought back: it is version {sheet.version.number} now."]
    notes += counter.what_follows(sheet)
    history.list_versions(turn.screen, turn.digest, notes=notes)


# A new button of the list: a function above and a line here.
_TURNS: Mapping[str, Callable[[History, _Turn], None]] = {
    LIST: _list,
    EARLIER: _list,
    LOOK: _look,
    GO_ON: _look,
    RESTORE: _restore,
}
