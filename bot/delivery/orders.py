"""What somebody ordered: written down with who it was, unless things have changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.delivery.plan import Target
from bot.core.delivery.state import Delivery, Posting
from bot.core.delivery.ways import ways_of
from bot.core.errors import RoundupError
from bot.delivery.places import Places
from bot.store.decisions import Decision, Decisions
from bot.store.ledger import Ledger


class Orders:
    """Orders about postings, given and to be given."""

    def __init__(self, ledger: Ledger, decisions: Decisions, places: Places) -> None:
        self._ledger, self._decisions, self._places = ledger, decisions, places

    def postings(self) -> Mapping[tuple[str, str], Posting]:
        """Return all that was decided, by digest and channel."""
        return {(posting.digest, posting.channel): posting for posting in self._ledger.postings()}

    def posting(self, digest: str, place: Target) -> Posting:
        """Return what was decided about a digest in a channel, or that nothing was."""
        fresh = Posting(digest=digest, channel=place.channel)
        known = self._ledger.postings(digest=digest)
        return next((p for p in known if p.channel == place.channel), fresh)

    def last(self, posting: Posting) -> str:
        """Return what an editor last said about a posting, or ""."""
        about = (posting.digest, posting.channel)
        said = (d.what for d in reversed(self._decisions.all()) if (d.digest, d.channel) == about)
        return next(said, "")

    def note(self, who: str, what: str, about: Posting | Delivery) -> Decision:
        """Return how an order is remembered."""
        return Decision(at=self._ledger.now(), who=who, what=what, digest=about.digest, channel=about.channel)

    def give(
        self, who: str, what: str, posting: Posting, parts: Sequence[tuple[Delivery, Delivery]] = ()
    ) -> None:
        """Write an order down, with what becomes of *parts*; RoundupError if somebody was first."""
        if not self._ledger.decide(self.note(who, what, posting), postings=[posting], deliveries=parts):
            raise self.changed(posting, who)

    def changed(self, posting: Posting, who: str) -> RoundupError:
        """Return what whoever was late is told."""
        where = f"{posting.digest} in {self._places.names().get(posting.channel, posting.channel)}"
        return RoundupError(f"{where} has just changed: look at {ways_of(who).status} and decide again")
