"""How commands name a channel and a digest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.core.errors import RoundupError
from bot.newsroom.folder import SUFFIXES

if TYPE_CHECKING:
    from bot.newsroom.library import Library
    from bot.store.ledger import Ledger  # a preview needs no database


def not_empty(_context: click.Context, parameter: click.Parameter, name: str | None) -> str:
    """Refuse an empty name: an unset variable of a script must not mean all of them."""
    if name is not None and not name.strip("# "):
        raise click.BadParameter(f"empty; without the option it is every {parameter.name}")
    return name or ""


channel_option = click.option("--channel", metavar="NAME|ID", callback=not_empty, help="Only this channel.")


def stem(name: str) -> str:
    """Return the id of a digest that is named by its id or its path."""
    return Path(name).stem if name.endswith(SUFFIXES) else name


def digest_id(name: str, ledger: Ledger, library: Library) -> str:
    """Return the id of a digest that has a file or was ever posted; RoundupError with the nearest."""
    return stem(name) if ledger.postings(digest=stem(name)) else library.find(name).id


def none_published(library: Library, folder: Path) -> RoundupError:
    """Return the error for a folder in which nothing may be posted: drafts, broken files, or nothing."""
    drafts = sorted(name for name, digest in library.digests.items() if digest.draft)
    problems = "".join(f"\n{problem}" for problem in library.problems)
    if drafts:
        return RoundupError(
            f"{folder}: no digest but drafts; `roundup preview {drafts[-1]}` shows it;"
            f" it is posted once its line with `draft` is out{problems}"
        )
    return RoundupError(f"{folder}: no digest yet; `roundup new` begins one{problems}")
