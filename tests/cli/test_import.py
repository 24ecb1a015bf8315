"""`roundup import` as an editor runs it: with --yes, and on a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Self

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cli import main
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.markdown.tree import Text
from bot.files.digest_file import read_digest
from bot.files.markdown import read_text
from bot.importing.draft import Draft, Line, Role, digest_of
from bot.importing.reading import read_draft
from bot.importing.report import report, summary
from bot.importing.writer import write_digest
from tests.children import handed_on
from tests.importing.test_writer import drafts
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[2]
SEED = ROOT / "tests" / "data" / "alibaba-news-roundup-road-to-recovery.txt"
CONFIG = """\
timezone: UTC
digests: digests
channels:
  - {channel: "#news", post: fri 09:00}
  - {channel: "#full", post: fri 09:00, layout: full}
  - {channel: "#folded", post: fri 09:00, layout: folded}
companies: {Fliggy: [], Alibaba Group: [Alibaba], MYbank: []}
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an editor's folder with a configuration."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def roundup(*words: str, input: bytes | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, words, input=input)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def loaded(path: Path) -> Digest:
    digest, problems = read_digest(path)
    assert digest is not None, problems
    return digest


def test_the_seed_becomes_a_digest(desk: Path) -> None:
    code, out, report = roundup("import", str(SEED), "--date", "2020-05-01", "--yes")

    digest = loaded(desk / "digests" / "2020-05-01-road-to-recovery.yaml")
    assert (code, out) == (0, "")
    assert (len(digest.stories), len(digest.tags)) == (10, 23)
    assert digest.stories[1].companies == ("Fliggy", "Alibaba Group", "MYbank")
    assert "title: Alibaba News Roundup: Road to Recovery" in report
    assert "31 lines: 1 title, 2 intro, 10 headlines, 10 bodies, 2 captions, 1 tag, 5 dropped" in report
    assert "Reuse this content (page navigation)" in report


def test_one_is_not_several(desk: Path) -> None:
    source = "# Harbour Weekly\n\n{}tags: Ships\n"
    story = "## Ships Sail\n\nThey sail on Monday.\n\n"
    one = read_draft(source.format(story).encode(), "week.md")
    two = read_draft(source.format(story + story.replace("Ships", "Boats")).encode(), "week.md")

    assert next(summary(one)) == "4 lines: 1 title, 1 headline, 1 body, 1 tag"
    assert next(summary(two)) == "6 lines: 1 title, 2 headlines, 2 bodies, 1 tag"
    assert "1 tag: Ships" in list(summary(one))


@pytest.mark.parametrize(
    ("options", "says"),
    [([], ["--date", "--yes"]), (["--yes"], ["--date"]), (["--date", "2020-05-01"], ["--yes"])],
)
def test_without_date_and_yes_nothing_is_written(desk: Path, options: list[str], says: list[str]) -> None:
    code, out, report = roundup("import", str(SEED), *options)

    assert (code, out) == (1, "")
    assert all(word in report.splitlines()[-1] for word in ["nothing is written", *says])
    assert not (desk / "digests").exists()


def test_nothing_is_overwritten(desk: Path) -> None:
    (desk / "mine.yaml").write_text("mine", encoding="utf-8")

    code, _, report = roundup("import", str(SEED), "--date", "2020-05-01", "--yes", "--output", "mine.yaml")

    assert (code, (desk / "mine.yaml").read_text(encoding="utf-8")) == (1, "mine")
    assert "mine.yaml: is there already" in report


def test_standard_input_to_standard_output(desk: Path) -> None:
    code, out, _ = roundup(
        "import", "-", "--date", "2020-05-01", "--yes", "--output", "-", input=SEED.read_bytes()
    )

    assert code == 0
    assert len(yaml.safe_load(out)["stories"]) == 10
    assert not (desk / "digests").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b" \n\t\n", "it is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "binary"),
        (bytes(range(256)) * 50, "not text"),
        (b"word " * 2_500_000, "more than 5 MB"),
        (b"just some words", "no story was found"),
        (b"<h1>Week</h1>" + b"<div>" * 300 + b"lost?", "nested too deeply"),
        (b"# Week\n" + b"".join(b"## Story %d\nSome text.\n" % n for n in range(501)), "501 stories"),
        (b"<rss><channel></channel></rss>", "no entries"),
    ],
)
def test_what_is_no_roundup_is_refused_plainly(desk: Path, content: bytes, says: str) -> None:
    (desk / "bad").write_bytes(content)

    code, out, report = roundup("import", "bad", "--date", "2020-05-01", "--yes")

    assert (code, out) == (1, "")
    assert says in report
    assert "Traceback" not in report
    assert not (desk / "digests").exists()


