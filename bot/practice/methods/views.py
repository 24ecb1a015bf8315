"""Modals and the App Home: `views.*`."""

from __future__ import annotations

from bot.practice.methods.call import TIER_4, Call, Family
from bot.practice.model import Json, SlackError, View
from bot.practice.open_views import view_json
from bot.practice.rules.views import check_view

VIEWS = Family()


@VIEWS.method("views.open", per_minute=TIER_4)
def views_open(call: Call) -> Json:
    return _opened(call, push=False)


@VIEWS.method("views.push", per_minute=TIER_4)
def views_push(call: Call) -> Json:
    return _opened(call, push=True)


@VIEWS.method("views.update", per_minute=TIER_4)
def views_update(call: Call) -> Json:
    body = _view_argument(call, "modal")
    view = _open_view(call)
    if view is None or view not in call.workspace.views.modals:
        raise SlackError("not_found")
    updated = call.workspace.views.update(view, body, call.args.get("hash"))
    return {"view": view_json(updated)}


@VIEWS.method("views.publish", per_minute=TIER_4)
def views_publish(call: Call) -> Json:
    (user,) = call.need("user_id")
    if user not in call.workspace.users:
        raise SlackError("user_not_found")
    view = call.workspace.views.publish_home(user, _view_argument(call, "home"), call.args.get("hash"))
    return {"view": view_json(view)}


def _opened(call: Call, *, push: bool) -> Json:
    (trigger_id,) = call.need("trigger_id")
    body = _view_argument(call, "modal")
    view = call.workspace.views.open(call.workspace.permits.use_trigger(trigger_id), body, push=push)
    return {"view": view_json(view)}


def _open_view(call: Call) -> View | None:
    if id_ := call.args.get("view_id"):
        return call.workspace.views.find(str(id_))
    (external_id,) = call.need("external_id")
    modals = call.workspace.views.modals
    return next((view for view in modals if view.body.get("external_id") == external_id), None)


def _view_argument(call: Call, kind: str) -> Json:
    body = call.json("view")
    check_view(body, kind)
    return dict(body)
