"""What operators set, and what they are told when it is wrong."""

from pathlib import Path

import pytest

from bot.core.environment import Environment, read_environment
from bot.core.errors import RoundupError


def test_nothing_set_means_slack_itself_and_a_local_database() -> None:
    environment = read_environment({})

    assert environment.is_slack
    assert environment.database_url == "sqlite:///roundup.db"
    assert environment.port is None


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1-2", "SLACK_BOT_TOKEN holds a user token; it must start with xoxb-"),
        ("SLACK_BOT_TOKEN", "xapp-1-2", "SLACK_BOT_TOKEN holds an app-level token; it must start with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1-2", "SLACK_APP_TOKEN holds a bot token; it must start with xapp-"),
        ("SLACK_APP_TOKEN", "nonsense", "SLACK_APP_TOKEN holds something else; it must start with xapp-"),
        ("SLACK_BOT_TOKEN", '"xoxb-1"', "SLACK_BOT_TOKEN has quotes, spaces or line breaks"),
        ("SLACK_SIGNING_SECRET", "abc\n", "SLACK_SIGNING_SECRET has quotes, spaces or line breaks"),
        (
            "SLACK_API_URL",
            "http://127.0.0.1:1/",
            "SLACK_API_URL must be an http(s) address that ends in /api/",
        ),
        *(
            ("SLACK_API_URL", address, "SLACK_API_URL must be an http(s) address that ends in /api/")
            for address in (
                *(
                    "ftp://x/api/",
                    "http://[::1/api/",
                    "https://x:99999/api/",
                    "https://x:y/api/",
                    "https:///api/",
                ),
                *("https://a b/api/", "https://x/api/?y=/api/", "https://x/#/api/", "https://u:hush@x/api/"),
            )
        ),
        ("DATABASE_URL", "sqlite:///a.db\nb", "DATABASE_URL has quotes, spaces or line breaks"),
        ("DATABASE_URL", " sqlite:///a.db", "DATABASE_URL has quotes, spaces or line breaks"),
        ("DATABASE_URL", "'sqlite:///a.db'", "DATABASE_URL has quotes, spaces or line breaks"),
        ("PORT", "30 00", "PORT is '30 00'"),
        ("PORT", "70000", "PORT is '70000'"),
        ("PORT", "9" * 5000, "PORT is '99999"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL is 'LOUD'"),
    ],
)
def test_wrong_value_names_the_variable_and_the_remedy(name: str, value: str, words: str) -> None:
    with pytest.raises(RoundupError) as error:
        read_environment({name: value})

    assert str(error.value).startswith(words)


def test_secrets_show_in_no_repr_and_no_error() -> None:
    environment = read_environment(
        {
            "SLACK_BOT_TOKEN": "xoxb-hush",
            "SLACK_APP_TOKEN": "xapp-hush",
            "SLACK_SIGNING_SECRET": "hush",
            "DATABASE_URL": "postgresql://u:hush@h/d",
        }
    )
    with pytest.raises(RoundupError) as error:
        read_environment({"SLACK_BOT_TOKEN": "xoxp-hush"})

    assert "hush" not in repr(environment)
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/x",
        "https://evil.example/hooks.slack.com",
        "https://user@hooks.slack.com/x",
        "https://@hooks.slack.com/x",
        "https://:@hooks.slack.com/x",
        "https://hooks.slack.com\t/x",
        "https://hooks.sl\nack.com/x",
        " https://hooks.slack.com/x",
        "https://hooks.slack.com/x y",
        "https://hooks.slack.com/\udc80",
        "https://hooks.slack.com:8443/x",
        "https://slack.com/x",
        "file:///etc/passwd",
        "https://[broken/x",
        "https://hooks.slack.com:port/x",
        "",
    ],
)
def test_only_slacks_own_response_url_is_used(url: str) -> None:
    """It comes in from outside: anything else would make the bot call whom a stranger likes."""
    assert not Environment().accepts_response_url(url)


