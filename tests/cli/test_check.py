# ruff: noqa: E501 - an expected line is as long as it is
"""`roundup check`: what an editor should hear before readers do."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.cli.check import SLACK, _workflow_command
from bot.core.delivery.state import Posting, Verdict
from bot.core.errors import Problem, Severity
from bot.core.sizes import HEADLINE
from bot.files.digest_file import read_digest
from bot.newsroom.preflight import Report, preflight
from bot.slack.views.kit import MAX_HEADER
from bot.store.database import open_database
from bot.store.ledger import Ledger
from tests.files.written_files import CONFIG, DIGEST, write

ROOT = Path(__file__).parents[2]
TODAY = date(2020, 4, 29)
# A digest of which nobody has anything to say.
GOOD = """\
title: Road to Recovery
date: 2020-05-01
url: https://example.com/
newsletter: https://example.com/newsletter
stories:
  - headline: Fliggy Fuels Travel
    body: A body.
    url: https://example.com/1
"""


def looked_at(folder: Path, *paths: Path, config: str = CONFIG, **digests: str) -> Report:
    write(folder / "config.yaml", config)
    (folder / "digests").mkdir(exist_ok=True)
    for name, content in digests.items():
        write(folder / "digests" / f"{name}.yaml", content)
    return preflight(folder / "config.yaml", paths, today=TODAY, scales=SLACK)


def lines(report: Report) -> list[str]:
    return [f"{Path(p.file).name}:{p.line}:{p.column}: {p.severity}: {p.text}" for p in report.problems]


def test_a_good_digest_is_let_through_in_silence(tmp_path: Path) -> None:
    report = looked_at(tmp_path, a=GOOD)

    assert report.problems == ()
    assert report.files == 2


WORTH_A_LOOK = {
    "a headline that is cut": (
        GOOD.replace("Fliggy Fuels Travel", "x" * 151),
        ["6:15: warning: stories[0].headline: a headline of 151 characters is cut at 150; shorten it"],
    ),
    "a title that is cut": (
        GOOD.replace("Road to Recovery", "x" * 151),
        ["1:8: warning: title: a title of 151 characters is cut at 150; shorten it"],
    ),
    "names that no comma parts": (
        "tags: [旅游、疫情]\n"
        + GOOD
        + "    companies: [H&M, Fliggy，MYbank]\n    tags: [Travel; Covid-19]\n",
        [
            '1:8: warning: tags[0]: "旅游、疫情" is one name; between two stand a comma and a blank',
            '10:22: warning: stories[0].companies[1]: "Fliggy，MYbank" is one name; between two stand a comma and a blank',
            '11:12: warning: stories[0].tags[0]: "Travel; Covid-19" is one name; between two stand a comma and a blank',
        ],
    ),
    "a headline that turns the line around": (
        GOOD.replace("Fuels", "Fu\u202eels"),
        ["6:15: warning: stories[0].headline: invisible character U+202E; delete it"],
    ),
    "a summary that is cut": (
        GOOD + f"    summary: {'word ' * 100}\n",
        ["9:14: warning: stories[0].summary: is cut in #news; shorten it"],
    ),
    "a picture Slack does not show": (
        GOOD + "    image: {alt: x, url: 'https://example.com/x.WEBP?w=1'}\n",
        ["9:26: warning: stories[0].image.url: Slack shows no .webp; use png, jpg or gif"],
    ),
    "no addresses": (
        DIGEST,
        [
            "1:1: warning: newsletter: missing: no button to sign up",
            "1:1: warning: url: missing: nothing links to the web version",
            "4:3: warning: stories: no story has a url: headlines are bold, not links",
        ],
    ),
    "one story without an address": (
        GOOD + "  - headline: B\n    body: C.\n  - headline: D\n    body: E.\n",
        [
            "9:5: warning: stories[1]: 2 stories without a url, from here on: their headlines are bold, not links"
        ],
    ),
    "a link that was lost": (
        GOOD + "  - headline: B\n    body: A sentence. Read more here.\n",
        [
            "9:5: warning: stories[1]: 1 story without a url: its headline is bold, not a link",
            '10:11: warning: stories[1].body: "Read more here." leads nowhere; give the story its url, or cut it',
        ],
    ),
    "the same headline and address": (
        GOOD + "  - headline: fliggy fuels travel\n    url: https://example.com/1/\n",
        [
            "9:15: warning: stories[1].headline: the same headline as on line 6; change one, or make one story of the two",
            "10:10: warning: stories[1].url: the same url as on line 8; change one, or make one story of the two",
        ],
    ),
    "a link that says only here": (
        GOOD.replace("Fliggy Fuels Travel", "Click here"),
        ['6:15: warning: stories[0].headline: a link that says only "Click here"; say what it leads to'],
    ),
    "a picture without a description": (
        GOOD + "    image: {alt: IMG_7.jpg, url: 'https://example.com/x.jpg'}\n",
        ['9:18: warning: stories[0].image.alt: "IMG_7.jpg" describes nothing; say what it shows'],
    ),
    "addresses of the reader's own network": (
        GOOD
        + "    summary: It is at http://127.0.0.1/x now.\n    image: {alt: A ship, url: 'http://[fec0::1]/a.png'}\n",
        [
            '9:14: warning: stories[0].summary: "http://127.0.0.1/x" leads into the reader\'s own network; give a public address',
            '10:31: warning: stories[0].image.url: "http://[fec0::1]/a.png" leads into the reader\'s own network; give a public address',
        ],
    ),
    "Markdown that shapes nothing": (
        GOOD.replace(
            "A body.",
            "'A **bold, <b>tag</b>, AT&amp;T, *|FNAME|*, [x](y), ![a](b), `x_` [l](http://10.0.0.1/).'",
        ),
        [
            f"7:11: warning: stories[0].body: {doubt}"
            for doubt in (
                '"http://10.0.0.1/" leads into the reader\'s own network; give a public address',
                '"*|FNAME|*" is filled in by nobody here; write what shall stand there',
                '"![a](b)" is no picture here; give the story an image:',
                '"[x](y)" is no link: it must lead where it says, to an address with https://',
                '"<b>" is HTML, and stands in the channel as it is; write Markdown, or take it out',
                '"&amp;" stands in the channel as it is; write the sign itself',
                '"**" is closed nowhere; close it, or put a backslash in front to show it',
            )
        ],
    ),
    "a date far away": (
        GOOD.replace("2020", "2021"),
        ["2:7: warning: date: 367 days ahead; is the year right?"],
    ),
}


@pytest.mark.parametrize("name", WORTH_A_LOOK)
def test_worth_a_look(name: str, tmp_path: Path) -> None:
    content, expected = WORTH_A_LOOK[name]

    assert sorted(lines(looked_at(tmp_path, a=content))) == sorted(f"a.yaml:{line}" for line in expected)


def test_a_body_for_several_messages(tmp_path: Path) -> None:
    [line] = lines(looked_at(tmp_path, a=GOOD.replace("A body.", "A sentence. " * 1000)))

    start = "a.yaml:7:11: warning: stories[0].body: 11,999 characters are split over "
    assert re.fullmatch(re.escape(start) + r"\d messages; shorten it", line)


@pytest.mark.parametrize(
    ("sentence", "lost"),
    [
        ("Read more here.", True),
        ("It rose. Click here to read more", True),
        ("Here.", True),
        ("“He said so.” Learn more about it here", True),
        ("Here comes the spring.", False),
        ("They are here. All of them.", False),
        ("Visitors read more here than elsewhere.", False),
    ],
)
def test_sentences_that_were_links(sentence: str, lost: bool, tmp_path: Path) -> None:
    report = looked_at(
        tmp_path, a=GOOD.replace("A body.", sentence).replace("url: https://example.com/1", "tags: []")
    )

    assert any("leads nowhere" in p.text for p in report.problems) == lost


def test_a_digest_that_is_asked_for_by_a_name_nobody_reads(tmp_path: Path) -> None:
    write(tmp_path / "digests" / "week.yaml.txt", GOOD)
    paths = [tmp_path / "digests" / "week.yaml.txt"]

    assert lines(looked_at(tmp_path, *paths)) == [
        "week.yaml.txt:1:1: warning: not read by the bot: the name of a digest ends in .yaml; rename it"
    ]
    assert lines(looked_at(tmp_path)) == lines(looked_at(tmp_path, *paths))


def test_a_file_name_with_another_date(tmp_path: Path) -> None:
    report = looked_at(tmp_path, **{"2020-05-08-x": GOOD})

    assert lines(report) == [
        "2020-05-08-x.yaml:2:7: warning: date: the file's name says 2020-05-08; which is right?"
    ]


def test_the_same_digest_under_two_names(tmp_path: Path) -> None:
    report = looked_at(tmp_path, a=GOOD, b=GOOD)

    assert lines(report) == [
        "b.yaml:1:8: warning: title: the same title and date as a; is it the same digest?",
        "b.yaml:2:7: warning: date: posted together with a, in the same slot",
    ]


def test_several_digests_in_one_slot(tmp_path: Path) -> None:
    other = GOOD.replace("Road", "Way").replace("05-01", "04-25")

    assert lines(looked_at(tmp_path, a=GOOD, b=other)) == [
        "a.yaml:2:7: warning: date: posted together with b, in the same slot"
    ]


@pytest.mark.parametrize(
    "reason", ["    skip: [2020-05-01]\n", "    only: [Lazada]\ncompanies: {Lazada: []}\n"]
)
def test_a_digest_that_no_channel_gets(reason: str, tmp_path: Path) -> None:
    assert lines(looked_at(tmp_path, config=CONFIG + reason, a=GOOD)) == [
        "a.yaml:2:7: warning: date: no channel gets it: each skips that day or wants none of its stories"
    ]


def test_a_choice_that_nothing_can_meet(tmp_path: Path) -> None:
    config = CONFIG + "    only: [Flggy]\ncompanies: {Fliggy: []}\n"

    assert lines(looked_at(tmp_path, config=config)) == [
        'config.yaml:6:12: warning: channels[0].only[0]: "Flggy" is no company or tag of any digest; '
        "did you mean `Fliggy`?"
    ]


TWO = """\
  - channel: "#fliggy"
    post: fri 09:00
    only: [FLIGGY]
