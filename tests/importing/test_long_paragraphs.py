"""A post cuts a long body into blocks; read back from its preview, its paragraphs are what they were."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import pytest

from bot.core.digest import Digest, Story
from bot.core.markdown.source import literal
from bot.core.settings import Layout
from bot.importing.draft import digest_of
from bot.importing.reading import read_draft
from bot.slack.views.posts import digest_parts

DAY = date(2020, 5, 1)


def paragraph(n: int, length: int) -> str:
    """Sentences of some fifty characters, each with the paragraph's number."""
    sentence = f"In number {n} the ships sailed from here to there. "
    return (sentence * (length // len(sentence))).strip()


def read_back(body: Sequence[str]) -> tuple[str, ...]:
    story = Story(id="x/1", n=1, headline="Ships Sail", body=literal(*body))
    digest = Digest(id="x", title="Week", date=DAY, stories=(story,))
    post = [
        {"channel": "#x", "thread": n > 0, "text": part.message.text, "blocks": list(part.message.blocks)}
        for n, part in enumerate(digest_parts(digest, digest.stories, layout=Layout.FULL))
    ]
    draft = read_draft(json.dumps(post).encode(), "x")
    (back,) = digest_of(draft, day=DAY, slug_id="x", registry={}).stories
    return back.body.paragraphs


@pytest.mark.parametrize("length", [150, 400, 700, 790])
def test_paragraphs_of_usual_length_stay_apart(length: int) -> None:
    """Wherever a block ends: it ends between two of them."""
    body = [paragraph(n, length) for n in range(12)]

    assert read_back(body) == tuple(body)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_long_paragraphs_of_short_sentences_stay_apart(count: int) -> None:
    body = [paragraph(n, 1200) for n in range(count)]

    assert read_back(body) == tuple(body)
