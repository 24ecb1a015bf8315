"""What is open in front of people: modals, stacked, and everybody's App Home."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from bot.practice.model import APP_ID, BOT_ID, TEAM_ID, Json, SlackError, View, name_blocks
from bot.practice.permits import Trigger

# Of Slack's: views.push answers push_limit_reached to a fourth.
MODALS_STACKED = 3


class OpenViews:
    """Opens, replaces and closes views. *number* is one that was never used; *changed* tells who looks on."""

    def __init__(self, *, number: Callable[[], int], changed: Callable[[Json], None]) -> None:
        self.modals: list[View] = []  # everybody's; of one person's the top one last
        self.homes: dict[str, View] = {}
        self._number = number
        self._changed = changed
        self._lock = RLock()

    def open(self, trigger: Trigger, body: Json, *, push: bool = False) -> View:
        """Show a modal, alone or on top of the one the trigger came from."""
        with self._lock:
            self._refuse_taken_external_id(body)
            below = self.find(trigger.view) if push and trigger.view else None
            if push and below is None:
                raise SlackError("invalid_trigger_id")
            if push and len(self.stack(trigger.user)) >= MODALS_STACKED:
                raise SlackError("push_limit_reached")
            view = self._new_view(trigger.user, body)
            if below is None:
                self.modals[:] = [open_ for open_ in self.modals if open_.user != trigger.user]
            else:
                view.root, view.previous = below.root, below.id
            self.modals.append(view)
        self._changed({"type": "view", "for": view.user, "view": view_json(view)})
        return view

    def update(self, view: View, body: Json, hash_: str | None) -> View:
        """Replace an open view, unless it changed since *hash_*."""
        with self._lock:
            if hash_ and hash_ != view.hash:
                raise SlackError("hash_conflict")
            name_blocks(body["blocks"], self._number)
            view.body, view.hash = body, f"{self._number()}.hash"
        self._changed({"type": "view", "for": view.user, "view": view_json(view)})
        return view

    def publish_home(self, user: str, body: Json, hash_: str | None) -> View:
        """Set somebody's App Home."""
        with self._lock:
            old = self.homes.get(user)
            if old and hash_ and hash_ != old.hash:
                raise SlackError("hash_conflict")
            view = self._new_view(user, body)
            if old:
                view.id = view.root = old.id
            self.homes[user] = view
        self._changed({"type": "home", "for": user, "view": view_json(view)})
        return view

    def close(self, *views: View) -> None:
        """Take modals away."""
        for view in views:
            if view in self.modals:
                self.modals.remove(view)
        self._changed({"type": "view", "view": None})

    def stack(self, user: str) -> list[View]:
        """Return the modals in front of somebody, the top one last."""
        return [view for view in self.modals if view.user == user]

    def find(self, id_: str) -> View | None:
        """Find an open modal or a home by its id."""
        return next((view for view in (*self.modals, *self.homes.values()) if view.id == id_), None)

    def _new_view(self, user: str, body: Json) -> View:
        name_blocks(body["blocks"], self._number)
        id_ = f"V{self._number():09d}"
        return View(id=id_, user=user, body=body, hash=f"{self._number()}.hash", root=id_)

    def _refuse_taken_external_id(self, body: Json) -> None:
        taken = {view.body.get("external_id") for view in (*self.modals, *self.homes.values())} - {None, ""}
        if body.get("external_id") in taken:
            raise SlackError("duplicate_external_id")


def view_json(view: View) -> Json:
    """Return a view as Slack sends it."""
    return {
        "state": {"values": {}},
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "title": None,
        "close": None,
        "submit": None,
        **view.body,
        "id": view.id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
    }
