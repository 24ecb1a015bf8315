"""The real thing as an operator starts it: by the Procfile, in both modes, ended politely and not."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from tests.ports import free_port
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["#alibaba-news", "#alibaba-news-london"]) as server:
        yield server


@pytest.fixture
def environ(practice: PracticeServer, tmp_path: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ROUNDUP_"))},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SLACK_API_URL": practice.api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "DATABASE_URL": f"sqlite:///{tmp_path}/roundup.db",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def running(*arguments: str, environ: Mapping[str, str], cwd: Path = ROOT) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process group of its own, which is gone at the end."""
    with subprocess.Popen(
        arguments,
        cwd=cwd,
        env=dict(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            # Politely first: honcho's children are in sessions of their own, and only honcho ends them.
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def bot(*arguments: str, environ: Mapping[str, str]) -> Any:
    return running(sys.executable, "-m", "bot", *arguments, environ=environ)


def get(
    environ: Mapping[str, str], path: str, *, failing: bool = False, patience: float = 15
) -> dict[str, str] | None:
    body: dict[str, str]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environ['PORT']}{path}", timeout=patience) as answer:
            body = json.load(answer)
            return body
    except urllib.error.HTTPError as answer:
        body = json.load(answer)
        return body if failing else None
    except OSError:  # not there yet
        return None


def ready(environ: Mapping[str, str]) -> bool:
    return get(environ, "/readyz") == {"database": "ok", "slack": "ok", "clock": "ok"}


def output(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.read()


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def children(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in listed.stdout.split()]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def posted(practice: PracticeServer) -> bool:
    return all(practice.workspace.posted(name) for name in ("#alibaba-news", "#alibaba-news-london"))


@pytest.mark.parametrize("name", ["worker", "web"])
def test_procfile_process_posts_and_answers(
    name: str, practice: PracticeServer, environ: dict[str, str]
) -> None:
    """Each by its name, with a Procfile runner, as a platform starts it."""
    with running("honcho", "--no-prefix", "start", name, environ=environ):
        until(lambda: ready(environ), f"{name} is ready")
        if name == "web":
            practice.deliver_to(f"http://127.0.0.1:{environ['PORT']}/slack/events")
        answer = practice.command("/roundup", "fligy", channel="#alibaba-news")
        with bot("post", "2020-05-01-road-to-recovery", environ=environ) as post:
            assert post.wait(PATIENCE) == 0

    assert "Fliggy Fuels Travel and Hospitality Sectors" in json.dumps(answer.ack)
    assert answer.ack["response_type"] == "ephemeral"
    assert posted(practice)


@pytest.mark.parametrize("mode", ["--socket", "--http"])
def test_sigterm_ends_it_politely(mode: str, environ: dict[str, str]) -> None:
    with bot("run", mode, environ=environ) as process:
        until(lambda: ready(environ), "ready")
        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 0
        assert "bot_stopped" in output(process)
        assert not listening(int(environ["PORT"]))


def test_signal_is_heard_whichever_thread_gets_it(environ: dict[str, str]) -> None:
    """The system may hand it to any; Python's handlers run in the main one, which does not wake up for it."""
    waits = """if True:
        import signal, threading, time
        from bot.cli.serve import stop_on_signal
        stopping, other = stop_on_signal(), threading.Thread(target=time.sleep, args=(3600,), daemon=True)
        other.start()
        threading.Timer(1, signal.pthread_kill, [other.ident, signal.SIGTERM]).start()
        stopping.wait()
        print("heard")
    """
    with running(sys.executable, "-c", waits, environ=environ) as process:
        assert process.wait(PATIENCE) == 0
        assert output(process) == "heard\n"


def test_killed_http_process_leaves_no_survivor_and_a_free_port(environ: dict[str, str]) -> None:
    """A worker without its parent would keep half of the port, and go on posting beside its successor."""
    with bot("run", "--http", environ=environ) as process:
        until(lambda: ready(environ), "ready")
        family = [process.pid, *children(process.pid)]
        os.kill(process.pid, signal.SIGKILL)

        until(lambda: not any(map(alive, family)), "all of it is gone")
        # A process of several threads may be a zombie by name while its last thread still holds the port.
        until(lambda: not listening(int(environ["PORT"])), "the port is free")


UNFINISHED = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc"
# A line that is known to be HTTP/2: settings, then the heads of four requests whose bodies never come.
HTTP2 = (
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    + b"\0\0\0\4\0\0\0\0\0"
    + b"".join(
        b"\0\0\x18\1\4\0\0\0" + bytes([n]) + b"\x83\x86\4\x0d/slack/events\x0f\x0d\0041000"
        for n in (1, 3, 5, 7)
    )
)
CROWDS = [(4, UNFINISHED), (1, HTTP2), (1024, b"")]


@contextmanager
def crowd(environ: Mapping[str, str], number: int, said: bytes) -> Iterator[None]:
    """Open connections that say no more than that, and keep them."""
    with ExitStack() as lines:
        for _ in range(number):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", int(environ["PORT"]))))
            line.sendall(said)
        yield


def healthy_at_once(environ: Mapping[str, str]) -> bool:
    """Ask once and wait: not what comes when the crowd is gone, but what comes while it is there."""
    health = get(environ, "/healthz", patience=5)
    return health == {"process": "ok", "scheduler": "ok"}


@pytest.mark.parametrize("mode", ["--socket", "--http"])
@pytest.mark.parametrize(("number", "said"), CROWDS, ids=["half-bodies", "http2", "silent"])
def test_unfinished_requests_hold_nobody_up(
    mode: str, number: int, said: bytes, practice: PracticeServer, environ: dict[str, str]
) -> None:
    with bot("run", mode, environ=environ) as process:
        until(lambda: ready(environ), "ready")
        if mode == "--http":
            practice.deliver_to(f"http://127.0.0.1:{environ['PORT']}/slack/events")
        with crowd(environ, number, said):
            assert healthy_at_once(environ)
            answer = practice.command("/roundup", "fligy", channel="#alibaba-news")
            threads = len(list(Path(f"/proc/{process.pid}/task").iterdir()))

    assert "Fliggy Fuels Travel" in json.dumps(answer.ack)
    assert threads < 100, "nobody costs a thread"


def test_silent_clients_hold_nobody_up_where_few_files_may_be_open(
    practice: PracticeServer, environ: dict[str, str]
) -> None:
    with running("sh", "-c", f"ulimit -n 300; exec {sys.executable} -m bot run --http", environ=environ):
        until(lambda: ready(environ), "ready")
        practice.deliver_to(f"http://127.0.0.1:{environ['PORT']}/slack/events")
        with crowd(environ, 600, b""):
            assert healthy_at_once(environ)
            answer = practice.command("/roundup", "fligy", channel="#alibaba-news")

    assert "Fliggy Fuels Travel" in json.dumps(answer.ack)


@pytest.mark.parametrize("mode", ["--socket", "--http"])
@pytest.mark.parametrize(("number", "said"), CROWDS, ids=["half-bodies", "http2", "silent"])
def test_unfinished_requests_do_not_hold_the_end_up(
    mode: str, number: int, said: bytes, environ: dict[str, str]
) -> None:
    """Else it is killed in the end, and nobody writes down what was under way."""
    with bot("run", mode, environ=environ) as process:
        until(lambda: ready(environ), "ready")
        with crowd(environ, number, said):
            process.send_signal(signal.SIGTERM)

            assert process.wait(PATIENCE) == 0
            assert "bot_stopped" in output(process)


@pytest.mark.parametrize("mode", ["--socket", "--http"])
def test_unreachable_slack_is_tried_again_line_by_line(mode: str, environ: dict[str, str]) -> None:
    environ["SLACK_API_URL"] = f"http://127.0.0.1:{free_port()}/api/"
    with bot("run", mode, environ=environ) as process:
        lines = until_lines(process, "slack_connect_failed", 2)
        health = until(lambda: get(environ, "/healthz"), "health answers meanwhile") or {}
        process.send_signal(signal.SIGTERM)
        rest = output(process)
        assert process.wait(PATIENCE) == 0

    assert len(lines) == 2, "a line a try"
    assert "retry_in=1s" in lines[0]
    assert "retry_in=2s" in lines[1]
    assert health["process"] == "ok"
    assert "Traceback" not in rest


def until_lines(process: subprocess.Popen[str], word: str, times: int) -> list[str]:
    lines: list[str] = []
    assert process.stdout
    while sum(word in line for line in lines) < times:
        line = process.stdout.readline()
        assert line, lines
        lines.append(line)
    return lines


@pytest.mark.parametrize("mode", ["--socket", "--http"])
def test_token_that_slack_rejects_ends_it_with_the_remedy(mode: str, environ: dict[str, str]) -> None:
    environ["SLACK_BOT_TOKEN"] = "xoxb-nobody-knows-it"
    with bot("run", mode, environ=environ) as process:
        assert process.wait(PATIENCE) == 1
        said = output(process)

    assert "SLACK_BOT_TOKEN is not valid" in said
    assert "Traceback" not in said
    assert "xoxb-nobody" not in said


@pytest.mark.parametrize("mode", ["--socket", "--http"])
def test_database_that_is_away_stops_posting_and_nothing_else(
    mode: str, practice: PracticeServer, environ: dict[str, str]
) -> None:
    """A bot that starts during an outage answers readers, and posts when the database is back."""
    environ["DATABASE_URL"] = f"postgresql://roundup:pass-word@127.0.0.1:{free_port()}/roundup"
    with bot("run", mode, environ=environ) as process:
        until_lines(process, "bot_ready", 1)
        if mode == "--http":
            practice.deliver_to(f"http://127.0.0.1:{environ['PORT']}/slack/events")
        answer = practice.command("/roundup", "fligy", channel="#alibaba-news")
        ready = get(environ, "/readyz", failing=True) or {}
        process.send_signal(signal.SIGTERM)
        said = output(process)
        assert process.wait(PATIENCE) == 0

    assert "Fliggy Fuels Travel" in json.dumps(answer.ack)
    assert ready["database"] == "cannot be reached"
    assert ready["slack"] == "ok"
    assert "Traceback" not in said
    assert "pass-word" not in said


@pytest.mark.parametrize("mode", ["--socket", "--http"])
def test_taken_port_names_the_setting(mode: str, environ: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environ["PORT"])))
        taken.listen()
        with bot("run", mode, environ=environ) as process:
            assert process.wait(PATIENCE) == 1
            said = output(process)

    assert f"Cannot listen on 127.0.0.1:{environ['PORT']}" in said
    assert "Set PORT" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("mode", "variable"),
    [
        ("--socket", "SLACK_BOT_TOKEN"),
        ("--http", "SLACK_BOT_TOKEN"),
        ("--socket", "SLACK_APP_TOKEN"),
        ("--http", "SLACK_SIGNING_SECRET"),
    ],
)
def test_missing_variable_is_named_with_where_to_get_it(
    mode: str, variable: str, environ: dict[str, str]
) -> None:
    del environ[variable]
    with bot("run", mode, environ=environ) as process:
        assert process.wait(PATIENCE) == 1
        said = output(process)

    assert said.startswith(f"{variable} is not set: ")
    assert "Traceback" not in said


