"""The digests that are out: all that readers are told of, in whatever way they ask.

What is out changes as the ledger does. It is kept up in memory, so that no answer asks the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.core.delivery.out import Seen, Standing, is_out
from bot.core.delivery.state import State
from bot.core.digest import Digest, Story
from bot.core.search.answer import Document
from bot.core.settings import Settings
from bot.newsroom.library import Library
from bot.store.database import LedgerError
from bot.store.ledger import Look

log = logging.getLogger(__name__)

Firsts = Mapping[tuple[str, str], State]  # of posts that are under way, by digest and channel


class Known(Protocol):
    """What is asked of the ledger; see bot.store.standing."""

    def standing(self, digests: Collection[str] | None = None) -> Standing: ...
    def decided(self, *, after: int) -> frozenset[str]: ...
    def first_seen(self) -> Mapping[str, datetime]: ...


class Out:
    """The library, as far as readers may know of it. One thread keeps up; any may look.

    Without a ledger a digest is out from its date on.
    """

    def __init__(self, library: Library, known: Known | None, *, clock: Callable[[], datetime]) -> None:
        self._library, self._known, self._clock = library, known, clock
        self.revision = 0  # counts what is out for another reason than that the library changed
        self._dropped = set[str]()
        self._posts: Mapping[str, Mapping[str, str]] = {}  # ts by digest and channel
        self._seen: Mapping[str, datetime] = {}
        self._firsts: Firsts = {}
        self._changes, self._begun, self._away = -1, False, False
        self._digests: Mapping[str, Digest] = {}
        self._newest: Digest | None = None

    def keep_up(self, look: Look, settings: Settings) -> None:
        """Learn what the ledger says since the last look at it."""
        try:
            self._learn(look)
            self._see(settings)
        except LedgerError as error:  # what is known stays; asked again at the next look, which is soon
            if not self._away:
                log.info("out_unknown error=%s", error)
            self._away = True
        else:
            self._away = False

    def choose(self, settings: Settings) -> None:
        """Say anew what is out: the library, the settings, the ledger or the day has changed."""
        self._begin(settings)
        digests, gone = self._library.public(), self._library.gone()
        standing = Standing(there=self._posts.keys(), dropped=self._dropped)
        channels, today = self._channels(settings), self._clock().date()
        self._digests = {
            digest.id: digest
            for digest in digests.values()
            if is_out(digest, channels, standing, today=today, gone=digest.id in gone)
        }
        # In the library's order: oldest first, then by id.
        self._newest = next(reversed(self._digests.values()), None)

    def has(self, digest: str) -> bool:
        """Tell whether readers may be told of a digest."""
        return digest in self._digests

    def newest(self) -> Digest | None:
        """Return the last digest that is out, or None while there is none."""
        return self._newest

    def story(self, story_id: str) -> tuple[Digest, Story] | None:
        """Return the story of that id and the digest it is in."""
        return self._if_out(self._library.story(story_id))

    def by_code(self, code: str) -> tuple[Digest, Story] | None:
        """Return the story that people quote as "#2018-4"."""
        return self._if_out(self._library.by_code(code))

    def posts(self, digest: str) -> Mapping[str, str]:
        """Return the ts of a digest's post in each channel that has it."""
        return self._posts.get(digest, {})

    def documents(self) -> tuple[Document, ...]:
        """Return every story that is out as the search index takes it."""
        return tuple(d for d in self._library.documents() if str(d.id).rpartition("/")[0] in self._digests)

    def _if_out(self, found: tuple[Digest, Story] | None) -> tuple[Digest, Story] | None:
        return found if found and found[0].id in self._digests else None

    def _channels(self, settings: Settings) -> list[Seen]:
        if self._known is None:
            return []
        now = self._clock()  # of one that was never seen: it is about to be
        return [Seen(entry, self._seen.get(entry.channel, now)) for entry in settings.channels]

    def _begin(self, settings: Settings) -> None:
        """Learn all that there is, before anybody has looked at the ledger."""
        if self._known is None or self._begun:
            return
        try:
            self._note(self._known.standing())
            self._see(settings)
            self._begun = True
        except LedgerError as error:  # its slots are what is left to go by
            log.warning("out_unknown error=%s", error)

    def _learn(self, look: Look) -> None:
        if self._known is None:
            return
        firsts = {(d.digest, d.channel): d.state for d in look.deliveries if d.part == 0}
        moved = {digest for (digest, _), _ in firsts.items() ^ self._firsts.items()}
        if self._changes < 0:
            self._note(self._known.standing(), self._posts.keys() | self._dropped)
        elif look.changes != self._changes:
            moved |= self._known.decided(after=self._changes)
        if moved:
            self._note(self._known.standing(moved), moved)
        self._firsts, self._changes = firsts, look.changes

    def _note(self, standing: Standing, about: Collection[str] = ()) -> None:
        before = self._posts, set(self._dropped)
        posts = {digest: places for digest, places in self._posts.items() if digest not in about}
        for (digest, channel), ts in standing.posts.items():
            posts[digest] = {**posts.get(digest, {}), channel: ts}
        self._posts = posts
        self._dropped = (self._dropped - {*about}) | {*standing.dropped}
        self.revision += before != (self._posts, self._dropped)

    def _see(self, settings: Settings) -> None:
        """Learn since when the channels are known; a name may get its ID later."""
        if self._known is None or self._seen.keys() >= {entry.channel for entry in settings.channels}:
            return
        seen = self._known.first_seen()
        self.revision += seen != self._seen
        self._seen = seen
