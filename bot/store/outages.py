"""What a database's trouble is called, in our own words.

A driver's words name the host, the user, and with a password that is not quoted a part of that, too. They
would stand in `/readyz`, in errors and in the log; so only what kind of trouble it is comes out of here.
"""

from __future__ import annotations

import sqlite3

LOCKED = "the database is locked by somebody else"
DAMAGED = "the database is damaged, or is none"
FULL = "the database's disk is full"
READ_ONLY = "the database is read-only"
AWAY = "the database cannot be reached"
SILENT = "the database does not answer"
SLOW = "the database took too long"
REFUSED = "the database refused the login: look at user and password in DATABASE_URL"
NOT_THERE = "the server has no such database: look at the end of DATABASE_URL"
CROWDED = "the database has no connection free"
STARTING = "the database is starting or stopping"
UNENCRYPTED = "the database and we do not agree on encryption: look at sslmode in DATABASE_URL"
FORBIDDEN = "the database does not let this user do that"

_SQLITE = {
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_IOERR: "the database's disk has errors",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CANTOPEN: "the database's file cannot be opened",
    sqlite3.SQLITE_NOTADB: DAMAGED,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: the longest beginning counts.
_POSTGRESQL = {
    "08": AWAY,
    "25006": READ_ONLY,
    "28": REFUSED,
    "3D000": NOT_THERE,
    "40": LOCKED,
    "42501": FORBIDDEN,
    "53": CROWDED,
    "53100": FULL,
    "55P03": LOCKED,
    "57": STARTING,
    "57014": SLOW,
    "XX": DAMAGED,
}
# Whoever is refused at the door is told without a code. A server that speaks another language is `AWAY`.
_AT_THE_DOOR = {
    "authentication failed": REFUSED,
    "no password supplied": REFUSED,
    "no pg_hba.conf entry": REFUSED,
    "role ": REFUSED,
    'database "': NOT_THERE,
    "too many clients": CROWDED,
    "too many connections": CROWDED,
    "connection slots": CROWDED,
    "starting up": STARTING,
    "shutting down": STARTING,
    "SSL": UNENCRYPTED,
    "sslmode": UNENCRYPTED,
    "certificate": UNENCRYPTED,
    "timeout expired": SILENT,
}


def in_words(error: BaseException | None) -> str:
    """Say what is wrong with the database, as far as its driver's error tells; nothing of what that says."""
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    code = getattr(error, "sqlstate", None)
    if code:
        known = (_POSTGRESQL[code[:n]] for n in (5, 2) if code[:n] in _POSTGRESQL)
        return next(known, f"the database failed: PostgreSQL's code {code}")
    said = str(error)
    return next((words for part, words in _AT_THE_DOOR.items() if part in said), AWAY)


def _of_sqlite(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # the driver's own, of a connection that is closed
        return AWAY
    # The lower byte is the kind, the rest says more of it: https://www.sqlite.org/rescode.html
    return _SQLITE.get(code & 0xFF, f"the database failed: {error.sqlite_errorname}")
