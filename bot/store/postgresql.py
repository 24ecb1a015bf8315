"""PostgreSQL as we use it: with our own eye on the clock. Needs the extra of that name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo

from bot.core.errors import RoundupError
from bot.store.engines import QUOTED

if TYPE_CHECKING:
    from psycopg.abc import PQGen

V = TypeVar("V")
# Longer than the server gives itself (`statement_timeout`): while it lives, it tells what was slow.
PATIENCE = timedelta(seconds=10)
_OPTIONS = "-c statement_timeout=8000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=15000"
_CONNECT = {"connect_timeout": 5, "options": _OPTIONS, "tcp_user_timeout": 10000}


class PunctualConnection(psycopg.Connection[Any]):
    """Waits for no answer for ever, then hangs up.

    All other time-outs are the server's, or its kernel's, which goes on acknowledging for a server that is
    stopped.
    """

    def wait(self, gen: PQGen[V], interval: float = 0.1, timeout: float | None = None) -> V:
        """Wait for an answer, like any connection; OperationalError if it takes longer than our patience."""
        try:
            return super().wait(gen, interval, PATIENCE.total_seconds() if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # no answer of the server's: whatever comes now is nobody's any more
                self.pgconn.finish()
            raise


def engine_at(url: sa.URL) -> sa.Engine:
    """Return an engine that waits for nothing for ever; RoundupError for options nobody knows."""
    # A call that hangs holds a connection, and its caller a thread. With fewer connections than Bolt has
    # threads, and little patience for a free one, some threads are always left to answer readers.
    try:
        engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=_CONNECT,
            pool_pre_ping=True,
            pool_timeout=2,
            pool_size=4,
            max_overflow=8,
            pool_recycle=1800,
        )
        options = engine.dialect.create_connect_args(engine.url)[1]
    except sa.exc.ArgumentError:  # its words tell what is behind the ?, too
        raise RoundupError(_UNKNOWN) from None
    _check_options(options)
    _check_hosts(str(options.get("host") or ""))
    sa.event.listen(engine, "do_connect", _connect)
    return engine


def _connect(_dialect: sa.Dialect, _record: object, arguments: list[Any], options: dict[str, Any]) -> object:
    return PunctualConnection.connect(*arguments, **options)


_UNKNOWN = "DATABASE_URL: PostgreSQL does not know an option after the ?; in a password write ? as %3F"


def _check_options(options: Mapping[str, Any]) -> None:
    try:
        make_conninfo(**{name: value for name, value in options.items() if name != "context"})
    except psycopg.ProgrammingError:  # its words name the option: that may be the rest of a password with a ?
        raise RoundupError(_UNKNOWN) from None


def _check_hosts(hosts: str) -> None:
    """Refuse what nobody can look up: Python does not tell of it as of an outage, but as of a bug."""
    for host in hosts.split(","):
        if host.startswith(("/", "@")):  # a socket's path, which may be longer: libpq's own business
            continue
        try:
            host.encode("idna")
        except UnicodeError:
            raise RoundupError(f"DATABASE_URL: its host is no host's name; {QUOTED}") from None
