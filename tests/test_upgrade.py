"""An upgrade of ours: what it changes in the digests there are, and that it corrects no post.

`python -m tests.test_upgrade` writes anew what became different; the fingerprints are as 0.1.0 made them, and
the posts before as they were arranged until stories could be folded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.delivery.plan import Correct, Target, plan
from bot.core.delivery.wording import NEWEST, content, is_reworded
from bot.core.digest import Digest
from bot.core.markdown.folded import folded
from bot.core.markdown.source import written
from bot.core.markdown.tree import Code, Item, Quote, Text
from bot.core.settings import ChannelSettings, Layout, Settings
from bot.files.config import load_settings
from bot.files.digest_file import read_digest, texts
from bot.files.markdown import read_text
from bot.slack.views.posts import MAX_LEAD, digest_parts
from bot.slack.views.prose import opening
from bot.store.database import open_database
from bot.store.ledger import Ledger
from tests.store.recording import RECORDINGS, OldReplica

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests/golden"
DIGESTS = sorted([*ROOT.glob("digests/*.yaml"), *ROOT.glob("tests/samples/digests/*.yaml")])
FIRST: dict[str, str] = json.loads((GOLDEN / "first-fingerprints.json").read_text(encoding="utf-8"))
DIFFERENT = GOLDEN / "different-since-markdown.json"
BEFORE: dict[str, dict[str, Any]] = json.loads((GOLDEN / "posts-before.json").read_text(encoding="utf-8"))
ARRANGED = GOLDEN / "different-since-folding.json"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(ROOT / "tests/samples/config.yaml")


def read(name: str) -> Digest:
    digest, _ = read_digest(ROOT / name)
    assert digest
    return digest


def channel_of(only: str, settings: Settings) -> ChannelSettings:
    return next(channel for channel in settings.channels if ",".join(channel.only) == only)


@pytest.mark.parametrize("key", FIRST)
def test_a_post_of_the_first_version_is_compared_in_its_form(key: str, settings: Settings) -> None:
    name, _, only = key.partition("|")
    digest, channel = read(name), channel_of(only, settings)
    first, *others = digest.stories
    changed = replace(digest, stories=(replace(first, headline="Other words"), *others))

    assert not is_reworded(FIRST[key], digest, channel)
    assert is_reworded(FIRST[key], changed, channel) or first not in channel.selection(digest)


def test_a_ledger_of_the_version_before_corrects_nothing(database_url: str, settings: Settings) -> None:
    """The whole way: its own tables and rows, our migrations, our plan."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    with closing(OldReplica(database_url, RECORDINGS / f"4.{kind}.jsonl")) as old:
        old.start()
        old.work(0)
    known = {read(key.partition("|")[0]).id: made for key, made in FIRST.items() if key.endswith("|")}
    _post_as_then(database_url, known)

    with closing(open_database(database_url)) as database:
        postings = {(p.digest, p.channel): p for p in Ledger(database).postings()}
    digests = [read(str(path.relative_to(ROOT))) for path in DIGESTS]
    channel = replace(channel_of("", settings), layout=Layout.FULL)
    target = Target(channel="C", settings=channel, since=datetime(2020, 1, 1, tzinfo=UTC))
    for digest in digests:
        now = datetime.combine(digest.date, datetime.min.time(), UTC) + timedelta(days=5)
        assert plan([digest], [target], postings, now=now, rules=settings.delivery) == []
        changed = replace(digest, intro=read_text("Other words."))
        (action,) = plan([changed], [target], postings, now=now, rules=settings.delivery)
        assert isinstance(action, Correct)