@pytest.mark.parametrize("source", ["missing.txt", ".", "http://127.0.0.1:9/", "ftp://example.com/x"])
def test_a_source_that_is_none_is_refused_plainly(desk: Path, source: str) -> None:
    code, _, report = roundup("import", source, "--date", "2020-05-01", "--yes")

    assert code == 1
    assert source.rstrip("/").rsplit("//", 1)[-1].split(":")[0] in report


def test_an_imported_digests_preview_is_the_same_digest(desk: Path) -> None:
    """But for what a post does not show; the report says what that is."""
    roundup("import", str(SEED), "--date", "2020-05-01", "--yes")
    digest = loaded(desk / "digests" / "2020-05-01-road-to-recovery.yaml")
    for channel in ("#news", "#full", "#folded"):
        code, shown, said = roundup("preview", "--channel", channel, "--format", "json")
        assert code == 0, said
        (desk / "preview").write_text(shown, encoding="utf-8")

        code, _, report = roundup("import", "preview", "--yes", "--output", f"{channel[1:]}.yaml")

        assert code == 0, report
        for lost in ("tags of the whole digest", "companies from tags", "own summary"):
            assert re.search(f"warning: a post does not (show|tell) .*{lost}", report)
        back = loaded(desk / f"{channel[1:]}.yaml")
        assert replace(back, id=digest.id, tags=digest.tags, stories=()) == replace(digest, stories=())
        for one, other in zip(back.stories, digest.stories, strict=True):
            assert replace(one, id="", line=0, tags=()) == replace(other, id="", line=0, tags=())
            assert set(one.tags) == set(other.tags)
        assert "does not show the tags" in report


def test_a_preview_in_utf_16_is_one_as_well(desk: Path) -> None:
    """As PowerShell writes what a command prints."""
    roundup("import", str(SEED), "--date", "2020-05-01", "--yes")
    _, shown, _ = roundup("preview", "--channel", "#news", "--format", "json")
    for codec in ("utf-8", "utf-16"):
        (desk / codec).write_text(shown, encoding=codec)
        code, _, report = roundup("import", codec, "--yes", "--output", f"{codec}.yaml")
        assert code == 0, report

    one, other = (loaded(desk / f"{codec}.yaml").stories for codec in ("utf-16", "utf-8"))
    assert [replace(story, id="") for story in one] == [replace(story, id="") for story in other]


LONG = "This is a sentence of a usual length, as one finds them in a newsletter. "


@pytest.mark.parametrize(
    "body",
    [
        (LONG * 31,),
        (LONG * 62,),
        (LONG * 9,) * 5,
        (LONG, LONG * 40, LONG),
        ("船又启航了。" * 700,),
        ("Sail" * 600,),
    ],
    ids=["long", "very long", "usual", "one long", "Chinese", "one word"],
)
def test_a_previews_paragraphs_come_back_as_they_were(desk: Path, body: tuple[str, ...]) -> None:
    """A post cuts long text into blocks, and only the room that cuts knows at which length."""
    paragraphs = [paragraph.strip() for paragraph in body]
    story = {"headline": "Ships Sail", "body": "\n\n".join(paragraphs)}
    written = {"title": "Week", "date": "2020-05-01", "stories": [story]}
    (desk / "digests").mkdir()
    (desk / "digests" / "week.yaml").write_text(
        yaml.safe_dump(written, allow_unicode=True, width=10_000), encoding="utf-8"
    )
    for channel in ("#news", "#full", "#folded"):
        _, shown, _ = roundup("preview", "week", "--channel", channel, "--format", "json")
        (desk / "preview").write_text(shown, encoding="utf-8")
        roundup("import", "preview", "--yes", "--output", f"{channel[1:]}.yaml")

        assert list(loaded(desk / f"{channel[1:]}.yaml").stories[0].body.paragraphs) == paragraphs


