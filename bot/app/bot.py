"""The composition root: the one place where the parts meet. Everything else is handed what it needs."""

from __future__ import annotations

import gc
import logging
import os
import socket as sockets
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bot.app.desk_side import DeskSide
from bot.app.figures import Known, Metrics
from bot.app.front_desk import whole_database_of
from bot.app.health import OK, Check, HealthApp
from bot.app.post_office import build_posting
from bot.app.tally import Tally
from bot.app.writing import writing_desk
from bot.core.delivery.alarms import Alarm
from bot.core.delivery.state import Room
from bot.core.environment import missing, read_environment
from bot.core.errors import Problem, Severity
from bot.core.settings import Settings
from bot.delivery.clocks import Clocks
from bot.delivery.scheduler import Scheduler
from bot.newsroom.codes import Codes
from bot.newsroom.mistakes import Mistakes
from bot.newsroom.newsroom import Clock, Newsroom, utc_now
from bot.newsroom.shelf import Older
from bot.newsroom.versions import Versions
from bot.slack.bolt import build_app, finish
from bot.slack.connection import Socket, persist, whoami
from bot.slack.downloads import FileHost
from bot.slack.http import AsgiApp, EventsApp
from bot.slack.listeners.editors import is_order
from bot.slack.listeners.readers import Readers
from bot.slack.listeners.responses import Responder
from bot.slack.messenger import Identity
from bot.slack.network import Network
from bot.slack.permalinks import Permalinks
from bot.slack.views.answers import PAGE
from bot.slack.visitors import Visitors
from bot.store.approvals import Approvals
from bot.store.codes import GivenCodes
from bot.store.database import LedgerError
from bot.store.ledger import Ledger
from bot.store.shares import Shares
from bot.store.standing import Standings
from bot.store.versions import KeptVersions

log = logging.getLogger(__name__)

HTTP_PORT = 3000
# For requests under way when told to stop: platforms kill after ten seconds, and some after five.
GRACE = timedelta(seconds=3)
# Every tick asks the database. One that waits for it in vain is told so within ten seconds, so that whoever
# has heard nothing for longer does not know how it is.
FRESH = timedelta(seconds=30)
# A file that is copied or saved in pieces is broken for a moment, and no alarm.
WRITTEN = timedelta(seconds=10)
# An answer leaves no garbage that must be looked for, but makes enough that Python would look all the time.
# Objects that there must be more than at the last look (700, else), which takes .5 µs for each and keeps
# everybody waiting; and how often those are looked at that are still there, together.
YOUNG, OLDER = 2_000, 5


