"""A folder of digests as the disk has it: which files there are, and which are not even opened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from itertools import chain, islice
from math import ceil
from operator import attrgetter
from pathlib import Path

from bot.core.errors import Problem, Severity
from bot.files.raw import Signature, signature
from bot.files.yamlfile import printable, shown

SUFFIXES = (".yaml", ".yml")
# What Notepad makes of the name week.yaml.
_MISNAMED = tuple(f"{suffix}.txt" for suffix in SUFFIXES)
NOT_READ = "not read by the bot: the name of a digest ends in .yaml; rename it"
# Each file takes 3 µs, in which nobody is answered; a thousand of them made one answer in a hundred late.
_FEW = 100  # files, all of which every look goes through; of more, so many others and the last ones by name
_RECENT = 25  # last by name, which begins with the day: those that people are still at
_TURNS = 4  # looks, at the least, that go through all files of a larger folder
_COARSE = 3  # looks after a change of the folder: by a coarse clock, a second one may not show on it
_ALL = 20  # looks until it is listed again all the same: not every file system says that a folder has changed

Files = dict[str, Signature]  # in the order of their names
_NAME = attrgetter("name")


class Watch:
    """Tells what differs as soon as any digest's file does. This is all that a quiet second costs.

    It hardly grows with the folder: what comes, goes or takes another's place changes the folder itself,
    which every look asks; of many files, an old one that is written over in place is found within some looks.
    """

    def __init__(self) -> None:
        self._folder: tuple[Path, Signature] | None = None
        self._files: Files | str = ""
        self._calm = 0  # looks since the folder itself has changed

    def look(self, folder: Path) -> Files | str:
        """Return the files and their signatures, the same object while nothing differs; or what is wrong."""
        itself = folder, signature(folder)
        self._calm = self._calm + 1 if itself == self._folder else 0
        self._folder = itself
        if self._is_time_for_all() or self._differs():
            files = _all_files(folder)
            if files != self._files:
                self._files = files
        return self._files

    def _is_time_for_all(self) -> bool:
        return len(self._files) <= _FEW or self._calm <= _COARSE or self._calm % _ALL == 0

    def _differs(self) -> bool:
        """Tell whether one of those files differs whose turn it is."""
        if self._folder is None or isinstance(self._files, str):
            return True
        prefix, files = os.path.join(self._folder[0], ""), self._files.items()
        turns = min(_ALL, max(_TURNS, ceil(len(files) / _FEW)))
        asked = chain(
            islice(reversed(files), _RECENT),
            islice(files, self._calm % turns, None, turns),
        )
        return any(signature(prefix + name) != known for name, known in asked)


def _all_files(folder: Path) -> Files | str:
    try:
        with os.scandir(folder) as entries:
            return {e.name: signature(e) for e in sorted(filter(_may_matter, entries), key=_NAME)}
    except OSError as e:  # not there, no permission, not a folder
        return str(e.strerror)


def _may_matter(entry: os.DirEntry[str]) -> bool:
    return _may_be_digest(entry.name) or _is_sub_folder(entry)


def _is_sub_folder(entry: os.DirEntry[str]) -> bool:
    # Kubernetes keeps a mounted ConfigMap's files below a name that starts with dots.
    return not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)


def _may_be_digest(name: str) -> bool:
    # A name that starts with a dot is an editor's own: a backup or a file half written.
    return name.casefold().endswith(SUFFIXES) and not name.startswith(".")


def digest_paths(folder: Path) -> tuple[list[Path] | None, list[Problem]]:
    """Return the files of a digests folder, and what is wrong with others; None if it cannot be listed."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as e:  # not there, no permission, not a folder
        return None, [_problem(folder, f"the digests folder cannot be read: {e.strerror}")]
    paths: dict[str, Path] = {}
    problems = []
    for name in names:
        path = folder / name
        if name.casefold().endswith(_MISNAMED):
            problems.append(_problem(path, NOT_READ, Severity.WARNING))
        if not _may_be_digest(name):
            continue
        if refusal := _refusal(path, folder, paths):
            problems.append(_problem(path, refusal))
        else:
            paths[path.stem] = path
    return list(paths.values()), [*problems, *_out_of_sight(folder, paths.values())]


def _out_of_sight(folder: Path, read: Iterable[Path]) -> list[Problem]:
    """Return a warning for each sub-folder with digests that nobody reads; one may be linked to from here."""
    try:
        with os.scandir(folder) as entries:
            below = sorted(Path(entry.path) for entry in entries if _is_sub_folder(entry))
        inside = {path: [path / name for name in os.listdir(path) if _may_be_digest(name)] for path in below}
    except OSError:  # one that may not be looked into, or was just moved
        return []
    there = {os.path.realpath(path) for path in read} if any(inside.values()) else set()
    said = "{}; a folder in the digests folder is not read: move what shall be posted up"
    unread = {
        path: sum(os.path.realpath(name) not in there for name in names) for path, names in inside.items()
    }
    return [_problem(path, said.format(_counted(n)), Severity.WARNING) for path, n in unread.items() if n]


def _counted(number: int) -> str:
    return "1 digest" if number == 1 else f"{number} digests"


def _refusal(path: Path, folder: Path, known: Mapping[str, Path]) -> str:
    """Say why this file is not even opened; empty if it may be."""
    if path.stem in known:
        return f"{known[path.stem].name} is digest {shown(path.stem)} already; rename one of them"
    if not path.stem.isprintable():
        return "its name has characters that cannot be shown; rename it"
    # Inside the folder a link is fine: that is how Kubernetes mounts a ConfigMap.
    if path.is_symlink() and not inside(path, folder):
        return "a link that leads out of the folder; copy the file here"
    return ""


def inside(path: Path, folder: Path) -> bool:
    # Not Path.resolve(): that one raises RuntimeError for links that lead to each other.
    return Path(os.path.realpath(folder)) in Path(os.path.realpath(path)).parents


def _problem(path: Path, text: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(file=printable(str(path)), line=1, column=1, severity=severity, text=text)
