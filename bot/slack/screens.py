"""Modals: opened within Slack's three seconds, then filled with what had to be asked for first."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from typing import Any, Protocol

from bot.core.delivery.answers import Deferred, Refused, Unknown
from bot.core.errors import RoundupError
from bot.slack.listeners.presses import Press
from bot.slack.views.forms import waiting

log = logging.getLogger(__name__)

View = dict[str, Any]
TOO_LATE = "Slack waited too long for the form: press it again."
MODAL = "modal"
TOO_MUCH = frozenset({"view_too_large", "invalid_arguments"})
NOT_TAKEN = "Slack does not take this form: change the draft's Markdown file instead, and send it back to me."
UNTIL_COVERED = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # seconds between looks; Slack waits three for the answer
_ONE_MOMENT = json.dumps(waiting("Roundup", "One moment…"))


class Slack(Protocol):
    """What is asked of Slack; see bot.slack.messenger."""

    def ask(
        self, method: str, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any] | Refused | Deferred | Unknown: ...


class Screens:
    """What stands open in front of editors."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def begin(self, press: Press, view: View) -> str:
        """Show a first view where somebody pressed: in the modal they are in, else in a new one.

        Return its id. RoundupError if Slack does not open it any more.
        """
        if press.view and press.view_type == MODAL and self.show(press.view, view):
            return press.view
        return self.open(press.trigger, view)

    def open(self, trigger: str, view: View) -> str:
        """Open a modal and return its id; RoundupError if Slack does not."""
        answer = self._slack.ask("views.open", {"trigger_id": trigger, "view": json.dumps(view)})
        if isinstance(answer, Mapping):
            return str((answer.get("view") or {}).get("id") or "")
        log.warning("view_not_opened error=%s", answer.error)
        if answer.error in {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"}:
            raise RoundupError(TOO_LATE)
        raise RoundupError(f"Slack did not open the form ({answer.error}): press it again.")

    def submitted(self, form: Mapping[str, Any]) -> str:
        """Wait until a form that was sent is covered by what its acknowledgement shows; return its id.

        Whatever is shown before is covered, too, and for good. An update that names the hash of what stood
        there is taken only until then.
        """
        id_, known = str(form.get("id") or ""), str(form.get("hash") or "")
        for seconds in UNTIL_COVERED if known else ():
            answer = self._slack.ask("views.update", {"view_id": id_, "hash": known, "view": _ONE_MOMENT})
            if not isinstance(answer, Mapping):
                break
            known = str((answer.get("view") or {}).get("hash") or "")
            time.sleep(seconds)
        return id_

    def show(self, id_: str, view: View) -> bool:
        """Replace what stands in a modal; False if it was closed meanwhile, or Slack does not take it."""
        error = self._shown(id_, view)
        if error in TOO_MUCH:
            self._shown(id_, waiting("Roundup", NOT_TAKEN))
        if error not in {"", "not_found"}:  # that one is closed meanwhile
            log.warning("view_not_shown error=%s", error)
        return not error

    def _shown(self, id_: str, view: View) -> str:
        """Return why Slack did not take a view, "" if it did."""
        answer = self._slack.ask("views.update", {"view_id": id_, "view": json.dumps(view)})
        return "" if isinstance(answer, Mapping) else answer.error
