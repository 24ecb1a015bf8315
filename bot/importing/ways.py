"""What an editor can do about a source: with an option in a shell, or by sending something else to the bot.

The readers speak to a shell, where their words have always been; `for_sender` says the same to who has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

OR_NAME_IT = ", or give --encoding, such as gb18030, shift_jis or windows-1252"
AS_TEXT = "try --from text"
WHICH_MAIL = "say which with --mail"
WHICH_TIME = "say which with --since and --until"
THE_PAGE = "import the page: roundup preview DIGEST --format html | roundup import -"

_IN_SLACK = {
    OR_NAME_IT: "",
    AS_TEXT: "paste its text instead",
    WHICH_MAIL: "send the one you mean alone",
    WHICH_TIME: "send those you mean alone",
    THE_PAGE: "send what it was made from",
}
_A_DATE = re.compile("give --date .*")


def give_date(days: Iterable[date]) -> str:
    """Say how one of these days becomes the roundup's."""
    return "give " + " or ".join(f"--date {day}" for day in days)


def for_sender(said: str) -> str:
    """Return what is said of a source for somebody who sent it to the bot."""
    for shell, slack in _IN_SLACK.items():
        said = said.replace(shell, slack)
    return _A_DATE.sub("choose it with When", said)