companies: {Fliggy: [飞猪, Feizhu]}
"""


def test_a_channel_for_which_nothing_is_left_is_named(tmp_path: Path) -> None:
    """Nobody heard of it: the channel just stayed empty."""
    assert lines(looked_at(tmp_path, config=CONFIG + TWO, a=GOOD)) == [
        "a.yaml:5:1: warning: stories: #fliggy gets nothing of it: no story is about FLIGGY"
    ]


@pytest.mark.parametrize("name", ["fliggy", "飞猪", "feizhu", "Fliggý"])
def test_every_name_of_a_company_is_the_company(tmp_path: Path, name: str) -> None:
    """A story of Feizhu did not reach the channel that asks for Fliggy."""
    report = looked_at(tmp_path, config=CONFIG + TWO, a=GOOD + f"    companies: [{name}]\n")

    assert lines(report) == []
    assert [weight.channel for weight in report.weights] == ["#news", "#fliggy"]


def test_weights_are_of_what_is_still_to_come(tmp_path: Path) -> None:
    report = looked_at(tmp_path, old=GOOD.replace("2020", "2019"), a=GOOD)

    assert [(w.digest, w.channel, w.messages, w.line) for w in report.weights] == [("a", "#news", 1, 6)]


def test_named_files_only(tmp_path: Path) -> None:
    report = looked_at(tmp_path, tmp_path / "digests" / "a.yaml", config="x: 1\n", a=GOOD, b="x: 1\n")

    assert (report.files, report.problems, report.channels) == (1, (), False)


def test_a_named_configuration_is_known_as_one(tmp_path: Path) -> None:
    other = write(tmp_path / "other.yaml", CONFIG + "x: 1\n")

    (line,) = lines(looked_at(tmp_path, other))

    assert line.startswith("other.yaml:6:1: error: x: unknown key; known here: timezone, digests, editors, ")


def test_the_limit_is_the_one_of_the_post() -> None:
    assert HEADLINE == MAX_HEADER


# --- in the shell --------------------------------------------------------------------------------------


def roundup(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder / "config.yaml"), *arguments])


@pytest.mark.parametrize(
    ("content", "strict", "code"),
    [(GOOD, False, 0), (GOOD, True, 0), (DIGEST, False, 0), (DIGEST, True, 1), (GOOD + "x: 1\n", False, 1)],
)
def test_exit_code(content: str, strict: bool, code: int, tmp_path: Path) -> None:
    looked_at(tmp_path, a=content)

    assert roundup(tmp_path, "check", *(["--strict"] if strict else [])).exit_code == code


def test_one_line_a_problem_and_the_rest_on_stderr(tmp_path: Path) -> None:
    looked_at(tmp_path, a=DIGEST.replace("2020-05-01", "2199-01-01"))
    result = roundup(tmp_path, "check")

    assert len(result.stdout.splitlines()) == 4
    assert all(": warning: " in line for line in result.stdout.splitlines())
    weight, summary = result.stderr.splitlines()
    assert re.fullmatch(
        r"a in #news: 1 message, at most \d of 45 blocks and \d+ of 10,000 characters, longest story on line 4",
        weight,
    )
    assert summary == "2 files: 0 errors, 4 warnings"


def test_no_configuration_is_an_error_with_its_place(tmp_path: Path) -> None:
    result = roundup(tmp_path, "check")

    assert result.exit_code == 1
    assert result.stdout == f"{tmp_path}/config.yaml:1:1: error: no such file\n"
    assert "is missing (`roundup init` begins one, --config names another)" in result.stderr


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A local database that knows GOOD as posted, under the name that its file had then."""
    file = tmp_path / "roundup.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    with closing(open_database(f"sqlite:///{file}", environ={})) as opened:
        for name, verdict in (("old", Verdict.POST), ("taken-back", Verdict.RETRACTED)):
            posting = Posting(digest=name, channel="C1", verdict=verdict, title="Road to Recovery")
            Ledger(opened).decide(postings=[replace(posting, dated=date(2020, 5, 1))])
    return file


