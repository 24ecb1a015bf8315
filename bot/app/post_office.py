"""Puts the delivery side together: ledger, messenger, directory, publisher and desk."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app.front_desk import build_desk
from bot.core.delivery.outbox import PACE, Pace
from bot.core.delivery.state import Rung
from bot.core.environment import read_environment
from bot.core.figures import Figures
from bot.core.settings import Approval, Settings
from bot.delivery.channels import Channels
from bot.delivery.clocks import Clocks
from bot.delivery.desk import Desk
from bot.delivery.errands import WORKERS, Errands
from bot.delivery.lookout import Lookout
from bot.delivery.mail import Mail
from bot.delivery.overview import FrontPage
from bot.delivery.publisher import Publisher
from bot.delivery.recovery import Recovery
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """Everything that posts, looks and decides, for one replica."""

    database: Database
    ledger: Ledger
    messenger: Messenger
    people: People
    directory: Directory
    channels: Channels
    publisher: Publisher
    outbox: Outbox
    mail: Mail
    telling: Telling
    desk: Desk
    front_page: FrontPage
    timekeeper: Timekeeper
    errands: Errands
    recovery: Recovery
    lookout: Lookout
    upkeep: Upkeep
    pool: ThreadPoolExecutor

    def close(self, *, within: timedelta | None = None) -> bool:
        """End: requests under way finish and are written down, then the database is let go.

        Tell whether all finished *within* that time. One on which Slack hangs stays written down as asked:
        whoever starts next looks for it before anything is sent.
        """
        self.pool.shutdown(wait=within is None)
        deadline = time.monotonic() + (within or timedelta(0)).total_seconds()
        while self.errands.under_way and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.errands.under_way:
            log.warning("requests_given_up count=%d", self.errands.under_way)
            return False
        with suppress(LedgerError):
            self.upkeep.end()
        self.database.close()
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
    env = read_environment(environ)
    clocks = clock if isinstance(clock, Clocks) else Clocks(clock)
    figures = figures or Figures()
    messenger = Messenger(
        env.bot_token,
        base_url=env.api_url,
        timeout=lambda: settings().delivery.timeout,
        network=Network(env, figures),
        heard=clocks.hear,
    )
    people = People(messenger, settings)
    ledger, known, shares = Ledger(database), KnownChannels(database), Shares(database)
    directory = Directory(messenger, known)
    pool = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="post")
    errands = Errands(pool)
    replica = f"{socket.gethostname()}-{os.getpid()}"
    limits, outbox = Limits(database), Outbox(database)
    approvals = Approvals(database)
    telling = Telling(
        outbox=outbox,
        shares=shares,
        directory=directory,
        library=library,
        lets_out=lambda digest: approvals.lets_out(
            digest, of_files_too=settings().approval is Approval.REQUIRED
        ),
        settings=people.settings,
        pace=pace,
    )
    recovery = Recovery(
        ledger=ledger, known=known, history=PastPosts(messenger), library=library, render=digest_parts
    )
    lookout = Lookout(
        recovery=recovery,
        known=known,
        limits=limits,
        errands=errands,
        clocks=clocks,
    )
    unfolding = Unfolding(
        ledger=ledger, known=KnownFolding(database), library=library, render=digest_parts, telling=telling
    )
    channels = Channels(
        directory=directory, known=known, telling=telling, errands=errands, uptime=clocks.uptime
    )
    timekeeper = Timekeeper(
        clocks=clocks,
        ledger=ledger,
        ledger_clock=LedgerClock(database),
        slack=messenger,
        telling=telling,
        errands=errands,
        host=socket.gethostname(),
    )
    upkeep = Upkeep(
        replicas=Replicas(database), cleaning=Cleaning(database), timekeeper=timekeeper, replica=replica
    )
    sender = Sender(
        ledger=ledger,
        limits=limits,
        slack=messenger,
        simpler={Rung.NO_IMAGES: without_images, Rung.NO_BLOCKS: without_blocks},
        channels=channels,
        telling=telling,
        errands=errands,
        replica=replica,
        clocks=clocks,
        timekeeper=timekeeper,
        figures=figures,
    )
    mail = Mail(
        outbox=outbox,
        limits=limits,
        slack=messenger,
        rooms=directory,
        settings=people.settings,
        knows_all=people.knows_all,
        wording=AlarmWording(),
        telling=telling,
        timekeeper=timekeeper,
        errands=errands,
        replica=replica,
        pace=pace,
        clocks=clocks,
    )
    publisher = Publisher(
        ledger=ledger,
        known=known,
        shares=shares,
        library=library,
        settings=settings,
        render=digest_parts,
        channels=channels,
        sender=sender,
        telling=telling,
        mail=mail,
        errands=errands,
        timekeeper=timekeeper,
        lookout=lookout,
        unfolding=unfolding,
        upkeep=upkeep,
        clock=clocks,
        only=only,
    )
    desk = build_desk(settings, library, database=database, rooms=directory, clock=clocks)
    return PostOffice(
        database=database,
        ledger=ledger,
        messenger=messenger,
        people=people,
        directory=directory,
        channels=channels,
        publisher=publisher,
        outbox=outbox,
        mail=mail,
        telling=telling,
        desk=desk,
        front_page=FrontPage(desk=desk, ledger=ledger, library=library, clock=clocks),
        timekeeper=timekeeper,
        errands=errands,
        recovery=recovery,
        lookout=lookout,
        upkeep=upkeep,
        pool=pool,
    )
