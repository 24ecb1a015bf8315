"""What is written is read back the same, whatever the words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.digest import Digest, Image, Story
from bot.core.markdown.source import literal
from bot.files.digest_file import read_digest
from bot.importing.draft import Draft, Line, Role, digest_of
from bot.importing.words import tidy
from bot.importing.writer import file_name, write_digest

AWKWARD = [
    *(
        "Road: recovery",
        "Issue #458",
        " #no comment",
        "& Other Stories",
        "!important",
        "*bold*",
        "- item",
        "No",
        "yes",
    ),
    *(
        "null",
        "~",
        "1688",
        "11.11",
        "6.18",
        "9:30",
        "2020-05-01",
        "1e3",
        "0x1F",
        ".inf",
        "[a]",
        "{a: b}",
        "a, b",
        "? q",
    ),
    *(
        "'single'",
        '"double"',
        "back\\slash",
        "end:",
        "a: b: c",
        "# heading",
        "%x",
        "@at",
        "`tick`",
        "|",
        ">",
        "---",
        "...",
    ),
    *(
        "😀 emoji 👨‍👩‍👧",
        "مرحبا بالعالم: #",
        "飞猪：五一",
        "a\u0301",
        "x" * 500,
        "e\u200dx",
        "<<",
        "=",
        "tab\there",
        "a -- b",
    ),
    *(
        "trailing space ",
        "\tleading",
        "line\rbreak",
        "next\x85line",
        "line\u2028sep",
        "par\u2029sep",
        "bell\x07",
        "nul\x00",
    ),
]
words = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(min_size=1, max_size=60),
    st.builds("{} {}".format, *[st.sampled_from(AWKWARD)] * 2),
)
filled = words.filter(lambda text: tidy(text) != "")
urls = st.sampled_from(
    ["", "https://a.bc/", "http://a.bc/x?y=1&z=#f", "https://a.bc/飞猪: x".replace(" ", "%20")]
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Return a draft as a front door makes it: tidy text, roles in order."""
    lines = [(Role.TITLE, draw(filled), "")]
    lines += [(Role.INTRO, text, "") for text in draw(st.lists(filled, max_size=2))]
    for _ in range(draw(st.integers(1, 4))):
        lines.append((Role.HEADLINE, draw(filled), draw(urls)))
        lines += [(Role.BODY, text, "") for text in draw(st.lists(filled, max_size=3))]
        lines += [(Role.CAPTION, text, "") for text in draw(st.lists(filled, max_size=2))]
    return Draft(
        lines=tuple(
            Line(at=n, text=tidy(text), role=role, url=url) for n, (role, text, url) in enumerate(lines, 1)
        ),
        tags=tuple(map(tidy, draw(st.lists(filled, max_size=3)))),
        url=draw(urls),
        newsletter=draw(urls),
    )


def plain(digest: Digest) -> Digest:
    """Return the digest without what only its file knows."""
    from dataclasses import replace

    stories = tuple(replace(story, id="", line=0, code="") for story in digest.stories)
    return replace(digest, id="", stories=stories)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(draft=drafts())
def test_everything_that_is_written_is_read_back(draft: Draft, tmp_path: Path) -> None:
    """The promise of an import: no headline, body or link is changed by its characters."""
    digest = digest_of(draft, day=date(2020, 5, 1), slug_id="x", registry={})
    path = tmp_path / "2020-05-01-x.yaml"
    path.write_text(write_digest(digest), encoding="utf-8", newline="\n")

    back, problems = read_digest(path)

    assert [p.text for p in problems if p.severity == "error"] == []
    assert back is not None
    assert plain(back) == plain(digest)


@pytest.mark.parametrize("text", AWKWARD)
def test_any_yaml_reader_sees_words_in_a_headline(text: str) -> None:
    """Editors' tools do not read YAML as we do: No is false to them, and 1688 a number."""
    headline = tidy(text)
    story = Story(id="x/1", n=1, headline=headline, body=literal(headline), companies=(headline, "H&M"))
    digest = Digest(id="x", title=headline, date=date(2020, 5, 1), stories=(story,))

    said = yaml.safe_load(write_digest(digest))

    assert said["title"] == headline
    assert said["stories"][0]["headline"] == headline
    assert said["stories"][0]["companies"] == [headline, "H&M"]


def test_the_file_looks_as_if_written_by_hand() -> None:
    story = Story(
        id="x/1",
        n=1,
        headline="Fliggy Fuels Travel",
        body=literal("First paragraph.", "Second: paragraph #2."),
        companies=("Fliggy", "& Other Stories"),
        tags=("Travel",),
        url="https://a.bc/1",
        image=Image(alt="what it shows", caption="a caption"),
    )
    digest = Digest(
        id="x",
        title="News: Road",
        date=date(2020, 5, 1),
        stories=(story,),
        intro=literal("Hello."),
        tags=("A", "B"),
    )

    assert write_digest(digest) == (
        'title: "News: Road"\ndate: 2020-05-01\nintro: |\n  Hello.\ntags: [A, B]\nstories:\n'
        "  - headline: Fliggy Fuels Travel\n    body: |\n      First paragraph.\n\n"
        "      Second: paragraph #2.\n"
        '    companies: [Fliggy, "& Other Stories"]\n    tags: [Travel]\n    url: https://a.bc/1\n'
        "    image:\n      alt: what it shows\n      caption: a caption\n"
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Alibaba News Roundup: Road to Recovery", "2020-05-01-road-to-recovery"),
        ("Weekly #7 / ../../etc", "2020-05-01-weekly-7-etc"),
        ("飞猪周报", "2020-05-01-飞猪周报"),
        ("!!!", "2020-05-01-roundup"),
        ("word " * 100, "2020-05-01-" + "-".join(["word"] * 12)),
    ],
)
def test_the_file_is_named_by_date_and_title(title: str, name: str) -> None:
    assert file_name(date(2020, 5, 1), title) == name


@pytest.mark.parametrize("text", ["\U000e0100", "\u3164", "\u2800 \ufe0f", "\u200d"])
def test_a_line_of_what_never_shows_is_none(text: str) -> None:
    """The loader calls it empty, so that a picture described by it could not be written."""
    assert tidy(text) == ""
    assert tidy(f"x{text}") != ""
