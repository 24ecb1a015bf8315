"""Compares search engines over one archive and its questions: quality, speed, build, memory, file size.

    python benchmarks/search.py [FOLDER]     # stories.jsonl.gz and queries.jsonl; default ../shared/search

With natural-weekly.tsv in the folder, its questions are asked, too; with natural-seed.tsv, of the digest that
ships with the bot and its config, and of our engine alone.

Engines run in processes of their own, and their questions are asked in turns, so that a busy machine is busy
for all of them. tantivy is no dependency of the bot: without it its row says so.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import multiprocessing
import re
import resource
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

ROOT = Path(__file__).parents[1]
TOP = 10
TURN = 50  # questions one engine is asked before the next
TYPOS = ("b1", "b2", "bc")
HOPELESS = ("e1", "e2", "e3")
ANSWERABLE = ("a", "v", *TYPOS, "c0", "c1", "c2", "d1", "d2")
GIBBERISH, NATURAL = "e1", "natural"
_STOP = """
a about and announce announced any anything are at did do does doing for going happened has how in is last
latest me month new news of on s say still tell that the this to was week what when why will with
"""
STOP = frozenset(_STOP.split())
Story = Mapping[str, Any]


MATCHES, CLOSEST, NOTHING = "matches", "closest", "nothing"
Found = tuple[str, Sequence[Any]]


class Engine(Protocol):
    """Finds the ids of stories."""

    def search(self, query: str) -> Found:
        """Return what the stories are called, and their ids, best first."""


def found(ids: Sequence[Any]) -> Found:
    """Return what an engine says that knows only matches."""
    return (MATCHES if ids else NOTHING, ids)


class Ours:
    """`bot.search`."""

    def __init__(self, folder: Path, stories: Sequence[Story]) -> None:
        from bot.core.search.answer import Document
        from bot.search import cache
        from bot.search.engine import SearchEngine

        cache.folder = lambda: folder
        documents = [
            Document(
                id=story["id"],
                headline=story["headline"],
                body=story["body"],
                companies=tuple(story["companies"]),
                tags=tuple(story["tags"]),
                date=date.fromisoformat(story["date"]),
            )
            for story in stories
        ]
        self._engine = SearchEngine.over(documents, {}, today=date.today)

    def search(self, query: str) -> Found:
        answer = self._engine.search(query, limit=TOP)
        return answer.kind.value, [match.story.id for match in answer.matches]


class Naive:
    """What everyone writes first: rapidfuzz's WRatio over the headlines."""

    def __init__(self, _: Path, stories: Sequence[Story]) -> None:
        self._ids = [story["id"] for story in stories]
        self._headlines = [story["headline"].lower() for story in stories]

    def search(self, query: str) -> Found:
        near = process.extract(query.lower(), self._headlines, scorer=fuzz.WRatio, limit=TOP, score_cutoff=60)
        return found([self._ids[place] for _, _, place in near])


class Textbook:
    """FTS5 with BM25; a word it does not know becomes the nearest that it does, the commoner of equals."""

    def __init__(self, folder: Path, stories: Sequence[Story]) -> None:
        self._db = sqlite3.connect(folder / "textbook.sqlite")
        self._db.executescript(
            "CREATE VIRTUAL TABLE f USING fts5(companies, headline, tags, body, tokenize='unicode61');"
            "CREATE VIRTUAL TABLE v USING fts5vocab(f, 'row');"
        )
        self._ids = {}
        rows = []
        for place, story in enumerate(stories, 1):
            self._ids[place] = story["id"]
            names = (" ".join(story["companies"]), story["headline"], " ".join(story["tags"]), story["body"])
            rows.append((place, *names))
        with self._db:
            self._db.executemany(
                "INSERT INTO f(rowid, companies, headline, tags, body) VALUES (?,?,?,?,?)", rows
            )
        self._known = dict(self._db.execute("SELECT term, doc FROM v"))
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._known:
            self._by_length[len(word)].append(word)

    def search(self, query: str) -> Found:
        words = re.findall(r"[^\W_]+", query.lower())
        words = [word for word in words if word not in STOP] or words
        fixed = [word if word in self._known else self._nearest(word) for word in words]
        terms = [f'"{word}"' for word in fixed if word]
        for match in (" AND ".join(terms), " OR ".join(terms)):
            if match:
                sql = "SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f, 4, 3, 2, 1) LIMIT ?"
                if ids := [self._ids[place] for (place,) in self._db.execute(sql, (match, TOP))]:
                    return found(ids)
        return found([])

    def _nearest(self, word: str) -> str:
        edits = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        lengths = range(len(word) - edits, len(word) + edits + 1)
        near = [
            (distance, -self._known[other], other)
            for length in lengths
            for other, distance, _ in process.extract(
                word, self._by_length[length], scorer=OSA.distance, score_cutoff=edits, limit=5
            )
            if edits
        ]
        return min(near)[2] if near else ""


