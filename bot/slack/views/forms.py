"""What modals are made of: inputs, and what was filled into them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from bot.core.message import Block
from bot.core.unseen import is_seen
from bot.slack.payload import read_json
from bot.slack.views.kit import label, plain, plainly, section
from bot.slack.views.mrkdwn import size

View = dict[str, Any]
Values = Mapping[str, Mapping[str, Any]]  # by block, without what tells one form from another: its field

MAX_TITLE = 24
MAX_FIELD = 3000  # characters of a text field, as Slack counts them
MAX_OPTION = 75  # characters that are seen of a name
MAX_CARRIED = 150  # of the name itself
MAX_CHOSEN = 100
SEPARATOR = "|"  # in a block's id: its field, then what makes it another one in another form


def modal(
    title: str,
    blocks: Iterable[Block],
    *,
    name: str = "",
    note: Mapping[str, Any] | None = None,
    submit: str = "",
) -> View:
    """Return a modal; *note* comes back unseen with what is done in it."""
    view = {
        "type": "modal",
        "title": plain(title[:MAX_TITLE]),
        "blocks": list(blocks),
        "close": plain("Close"),
    }
    if name:
        view["callback_id"] = name
    if note is not None:
        view["private_metadata"] = json.dumps(note, ensure_ascii=False, separators=(",", ":"))
    if submit:
        view |= {"submit": plain(submit), "close": plain("Cancel")}
    return view


def waiting(title: str, words: str) -> View:
    """Return what stands there while the database, or Slack, is asked."""
    return modal(title, [section(words)])


def told(text: str) -> View:
    """Return a modal that says one thing."""
    return modal("Roundup", plainly(text).blocks)


def field(
    name: str, label: str, element: Mapping[str, Any], *, hint: str = "", needed: bool = False
) -> Block:
    """Return an input. What is typed in it comes back under its *name*."""
    block: dict[str, Any] = {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {"action_id": "value", **element},
        "optional": not needed,
    }
    if hint:
        block["hint"] = plain(hint)
    return block


def line(value: str = "", *, multiline: bool = False, placeholder: str = "") -> dict[str, Any]:
    """Return a field for words."""
    element: dict[str, Any] = {"type": "plain_text_input", "max_length": MAX_FIELD}
    if value:
        element["initial_value"] = value
    if multiline:
        element["multiline"] = True
    if placeholder:
        element["placeholder"] = plain(placeholder)
    return element


def can_be_chosen(names: Sequence[str]) -> bool:
    """Tell whether a field for names takes them; else they are typed, one a line."""
    return len(names) <= MAX_CHOSEN and all(size(name) <= MAX_OPTION for name in names)


def names(action: str, chosen: Sequence[str]) -> dict[str, Any]:
    """Return a field for names, completed while one types."""
    element = {"type": "multi_external_select", "action_id": action, "min_query_length": 0}
    return {**element, "initial_options": options(chosen)} if chosen else element


def options(chosen: Iterable[str]) -> list[dict[str, Any]]:
    """Return names to choose from; none that could not be chosen whole, or of which nothing shows."""
    fitting = (name for name in chosen if size(name) <= MAX_CARRIED and is_seen(name))
    return [{"text": plain(label(name, MAX_OPTION)), "value": name} for name in fitting]


def filled(view: Mapping[str, Any]) -> Values:
    """Return what was filled in, by field."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    found: dict[str, Mapping[str, Any]] = {}
    for block, of_block in (values if isinstance(values, dict) else {}).items():
        for element in of_block.values() if isinstance(of_block, dict) else ():
            if isinstance(element, dict):
                found[str(block).partition(SEPARATOR)[0]] = element
    return found


def word(values: Values, name: str) -> str:
    """Return what was typed in a field, or ""."""
    value = values.get(name, {}).get("value")
    return value if isinstance(value, str) else ""


def chosen(values: Values, name: str, typed: str = "") -> tuple[str, ...]:
    """Return the names in a field, or what was *typed* instead, one a line; each once."""
    picked = values.get(name, {}).get("selected_options")
    if isinstance(picked, list):
        found = [str(option.get("value") or "") for option in picked if isinstance(option, dict)]
    else:
        found = typed.split("\n")
    return tuple(dict.fromkeys(each.strip() for each in found if each.strip()))


def one_of(values: Values, name: str) -> str:
    """Return the value of the one that was chosen, or ""."""
    option = values.get(name, {}).get("selected_option")
    return str(option.get("value") or "") if isinstance(option, dict) else ""


def day_in(value: Any) -> date | None:
    """Return the day that a text names, None for what names none."""
    with suppress(TypeError, ValueError):
        return date.fromisoformat(value)
    return None


def picked_day(values: Values, name: str) -> date | None:
    """Return the day that was picked, None without one."""
    return day_in(values.get(name, {}).get("selected_date"))


def noted(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a view of ours carries; nothing of one that is odd."""
    try:
        note = read_json(str(view.get("private_metadata") or "{}"))
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}
