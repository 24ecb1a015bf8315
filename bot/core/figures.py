"""What is counted while the bot runs. Who does something says so; what becomes of that is told elsewhere."""

from __future__ import annotations

from datetime import datetime


class Figures:
    """Counts nothing, which is enough for a command in the shell. See bot.app.figures for who counts.

    Each method is told of one thing that has happened. It must be quick, ask nobody and never fail: what
    happens comes first.
    """

    def answered(self, kind: str, seconds: float) -> None:
        """Take note of a question that was answered."""

    def asked_slack(self, method: str, result: str, seconds: float) -> None:
        """Take note of a request to Slack's Web API: ok, refused, ratelimited, unreadable or unanswered."""

    def waits(self, limit: str, seconds: float) -> None:
        """Take note of a message that must wait, because so many more of its kind would be too many."""

    def posted(self, *, slot: datetime, at: datetime) -> None:
        """Take note of a digest that a channel got by itself: when it was due, and when it was there."""

    def socket_opened(self) -> None:
        """Take note of a new line of Socket Mode."""

    def socket_lost(self) -> None:
        """Take note of a line that ended although nobody wanted it to."""