@pytest.mark.parametrize("mode", ["--socket", "--http"])
@pytest.mark.parametrize("broken", ["config", "database"])
def test_what_the_user_can_mend_is_said_without_a_traceback(
    mode: str, broken: str, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text("chanels: []\n", encoding="utf-8")
    change = {
        "config": {"ROUNDUP_CONFIG": f"{tmp_path}/config.yaml"},
        "database": {"DATABASE_URL": "mysql://x"},
    }[broken]
    with bot("run", mode, environ={**environ, **change}) as process:
        assert process.wait(PATIENCE) == 1
        said = output(process)

    expected = {
        "config": "did you mean `channels`?",
        "database": "DATABASE_URL names a database that is not supported",
    }
    assert expected[broken] in said
    assert "Traceback" not in said


def test_the_mode_asked_for_decides_what_is_missing(environ: dict[str, str]) -> None:
    """Neither is set; an app token would be of no use to HTTP mode."""
    del environ["SLACK_APP_TOKEN"], environ["SLACK_SIGNING_SECRET"]
    with bot("run", "--http", environ=environ) as process:
        assert process.wait(PATIENCE) == 1

        assert output(process).startswith("SLACK_SIGNING_SECRET is not set: ")


def test_demo_refuses_an_unknown_log_level_in_words(environ: dict[str, str]) -> None:
    with bot("demo", environ={**environ, "LOG_LEVEL": "loud"}) as process:
        assert process.wait(PATIENCE) == 1

        assert output(process).startswith("LOG_LEVEL is 'loud': use one of DEBUG, ")


def test_bot_joins_a_public_channel_it_is_not_in(environ: dict[str, str]) -> None:
    with PracticeServer(channels=["#alibaba-news", "#alibaba-news-london"], member_of=[]) as practice:
        environ["SLACK_API_URL"] = practice.api_url
        with bot("post", "2020-05-01-road-to-recovery", environ=environ) as post:
            assert post.wait(PATIENCE) == 0

        assert posted(practice)


def test_demo_once_posts_and_answers_without_leaving_anything(
    environ: dict[str, str], tmp_path: Path, index_folder: Path
) -> None:
    before = {*tmp_path.iterdir(), index_folder.parent}
    with bot("demo", "--once", environ=environ) as demo:
        assert demo.wait(PATIENCE) == 0
        said = output(demo)

    assert "Friday, 1 May 2020 · 10 stories" in said
    assert "Damai and Youku Announce Online Concert Tribute" in said
    assert "1 story for “Fliggy”" in said
    assert {*tmp_path.iterdir(), index_folder.parent} == before  # DATABASE_URL was left alone


def test_demo_serves_the_page_and_hands_over_its_address(environ: dict[str, str], tmp_path: Path) -> None:
    with bot("demo", "--port", "0", environ=environ) as demo:
        *said, export = until_lines(demo, "export ", 1)
        variables = dict(pair.split("=", 1) for pair in export.removeprefix("export ").split())
        with bot("status", "--format", "json", environ={**environ, **variables}) as status:
            rows = json.loads(output(status))
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(PATIENCE) == 0

    assert "sent" in {row["state"] for row in rows if row["part"] == 0}
    assert "ticket" not in "".join(said)
    assert not Path(variables["DATABASE_URL"].removeprefix("sqlite:///")).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--socket", "--http"),
        ("resolve", "2020-05-01-road-to-recovery", "--channel", "#alibaba-news", "--there", "--drop"),
        ("resolve", "2020-05-01-road-to-recovery", "--channel", "#alibaba-news"),
    ],
)
def test_options_that_contradict_each_other_are_wrong_usage(
    arguments: tuple[str, ...], environ: dict[str, str]
) -> None:
    with bot(*arguments, environ=environ) as process:
        assert process.wait(PATIENCE) == 2


@pytest.mark.parametrize("mode", ["--socket", "--http"])
def test_sigterm_ends_it_within_seconds_though_slack_hangs(
    mode: str, practice: PracticeServer, environ: dict[str, str]
) -> None:
    """The request has longer than whoever told it to stop; the next start finds out what became of it."""
    key = "2020-05-01-road-to-recovery"
    with bot("run", mode, environ=environ) as process:
        until(lambda: ready(environ), "ready")
        practice.fault("chat.postMessage", "hang_accepted", times=2)
        # Without a token it only writes the order down: the bot carries it out.
        with bot("post", key, environ={**environ, "SLACK_BOT_TOKEN": ""}) as post:
            assert post.wait(PATIENCE) == 0
        until(lambda: practice.requests["chat.postMessage"] == 2, "it is posting")
        process.send_signal(signal.SIGTERM)
        said = output(process)
        assert process.wait(PATIENCE) == 0

    assert "requests_given_up count=2" in said
    assert "bot_stopped" in said
    with bot("status", "--format", "json", environ=environ) as status:
        rows = json.loads(output(status))
    asked = [row for row in rows if row["part"] == 0]
    assert {row["state"] for row in asked} == {"sending"}, "the next start looks before it sends"