class Tantivy:
    """tantivy with its own fuzzy terms: all words must match, else any."""

    def __init__(self, folder: Path, stories: Sequence[Story]) -> None:
        import tantivy

        self._tantivy = tantivy
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("place", stored=True)
        for field in ("companies", "headline", "tags", "body"):
            schema.add_text_field(field)
        self._schema = schema.build()
        (folder / "tantivy").mkdir()
        self._index = tantivy.Index(self._schema, path=str(folder / "tantivy"))
        writer = self._index.writer(heap_size=100_000_000, num_threads=1)
        for place, story in enumerate(stories):
            writer.add_document(
                tantivy.Document(
                    place=place,
                    companies=" ".join(story["companies"]),
                    headline=story["headline"],
                    tags=" ".join(story["tags"]),
                    body=story["body"],
                )
            )
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._ids = [story["id"] for story in stories]

    def search(self, query: str) -> Found:
        words = re.findall(r"[^\W_]+", query.lower())
        words = [word for word in words if word not in STOP] or words
        one = [self._word(word) for word in words]
        query_ = self._tantivy.Query
        occur = self._tantivy.Occur
        for how in (occur.Must, occur.Should):
            wanted = query_.boolean_query([(how, each) for each in one])
            if hits := self._searcher.search(wanted, TOP, count=False).hits:
                return found([self._ids[self._searcher.doc(at)["place"][0]] for _, at in hits])
        return found([])

    def _word(self, word: str) -> Any:
        query_, occur = self._tantivy.Query, self._tantivy.Occur
        edits = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        anywhere = []
        for field, boost in (("companies", 4.0), ("headline", 3.0), ("tags", 2.0), ("body", 1.0)):
            exact = query_.boost_query(query_.term_query(self._schema, field, word), 2 * boost)
            anywhere.append((occur.Should, exact))
            if edits:
                fuzzy = query_.fuzzy_term_query(self._schema, field, word, distance=edits)
                anywhere.append((occur.Should, query_.boost_query(fuzzy, boost)))
        return query_.boolean_query(anywhere)


ENGINES: dict[str, Callable[[Path, Sequence[Story]], Engine]] = {
    "roundup": Ours,
    "FTS5 + textbook fix": Textbook,
    "tantivy fuzzy": Tantivy,
    "rapidfuzz WRatio": Naive,
}


