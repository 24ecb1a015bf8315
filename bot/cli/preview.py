"""`roundup preview`: exactly what would be posted, before it is."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.naming import none_published
from bot.cli.terminal import preview_messages, print_preview
from bot.core.delivery.answers import Accepted
from bot.core.digest import Digest
from bot.core.environment import missing, read_environment
from bot.core.errors import RoundupError
from bot.core.message import Part
from bot.core.nearest import nearest_of
from bot.core.settings import ChannelSettings, Layout, Settings
from bot.files.config import load_settings
from bot.newsroom.library import Library
from bot.slack.views.kit import as_preview
from bot.slack.views.posts import digest_parts

USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


@click.command()
@click.argument("digest", required=False)
@click.option("--channel", help="A channel's name or ID; without it, the first with that layout.")
@click.option(
    "--layout", type=click.Choice([*map(str, Layout)]), help="Another layout than the channel's own."
)
@click.option("--to", "user", metavar="USER", help="Send it to this user as a direct message marked PREVIEW.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "html", "json"]),
    default="terminal",
    show_default=True,
    help="What to print.",
)
@click.pass_obj
def preview(
    config: Path,
    *,
    digest: str | None,
    channel: str | None,
    layout: str | None,
    user: str | None,
    form: str,
) -> None:
    """Show exactly what would be posted. Without DIGEST, the newest."""
    settings = load_settings(config)
    shown = _digest(settings, digest)
    place = _channel(config, settings, channel, Layout(layout) if layout else None)
    parts = digest_parts(shown, place.selection(shown), layout=place.layout)
    if not parts:
        about = ", ".join(place.only)
        click.echo(f"{place.channel}: no story of {shown.id} is about {about}: nothing is posted", err=True)
    elif user is not None:
        _send(as_preview(parts), user, settings)
        click.echo(f"{shown.id}: sent to {user} as {place.channel} would get it", err=True)
    if user is None:
        _print(preview_messages(place.channel, parts), shown, form)


def _digest(settings: Settings, name: str | None) -> Digest:
    """Return what the folder has under that name, as somebody may be writing there; else the database."""
    library = Library(settings.digests)
    library.refresh(datetime.now(UTC))
    if name is None:
        found = [digest for digest in (library.newest(), _in_database(settings)) if digest]
        if not found:
            raise none_published(library, settings.digests)
        return max(found, key=lambda digest: digest.date)
    try:
        return library.find(name)
    except RoundupError:
        if found_there := _in_database(settings, name):
            return found_there
        raise


def _in_database(settings: Settings, name: str | None = None) -> Digest | None:
    """Return the digest of that name, or the newest, as it was added or written in Slack; None if none is."""
    environment = read_environment(os.environ)
    if environment.database_file and not environment.database_file.exists():
        return None
    from bot.app.shelves import library_of
    from bot.store.database import LedgerError, read_database

    with suppress(LedgerError, RoundupError), closing(read_database(environment.database_url)) as database:
        library = library_of(settings, database)
        library.refresh(datetime.now(UTC))
        return library.find(name) if name else library.newest()
    return None


def _channel(config: Path, settings: Settings, name: str | None, layout: Layout | None) -> ChannelSettings:
    entries = settings.channels
    if not entries:
        raise RoundupError(f"{config}: no channel to preview for; add one under `channels:`")
    if name is None:
        place = next((entry for entry in entries if layout in {None, entry.layout}), entries[0])
    else:
        place = _named(config, entries, name)
    return replace(place, layout=layout or place.layout)


def _named(config: Path, entries: Sequence[ChannelSettings], name: str) -> ChannelSettings:
    """Return the entry of that name or ID, as the config has it or as the database knows it."""
    plain = name.removeprefix("#")
    if place := next((entry for entry in entries if entry.channel.removeprefix("#") == plain), None):
        return place
    ids = _known_ids()
    wanted = {ids.get(plain, plain), ids.get(f"#{plain}", plain)}
    if place := next((entry for entry in entries if ids.get(entry.channel, entry.channel) in wanted), None):
        return place
    guess = nearest_of(f"#{plain}", [entry.channel for entry in entries])
    raise RoundupError(f"{config}: no channel {name}{guess}")


def _known_ids() -> Mapping[str, str]:
    """Return the IDs of the channels that were ever posted to, by name; none if the database is away."""
    from bot.store.channels import KnownChannels
    from bot.store.database import LedgerError, read_database

    try:
        with closing(read_database(read_environment(os.environ).database_url)) as database:
            return KnownChannels(database).known()
    except (LedgerError, RoundupError):
        return {}


def _send(parts: Sequence[Part], user: str, settings: Settings) -> None:
    from bot.slack.messenger import Messenger
    from bot.slack.network import Network

    if not USER_ID.fullmatch(user):
        raise RoundupError(
            f"{user or '--to'}: not a member ID; in Slack open a profile, then ⋮, then Copy member ID"
        )
    environment = read_environment(os.environ)
    if not environment.bot_token:
        raise missing("SLACK_BOT_TOKEN")
    messenger = Messenger(
        environment.bot_token,
        base_url=environment.api_url,
        timeout=lambda: settings.delivery.timeout,
        network=Network(environment),
    )
    channel, parent = user, ""
    for part in parts:
        match messenger.post(channel, part.message, parent=parent):
            case Accepted() as posted:
                channel, parent = posted.channel, parent or posted.ts
            case outcome:
                folds = "; without folded stories: --layout headlines" if part.message.folds else ""
                raise RoundupError(f"{user}: Slack did not take the preview: {outcome.error}{folds}")


def _as_written(digest: Digest) -> dict[str, Any]:
    fields = {**asdict(digest), "date": digest.date.isoformat(), "intro": digest.intro.source}
    for story, written in zip(digest.stories, fields["stories"], strict=True):
        written |= {"body": story.body.source, "summary": story.summary.source}
    return fields


def _print(messages: list[dict[str, object]], digest: Digest, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(messages, ensure_ascii=False, indent=2))
    elif form == "html":
        from bot.practice.preview_page import preview_html

        click.echo(preview_html(messages, title=digest.title, digest=_as_written(digest)))
    else:
        from rich.console import Console

        print_preview(messages, Console(highlight=False))
