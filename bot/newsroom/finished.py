"""What was made once and is asked for again: kept while it is true, bounded in number and size."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")

MOST = 256
CHARACTERS = 2_000_000  # of all that is kept; Python takes one to four bytes for each


class Finished(Generic[V]):
    """Keeps what was asked for last. Any thread may ask; two at once may both make the same thing.

    All of it is dropped when *edition* says something else than before: what is true may have changed.
    *weigh* tells how many characters a thing has.
    """

    def __init__(self, *, edition: Callable[[], Hashable] = lambda: None, weigh: Callable[[V], int]) -> None:
        self._edition, self._weigh = edition, weigh
        self._lock = Lock()
        self._of: Hashable = None
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._weight = 0

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Return what is kept under that key, or make it."""
        edition = self._edition()
        with self._lock:
            if edition != self._of:
                self._kept.clear()
                self._of, self._weight = edition, 0
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        # Not under the lock: one long question would keep all others waiting.
        value = make()
        self._keep(key, value, edition)
        return value

    def _keep(self, key: Hashable, value: V, edition: Hashable) -> None:
        weight = self._weigh(value) + (len(key) if isinstance(key, str) else len(repr(key)))
        with self._lock:
            # What was begun before a change may be of before it: it is not for those who ask after.
            if edition != self._of or key in self._kept or weight > CHARACTERS:
                return
            self._kept[key] = value, weight
            self._weight += weight
            while len(self._kept) > MOST or self._weight > CHARACTERS:
                _, (_, lighter) = self._kept.popitem(last=False)
                self._weight -= lighter
