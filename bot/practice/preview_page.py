"""A digest's preview as one HTML file, drawn by the practice workspace's own code. Posts nothing.

The file needs no server: style, script and messages are in it. Only a story's picture is fetched, by the
reader's browser, as Slack would show it.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Any

_PAGE = files("bot.practice") / "page"
_IMPORT = re.compile(r'^import .* from "\./(.+)";\n', re.MULTILINE)
_DIGEST = '<script type="application/json" id="digest">{}</script>\n'
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def preview_html(
    messages: Sequence[Mapping[str, Any]], *, title: str, digest: Mapping[str, Any] | None = None
) -> str:
    """Return the page for what `preview --format json` prints.

    *digest* goes with it unseen, so that `roundup import` can read from the page what no post shows.
    """
    style = _read("style.css")
    script = "".join(_modules("preview.js", set()))
    return Template(_read("preview.html")).substitute(
        title=html.escape(title),
        policy=_policy(style, script),
        style=style,
        script=script,
        messages=_embedded([dict(message) for message in messages]),
        digest=_DIGEST.format(_embedded(digest)) if digest else "",
    )


def _read(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def _modules(name: str, seen: set[str]) -> Iterator[str]:
    """Yield a module after those it imports, without the words that make them modules.

    All share one scope then, so no two of them may use the same top-level name.
    """
    seen.add(name)
    source = _read(name)
    for imported in _IMPORT.findall(source):
        if imported not in seen:
            yield from _modules(imported, seen)
    yield _EXPORT.sub("", _IMPORT.sub("", source))


def _policy(style: str, script: str) -> str:
    """Allow this very style and script and pictures, and nothing else."""
    return (
        f"default-src 'none'; img-src https: http: data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _embedded(data: object) -> str:
    # "</script>" or "<!--" in a story would end the script element early.
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