def test_digest_posted_under_a_name_that_is_gone_is_told(database: Path, tmp_path: Path) -> None:
    """The publisher would hold it, and ask the editors at the hour of the post."""
    looked_at(tmp_path, new=GOOD)
    result = roundup(tmp_path, "check", str(tmp_path / "digests"))

    assert result.exit_code == 0
    assert result.stdout == (
        f"{tmp_path}/digests/new.yaml:1:8: warning: title: the same title and date as old, which was posted; is it the same digest?\n"
    )
    write(tmp_path / "digests" / "old.yaml", GOOD)
    assert roundup(tmp_path, "check", str(tmp_path / "digests")).stdout.count("which was posted") == 0


@pytest.mark.parametrize("content", [b"", b"no database" * 999, None])
def test_check_needs_no_database_and_makes_none(
    content: bytes | None, database: Path, tmp_path: Path
) -> None:
    looked_at(tmp_path, new=GOOD)
    database.unlink()
    if content is not None:
        database.write_bytes(content)
    result = roundup(tmp_path, "check", str(tmp_path / "digests"))

    assert (result.exit_code, result.stdout) == (0, "")
    assert (database.read_bytes() if database.exists() else None) == content


def test_check_asks_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/roundup")
    monkeypatch.setattr("bot.store.database.read_database", None)
    looked_at(tmp_path, new=GOOD)

    assert roundup(tmp_path, "check", str(tmp_path / "digests")).exit_code == 0


