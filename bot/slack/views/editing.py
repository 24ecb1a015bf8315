"""The forms in which a digest is edited: its stories in a list, one story at a time, and its head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.digest import Digest, Story
from bot.core.message import Block
from bot.core.sheets import Sheet
from bot.slack.views.desk import WHEN
from bot.slack.views.forms import MAX_FIELD, View, can_be_chosen, field, line, modal, names
from bot.slack.views.history import versions_button
from bot.slack.views.kit import DIVIDER, actions, button, context, counted, heard, named, plain, section
from bot.slack.views.mrkdwn import escaped, shorten
from bot.slack.views.pieces import in_pieces

STORY_FORM = "desk_story_form"
HEAD_FORM = "desk_head_form"
STORY = "desk_story"
ADD = "desk_add"
HEAD = "desk_head"
UP, DOWN, LEAVE_OUT = "desk_up", "desk_down", "desk_leave_out"
PAGE = "desk_page"
BACK = "desk_back"
TAKE_OVER = "desk_take_over"
COMPANIES, TAGS = "desk_companies", "desk_tags"

STORIES = 40  # on a page: a modal has 100 blocks
NOTES = 5
MARKDOWN = "**bold**, *italic*, [words](https://…), - a list; a blank line between paragraphs"
# A little under what Slack takes: it may count otherwise than we.
PIECE = MAX_FIELD - 100
Gaps = dict[str, list[str]]  # what stands between the pieces of a text, by its field
NEW = 0  # instead of a story's number
TITLE = "Edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A story as it was typed."""

    headline: str = ""
    section: str = ""
    summary: str = ""
    body: str = ""
    companies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    url: str = ""
    alt: str = ""
    caption: str = ""
    picture: str = ""

    @classmethod
    def of(cls, story: Story) -> Draft:
        """Return a story as it would be typed."""
        image = story.image
        return cls(
            headline=story.headline,
            section=story.section,
            summary=story.summary.source,
            body=story.body.source,
            companies=story.companies,
            tags=story.tags,
            url=story.url,
            alt=image.alt if image else "",
            caption=image.caption if image else "",
            picture=image.url if image else "",
        )


