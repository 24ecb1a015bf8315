"""The composition root: the one place where the parts meet. Everything else is handed what it needs."""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answers import Answers
from bot.config import SettingsFile
from bot.core.answer import Answer, Reply
from bot.core.errors import RoundupError
from bot.environment import missing, read_environment
from bot.health import OK, HealthApp, HealthServer, Metrics
from bot.ledger import LedgerError
from bot.library import Library
from bot.posting import build_posting, open_database
from bot.scheduler import Scheduler
from bot.search.engine import SearchEngine
from bot.slack.bolt import Identity, build_app
from bot.slack.connection import Socket, persist, whoami
from bot.slack.http import EventsApp
from bot.slack.listeners import Wiring, register
from bot.slack.responses import Responder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
PAGE = 5  # stories of an answer shown at once


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Newsroom:
    """What the editors have written and what readers may ask of it: settings, digests, index. No Slack."""

    def __init__(self, config: Path, *, clock: Clock = utc_now) -> None:
        self._clock = clock
        self.settings = SettingsFile(config)
        self.library = Library(self.settings.current.digests)
        self.library.refresh(clock())
        self._documents = self.library.documents()
        self._companies = self.settings.current.companies
        self._engine = self._index()
        self.answers = Answers(self.library, self._search)

    def refresh(self) -> None:
        """Take in changed files. A bad one leaves the last good one in force."""
        self.settings.refresh()
        self.library.refresh(self._clock())
        documents = self.library.documents()
        if self.settings.current.companies != self._companies:
            self._documents, self._companies = documents, self.settings.current.companies
            self._engine = self._index()
        elif documents != self._documents:
            self._documents = documents
            self._engine.update(documents)

    def complete(self, prefix: str) -> tuple[str, ...]:
        """Suggest companies, tags and frequent words that begin like this."""
        return self._engine.complete(prefix)

    def _index(self) -> SearchEngine:
        return SearchEngine.over(self._documents, self._companies, today=self._today)

    def _search(self, query: str, *, offset: int = 0) -> Answer:
        return self._engine.search(query, limit=PAGE, offset=offset)

    def _today(self) -> date:
        return self._clock().date()


class Bot:
    """Everything that runs in one process: answering at once, posting once Slack has said who we are."""

    def __init__(
        self,
        config: Path,
        environ: Mapping[str, str],
        *,
        clock: Clock = utc_now,
        stopping: threading.Event | None = None,
    ) -> None:
        self.stopping = stopping or threading.Event()
        self._environment = read_environment(environ)
        if not self._environment.bot_token:
            raise missing("SLACK_BOT_TOKEN")
        self._clock = clock
        self.newsroom = Newsroom(config, clock=clock)
        self.posting = build_posting(
            lambda: self.newsroom.settings.current,
            self.newsroom.library,
            ledger=open_database(environ),
            environ=environ,
            clock=clock,
        )
        self._scheduler = Scheduler(self._wake, clock=clock)
        self._identity: Identity | None = None
        self._socket: Socket | None = None
        self._metrics = Metrics(deliveries=self._deliveries)
        self.bolt = build_app(
            token=self._environment.bot_token,
            api_url=self._environment.api_url,
            identity=lambda: self._identity,
        )
        register(
            self.bolt,
            Wiring(
                ask=self.ask,
                more=self.newsroom.answers.more,
                find=self.newsroom.library.story,
                responder=Responder(self._environment.accepts_response_url),
            ),
        )

    def connect(self, *, socket: bool) -> bool:
        """Get to Slack, however long it takes; then start posting. False if told to stop before."""
        self._identity = persist("slack_connect", self._whoami, self.stopping)
        if self._identity is None:
            return False
        log.info("slack_connected team=%s as=%s", self._identity.team, self._identity.user)
        if socket:
            self._socket = Socket(self.bolt, self._environment.app_token)
            persist("socket_connect", self._socket.connect, self.stopping)
        if self.stopping.is_set():
            return False
        self._scheduler.start()
        log.info("bot_ready digests=%d", len(self.newsroom.library.digests))
        return True

    def stop(self) -> None:
        """Take no new work, end what is under way, free what is held."""
        self.stopping.set()
        if self._socket is not None:
            self._socket.close()
        self._scheduler.stop()
        self.posting.close()
        log.info("bot_stopped")

    def ask(self, text: str) -> Reply:
        """Answer a reader, and count it."""
        reply = self.newsroom.answers.ask(text)
        self._metrics.answers.labels(kind=getattr(reply, "kind", type(reply).__name__.lower())).inc()
        return reply

    def health(self) -> HealthApp:
        """Return the app behind /healthz, /readyz and /metrics."""
        return HealthApp(
            alive={"process": lambda: OK, "scheduler": self._scheduler_check},
            ready={"database": self._database_check, "slack": self._slack_check},
            metrics=self._metrics,
        )

    def _wake(self) -> datetime | None:
        self.newsroom.refresh()
        return self.posting.publisher.tick()

    def _whoami(self) -> Identity:
        return whoami(self._environment.bot_token, self._environment.api_url)

    def _scheduler_check(self) -> str:
        if self._identity is None or self._scheduler.alive(self._clock()):
            return OK  # before Slack has answered once there is nothing to turn
        return "the loop that posts has stopped turning: restart the process"

    def _database_check(self) -> str:
        try:
            self.posting.ledger.now()
        except LedgerError as error:
            return str(error)
        return OK

    def _slack_check(self) -> str:
        if self._identity is None:
            return "not reached yet"
        if self._socket is not None and not self._socket.connected:
            return "the socket is down; it reconnects by itself"
        return OK

    def _deliveries(self) -> Mapping[str, int]:
        try:
            return Counter(delivery.state.value for delivery in self.posting.ledger.deliveries())
        except LedgerError:  # /readyz tells; the other figures are still worth having
            return {}


def run_socket(config: Path, environ: Mapping[str, str], stopping: threading.Event) -> None:
    """Serve in Socket Mode until *stopping* is set; the health pages too where PORT is set."""
    environment = read_environment(environ)
    if not environment.app_token:
        raise missing("SLACK_APP_TOKEN")
    bot = Bot(config, environ, stopping=stopping)
    server = None
    try:
        if environment.port is not None:
            server = HealthServer(bot.health(), host=environment.host, port=environment.port)
            server.start()
        bot.connect(socket=True)
        stopping.wait()
    finally:
        if server is not None:
            server.stop()
        bot.stop()


def load_http(config: Path, environ: Mapping[str, str]) -> tuple[WSGIApplication, Callable[[], None]]:
    """Build the bot in granian's worker: it answers at once and starts posting once Slack is reached."""
    bot = Bot(config, environ)
    secret = read_environment(environ).signing_secret
    threading.Thread(target=_connect_or_end, args=(bot,), name="connect", daemon=True).start()
    return EventsApp(bot.bolt, signing_secret=secret, others=bot.health()), bot.stop


def _connect_or_end(bot: Bot) -> None:
    try:
        bot.connect(socket=False)
    except RoundupError as error:  # a token that will never do: say so and end, as Socket Mode does
        log.error("%s", error)  # noqa: TRY400 - who mends a token needs no traceback
        os._exit(1)