def test_this_repository_has_no_errors() -> None:
    report = preflight(ROOT / "config.yaml", [], today=TODAY, scales=SLACK)

    assert [p for p in report.problems if p.severity is Severity.ERROR] == []
    assert [w.channel for w in report.weights] == ["#alibaba-news", "#alibaba-news-london"]


def test_new_writes_a_draft_that_is_valid_and_told_to_be_unwritten(tmp_path: Path) -> None:
    """A running bot alarms the editors about a file with an error."""
    looked_at(tmp_path)
    result = roundup(tmp_path, "new", "--date", "2020-05-01")
    path = tmp_path / "digests" / "2020-05-01-untitled.yaml"
    unwritten = ["title", "stories[0].headline", "stories[0].body"]

    assert (result.exit_code, result.stdout) == (0, f"{path}\n")
    draft, problems = read_digest(path)
    assert draft
    assert draft.draft
    assert problems == []
    report = preflight(tmp_path / "config.yaml", [], today=TODAY, scales=SLACK)
    told = [p.text for p in report.problems if "still to be written" in p.text]
    assert [text.split(":")[0] for text in told] == unwritten
    assert report.count(Severity.ERROR) == 0


def test_what_new_wrote_is_never_posted(tmp_path: Path) -> None:
    looked_at(tmp_path)
    path = Path(roundup(tmp_path, "new", "--date", "2020-05-01").stdout.strip())
    finished = path.read_text(encoding="utf-8").replace("draft: true", "draft: false")
    written = finished.replace("(the title of this issue)", "T").replace("(a headline)", "H")

    assert [p.text for p in read_digest(write(path, finished))[1]] == [
        "title: still to be written",
        "stories[0].headline: still to be written",
        "stories[0].body: still to be written",
    ]
    assert read_digest(write(path, written))[0] is None
    assert read_digest(write(path, written.replace("(its text)", "B")))[1] == []


