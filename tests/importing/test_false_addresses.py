# ruff: noqa: E501 - an expected line is as long as it is
"""An address that only seems to lead where it says is left out of a draft, and the report says so."""

from __future__ import annotations

from datetime import date

import pytest

from bot.importing.draft import digest_of
from bot.importing.reading import Format, read_draft

DAY = date(2020, 5, 1)
FALSE = "https://bank.test@evil.test/"
MAIL = "From: a@e.example\nTo: b@e.example\nSubject: Weekly Roundup\nContent-Type: text/html\n\n"
PAGE = (
    f"<h1>Weekly Roundup</h1><h2><a href='{FALSE}'>Ships sail the sea</a></h2><p>They do, at {FALSE} now.</p>"
)
SOURCES = {
    Format.TEXT: f"Weekly Roundup\n\nShips sail the sea\n\n{'They do, all of them do. ' * 9}\n{FALSE}\n",
    Format.HTML: PAGE,
    Format.MAIL: MAIL + PAGE,
    Format.MARKDOWN: f"# Weekly Roundup\n\n## [Ships sail]({FALSE})\n\nThey do: {FALSE}\n",
    Format.FEED: f"<rss><channel><title>W</title><item><title>Ships</title><link>{FALSE}</link></item></channel></rss>",
}


@pytest.mark.parametrize("form", SOURCES)
def test_an_address_with_user_info_is_left_out_with_the_reason(form: Format) -> None:
    draft = read_draft(SOURCES[form].encode(), "-", form=form)

    assert "evil.test" not in repr(digest_of(draft, day=DAY, slug_id="x", registry={}))
    assert [w for w in draft.warnings if "evil.test" in w] == [
        f"{FALSE}: left out; what stands before the @ is no part of where it leads; write the address without it"
    ]
