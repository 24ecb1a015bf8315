"""The composition root: the one place where the parts meet. Everything else is handed what it needs."""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.health import OK, HealthApp, HealthServer, Metrics
from bot.app.post_office import build_posting, database_of
from bot.core.delivery.alarms import Alarm
from bot.core.delivery.state import State
from bot.core.environment import missing, read_environment
from bot.core.errors import Problem, RoundupError
from bot.core.search.answer import Reply
from bot.delivery.scheduler import Scheduler
from bot.newsroom.asking import Answers
from bot.newsroom.codes import Codes
from bot.newsroom.newsroom import Clock, Newsroom, utc_now
from bot.slack.bolt import build_app
from bot.slack.connection import Socket, persist, whoami
from bot.slack.http import EventsApp
from bot.slack.listeners.editors import Editors
from bot.slack.listeners.readers import Readers
from bot.slack.listeners.responses import Responder
from bot.slack.messenger import Identity
from bot.slack.network import Network
from bot.slack.views.answers import PAGE
from bot.store.codes import GivenCodes
from bot.store.database import LedgerError
from bot.store.ledger import Ledger
from bot.store.shares import Shares

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

# For requests under way when told to stop: platforms kill after ten seconds, and some after five.
GRACE = timedelta(seconds=3)


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
        self._starting = threading.Lock()
        self._environment = read_environment(environ)
        if not self._environment.bot_token:
            raise missing("SLACK_BOT_TOKEN")
        self._network = Network(self._environment)
        self._clock = clock
        self._database = database_of(environ)
        self._ledger = Ledger(self._database)
        self.newsroom = Newsroom(config, page=PAGE, clock=clock, codes=Codes(GivenCodes(self._database)))
        self.posting = build_posting(
            lambda: self.newsroom.settings.current,
            self.newsroom.library,
            database=self._database,
            environ=environ,
            clock=clock,
        )
        self._scheduler = Scheduler(self._wake, clock=clock)
        self._identity: Identity | None = None
        self._socket: Socket | None = None
        self._in_socket_mode = False
        self._untold: tuple[Problem, ...] = ()  # of files; what the editors have not heard yet
        self._metrics = Metrics(deliveries=self._deliveries)
        self.bolt = build_app(
            token=self._environment.bot_token,
            api_url=self._environment.api_url,
            identity=lambda: self._identity,
            network=self._network,
        )
        responder = Responder(self._environment.accepts_response_url, self._network)
        # Editors first: the readers' listeners answer every other word and button.
        editors = Editors(
            desk=self.posting.desk,
            settings=lambda: self.newsroom.settings.current,
            responder=responder,
            clock=clock,
        )
        editors.register(self.bolt)
        readers = Readers(
            answers=_Counted(self.newsroom.answers, self._metrics),
            stories=self.newsroom.library,
            copies=Shares(self._database),
            responder=responder,
        )
        readers.register(self.bolt)

    def connect(self, *, socket: bool) -> bool:
        """Get to Slack, however long it takes; then start posting. False if told to stop before."""
        self._in_socket_mode = socket
        self._identity = persist("slack_connect", lambda: whoami(self.posting.messenger), self.stopping)
        if self._identity is None:
            return False
        log.info("slack_connected team=%s as=%s", self._identity.team, self._identity.user)
        if socket:
            self._socket = Socket(
                self.bolt,
                self._environment.app_token,
                api_url=self._environment.api_url,
                network=self._network,
            )
            persist("socket_connect", self._socket.connect, self.stopping)
        with self._starting:
            if self.stopping.is_set():
                return False
            self._scheduler.start()
        log.info("bot_ready digests=%d", len(self.newsroom.library.digests))
        return True

    def stop(self) -> bool:
        """Take no new work, end what is under way, free what is held; False if something hangs."""
        self.stopping.set()
        if self._socket is not None:
            self._socket.close()
        with self._starting:  # in HTTP mode another thread may be at it just now
            self._scheduler.stop()
        finished = self.posting.close(within=GRACE)
        log.info("bot_stopped")
        return finished

    def health(self) -> HealthApp:
        """Return the app behind /healthz, /readyz and /metrics."""
        return HealthApp(
            alive={"process": lambda: OK, "scheduler": self._scheduler_check},
            ready={"database": self._database_check, "slack": self._slack_check},
            metrics=self._metrics,
        )

    def _wake(self) -> datetime | None:
        news = self.newsroom.refresh()
        for problem in news:
            log.error("file_broken problem=%r", str(problem))
        self._untold += news
        if self._untold:
            self._tell_of_files()
        return self.posting.publisher.tick()

    def _tell_of_files(self) -> None:
        said = "\n".join(map(str, self._untold))
        # The replicas tell it once between them; the day makes the same mistake news again tomorrow.
        subject = f"files {self._clock():%Y-%m-%d} {sha256(said.encode()).hexdigest()[:12]}"
        text = f"Broken; where there was a good version it stays in force until this is mended:\n{said}"
        with suppress(LedgerError):  # who was told is written there: they hear of it when it is back
            self.posting.telling.alarm(Alarm(subject=subject, text=text))
            self._untold = ()

    def _scheduler_check(self) -> str:
        if self._identity is None or self._scheduler.alive(self._clock()):
            return OK  # before Slack has answered once there is nothing to turn
        return "the loop that posts has stopped turning: restart the process"

    def _database_check(self) -> str:
        try:
            self._database.now()
        except LedgerError as error:
            return str(error)
        return OK

    def _slack_check(self) -> str:
        if self._identity is None:
            return "not reached yet"
        if self._in_socket_mode and not (self._socket and self._socket.connected):
            return "the socket is down; it connects by itself"
        return OK

    def _deliveries(self) -> Mapping[str, int]:
        try:
            counted = Counter(delivery.state.value for delivery in self._ledger.deliveries())
        except LedgerError:  # /readyz tells; the other figures are still worth having
            return {}
        return {state.value: counted[state.value] for state in State}


class _Counted:
    """Answers readers, and counts what they get."""

    def __init__(self, answers: Answers, metrics: Metrics) -> None:
        self._answers, self._metrics = answers, metrics

    def ask(self, text: str) -> Reply:
        reply = self._answers.ask(text)
        self._metrics.answers.labels(kind=getattr(reply, "kind", type(reply).__name__.lower())).inc()
        return reply

    def more(self, query: str, offset: int) -> Reply:
        return self._answers.more(query, offset)  # the same question, counted when it was asked


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
        if not bot.stop():
            logging.shutdown()
            os._exit(0)  # Python itself would wait for the thread that waits for Slack


def load_http(config: Path, environ: Mapping[str, str]) -> tuple[WSGIApplication, Callable[[], object]]:
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
