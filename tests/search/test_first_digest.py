"""The product's own first weeks: ten stories, and every question honest about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.answer import Kind
from bot.library import Library
from bot.search.engine import SearchEngine
from tests.search.stories import TODAY

_COMPANIES = {"Fliggy": ("飞猪", "Feizhu", "Alitrip"), "Ant Group": ("Ant Financial", "蚂蚁金服")}


@pytest.fixture
def engine() -> SearchEngine:
    library = Library(Path(__file__).parents[2] / "digests")
    return SearchEngine.over(library.documents(), _COMPANIES, today=lambda: TODAY)


@pytest.mark.parametrize(
    ("query", "headline"),
    [
        ("Fliggy", "Fliggy Fuels"),
    ],
)
def test_x(engine: SearchEngine, query: str, headline: str) -> None:
    assert engine.search(query).matches[0].story.headline.startswith(headline)
