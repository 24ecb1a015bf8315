"""Builds the Bolt app: answers inside the ack, its own threads, no network at construction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.lazy_listener.thread_runner import ThreadLazyListenerRunner
from slack_bolt.middleware import Middleware

from bot.slack.messenger import Identity
from bot.slack.network import DIRECT, Network, SlackClient

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

# Bolt's own five serve listeners and lazy functions: with five slow buttons the sixth command times out.
LISTENER_THREADS = 20
TIMEOUT_SECONDS = 10


def build_app(
    *,
    token: str,
    api_url: str,
    identity: Callable[[], Identity | None],
    network: Network = DIRECT,
) -> App:
    """Return a Bolt app. Requests are verified before they come here; *identity* may not be known yet."""

    def authorize() -> AuthorizeResult:
        # Not Bolt's default: that one calls auth.test while the first reader waits.
        known = identity()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=known.team_id if known else None,
            bot_token=token,
            bot_user_id=known.user_id if known else None,
            bot_id=known.bot_id if known else None,
        )

    logger = logging.getLogger("slack_bolt.App")
    logger.addFilter(_is_news)
    client = SlackClient(network, token=token, base_url=api_url, timeout=TIMEOUT_SECONDS)
    app = App(
        logger=logger,
        client=client,
        authorize=authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        listener_executor=_Threads(LISTENER_THREADS, thread_name_prefix="listener"),
    )
    app.error(_tell)
    app.listener_runner.lazy_listener_runner = _Later(logger, app.listener_runner.listener_executor)
    app.use(_OnOurNetwork(client))
    return app


def finish(app: App, *, within: timedelta) -> bool:
    """Wait for what people pressed and sent; False if not all of it is done *within* that time."""
    threads = cast("_Threads", app.listener_runner.listener_executor)
    left = wait(threads.under_way.copy(), within.total_seconds()).not_done
    if left:
        log.warning("listeners_given_up count=%d", len(left))
    return not left


class _Threads(ThreadPoolExecutor):
    """Those in which listeners go on after the acknowledgement."""

    def __init__(self, most: int, *, thread_name_prefix: str) -> None:
        super().__init__(most, thread_name_prefix)
        self.under_way: set[Future[Any]] = set()

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have it done as soon as a thread is free."""
        future = super().submit(work, *args, **kwargs)
        self.under_way.add(future)
        future.add_done_callback(self.under_way.discard)
        return future


class _OnOurNetwork(Middleware):
    """Hands listeners our client. Bolt's own knows no NO_PROXY and follows redirects."""

    # No function: before it calls one, Bolt gathers all that a function may ask for, and again for each.
    def __init__(self, client: SlackClient) -> None:
        self._client = client

    def process(
        self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        req.context["client"] = self._client
        return next()


class _Later(ThreadLazyListenerRunner):
    """Runs what goes on after the acknowledgement. Of what fails there Bolt says neither where nor what."""

    def start(self, function: Callable[..., None], request: BoltRequest) -> None:
        @wraps(function)  # Bolt hands over what the names of its arguments ask for
        def told(**wanted: Any) -> None:
            try:
                function(**wanted)
            except Exception:  # a bug
                log.exception("listener_failed")

        super().start(told, request)


def _tell(error: Exception, body: dict[str, Any]) -> None:
    if isinstance(error, BoltUnhandledRequestError):  # Bolt's own words are ten lines, with code to paste
        log.warning("request_unhandled type=%r", str(body.get("type", body.get("command")))[:80])
    else:
        log.error("listener_failed", exc_info=error)


def request_of(payload: dict[str, Any]) -> BoltRequest | None:
    """Return what came as Bolt reads it, the same in both modes; None if it cannot.

    Headers are not signed, so it gets none.
    """
    try:
        return BoltRequest(body=payload, mode="socket_mode")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # it looks for who and where
        return None


def acknowledge(ack: Ack) -> None:
    """Tell Slack that we have it: the first function of every listener whose work takes its time."""
    ack()


def _is_news(record: logging.LogRecord) -> bool:
    # Bolt warns that SLACK_BOT_TOKEN is not used where `authorize` is: that is what hands the token over.
    return not record.getMessage().endswith(("will be ignored.", "will be unused."))
