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
        ("SLACK_API_URL", "ftp://x/api/", "SLACK_API_URL must be an http(s) address that ends in /api/"),
        ("PORT", "30 00", "PORT is '30 00'"),
        ("PORT", "70000", "PORT is '70000'"),
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
