"""Every method of Slack's Web API that there is here; any other answers `unknown_method`, as Slack does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.practice.methods.app import APP
from bot.practice.methods.call import Method
from bot.practice.methods.chat import CHAT
from bot.practice.methods.conversations import CONVERSATIONS
from bot.practice.methods.files import FILES
from bot.practice.methods.users import USERS
from bot.practice.methods.views import VIEWS

METHODS: Final[Mapping[str, Method]] = {**APP, **CHAT, **CONVERSATIONS, **FILES, **USERS, **VIEWS}
POSTING = ("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete")