def test_new_never_overwrites(tmp_path: Path) -> None:
    looked_at(tmp_path, **{"2020-05-01-untitled": GOOD})
    result = roundup(tmp_path, "new", "--date", "2020-05-01")

    assert result.exit_code == 1
    assert result.stderr.endswith("2020-05-01-untitled.yaml: is there already; rename it first\n")
    assert (tmp_path / "digests" / "2020-05-01-untitled.yaml").read_text(encoding="utf-8") == GOOD


def test_new_is_dated_at_the_first_channels_next_post(tmp_path: Path) -> None:
    looked_at(tmp_path)
    path = Path(roundup(tmp_path, "new").stdout.strip())
    day = date.fromisoformat(path.name[:10])

    assert day.weekday() == 4
    assert timedelta(-1) <= day - date.today() <= timedelta(8)  # noqa: DTZ011 - a day more or less is allowed for


def test_new_takes_the_next_post_that_has_no_digest_yet(tmp_path: Path) -> None:
    looked_at(tmp_path)
    first, second = (Path(roundup(tmp_path, "new", title).stdout.strip()) for title in ("One", "Two"))

    assert date.fromisoformat(second.name[:10]) - date.fromisoformat(first.name[:10]) == timedelta(7)


def test_new_has_the_title_it_is_given(tmp_path: Path) -> None:
    looked_at(tmp_path)
    title = 'Weekly: the "best" #12'
    path = Path(roundup(tmp_path, "new", title, "--date", "2020-05-01").stdout.strip())
    draft, problems = read_digest(path)

    assert path.name == "2020-05-01-the-best-12.yaml"
    assert problems == []
    assert draft
    assert draft.title == title


@pytest.mark.parametrize("near", ["digest.schema.json", "bot/schemas/digest.schema.json"])
def test_new_points_editors_tools_to_the_schema_where_there_is_one(near: str, tmp_path: Path) -> None:
    looked_at(tmp_path)
    write(tmp_path / near, "{}")
    roundup(tmp_path, "new", "--date", "2020-05-01")
    first, *_ = (tmp_path / "digests" / "2020-05-01-untitled.yaml").read_text(encoding="utf-8").splitlines()

    assert first == f"# yaml-language-server: $schema=../{near}"


def test_a_wrong_date_is_wrong_usage(tmp_path: Path) -> None:
    looked_at(tmp_path)

    assert roundup(tmp_path, "new", "--date", "1.5.2020").exit_code == 2


def test_a_pull_request_shows_each_problem_at_its_line(tmp_path: Path) -> None:
    looked_at(tmp_path, **{"100%, a:b": GOOD.replace("Fliggy Fuels Travel", "x" * 151)})
    shown = roundup(tmp_path, "check", "--format", "github").stdout.splitlines()

    assert f"::warning file={tmp_path}/digests/100%25%2C a%3Ab.yaml,line=6,col=15::" in shown[-1]
    assert all(re.match(r"::(error|warning) file=[^:,]+,line=\d+,col=\d+::\S", line) for line in shown)


def test_a_problem_cannot_be_another_command_to_the_runner() -> None:
    problem = Problem(file="a\n::b", line=1, column=2, severity=Severity.ERROR, text="x\n::set-env 100%")

    assert _workflow_command(problem) == "::error file=a%0A%3A%3Ab,line=1,col=2::x%0A::set-env 100%25"


def test_problems_are_told_to_programs(tmp_path: Path) -> None:
    looked_at(tmp_path, a=GOOD.replace("Fliggy Fuels Travel", "x" * 151))
    *_, found = json.loads(roundup(tmp_path, "check", "--format", "json").stdout)

    assert found["file"].endswith("a.yaml")
    assert (found["line"], found["column"], found["severity"]) == (6, 15, "warning")
    assert found["text"].startswith("stories[0].headline: a headline of 151 characters")
