"""Errors written for the person who can fix them: place, thing, remedy.

Bugs are other exceptions and keep their traceback.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePath


class RoundupError(Exception):
    """Something the user can fix. Its text is shown as it is, without a traceback; the exit code is 1."""


class Severity(StrEnum):
    """An error keeps a file out; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """What is wrong with a file, where, and how to mend it. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    severity: Severity
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.text}"

    @property
    def nearby(self) -> str:
        """Return the same with the file's own folder alone: nobody in Slack needs the server's disk."""
        return str(replace(self, file="/".join(PurePath(self.file).parts[-2:])))
