"""`roundup import`: from any existing roundup to a digest file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import click

from bot.cli.day import Day
from bot.core.environment import read_environment
from bot.core.errors import RoundupError
from bot.files.config import load_settings
from bot.files.new_file import make_folder, write_new
from bot.files.schemas import DIGEST, schema_line
from bot.importing.companies import Registry
from bot.importing.draft import Draft, Role, days_said, digest_of
from bot.importing.reading import Format, Wish, read_draft
from bot.importing.report import doubts, report, summary
from bot.importing.source import read_source
from bot.importing.writer import file_name, write_digest


@click.command("import")
@click.argument("source")
@click.option(
    "--from", "form", type=click.Choice([f.value for f in Format]), help="What it is, if it is mistaken."
)
@click.option("--date", "day", type=Day(), help="The roundup's date, as 2020-05-01.")
@click.option("--encoding", default="", help="Its encoding, if it is mistaken, as gb18030.")
@click.option("--mail", "which", type=click.IntRange(0), default=0, help="Of a file of several mails, which.")
@click.option("--since", type=Day(), help="Of a feed: no older entry than this day's.")
@click.option("--until", type=Day(), help="Of a feed: no newer entry than this day's.")
@click.option("--yes", is_flag=True, help="Write it without asking.")
@click.option(
    "--output",
    help="Where to write it; - is standard output. Default: <date>-<title>.yaml in the digests folder.",
)
@click.pass_obj
def import_(
    config: Path,
    source: str,
    form: str | None,
    day: date | None,
    encoding: str,
    which: int,
    since: date | None,
    until: date | None,
    yes: bool,
    output: str | None,
) -> None:
    """Turn an existing roundup into a digest.

    SOURCE is a file, a web address, or - for standard input. Every line of it gets one role;
    what is dropped is shown with the reason.
    """
    folder, companies = _settings(config)
    names = [*companies, *(other for others in companies.values() for other in others)]
    # Asked only when it is fetched: a file is imported whatever the environment says.
    read = read_source(source, proxy=lambda url: read_environment(os.environ).proxy_for(url))
    wish = Wish(form=Format(form) if form else None, encoding=encoding, which=which, since=since, until=until)
    draft = read_draft(read.content, read.name, names=names, content_type=read.content_type, wish=wish)
    if day:
        draft = replace(draft, date=day, date_from="--date")
    asked = not yes and source != "-" and sys.stdin.isatty() and sys.stderr.isatty()
    place = _Place(config=config, folder=folder, output=output)
    if not asked:
        _finish(draft, companies, place, told=report(draft, companies), accepted=yes)
        return
    from bot.cli.review import review

    if output and output != "-":
        _check_free(Path(output), "give another --output")
    review(
        draft,
        companies,
        check=lambda changed: _check_reviewed(changed, folder, output),
        # What was dropped and the new names were shown a moment ago.
        write=lambda changed, named: _finish(
            changed, named, place, told=[*summary(changed), *doubts(changed)], accepted=True
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a digest goes."""

    config: Path
    folder: Path
    output: str | None


def _finish(draft: Draft, companies: Registry, place: _Place, *, told: Iterable[str], accepted: bool) -> None:
    """Say what there is to say of the draft, and write its digest."""
    for row in told:
        click.echo(row, err=True)
    _check(draft, accepted=accepted)
    assert draft.date  # noqa: S101 - checked
    name = file_name(draft.date, draft.headline())
    text = write_digest(digest_of(draft, day=draft.date, slug_id=name, registry=companies))
    if place.output == "-":
        click.echo(text, nl=False)
        return
    path = Path(place.output) if place.output else place.folder / f"{name}.yaml"
    _write(schema_line(DIGEST, config=place.config, file=path) + text, path)


def _settings(config: Path) -> tuple[Path, Registry]:
    """Return the digests folder and the companies; both have a default where there is no config yet."""
    if not config.exists():
        click.echo(f"warning: {config}: there is no such file; no companies are filled in", err=True)
        return Path("digests"), {}
    settings = load_settings(config)
    return settings.digests, settings.companies


def _check(draft: Draft, *, accepted: bool) -> None:
    missing = []
    if not any(line.role is Role.HEADLINE for line in draft.lines):
        raise RoundupError(
            "no story was found, nothing is written; try --from text, html, mail, markdown, feed, docx or csv"
        )
    if draft.date is None:
        said = [days[0] for _, _, days in days_said(draft) if len(days) == 1]
        missing.append(
            f"--date {said[0]} (a line says so)" if said else "--date 2020-05-01 (the source does not say it)"
        )
    if not accepted:
        missing.append("--yes (to accept the draft as reported)")
    if missing:
        raise RoundupError(f"nothing is written: give {' and '.join(missing)}")


def _check_reviewed(draft: Draft, folder: Path, output: str | None) -> None:
    """Refuse what could not be written while the editor can still change it."""
    _check(draft, accepted=True)
    if not draft.headline():
        raise RoundupError("the digest has no title; title = … gives it one")
    if draft.date and not output:
        path = folder / f"{file_name(draft.date, draft.headline())}.yaml"
        _check_free(path, "another title or date names another file")


def _check_free(path: Path, remedy: str) -> None:
    if path.exists():
        raise RoundupError(f"{path}: is there already and stays as it is; {remedy}")


def _write(text: str, path: Path) -> None:
    make_folder(path.parent)
    write_new(path, text.encode(), taken=" and stays as it is; give another --output")
    click.echo(f"written: {path}", err=True)
