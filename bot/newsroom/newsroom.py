"""What the editors have written and what readers may ask of it: settings, digests, index. No Slack."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot.core.errors import Problem
from bot.core.search.answer import Answer, Document
from bot.core.search.synonyms import Synonyms
from bot.core.settings import Settings
from bot.files.config import SettingsFile
from bot.files.known_digests import KnownDigests
from bot.newsroom.asking import Answers
from bot.newsroom.clearance import Clearance, Kept
from bot.newsroom.coding import CodeBook
from bot.newsroom.library import Library
from bot.newsroom.out import Known, Out
from bot.newsroom.versions import Versions
from bot.search.cache import folder as cache_folder
from bot.search.engine import SearchEngine
from bot.store.ledger import Look

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Newsroom:
    """Keeps up with the files, and answers from memory. *keeps*: it writes down what follows from that."""

    def __init__(
        self,
        config: Path,
        *,
        page: int,
        clock: Clock = utc_now,
        codes: CodeBook | None = None,
        versions: Versions | None = None,
        known: Known | None = None,
        approvals: Kept | None = None,
        keeps: bool = False,
        editors: Sequence[str] = (),
    ) -> None:
        self._clock, self._page, self._versions = clock, page, versions
        self.settings = SettingsFile(config, editors=editors)
        self._clearance = (
            Clearance(approvals, versions, rule=lambda: self.settings.current.approval, keeps=keeps)
            if approvals and versions
            else None
        )
        self.library = Library(
            self.settings.current.digests,
            codes=codes,
            versions=versions,
            known=KnownDigests(cache_folder() / "digests.sqlite"),
            clearance=self._clearance,
        )
        self.library.refresh(clock())
        self.out = Out(self.library, known, clock=clock)
        self.out.choose(self.settings.current)
        self._problems: tuple[Problem, ...] = ()
        self._changes = 0
        self._taken_in = self._seen()
        self._documents = self.out.documents()
        self._engine = self._index(self._documents)
        self.answers = Answers(
            self.out,
            self._search,
            edition=self._edition,
            companies=lambda: self.settings.current.companies,
        )

    def refresh(self) -> tuple[Problem, ...]:
        """Take in changed files; return what is wrong with the ones that changed for the worse, once.

        A bad file leaves the last good one in force.
        """
        faults = self.settings.refresh()
        # As every other setting, in force at once: a changed `digests:` once waited for a restart and nobody
        # said so.
        self.library.folder = self.settings.current.digests
        self.library.refresh(self._clock())
        self._keep_up()
        known, self._problems = self._problems, self.library.problems
        if self._problems is known:
            return faults
        return *faults, *(problem for problem in self._problems if problem not in known)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the files now."""
        return *self.settings.problems, *self._problems

    def hear(self, look: Look) -> None:
        """Take in what the ledger says: other replicas' versions of digests, and what is out by now."""
        if self._versions:
            self._versions.hear(look.changes)
        if self._clearance:
            self._clearance.hear(look.changes)
        before = self.out.revision
        self.out.keep_up(look, self.settings.current)
        if self.out.revision != before:  # what is out under another name has its codes under that, too
            self.library.recall_codes()
        self._keep_up()

    def _seen(self) -> tuple[int, Settings, int, date]:
        return self.library.revision, self.settings.current, self.out.revision, self._today()

    def _keep_up(self) -> None:
        if self._seen() != self._taken_in:
            self._take_in()

    def _take_in(self) -> None:
        """Answer from what there is now."""
        self.out.choose(self.settings.current)
        seen, documents = self._seen(), self.out.documents()
        # Names decide how words are cut, so that another registry is another index; new stories are only
        # differences.
        settings, before = self.settings.current, self._taken_in[1]
        if (settings.companies, settings.synonyms) != (before.companies, before.synonyms):
            self._engine = self._index(documents)
        elif documents != self._documents:
            self._engine.update(documents)
        # Last: an answer of the old index must not pass for one of the new.
        self._documents, self._taken_in = documents, seen
        self._changes += 1

    def _edition(self) -> Hashable:
        """Return what differs as soon as an answer may: all that an answer depends on has its place here."""
        return self._changes, self._today()

    def _index(self, documents: tuple[Document, ...]) -> SearchEngine:
        settings = self.settings.current
        return SearchEngine.over(
            documents,
            settings.companies,
            today=self._today,
            synonyms=Synonyms(settings.synonyms),
            source=f"digests {settings.digests.resolve()}",
        )

    def _search(self, query: str, *, offset: int = 0) -> Answer:
        return self._engine.search(query, limit=self._page, offset=offset)

    def _today(self) -> date:
        return self._clock().date()