def _post_as_then(url: str, known: dict[str, str]) -> None:
    """Write the postings with the words of then: what a later version has more is filled in by its tables."""
    row = sa.text(
        "INSERT INTO postings"
        " (digest, channel, verdict, slot, dated, content, layout, allowed, version, change)"
        " VALUES (:digest, 'C', 'post', :slot, :dated, :content, 'full', :no, 1, 1)"
    )
    engine = sa.create_engine(url.replace("postgres:", "postgresql+psycopg:"))
    with engine.begin() as db:
        for path in DIGESTS:
            digest = read(str(path.relative_to(ROOT)))
            slot = int(datetime.combine(digest.date, datetime.min.time(), UTC).timestamp()) * 1000
            content = known[digest.id]
            said = {"digest": digest.id, "slot": slot, "dated": str(digest.date), "content": content}
            db.execute(row, {**said, "no": False})
    engine.dispose()


def test_a_new_fingerprint_names_its_form_and_knows_no_wrapping(settings: Settings) -> None:
    digest, channel = read("digests/2020-05-01-road-to-recovery.yaml"), settings.channels[0]
    wrapped = replace(digest, intro=read_text(digest.intro.source.replace(". ", ".\n")))
    listed = replace(digest, intro=read_text(digest.intro.source.replace(". ", ".\n- ")))

    assert content(digest, channel).startswith(f"{NEWEST}:")
    assert not is_reworded(content(digest, channel), wrapped, channel)
    assert is_reworded(content(digest, channel), listed, channel)


def different() -> dict[str, Any]:
    """Return the texts that read otherwise than in the first version, and why."""
    found = {}
    for path in DIGESTS:
        digest = read(str(path.relative_to(ROOT)))
        for loc, text in texts(digest):
            was = list(folded(text.source))
            now = written(text.nodes).split("\n\n")
            if why := sorted(set(_shapes(text))):
                found[f"{path.relative_to(ROOT)}: {'.'.join(map(str, loc))}"] = {
                    "why": why,
                    "was": [old for old in was if old not in now],
                    "is": [new for new in now if new not in was],
                }
    return found


def _shapes(text: Text) -> Iterator[str]:
    for node in text.nodes:
        match node:
            case Item():
                yield "a list"
            case Quote():
                yield "a quote"
            case Code():
                yield "lines of code"
        for run in node.runs:
            yield from (name for name in ("bold", "italic", "strike", "code") if getattr(run, name))
            yield from ["a link"] if run.url else []


def test_what_became_different_in_our_digests_is_written_down() -> None:
    assert json.loads(DIFFERENT.read_text(encoding="utf-8")) == different()


def test_nothing_became_different_in_the_seed() -> None:
    assert not any(key.startswith("digests/") for key in different())


def arranged() -> dict[str, Any]:
    """Return how the posts of our digests differ from what they were before, and why."""
    found = {}
    for key, before in BEFORE.items():
        name, _, layout = key.partition("|")
        digest = read(name)
        first, *thread = digest_parts(digest, digest.stories, layout=Layout(layout))
        was, now = before["first"], first.message.text.split("\n")
        whole = {story.id for story in digest.stories} - {s for part in thread for s in part.stories}
        why = {
            "of the intro, the channel has a sentence and the thread the rest": _has_rest(digest, layout),
            "a line a story: its summary, else the beginning of its first sentence": now != was,
            "a story of which the line says all is not said again": layout == "headlines" and whole,
            "each message of a thread says which it is": len(thread) > 1,
            "no company is named where the digest names none": "/roundup company" in str(was),
        }
        found[key] = {
            "why": [reason for reason, holds in why.items() if holds],
            "messages": {"were": before["messages"], "are": 1 + len(thread)},
            "was": [line for line in was if line not in now],
            "is": [line for line in now if line not in was],
        }
    return found


def _has_rest(digest: Digest, layout: str) -> bool:
    return layout == "headlines" and bool(opening(digest.intro.nodes, MAX_LEAD)[1])


def test_how_posts_are_arranged_otherwise_is_written_down() -> None:
    """Of those that go out from now on: what is posted stays as it is."""
    assert json.loads(ARRANGED.read_text(encoding="utf-8")) == arranged()


if __name__ == "__main__":
    ARRANGED.write_text(json.dumps(arranged(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    DIFFERENT.write_text(json.dumps(different(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
