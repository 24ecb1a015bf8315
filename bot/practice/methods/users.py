"""Who is here: `users.*`, and who is in which user group."""

from __future__ import annotations

from bot.practice.methods.call import TIER_2, TIER_4, Call, Family, paged
from bot.practice.model import Json, SlackError
from bot.practice.objects import user_json

USERS = Family()


@USERS.method("users.info", scope="users:read", per_minute=TIER_4)
def users_info(call: Call) -> Json:
    user = call.workspace.users.get(str(call.args.get("user")))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_json(user)}


@USERS.method("users.list", scope="users:read", per_minute=TIER_2)
def users_list(call: Call) -> Json:
    page, cursor = paged(call, list(call.workspace.users.values()), default=100, most=999)
    return {"members": [user_json(user) for user in page], "response_metadata": {"next_cursor": cursor}}


@USERS.method("usergroups.users.list", scope="usergroups:read", per_minute=TIER_2)
def usergroups_users_list(call: Call) -> Json:
    (group,) = call.need("usergroup")
    if group not in call.workspace.groups:
        raise SlackError("no_such_subteam")
    return {"users": call.workspace.groups[group]}
