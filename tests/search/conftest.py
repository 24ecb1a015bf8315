"""An engine over the eighteen stories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.search.engine import SearchEngine
from tests.search.stories import COMPANIES, TODAY, stories


@pytest.fixture
def engine(index_folder: Path) -> Iterator[SearchEngine]:
    """Search the eighteen stories."""
    with SearchEngine.over(stories(), COMPANIES, today=lambda: TODAY) as engine:
        yield engine
