"""Writes an index: whole, or what has changed. Either way the same questions have the same answers.

So nothing in an index may depend on the way it came to be: the order within a day is that of the stories
given, and a word is shown as the first story writes it that is still there.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from bot.core.search.answer import Document
from bot.core.search.vocabulary import Row, is_fuzzy
from bot.search.packing import Packer, Said, dictionary_of
from bot.search.schema import BETWEEN, MARK, Days, Facts, create, mark, mark_of_names
from bot.search.tally import Named, Tally, keys_of
from bot.search.words import LARGE, SMALL, read_blocks, write_words

# FTS5 writes down what it has gathered in so many bytes, and merges it later: while all is new, seldom.
_GATHERED, _GATHERED_AT_ONCE = 1 << 20, 1 << 24
_FIRST = 2000  # stories that tell how the others will be
_MANY = 200  # changes, or words of the small vocabulary, beyond which shares decide
_SHARE = 4  # one story in so many changed at once: the whole is sooner built anew
_WORDS_SHARE = 16  # one word in so many is new: the large vocabulary is made anew
_OLDEST_FIRST = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid"
_NEWEST_FIRST = f"{_OLDEST_FIRST} DESC"


class TooManyChangesError(Exception):
    """There are more changes than may be written into an index: build it anew."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes an index hold other stories."""

    gone: Sequence[int]
    new: Sequence[tuple[int, Document]]  # with their places


