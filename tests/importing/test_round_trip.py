"""A file, changed by hand, checked, shown and imported again: what the loader accepts comes back equal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.cli.preview import _as_written
from bot.cli.terminal import preview_messages
from bot.core.digest import Digest
from bot.core.markdown.tree import Text, words_of
from bot.core.settings import Layout
from bot.core.unseen import is_seen
from bot.files.digest_file import read_digest
from bot.files.markdown import read_text
from bot.importing.draft import digest_of
from bot.importing.reading import read_draft
from bot.importing.words import tidy
from bot.importing.writer import write_digest
from bot.practice.preview_page import preview_html
from bot.slack.views.posts import digest_parts
from tests.files.test_markdown import numbered, pieces
from tests.importing.test_writer import AWKWARD
from tests.slack.wild import SAYINGS

HERE = Path("2020-05-01-x.yaml")
ADDRESSES = (
    *("https://a.bc/", "HTTP://A.bc/x?y=1&z=", "https://a.bc:8443/%20#f", "https://例え.テスト/飞猪"),
    *("https://a.bc/'(x)*_~", "https://a.bc/?q=a%2Bb&amp;c=1", f"https://a.bc/{'x' * 900}"),
)  # fmt: skip
# Lists in lists, code, quotes; and tables, headings and pictures, which Markdown knows and a post does not.
WRITTEN = (
    "- One\n- Two\n\n  1. Three\n  2. Four\n",
    "```\n  code  *as it is*\n\n```",
    "> Quoted **bold**\n> twice",
    "**Bold *both* bold** ~~struck~~ `code` [words](https://a.bc/x_(y))",
    "Two lines\\\nof one paragraph  \nhere",
    "# A heading\n\nBelow it.",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "![A ship](https://a.bc/a.png) and words",
    "***\n\nAfter a rule",
    "1\\. No list",
    "\\*no bold\\* &amp; <b>tag</b>",
    "https://a.bc/bare and <https://a.bc/>",
    "\\\nBegun with a break",
    "Blanks ``    `` as code",
    "1. One\n   2. of its text",
    "Words http://¹",
    "Words http://<@U1> and\n[http://\n@b",
    "1. One\n\nx\n2. two",
    "> - - in a quote",
    "*\\\nbegun with a break*",
    "A long one. " * 600,
    "- item\n" * 90,
    "飞猪：五一。" * 400,
)

# Nothing that no file may hold.
_NEVER = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")
odd = st.one_of(st.sampled_from(AWKWARD), st.sampled_from(SAYINGS), st.text(min_size=1, max_size=40)).map(
    lambda text: _NEVER.sub("", text)
)
lines = odd.map(lambda text: tidy(text)[:140].strip()).filter(bool)
addresses = st.sampled_from(ADDRESSES)
# Marks against each other, also Slack's own, and addresses that nothing ends.
soup = pieces.map(lambda drawn: _NEVER.sub("", numbered(drawn))).filter(bool)
lines |= soup.map(lambda text: " ".join(text.split())[:140].strip()).filter(tidy)
# Of kinds of text that people write, with any letters.
markdown = st.lists(st.sampled_from(WRITTEN) | odd | soup, min_size=1, max_size=4).map("\n\n".join)
names = st.lists(lines, max_size=3, unique=True)
images = st.fixed_dictionaries({"alt": lines}, optional={"caption": lines, "url": addresses})
stories = st.fixed_dictionaries(
    {"headline": lines, "url": addresses},
    optional={
        "body": markdown,
        "summary": markdown,
        "section": st.sampled_from(["One", "one", "<!here> & *two*"]) | lines,
        "companies": names,
        "tags": names,
        "image": images,
    },
)
digests = st.fixed_dictionaries(
    {
        "title": lines,
        "date": st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(str),
        "stories": st.lists(stories, min_size=1, max_size=4),
    },
    optional={
        "intro": markdown,
        "url": addresses,
        "newsletter": addresses,
        "tags": names,
        "draft": st.sampled_from(["true", "yes", "false"]),
    },
)
# As somebody, or somebody's editor, writes YAML.
hands = st.fixed_dictionaries(
    {
        "allow_unicode": st.booleans(),
        "default_style": st.sampled_from([None, '"', "|", ">", "'"]),
        "default_flow_style": st.booleans(),
        "width": st.sampled_from([30, 110, 10_000]),
        "sort_keys": st.booleans(),
    }
)


def read(text: str) -> Digest | None:
    digest, problems = read_digest(HERE, text.encode("utf-8", "surrogatepass"))
    return None if any(problem.severity == "error" for problem in problems) else digest


def shown(digest: Digest, layout: Layout) -> bytes:
    parts = digest_parts(digest, digest.stories, layout=layout)
    messages = preview_messages("#x", parts)
    return preview_html(messages, title=digest.title, digest=_as_written(digest)).encode()


def imported(page: bytes) -> Digest | None:
    draft = read_draft(page, "page.html")
    assert draft.date is not None
    return read(write_digest(digest_of(draft, day=draft.date, slug_id="x", registry={})))


def told(digest: Digest | None) -> Digest:
    """Return the digest without what only its file knows, its texts as they are read."""
    assert digest is not None
    of = tuple(
        replace(s, id="", line=0, code="", body=_read(s.body), summary=_read(s.summary))
        for s in digest.stories
    )
    return replace(digest, id="", intro=_read(digest.intro), stories=of)


def _read(text: Text) -> Any:
    # A paragraph of which nothing shows is nothing to an import.
    return tuple(node for node in read_text(text.source).nodes if is_seen(words_of(node.runs)))


def changed(written: Mapping[str, Any], digest: Digest) -> dict[str, Any]:
    """Change by hand what an import wrote: the last story first, a word in its headline, one text more."""
    data = yaml.safe_load(write_digest(digest))
    *others, last = data["stories"]
    last |= {"headline": f"{last['headline'][:120]} (new)", "body": written["intro"]}
    return {**data, "date": str(data["date"]), "stories": [last, *others]}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(written=digests, hand=hands, layout=st.sampled_from(list(Layout)))
def test_what_the_loader_accepts_comes_back_from_its_preview(
    written: dict[str, Any], hand: dict[str, Any], layout: Layout
) -> None:
    digest = read(yaml.safe_dump(written, **hand))
    assume(digest is not None)
    assert digest is not None

    assert told(imported(shown(digest, layout))) == told(digest)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(written=digests, more=markdown, hand=hands)
def test_what_was_imported_may_be_changed_by_hand_and_comes_back(
    written: dict[str, Any], more: str, hand: dict[str, Any]
) -> None:
    digest = read(yaml.safe_dump(written))
    assume(digest is not None)
    assert digest is not None
    again = imported(shown(digest, Layout.FULL))
    assert again is not None
    edited = read(yaml.safe_dump(changed({"intro": more}, again), **hand))
    assume(edited is not None)
    assert edited is not None

    assert told(imported(shown(edited, Layout.FULL))) == told(edited)


@pytest.mark.parametrize("names", [["~"], ["A-B", "AB", "a b"], ["No", "no"], ["1688", "6.18"], ["x", "x"]])
def test_names_come_back_as_they_were_written(names: list[str]) -> None:
    """Of a page's tags those count once that differ in signs alone; a digest's were meant so."""
    story = {"headline": "Ships sail", "body": "It did.", "tags": names, "companies": [*names]}
    digest = read(
        yaml.safe_dump({"title": "Week", "date": "2020-05-01", "tags": [*names], "stories": [story]})
    )
    assert digest is not None

    assert told(imported(shown(digest, Layout.FULL))) == told(digest)


@pytest.mark.parametrize("text", WRITTEN)
def test_every_kind_of_text_is_accepted_and_comes_back(text: str) -> None:
    """So that the drawn ones above are not all refused."""
    story = {"headline": "Ships sail", "body": text, "summary": text[:200], "image": {"alt": "a ship"}}
    digest = read(
        yaml.safe_dump(
            {"title": "Week", "date": "2020-05-01", "intro": text, "draft": True, "stories": [story]}
        )
    )
    assert digest is not None

    assert told(imported(shown(digest, Layout.FULL))) == told(digest)


@pytest.mark.parametrize("words", ["배는 일본에서 출발하고 사람이 항구에 오고 ", "船从港口出发，人来码头，"])
def test_a_paragraph_that_was_cut_between_two_blocks_is_whole_again(words: str) -> None:
    """Also where the page does not hold the digest as it was written. Korean lost the blank at the cut."""
    written = {"headline": "Ships sail", "body": (words * 300).strip()}
    digest = read(yaml.safe_dump({"title": "Week", "date": "2020-05-01", "stories": [written]}))
    assert digest is not None
    messages = preview_messages("#x", digest_parts(digest, digest.stories, layout=Layout.FULL))

    back = imported(preview_html(messages, title=digest.title).encode())

    assert back is not None
    assert back.stories[0].body.source == digest.stories[0].body.source


def test_texts_that_say_the_same_come_back_each_as_it_was_written() -> None:
    """One of them took the place of all."""
    texts = ["*Ships* sail.", "_Ships_ sail.", "*Ships* sail\\."]
    stories = [
        {"headline": f"Ships {n}", "body": text, "summary": texts[n - 1]} for n, text in enumerate(texts)
    ]
    written = {"title": "Week", "date": "2020-05-01", "intro": texts[2], "stories": stories}
    digest = read(yaml.safe_dump(written))

    back = imported(shown(digest, Layout.FULL)) if digest else None

    assert back is not None
    assert back.intro.source == texts[2]
    assert [story.body.source for story in back.stories] == texts
    assert [story.summary.source for story in back.stories] == [texts[-1], *texts[:-1]]
