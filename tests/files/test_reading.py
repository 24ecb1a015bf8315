"""What is written is what is read: YAML never guesses."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.digest import Digest, Image
from bot.core.errors import Severity
from bot.core.settings import Layout, OnUnknown
from bot.files.config import SettingsFile, load_settings, read_settings
from bot.files.digest_file import read_digest
from tests.files.written_files import CONFIG, DIGEST, write

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(path: Path, content: str | bytes) -> Digest:
    digest, problems = read_digest(write(path, content))
    assert problems == []
    assert digest is not None
    return digest


def test_a_digest_with_everything(tmp_path: Path) -> None:
    content = """\
title: 1688
date: 2020-05-01
url: https://example.com/a
newsletter: http://example.com/b
draft: yes
intro: |
  One line
  and the next.

  Second paragraph.
tags: [no, 9:30, 0x1F, 1e3, 2020-05-01]
stories:
  - headline: "One: two"
    summary: Short.
    body: "A.\\n \\n\\nB."
    companies: [H&M, 飞猪]
    image: {alt: What it shows, caption: Below, url: "https://example.com/x.png"}
"""
    digest = read(tmp_path / "2020-05-01-all.yaml", content)
    story = digest.stories[0]

    assert (digest.id, digest.title, digest.date) == ("2020-05-01-all", "1688", date(2020, 5, 1))
    assert digest.intro.paragraphs == ("One line and the next.", "Second paragraph.")
    assert digest.tags == ("no", "9:30", "0x1F", "1e3", "2020-05-01")
    assert digest.draft
    assert (story.id, story.n, story.line) == ("2020-05-01-all/1", 1, 13)
    assert (story.headline, story.body.paragraphs, story.companies) == (
        "One: two",
        ("A.", "B."),
        ("H&M", "飞猪"),
    )
    assert story.image == Image(alt="What it shows", caption="Below", url="https://example.com/x.png")


@pytest.mark.parametrize(
    "content",
    [
        DIGEST.replace("\n", "\r\n").encode(),
        DIGEST.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + DIGEST.encode(),
        DIGEST.replace("A body.", "A\u2028body.").encode(),
        DIGEST.replace("A body.", '"A\\\n      \\ body."').encode(),
    ],
)
def test_what_editors_programs_do_to_a_file_does_no_harm(content: bytes, tmp_path: Path) -> None:
    """CRLF, old Mac line ends, a byte order mark, a line separator pasted from the web, a wrapped string."""
    digest = read(tmp_path / "d.yaml", content)

    assert digest.stories[0].body.paragraphs == ("A body.",)


def test_25_long_stories_in_chinese_fit(tmp_path: Path) -> None:
    story = f"  - headline: 飞猪\n    body: {'旅' * 12_000}\n"
    digest = read(tmp_path / "d.yaml", DIGEST.partition("  - ")[0] + story * 25)

    assert sum(len(s.body.paragraphs[0]) for s in digest.stories) == 300_000


def test_a_story_may_have_an_address_instead_of_a_body(tmp_path: Path) -> None:
    digest = read(tmp_path / "d.yaml", DIGEST.replace("body: A body.", "url: https://example.com/"))

    assert digest.stories[0].body.paragraphs == ()


def test_a_configuration_with_everything(tmp_path: Path) -> None:
    content = (
        CONFIG
        + """\
    timezone: Europe/London
    layout: full
    only: [Fliggy, Travel]
    skip: [2026-12-25]
  - channel: C0123ABCD
    post: [mon 9:00, thu 17:30]
