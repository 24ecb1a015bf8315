"""What the editors have written and what readers may ask of it: settings, digests, index. No Slack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from bot.core.errors import Problem
from bot.core.search.answer import Answer
from bot.files.config import SettingsFile
from bot.newsroom.asking import Answers
from bot.newsroom.library import CodeBook, Library
from bot.search.engine import SearchEngine

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Newsroom:
    """Keeps up with the files, and answers from memory."""

    def __init__(
        self,
        config: Path,
        *,
        page: int,
        clock: Clock = utc_now,
        codes: CodeBook | None = None,
    ) -> None:
        self._clock, self._page = clock, page
        self.settings = SettingsFile(config)
        self.library = Library(self.settings.current.digests, codes=codes)
        self.library.refresh(clock())
        self._problems: tuple[Problem, ...] = ()
        self._documents = self.library.documents()
        self._companies = self.settings.current.companies
        self._engine = self._index()
        self.answers = Answers(self.library, self._search)

    def refresh(self) -> tuple[Problem, ...]:
        """Take in changed files; return what is wrong with the ones that changed for the worse, once.

        A bad file leaves the last good one in force.
        """
        faults = self.settings.refresh()
        # As every other setting, in force at once: a changed `digests:` once waited for a restart and nobody
        # said so.
        self.library.folder = self.settings.current.digests
        self.library.refresh(self._clock())
        known, self._problems = self._problems, self.library.problems
        news = (*faults, *(problem for problem in self._problems if problem not in known))
        documents = self.library.documents()
        # Names decide how words are cut, so that another registry is another index; new stories are only
        # differences.
        if self.settings.current.companies != self._companies:
            self._documents, self._companies = documents, self.settings.current.companies
            self._engine = self._index()
        elif documents != self._documents:
            self._documents = documents
            self._engine.update(documents)
        return news

    def _index(self) -> SearchEngine:
        return SearchEngine.over(self._documents, self._companies, today=self._today)

    def _search(self, query: str, *, offset: int = 0) -> Answer:
        return self._engine.search(query, limit=self._page, offset=offset)

    def _today(self) -> date:
        return self._clock().date()
