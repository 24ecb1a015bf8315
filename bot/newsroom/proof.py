"""Reads what editors type into fields as the loader reads a file, and says what `check` says of it."""

from __future__ import annotations

from pathlib import Path

from bot.core.digest import Digest
from bot.core.errors import Problem
from bot.core.markdown.tree import Text
from bot.files.digest_file import read_digest
from bot.files.markdown import read_text
from bot.importing.exchange import write_markdown
from bot.importing.writer import write_digest


class Proofreader:
    """What the desk's face needs of files, and no file."""

    def text(self, source: str) -> Text:
        """Return what Markdown says."""
        return read_text(source)

    def problems(self, digest: Digest) -> tuple[Problem, ...]:
        """Return what is wrong with a digest, each problem beginning with its field."""
        return tuple(read_digest(Path(f"{digest.id}.yaml"), write_digest(digest).encode())[1])

    def markdown(self, digest: Digest, *, version: int) -> str:
        """Return a digest as a Markdown file that can be changed and sent back."""
        return write_markdown(digest, version=version)
