"""`roundup init`: a folder in which the other commands work, with nothing in it that is not yours."""

from __future__ import annotations

from pathlib import Path

import click

from bot.core.errors import RoundupError
from bot.files.new_file import make_folder, write_all_new
from bot.files.schemas import CONFIG, DIGEST, schema_text


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Begin a newsletter: a config.yaml, an empty digests folder and the schemas, in FOLDER or here.

    Never overwrites: a configuration that is there is an error, and nothing is written.
    """
    files = {
        folder / "config.yaml": TEMPLATE.format(schema=CONFIG),
        folder / CONFIG: schema_text(CONFIG),
        folder / DIGEST: schema_text(DIGEST),
    }
    if there := [str(path) for path in files if path.exists()]:
        raise RoundupError(f"{', '.join(there)}: there already; nothing is written, give another folder")
    make_folder(folder / "digests")
    write_all_new({path: text.encode() for path, text in files.items()})
    for path in files:
        click.echo(str(path))
    click.echo(f"{folder / 'digests'}/")
    inside = "" if folder == Path() else f" in {folder}"
    click.echo(NEXT.format(inside=inside), err=True)


NEXT = """
Next{inside}: put your channels and times into config.yaml, then
  roundup check    says what is wrong with it
  roundup new      begins a digest, a draft at first; or roundup import SOURCE makes one of what you have
  roundup demo     shows it posted, in a practice workspace on this machine"""

TEMPLATE = """\
# yaml-language-server: $schema={schema}
# Which channel gets the roundup, when and how. `roundup check` says what is wrong with it.

timezone: UTC             # of every channel that has none of its own, such as Europe/London
digests: digests          # the folder, seen from this file

# Who may post, skip, correct and retract in Slack, and gets reminders and alarms by direct message.
# User IDs: in Slack open a profile, then ⋮, then "Copy member ID".
# editors: [U024BE7LH]

channels:
  - channel: "#news"      # a name in quotes (# alone starts a comment), or an ID such as C0123ABCD
    post: fri 09:00       # or several times: [mon 09:00, thu 17:30]
    layout: headlines     # one compact message, the full stories in its thread; or: full, folded
    # timezone: Europe/London
    # only: [Fliggy, Travel]  # companies or tags; the other stories are left out
    # skip: [2026-12-25]  # days on which nothing is posted there

# Names readers may use, and the other names they have. A name means one company only.
companies: {{}}
#   Fliggy: [飞猪, Feizhu, Alitrip]
"""