def differences(held: Iterable[tuple[bytes, int]], documents: Iterable[Document], facts: Facts) -> Changes:
    """Return what has changed, with places that keep the order of each day."""
    places = _Places(Days(facts.width))
    left = dict(held)
    if len(left) != facts.stories:
        raise TooManyChangesError  # two stories that are the same
    gone: list[int] = []
    new: list[tuple[int, Document]] = []
    for document in documents:
        place = left.pop(mark(document)[:MARK], None)
        if place is None or not places.keep(place):
            gone += [] if place is None else [place]
            new.append((places.take(document.date.toordinal()), document))
        if len(new) > max(_MANY, facts.stories // _SHARE):
            raise TooManyChangesError
    gone += left.values()
    if facts.changes + len(gone) + len(new) > max(_MANY, facts.whole):
        raise TooManyChangesError
    return Changes(sorted(gone), sorted(new, key=lambda story: story[0]))


class _Places:
    """Gives out places: the first story of a day gets the highest one, the next a lower."""

    def __init__(self, days: Days) -> None:
        self._width = days.width
        self._lowest: dict[int, int] = {}

    def take(self, day: int) -> int:
        """Return the next place of a day."""
        place = self._lowest.get(day, (day + 1) * self._width) - 1
        if place < day * self._width:
            raise TooManyChangesError
        self._lowest[day] = place
        return place

    def keep(self, place: int) -> bool:
        """Tell whether a story may stay at its place: below those that come before it."""
        day = place // self._width
        if place >= self._lowest.get(day, place + 1):
            return False
        self._lowest[day] = place
        return True


class _Row(NamedTuple):
    place: int
    id: str
    mark: bytes
    said: Said

    @classmethod
    def of(cls, place: int, document: Document) -> _Row:
        said = (
            document.headline,
            document.body,
            BETWEEN.join(document.companies),
            BETWEEN.join(document.tags),
        )
        id_ = document.id
        written = str(id_) if isinstance(id_, int) else json.dumps(id_)
        return cls(place, written, mark(document)[:MARK], Said(*map(_sound, said)))


def _sound(text: str) -> str:
    """Return *text* without what UTF-8 cannot hold: half a surrogate pair."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def build(
    connection: sqlite3.Connection,
    content: str,
    documents: Callable[[], Iterable[Document]],
    names: Mapping[str, Sequence[str]],
) -> None:
    """Write an index of these stories into an empty database."""
    create(connection)
    stories = iter(documents())
    first = list(islice(stories, _FIRST))
    facts = Facts(
        content=content,
        names=mark_of_names(names),
        width=_days_of(first, 2).width,  # others may have busier days
        dictionary=dictionary_of(f"{story.headline} {story.body}" for story in first),
        stories=0,
        tagged=0,
        whole=0,
        changes=0,
        gone="",
    )
    with connection:
        _Builder(connection, facts, names).write(chain(first, stories), documents)


def _days_of(documents: Iterable[Document], room: int = 1) -> Days:
    days = Counter(story.date for story in documents)
    return Days.of(room * max(days.values(), default=1))


def change(
    connection: sqlite3.Connection, content: str, changes: Changes, names: Mapping[str, Sequence[str]]
) -> None:
    """Write changes into an index. The transaction is the caller's."""
    facts = Facts.read(connection)
    _Changer(connection, facts, names).write(content, changes)


class _Writer:
    """What both ways of writing need."""

    def __init__(
        self, connection: sqlite3.Connection, facts: Facts, names: Mapping[str, Sequence[str]]
    ) -> None:
        self._db, self._facts = connection, facts
        self._packer = Packer(facts.dictionary)
        self._tally = Tally(names)
        self._stories, self._tagged = facts.stories, facts.tagged

    def _store(self, rows: Iterable[_Row]) -> None:
        self._db.executemany(
            "INSERT INTO story VALUES (?, ?, ?, ?)",
            ((row.place, row.id, row.mark, self._packer.pack(row.said)) for row in rows),
        )

    def _count(self, said: Said, sign: int) -> tuple[str, str, str, str]:
        self._stories += sign
        self._tagged += sign if said.companies else 0
        return self._tally.count(said, sign)

    def _index(self, rows: Iterable[tuple[int, str, str, str, str]]) -> None:
        self._db.executemany(
            "INSERT INTO words(rowid, companies, headline, tags, body) VALUES (?, ?, ?, ?, ?)", rows
        )

    def _flush(self, named: Callable[[str], Named], newest: Container[str] = ()) -> None:
        """Write the counts down. Of *newest* the name that is given is the one that is shown."""
        self._db.executemany(
            "INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (word) DO UPDATE SET"
            " stories = stories + excluded.stories, headlines = headlines + excluded.headlines,"
            " companies = companies + excluded.companies, capitals = capitals + excluded.capitals,"
            " shown = CASE WHEN ?9 THEN excluded.shown WHEN role <> '' THEN shown"
            " WHEN excluded.role <> '' OR shown = '' THEN excluded.shown ELSE shown END,"
            " role = CASE WHEN excluded.role = '' OR role = 'company' THEN role ELSE excluded.role END",
            ((*row, *named(row[0]), row[0] in newest) for row in self._tally.rows()),
        )

    def _write_all_words(self) -> None:
        words = [word for (word,) in self._db.execute("SELECT word FROM term") if is_fuzzy(word)]
        write_words(self._db, LARGE, words)
        write_words(self._db, SMALL, ())

    def _write_facts(self, **said: str | int) -> None:
        counted = self._facts._replace(stories=self._stories, tagged=self._tagged)
        counted._replace(**said).write(self._db)  # type: ignore[arg-type]  # they are named where they are given


class _Builder(_Writer):
    """Writes all stories."""

    def write(self, stories: Iterable[Document], again: Callable[[], Iterable[Document]]) -> None:
        self._gather(_GATHERED_AT_ONCE)
        try:
            self._store_all(stories)
        except TooManyChangesError:  # a day has more stories than the first ones let expect
            self._db.execute("DELETE FROM story")
            self._facts = self._facts._replace(width=_days_of(again()).width)
            self._store_all(again())
        self._index(self._columns())
        self._flush(self._tally.named, self._tally.companies)
        self._write_all_words()
        self._gather(_GATHERED)
        self._write_facts(whole=self._stories)

    def _store_all(self, stories: Iterable[Document]) -> None:
        places = _Places(Days(self._facts.width))
        self._store(_Row.of(places.take(story.date.toordinal()), story) for story in stories)

    def _gather(self, size: int) -> None:
        self._db.execute("INSERT INTO words(words, rank) VALUES ('hashsize', ?)", (size,))

    def _columns(self) -> Iterator[tuple[int, str, str, str, str]]:
        # In order of place: FTS5 is slow in any other.
        for place, packed in self._db.execute("SELECT place, said FROM story ORDER BY place"):
            yield (place, *self._count(self._packer.unpack(packed), 1))
            if self._tally.is_full:
                self._flush(self._tally.named, self._tally.companies)
                self._tally.forget()


class _Changer(_Writer):
    """Writes what has changed."""

    def __init__(
        self, connection: sqlite3.Connection, facts: Facts, names: Mapping[str, Sequence[str]]
    ) -> None:
        super().__init__(connection, facts, names)
        # How the words of what came and went are written: by word and place.
        self._gone: dict[str, dict[int, str]] = defaultdict(dict)
        self._new: dict[str, dict[int, str]] = defaultdict(dict)
        self._names: set[str] = set()  # words that name something there

    def write(self, content: str, changes: Changes) -> None:
        self._highest = self._db.execute("SELECT max(place) FROM story").fetchone()[0] or 0
        for place in changes.gone:
            self._remove(place)
        for place, document in changes.new:
            self._add(_Row.of(place, document))
        touched = set(self._tally.words)
        before = self._shown(touched)
        self._flush(lambda word: Named("", "", ""))
        self._db.execute("DELETE FROM term WHERE stories <= 0")
        after = self._shown(touched)
        for word in after:
            self._name(word, before.get(word))
        self._write_facts(
            content=content,
            changes=self._facts.changes + len(changes.gone) + len(changes.new),
            gone=self._write_words(touched, after),
        )

    def _remove(self, place: int) -> None:
        columns = self._read(place, self._said(place), -1, self._gone)
        self._db.execute(
            "INSERT INTO words(words, rowid, companies, headline, tags, body)"
            " VALUES ('delete', ?, ?, ?, ?, ?)",
            (place, *columns),
        )
        self._db.execute("DELETE FROM story WHERE place = ?", (place,))

    def _add(self, row: _Row) -> None:
        self._store([row])
        self._index([(row.place, *self._read(row.place, row.said, 1, self._new))])

    def _said(self, place: int) -> Said:
        packed = self._db.execute("SELECT said FROM story WHERE place = ?", (place,)).fetchone()
        try:
            return self._packer.unpack(packed[0])
        except (TypeError, ValueError) as error:
            raise sqlite3.DatabaseError("a damaged story") from error

    def _read(
        self, place: int, said: Said, sign: int, written: dict[str, dict[int, str]]
    ) -> tuple[str, str, str, str]:
        self._tally.forget()
        columns = self._count(said, sign)
        for word, form in self._tally.written.items():
            written[word][place] = form
        self._names.update(self._tally.companies, self._tally.tags)
        return columns

    def _shown(self, words: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return how these words are shown, and what they name; without those that are not there."""
        sql = "SELECT word, shown, role FROM term WHERE word IN (SELECT value FROM json_each(?))"
        return {word: (shown, role) for word, shown, role in self._db.execute(sql, (json.dumps([*words]),))}

    def _name(self, word: str, before: tuple[str, str] | None) -> None:
        """Write down how a word is shown, and what it names."""
        if word in self._names or word in self._tally.configured:
            named = self._named(word)
        elif before and before[1]:
            return
        else:
            named = Named(self._form(word, before[0] if before else ""), "", "")
        self._db.execute("UPDATE term SET shown = ?, role = ?, stands_for = ? WHERE word = ?", (*named, word))

    def _named(self, word: str) -> Named:
        """Return what the stories name with a word: the newest company, the first tag."""
        configured = self._tally.configured.get(word)
        for said in self._stories_with(f'companies : "{word}"', newest_first=True):
            for key, name in reversed(keys_of("company", said.companies)):
                if key == word:
                    return Named(name, "company", configured.of if configured else "")
        if configured:
            return configured
        for said in self._stories_with(f'tags : "{word}"'):
            for key, name in keys_of("tag", said.tags):
                if key == word:
                    return Named(name, "tag", "")
        return Named(self._first_form(word), "", "")

    def _form(self, word: str, before: str) -> str:
        """Return how the first story with a word writes it that has a way of its own."""
        gone, new = self._gone.get(word, {}), self._new.get(word, {})
        if gone == new or (not new and before not in gone.values()):
            return before
        if gone:
            return self._first_form(word)
        first = min(new)
        if not before:  # none had one
            return new[first]
        if first > self._highest:
            return before
        return self._first_form(word)

    def _first_form(self, word: str) -> str:
        for said in self._stories_with(f'"{word}"'):
            if form := self._tally.forms(said).get(word):
                return form
        return ""

    def _stories_with(self, match: str, *, newest_first: bool = False) -> Iterator[Said]:
        for (place,) in self._db.execute(_NEWEST_FIRST if newest_first else _OLDEST_FIRST, (match,)):
            yield self._said(place)

    def _write_words(self, touched: Iterable[str], there: Container[str]) -> str:
        """Write the small vocabulary, and return the words that are gone from the large one."""
        blocks = read_blocks(self._db, LARGE)
        large = {length: Row(same.decode("ascii"), length) for length, same in blocks.items()}
        small = set(_words(read_blocks(self._db, SMALL)))
        gone = set(self._facts.gone.split())
        before = frozenset(small)
        for word in filter(is_fuzzy, touched):
            is_in_large = len(word) in large and word in large[len(word)]
            aside = gone if is_in_large else small
            if is_in_large == (word in there):
                aside.discard(word)
            else:
                aside.add(word)
        if len(small) + len(gone) > max(_MANY, _count(blocks) // _WORDS_SHARE):
            self._write_all_words()
            return ""
        if small != before:
            write_words(self._db, SMALL, small)
        return " ".join(sorted(gone))


def _words(blocks: Mapping[int, bytes]) -> Iterator[str]:
    for length, block in blocks.items():
        words = block.decode("ascii")
        yield from (words[i : i + length] for i in range(0, len(words), length))


def _count(blocks: Mapping[int, bytes]) -> int:
    return sum(len(block) // length for length, block in blocks.items())
