"""`roundup search` in the shell, as the contract has it."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.search.stories import stories


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Write the eighteen stories, and one whose id is a number, as an archive."""
    lines: list[dict[str, object]] = [
        {
            "id": story.id,
            "headline": story.headline,
            "body": story.body,
            "companies": list(story.companies),
            "tags": list(story.tags),
            "date": story.date.isoformat(),
        }
        for story in stories()
    ]
    zebrafish = {"id": 7, "headline": "Zebrafish swim", "date": "2020-05-30"}
    lines.append(zebrafish | {"companies": ["Blue Pond", "Sea"], "tags": ["Green Tea", "Fish"]})
    path = tmp_path / "archive.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["search", *map(str, arguments)], input=stdin)


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def ids(found: dict[str, Any]) -> list[str | int]:
    return [match["story"] for match in found["matches"]]


def test_answer_has_the_shape_of_the_contract(archive: Path) -> None:
    found = answer("--archive", archive, "fligy")

    [match] = found.pop("matches")
    assert found == {"query": "fligy", "kind": "matches", "total": 1, "missing": [], "suggestions": []}
    assert isinstance(match.pop("score"), float)
    assert match == {
        "story": "fliggy",
        "headline": "Fliggy Fills Hotels for Labor Day",
        "date": "2020-05-01",
        "why": "spelled “fligy”, read as Fliggy",
    }


def test_id_keeps_its_type(archive: Path) -> None:
    assert ids(answer("--archive", archive, "zebrafish")) == [7]


@pytest.mark.parametrize(
    ("query", "why"), [("blue pond", "about Blue Pond"), ("green tea", "Green Tea is one of its tags")]
)
def test_name_of_several_words_is_one_name(archive: Path, query: str, why: str) -> None:
    assert [match["why"] for match in answer("--archive", archive, *query.split())["matches"]] == [why]


def test_dash_leaves_out_and_a_space_makes_a_phrase(archive: Path) -> None:
    assert ids(answer("--archive", archive, "cartier", "-iwc")) == ["luxury"]
    assert ids(answer("--archive", archive, "-hermes", "cartier")) == ["watches"]
    assert ids(answer("--archive", archive, "Labor Day")) == ["fliggy"]
    assert ids(answer("--archive", archive, "Day Labor")) == []
    assert ids(answer("--archive", archive, "cartier", "-Louis Vuitton")) == ["watches"]
    assert ids(answer("--archive", archive, "what", "did", "fliggy", "do?")) == ["fliggy"]
    after_dashes = run("--archive", archive, "--format", "json", "--", "cartier", "-iwc", "--stdin").stdout
    assert json.loads(after_dashes)["query"] == "cartier -iwc --stdin"


def test_wrong_usage_is_exit_code_two(archive: Path) -> None:
    assert run("--archive", archive, "--bogus").exit_code == 2
    assert run("--archive", archive, "--limit", "0", "x").exit_code == 2


def test_every_line_gets_exactly_one_line(archive: Path) -> None:
    lines = b"fligy\n\n\xff\xfe\nasdkjh\r\n" + b"x" * 5000 + b"\nlast"

    result = run("--archive", archive, "--stdin", stdin=lines)

    answers = [json.loads(line) for line in result.stdout_bytes.decode().split("\n")[:-1]]
    assert [found["kind"] for found in answers] == ["matches", *["nothing"] * 5]
    assert answers[3]["query"] == "asdkjh"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"id": true, "headline": "a", "date": "2020-05-01"}', "id"),
        ('{"id": "fliggy", "headline": "a", "date": "2020-05-01"}', "there twice"),
        ('{"id": 1, "date": "2020-05-01"}', "headline"),
        ('{"id": 1, "headline": "a", "date": "May"}', "date"),
        ('{"id": 1, "headline": "a", "date": "2020-05-01", "tags": "x"}', "tags"),
        ('{"id": 1, "headline": "a", "date": "2020-05-01", "body": 1}', "body"),
    ],
)
def test_bad_line_is_named(archive: Path, line: str, complaint: str) -> None:
    with archive.open("a") as file:
        file.write(line + "\n")

    result = run("--archive", archive, "fliggy")

    assert result.exit_code == 1
    assert result.stderr.startswith(f"{archive}:20: ")
    assert complaint in result.stderr


def test_missing_archive_is_said(tmp_path: Path) -> None:
    result = run("--archive", tmp_path / "none.jsonl", "x")

    assert result.exit_code == 1
    assert "none.jsonl" in result.stderr


def test_pipe_is_refused(archive: Path, tmp_path: Path) -> None:
    """It can be read once only: it was taken for an archive without a story."""
    os.mkfifo(tmp_path / "pipe")
    named = run("--archive", tmp_path / "pipe", "fligy")
    command = [sys.executable, "-m", "bot", "search", "--archive", "/dev/stdin", "fligy"]
    unnamed = subprocess.run(command, input=archive.read_text(), capture_output=True, text=True, check=False)

    assert (named.exit_code, unnamed.returncode) == (1, 1)
    assert "a pipe or a device; write it into a file" in named.stderr
    assert unnamed.stderr.startswith("/dev/stdin: a pipe or a device")


def test_compressed_archive_is_read(archive: Path) -> None:
    packed = archive.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(archive.read_bytes()))

    assert ids(answer("--archive", packed, "fligy")) == ["fliggy"]


