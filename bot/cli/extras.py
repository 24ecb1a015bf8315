"""What a plain installation leaves out, and how to put it in: in one line, by the packages' own names."""

from __future__ import annotations

import shlex
import sys

from bot.core.errors import RoundupError

# Extra of pyproject.toml -> its packages, and the names under which they are imported.
EXTRAS = {
    "importing": (
        ("charset-normalizer", "feedparser", "lxml-html-clean", "mammoth", "trafilatura"),
        {"charset_normalizer", "feedparser", "lxml", "lxml_html_clean", "mammoth", "trafilatura"},
    ),
    "postgresql": (("psycopg[binary]",), {"psycopg", "psycopg_binary"}),
}


class LackingError(RoundupError):
    """A package of an extra is needed and not installed."""

    def __init__(self, package: str, packages: tuple[str, ...]) -> None:
        # Not as an extra of ours: that would come from a registry, and none knows our name.
        install = shlex.join([sys.executable, "-m", "pip", "install", *packages])
        super().__init__(f"this needs {package}, which is not installed: {install}")


def lacking(error: ImportError) -> LackingError | None:
    """Return what to say of an import that failed, or None if that is a bug."""
    package = (error.name or "").partition(".")[0]
    for packages, modules in EXTRAS.values():
        if package in modules:
            return LackingError(package, packages)
    return None
