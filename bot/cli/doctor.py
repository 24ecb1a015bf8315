"""`roundup doctor`: whether everything is in place, and what exactly to do where it is not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.core.digest import Digest
from bot.core.environment import read_environment
from bot.core.message import Part
from bot.core.settings import ChannelSettings, Settings
from bot.files.config import load_settings

if TYPE_CHECKING:
    from bot.slack.doctor import Diagnosis


@click.command()
@click.option(
    "--blocks", is_flag=True, help="Have Slack check what would be posted next, too; posts nothing."
)
@click.pass_obj
def doctor(config: Path, *, blocks: bool) -> None:
    """Ask Slack whether everything is in place; say the remedy for what is not."""
    faults = 0
    for found in _findings(load_settings(config), blocks=blocks):
        if found.ok:
            click.echo(f"ok     {found.what}")
        else:
            faults += 1
            click.echo(f"FAULT  {found.what}: {found.remedy}")
    if faults:
        click.echo(f"{faults} {'fault' if faults == 1 else 'faults'}.", err=True)
        sys.exit(1)


def _findings(settings: Settings, *, blocks: bool) -> Iterator[Diagnosis]:
    from bot.app.premises import look_around
    from bot.slack.doctor import examine, validate

    environment = read_environment(os.environ)
    yield from examine(environment, settings, clock=_now)
    yield from look_around(environment, settings, environ=os.environ, clock=_now)
    if blocks:
        for post in _next_posts(settings, _now()):
            about = f"{post.digest.id} for {post.channel}"
            yield from validate(environment, settings, about, post.digest, post.parts)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """What a channel gets next."""

    channel: str
    digest: Digest
    parts: Sequence[Part]


def _next_posts(settings: Settings, now: datetime) -> Iterator[_Post]:
    """Yield what each channel gets next, by the plan; where none is planned yet, the newest digest."""
    from bot.cli.plan import read_decisions, targets_of
    from bot.core.delivery.calendar import coming

    decided = read_decisions(settings, now)
    targets = targets_of(settings, decided, now)
    planned: dict[str, Digest] = {}
    for post in coming(decided.digests, targets, decided.postings, now=now, weeks=8):
        if post.digest and not post.skipped:
            planned.setdefault(post.channel, post.digest)
    newest = next(reversed(decided.digests), None)
    for entry in settings.channels:
        digest = planned.get(entry.channel, newest)
        if digest and (parts := _parts(digest, entry)):
            yield _Post(channel=entry.channel, digest=digest, parts=parts)


def _parts(digest: Digest, entry: ChannelSettings) -> Sequence[Part]:
    from bot.slack.views.posts import digest_parts

    return digest_parts(digest, entry.selection(digest), layout=entry.layout)
