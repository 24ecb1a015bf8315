"""From what a person types to a reply: the one function behind the slash command, the shell and mentions."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Protocol

from bot.core.digest import Digest, Story
from bot.core.search.answer import Answer, AnswerKind, Help, Latest, Opened, Reply, characters
from bot.newsroom.finished import Finished

CODE = re.compile(r"#\d{4}[a-z]?-\d{1,3}", re.ASCII)
HELP_WORDS = frozenset({"help", "?", "-h", "--help"})
LATEST_WORDS = frozenset({"latest", "newest"})

Search = Callable[..., Answer]  # SearchEngine.search


class Stories(Protocol):
    """What may be told of; see bot.newsroom.out."""

    def newest(self) -> Digest | None: ...
    def by_code(self, code: str) -> tuple[Digest, Story] | None: ...


class Answers:
    """Answers from memory. Reads stories and their index; changes nothing.

    *edition* differs as soon as any answer may: a question asked again before that is not looked up again,
    and gets the very same reply.
    """

    def __init__(self, stories: Stories, search: Search, *, edition: Callable[[], Hashable]) -> None:
        self._stories = stories
        self._search = search
        self._finished = Finished[Reply](edition=edition, weigh=characters)

    def ask(self, text: str) -> Reply:
        """Answer a command word, a story's code or a question."""
        query = text.strip()
        return self._finished.get(query, lambda: self._ask(query))

    def more(self, query: str, offset: int) -> Reply:
        """Answer a question's next page."""
        first = max(0, offset)
        return self._finished.get((query, first), lambda: self._search(query, offset=first))

    def _ask(self, query: str) -> Reply:
        word = query.casefold()
        if not query or word in HELP_WORDS:
            return Help(welcome=not query, digest=self._stories.newest())
        if word in LATEST_WORDS:
            return Latest(digest=self._stories.newest())
        if CODE.fullmatch(word):
            return self._open(word)
        return self._search(query)

    def _open(self, code: str) -> Reply:
        found = self._stories.by_code(code)
        if found is None:
            return Answer(
                query=code, kind=AnswerKind.NOTHING, hint="No story has that code; each story shows its own."
            )
        digest, story = found
        return Opened(digest=digest, story=story)
