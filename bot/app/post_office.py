"""Puts the delivery side together: ledger, messenger, directory, publisher and desk."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app.front_desk import build_desk
from bot.core.delivery.outbox import PACE, Pace
from bot.core.delivery.state import Rung
from bot.core.environment import Environment, read_environment
from bot.core.figures import Figures
from bot.core.settings import Approval, Settings
from bot.delivery.arranging import Arranging
from bot.delivery.channels import Channels
from bot.delivery.clocks import Clocks
from bot.delivery.desk import Desk
from bot.delivery.errands import WORKERS, Errands
from bot.delivery.lookout import Lookout
from bot.delivery.mail import Mail
from bot.delivery.overview import FrontPage
from bot.delivery.planning import Planning
from bot.delivery.publisher import Publisher
from bot.delivery.recovery import Recovery
from bot.delivery.replica import Replica
from bot.delivery.sender import Sender
from bot.delivery.telling import Telling
from bot.delivery.timekeeper import Timekeeper
from bot.delivery.unfolding import Unfolding
from bot.delivery.upkeep import Upkeep
from bot.newsroom.library import Library
from bot.slack.directory import Directory
from bot.slack.messenger import Messenger
from bot.slack.network import Network
from bot.slack.past import PastPosts
from bot.slack.people import People
from bot.slack.views.alarms import AlarmWording
from bot.slack.views.kit import without_blocks, without_images
from bot.slack.views.posts import digest_parts
from bot.store.approvals import Approvals
from bot.store.channels import KnownChannels
from bot.store.cleaning import Cleaning
from bot.store.clock import LedgerClock
from bot.store.database import Database, LedgerError
from bot.store.folding import KnownFolding
from bot.store.ledger import Ledger
from bot.store.limits import Limits
from bot.store.outbox import Outbox
from bot.store.replicas import Replicas
from bot.store.shares import Shares

log = logging.getLogger(__name__)


class Books:
    """What all that post write into: one database, by subject."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ledger, self.outbox = Ledger(database), Outbox(database)
        self.known, self.shares = KnownChannels(database), Shares(database)
        self.limits = Limits(database)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Slack, as far as posting asks it: for anything at all, for people, for channels."""

    messenger: Messenger
    people: People
    directory: Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """Everything that posts, looks and decides, for one replica."""

    books: Books
    edge: Edge
    replica: Replica
    lookout: Lookout
    channels: Channels
    telling: Telling
    mail: Mail
    publisher: Publisher
    desk: Desk
    front_page: FrontPage

    def close(self, *, within: timedelta | None = None) -> bool:
        """End: requests under way finish and are written down, then the database is let go.

        Tell whether all finished *within* that time. One on which Slack hangs stays written down as asked:
        whoever starts next looks for it before anything is sent.
        """
        if left := self.replica.errands.finish(within=within):
            log.warning("requests_given_up count=%d", left)
            return False
        with suppress(LedgerError):
            self.publisher.end()
        self.books.database.close()
        return True


def build_posting(
    settings: Callable[[], Settings],
    library: Library,
    *,
    database: Database,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    figures: Figures | None = None,
    only: str = "",
    pace: Pace = PACE,
) -> PostOffice:
    """Return the delivery side on this database; nothing is asked of Slack yet.

    *settings* gives the ones in force. *only* leaves everything but one digest alone. *pace* is how long
    messages to people are gathered. Without a token in *environ* its desk takes orders, and its publisher
    must not tick.
    """
    clocks, books = clock if isinstance(clock, Clocks) else Clocks(clock), Books(database)
    figures = figures or Figures()
    edge = _edge(read_environment(environ), settings, books, clocks, figures)
    telling = _telling(edge, books, library, settings, pace)
    replica = _replica(edge, books, telling, clocks, only)
    lookout = _lookout(replica, edge, books, library)
    channels, mail = _channels(replica, edge, books, telling), _mail(replica, edge, books, telling)
    publisher = Publisher(
        replica=replica,
        settings=settings,
        upkeep=Upkeep(replica=replica, replicas=Replicas(database), cleaning=Cleaning(database)),
        channels=channels,
        arranging=_arranging(lookout, books, library, telling, only),
        sender=_sender(replica, edge, books, channels, telling, figures=figures),
        mail=mail,
    )
    desk = build_desk(settings, library, database=database, rooms=edge.directory, clock=clocks)
    return PostOffice(
        books=books,
        edge=edge,
        replica=replica,
        lookout=lookout,
        channels=channels,
        telling=telling,
        mail=mail,
        publisher=publisher,
        desk=desk,
        front_page=FrontPage(desk=desk, ledger=books.ledger, library=library, clock=clocks),
    )


def _edge(
    env: Environment, settings: Callable[[], Settings], books: Books, clocks: Clocks, figures: Figures
) -> Edge:
    messenger = Messenger(
        env.bot_token,
        base_url=env.api_url,
        timeout=lambda: settings().delivery.timeout,
        network=Network(env, figures),
        heard=clocks.hear,
        missed=clocks.miss,
    )
    people, directory = People(messenger, settings), Directory(messenger, books.known)
    return Edge(messenger=messenger, people=people, directory=directory)


def _telling(
    edge: Edge, books: Books, library: Library, settings: Callable[[], Settings], pace: Pace
) -> Telling:
    approvals = Approvals(books.database)

    def lets_out(digest: str) -> bool:
        return approvals.lets_out(digest, of_files_too=settings().approval is Approval.REQUIRED)

    return Telling(
        outbox=books.outbox,
        shares=books.shares,
        directory=edge.directory,
        library=library,
        lets_out=lets_out,
        settings=edge.people.settings,
        pace=pace,
    )


def _replica(edge: Edge, books: Books, telling: Telling, clocks: Clocks, only: str) -> Replica:
    host = socket.gethostname()
    errands = Errands(ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="post"))
    timekeeper = Timekeeper(
        clocks=clocks,
        ledger=books.ledger,
        ledger_clock=LedgerClock(books.database),
        slack=edge.messenger,
        telling=telling,
        errands=errands,
        host=host,
    )
    return Replica(
        f"{host}-{os.getpid()}", timekeeper=timekeeper, errands=errands, limits=books.limits, only=only
    )


def _channels(replica: Replica, edge: Edge, books: Books, telling: Telling) -> Channels:
    return Channels(
        directory=edge.directory,
        known=books.known,
        telling=telling,
        errands=replica.errands,
        uptime=replica.clocks.uptime,
    )


def _lookout(replica: Replica, edge: Edge, books: Books, library: Library) -> Lookout:
    history = PastPosts(edge.messenger)
    return Lookout(
        recovery=Recovery(
            ledger=books.ledger, known=books.known, history=history, library=library, render=digest_parts
        ),
        known=books.known,
        limits=books.limits,
        errands=replica.errands,
        clocks=replica.clocks,
    )


def _arranging(lookout: Lookout, books: Books, library: Library, telling: Telling, only: str) -> Arranging:
    folding = KnownFolding(books.database)
    return Arranging(
        planning=Planning(ledger=books.ledger, known=books.known, library=library, only=only),
        lookout=lookout,
        unfolding=Unfolding(
            ledger=books.ledger, known=folding, library=library, render=digest_parts, telling=telling
        ),
        telling=telling,
        ledger=books.ledger,
        shares=books.shares,
        library=library,
    )


def _sender(
    replica: Replica, edge: Edge, books: Books, channels: Channels, telling: Telling, *, figures: Figures
) -> Sender:
    return Sender(
        replica=replica,
        ledger=books.ledger,
        slack=edge.messenger,
        simpler={Rung.NO_IMAGES: without_images, Rung.NO_BLOCKS: without_blocks},
        channels=channels,
        telling=telling,
        figures=figures,
    )


def _mail(replica: Replica, edge: Edge, books: Books, telling: Telling) -> Mail:
    return Mail(
        replica=replica,
        outbox=books.outbox,
        slack=edge.messenger,
        rooms=edge.directory,
        people=edge.people,
        wording=AlarmWording(),
        telling=telling,
    )
