"""What a database's trouble is called, in our own words.

A driver's words name the host, the user, and with a password that is not quoted a part of that, too. They
would stand in `/readyz`, in errors and in the log; so only what kind of trouble it is comes out of here.
"""

from __future__ import annotations

import sqlite3

LOCKED = "locked by somebody else"
DAMAGED = "damaged, or no database"
FULL = "no room left on its disk"
READ_ONLY = "read-only"
AWAY = "cannot be reached"
SILENT = "does not answer"
SLOW = "took too long"
REFUSED = "refused the login: look at user and password in DATABASE_URL"
NOT_THERE = "no such database on that server: look at the end of DATABASE_URL"
CROWDED = "no connection is free"
STARTING = "starting or stopping"
UNENCRYPTED = "no agreement on encryption: look at sslmode in DATABASE_URL"
FAULTY = "its disk has errors"
CANNOT_OPEN = "its file cannot be opened"
FORBIDDEN = "this user may not do that"
MOVED = "its file was moved, deleted or replaced"

# What says nothing of reading.
OF_WRITING = {LOCKED, FULL, READ_ONLY, FAULTY, FORBIDDEN}

_SQLITE = {
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_IOERR: FAULTY,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CANTOPEN: CANNOT_OPEN,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_READONLY_DBMOVED: MOVED,
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
        return next(known, f"failed with PostgreSQL's code {code}")
    said = str(error)
    return next((words for part, words in _AT_THE_DOOR.items() if part in said), AWAY)


def _of_sqlite(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # the driver's own, of a connection that is closed
        return AWAY
    # The lower byte is the kind, the rest says more of it: https://www.sqlite.org/rescode.html
    return _SQLITE.get(code) or _SQLITE.get(code & 0xFF) or f"failed with {error.sqlite_errorname}"
