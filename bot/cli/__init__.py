"""The `roundup` command. Each subcommand lives in a module of this package, imported only when called."""

from __future__ import annotations

import errno
import gc
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import click

from bot import __version__
from bot.cli.extras import lacking
from bot.core.errors import RoundupError

# command -> the module here that has a click command of that name ("import_" where Python keeps the word)
COMMANDS = {
    "add": "desk",
    "backup": "database",
    "check": "check",
    "copy-database": "database",
    "demo": "serve",
    "doctor": "doctor",
    "export": "desk",
    "forget": "database",
    "import": "importing",
    "init": "beginning",
    "manifest": "serve",
    "new": "check",
    "plan": "plan",
    "post": "deliver",
    "preview": "preview",
    "recover": "deliver",
    "resolve": "deliver",
    "retract": "deliver",
    "retry": "deliver",
    "run": "serve",
    "search": "search",
    "skip": "deliver",
    "status": "status",
    "unskip": "deliver",
}

# What a disk says on which nothing more can be written; standard output may lead to one, too.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _loaded(name: str) -> ModuleType:
    """Import a module. Nobody looks for garbage meanwhile: there is none, and it took a tenth of a start."""
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.enable()


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = _loaded(f"bot.cli.{COMMANDS[cmd_name]}")
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(module, name, None) or getattr(module, f"{name}_")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from bot.core.nearest import nearest

            ctx.fail(f"No such command {name!r}{nearest(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RoundupError as error:
            _end_with(error)
        except ImportError as error:
            missing = lacking(error)
            if missing is None:  # a bug, which keeps its traceback
                raise
            _end_with(missing)
        except OSError as error:
            if error.errno not in FULL:
                raise
            _end_with(RoundupError("no room is left on the disk that this writes to: make room there"))


def _end_with(error: RoundupError) -> NoReturn:
    click.echo(str(error), err=True)
    sys.exit(1)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.yaml"),
    envvar="ROUNDUP_CONFIG",
    show_default=True,
    show_envvar=True,
    help="Channels, times and companies.",
)
@click.version_option(__version__, prog_name="roundup")
@click.pass_context
def main(ctx: click.Context, config: Path) -> None:
    """Post the weekly digest on time and once, and answer questions about it."""
    ctx.obj = config  # commands take it with @click.pass_obj
