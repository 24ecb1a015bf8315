"""Arranges a post anew that Slack would not take with folded stories, before anything of it was sent."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.core.delivery.plan import Target
from bot.core.delivery.state import Delivery, Posting, Rung, refused_folded
from bot.core.delivery.wording import is_reworded
from bot.core.digest import Digest
from bot.core.message import Part
from bot.core.settings import ChannelSettings, Layout
from bot.delivery.needs import Digests, Render
from bot.delivery.telling import Telling
from bot.store.folding import KnownFolding
from bot.store.ledger import Ledger

log = logging.getLogger(__name__)


class Unfolding:
    """Knows whether the workspace takes folded stories, and what it gets where it does not."""

    def __init__(
        self, *, ledger: Ledger, known: KnownFolding, library: Digests, render: Render, telling: Telling
    ) -> None:
        self._ledger, self._known, self._library = ledger, known, library
        self._render, self._telling = render, telling
        self._refused = False

    def read(self) -> None:
        """Read again what is known."""
        self._refused = self._known.refuses_folding()

    def parts(self, digest: Digest, settings: ChannelSettings, corrected: date | None) -> tuple[Part, ...]:
        """Return a digest's post, arranged as its channel wants it if the workspace takes that."""
        unfolds = settings.layout is Layout.FOLDED and self._refused
        layout = Layout.HEADLINES if unfolds else settings.layout
        return self._arranged(digest, settings, layout, corrected)

    def see_to(
        self,
        deliveries: Iterable[Delivery],
        targets: Iterable[Target],
        postings: Mapping[tuple[str, str], Posting],
    ) -> bool:
        """Arrange as headlines what was refused; tell whether anything was."""
        refused = [d for d in deliveries if refused_folded(d)]
        places = {target.channel: target.settings for target in targets} if refused else {}
        for d in refused:
            posting, settings = postings.get((d.digest, d.channel)), places.get(d.channel)
            if posting and settings:
                self._note(d)
                self._unfold(d, posting, settings)
        return bool(refused)

    def _note(self, d: Delivery) -> None:
        if not self._refused:
            self._known.note_refusal(self._telling.of_folding(d))
            log.warning("folding_refused key=%s", d.key)  # not before: said anew each second if it fails
            self._refused = True

    def _unfold(self, d: Delivery, posting: Posting, settings: ChannelSettings) -> None:
        digest = self._library.digests.get(d.digest)
        if digest is None:  # nobody can arrange it any more: it goes out as text
            plain = replace(d, refused=None, rung=Rung.NO_BLOCKS)
            self._ledger.write(d, plain, self._telling.of_change(d, plain))
        elif not is_reworded(posting.content, digest, settings):  # else it is about to be arranged anyway
            parts = self._arranged(digest, settings, Layout.HEADLINES, posting.corrected)
            self._ledger.arrange(posting, parts)

    def _arranged(
        self, digest: Digest, settings: ChannelSettings, layout: Layout, corrected: date | None
    ) -> tuple[Part, ...]:
        return self._render(digest, settings.selection(digest), layout=layout, corrected=corrected)
