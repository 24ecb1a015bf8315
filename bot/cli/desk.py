"""`roundup add` and `roundup export`: a digest into the database without a deploy, and out again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from bot.cli.deliver import SHELL, Office, open_office
from bot.cli.naming import stem
from bot.core.delivery.calendar import span
from bot.core.digest import Digest
from bot.core.errors import RoundupError, Severity
from bot.core.settings import Approval
from bot.core.sheets import Outdated, Sheet
from bot.files.digest_file import read_digest
from bot.files.new_file import write_new
from bot.files.raw import read_bytes
from bot.files.yamlfile import printable
from bot.newsroom.folder import SUFFIXES

MOST = 1000  # versions in a list


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--over", is_flag=True, help="Replace what was edited in Slack, too; every version is kept.")
@click.pass_obj
def add(config: Path, files: tuple[Path, ...], over: bool) -> None:
    """Put digests into the database, where every replica finds them within two seconds.

    Each is what its file is called, and its newest version says what the file says. If one is broken,
    nothing is added. What was edited in Slack is not replaced, unless you say so.
    """
    texts = dict(map(_read, files))
    if len(texts) < len(files):
        raise RoundupError("two files of one name would be one digest: rename one of them")
    with open_office(config, look=False) as shell:
        for name, (_, text) in texts.items() if not over else ():
            shell.writing.must_replace_no_edit(name, text)
        for name, (digest, text) in texts.items():
            click.echo(_put(shell, name, digest, text, over=over))


def _read(path: Path) -> tuple[str, tuple[Digest, str]]:
    """Return a digest's id, and what its file says; RoundupError with what `roundup check` says of it."""
    if path.suffix.casefold() not in SUFFIXES or not path.stem.isprintable():
        raise RoundupError(f"{printable(str(path))}: a digest's file is called <id>.yaml")
    content = read_bytes(path)
    digest, problems = read_digest(path, content)
    if digest is None or content is None:
        raise RoundupError("\n".join(str(p) for p in problems if p.severity is Severity.ERROR))
    return path.stem, (digest, content.decode())


def _put(shell: Office, name: str, digest: Digest, text: str, *, over: bool) -> str:
    saved = shell.writing.add(name, text, who=SHELL, over=over)
    if saved is None:
        return f"{name} says that already: nothing has changed"
    if isinstance(saved, Outdated):
        raise RoundupError(f"{name} was not added: somebody has just changed it; try again")
    if not isinstance(saved, Sheet):
        raise RoundupError(f"{name} was not added: {saved}")
    return f"{name} is version {saved.version.number} now; {_what_follows(shell, digest)}"


def _what_follows(shell: Office, digest: Digest) -> str:
    if digest.draft:
        return "it is a draft, and goes nowhere"
    waits = "" if shell.settings.approval is Approval.NONE else ", once somebody has approved it in Slack"
    if not shell.desk.places():  # before the bot's first start
        return f"it goes out at each channel's first time on or after {digest.date}{waits}"
    coming, now = shell.desk.coming(digest), shell.now()
    where = [f"{post.channel} at {post.spoken} (in {span(post.slot.at - now)})" for post in coming]
    if not where:
        return f"it is due nowhere by itself any more; what is posted of it is corrected{waits}"
    return f"it goes out in {', '.join(where)}{waits}"


@click.command()
@click.argument("digest")
@click.option("--output", default="-", show_default=True, help="Where to write it; - is standard output.")
@click.option("--version", "number", type=click.IntRange(min=1), help="An earlier version, by its number.")
@click.option("--versions", is_flag=True, help="List them instead: when, who, what changed.")
@click.pass_obj
def export(config: Path, digest: str, output: str, number: int | None, versions: bool) -> None:
    """Write down what a digest says, as it was added or written: the text in force for all replicas.

    Every version is kept. `roundup add` of one that was written down brings it back.
    """
    with open_office(config, look=False, only_read=True) as shell:
        if versions:
            click.echo("\n".join(_versions(shell, stem(digest))))
            return
        text = _text(shell, digest, number or 0)
    if output == "-":
        click.echo(text, nl=False)
        return
    write_new(Path(output), text, taken=" and stays as it is; give another --output")
    click.echo(f"written: {output}", err=True)


def _versions(shell: Office, name: str) -> Iterator[str]:
    for change in shell.writing.changes(name, most=MOST):
        version = change.version
        yield f"{version.number}  {version.at:%Y-%m-%d %H:%M} UTC  {version.who}: {'; '.join(change.what)}"


def _text(shell: Office, name: str, number: int) -> bytes:
    try:
        sheet = shell.writing.read(stem(name), number)
    except RoundupError:  # no replica has let it in: then its file is all there is
        if number:
            raise
        path = shell.library.path_of(shell.library.find(name).id)
        content = read_bytes(path) if path else None
        if content is None:
            raise
        return content
    if sheet.is_discarded:
        raise RoundupError(
            f"{sheet.id} was discarded; `roundup export {sheet.id} --versions` lists what it said before"
        )
    return sheet.text.encode()
