"""Looks at what the bot needs where it runs: its database, that one's clock, its digests. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.core.environment import Environment
from bot.core.errors import RoundupError
from bot.core.settings import Settings
from bot.newsroom.folder import digest_paths
from bot.slack.doctor import Diagnosis, clock_diagnosis
from bot.store.database import LedgerError, probe
from bot.store.outages import AWAY, DAMAGED, FORBIDDEN, FULL, LOCKED, READ_ONLY, SILENT

# The rest says itself what to look at.
REMEDIES = {
    AWAY: "see that its server runs and that DATABASE_URL leads to it",
    SILENT: "see that its server runs and that no firewall swallows what is sent to it",
    LOCKED: "another program holds it; end what is not a Roundup",
    READ_ONLY: "let the user who runs the bot write the file and its folder; of PostgreSQL, DATABASE_URL must"
    " lead to the primary server, to a database that takes writes",
    FULL: "make room on its disk; nothing is lost meanwhile, posting waits",
    DAMAGED: "stop the bot and put a backup in its place",
    FORBIDDEN: "let the user in DATABASE_URL write it, or of SQLite the one who runs the bot",
}


def look_around(
    environment: Environment,
    settings: Settings,
    *,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each thing the bot needs on its own host and of its database."""
    yield from _database(environment, environ, clock)
    yield from _digests(settings)


def _database(
    environment: Environment, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Iterator[Diagnosis]:
    try:
        time = probe(environment.database_url, environ=environ)
    except RoundupError as error:
        yield Diagnosis(what="database", remedy=str(error))
    except LedgerError as error:
        what_to_do = REMEDIES.get(str(error), "see Database in docs/operators.md")
        yield Diagnosis(what="database", remedy=f"{error}: {what_to_do}")
    else:
        yield Diagnosis(what="database" if time else "database: none yet, it comes with the first start")
        if time:
            yield clock_diagnosis("the database's", clock() - time)


def _digests(settings: Settings) -> Iterator[Diagnosis]:
    paths, problems = digest_paths(settings.digests)
    if paths is None:
        what_to_do = "let the user who runs the bot read it, or correct `digests:` in the configuration"
        yield from (Diagnosis(what="digests", remedy=f"{p.file}: {p.text}: {what_to_do}") for p in problems)
        return
    faults = [*(Diagnosis(what=f"digests: {p.file}", remedy=p.text) for p in problems), *_unread(paths)]
    yield from faults or [Diagnosis(what=f"digests: {len(paths)} in {settings.digests}")]


def _unread(paths: Sequence[Path]) -> Iterator[Diagnosis]:
    for path in paths:
        try:
            path.open("rb").close()
        except OSError as error:
            what_to_do = "let the user who runs the bot read it"
            yield Diagnosis(
                what=f"digests: {path}", remedy=f"cannot be read ({error.strerror}): {what_to_do}"
            )
