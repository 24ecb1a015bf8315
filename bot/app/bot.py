"""The composition root: the one place where the parts meet. Everything else is handed what it needs."""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.health import OK, HealthApp, HealthServer, Metrics
from bot.app.post_office import build_posting, database_of
from bot.core.delivery.calendar import Coming, coming_of
from bot.core.delivery.plan import Target
from bot.core.delivery.state import State, Verdict
from bot.core.digest import Digest
from bot.core.environment import missing, read_environment
from bot.core.errors import Problem, RoundupError
from bot.core.message import Part
from bot.core.search.answer import Reply
from bot.delivery.publisher import Alarm
from bot.delivery.scheduler import Scheduler
from bot.newsroom.codes import Codes
from bot.newsroom.newsroom import Clock, Newsroom, utc_now
from bot.slack.bolt import build_app
from bot.slack.connection import Socket, persist, whoami
from bot.slack.http import EventsApp
from bot.slack.listeners import editors
from bot.slack.listeners.readers import Wiring, register
from bot.slack.listeners.responses import Responder
from bot.slack.messenger import Identity
from bot.slack.views.answers import PAGE
from bot.slack.views.posts import digest_parts
from bot.store.channels import Channels
from bot.store.codes import GivenCodes
from bot.store.database import LedgerError
from bot.store.ledger import Ledger
from bot.store.shares import Shares

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)


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
        )
        responder = Responder(self._environment.accepts_response_url)
        editors.register(self.bolt, self._editor_wiring(responder))
        register(self.bolt, self._reader_wiring(responder))

    def connect(self, *, socket: bool) -> bool:
        """Get to Slack, however long it takes; then start posting. False if told to stop before."""
        self._in_socket_mode = socket
        self._identity = persist("slack_connect", lambda: whoami(self.posting.messenger), self.stopping)
        if self._identity is None:
            return False
        log.info("slack_connected team=%s as=%s", self._identity.team, self._identity.user)
        if socket:
            self._socket = Socket(self.bolt, self._environment.app_token)
            persist("socket_connect", self._socket.connect, self.stopping)
        with self._starting:
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
        with self._starting:  # in HTTP mode another thread may be at it just now
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

    def _reader_wiring(self, responder: Responder) -> Wiring:
        return Wiring(
            ask=self.ask,
            more=self.newsroom.answers.more,
            find=self.newsroom.library.story,
            responder=responder,
            newest=self.newsroom.library.newest,
            copies=Shares(self._database),
        )

    def _editor_wiring(self, responder: Responder) -> editors.EditorWiring:
        return editors.EditorWiring(
            desk=self.posting.desk,
            responder=responder,
            is_editor=lambda user: user in self.newsroom.settings.current.editors,
            find_digest=self._find_digest,
            parts=self._parts,
            coming=self._coming,
            posted=self._posted,
            unsettled=self._unsettled,
            clock=self._clock,
        )

    def _find_digest(self, name: str) -> Digest:
        """Return the digest of that name; without one, the next to go out, else the newest that was posted.

        Before anything was posted it is the newest there is; what was taken back comes last.
        """
        library = self.newsroom.library
        if name:
            return library.find(name)
        following = (digest for digest in library.published() if self._coming(digest))
        decided = {(posting.digest, posting.verdict) for posting in self._ledger.postings()}

        def merit(d: Digest) -> tuple[bool, bool, date, str]:
            return (d.id, Verdict.POST) in decided, (d.id, Verdict.RETRACTED) not in decided, d.date, d.id

        digest = next(following, None) or max(library.digests.values(), key=merit, default=None)
        if digest is None:
            raise RoundupError("There is no digest yet.")
        return digest

    def _parts(self, digest: Digest) -> Sequence[Part]:
        channel = self.newsroom.settings.current.channels[0]
        return digest_parts(digest, channel.selection(digest) or digest.stories, layout=channel.layout)

    def _posted(self, digest: Digest) -> list[str]:
        return self._in_state(digest, {State.SENT})

    def _unsettled(self, digest: Digest) -> list[str]:
        return self._in_state(digest, set(State) - {State.SENT, State.SKIPPED, State.WITHDRAWN})

    def _in_state(self, digest: Digest, states: Collection[State]) -> list[str]:
        """Return the channels, by name, in which the digest's first message is in one of *states*."""
        parts = self._ledger.deliveries(digest=digest.id)
        there = {part.channel for part in parts if part.part == 0 and part.state in states}
        return [place.name for place in self.posting.desk.places() if place.channel in there]

    def _coming(self, digest: Digest) -> list[Coming]:
        now, skipped = self._clock(), Channels(self._database).skipped()
        targets = [
            Target(
                channel=place.channel,
                settings=place.settings,
                since=now,
                skipped=skipped.get(place.channel, frozenset()),
            )
            for place in self.posting.desk.places()
        ]
        postings = {(posting.digest, posting.channel): posting for posting in self._ledger.postings()}
        return coming_of(digest, targets, postings, now=now)

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
            self.posting.publisher.alarm(Alarm(subject=subject, text=text))
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
