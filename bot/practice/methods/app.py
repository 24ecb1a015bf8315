"""What an app asks of itself: who am I, and where is my socket."""

from __future__ import annotations

from bot.practice.methods.call import TIER_3, Call, Family
from bot.practice.model import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Json, SlackError

APP = Family()


@APP.method("api.test", caller="none")
def api_test(call: Call) -> Json:
    if error := call.args.get("error"):
        raise SlackError(str(error))
    return {"args": dict(call.args)}


@APP.method("auth.test", caller="any")
def auth_test(call: Call) -> Json:
    return {
        "url": f"{call.workspace.url}/",
        "team": call.workspace.team["name"],
        "team_id": TEAM_ID,
        "user": "roundup",
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


@APP.method("apps.connections.open", caller="app", scope="connections:write", per_minute=TIER_3)
def apps_connections_open(call: Call) -> Json:
    return {"url": call.socket_url()}


@APP.method("bots.info", scope="users:read", per_minute=TIER_3)
def bots_info(call: Call) -> Json:
    if call.args.get("bot") not in (None, "", BOT_ID):
        raise SlackError("bot_not_found")
    bot = {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER, "name": "roundup", "deleted": False}
    return {"bot": bot}
