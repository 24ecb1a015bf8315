"""From what a person types to a reply: the one function behind the slash command, the shell and mentions."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.core.search.answer import Answer, AnswerKind, Help, Latest, Opened, Reply
from bot.newsroom.library import Library

CODE = re.compile(r"#\d{4}[a-z]?-\d{1,3}", re.ASCII)
HELP_WORDS = frozenset({"help", "?", "-h", "--help"})
LATEST_WORDS = frozenset({"latest", "newest"})

Search = Callable[..., Answer]  # SearchEngine.search


class Answers:
    """Answers from memory. Reads the library and the index; changes nothing."""

    def __init__(self, library: Library, search: Search) -> None:
        self._library = library
        self._search = search

    def ask(self, text: str) -> Reply:
        """Answer a command word, a story's code or a question."""
        query = text.strip()
        word = query.casefold()
        if not query or word in HELP_WORDS:
            return Help(welcome=not query, digest=self._library.newest())
        if word in LATEST_WORDS:
            return Latest(digest=self._library.newest())
        if CODE.fullmatch(word):
            return self._open(word)
        return self._search(query)

    def more(self, query: str, offset: int) -> Reply:
        """Answer a question's next page."""
        return self._search(query, offset=max(0, offset))

    def _open(self, code: str) -> Reply:
        found = self._library.by_code(code)
        if found is None:
            return Answer(
                query=code, kind=AnswerKind.NOTHING, hint="No story has that code; each story shows its own."
            )
        digest, story = found
        return Opened(digest=digest, story=story)
