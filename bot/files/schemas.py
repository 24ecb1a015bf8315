"""The JSON Schemas with which editors' tools complete and check a file, and the line that names them one."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

DIGEST = "digest.schema.json"
CONFIG = "config.schema.json"
# Beside the configuration, as `roundup init` puts them; or in the package, where that is in the same folder.
_PLACES = (Path(), Path("bot/schemas"))


def schema_line(name: str, *, config: Path, file: Path) -> str:
    """Return the first line of a file that has a schema near its *config*, or nothing where there is none."""
    # As seen from the file, and no absolute path: files are shared, folders of one machine are not.
    near = next((found for place in _PLACES if (found := config.parent / place / name).is_file()), None)
    if near is None:
        return ""
    return f"# yaml-language-server: $schema={Path(os.path.relpath(near, file.parent)).as_posix()}\n"


def schema_text(name: str) -> str:
    """Return a schema of this version."""
    return files("bot").joinpath("schemas", name).read_text(encoding="utf-8")
