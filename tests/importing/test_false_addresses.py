# ruff: noqa: E501 - an expected line is as long as it is
"""An address that only seems to lead where it says is left out of a draft, and the report says so."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from bot.importing.draft import Role, digest_of
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


ENCODED = {
    "base64": MAIL.replace("\n\n", "\nContent-Transfer-Encoding: base64\n\n")
    + base64.encodebytes(PAGE.encode()).decode(),
    "torn": MAIL.replace("\n\n", "\nContent-Transfer-Encoding: quoted-printable\n\n")
    + PAGE.replace("bank", "ba=\nnk").replace("='", "=3D'"),
    "entity": MAIL + PAGE.replace("@", "&#64;"),
}


@pytest.mark.parametrize("how", ENCODED)
def test_one_that_only_reading_brings_to_light_is_left_out_too(how: str) -> None:
    draft = read_draft(ENCODED[how].encode(), "-", form=Format.MAIL)
    digest = digest_of(draft, day=DAY, slug_id="x", registry={})

    assert "Ships sail the sea" in repr(digest)
    assert "evil.test" not in repr(digest)
    assert [w.partition(":")[2].partition(";")[0] for w in draft.warnings if "evil.test" in w] == [
        "//bank.test@evil.test/: left out"
    ]


def test_a_line_of_nothing_else_is_left_out_with_its_reason() -> None:
    page = PAGE.replace("@", "&#64;") + "<p>https://bank.test&#64;evil.test/</p>"
    draft = read_draft((MAIL + page).encode(), "-", form=Format.MAIL)

    assert "evil.test" not in repr(digest_of(draft, day=DAY, slug_id="x", registry={}))
    assert [line.role for line in draft.lines if "evil.test" in line.text] == [Role.DROPPED]
