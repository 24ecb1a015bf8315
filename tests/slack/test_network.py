"""Networks as they are: a proxy one must use, an authority of one's own, hosts that redirect."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from socket import gaierror
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.core.delivery.answers import Accepted, Deferred, Unknown
from bot.core.environment import Environment
from bot.core.message import Message
from bot.practice.model import ME
from bot.practice.server import PracticeServer
from bot.practice.tokens import APP_TOKEN, BOT_TOKEN
from bot.slack.bolt import build_app
from bot.slack.connection import Socket
from bot.slack.line import Line
from bot.slack.listeners.responses import Responder
from bot.slack.messenger import Identity, Messenger
from bot.slack.network import DIRECT, Network, SlackClient, what_failed
from bot.web.timely import NoLineError
from tests.children import handed_on
from tests.slack.gates import Answering, Proxy, TlsFront, certificate
from tests.waiting import until

TIMEOUT = timedelta(seconds=30)
NOWHERE = "https://localhost:9/api/"
US = Identity(team="T", team_id="T1", user_id="U1", bot_id="B1")


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer(channels=["#news"], limits=None) as server:
        yield server


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(user="roundup", password="p@ss") as proxy:
        yield proxy


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody but we trusts, with its key in the same file."""
    return certificate(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def front(practice: PracticeServer, authority: Path) -> Iterator[TlsFront]:
    """Slack's own front: https and wss, before the practice workspace."""
    with TlsFront(authority, practice.url) as front:
        practice.url = front.url
        yield front


def environment(front: TlsFront, proxy: Proxy, authority: Path, **more: Any) -> Environment:
    trusted = {"certificates": str(authority), "proxy": proxy.url, **more}
    return Environment(api_url=f"{front.url}/api/", **trusted)


def messenger(environment: Environment) -> Messenger:
    network = Network(environment)
    return Messenger(BOT_TOKEN, base_url=environment.api_url, timeout=lambda: TIMEOUT, network=network)


def test_posts_go_through_the_proxy_and_trust_the_private_authority(
    practice: PracticeServer, front: TlsFront, proxy: Proxy, authority: Path
) -> None:
    slack = messenger(environment(front, proxy, authority))

    assert isinstance(slack.post("C0PRACTICE1", Message(text="x")), Accepted)
    assert proxy.asked == [f"CONNECT localhost:{front.port}"]


def test_the_socket_goes_through_the_proxy_and_trusts_the_private_authority(
    practice: PracticeServer, front: TlsFront, proxy: Proxy, authority: Path
) -> None:
    env = environment(front, proxy, authority)
    network = Network(env)
    app = build_app(token=BOT_TOKEN, api_url=env.api_url, identity=lambda: US, network=network)
    app.command("/roundup")(lambda ack: ack("here"))
    socket = Socket(app, APP_TOKEN, api_url=env.api_url, network=network)
    socket.connect()

    assert practice.command("/roundup", "x", channel="#news").ack["text"] == "here"
    assert proxy.asked == [f"CONNECT localhost:{front.port}"] * 2, "the address and the line"
    socket.close()


def test_response_urls_go_through_the_proxy(
    practice: PracticeServer, front: TlsFront, proxy: Proxy, authority: Path
) -> None:
    env = environment(front, proxy, authority)
    place = practice.workspace.channel("#news")
    url = f"{front.url}/response/{practice.workspace.permits.issue_response_url(ME, place.id, None)}"

    assert Responder(env.accepts_response_url, Network(env)).share(url, Message(text="x"))
    assert len(practice.workspace.posted("#news")) == 1
    assert proxy.asked == [f"CONNECT localhost:{front.port}"]


def test_what_no_proxy_names_is_asked_directly(
    practice: PracticeServer, front: TlsFront, proxy: Proxy, authority: Path
) -> None:
    env = environment(front, proxy, authority, no_proxy="example.com, localhost")
    network = Network(env)
    socket = Socket(
        build_app(token=BOT_TOKEN, api_url=env.api_url, identity=lambda: US, network=network),
        APP_TOKEN,
        api_url=env.api_url,
        network=network,
    )
    socket.connect()

    assert isinstance(messenger(env).post("C0PRACTICE1", Message(text="x")), Accepted)
    assert socket.connected
    assert proxy.asked == []
    socket.close()


def test_certificates_that_are_replaced_are_those_that_are_trusted(
    practice: PracticeServer, authority: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a restart; and a file that is being written is no reason to trust nobody."""
    trusted, another = tmp_path / "trusted.pem", certificate(tmp_path)
    trusted.write_bytes(authority.read_bytes())
    with TlsFront(authority, practice.url) as old, TlsFront(another, practice.url) as new:
        first, second = (
            messenger(Environment(api_url=f"{front.url}/api/", certificates=str(trusted)))
            for front in (old, new)
        )

        assert isinstance(first.post("C0PRACTICE1", Message(text="x")), Accepted)
        assert isinstance(second.post("C0PRACTICE1", Message(text="x")), Deferred)
        trusted.write_bytes(another.read_bytes())
        assert isinstance(second.post("C0PRACTICE1", Message(text="x")), Accepted)
        assert isinstance(first.post("C0PRACTICE1", Message(text="x")), Deferred)
        trusted.write_bytes(another.read_bytes()[:500])
        assert isinstance(second.post("C0PRACTICE1", Message(text="x")), Accepted)
        trusted.unlink()
        assert isinstance(second.post("C0PRACTICE1", Message(text="x")), Accepted)

    assert caplog.messages.count("certificates_unreadable error=SSLError") == 1
    assert caplog.messages.count("certificates_unreadable error=FileNotFoundError") == 1


def test_plain_addresses_go_through_the_proxy_too(practice: PracticeServer, proxy: Proxy) -> None:
    env = Environment(api_url=practice.api_url, proxy=proxy.url)

    assert isinstance(messenger(env).post("C0PRACTICE1", Message(text="x")), Accepted)
    assert proxy.asked == [f"POST {practice.api_url}chat.postMessage"]


def test_a_proxy_that_refuses_us_is_not_asked_whether_it_posted(front: TlsFront, authority: Path) -> None:
    """Nothing left this machine: there is nothing to search for."""
    with Proxy(user="roundup", password="another") as strict:
        strict.url = f"http://127.0.0.1:{strict.port}"
        env = environment(front, strict, authority)

        assert isinstance(messenger(env).post("C0PRACTICE1", Message(text="x")), Deferred)


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (b"HTTP/1.1 407 Who?\r\n\r\n", "the proxy that HTTPS_PROXY names answers 407: look at its user and"),
        (b"HTTP/1.1 503 Try later\r\n\r\n<html>", "the proxy that HTTPS_PROXY names answers 503"),
        (b"", "no connection to the proxy that HTTPS_PROXY names: RemoteDisconnected"),
        (b"HTTP/1.1 20", "no connection to the proxy that HTTPS_PROXY names: BadStatusLine"),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", "no connection to Slack: SSL"),
    ],
)
def test_what_a_proxy_says_instead_leads_to_the_variable(says: bytes, told: str) -> None:
    """And there is nothing to look for, as nothing has left."""
    with Answering(says) as proxy:
        refused = post(Environment(api_url=NOWHERE, proxy=proxy.url))

    assert isinstance(refused, Deferred)
    assert refused.error.startswith(told)


@pytest.mark.parametrize("api", ["https://localhost:9/api/", "http://localhost:9/api/"])
def test_a_proxy_that_nobody_answers_at_is_told_by_its_name(api: str) -> None:
    """Over plain HTTP it was "no connection to Slack"."""
    refused = post(Environment(api_url=api, proxy="http://127.0.0.1:9"))

    assert isinstance(refused, Deferred)
    assert refused.error == "no connection to the proxy that HTTPS_PROXY names: ConnectionRefusedError"


def test_a_proxy_that_does_not_take_us_through_to_the_socket_is_told_alike() -> None:
    """In the log at each try; a proxy's own words may be any, and long."""
    with (
        Answering(b"HTTP/1.1 407 " + b"x" * 1000 + b"\r\n\r\n") as proxy,
        pytest.raises(NoLineError) as refused,
    ):
        Network(Environment(proxy=proxy.url)).connect("wss://localhost:9/", timeout=SOON)

    assert what_failed(refused.value) == (
        "the proxy that HTTPS_PROXY names answers 407: look at its user and password"
    )


def test_a_user_without_a_password_is_told_to_the_proxy(front: TlsFront, authority: Path) -> None:
    """A token, as some want it; urllib says nothing of such a user."""
    with Proxy(user="token", password="") as proxy:
        env = environment(front, proxy, authority)
        line = Network(env).connect(front.url.replace("https", "wss"), timeout=TIMEOUT.total_seconds())
        line.close()

        assert isinstance(messenger(env).post("C0PRACTICE1", Message(text="x")), Accepted)
        assert proxy.asked == [f"CONNECT localhost:{front.port}"] * 2


def test_a_proxy_without_a_port_is_asked_at_the_same_one_by_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    def unknown(host: str, port: int) -> list[str]:
        asked.append((host, port))
        raise gaierror

    monkeypatch.setattr("bot.web.timely.resolve", unknown)
    env = Environment(api_url=NOWHERE, proxy="http://proxy.example.com")
    refused = post(env)
    with pytest.raises(NoLineError):
        Network(env).connect("wss://localhost:9/", timeout=SOON)

    assert asked == [("proxy.example.com", 80)] * 2
    assert refused == Deferred(
        timedelta(seconds=5), "no connection to the proxy that HTTPS_PROXY names: gaierror"
    )


def test_whom_to_ask_directly_is_what_was_read_and_nothing_else(
    practice: PracticeServer, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_PROXY counts before no_proxy, for all; urllib looks into the environment by itself."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    env = Environment(api_url=practice.api_url, proxy=proxy.url, no_proxy="example.com")

    assert isinstance(messenger(env).post("C0PRACTICE1", Message(text="x")), Accepted)
    assert proxy.asked == [f"POST {practice.api_url}chat.postMessage"]


def test_an_authority_that_nobody_named_is_not_trusted_and_the_variable_is_said(
    front: TlsFront, proxy: Proxy, authority: Path
) -> None:
    env = environment(front, proxy, authority, certificates="")

    refused = messenger(env).post("C0PRACTICE1", Message(text="x"))
    assert isinstance(refused, Deferred)
    assert "certificate refused (self-signed certificate)" in refused.error
    assert "SSL_CERT_FILE" in refused.error


def test_a_certificate_of_another_host_is_no_matter_of_whom_we_trust(
    front: TlsFront, authority: Path
) -> None:
    env = Environment(api_url=f"https://127.0.0.1:{front.port}/api/", certificates=str(authority))

    refused = post(env)
    assert isinstance(refused, Deferred)
    assert "mismatch" in refused.error
    assert "SSL_CERT_FILE" not in refused.error


def test_a_host_that_agrees_on_no_encryption_has_got_nothing() -> None:
    """Where history is not readable, a post that may be there is held for somebody to decide."""
    with Answering(b"") as silent:
        refused = post(Environment(api_url=f"https://127.0.0.1:{silent.port}/api/"))

    assert refused == Deferred(timedelta(seconds=5), "no connection to Slack: TimeoutError")


def test_every_command_uses_them(
    practice: PracticeServer, front: TlsFront, proxy: Proxy, authority: Path, tmp_path: Path
) -> None:
    """From the operator's variables to the wire, in a process of its own."""
    (tmp_path / "config.yaml").write_text(
        'timezone: UTC\nchannels: [{channel: "#news", post: fri 09:00, layout: full}]\n', encoding="utf-8"
    )
    (tmp_path / "digests").mkdir()
    (tmp_path / "token").write_text(f"{BOT_TOKEN}\n", encoding="utf-8")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SLACK_") and "proxy" not in k.lower()}
    environ = {
        **clean,
        **handed_on(),
        "SLACK_API_URL": f"{front.url}/api/",
        "SLACK_BOT_TOKEN_FILE": f"{tmp_path}/token",
        "SLACK_APP_TOKEN": APP_TOKEN,
        "HTTPS_PROXY": proxy.url,
        "SSL_CERT_FILE": str(authority),
    }
    command = [sys.executable, "-m", "bot", "doctor"]
    doctor = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)

    assert "FAULT" not in doctor.stdout, doctor.stdout + doctor.stderr
    assert "ok     Socket Mode" in doctor.stdout
    assert set(proxy.asked) == {f"CONNECT localhost:{front.port}"}


# --- redirects ---------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere() -> Iterator[Answering]:
    with Answering(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}') as server:
        yield server


@pytest.fixture
def redirecting(elsewhere: Answering) -> Iterator[Answering]:
    where = f"Location: {elsewhere.url}/api/chat.postMessage".encode()
    with Answering(b"HTTP/1.1 302 Found\r\n" + where + b"\r\nContent-Length: 0\r\n\r\n") as server:
        yield server


def test_the_token_is_never_taken_to_another_host(redirecting: Answering, elsewhere: Answering) -> None:
    """Whoever answered may have posted before: that must be looked for."""
    slack = Messenger(BOT_TOKEN, base_url=f"{redirecting.url}/api/", timeout=lambda: TIMEOUT)

    assert isinstance(slack.post("C1", Message(text="x")), Unknown)
    assert BOT_TOKEN in redirecting.heard[0]
    assert elsewhere.heard == []


def test_listeners_get_a_client_that_follows_no_redirect_either(
    redirecting: Answering, elsewhere: Answering
) -> None:
    from slack_bolt import BoltRequest

    app = build_app(token=BOT_TOKEN, api_url=f"{redirecting.url}/api/", identity=lambda: US)
    clients: list[Any] = []

    @app.command("/roundup")
    def roundup(ack: Any, client: Any) -> None:
        ack()
        clients.append(client)

    app.dispatch(
        BoltRequest(body={"command": "/roundup", "team_id": "T1", "user_id": "U1"}, mode="socket_mode")
    )

    with pytest.raises(SlackApiError):
        clients[0].views_publish(user_id="U1", view={"type": "home", "blocks": []})
    assert elsewhere.heard == []


def test_the_app_token_is_never_taken_to_another_host(redirecting: Answering, elsewhere: Answering) -> None:
    client = SlackClient(DIRECT, base_url=f"{redirecting.url}/api/")

    with pytest.raises(SlackApiError):
        client.apps_connections_open(app_token=APP_TOKEN)
    assert elsewhere.heard == []


def test_a_response_url_is_never_followed_elsewhere(redirecting: Answering, elsewhere: Answering) -> None:
    responder = Responder(lambda _: True)

    assert responder.share(f"{redirecting.url}/response/1", Message(text="x")), "it may be there"
    assert elsewhere.heard == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 2",
        b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
    ids=["nothing", "no HTTP", "half a line", "no length", "too many headers", "a header too long"],
)
def test_each_way_an_answer_to_a_response_url_can_fail_is_a_value(answer: bytes) -> None:
    with Answering(answer) as server:
        assert Responder(lambda _: True).share(f"{server.url}/response/1", Message(text="x"))


def test_what_nobody_took_is_certainly_not_there(caplog: pytest.LogCaptureFixture) -> None:
    with Answering(b"") as gone:
        url = f"{gone.url}/response/1"

    assert not Responder(lambda _: True).share(url, Message(text="x"))
    assert caplog.messages == ["response_failed error=no connection to Slack: ConnectionRefusedError"]


def test_an_endless_answer_to_a_response_url_is_not_read() -> None:
    with Answering(b"HTTP/1.1 200 OK\r\n\r\n", endless=True) as server:
        assert Responder(lambda _: True).share(f"{server.url}/response/1", Message(text="x"))

        until(lambda: server.ended, "we hung up")
        assert server.sent < 16 * 1024 * 1024


# --- one time for all of it --------------------------------------------------------------------------------

DRIPS = 400  # bytes; 20 seconds
SOON = 0.5  # seconds that whoever asks has for everything
HEAD = b"HTTP/1.1 200 OK\r\nX: "
CONTENT = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
REFUSAL = b"HTTP/1.1 500 Oh\r\nContent-Length: 400\r\n\r\n"
ANSWERS = pytest.mark.parametrize("answer", [HEAD, CONTENT, REFUSAL], ids=["head", "content", "refusal"])


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.listeners.responses.TIMEOUT_SECONDS", SOON)
    monkeypatch.setattr("bot.slack.line.HELLO_SECONDS", SOON)


def post(environment: Environment) -> object:
    network, soon = Network(environment), timedelta(seconds=SOON)
    slack = Messenger(BOT_TOKEN, base_url=environment.api_url, timeout=lambda: soon, network=network)
    return slack.post("C1", Message(text="x"))


@ANSWERS
def test_who_drips_is_not_waited_for_by_the_web_api(answer: bytes) -> None:
    """A byte now and then began the wait anew each time."""
    with Answering(answer, dripping=DRIPS) as server:
        assert post(Environment(api_url=f"{server.url}/api/")) == Unknown("TimeoutError")

        until(lambda: server.ended, "we hung up")
        assert server.sent < DRIPS


def test_who_drips_is_not_waited_for_by_a_response_url(hurried: None) -> None:
    with Answering(HEAD, dripping=DRIPS) as server:
        assert Responder(lambda _: True).share(f"{server.url}/response/1", Message(text="x"))

        until(lambda: server.ended, "we hung up")
        assert server.sent < DRIPS


@ANSWERS
def test_who_drips_is_not_waited_for_when_the_socket_is_opened(answer: bytes) -> None:
    with Answering(answer, dripping=DRIPS) as server:
        client = SlackClient(DIRECT, base_url=f"{server.url}/api/", timeout=SOON)
        with pytest.raises(TimeoutError):
            client.apps_connections_open(app_token=APP_TOKEN)

        until(lambda: server.ended, "we hung up")
        assert server.sent < DRIPS


def test_a_proxy_that_drips_is_not_waited_for() -> None:
    with Answering(HEAD, dripping=DRIPS) as proxy:
        assert isinstance(post(Environment(api_url=NOWHERE, proxy=proxy.url)), Deferred)

        until(lambda: proxy.ended, "we hung up")
        assert proxy.sent < DRIPS


def test_a_line_whose_greeting_drips_is_not_waited_for(hurried: None) -> None:
    with Answering(b"HTTP/1.1 101 Switching Protocols\r\nX: ", dripping=DRIPS) as server:
        with pytest.raises(ConnectionError):
            Line(f"ws://127.0.0.1:{server.port}", DIRECT, hear=print, ended=print, refuse=print)

        until(lambda: server.ended, "we hung up")
        assert server.sent < DRIPS


@pytest.mark.parametrize("status", [b"200 OK", b"500 Oh"])
def test_an_endless_answer_of_the_web_api_is_given_up(status: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.network.MOST", 1024 * 1024)
    with Answering(b"HTTP/1.1 " + status + b"\r\n\r\n", endless=True) as server:
        slack = Messenger(BOT_TOKEN, base_url=f"{server.url}/api/", timeout=lambda: TIMEOUT)

        assert slack.post("C1", Message(text="x")) == Unknown("TooLongError")
        until(lambda: server.ended, "we hung up")