def test_archive_whose_name_is_no_text_is_read(archive: Path) -> None:
    odd = archive.rename(os.fsdecode(bytes(archive.with_name("stories")) + b"\xff.jsonl"))

    assert ids(answer("--archive", odd, "fligy")) == ["fliggy"]


def test_people_read_headline_reason_and_sentence(archive: Path) -> None:
    output = run("--archive", archive, "fligy").stdout

    assert "Fliggy Fills Hotels for Labor Day" in output
    assert "spelled “fligy”, read as Fliggy" in output
    assert "Try another spelling" in run("--archive", archive, "asdkjh").stdout


def test_answer_comes_before_the_next_question(archive: Path) -> None:
    """Whoever asks waits for the answer."""
    command = [sys.executable, "-m", "bot", "search", "--archive", str(archive), "--stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for question in ("fligy", "asdkjh"):
            process.stdin.write(question.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["query"] == question
        process.stdin.close()
        assert process.stdout.read() == b""


def test_line_stays_one_for_everybody_who_splits_lines(archive: Path) -> None:
    result = run("--archive", archive, "--stdin", stdin="a\u2028b\u2029c\x85d\x0ce\n".encode())

    [line] = result.stdout_bytes.decode().splitlines()
    assert json.loads(line)["query"] == "a\u2028b\u2029c\x85d\x0ce"


def test_phrase_made_by_the_shell_is_told(archive: Path) -> None:
    told = "“what did Fliggy do” was looked for word for word"

    said = " ".join(run("--archive", archive, "what did Fliggy do").stdout.split())
    assert told in said
    assert said.count("leave out the quot") == 1
    assert "word for word" not in run("--archive", archive, "Labor Day").stdout
    assert "word for word" not in run("--archive", archive, "asdkjh").stdout


@pytest.fixture
def old_archive(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Take the archive for one that was written a while ago; nobody can set that time back."""
    monkeypatch.setattr("bot.search.archive._SETTLED", -1e9)
    return archive


def test_archive_seen_before_is_not_hashed_again(old_archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("--archive", old_archive, "fligy")
    monkeypatch.setattr("bot.search.archive._hash", None)

    assert ids(answer("--archive", old_archive, "fligy")) == ["fliggy"]


def test_archive_that_changed_is_read_again(old_archive: Path) -> None:
    run("--archive", old_archive, "fligy")
    old_archive.write_text(old_archive.read_text().replace("Fliggy", "Zebrax"))

    assert ids(answer("--archive", old_archive, "fliggy")) == []
    assert ids(answer("--archive", old_archive, "zebrax")) == ["fliggy"]


def test_archive_written_just_now_is_hashed_each_time(
    archive: Path, index_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of a file system may not tell its next change."""
    monkeypatch.setattr("bot.search.archive._SETTLED", 1e9)  # on a busy machine "just now" is soon over
    run("--archive", archive, "fligy")

    assert list(index_folder.glob("*.key")) == []


def test_damaged_note_is_not_believed(old_archive: Path, index_folder: Path) -> None:
    run("--archive", old_archive, "fligy")
    [note] = index_folder.glob("*.key")
    note.write_bytes(b"../\xff")

    assert ids(answer("--archive", old_archive, "fligy")) == ["fliggy"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Configure a folder with one digest."""
    (tmp_path / "digests").mkdir()
    (tmp_path / "digests" / "2020-05-01-a.yaml").write_text(
        "title: May\ndate: 2020-05-01\nstories:\n  - headline: Fliggy flies\n    body: It does.\n"
        "    companies: [Fliggy]\n"
    )
    path = tmp_path / "config.yaml"
    path.write_text("channels: [{channel: '#news', post: fri 09:00, timezone: UTC}]\n")
    return path


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("fligy", "matches"),
        ("latest", "matches"),
        ("#2018-1", "matches"),
        ("#2018-9", "nothing"),
        ("help", "nothing"),
    ],
)
def test_digests_are_asked_like_the_slash_command(config: Path, words: str, kind: str) -> None:
    result = CliRunner().invoke(main, ["--config", str(config), "search", words, "--format", "json"])

    assert json.loads(result.stdout)["kind"] == kind
    assert [match["story"] for match in json.loads(result.stdout)["matches"]] == (
        ["2020-05-01-a/1"] if kind == "matches" else []
    )
    assert CliRunner().invoke(main, ["--config", str(config), "search", words]).exit_code == 0


def test_digest_that_is_left_out_for_its_errors_is_told(config: Path) -> None:
    """Whoever misses a story there would think that it is not found."""
    asked = ["--config", str(config), "search", "Fliggy", "--format", "json"]
    well = CliRunner().invoke(main, asked)
    (config.parent / "digests" / "2020-05-08-b.yaml").write_text("title: [")
    broken = CliRunner().invoke(main, asked)

    assert well.stderr == ""
    assert broken.stderr.startswith("Without what has errors (1): `roundup check`")
    assert broken.stdout == well.stdout


def test_names_that_are_near_are_told_without_a_story(archive: Path) -> None:
    """Two letters off in a word of six is too much to be meant, and enough to ask back."""
    found = answer("--archive", archive, "flaggi")

    assert (found["kind"], found["matches"], found["suggestions"]) == ("did_you_mean", [], ["Fliggy"])
    assert "Fliggy" in run("--archive", archive, "flaggi").stdout


def test_nothing_near_is_nothing(archive: Path) -> None:
    found = answer("--archive", archive, "asdkjhqw")

    assert (found["kind"], found["suggestions"]) == ("nothing", [])
