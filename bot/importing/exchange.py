"""A digest as a Markdown file that people can write in, and back: what it does not say is not in the digest.

Between `---` stands what is said of the digest, in a block called `about` what is said of a story; both as in
a digest's own file, whose loader checks them. A story begins with its headline, `## `. A text that could not
be told from what stands around it stands there too, in quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from bot.core.digest import Digest, Story
from bot.core.markdown.tree import Text
from bot.files.markdown import read_text
from bot.importing.writer import facts, head, scalar

SIGN = "# a digest: send it back and it changes that digest"
_VERSION = re.compile(r"# made from version (\d{1,9})")
_FENCE = "---"
_ABOUT = "```about"
_STORY = re.compile(r"## (?P<headline>\S.*)")
_CODE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})")
# Headings are bold lines, whatever their level; these would be stories.
_HEADING = re.compile(r"^##(?= )")


def write_markdown(digest: Digest, *, version: int = 0) -> str:
    """Return the file's text; *version* is the number of the one that it says, if it has any."""
    made = [f"# made from version {version}"] if version else []
    quoted, prose = _placed("intro", digest.intro)
    rows = [_FENCE, SIGN, *made, *head(digest), *quoted, _FENCE, "", *prose]
    rows += [row for story in digest.stories for row in _story(story)]
    return "\n".join(rows).rstrip() + "\n"


def is_exchange(text: str) -> bool:
    """Tell whether a text is such a file."""
    return [row.strip() for row in text.splitlines()[:2]] == [_FENCE, SIGN]


def version_of(text: str) -> int:
    """Return the number of the version that such a file was made from; 0 if it does not say."""
    found = (_VERSION.fullmatch(row.strip()) for row in text.splitlines()[:3])
    return next((int(each[1]) for each in found if each), 0)


def as_yaml(text: str) -> str:
    """Return such a file as a digest's own file says it."""
    rows = text.splitlines()[2:]
    end = next((n for n, row in enumerate(rows) if row.strip() == _FENCE), len(rows))
    said = [*rows[:end]]
    intro, *stories = _parts(rows[end + 1 :])
    said += _field("intro", intro, "")
    said += ["stories:", *(row for part in stories for row in _read_story(part))]
    return "\n".join(said) + "\n"


def _story(story: Story) -> Iterator[str]:
    quoted, prose = _placed("body", story.body)
    yield f"## {story.headline}"
    yield ""
    if about := [*facts(story), *quoted]:
        yield from (_ABOUT, *about, "```", "")
    yield from prose


def _placed(name: str, text: Text) -> tuple[list[str], list[str]]:
    """Return the rows of a text: in quotes among what is said about it, and as prose; one of them has none.

    As prose, but for what would not be read again as it is: code that no line ends would take in the
    stories below, and blanks at the end of a line of code get lost on the way.
    """
    rows = [row if coded else _HEADING.sub("###", row, 1) for row, coded in _marked(text.source.splitlines())]
    alone = len(_parts([*rows, "## "])) == 1 and len(_parts([*rows, "## and the next"])) == 2
    if alone and rows[:1] != [_ABOUT] and read_text(_read_prose(rows)).nodes == text.nodes:
        return [], [*rows, ""] if text.source else []
    return [f"{name}: {scalar(text.source)}"], []


def _marked(rows: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield each row with whether it stands in a block of code."""
    fence = ""
    for row in rows:
        mark = found["fence"] if (found := _CODE.match(row)) else ""
        yield row, bool(fence)
        if not fence:
            fence = mark
        elif mark[:1] == fence[0] and len(mark) >= len(fence) and row.strip() == mark:
            fence = ""


def _parts(rows: Sequence[str]) -> list[list[str]]:
    """Return what stands before the first story, and then each of them with its headline."""
    parts: list[list[str]] = [[]]
    for row, coded in _marked(rows):
        if not coded and _STORY.match(row):
            parts.append([])
        parts[-1].append(row)
    return parts


def _read_story(rows: Sequence[str]) -> Iterator[str]:
    headline = rows[0].removeprefix("## ").strip()
    rest = list(rows[1:])
    while rest and not rest[0].strip():
        rest.pop(0)
    about: list[str] = []
    if rest and rest[0].strip() == _ABOUT:
        end = next((n for n, row in enumerate(rest) if n and row.strip() == "```"), len(rest))
        about, rest = rest[1:end], rest[end + 1 :]
    yield f"  - headline: {json.dumps(headline, ensure_ascii=False)}"
    yield from (f"    {row}" for row in about)
    yield from _field("body", rest, "    ")


def _field(name: str, rows: Iterable[str], indent: str) -> Iterator[str]:
    if text := _read_prose(rows):
        yield f"{indent}{name}: {json.dumps(text, ensure_ascii=False)}"


def _read_prose(rows: Iterable[str]) -> str:
    return "\n".join(row.rstrip() for row in rows).strip("\n")