def test_a_preview_drawn_for_the_terminal_is_refused_with_the_way_that_works(desk: Path) -> None:
    """It does not hold the whole digest; read as text, it would be mangled silently."""
    roundup("import", str(SEED), "--date", "2020-05-01", "--yes")
    _, drawn, _ = roundup("preview")

    code, out, report = roundup("import", "-", "--date", "2020-05-01", "--yes", input=drawn.encode())

    assert (code, out) == (1, "")
    assert "--format html | roundup import -" in report


SAMPLES = ROOT / "tests" / "samples" / "digests"


@pytest.mark.parametrize("sample", ["seed", *sorted(path.name for path in SAMPLES.glob("*.yaml"))])
def test_the_preview_page_holds_the_whole_digest(desk: Path, sample: str) -> None:
    """Also what no post shows: the digest's tags, summaries, whether a name is a company."""
    if sample == "seed":
        roundup("import", str(SEED), "--date", "2020-05-01", "--yes", "--output", "digests/digest.yaml")
    else:
        (desk / "digests").mkdir()
        (desk / "digests" / "digest.yaml").write_bytes((SAMPLES / sample).read_bytes())
    code, shown, said = roundup("preview", "digest", "--format", "html")
    assert code == 0, said
    (desk / "preview.html").write_text(shown, encoding="utf-8")

    code, _, report = roundup("import", "preview.html", "--yes", "--output", "digests/back.yaml")

    assert code == 0, report
    assert told(desk / "digests" / "back.yaml") == told(desk / "digests" / "digest.yaml")


def told(path: Path) -> Digest:
    """Return a digest without its name and lines."""
    digest = loaded(path)
    stories = tuple(
        replace(story, id="", line=0, body=_read(story.body), summary=_read(story.summary))
        for story in digest.stories
    )
    return replace(digest, id="", intro=_read(digest.intro), stories=stories)


def _read(text: Text) -> Text:
    """Leave out where its lines were wrapped."""
    return replace(text, source="")


MARKED = [
    "**bold** and *not*",
    "- one\n- two\n    - deeper",
    "> said\n\n1. first",
    "`code` ~~gone~~",
    "[a](https://a.bc/)",
]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(draft=drafts(), written=st.lists(st.sampled_from(MARKED), max_size=3), held=st.booleans())
def test_what_an_editor_changed_comes_back_from_its_page(
    tmp_path_factory: pytest.TempPathFactory, draft: Draft, written: list[str], held: bool
) -> None:
    """Imported, edited by hand, checked, shown as a page and imported again: the same digest."""
    desk = tmp_path_factory.mktemp("desk")
    config = desk / "config.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    imported = digest_of(draft, day=date(2020, 5, 1), slug_id="x", registry={})
    edited = tuple(
        replace(story, body=read_text("\n\n".join([story.body.source, text])), section="North")
        for story, text in zip(imported.stories, written, strict=False)
    )
    digest = replace(imported, stories=(*edited, *imported.stories[len(edited) :]), draft=held)
    first, back = desk / "digests" / "week.yaml", desk / "digests" / "back.yaml"
    first.parent.mkdir()
    first.write_text(write_digest(digest), encoding="utf-8", newline="\n")

    code, page, said = roundup("--config", str(config), "preview", "week", "--format", "html")
    assert code == 0, said
    (desk / "page.html").write_text(page, encoding="utf-8")
    code, _, said = roundup(
        "--config", str(config), "import", str(desk / "page.html"), "--yes", "--output", str(back)
    )

    assert code == 0, said
    assert told(back) == told(first)


@pytest.mark.parametrize(
    "damage", ['"stories": 7', '"stories": [{}]', '"stories": [[1]]', '"stories": [null]']
)
def test_a_page_with_damaged_data_is_refused_plainly(desk: Path, damage: str) -> None:
    roundup("import", str(SEED), "--date", "2020-05-01", "--yes")
    _, shown, _ = roundup("preview", "--format", "html")
    spoilt = re.sub(r'"stories": \[.*?\](?=, "intro")', damage, shown, count=1, flags=re.DOTALL)
    assert spoilt != shown
    (desk / "preview.html").write_text(spoilt, encoding="utf-8")

    code, _, report = roundup("import", "preview.html", "--yes", "--output", "back.yaml")

    assert code == 1
    assert "not what a preview holds" in report
    assert not (desk / "back.yaml").exists()


# On a terminal


# Only what a terminal belongs to hears of Ctrl-C. What a shell starts in the background ignores it.
_IN_ITS_TERMINAL = (
    "import fcntl, os, signal, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.executable, [sys.executable, '-m', 'bot', *sys.argv[1:]])"
)


