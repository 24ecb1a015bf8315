"""What /readyz says of Slack over HTTP, where no socket tells whether it is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.bot import Bot
from bot.app.server import Server
from bot.delivery.clocks import AWAY, uptime
from bot.practice.server import SIGNING_SECRET, PracticeServer
from bot.practice.tokens import BOT_TOKEN
from tests.app.processes import get
from tests.waiting import until

CONFIG = """\
timezone: UTC
digests: .
channels:
  - {channel: "#news", post: fri 09:00}
"""


def test_over_http_a_bot_without_a_way_to_slack_is_not_ready_until_it_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG)
    with PracticeServer(channels=["#news"], limits=None) as slack:
        environ = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "DATABASE_URL": f"sqlite:///{tmp_path}/roundup.db",
        }
        bot = Bot(tmp_path / "config.yaml", environ)
        server = Server(bot.health(), host="127.0.0.1", port=0)
        server.start()
        bot.connect(socket=False)
        port = {"PORT": str(server.port)}

        def said() -> str:
            return (get(port, "/readyz", failing=True) or {}).get("slack", "")

        until(lambda: said() == "ok", "reached")
    clocks, messenger = bot.posting.replica.clocks, bot.posting.edge.messenger

    messenger.ask_the_time()
    at_once = said()
    monkeypatch.setattr(clocks, "uptime", lambda: uptime() + AWAY.total_seconds())
    messenger.ask_the_time()
    later = said()
    clocks.hear(datetime.now(UTC))
    back = said()
    server.stop()
    bot.stop()

    assert at_once == "ok"  # a blip takes no bot out of the balance
    assert later == "no connection to Slack: ConnectionRefusedError"
    assert back == "ok"
