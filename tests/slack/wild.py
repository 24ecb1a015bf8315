"""Digests as nobody should write them, and as somebody will."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from bot.core.digest import Digest, Image, Story
from bot.core.markdown.source import literal
from bot.core.markdown.tree import NO_TEXT, Text
from bot.core.unseen import is_seen
from bot.files.markdown import read_text
from bot.files.raw import UNPRINTABLE
from bot.files.scalars import read_line
from tests.files.test_markdown import numbered, pieces

DATE = date(2020, 5, 1)
SAYINGS = (
    "<!channel> <@U024BE7LH> <#C012> & <b>bold</b> <https://evil.example|bank.example>",
    "*not bold* _nor this_ ~x~ `code` ```more``` :smile: *.*.*.",
    "> not a quote",
    "U.S. Mr. Ma, No. 1, G.E.M. and RMB10 billion ($1.41 billion)… “Yes.” He said.",
    "飞猪在五月推出了补贴。你好！真的吗？是的",
    "أخبار الأسبوع \u202eabc\u202c \u200fعلي بابا",
    "👩‍👩‍👧‍👦👍🏽🇨🇳 café e\u0301 \ud800 \x00 \u200b\ufeff",
    "https://example.com/" + "a" * 300,
    "w" * 3500,
    "&" * 900 + "a",
    "_a " * 700,
    "word " * 800,
    "<!" * 400 + "a",
    "<@" * 20 + "a",
    "A sentence of a usual length, as they are found in newsletters. " * 30,
)

words = st.one_of(st.sampled_from(SAYINGS), st.text(max_size=60))
blanks = st.sampled_from([" ", " ", "  ", "\u00a0", "\u3000"])
lines = st.builds(lambda text, gap: gap.join(text.split()), words, blanks).filter(
    lambda text: bool(_seen(text))
)
ADDRESSES = (
    *("", "https://example.com/a?b=1&c=<d>|e f", "http://example.com", "https://example.com/" + "x" * 2900),
    *("javascript:alert(1)", "mailto:a@b.example", "https://[broken", "ftp://example.com"),
)
urls = st.sampled_from(ADDRESSES)
images = st.none() | st.builds(Image, alt=lines, caption=st.just("") | lines, url=urls)

# What a file may be called, a channel, or whoever did something; and what is said of them.
ids = st.sampled_from(
    ["2020-05-01-week", "<!channel> *a* _b_ & c", "&" * 245, "w" * 245, "飞" * 80, "👧" * 60]
)
places = st.sampled_from(["#news", "C0123ABCD", "#" + "n" * 80, "#" + "飞" * 80, "#" + "👧" * 80])
people = st.sampled_from(["U024BE7LH", "the shell", "a file", "", "<!channel> & *b*", "&" * 300])
sayings = words | st.sampled_from(["", " ", "\n", "\u200b", "👧" * 1700, "line\n" * 900])


def _seen(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum() and is_seen(letter))


def loadable(thing: Any) -> Any:
    """Return what is drawn as the loader would read it: no file holds some characters, or an unseen text."""
    match thing:
        case str():
            return read_line(UNPRINTABLE.sub("", thing).strip())
        case Text():
            kept = UNPRINTABLE.sub("", thing.source).strip()
            return read_text(kept) if is_seen(kept) else NO_TEXT
        case tuple():
            return tuple(map(loadable, thing))
        case Digest() | Story() | Image():
            return replace(
                thing, **{field.name: loadable(getattr(thing, field.name)) for field in fields(thing)}
            )
    return thing


# Markdown of every kind, in pieces that were not meant for each other.
shapes = st.lists(pieces | lines.map(lambda said: [f"\n\n- {said}"]), max_size=6).map(
    lambda drawn: read_text(numbered([piece for some in drawn for piece in some]))
)


@st.composite
def digests(draw: st.DrawFn, most: int = 12) -> Digest:
    """Draw a digest; its stories' words are told apart by nothing but their order."""
    count = draw(st.integers(1, most))
    body = st.lists(lines, max_size=4).map(lambda said: literal(*said)) | shapes
    names = st.lists(lines, max_size=3).map(tuple)
    stories = tuple(
        draw(
            st.builds(
                Story,
                id=st.just(f"wild/{n}"),
                n=st.just(n),
                headline=lines,
                body=body,
                section=st.sampled_from(["", "", "One", "<!here> & *two*"]),
                summary=st.just(NO_TEXT) | lines.map(literal) | shapes,
                companies=names,
                tags=names,
                url=urls,
                image=images,
                code=st.just(f"#2018-{n}"),
            )
        )
        for n in range(1, count + 1)
    )
    return Digest(
        id="wild",
        title=draw(lines),
        date=DATE,
        stories=stories,
        intro=draw(body),
        url=draw(urls),
        newsletter=draw(urls),
    )


def _texts(written: dict[str, object]) -> dict[str, object]:
    """Let a text be given as its paragraphs."""
    return {
        key: literal(*value) if key in {"body", "intro"} and isinstance(value, tuple) else value
        for key, value in written.items()
    }


def story(n: int = 1, **changes: object) -> Story:
    """Write a plain story."""
    written = {
        "id": f"2020-05-01-week/{n}",
        "n": n,
        "headline": f"Headline {n}",
        "body": (f"First sentence {n}. Second sentence {n}.",),
        "code": f"#2018-{n}",
    }
    return Story(**_texts({**written, **changes}))  # type: ignore[arg-type]


def digest(*stories: Story, **changes: object) -> Digest:
    """Write a plain digest of these stories."""
    written = {"id": "2020-05-01-week", "title": "The Week", "date": DATE, "stories": stories or (story(),)}
    return Digest(**_texts({**written, **changes}))  # type: ignore[arg-type]
