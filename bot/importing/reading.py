"""One door for everything: tells what a source is and has it read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from bot.core.addresses import DECEIVES, USER_INFO
from bot.importing.dates import find_date
from bot.importing.draft import Draft, Line, Role, check_stories
from bot.importing.encoding import charset_of, garbled, without_declaration
from bot.importing.source import check_kind, check_words, decode
from bot.importing.ways import OR_NAME_IT
from bot.importing.words import tidy, web_address


class Format(StrEnum):
    """What a source can be."""

    TEXT = "text"
    HTML = "html"
    MAIL = "mail"
    MARKDOWN = "markdown"
    FEED = "feed"
    DOCX = "docx"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an editor says of a source beside giving it."""

    form: Format | None = None
    encoding: str = ""
    which: int = 0  # of several mails, from 1
    since: date | None = None  # of a feed's entries
    until: date | None = None


def read_draft(
    content: bytes,
    source: str,
    *,
    form: Format | None = None,
    names: Collection[str] = (),
    content_type: str = "",
    wish: Wish | None = None,
) -> Draft:
    """Read *content* as it is wished, or as what it looks like.

    The one door for whatever has bytes, a file's name or address (*source*) and perhaps a content type. The
    draft's lines of the role DROPPED say why; RoundupError says what cannot be read, and what to do.
    """
    wish = wish or Wish(form=form)
    false: Sequence[str] = ()
    draft = _preview(content, source, wish, content_type)
    if draft is None:
        # Before anything is read: wherever such an address stands, in words or as a link's, it is left out.
        content, false = without_user_info(content)
        draft = _read(content, source, wish, names, content_type)
    draft, encoded = _without_encoded(draft)
    said = [f"{url}: left out; {DECEIVES}" for url in dict.fromkeys((*false, *encoded))]
    draft = replace(draft, warnings=(*draft.warnings, *said, *_garbled_lines(draft)))
    return _completed(draft, source)


def _preview(content: bytes, source: str, wish: Wish, content_type: str) -> Draft | None:
    """Read what is ours, whatever it is called: as a page or text it would come back mangled, silently."""
    from bot.importing.previews import may_be_preview, read_preview

    if not may_be_preview(content):
        return None
    text = decode(content, source, declared=charset_of(content_type), override=wish.encoding)
    draft = read_preview(text.text)
    return draft and replace(draft, warnings=(*draft.warnings, *filter(None, [text.warning])))


def _read(content: bytes, source: str, wish: Wish, names: Collection[str], content_type: str) -> Draft:
    from bot.importing.docx import is_docx, read_docx
    from bot.importing.mail import looks_like_mail, read_mail

    if wish.form is Format.DOCX or (wish.form is None and is_docx(content)):
        return read_docx(content)
    check_kind(content, source)
    # Before decoding: a mail's parts each say their own encoding.
    if wish.form in {None, Format.MAIL} and looks_like_mail(content):
        return read_mail(content, names=names, which=wish.which, encoding=wish.encoding)
    text = decode(content, source, declared=charset_of(content_type), override=wish.encoding)
    draft = _text(content, text.text, source, wish, names)
    return replace(draft, warnings=(*draft.warnings, *filter(None, [text.warning])))


def _garbled_lines(draft: Draft) -> Iterator[str]:
    """Warn of lines that will be written and look as if they had been read in a wrong encoding."""
    odd = [
        (place, line.text, sign)
        for place, line in zip(draft.places(), draft.lines, strict=True)
        if line.role is not Role.DROPPED and (sign := garbled(line.text))
    ]
    if odd:
        place, text, sign = odd[0]
        at = max(0, text.find(sign) - 20)
        yield (
            f"lines that look garbled: {len(odd)}, first line {place}: {text[at : at + 60]!r}; "
            f"if they are, save it as UTF-8{OR_NAME_IT}"
        )


def without_user_info(content: bytes) -> tuple[bytes, Sequence[str]]:
    """Return *content* without addresses that only seem to lead where they say, and those addresses."""
    pattern = re.compile(USER_INFO.pattern.encode(), re.IGNORECASE)
    false = dict.fromkeys(found[0].decode("utf-8", "replace")[:200] for found in pattern.finditer(content))
    return pattern.sub(b"", content), tuple(false)