class Terminal:
    """An editor's terminal: a real one, so that the command asks."""

    def __init__(self, *words: str, folder: Path) -> None:
        self._ours, theirs = pty.openpty()
        environment = {**os.environ, **handed_on(), "TERM": "xterm-256color", "COLUMNS": "100"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _IN_ITS_TERMINAL, *words],
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env=environment,
        )
        os.close(theirs)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Read until *text* is on the screen."""
        end = time.monotonic() + PATIENCE
        while text not in re.sub(r"\x1b\[[0-9;]*m", "", self.seen):
            assert time.monotonic() < end, self.seen
            if select.select([self._ours], [], [], 1)[0]:
                try:
                    self.seen += os.read(self._ours, 65536).decode(errors="replace")
                except OSError:  # the command has ended
                    assert text in re.sub(r"\x1b\[[0-9;]*m", "", self.seen), self.seen
                    return

    def answer(self, prompt: str, text: str) -> None:
        self.press(prompt, f"{text}\n")

    def press(self, prompt: str, keys: str) -> None:
        self.wait_for(prompt)
        # A prompt is shown before its keys are read: Ctrl-C between the two would wait for the next key.
        until(self._is_waiting, "the command waits for a key")
        self.seen = ""
        os.write(self._ours, keys.encode())

    def _is_waiting(self) -> bool:
        state = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        return state.split()[0] == "S"

    def ended(self) -> int:
        return self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


def test_on_a_terminal_roles_are_changed_and_the_date_is_asked_for(desk: Path) -> None:
    with Terminal("import", str(SEED), folder=desk) as terminal:
        terminal.answer("2020-05-01> ", "1 May")
        terminal.answer("is no date", "2020-05-01")
        terminal.answer("role> ", "13 d")
        terminal.answer("role> ", "17 h")
        terminal.answer("role> ", "18 h")
        terminal.answer("there is no line 18", "42-41 h")
        terminal.answer("line 41 stands above line 42", "41-42 b")
        terminal.answer("role> ", "nonsense")
        terminal.answer("'nonsense' is no line", "13 x")
        terminal.answer("'x' is no role", "w")
        terminal.wait_for("Enter for none> ")
        number = re.search(r"(\d+) VMware", terminal.seen)
        assert number
        terminal.answer("Enter for none> ", f"{number[1]},{number[1]}")
        terminal.wait_for("VMware: []")
        assert terminal.ended() == 0

    assert re.search(r"written: .*VMware: \[\]", terminal.seen, re.DOTALL)
    assert terminal.seen.count("VMware: []") == 1

    digest = loaded(desk / "digests" / "2020-05-01-road-to-recovery.yaml")
    assert len(digest.stories) == 9
    assert digest.stories[0].headline == "Fliggy Fuels Travel and Hospitality Sectors"
    assert "VMware" in digest.stories[4].companies
    assert all(story.image is None for story in digest.stories)


def test_on_a_terminal_each_role_has_its_own_colour(desk: Path) -> None:
    """The number is dim; a line that was dim too would show no colour."""
    with Terminal("import", str(SEED), "--date", "2020-05-01", folder=desk) as terminal:
        terminal.wait_for("role> ")
        shown = terminal.seen
        terminal.answer("role> ", "q")
        terminal.wait_for("nothing is written")

    assert "\x1b[1;32mFliggy Fuels Travel" in shown
    assert "\x1b[36mThe Alibaba News Roundup" in shown


def test_on_a_terminal_several_lines_are_changed_retyped_and_taken_back(desk: Path) -> None:
    """The day that a line says is offered; what was undone is not written."""
    source = (
        "# Ships\n\n27 November 2026\n\n## One ship\n\nIt sails.\n\n## Two ships\n\nThey sail.\n\nAway.\n"
    )
    (desk / "week.md").write_text(source, encoding="utf-8")
    with Terminal("import", "week.md", folder=desk) as terminal:
        terminal.answer("Enter for 2026-11-27> ", "")
        terminal.answer("role> ", "11,13 d")
        terminal.answer("role> ", "u")
        terminal.answer("undone", "13")
        terminal.answer("Away.", "7 = It sails again.")
        terminal.answer("role> ", "title = Ships of the week")
        terminal.answer("role> ", "p")
        terminal.wait_for("2. Two ships")
        terminal.answer("role> ", "w")
        terminal.wait_for("written: ")

    digest = loaded(desk / "digests" / "2026-11-27-ships-of-the-week.yaml")
    assert [story.body.paragraphs for story in digest.stories] == [
        ("It sails again.",),
        ("They sail.", "Away."),
    ]


SHIPS = "# Ships\n\n27 November 2026\n\n## One ship\n\nIt sails,\nand sails.\n\n## Two ships\n\nThey sail.\n"


def test_on_a_terminal_a_range_takes_what_lies_in_it(desk: Path) -> None:
    """Between the lines of a source stand blank ones, and nobody counts them."""
    (desk / "week.md").write_text(SHIPS, encoding="utf-8")
    with Terminal("import", "week.md", "--date", "2026-11-27", folder=desk) as terminal:
        terminal.answer("role> ", "6–9 d")
        terminal.answer("It sails, and sails.  (by the editor)", "8 b")
        terminal.answer("no line 8; it is part of line 7", "13-20 d")
        terminal.answer("no line 13-20; s shows", "12 = " + "Away they sail. " * 12)
        terminal.answer("12 body     Away they sail.", "12 d")
        terminal.answer("…  (by the editor)", "q")
        terminal.answer("leave without writing? your 3 changes are lost; y leaves, Enter goes back> ", "y")
        terminal.wait_for("nothing is written")


def test_on_a_terminal_nothing_that_was_typed_is_lost_for_a_mistake(desk: Path) -> None:
    """What cannot be written is said while it can still be changed, and a line that is left stays."""
    (desk / "week.md").write_text(SHIPS, encoding="utf-8")
    (desk / "digests").mkdir()
    (desk / "digests" / "2026-11-27-ships.yaml").touch()
    with Terminal("import", "week.md", folder=desk) as terminal:
        terminal.answer("Enter for 2026-11-27> ", "")
        terminal.answer("role> ", "5,10 d")
        terminal.answer("role> ", "w")
        terminal.answer("no story was found", "date = tomorrow")
        terminal.answer("is no date", "u")
        terminal.answer("undone; 0 more", "1 d")
        terminal.answer("role> ", "w")
        terminal.answer("the digest has no title", "u")
        terminal.answer("role> ", "w")
        terminal.answer("is there already and stays as it is; another title or date", "12 e")
        terminal.answer("line 12> ", "\x15\x04")
        terminal.wait_for("12 body     They sail.")
        assert "nothing is written" not in terminal.seen
        terminal.answer("role> ", "title = More ships")
        terminal.answer("role> ", "w")
        terminal.wait_for("written: ")

    digest = loaded(desk / "digests" / "2026-11-27-more-ships.yaml")
    assert [story.body.paragraphs for story in digest.stories] == [
        ("It sails, and sails.",),
        ("They sail.",),
    ]


@pytest.mark.parametrize("leaving", ["q\n", "\x03", "\x04"])
def test_on_a_terminal_nobody_leaves_changes_behind_by_a_slip(leaving: str, desk: Path) -> None:
    """Ctrl-C is meant for the line as often as for the draft."""
    (desk / "week.md").write_text(SHIPS, encoding="utf-8")
    with Terminal("import", "week.md", "--date", "2026-11-27", folder=desk) as terminal:
        terminal.answer("role> ", "7,12 d")
        terminal.press("role> ", leaving)
        terminal.answer("leave without writing? what you changed is lost", "")
        terminal.answer("role> ", "12 b")
        terminal.wait_for("12 body     They sail.")
        terminal.press("role> ", leaving)
        terminal.press("your 2 changes are lost; y leaves, Enter goes back> ", "\x03")
        terminal.wait_for("nothing is written")
        assert terminal.ended() == 1

    assert not (desk / "digests").exists()


def test_on_a_terminal_without_changes_one_leaves_at_once(desk: Path) -> None:
    (desk / "week.md").write_text(SHIPS, encoding="utf-8")
    with Terminal("import", "week.md", "--date", "2026-11-27", folder=desk) as terminal:
        terminal.answer("role> ", "12 d")
        terminal.answer("role> ", "u")
        terminal.wait_for("undone; 0 more")
        terminal.press("role> ", "\x03")
        terminal.wait_for("nothing is written")
        assert "leave without" not in terminal.seen
        assert terminal.ended() == 1


def test_on_a_terminal_a_date_that_was_entered_is_a_change(desk: Path) -> None:
    (desk / "week.txt").write_text("Away they sail and sail again.\n", encoding="utf-8")
    with Terminal("import", "week.txt", folder=desk) as terminal:
        terminal.answer("2020-05-01> ", "2026-11-27")
        terminal.press("role> ", "\x03")
        terminal.answer("what you changed is lost; y leaves, Enter goes back> ", "")
        terminal.answer("role> ", "q")
        terminal.answer("y leaves, Enter goes back> ", "y")
        terminal.wait_for("nothing is written")
        assert terminal.ended() == 1


def test_on_a_terminal_the_last_question_leads_back(desk: Path) -> None:
    """Which names are companies is asked once all lines are looked at: nothing is lost there any more."""
    source = SHIPS.replace("They sail.", "The retailer Decathlon bought ships of Acme Corp, said Acme Corp.")
    (desk / "week.md").write_text(source, encoding="utf-8")
    with Terminal("import", "week.md", "--date", "2026-11-27", folder=desk) as terminal:
        terminal.answer("role> ", "7 d")
        terminal.answer("role> ", "w")
        terminal.press("Enter for none> ", "\x04")
        terminal.answer("not written yet; w writes", "w")
        terminal.answer("Enter for none> ", "q")
        terminal.answer("not written yet; w writes", "w")
        terminal.answer("Enter for none> ", "Acme")
        terminal.answer("'Acme': give numbers from 1 to 2", "2-3")
        terminal.answer("'2-3': give numbers from 1 to 2", "1-2")
        terminal.wait_for("written: ")
        assert terminal.ended() == 0

    digest = loaded(desk / "digests" / "2026-11-27-ships.yaml")
    assert set(digest.stories[1].companies) == {"Decathlon", "Acme Corp"}
    assert digest.stories[0].body.words == "One ship"  # a story has to say something


def test_on_a_terminal_a_place_that_cannot_be_written_costs_no_change(desk: Path) -> None:
    (desk / "week.md").write_text(SHIPS, encoding="utf-8")
    (desk / "out").write_text("a file, no folder", encoding="utf-8")
    place = str(Path("out") / "week.yaml")
    with Terminal("import", "week.md", "--date", "2026-11-27", "--output", place, folder=desk) as terminal:
        terminal.answer("role> ", "7 d")
        terminal.answer("role> ", "w")
        terminal.wait_for("out: the folder cannot be made: File exists")
        (desk / "out").unlink()
        terminal.answer("role> ", "w")
        terminal.wait_for("written: ")
        assert terminal.ended() == 0

    assert loaded(desk / "out" / "week.yaml").stories[0].body.words == "One ship"


def test_on_a_terminal_lines_are_named_as_they_come_to_mind(desk: Path) -> None:
    """With blanks between them; and what is wrong with one of several is said of that one."""
    (desk / "week.md").write_text(SHIPS, encoding="utf-8")
    with Terminal("import", "week.md", "--date", "2026-11-27", folder=desk) as terminal:
        terminal.answer("role> ", "7 12 l")
        terminal.answer("line 7: there is no web address in that line", "7 10-12 d")
        terminal.answer("12 dropped", "10 t")
        terminal.answer("title: Ships Two ships", "10,12 e")
        terminal.press("line 10> ", "\x03")
        terminal.wait_for("role> ")
        assert "line 12> " not in terminal.seen


def test_an_address_behind_retyped_words_is_where_they_lead() -> None:
    draft = Draft(
        lines=(
            Line(at=1, text="Ships sail", role=Role.HEADLINE),
            Line(at=2, text="https://a.bc/old", role=Role.LINK, url="https://a.bc/old"),
        )
    )

    assert (draft.with_text(0, "Ships sail")) == draft
    assert draft.with_text(0, "Ships sink https://a.bc/1").lines[0].url == "https://a.bc/1"
    assert draft.with_text(0, "Ships sink https://a.bc/1").lines[0].text == "Ships sink"
    assert draft.with_text(0, "https://a.bc/1").lines[0].text == "Ships sail"
    assert draft.with_text(1, "https://a.bc/new").lines[1].url == "https://a.bc/new"


def test_another_title_stands_for_all_the_lines_that_said_it() -> None:
    draft = Draft(lines=tuple(Line(at=n, text="Ships", role=Role.TITLE) for n in (1, 2)))

    assert draft.with_title("Trains").headline() == "Trains"
    assert Draft(lines=()).with_title("Trains").headline() == "Trains"


def test_lines_have_one_number_in_the_review_and_in_the_report(desk: Path) -> None:
    """Where they stand in the source; two that stand on one line are told apart."""
    source = "# Weekly Roundup\n\n- [Ships](https://a.bc/1) sail.\n\n- [Ports](https://a.bc/2) open.\n"
    (desk / "week.md").write_text(source, encoding="utf-8")
    with Terminal("import", "week.md", "--date", "2020-05-01", folder=desk) as terminal:
        terminal.wait_for("role> ")
        shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.seen)
        terminal.answer("role> ", "3.2 d")
        terminal.wait_for("by the editor")
    draft = read_draft(source.encode(), "week.md").with_role(2, Role.DROPPED)

    assert "dropped, line 3.2: sail. (by the editor)" in list(report(draft, {}))
    assert re.findall(r"^ *([\d.]+) (\w+)", shown, re.MULTILINE)[:5] == [
        ("1", "title"),
        ("3", "headline"),
        ("3.2", "body"),
        ("5", "headline"),
        ("5.2", "body"),
    ]


@pytest.mark.parametrize(
    ("text", "role", "tags", "url"),
    [
        ("Full story: https://example.com/a.", Role.LINK, (), "https://example.com/a"),
        ("Travel, Covid-19, Retail", Role.TAG, ("Travel", "Covid-19", "Retail"), ""),
        ("Travel", Role.TAG, ("Travel",), ""),
    ],
)
def test_a_line_in_a_new_role_keeps_what_it_says(
    text: str, role: Role, tags: tuple[str, ...], url: str
) -> None:
    draft = Draft(lines=(Line(at=1, text=text, role=Role.BODY),))

    changed = draft.with_role(0, role).lines[0]

    assert (changed.tags, changed.url) == (tags, url)


def test_a_line_without_an_address_becomes_no_link() -> None:
    """As a link it would say nothing, and its words would be lost."""
    draft = Draft(lines=(Line(at=1, text="Read more", role=Role.BODY),))

    with pytest.raises(RoundupError, match="no web address"):
        draft.with_role(0, Role.LINK)


def test_leaving_the_terminal_writes_nothing(desk: Path) -> None:
    with Terminal("import", str(SEED), folder=desk) as terminal:
        terminal.answer("2020-05-01> ", "q")
        terminal.wait_for("nothing is written")
        assert terminal.ended() == 1

    assert not (desk / "digests").exists()


def test_the_front_doors_libraries_wait_for_their_door() -> None:
    """A start of the bot, and a pasted text, pay for none of them."""
    script = (
        "import sys, bot.cli.importing; from bot.importing.reading import read_draft;"
        "read_draft(b'Week\\n\\nA b\\n', 'x');"
        "print([m for m in ('trafilatura', 'lxml', 'feedparser', 'markdown_it', 'rich') if m in sys.modules])"
    )

    out = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert out.strip() == "[]"


SHAPES = ROOT / "tests/data/2020-05-22-sample-shapes.yaml"


@pytest.mark.parametrize(
    ("channel", "with_digest"), [("#full", True), ("#full", False), ("#news", False), ("#folded", False)]
)
def test_a_preview_page_comes_back_with_every_shape(desk: Path, channel: str, with_digest: bool) -> None:
    """Without the digest from the post itself: what a reader sees is what is imported."""
    (desk / "digests").mkdir()
    (desk / "digests" / "shapes.yaml").write_bytes(SHAPES.read_bytes())
    _, page, _ = roundup("preview", "shapes", "--channel", channel, "--format", "html")
    if not with_digest:
        page = re.sub(r'<script type="application/json" id="digest">.*?</script>', "", page)
    (desk / "preview.html").write_text(page, encoding="utf-8")

    code, _, report = roundup("import", "preview.html", "--yes", "--output", "digests/back.yaml")

    assert code == 0, report
    was, back = told(desk / "digests" / "shapes.yaml"), told(desk / "digests" / "back.yaml")
    order = [0, 1, 2, 3] if with_digest else [0, 1, 3, 2]  # a post shows a section's stories together
    assert back.intro == was.intro
    assert [(s.headline, s.section, s.body, s.image) for s in back.stories] == [
        (s.headline, s.section, s.body, s.image) for s in (was.stories[n] for n in order)
    ]
