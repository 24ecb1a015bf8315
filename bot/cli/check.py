"""`roundup check` and `roundup new`: an editor's first and last step in the shell."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import click

from bot.cli.day import Day
from bot.core.delivery.state import Posting
from bot.core.environment import read_environment
from bot.core.errors import Problem, RoundupError, Severity
from bot.core.settings import Settings
from bot.core.sizes import HEADLINE
from bot.files.config import BEGIN, load_settings
from bot.files.digest_file import NO_BODY, NO_HEADLINE, NO_TITLE
from bot.files.new_file import make_folder, write_new
from bot.files.schemas import DIGEST, schema_line
from bot.importing.writer import file_name
from bot.newsroom.library import Library
from bot.newsroom.preflight import Report, Scales, Weight, preflight
from bot.slack.views.kit import MAX_BLOCKS, MAX_MESSAGE, weight
from bot.slack.views.posts import digest_parts

_IN_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = {**_IN_TEXT, **str.maketrans({":": "%3A", ",": "%2C"})}
SLACK = Scales(render=digest_parts, weight=weight, blocks=MAX_BLOCKS, characters=MAX_MESSAGE)


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    help="github: a pull request shows each problem at its line.",
)
@click.pass_obj
def check(config: Path, paths: tuple[Path, ...], *, strict: bool, form: str) -> None:
    """Say what is wrong with the configuration and the digests, and where.

    With PATHs only those files and folders are looked at. One line a problem on stdout; on stderr a summary,
    and what each coming digest will weigh in each channel.
    """
    today = datetime.now(UTC).date()
    report = preflight(config, paths, today=today, scales=SLACK, postings=_posted_from_here())
    click.echo(_printed(report.problems, form), nl=False)
    for each in report.weights:
        click.echo(_described(each), err=True)
    if not report.channels:
        why = "has errors" if config.exists() else f"is missing ({BEGIN})"
        click.echo(f"{config} {why}: nothing was checked against its channels", err=True)
    click.echo(_summary(report), err=True)
    if report.count(Severity.ERROR) or (strict and report.problems):
        sys.exit(1)


def _printed(problems: Iterable[Problem], form: str) -> str:
    if form == "json":
        return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2) + "\n"
    said = _workflow_command if form == "github" else str
    return "".join(f"{said(problem)}\n" for problem in problems)


def _workflow_command(problem: Problem) -> str:
    """Return the line that GitHub's runner reads from a step's output."""
    # A file's name or a title must end neither the property nor the line: the next would be another command.
    file = problem.file.translate(_IN_PROPERTY)
    place = f"file={file},line={problem.line},col={problem.column}"
    return f"::{problem.severity} {place}::{problem.text.translate(_IN_TEXT)}"


def _posted_from_here() -> tuple[Posting, ...]:
    """Return what the local database knows, if there is one: a check is offline and must not fail for it."""
    with suppress(RoundupError):  # a bad variable, a newer database: other commands say so
        environment = read_environment(os.environ)
        if environment.database_file and environment.database_file.is_file():
            from bot.store.database import LedgerError, read_database
            from bot.store.ledger import Ledger

            with suppress(LedgerError), closing(read_database(environment.database_url)) as database:
                return Ledger(database).postings()
    return ()


def _described(each: Weight) -> str:
    weights = (
        _counted(each.messages, "message"),
        f"at most {each.blocks} of {MAX_BLOCKS} blocks and {each.characters:,} of {MAX_MESSAGE:,} characters",
        f"longest story on line {each.line}",
    )
    return f"{each.digest} in {each.channel}: {', '.join(weights)}"


def _summary(report: Report) -> str:
    errors = _counted(report.count(Severity.ERROR), "error")
    warnings = _counted(report.count(Severity.WARNING), "warning")
    return f"{_counted(report.files, 'file')}: {errors}, {warnings}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@click.command()
@click.argument("title", default="", metavar="[TITLE]")
@click.option(
    "--date",
    "day",
    metavar="DATE",
    type=Day(),
    help="Default: the first channel's next post without a digest.",
)
@click.pass_obj
def new(config: Path, title: str, day: date | None) -> None:
    """Start an empty digest, with comments that explain it. It is a draft until you say otherwise."""
    settings = load_settings(config)
    day, title = day or _next_day(settings), " ".join(title.split())
    name = file_name(day, title) if title else f"{day}-untitled"
    path = settings.digests / f"{name}.yaml"
    quoted = json.dumps(title, ensure_ascii=False) if title else NO_TITLE
    words = {"title": quoted, "headline": NO_HEADLINE, "body": NO_BODY, "longest": HEADLINE}
    text = schema_line(DIGEST, config=config, file=path) + TEMPLATE.format(day=day, **words)
    make_folder(path.parent)
    write_new(path, text.encode(), taken="; rename it first")
    click.echo(str(path))


def _next_day(settings: Settings) -> date:
    """Return the day of the first channel's next slot that has no digest yet, not even a draft."""
    schedule = settings.channels[0].schedule
    library = Library(settings.digests)
    library.refresh(datetime.now(UTC))
    taken = {schedule.first_slot(digest.date).at for digest in library.digests.values()}
    slot = schedule.next_slot(datetime.now(UTC))
    while schedule.skips(slot) or slot.at in taken:
        slot = schedule.next_slot(slot.at)
    return slot.day


TEMPLATE = """\
# Fill this in, give the file a telling name, run `roundup check`, then take the line with draft out.
# Quote text that has a colon and a space, or begins with one of & * ! # @ ` % - ? [ {{ " '

title: {title}  # "Alibaba News Roundup: Road to Recovery"
date: {day}      # posted at each channel's first time on or after this day
draft: true           # previewed and checked, but not posted or searched
# url: https://…      # the web version
# newsletter: https://…  # where to sign up
# intro: |
#   What this week is about.
#
#   A blank line starts a new paragraph.
# tags: [E-Commerce, Travel]  # of the whole digest

stories:
  - headline: {headline}  # at most {longest} characters
    # summary: One or two sentences. Without it the first of the body are shown.
    body: |
      {body}
    companies: []     # [Fliggy, MYbank]
    tags: []          # [Travel]
    # url: https://…
    # image:
    #   alt: What the picture shows, for those who cannot see it.
    #   caption: The line below it.
    #   url: https://…
"""
