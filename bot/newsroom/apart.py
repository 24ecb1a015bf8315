"""Reads what somebody sent, in a process of its own that may take only so much time and memory.

Run as a module it reads one request from standard input and writes one answer. It is given no secrets.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.core.digest import Digest
from bot.core.errors import RoundupError, Severity
from bot.core.imported import PASTED
from bot.files.digest_file import read_digest
from bot.importing.draft import Role, digest_of
from bot.importing.exchange import as_yaml, is_exchange, version_of
from bot.importing.reading import read_draft
from bot.importing.report import counted, doubts, hints, likely_companies, summary
from bot.importing.source import checked, decode
from bot.importing.ways import for_sender
from bot.importing.writer import write_digest

CPU_SECONDS = 20  # the longest roundup seen takes one
MEMORY = 1024 * 1024 * 1024  # of addresses; a page's reader alone takes a third
SHOWN = 100  # characters of a line that was dropped
OF_A_DIGEST = frozenset({b"title", b"stories"})  # keys that every digest's file has
_KEYS = re.compile(rb"^(title|stories)\s*:", re.MULTILINE)


def main() -> None:
    """Answer the one request."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    request = json.load(sys.stdin)
    try:
        contents = [b64decode(each) for each in request["contents"]]
        answer = take_in(contents, request["name"], request["companies"], request["day"])
    except RoundupError as error:
        answer = {"error": for_sender(str(error))}
    json.dump(answer, sys.stdout)


def take_in(
    contents: Sequence[bytes], name: str, companies: Mapping[str, Sequence[str]], day: str
) -> dict[str, Any]:
    """Return what stands in a file, as the text of a digest's file; *day* if it does not say its own.

    Of several forms of it the one that has the most stories, the first of those.
    """
    answers, refusal = list[dict[str, Any]](), RoundupError(f"{name} is empty")
    # Of two forms the first is the one with shape, which is Markdown.
    named = [f"{name}.md", name] if len(contents) > 1 else [name]
    for content, called in zip(contents, named, strict=True):
        try:
            answers.append(_taken(content, called, companies, day))
        except RoundupError as error:
            refusal = error
    if not answers:
        raise refusal
    return max(answers, key=lambda answer: int(answer["stories"]))


def _taken(content: bytes, name: str, companies: Mapping[str, Sequence[str]], day: str) -> dict[str, Any]:
    checked(content, name)
    if own := _own_text(content, name):
        sent = decode(content, name).text
        digest = _checked(own, name, numbered=own == sent)
        stories = counted(len(digest.stories), "story", "stories")
        said = [stories, f"title: {digest.title}", f"date: {digest.date}"]
        return {
            "text": write_digest(digest),
            "stories": len(digest.stories),
            "dated": True,
            "version": version_of(sent),
            "found": said,
            "dropped": [],
            "doubts": [],
        }
    return _imported(content, name, companies, day)


def _own_text(content: bytes, name: str) -> str:
    """Return a digest's own text, if that was sent: its file, or the Markdown that we had handed out.

    Files are called this and that: what a text is says the text.
    """
    keys = set(_KEYS.findall(content))
    if len(keys) == len(OF_A_DIGEST) or (keys and _is_yaml(name)):
        return decode(content, name).text
    if content.lstrip(b"\xef\xbb\xbf").startswith(b"---") and is_exchange(text := decode(content, name).text):
        return as_yaml(text)
    return ""


def _checked(text: str, name: str, *, numbered: bool) -> Digest:
    digest, problems = read_digest(Path(name), text.encode())
    if digest is None:
        faults = [problem for problem in problems if problem.severity is Severity.ERROR]
        # The lines of a Markdown file are not those of the text that was made of it.
        said = [f"line {p.line}: {p.text}" if numbered else p.text for p in faults[:5]]
        raise RoundupError("\n".join([f"{name} is no digest as it stands:", *said]))
    return digest


def _is_yaml(name: str) -> bool:
    return Path(name).suffix.lower() in {".yaml", ".yml"}


def _imported(content: bytes, name: str, companies: Mapping[str, Sequence[str]], day: str) -> dict[str, Any]:
    names = [*companies, *(other for others in companies.values() for other in others)]
    # What has no file has no name that could be its title.
    called = "-" + name.removeprefix(PASTED) if name in (PASTED, f"{PASTED}.md") else name
    draft = read_draft(content, called, names=names)
    if not draft.counts()[Role.HEADLINE]:
        raise RoundupError(
            f"no story was found in {name}: each needs a headline on a line of its own, and text below it"
        )
    digest = digest_of(draft, day=draft.date or date.fromisoformat(day), slug_id="draft", registry=companies)
    dropped = [
        f"line {place}: {line.text[:SHOWN]} ({line.reason})"
        for place, line in zip(draft.places(), draft.lines, strict=True)
        if line.role is Role.DROPPED
    ]
    fresh = likely_companies(draft, companies)
    looks = [*doubts(draft), *hints(draft), *([f"new names? {', '.join(fresh)}"] if fresh else [])]
    return {
        "text": write_digest(replace(digest, draft=True)),
        "stories": len(digest.stories),
        "dated": draft.date is not None,
        "found": [*summary(draft)],
        "dropped": dropped,
        "doubts": [for_sender(row.removeprefix("warning: ")) for row in looks],
    }


if __name__ == "__main__":
    main()
