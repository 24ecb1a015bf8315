"""One effect of what comes twice: whoever hears no answer sends again, Slack itself or a proxy on the way.

Both modes ask here before they ask Bolt. In memory alone: what is sent again comes to the same process,
and where it does not, the ledger and the notes of what was shared hold what must not happen twice.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slack_bolt import BoltResponse

# Slack sends an event again within minutes; a busy hour of a large workspace is less.
MOST = 2000
CHARACTERS = 2_000_000  # of all answers together


class Once:
    """Has each thing done once, however often it is sent: what comes again gets the same answer."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Future[BoltResponse]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def answer(self, name: str, dispatch: Callable[[], BoltResponse]) -> BoltResponse:
        """Return the answer there is under that *name*, else make it; without a name it is always made."""
        if not name:
            return dispatch()
        mine: Future[BoltResponse] = Future()
        with self._lock:
            known = self._answers.setdefault(name, mine)
        if known is not mine:
            return known.result()
        try:
            response = dispatch()
        except BaseException as error:
            self._forget(name)
            mine.set_exception(error)
            raise
        self._keep(name, mine, response)
        return response

    def _keep(self, name: str, mine: Future[BoltResponse], response: BoltResponse) -> None:
        with self._lock:
            mine.set_result(response)
            if self._answers.get(name) is not mine:  # so many came since that it is forgotten already
                return
            if response.status != 200:  # a failure: the next try is a new one
                del self._answers[name]
                return
            self._weight += _weight(mine)
            while len(self._answers) > MOST or self._weight > CHARACTERS:
                self._weight -= _weight(self._answers.popitem(last=False)[1])

    def _forget(self, name: str) -> None:
        with self._lock:
            self._answers.pop(name, None)


def name_of(payload: Mapping[str, Any]) -> str:
    """Return what stays the same when a payload is sent again; "" for one that does not say.

    Slack names an event. What a person does has a `trigger_id` or an `action_ts` of its own, and all that
    stands around it is the same the second time, too: who uses one for two things means two.
    """
    event = payload.get("event_id")
    if not (event or payload.get("trigger_id") or _acted_at(payload)):
        return ""
    what = [payload.get("team_id"), event] if event else payload
    return sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def _acted_at(payload: Mapping[str, Any]) -> Any:
    match payload.get("actions"):
        case [{"action_ts": moment}, *_]:
            return moment
    return payload.get("action_ts")


def _weight(answer: Future[BoltResponse]) -> int:
    return len(answer.result().body or "") if answer.done() else 0