def test_response_url_of_slack_is_used() -> None:
    assert Environment().accepts_response_url("https://hooks.slack.com/commands/T1/2/3")


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("http://127.0.0.1:3210/response/1", True),
        ("http://127.0.0.1:3211/response/1", False),
        ("https://127.0.0.1:3210/response/1", False),
        ("http://localhost:3210/response/1", False),
    ],
)
def test_practice_workspace_may_use_its_own_response_url(url: str, accepted: bool) -> None:
    environment = Environment(api_url="http://127.0.0.1:3210/api/")

    assert environment.accepts_response_url(url) is accepted


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///roundup.db", "roundup.db"),
        ("sqlite+pysqlite:////var/lib/roundup.db?timeout=5", "/var/lib/roundup.db"),
        ("postgresql:///roundup", None),
        ("postgres://u:p@db:5432/roundup", None),
    ],
)
def test_a_database_is_a_file_or_a_servers(url: str, file: str | None) -> None:
    assert read_environment({"DATABASE_URL": url}).database_file == (Path(file) if file else None)


SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-hush",
    "SLACK_APP_TOKEN": "xapp-hush",
    "SLACK_SIGNING_SECRET": "hush",
    "DATABASE_URL": "postgresql://u:hush@h/d",
}


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_each_secret_may_stand_in_a_file(start: str, end: str, tmp_path: Path) -> None:
    """As Docker, Kubernetes and systemd hand them over; editors end the line, and some mark its beginning."""
    for name, value in SECRETS.items():
        (tmp_path / name).write_bytes(f"{start}{value}{end}".encode())
    from_files = read_environment({f"{name}_FILE": str(tmp_path / name) for name in SECRETS})

    assert from_files == read_environment(SECRETS)
    assert "hush" not in repr(from_files)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "_FILE names {file}, which cannot be read: no such file or directory."),
        (b"\n", "_FILE names {file}, which is empty: put the bare value there."),
        (b"\xff\xfe", "_FILE names {file}, which cannot be read: it is no text."),
    ],
)
def test_a_secrets_file_that_does_not_do_is_named(
    name: str, content: bytes | None, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(RoundupError) as error:
        read_environment({f"{name}_FILE": str(file)})

    assert str(error.value) == name + words.format(file=file)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_stands_in_one_place(name: str, tmp_path: Path) -> None:
    with pytest.raises(RoundupError) as error:
        read_environment({name: SECRETS[name], f"{name}_FILE": f"{tmp_path}/secret"})

    assert str(error.value) == f"{name} and {name}_FILE are both set: unset one of them."


def test_a_secret_in_a_file_is_as_bare_as_any(tmp_path: Path) -> None:
    (tmp_path / "token").write_text('"xoxb-hush"\n', encoding="utf-8")
    with pytest.raises(RoundupError, match="SLACK_BOT_TOKEN has quotes"):
        read_environment({"SLACK_BOT_TOKEN_FILE": f"{tmp_path}/token"})


@pytest.mark.parametrize("host", ["slack-gov.com", "www.slack-gov.com"])
@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("https://hooks.slack-gov.com/commands/1", True),
        ("http://hooks.slack-gov.com/commands/1", False),
        ("https://hooks.slack.com/commands/1", False),
        ("https://slack-gov.com/commands/1", False),
        ("https://hooks.slack-gov.com.evil.example/1", False),
    ],
)
def test_slack_for_the_government_has_response_urls_of_its_own(host: str, url: str, accepted: bool) -> None:
    environment = read_environment({"SLACK_API_URL": f"https://{host}/api/"})

    assert environment.is_slack
    assert environment.accepts_response_url(url) is accepted


