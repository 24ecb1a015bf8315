"""A day on the command line: read as in a digest's file, and wrong usage (exit code 2) if it is none."""

from __future__ import annotations

from datetime import date

import click

from bot.files.scalars import read_day


class Day(click.ParamType[date]):
    """What `type=Day()` makes of an argument or an option."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else read_day(str(value))
        except ValueError as e:
            self.fail(str(e), param, ctx)
