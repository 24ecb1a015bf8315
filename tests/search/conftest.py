"""An engine over the eighteen stories, with a cache folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.search.engine import SearchEngine
from tests.search.stories import COMPANIES, TODAY, stories


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep index files out of the user's own cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "roundup"


@pytest.fixture
def engine(cache: Path) -> Iterator[SearchEngine]:
    """Search the eighteen stories."""
    with SearchEngine.over(stories(), COMPANIES, today=lambda: TODAY) as engine:
        yield engine
