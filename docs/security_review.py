"""Writes docs/security-review.md: `python docs/security_review.py`. A test holds the page to the code.

Scopes, methods, tables, hosts and variables come from the code; here is what one is told of each. Whatever
the code has and this has not, or the other way round, stops it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a script, which sees only its own folder

from bot.core.environment import FILES as SLACK_FILES  # noqa: E402 - after the path
from bot.core.environment import GOVERNMENT, HOOKS, SLACK_API_URL, WHERE  # noqa: E402 - after the path
from bot.slack.manifest import OPTIONAL_SCOPES, SCOPES, manifest  # noqa: E402
from bot.store.cleaning import FOR_A_WHILE, FOR_EVER, FOR_NOW  # noqa: E402
from bot.store.tables import metadata  # noqa: E402

PAGE = ROOT / "docs" / "security-review.md"

# scope -> (methods it is needed for, what is read with it, what of that is stored, what a refusal costs)
USES: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "commands": (
        (),
        "the words after `/roundup`, who typed them and where",
        "nothing of a question; of a shared answer: who, where, when and which stories (`copies`)",
        "nobody can ask; posting works",
    ),
    "chat:write": (
        ("chat.postMessage", "chat.update", "chat.delete"),
        "Slack's answer: the message's `ts`",
        "that `ts` (`deliveries`, `envelopes`)",
        "nothing is posted: the bot is of no use",
    ),
    "channels:read": (
        ("conversations.info", "conversations.list", "users.conversations"),
        "names, IDs, archived or not, member or not, of public channels",
        "name and ID of configured channels (`channels`)",
        "no channel is found, so nothing is posted",
    ),
    "channels:history": (
        ("conversations.history", "conversations.replies"),
        "messages of a configured channel: since a post whose answer was lost; of 14 days after a silence of "
        "ten minutes or with a new database; all with `roundup recover`; the last one with `roundup doctor`. "
        "All but the bot's own are ignored",
        "the `ts` of the bot's own messages",
        "a post whose answer was lost is held until an editor decides",
    ),
    "channels:join": (
        ("conversations.join",),
        "nothing",
        "nothing",
        "somebody types `/invite @roundup` in each public channel",
    ),
    "files:read": (
        ("files.info",),
        "name, kind, size and content (5 MB at most) of a file that an editor sends the bot directly",
        "the digest made from it (`versions`); nothing of the file itself",
        "editors paste the text, or use `/roundup new`",
    ),
    "files:write": (
        ("files.getUploadURLExternal", "files.completeUploadExternal"),
        "nothing; a draft is put into the thread in which it is spoken of",
        "nothing",
        "a draft is not handed back as a file; `roundup export` does the same",
    ),
    "groups:read": (
        ("conversations.info", "conversations.list", "users.conversations"),
        "the same as `channels:read`, of private channels the bot was invited to",
        "the same",
        "nothing is posted in private channels",
    ),
    "groups:history": (
        ("conversations.history", "conversations.replies"),
        "the same as `channels:history`, of private channels the bot was invited to",
        "the same",
        "the same as there, in private channels",
    ),
    "im:history": (
        ("conversations.history", "conversations.replies"),
        "what somebody writes to the bot in a direct message (event `message.im`); its own messages there, "
        "after an alarm whose answer was lost",
        "the digest made from what an editor sends (`versions`); the `ts` of the alarm",
        "editors use `/roundup new` instead of a message; an alarm whose answer was lost may come twice",
    ),
    "im:write": (
        ("conversations.open",),
        "the ID of the bot's direct message with an editor",
        "nothing",
        "the same",
    ),
    "usergroups:read": (
        ("usergroups.users.list",),
        "the user IDs in a group (`S…`) that is configured under `editors`",
        "nothing",
        "editors are named one by one",
    ),
    "users:read": (
        ("users.info", "users.list"),
        "of up to 999 people at the start, and of who asks later: whether it is a guest or a stranger; "
        "whether the ID of a configured editor is a person's; each day, whether a configured editor or "
        "approver was deactivated",
        "nothing; in memory, for twelve hours, who is a guest or a stranger, and who was deactivated",
        "everybody in the workspace is answered, guests too; the doctor does not look editors up",
    ),
}
# Methods that need no scope of the bot's.
FREE = {
    "auth.test": "who the bot is, at the start and from time to time",
    "views.publish": "the bot's Home, to whoever opens it",
    "views.open": "the editors' forms, after a press or `/roundup new`",
    "views.update": "the same",
    "blocks.validate": "`roundup doctor --blocks`: Slack checks what comes next, without posting it",
    "apps.connections.open": "the line of Socket Mode, with the app-level token and its `connections:write`",
}
# table -> what it holds
TABLES = {
    "channels": "channels of the configuration: name, ID, when first seen",
    "copies": "answers that readers shared: **user ID**, channel, time, stories",
    "counters": "counts",
    "decisions": "what editors decided: **user ID** (or “the shell”), time, what, digest, channel",
    "deliveries": "each message of each digest: text, state, `ts`, times, Slack's error, its host",
    "envelopes": "messages to editors: **user ID**, state, `ts`, times",
    "files": "which host has which digest files",
    "letters": "letters of story codes",
    "numbers": "numbers of stories: headline, address, a digest of the text",
    "outbox": "what editors are told: **user ID**, words, time",
    "paces": "when the next request to Slack is allowed",
    "postings": "what becomes of a digest in a channel",
    "replicas": "which hosts run the bot, and when each was last alive",
    "skips": "days left out",
    "told": "what the editors were told of already",
    "approvals": "who approved which version of a digest, when, and who took that back",
    "versions": "every version of every digest: text, time, host",
}
FILES = (
    ("`roundup.db` with `-wal` and `-shm`, or a PostgreSQL database", "the tables above", "0600"),
    (
        "`$XDG_CACHE_HOME/roundup/`",
        "search index and digests as they were read; may be deleted at will",
        "0700",
    ),
    (
        "`digests/`, or `--output`",
        "what `new` and `import` make; no running bot writes there",
        "the user's own",
    ),
    ("the folder of `roundup init`", "`config.yaml` and the two schemas", "the user's own"),
    ("the file of `roundup backup` or `copy-database`", "a copy of the database", "0600"),
    (
        "a folder of its own under the system's temporary one",
        "the database of `roundup demo`, deleted at its end",
        "0700",
    ),
)
NEVER_LOGGED = (
    "tokens, the signing secret, passwords of databases and proxies, a socket's address (with its ticket)",
    "questions, answers, texts of messages and digests",
    "names and mail addresses of people. A user ID is logged of editors alone",
)


def page() -> str:
    """Return the page's text; AssertionError if the code knows what this does not."""
    scopes = {**SCOPES, **OPTIONAL_SCOPES}
    assert USES.keys() == scopes.keys(), USES.keys() ^ scopes.keys()  # noqa: S101
    assert TABLES.keys() == metadata.tables.keys(), TABLES.keys() ^ metadata.tables.keys()  # noqa: S101
    return f"""\
# For the security reviewer

Written by `docs/security_review.py` from the code, and tested against it.
What is defended against whom: [Security](../SECURITY.md).

Roundup is one process that your organisation runs itself. Nobody else gets anything: no analytics, no
updates, no service of ours. It has a bot token and no user token, and is installed in one workspace.

## Scopes

{_table(("scope", "for", "methods", "reads", "stores", "refused"), _scope_rows(SCOPES))}
These may be left out when the app is installed; `roundup doctor` says what is then missing.

{_table(("optional scope", "for", "methods", "reads", "stores", "left out"), _scope_rows(OPTIONAL_SCOPES))}
No scope is needed for:

{_table(("method", "for"), ((f"`{name}`", what) for name, what in FREE.items()))}
Slack sends the bot `/roundup` commands, presses of its own buttons, what is filled into its forms,
and {_events()}. Of messages it is sent those to itself alone, by direct message; no channel's.

## What is stored

In a database of yours. What was posted, shared or numbered must be known, or it would be so again: that is
kept for good. Of the rest, what is over is deleted after the time that [`keep`](admins.md) says, two years
without it.

{_table(("table", "holds", "kept"), _table_rows())}
**Of people** that is the user IDs of editors and of readers who shared an answer; `roundup forget USER` lists
what there is of one and erases the ID. Questions are answered from memory and kept nowhere; `/metrics` counts
them by kind.

## Hosts contacted

{_table(("host", "for"), _hosts())}
## Files written

{_table(("where", "what", "who may read it"), FILES)}
A running bot writes the first two alone; everything else can be read-only, as the
[Dockerfile](../Dockerfile) and what is in [deploy](../deploy) have it.

## Secrets

{_table(("variable, or the file that `…_FILE` names", "where it comes from"), _secrets())}
They come from the environment or from files named there. Tokens are sent to the Slack API's host, the bot's
to Slack's file host as well, and never after a redirect: over TLS, but to a practice workspace that
`SLACK_API_URL` names with `http://`.

## Never logged

{_list(NEVER_LOGGED)}

## Dependencies

`make sbom` writes `build/sbom.json` (CycloneDX) and `build/licenses.md`: each package of a server with its
version and licence. All are pinned with hashes in [requirements.txt](../requirements.txt).
"""