def test_a_host_that_only_ends_like_the_governments_is_not_it() -> None:
    environment = read_environment({"SLACK_API_URL": "https://evil-slack-gov.com/api/"})

    assert not environment.accepts_response_url("https://hooks.slack-gov.com/commands/1")


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        ("", "https://slack.com/api/", False),
        ("slack.com", "https://slack.com/api/", True),
        ("slack.com", "wss://wss-primary.slack.com/link", True),
        (".slack.com", "wss://wss-primary.slack.com/link", True),
        ("*.slack.com", "https://hooks.slack.com/x", True),
        ("Slack.COM", "https://slack.com/api/", True),
        ("slack.com", "https://notslack.com/api/", False),
        ("*", "https://slack.com/api/", True),
        ("slack.com:443", "https://slack.com/api/", True),
        ("slack.com:8443", "https://slack.com/api/", False),
        ("example.com, slack.com", "https://slack.com/api/", True),
        ("example.com slack.com localhost", "https://slack.com/api/", True),
        ("example.com  , slack.com", "https://notslack.com/api/", False),
        ("   ", "https://slack.com/api/", False),
        ("127.0.0.1", "http://127.0.0.1:3210/api/", True),
        ("127.0.0.1:3211", "http://127.0.0.1:3210/api/", False),
        ("10.0.0.0/8", "https://10.1.2.3/api/", True),
        ("10.0.0.0/8", "https://11.1.2.3/api/", False),
        ("::1", "http://[::1]:3210/api/", True),
        ("[::1]:3210", "http://[::1]:3210/api/", True),
        ("[::1]:3211", "http://[::1]:3210/api/", False),
        ("fd00::/8", "https://[fd00::1]/api/", True),
        ("10.0.0.0/8:443", "https://10.1.2.3/api/", True),
        ("10.0.0.0/8:80", "https://10.1.2.3/api/", False),
        ("slack.com.", "https://slack.com/api/", True),
        ("slack.com", "https://slack.com./api/", True),
        (",", "https://slack.com/api/", False),
    ],
)
def test_no_proxy_names_hosts_domains_networks_or_all(no_proxy: str, url: str, direct: bool) -> None:
    environment = read_environment({"HTTPS_PROXY": "http://u:hush@proxy:3128", "NO_PROXY": no_proxy})

    assert environment.proxy_for(url) == ("" if direct else "http://u:hush@proxy:3128")
    assert "hush" not in repr(environment)


@pytest.mark.parametrize("value", ["proxy.example.com:3128", "http://proxy.example.com:3128"])
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_a_proxy_is_named_with_or_without_its_scheme(name: str, value: str) -> None:
    environment = read_environment({name: value})

    assert environment.proxy_for("https://slack.com/api/") == "http://proxy.example.com:3128"


@pytest.mark.parametrize(
    "value",
    [
        *("socks5://proxy:1080", "http://proxy:port", "http://", "http://a b:1", "http://a:1\n"),
        *("http://user:12/34@proxy:1", "user:12#34@proxy:1", "http://user:12?34@proxy:1"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_said_without_its_password(value: str) -> None:
    with pytest.raises(RoundupError) as error:
        read_environment({"HTTPS_PROXY": value})

    assert str(error.value).startswith("HTTPS_PROXY must be like http://proxy.example.com:3128")


@pytest.mark.parametrize(
    "content",
    ["", "no certificate", "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n"],
    ids=["nothing", "words", "damaged"],
)
def test_certificates_that_are_none_are_said_at_once(content: str, tmp_path: Path) -> None:
    """OpenSSL passes over them in silence, and then every connection fails for another reason."""
    (tmp_path / "ca.pem").write_text(content, encoding="utf-8")
    with pytest.raises(RoundupError, match=r"SSL_CERT_FILE names .*ca\.pem, which holds no certificate"):
        read_environment({"SSL_CERT_FILE": f"{tmp_path}/ca.pem"})
    with pytest.raises(RoundupError, match="which cannot be read: no such file"):
        read_environment({"SSL_CERT_FILE": f"{tmp_path}/none.pem"})