class Bot:
    """Everything that runs in one process: answering at once, posting once Slack has said who we are."""

    def __init__(
        self,
        config: Path,
        environ: Mapping[str, str],
        *,
        clock: Clock = utc_now,
        stopping: threading.Event | None = None,
        editors: Sequence[str] = (),
    ) -> None:
        self.stopping = stopping or threading.Event()
        self._environment = read_environment(environ)
        if not self._environment.bot_token:
            raise missing("SLACK_BOT_TOKEN")
        self._metrics = Metrics(known=self._known)
        self._network = Network(self._environment, self._metrics)
        self._clock = Clocks(clock)
        self._database = whole_database_of(environ)
        self._tally = Tally(Ledger(self._database))
        self.newsroom = self._newsroom(config, editors)
        self.writing = writing_desk(self._settings, self.newsroom.library, self._database, clock=self._clock)
        self.posting = build_posting(
            self._settings,
            self.newsroom.library,
            database=self._database,
            environ=environ,
            clock=self._clock,
            figures=self._metrics,
        )
        self._scheduler = Scheduler(self._wake, clock=self._clock)
        self._identity: Identity | None = None
        self._socket: Socket | None = None
        self._in_socket_mode = False
        self._mistakes = Mistakes()  # of files; what the editors have not heard yet
        self._told_older: frozenset[Older] = frozenset()
        self._visitors = Visitors(
            self.posting.edge.messenger, settings=self.posting.edge.people.settings, clock=self._clock
        )
        self.bolt = build_app(
            token=self._environment.bot_token,
            api_url=self._environment.api_url,
            identity=lambda: self._identity,
            network=self._network,
        )
        self._listen()

    def _newsroom(self, config: Path, editors: Sequence[str]) -> Newsroom:
        return Newsroom(
            config,
            page=PAGE,
            clock=self._clock,
            codes=Codes(GivenCodes(self._database)),
            versions=Versions(KeptVersions(self._database)),
            known=Standings(self._database),
            approvals=Approvals(self._database),
            keeps=True,
            editors=editors,
        )

    def _settings(self) -> Settings:
        """Return the ones in force."""
        return self.newsroom.settings.current

    def connect(self, *, socket: bool) -> bool:
        """Get to Slack, however long it takes; then start posting. False if told to stop before."""
        self._in_socket_mode = socket
        identity = persist("slack_connect", lambda: whoami(self.posting.edge.messenger), self.stopping)
        if identity is None:
            return False
        # Before anybody is told that we are ready: the first question of each finds us prepared.
        self._visitors.meet(identity)
        self._identity = identity
        log.info("slack_connected team=%s as=%s", self._identity.team, self._identity.user)
        self._look_people_up()
        if socket:
            self._socket = Socket(
                self.bolt,
                self._environment.app_token,
                api_url=self._environment.api_url,
                network=self._network,
            )
            persist("socket_connect", self._socket.connect, self.stopping)
        if self.stopping.is_set():
            return False
        self._scheduler.start()
        log.info("bot_ready digests=%d", len(self.newsroom.library.digests))
        return True

    def clock(self) -> datetime:
        """Return the time: Slack's, should this host's clock be off."""
        return self._clock()

    def stop(self) -> bool:
        """Take no new work, end what is under way, free what is held; False if something hangs."""
        self.stopping.set()
        if self._socket is not None:
            self._socket.close()
        self._scheduler.stop()
        answered = finish(self.bolt, within=GRACE)
        # While that hung, what posts had the same time.
        finished = self.posting.close(within=GRACE if answered else timedelta(0))
        log.info("bot_stopped")
        return answered and finished

    def health(self) -> HealthApp:
        """Return the app behind /healthz, /readyz and /metrics."""
        return HealthApp(
            alive={"process": lambda: OK, "scheduler": self._scheduler_check},
            ready=self._ready_checks(),
            notes={"clock": lambda: self.posting.replica.timekeeper.trouble() or OK},
            metrics=self._metrics,
        )

    def events(self) -> EventsApp:
        """Return what answers Slack over HTTP, and the health pages beside it."""
        return EventsApp(
            self.bolt,
            signing_secret=self._environment.signing_secret,
            others=self.health(),
            at_once=self._answer_at_once,
            clock=self.clock,
        )

    def _ready_checks(self) -> dict[str, Check]:
        return {"database": self._database_check, "slack": self._slack_check}

    def _known(self) -> Known:
        """Return what the figures show of this moment; asks neither the database nor Slack."""
        rooms = self.posting.edge.directory.rooms.values()
        ids = {room.id for room in rooms if isinstance(room, Room)}
        checks = {"scheduler": self._scheduler_check, **self._ready_checks()}
        library = self.newsroom.library
        return Known(
            deliveries=self._tally.counts(),
            last_posts={id_: at for id_, at in self._tally.last_posts().items() if id_ in ids},
            checks={name: check() == OK for name, check in checks.items()},
            channels=len(self._settings().channels),
            without_room=self.posting.channels.troubled,
            digests=len(library.published()),
            stories=sum(len(digest.stories) for digest in library.published()),
            broken_files=len({problem.file for problem in self._broken()}),
            waiting_messages=self.posting.mail.waiting,
            socket=bool(self._socket and self._socket.connected) if self._in_socket_mode else None,
        )

    def _broken(self) -> tuple[Problem, ...]:
        problems = (*self.newsroom.settings.problems, *self.newsroom.library.problems)
        return tuple(problem for problem in problems if problem.severity is Severity.ERROR)

    def _listen(self) -> None:
        responder = Responder(self._environment.accepts_response_url, self._network)
        desk = self._desk_side(responder)
        editors, readers = desk.editors, self._readers(responder, desk)
        # Bolt asks one listener after the other, at some cost each: commands first, as they answer at once,
        # and editors before readers, who take every other button.
        self._answer_at_once = readers.register_commands(self.bolt, but=is_order)
        editors.register_commands(self.bolt)
        for people in (editors, desk, readers):
            people.register_presses(self.bolt)

    def _desk_side(self, responder: Responder) -> DeskSide:
        files = FileHost(
            self.posting.edge.messenger,
            token=self._environment.bot_token,
            accepts=self._environment.accepts_file_url,
            network=self._network,
        )
        return DeskSide(
            self.posting,
            self.newsroom,
            self.writing,
            visitors=self._visitors,
            responder=responder,
            files=files,
            clock=self._clock,
        )

    def _readers(self, responder: Responder, desk: DeskSide) -> Readers:
        return Readers(
            answers=self.newsroom.answers,
            stories=self.newsroom.out,
            copies=Shares(self._database),
            people=self._visitors,
            links=Permalinks(
                posts=self.newsroom.out.posts,
                rooms=lambda: self.posting.edge.directory.rooms,
                settings=self._settings,
                workspace=lambda: self._identity.url if self._identity else "",
            ),
            responder=responder,
            figures=self._metrics,
            editors_home=desk.overviews.home,
        )

    def _wake(self) -> datetime | None:
        news = self.newsroom.refresh()
        for problem in news:
            if problem.severity is Severity.ERROR:
                log.error("file_broken problem=%r", str(problem))
            else:
                log.warning("file_doubtful problem=%r", str(problem))
        self._tell_of_files(problem for problem in news if problem.severity is Severity.ERROR)
        self._tell_of_older()
        if self.posting.edge.people.due():
            self.posting.replica.errands.start(self._look_people_up)
        wake = self.posting.publisher.tick()
        if look := self.posting.publisher.look:
            self.newsroom.hear(look)
            with suppress(LedgerError):  # /readyz tells
                self._tally.keep_up(look)
        return wake

    def _look_people_up(self) -> None:
        self.posting.edge.people.look_up()
        for text in self.posting.edge.people.left():
            with suppress(LedgerError):  # told after the next look-up
                self.posting.telling.alarm(Alarm(subject=f"left {text}", text=text))

    def _tell_of_files(self, news: Iterable[Problem]) -> None:
        uptime, quiet = self.posting.replica.clocks.uptime(), self._settings().delivery.quiet
        self._mistakes.take(news, uptime)
        if lasting := self._mistakes.lasting(self.newsroom.problems, uptime, min(quiet, WRITTEN)):
            with suppress(LedgerError):  # who was told is written there: they hear of it when it is back
                self.posting.telling.alarm(self._of_files(lasting))
                self._mistakes.told(lasting)

    def _of_files(self, problems: Iterable[Problem]) -> Alarm:
        said = "\n".join(problem.nearby for problem in problems)
        # The replicas tell it once between them; the day makes the same mistake news again tomorrow.
        subject = f"files {self._clock():%Y-%m-%d} {sha256(said.encode()).hexdigest()[:12]}"
        text = f"Broken; where there was a good version it stays in force until this is mended:\n{said}"
        return Alarm(subject=subject, text=text)

    def _tell_of_older(self) -> None:
        quiet = self._settings().delivery.quiet
        older = frozenset(self.newsroom.library.older(self._clock(), quiet))
        if fresh := older - self._told_older:
            said = "\n".join(sorted(map(str, fresh)))
            here = sockets.gethostname()
            subject = f"older {here} {sha256(said.encode()).hexdigest()[:12]}"
            text = f"Older files on {here}, which change nothing; copy the newer ones there:\n{said}"
            with suppress(LedgerError):
                self.posting.telling.alarm(Alarm(subject=subject, text=text))
                self._told_older = older

    def _scheduler_check(self) -> str:
        if self._identity is None or self._scheduler.alive():
            return OK  # before Slack has answered once there is nothing to turn
        return "the loop that posts has stopped turning: restart the process"

    def _database_check(self) -> str:
        # Before Slack has answered nothing ticks: then it is known from the start, however long ago.
        within = FRESH if self.posting.publisher.look else timedelta.max
        return self._database.trouble(within=within) or OK

    def _slack_check(self) -> str:
        if self._identity is None:
            return "not reached yet"
        if self._in_socket_mode and not (self._socket and self._socket.connected):
            return "the socket is down; it connects by itself"
        return (not self._in_socket_mode and self.posting.replica.clocks.away()) or OK


