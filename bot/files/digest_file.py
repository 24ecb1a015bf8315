"""A digest's file: its keys, the models that check them, and the digest they make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, WithJsonSchema

from bot.core import sizes
from bot.core.addresses import DECEIVES, USER_INFO, has_user_info, length
from bot.core.digest import Digest, Image, Story
from bot.core.errors import Problem
from bot.core.markdown.tree import NO_TEXT, Text
from bot.files.parsing import read_yaml
from bot.files.scalars import Day, Flag, Line, Prose, scalar, shaped
from bot.files.yamlfile import FileModel, Loc, YamlFile, shown

URL: Final = r"[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"/?#@\\]+(?:[/?#][^\s<>\"]*)?"
# What `roundup new` writes where an editor has to. In a draft it may stand; it is never posted.
NO_TITLE, NO_HEADLINE, NO_BODY = "(the title of this issue)", "(a headline)", "(its text)"

MARKDOWN = (
    "Markdown: **bold**, *italic*, ~~strike~~, `code`, [links](https://…), lists, quotes; "
    "a blank line between paragraphs."
)


def read_url(text: str) -> str:
    """Read a web address."""
    if has_user_info(text):
        raise ValueError(f"{shown(text)}: {DECEIVES}")
    # By one pattern, and not by urlsplit alone: it is the JSON schema's as well, so editors' tools say the
    # same.
    if not re.fullmatch(URL, text):
        raise ValueError(f"{shown(text)}: write a web address: https://…, without spaces, quotes, < and >")
    if (count := length(text)) > sizes.URL:
        escaped = "" if count == len(text) else ", as Slack counts them: an & is five"
        raise ValueError(f"an address of {count:,} characters{escaped}; Slack takes {sizes.URL:,}")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as e:
        raise ValueError(f"{shown(text)}: not a web address: {e}") from e
    if not parts.hostname or not text.isprintable():
        raise ValueError(f"{shown(text)}: not a web address: no host, or an invisible character")
    return text


Url = Annotated[str, scalar(read_url), WithJsonSchema({**shaped(URL), "maxLength": sizes.URL})]


class ImageEntry(FileModel):
    """A picture of the story."""

    alt: Line = Field(description="What the picture shows, for those who cannot see it.")
    caption: Line = Field(default="", description="The line below the picture.")
    url: Url = Field(
        "", description="Where the picture is: png, jpg or gif. Without it its words are posted."
    )


class StoryEntry(FileModel):
    """One item of the digest."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["body"]}, {"required": ["url"]}]})

    headline: Line = Field(description=f"The headline, at most {sizes.HEADLINE} characters.")
    section: Line = Field(default="", description="The name it stands under, together with others.")
    summary: Prose = Field(default=NO_TEXT, description="One or two sentences. Without it the body's first.")
    body: Prose = Field(default=NO_TEXT, description=f"The story. {MARKDOWN}")
    companies: tuple[Line, ...] = Field(default=(), description="Organisations the story is about.")
    tags: tuple[Line, ...] = Field(default=(), description="Topics of this story.")
    url: Url = Field(default="", description="Where the story can be read.")
    image: ImageEntry | None = Field(default=None, description="A picture.")


# To editors' tools the same as `unwritten` to us.
def _written(placeholder: str) -> dict[str, Any]:
    return {"not": {"type": "string", "pattern": rf"^\s*{re.escape(placeholder)}\s*$"}}


_IS_DRAFT: dict[str, Any] = {"anyOf": [{"const": True}, shaped("(?:true|True|TRUE|yes|Yes|YES)")]}
_ALL_WRITTEN: dict[str, Any] = {
    "properties": {
        "title": _written(NO_TITLE),
        "stories": {"items": {"properties": {"headline": _written(NO_HEADLINE), "body": _written(NO_BODY)}}},
    }
}