digests: issues
companies: {Fliggy: [飞猪, Feizhu], 1688: []}
synonyms: {layoffs: [job cuts, redundancies]}
delivery: {catch_up: 2d, quiet: 2500ms, timeout: 20s, lease: 2m, settle: 1h, on_unknown: repost}
"""
    )
    settings = load_settings(write(tmp_path / "config.yaml", content))
    first, second = settings.channels

    assert settings.digests == tmp_path / "issues"
    assert settings.editors == ("U024BE7LH",)
    assert settings.companies == {"Fliggy": ("飞猪", "Feizhu"), "1688": ()}
    assert settings.synonyms == {"layoffs": ("job cuts", "redundancies")}
    assert (first.channel, first.layout, first.only) == ("#news", Layout.FULL, ("Fliggy", "Travel"))
    assert first.schedule.skip == {date(2026, 12, 25)}
    assert (first.schedule.zone.key, second.schedule.zone.key) == ("Europe/London", "Asia/Shanghai")
    assert [(t.weekday, t.at) for t in second.schedule.times] == [(0, time(9)), (3, time(17, 30))]
    assert settings.delivery.catch_up == timedelta(days=2)
    assert settings.delivery.quiet == timedelta(milliseconds=2500)
    assert settings.delivery.on_unknown is OnUnknown.REPOST


def test_a_bad_change_leaves_the_last_good_settings_in_force_and_is_told_once(tmp_path: Path) -> None:
    path = write(tmp_path / "config.yaml", CONFIG)
    file = SettingsFile(path)
    good = file.current

    write(path, CONFIG + "x: 1\n")
    told = file.refresh()
    assert [p.text.split(";")[0] for p in told] == ["x: unknown key"]
    assert file.problems == told
    write(path, "# saved again, still bad\n" + CONFIG + "x: 1\n")
    assert file.refresh() != ()  # on another line: that is news
    assert file.refresh() == ()
    assert file.current is good

    write(path, CONFIG.replace("fri", "thu"))
    assert file.refresh() == ()
    assert file.problems == ()
    assert file.current.channels[0].schedule.times[0].weekday == 3

    path.unlink()
    assert [p.text for p in file.refresh()] == ["no such file"]
    assert file.current.channels[0].schedule.times[0].weekday == 3


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut, doubled, overwritten, or with something awkward in it."""
    data = bytearray(content)
    awkward = [
        b"\t",
        b"\x00",
        b"&a ",
        b"*a",
        b"<<: ",
        b"!!x ",
        b": ",
        b"- ",
        b"[",
        b"{",
        b'"',
        b"\xff",
        b"\n",
        b"---\n",
    ]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 6))
        data[at : at + length] = draw(st.one_of(st.sampled_from(awkward), st.binary(max_size=6)))
    return bytes(data)


CONFIG_BYTES = (Path(__file__).parents[2] / "config.yaml").read_bytes()


@QUICK
@given(st.data())
def test_damaged_files_are_problems_never_exceptions(tmp_path: Path, data: st.DataObject) -> None:
    digest, problems = read_digest(write(tmp_path / "d.yaml", data.draw(damaged(DIGEST.encode()))))
    assert (digest is None) == any(p.severity is Severity.ERROR for p in problems)

    config, problems = read_settings(write(tmp_path / "c.yaml", data.draw(damaged(CONFIG_BYTES))))
    assert (config is None) == any(p.severity is Severity.ERROR for p in problems)


@QUICK
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z", "Cf", "Cn", "Co"]), min_size=1))
def test_any_quoted_text_comes_back(tmp_path: Path, text: str) -> None:
    """JSON is YAML: `: `, ` #`, `&`, `!`, `*`, `- `, `No`, dates, emoji."""
    digest = read(
        tmp_path / "d.yaml",
        DIGEST.replace("Fliggy Fuels Travel", json.dumps(f"& {text} # x: y", ensure_ascii=False)),
    )

    assert digest.stories[0].headline == f"& {text} # x: y"


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
@QUICK
def test_what_json_escapes_as_a_pair_is_one_character(tmp_path: Path, title: str, tag: str) -> None:
    """JSON has 😀 as \\ud83d\\ude00, and YAML took neither half."""
    said: dict[str, object] = {"title": f"😀{title}", "date": "2020-05-01", "tags": [f"x{tag}"]}
    said["stories"] = [{"headline": "H", "body": "\\ud83d\\ude00 stays"}]
    digest, problems = read_digest(write(tmp_path / "d.yaml", json.dumps(said)))

    if digest:  # a control character is an error of its own
        assert digest.title.startswith("😀")
        assert digest.stories[0].body.words == "\\ud83d\\ude00 stays"
    else:
        assert all("control character" in str(problem) for problem in problems)


def test_a_pair_is_joined_between_double_quotes_alone(tmp_path: Path) -> None:
    pair = r"\ud83d\ude00"
    digest = read(tmp_path / "d.yaml", DIGEST + f"tags: [\"{pair}\", '{pair}', {pair}]\n")

    assert digest.tags == ("😀", pair, pair)