def stories_view(sheet: Sheet, digest: Digest, *, page: int = 0, notes: Iterable[str] = ()) -> View:
    """Return the list of a digest's stories, with what can be done to each."""
    page = max(0, min(page, (len(digest.stories) - 1) // STORIES))
    shown = digest.stories[page * STORIES : (page + 1) * STORIES]
    note = _note(sheet, p=page)
    blocks: list[Block] = [*_notes(notes), *_head(digest)]
    for at, story in enumerate(shown, start=page * STORIES):
        words = f"{at + 1}. {story.headline}"
        blocks += [
            {"type": "section", "text": plain(shorten(words, 300))},
            _row(story, at, len(digest.stories)),
        ]
    return modal(TITLE, [*blocks, *_turning(len(digest.stories), page)], note=note)


def _note(sheet: Sheet, **more: Any) -> dict[str, Any]:
    return {"d": sheet.id, "n": sheet.version.number, **more}


def _notes(notes: Iterable[str]) -> Iterator[Block]:
    said = [*notes]
    if said:
        more = [f"and {len(said) - NOTES} more"] if len(said) > NOTES else []
        yield section("\n".join(f"• {named(shorten(each, 400))}" for each in (*said[:NOTES], *more)))
        yield DIVIDER


def _head(digest: Digest) -> Iterator[Block]:
    said = f"{digest.date:%a %d %b %Y} · {counted(len(digest.stories))}{' · draft' if digest.draft else ''}"
    yield {"type": "section", "text": plain(shorten(digest.title, 300))}
    yield context(plain(said))
    yield actions(
        button("Title, date, intro", HEAD, {}),
        button("Add a story", ADD, {}),
        button("When", WHEN, {"digest": digest.id}),
        versions_button(digest.id),
    )
    yield DIVIDER


def _row(story: Story, at: int, total: int) -> Block:
    about = {"s": story.n}
    buttons = [button("Edit", STORY, about)]
    buttons += [button("Move up", UP, about)] if at else []
    buttons += [button("Move down", DOWN, about)] if at + 1 < total else []
    buttons += [button("Leave out", LEAVE_OUT, about)] if total > 1 else []
    return {**actions(*(heard(each, story.headline) for each in buttons)), "block_id": f"story:{story.n}"}


def _turning(total: int, page: int) -> Iterator[Block]:
    back = [button("Earlier stories", PAGE, {"p": page - 1})] if page else []
    more = [button("Later stories", f"{PAGE}_on", {"p": page + 1})] if (page + 1) * STORIES < total else []
    if back or more:
        yield actions(*back, *more)


def take_over_view(sheet: Sheet) -> View:
    """Return what is asked before a file's digest is edited here."""
    said = (
        f"*{escaped(sheet.id)}* comes from a file. Take it over, and from now on what is written here counts:"
        " the file changes nothing any more, unless somebody changes it. Or edit the file."
    )
    blocks = [section(said), actions({**button("Take it over and edit", TAKE_OVER, {}), "style": "primary"})]
    return modal(TITLE, blocks, note=_note(sheet))


# --- one story -----------------------------------------------------------------------------------------


def story_view(sheet: Sheet, number: int, draft: Draft, *, page: int = 0, notes: Sequence[str] = ()) -> View:
    """Return the form of one story, or of a new one."""
    pieces, between = in_pieces(draft.body, PIECE)
    # Slack keeps what was typed in a block of the same name: another version's form has other names.
    mark = f"|{number}.{sheet.version.number}.{len(notes)}"
    gaps: Gaps = {}
    fields = [
        *_long(gaps, "headline", "Headline", draft.headline, needed=True),
        *_long(gaps, "summary", "Summary", draft.summary, multiline=True, hint="Else the first sentences"),
        *(_piece(n, piece, len(pieces)) for n, piece in enumerate(pieces)),
        *_names(gaps, "companies", "Companies", COMPANIES, draft.companies),
        *_names(gaps, "tags", "Tags", TAGS, draft.tags),
        *_long(gaps, "section", "Section", draft.section, hint="Stories of one section stand together"),
        field("url", "Link", line(draft.url, placeholder="https://…")),
        field("picture", "Address of a picture", line(draft.picture, placeholder="https://…")),
        *_long(gaps, "alt", "What the picture shows", draft.alt),
        *_long(gaps, "caption", "The picture's caption", draft.caption),
    ]
    named = [{**each, "block_id": f"{each['block_id']}{mark}"} for each in fields]
    note = _note(sheet, s=number, p=page, b=between, g=gaps, m=mark)
    back = actions(button("Back to the stories", BACK, {}))
    return modal(TITLE, [*_notes(notes), *named, back], name=STORY_FORM, note=note, submit="Save")


def _long(
    gaps: Gaps,
    name: str,
    label: str,
    text: str,
    *,
    multiline: bool = False,
    hint: str = "",
    needed: bool = False,
) -> Iterator[Block]:
    """Yield the fields of a text that is rarely longer than one holds, and note what stands between them."""
    pieces, between = in_pieces(text, PIECE)
    if between:
        gaps[name] = between
    for n, piece in enumerate(pieces):
        said = label if len(pieces) == 1 else f"{label}, part {n + 1} of {len(pieces)}"
        written = line(piece, multiline=multiline)
        yield field(piece_of(name, n), said, written, hint="" if n else hint, needed=needed and not n)


def _names(gaps: Gaps, name: str, label: str, action: str, chosen: Sequence[str]) -> Iterator[Block]:
    if can_be_chosen(chosen):
        yield field(name, label, names(action, chosen))
    else:
        yield from _long(gaps, name, label, "\n".join(chosen), multiline=True, hint="One a line")


def piece_of(name: str, n: int) -> str:
    """Return what the field of a piece is called: the first one as if it were the only one."""
    return f"{name}{n}" if n else name


def _piece(n: int, piece: str, total: int) -> Block:
    label = "Text" if total == 1 else f"Text, part {n + 1} of {total}"
    return field(f"body{n}", label, line(piece, multiline=True), hint=MARKDOWN if n == total - 1 else "")


def head_view(sheet: Sheet, digest: Digest, *, notes: Sequence[str] = ()) -> View:
    """Return the form of what is said of the digest itself."""
    intro, between = in_pieces(digest.intro.source, PIECE)
    mark = f"|h.{sheet.version.number}.{len(notes)}"
    gaps: Gaps = {}
    fields = [
        *_long(gaps, "title", "Title", digest.title, needed=True),
        field("date", "Date", {"type": "datepicker", "initial_date": digest.date.isoformat()}, needed=True),
        *(
            field(f"intro{n}", "Intro", line(each, multiline=True), hint=MARKDOWN)
            for n, each in enumerate(intro)
        ),
        *_names(gaps, "tags", "Tags", TAGS, digest.tags),
        field("url", "The web version's address", line(digest.url, placeholder="https://…")),
        field("newsletter", "The newsletter's sign-up address", line(digest.newsletter)),
    ]
    named = [{**each, "block_id": f"{each['block_id']}{mark}"} for each in fields]
    note = _note(sheet, b=between, g=gaps, m=mark)
    return modal(TITLE, [*_notes(notes), *named], name=HEAD_FORM, note=note, submit="Save")