def _without_encoded(draft: Draft) -> tuple[Draft, Sequence[str]]:
    """Leave out those too that only reading brought to light: in base64, with `&#64;`, torn by lines."""
    if draft.facts:  # a digest's own, whose loader looks at them as they are written
        return draft, ()
    false = [found[0][:200] for line in draft.lines for found in USER_INFO.finditer(line.text)]
    if not false and not USER_INFO.search(draft.title):
        return draft, ()
    lines = tuple(_without_false(line) for line in draft.lines)
    return replace(draft, lines=lines, title=tidy(USER_INFO.sub("", draft.title))), false


def _without_false(line: Line) -> Line:
    text = tidy(USER_INFO.sub("", line.text))
    return replace(line, text=text, nodes=()) if text else replace(line, role=Role.DROPPED, reason=DECEIVES)


def _text(content: bytes, text: str, source: str, wish: Wish, names: Collection[str]) -> Draft:
    form = wish.form or _looks_like(text, source)
    if form is Format.FEED:
        return _feed(content, text, source, wish)
    if form is Format.HTML or (form is Format.MAIL and _is_html(text)):
        return _page(text, source, form)
    check_words(text)
    if form is Format.MARKDOWN:
        from bot.importing.markdown import read_markdown

        draft = read_markdown(text, base=web_address(source))
        if wish.form or draft.counts()[Role.HEADLINE]:  # else it is a text that is merely called so
            return draft
    if form is Format.CSV:
        from bot.importing.sheet import read_sheet

        return read_sheet(text)
    from bot.importing.forwarded import read_uncovered
    from bot.importing.pasted import read_text

    return read_uncovered(text, lambda words, title: read_text(words, names=names, title=title), pasted=True)


def _page(text: str, source: str, form: Format) -> Draft:
    from bot.importing.pages import read_html, read_newsletter

    read = read_newsletter if form is Format.MAIL else read_html
    return read(text, base=web_address(source))


def _feed(content: bytes, text: str, source: str, wish: Wish) -> Draft:
    from bot.importing.feed import read_feed

    # An encoding that was given counts for the bytes, which a feed's parser reads itself.
    content = without_declaration(text).encode() if wish.encoding else content
    return read_feed(content, base=web_address(source), since=wish.since, until=wish.until)


def _looks_like(text: str, source: str) -> Format:
    from bot.importing.feed import looks_like_feed
    from bot.importing.markdown import has_marks, looks_like_markdown
    from bot.importing.sheet import looks_like_a_sheet

    # The content first, the name last: what was saved from a browser may be called anything.
    suffix = PurePath(urlsplit(source).path if "://" in source else source).suffix.lower()
    if looks_like_feed(text):
        return Format.FEED
    if _is_html(text):
        return Format.MAIL if _is_table_layout(text) else Format.HTML
    named = suffix in {".md", ".markdown", ".mkd", ".mdown"}
    if looks_like_markdown(text) or (named and has_marks(text)):
        return Format.MARKDOWN
    return Format.CSV if looks_like_a_sheet(text, suffix) else Format.TEXT


def _is_html(text: str) -> bool:
    top = re.sub(r"^(\s|<\?xml[^>]*>|<!--.*?-->)*", "", text[:20_000], flags=re.DOTALL).lower()
    return (
        re.match(r"<(!doctype html|html|head|body|article|main|section|div|table|p|h1|h2)[\s>]", top)
        is not None
    )


def _is_table_layout(text: str) -> bool:
    """Newsletters are laid out in tables; pages are not, and say what is an article."""
    lowered = text.lower()
    return (
        lowered.count("<td") >= 4
        and lowered.count("<td") > lowered.count("<h2")
        and "<article" not in lowered
    )


def _completed(draft: Draft, source: str) -> Draft:
    """Fill in what only the source's name says, and refuse a source that is no roundup."""
    stories = draft.counts()[Role.HEADLINE]
    check_stories(stories)
    if not stories:
        draft = replace(draft, warnings=(*draft.warnings, "no headline was found"))
    name = unquote(PurePath(urlsplit(source).path).name if "://" in source else PurePath(source).name)
    if draft.date is None and (day := find_date(name if source != "-" else "")):
        draft = replace(draft, date=day, date_from="the file's name")
    stem = re.sub(r"^\d{4}-?\d\d-?\d\d", "", PurePath(name).stem)
    if not draft.headline() and (title := tidy(re.sub(r"[-_]+", " ", stem)).title()):
        said = f"no title was found; it is called {title!r}"
        draft = replace(draft, title=title, warnings=(*draft.warnings, said))
    return replace(draft, url=draft.url or web_address(source))