def _scope_rows(scopes: Mapping[str, str]) -> Iterable[tuple[str, ...]]:
    for scope, purpose in scopes.items():
        methods, *rest = USES[scope]
        yield (f"`{scope}`", purpose, ", ".join(f"`{name}`" for name in methods) or "–", *rest)


def _table_rows() -> Iterable[tuple[str, ...]]:
    kinds = ((FOR_EVER, "for good"), (FOR_A_WHILE, "`keep`"), (FOR_NOW, "a day"))
    kept = {table.name: how for tables, how in kinds for table in tables}
    for name in sorted(metadata.tables):
        yield (f"`{name}`", TABLES[name], kept[name])


def _events() -> str:
    return ", ".join(f"`{name}`" for name in manifest()["settings"]["event_subscriptions"]["bot_events"])


def _hosts() -> Iterable[tuple[str, str]]:
    yield f"`{SLACK_API_URL.split('/')[2]}`", "the Web API"
    yield (
        "`wss-primary.slack.com` and others below `slack.com`",
        "Socket Mode; Slack names the address each time",
    )
    yield f"`{HOOKS}`", "answers to buttons (`response_url`)"
    yield f"`{SLACK_FILES}`", "files that editors send; drafts handed back as files"
    yield f"`{GOVERNMENT}` and below", "instead of these, where `SLACK_API_URL` says so"
    yield "your database's", "if it is PostgreSQL"
    yield "your proxy's", "if `HTTPS_PROXY` is set, then instead of all but the database"
    yield (
        "a host that an editor names",
        "only for `roundup import ADDRESS` in a shell; never a private address",
    )


def _secrets() -> Iterable[tuple[str, str]]:
    for name in sorted(WHERE):
        yield f"`{name}`", WHERE[name]
    yield "`DATABASE_URL`", "your database, if it has a password"


def _list(things: Iterable[str]) -> str:
    return ";\n".join(f"- {each}" for each in things) + "."


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(heads), *map(tuple, rows)]
    lines.insert(1, ("---",) * len(lines[0]))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
