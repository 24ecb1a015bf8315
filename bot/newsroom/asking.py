"""From what a person types to a reply: the one function behind the slash command, the shell and mentions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Protocol

from bot.core.digest import Digest, Story
from bot.core.search.answer import (
    Answer,
    AnswerKind,
    Document,
    Help,
    Latest,
    Names,
    Opened,
    Reply,
    characters,
)
from bot.core.search.folding import plain
from bot.core.search.names import main_names, spelling
from bot.newsroom.finished import Finished

CODE = re.compile(r"#\d{4}[a-z]?-\d{1,3}", re.ASCII)
HELP_WORDS = frozenset({"help", "?", "-h", "--help"})
LATEST_WORDS = frozenset(
    {
        *("latest", "newest", "new", "news", "the latest", "latest news", "the news", "what is new"),
        *("what's new", "whats new", "this week", "this week's news", "what's new this week"),
    }
)
NAMES_WORDS = frozenset({"companies", "tags"})

Search = Callable[..., Answer]  # SearchEngine.search


class Stories(Protocol):
    """What may be told of; see bot.newsroom.out."""

    def newest(self) -> Digest | None: ...
    def by_code(self, code: str) -> tuple[Digest, Story] | None: ...
    def documents(self) -> tuple[Document, ...]: ...


class Answers:
    """Answers from memory. Reads stories and their index; changes nothing.

    *edition* differs as soon as any answer may: a question asked again before that is not looked up again,
    and gets the very same reply.
    """

    def __init__(
        self,
        stories: Stories,
        search: Search,
        *,
        edition: Callable[[], Hashable],
        companies: Callable[[], Mapping[str, Sequence[str]]] = dict,
    ) -> None:
        self._stories, self._companies = stories, companies
        self._search = search
        self._finished = Finished[Reply](edition=edition, weigh=characters)

    def ask(self, text: str) -> Reply:
        """Answer a command word, a story's code or a question."""
        query = text.strip()
        return self._finished.get(query, lambda: self._ask(query))

    def more(self, query: str, offset: int) -> Reply:
        """Answer with another page of what was asked for."""
        first = max(0, offset)
        # Only a search has pages of its own; of anything else all is there, whatever page is shown.
        if not first or _command(query) in LATEST_WORDS | NAMES_WORDS:
            return self.ask(query)
        return self._finished.get((query, first), lambda: self._search(query, offset=first))

    def _ask(self, query: str) -> Reply:
        word = _command(query)
        if not query or word in HELP_WORDS:
            return Help(welcome=not query, digest=self._stories.newest())
        if word in LATEST_WORDS:
            return Latest(digest=self._stories.newest())
        if word in NAMES_WORDS:
            return self._names(word)
        if CODE.fullmatch(word):
            return self._open(word)
        return self._search(query)

    def _names(self, what: str) -> Names:
        called = main_names(self._companies()) if what == "companies" else {}
        named = (d.companies if what == "companies" else d.tags for d in self._stories.documents())
        return Names(what=what, names=_counted(named, called))

    def _open(self, code: str) -> Reply:
        found = self._stories.by_code(code)
        if found is None:
            return Answer(
                query=code, kind=AnswerKind.NOTHING, hint="No story has that code; each story shows its own."
            )
        digest, story = found
        return Opened(digest=digest, story=story)


def _command(query: str) -> str:
    """Return a question as a command word would be written."""
    word = " ".join(plain(query).casefold().split())
    return word.rstrip("?!. ") or word


def _counted(named: Iterable[Sequence[str]], called: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """Return the names and how many stories have each, those of most first; *called* has the main ones."""
    shown: dict[str, str] = {}
    counts = Counter[str]()
    for names in named:
        of_story = {called.get(spelling(name), name) for name in names}
        shown |= {spelling(name): name for name in of_story}
        counts.update(set(map(spelling, of_story)))
    return tuple((shown[name], n) for name, n in sorted(counts.items(), key=lambda each: (-each[1], each[0])))