class DigestEntry(FileModel):
    """A roundup: `digests/<date>-<name>.yaml`."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"required": ["draft"], "properties": {"draft": _IS_DRAFT}},
            "else": _ALL_WRITTEN,
        }
    )

    title: Line = Field(description="The title of this issue.")
    date: Day = Field(description="Posted at each channel's first time on or after this day.")
    url: Url = Field(default="", description="The web version.")
    intro: Prose = Field(default=NO_TEXT, description=f"What stands above the stories. {MARKDOWN}")
    newsletter: Url = Field(default="", description="Where to sign up.")
    tags: tuple[Line, ...] = Field(default=(), description="Topics of the whole digest.")
    draft: Flag = Field(default=False, description="true: previewed and checked, but not posted or searched.")
    stories: tuple[StoryEntry, ...] = Field(min_length=1, description="The stories, in order.")


def read_digest(path: Path, content: bytes | None = None) -> tuple[Digest | None, list[Problem]]:
    """Read one digest with everything that is wrong with it; None if an error keeps it out."""
    digest, file = open_digest(path, content)
    return digest, file.problems


def open_digest(path: Path, content: bytes | None = None) -> tuple[Digest | None, YamlFile]:
    """Read one digest and keep its file, for whoever has more to say about its lines.

    *content* is what stands in it, for whoever has read that already.
    """
    file = read_yaml(path, content)
    entry = file.validated(DigestEntry)
    stories = file.data.get("stories") if file.data else None
    for n, story in enumerate(stories if isinstance(stories, list) else []):
        # Not in the model: pydantic checks a whole only once each of its fields is right, and would hide the
        # rest.
        if isinstance(story, dict) and not story.keys() & {"body", "url"}:
            file.error(("stories", n, "body"), "missing; write it, or give the url where it can be read")
    digest = _digest(path.stem, entry, file) if entry and not file.broken else None
    if digest and not digest.draft:
        for loc in unwritten(digest):
            file.error(loc, "still to be written")
    for loc, text in texts(digest) if digest else ():
        if found := USER_INFO.search(text.source):
            file.error(loc, f"{shown(found[0])}: {DECEIVES}")
    return (None if file.broken else digest), file


def texts(digest: Digest) -> Iterator[tuple[Loc, Text]]:
    """Yield the texts that are Markdown, and where they stand."""
    yield ("intro",), digest.intro
    for n, story in enumerate(digest.stories):
        yield ("stories", n, "summary"), story.summary
        yield ("stories", n, "body"), story.body


def unwritten(digest: Digest) -> Iterator[Loc]:
    """Yield where the words of `roundup new` still stand."""
    if digest.title == NO_TITLE:
        yield ("title",)
    for n, story in enumerate(digest.stories):
        if story.headline == NO_HEADLINE:
            yield "stories", n, "headline"
        if story.body.source == NO_BODY:
            yield "stories", n, "body"


def _digest(digest_id: str, entry: DigestEntry, file: YamlFile) -> Digest:
    stories = [_story(digest_id, n, story, file) for n, story in enumerate(entry.stories, 1)]
    return Digest(
        id=digest_id,
        title=entry.title,
        date=entry.date,
        stories=tuple(stories),
        intro=entry.intro,
        url=entry.url,
        newsletter=entry.newsletter,
        tags=entry.tags,
        draft=entry.draft,
    )


def _story(digest_id: str, n: int, entry: StoryEntry, file: YamlFile) -> Story:
    line, _ = file.place(("stories", n - 1))
    return Story(
        id=f"{digest_id}/{n}",
        n=n,
        headline=entry.headline,
        section=entry.section,
        body=entry.body,
        summary=entry.summary,
        companies=entry.companies,
        tags=entry.tags,
        url=entry.url,
        image=_image(entry.image) if entry.image else None,
        line=line,
    )


def _image(entry: ImageEntry) -> Image:
    return Image(alt=entry.alt, caption=entry.caption, url=entry.url)
