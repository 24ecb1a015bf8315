"""A real PostgreSQL server for tests, on a loopback port, in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.clock.sitecustomize import ahead
from tests.ports import free_port

BINARIES = Path("/usr/lib/postgresql")  # where Debian has them, one folder a version
USER = "roundup"
# The server lives by the machine's clock. Whoever asks it for the time gets the tests' own: a function of the
# same name that is found first.
CLOCK = f"""
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    RETURN pg_catalog.clock_timestamp() + {ahead()} * interval '1 second'
"""


def binaries() -> Path | None:
    """Return the folder of the newest server's programs, or None if there is none."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


# Waits until nobody holds its standard input open any more, which whoever is killed cannot prevent.
GUARD = 'cat > /dev/null; "$0" -D "$1/data" -m immediate stop; rm -rf "$1"'


class PostgresServer:
    """Started on entry, gone at exit, however that comes. `crash` and `start` again to see an outage.

    Its files are in a new folder, in *place* or where temporary ones are.
    """

    def __init__(self, programs: Path, place: Path | None = None) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="roundup-pg-", dir=place))
        self._data = self._folder / "data"
        self._port = 0
        self._names = count(1)

    def __enter__(self) -> Self:
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(self._folder, "postgres")
        command = [*self._as_user(), "sh", "-c", GUARD, str(self._programs / "pg_ctl"), str(self._folder)]
        self._guard = subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # what is pressed in a terminal is not for it
        )
        self._run("initdb", "-D", str(self._data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        self._port = free_port()  # not before: initdb takes seconds, in which others take ports
        self.start()
        self._run("psql", *self._address, "-d", "template1", "-c", CLOCK)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._guard.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start answering, after a crash too."""
        # Without fsync a crash of the server loses nothing, only one of the machine would. With it, a start
        # after a crash first writes through every file of every database there is: that took a minute.
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder}"
        options += " -c max_connections=300 -c fsync=off"
        options += " -c search_path=public,pg_catalog"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-o", options, "-l", log, "-w", "start")

    def crash(self) -> None:
        """Stop at once, as a crash would: connections break, what was not committed is gone."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop", check=False)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Answer nothing meanwhile, as on a host that hangs: its kernel still takes what is sent."""
        main = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        _signal([main], signal.SIGSTOP)  # first, so that it has no more children afterwards
        _signal(children(main), signal.SIGSTOP)
        try:
            yield
        finally:
            _signal([*children(main), main], signal.SIGCONT)

    def database(self) -> str:
        """Create an empty database; return its URL."""
        name = f"test_{next(self._names)}"
        self._run("createdb", *self._address, name)
        return f"postgres://{USER}@127.0.0.1:{self._port}/{name}"

    @property
    def _address(self) -> tuple[str, ...]:
        return "-h", "127.0.0.1", "-p", str(self._port), "-U", USER

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        command = [*self._as_user(), str(self._programs / program), *arguments]
        subprocess.run(
            command, check=check, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _as_user(self) -> list[str]:
        return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def children(parent: int) -> list[int]:
    """Return the processes that another has started."""
    found = []
    for process in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            words = process.read_text().rpartition(")")[2].split()
            if int(words[1]) == parent:
                found.append(int(process.parent.name))
    return found


def _signal(processes: list[int], which: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, which)