def run_socket(config: Path, environ: Mapping[str, str], stopping: threading.Event) -> None:
    """Serve in Socket Mode until *stopping* is set; the health pages too where PORT is set."""
    environment = read_environment(environ)
    if not environment.app_token:
        raise missing("SLACK_APP_TOKEN")
    bot = Bot(config, environ, stopping=stopping)
    _serve(bot, bot.health(), host=environment.host, port=environment.port, socket=True)


def run_http(config: Path, environ: Mapping[str, str], stopping: threading.Event) -> None:
    """Serve over HTTP until *stopping* is set: it answers at once, and posts once Slack is reached."""
    environment = read_environment(environ)
    bot = Bot(config, environ, stopping=stopping)
    _serve(bot, bot.events(), host=environment.host, port=environment.port or HTTP_PORT, socket=False)


def _serve(bot: Bot, app: AsgiApp, *, host: str, port: int | None, socket: bool) -> None:
    with ExitStack() as ending:
        ending.callback(_end, bot)
        if port is not None:
            from bot.app.server import Server  # nobody else pays for it

            server = Server(app, host=host, port=port)
            ending.callback(server.stop)
            server.start()
        bot.connect(socket=socket)
        settle()
        bot.stopping.wait()


def settle() -> None:
    """Let nobody wait while garbage is looked for among what is here to stay, which took 60 ms and more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER)


def _end(bot: Bot) -> None:
    if not bot.stop():
        logging.shutdown()
        os._exit(0)  # Python itself would wait for the threads that wait for Slack or the database