def _private_mb() -> float:
    """Return the memory that is this process's alone."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def _serve(name: str, stories_file: Path, pipe: Connection) -> None:
    """Build an engine and answer batches of questions, until there are none."""
    with tempfile.TemporaryDirectory() as folder:
        stories = list(_lines(stories_file))
        start, cpu = time.perf_counter(), time.process_time()
        engine = ENGINES[name](Path(folder), stories)
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        pipe.send(
            {
                "build": time.perf_counter() - start,
                "cpu": time.process_time() - cpu,
                "stories": len(stories),
                "file": size / 1e6,
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
        while questions := pipe.recv():
            pipe.send([_timed(engine, question) for question in questions])


def _timed(engine: Engine, question: str) -> tuple[Found, float, float]:
    start, cpu = time.perf_counter(), time.thread_time()
    answer = engine.search(question)
    return answer, time.perf_counter() - start, time.thread_time() - cpu


def _lines(path: Path) -> Iterator[Any]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield from map(json.loads, file)


class Running:
    """An engine in a process of its own."""

    def __init__(self, name: str, stories: Path) -> None:
        self.name = name
        self._pipe, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(name, stories, theirs)
        )
        self._process.start()
        self.built: dict[str, float] = self._pipe.recv()
        self.answers: list[tuple[dict[str, Any], Found, float, float]] = []

    def ask(self, questions: Sequence[dict[str, Any]]) -> None:
        """Ask, and keep the answers."""
        self._pipe.send([question["q"] for question in questions])
        for question, answer in zip(questions, self._pipe.recv(), strict=True):
            self.answers.append((question, *answer))

    def stop(self) -> None:
        """End it."""
        self._pipe.send([])
        self._process.join()

    def row(self) -> dict[str, str]:
        """Return its line of the table."""
        right: dict[str, list[bool]] = defaultdict(list)
        called: list[bool] = []  # a right answer: is it called one?
        for question, (kind, ids), _, _ in self.answers:
            ok = _is_right(question, kind, ids)
            right[question["cls"]].append(ok)
            if ok and question["cls"] in ANSWERABLE:
                called.append(kind == MATCHES)
        wall = sorted(answer[2] for answer in self.answers)
        cpu = sorted(answer[3] for answer in self.answers)
        answerable = [ok for cls, oks in right.items() if cls in ANSWERABLE for ok in oks]
        hopeless = [
            kind != MATCHES for question, (kind, _), _, _ in self.answers if question["cls"] in HOPELESS
        ]
        typos = [ok for cls in TYPOS for ok in right[cls]]
        return {
            "engine": self.name,
            "hit@1": f"{_share(answerable):.3f}",
            "called matches": f"{_share(called):.3f}",
            "typos": f"{_share(typos):.3f}",
            "false": f"{1 - _share(hopeless):.3f}",
            "gibberish nothing": f"{_share(right[GIBBERISH]):.3f}",
            "natural": f"{_share(right.pop(NATURAL, [])):.3f}",
            **{cls: f"{_share(oks):.2f}" for cls, oks in right.items()},
            "p50/p99 ms": f"{_at(wall, 0.5):.2f}/{_at(wall, 0.99):.1f}",
            "cpu ms": f"{_at(cpu, 0.5):.2f}/{_at(cpu, 0.99):.1f}",
            "build cpu ms/story": f"{1e3 * self.built['cpu'] / self.built['stories']:.2f}",
            "file MB": f"{self.built['file']:.0f}",
            "peak MB": f"{self.built['peak']:.0f}",
        }


def _is_right(question: Mapping[str, Any], kind: str, ids: Sequence[Any]) -> bool:
    """Tell whether the first story is right; of what nobody has, whether it is called no match."""
    if question["rel"]:
        return bool(ids) and ids[0] in question["rel"]
    return kind == NOTHING if question["cls"] == GIBBERISH else kind != MATCHES


def natural(path: Path, stories: Sequence[Story]) -> Iterator[dict[str, Any]]:
    """Yield the questions of a file: question, tab, ids of the right stories, "-", "*" or "*word"."""
    words = {story["id"]: f"{story['headline']} {story['body']}".lower() for story in stories}
    for line in path.read_text("utf-8").splitlines():
        question, _, wanted = line.partition("\t")
        ids: set[Any] = set()
        for one in wanted.split(","):
            if one.startswith("*"):
                ids |= {id_ for id_, text in words.items() if one[1:].lower() in text}
            elif one != "-":
                ids |= {id_ for id_ in words if str(id_) == one or str(id_).endswith(f"/{one}")}
        yield {"cls": NATURAL, "q": question, "rel": ids}


def _share(oks: Sequence[bool]) -> float:
    return sum(oks) / max(1, len(oks))


def _at(times: Sequence[float], share: float) -> float:
    return 1e3 * times[min(len(times) - 1, int(share * len(times)))]


def main() -> None:
    """Run all engines and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/search"))
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th question")
    arguments = parser.parse_args()
    questions = list(_lines(arguments.folder / "queries.jsonl"))[:: arguments.every]
    if (written := arguments.folder / "natural-weekly.tsv").exists():
        questions += natural(written, list(_lines(arguments.folder / "stories.jsonl.gz")))
    names = [name for name in ENGINES if name != "tantivy fuzzy" or importlib.util.find_spec("tantivy")]
    running = [Running(name, arguments.folder / "stories.jsonl.gz") for name in names]
    for start in range(0, len(questions), TURN):
        for engine in running:
            engine.ask(questions[start : start + TURN])
    rows = [engine.row() for engine in running]
    for engine in running:
        engine.stop()
    _print(rows)
    if (written := arguments.folder / "natural-seed.tsv").exists():
        oks = list(_asked_of_the_first_digest(written))
        print(f"natural questions to the digest that ships with the bot: {sum(oks)} of {len(oks)} right")
    if len(names) < len(ENGINES):
        print("tantivy fuzzy: not installed (pip install tantivy), so not compared")


def _asked_of_the_first_digest(path: Path) -> Iterator[bool]:
    from bot.files.config import load_settings
    from bot.newsroom.library import Library
    from bot.search.engine import SearchEngine

    library = Library(ROOT / "digests")
    library.refresh(datetime(2020, 5, 2, tzinfo=UTC))
    documents = library.documents()
    stories = [{"id": story.id, "headline": story.headline, "body": story.body} for story in documents]
    companies = load_settings(ROOT / "config.yaml").companies
    with SearchEngine.over(documents, companies, today=date.today) as engine:
        for question in natural(path, stories):
            answer = engine.search(question["q"])
            yield _is_right(question, answer.kind.value, [match.story.id for match in answer.matches])


def _print(rows: Sequence[dict[str, str]]) -> None:
    heads = list(rows[0])
    widths = [max(len(head), *(len(row[head]) for row in rows)) for head in heads]
    for row in (dict(zip(heads, heads, strict=True)), *rows):
        print("  ".join(row[head].ljust(width) for head, width in zip(heads, widths, strict=True)))


if __name__ == "__main__":
    main()
