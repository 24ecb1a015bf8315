"""What would cost the square of its length is never begun: it is read another way, or refused.

How long each takes is measured by `benchmarks/importing_cost.py`. Here stands what becomes of it; most of
these would take minutes if they were read as they once were.
"""

from __future__ import annotations

import json
import unicodedata
from email.policy import EmailPolicy

import pytest
import trafilatura
from lxml.html import HtmlElement

from bot.core.errors import RoundupError
from bot.core.markdown.tree import Run, joined
from bot.importing import pages
from bot.importing.draft import Role
from bot.importing.mail import read_mail
from bot.importing.markdown import read_markdown
from bot.importing.pages import read_html
from bot.importing.reading import Format, read_draft
from bot.importing.words import tidy, without_tags

MANY = 50_000
MAIL = b"From: a@e.example\r\nTo: b@e.example\r\nSubject: Weekly Roundup\r\n"


@pytest.mark.parametrize("opened", ["<!--", "<!-- ", "{%", "<![CDATA[", "<?", "<!a "])
def test_what_is_opened_again_and_again_and_never_closed_is_plain_text(opened: str) -> None:
    """200 kB of "<!--" once took a minute."""
    draft = read_markdown(f"# Weekly Roundup\n\nHello {opened * 1000}\n\nBye\n")

    texts = [line.text for line in draft.lines]
    assert texts[0] == "Weekly Roundup"
    assert texts[1].startswith(f"Hello {opened.strip()}")
    assert texts[-1] == "Bye"


def test_what_is_closed_is_still_no_text() -> None:
    draft = read_markdown(
        "# Weekly\n\na <!-- b --> c {% d %} e <?f?> g <!-- h\n\nlast -->\n\nEnd <!-- of it\n"
    )

    assert [line.text for line in draft.lines if line.reason != "no text"] == [
        "Weekly",
        "a c e g",
        "End <!-- of it",
    ]


@pytest.mark.parametrize(
    "text", ["[" * MANY, "![" * MANY, "*a_ " * MANY, "[a](" * MANY, "<!--" * MANY, "{%" * MANY]
)
def test_a_paragraph_without_end_is_refused_before_its_words_are_read(text: str) -> None:
    with pytest.raises(RoundupError, match=r"^line 3: a paragraph of [\d,]+ characters, .*put blank lines"):
        read_markdown(f"# Weekly Roundup\n\n{text}\n")


def test_a_list_of_any_length_is_no_paragraph() -> None:
    draft = read_markdown("# Weekly Roundup\n\n" + "- [Ships sail the sea](https://a.bc/1): they do.\n" * 450)

    assert len(draft.lines) > 450


class _WrittenOnce(str):
    __slots__ = ()

    def __add__(self, more: str) -> str:
        raise AssertionError("what was joined already is written again")


def test_words_of_one_style_are_joined_at_once() -> None:
    """A table's row of 100,000 cells is one paragraph of as many runs."""
    runs = [Run(_WrittenOnce(words)) for words in ("a", "", "b", "c")]

    assert joined([*runs, Run("", bold=True), Run("d"), Run("e", bold=True)]) == (
        Run("abcd"),
        Run("e", bold=True),
    )


@pytest.mark.parametrize("text", ["<a " * MANY, "<" * MANY, "</" * MANY])
def test_tags_that_never_end_are_text(text: str) -> None:
    assert without_tags(f"a <b>c</b> {text}") == f"a  c  {text}"


LINES = "".join(f"Ships sail {n}\n\n" for n in range(6000))


@pytest.mark.parametrize(
    ("form", "before", "text"),
    [
        (Format.TEXT, "", LINES),
        (Format.MARKDOWN, "", LINES),
        (Format.HTML, "<h1>Weekly</h1><p>", LINES.replace("\n\n", "<br>")),
        (Format.MAIL, MAIL.decode() + "\n", LINES),
        (Format.MAIL, MAIL.decode() + "Content-Type: text/html\n\n", LINES.replace("\n\n", "<br>")),
        (Format.FEED, "<rss version='2.0'><channel><item><title>Weekly</title><description>",
         LINES.replace("\n\n", "&lt;br>") + "</description></item></channel></rss>"),
    ],
)  # fmt: skip
def test_more_paragraphs_than_a_roundups_are_refused_by_every_reader(
    form: Format, before: str, text: str
) -> None:
    """Of each it is asked what it is, in eight languages: 11,000 lines took more than two seconds."""
    with pytest.raises(RoundupError, match="this has more than 3,000 paragraphs or single lines of text"):
        read_draft((before + text).encode(), "-", form=form)


def test_the_lines_of_a_wrapped_text_are_no_paragraphs() -> None:
    draft = read_draft(b"Weekly Roundup\n\n" + 6000 * (b"The harbour opens again " * 3 + b"on\n"), "-")

    assert len(draft.lines) == 2


@pytest.mark.parametrize("text", ["-" * 4 * MANY, "--- " * MANY, "-" * 4 * MANY + "https://e.example/1"])
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_dashes_without_end_are_a_rule(kind: str, text: str) -> None:
    """A mail of them was looked through from each of them for what marks a forwarded one, for minutes."""
    mail = MAIL + f"Content-Type: text/{kind}\r\n\r\nShips sail\n\n{text}\n".encode()

    assert read_draft(mail, "-", form=Format.MAIL).lines[0].text.startswith("Ships sail")


def test_brackets_alone_are_no_markdown() -> None:
    draft = read_draft(b"Weekly Roundup\n\n" + b"[" * MANY + b"\n", "-", form=None)

    assert draft.lines[0].text == "Weekly Roundup"


def test_a_stack_of_marks_is_cut_and_no_letter_is_lost() -> None:
    """Composing sorts the marks above a letter, in the square of their number."""
    text = tidy("e" + "\u0316\u0301" * MANY + "nd")

    assert text[-2:] == "nd"
    assert sum(map(unicodedata.combining, text)) > 0
    assert len(text) < 40


def test_what_stacks_marks_in_earnest_keeps_them() -> None:
    for word in ["Ệ", "שָׁלוֹם", "ကြောင့်", "👩\u200d👩\u200d👧", "z" + "\u0301\u0316" * 15]:
        assert tidy(word) == unicodedata.normalize("NFC", word)


@pytest.mark.parametrize("what", ["<a", "=?utf-8?q?a?= ", '"', "(", ";a*0=b", "a@b, "])
@pytest.mark.parametrize("name", ["Subject", "Date", "Content-Type: text/plain", "Content-Disposition"])
def test_no_header_is_read_without_end(name: str, what: str) -> None:
    header = f"{name}; name={what * MANY}" if ":" in name else f"{name}: {what * MANY}"

    draft = read_mail(MAIL.replace(b"Subject", b"X") + header.encode() + b"\r\n\r\nHello\n")

    assert "Hello" in [line.text for line in draft.lines]
    assert len(draft.title) <= 2000


def test_parts_in_parts_without_end_are_refused() -> None:
    """It was a traceback."""
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(3000))

    for within in (parts, "Content-Type: message/rfc822\r\n\r\n" * 3000):
        with pytest.raises(RoundupError, match=r"3,000 parts with parts of their own.*; save it as a page"):
            read_mail(MAIL + within.encode())


def test_html_in_a_mail_that_is_no_html_is_read() -> None:
    draft = read_draft(MAIL + b"Content-Type: text/html\r\n\r\n<p>Hello" + b"<" * MANY, "-", form=Format.MAIL)

    assert "Hello" in draft.lines[0].text


def test_a_header_of_the_whole_mail_is_not_read_anew_for_each_of_its_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """20,000 parts cost a second and a half: their parser asks each time what they are parts of."""
    read: list[str] = []
    parse = EmailPolicy.header_fetch_parse

    def reading(self: EmailPolicy, name: str, value: str) -> object:
        read.append(name)
        return parse(self, name, value)

    monkeypatch.setattr(EmailPolicy, "header_fetch_parse", reading)
    parts = "".join(f"--b\r\nContent-Type: a/b{n}\r\n\r\nx\r\n" for n in range(1000))
    read_mail(MAIL + f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n".encode())

    assert len(read) < 2100, "a part's own once while it is parsed, and once when its text is looked for"


def test_a_feed_of_tags_alone_is_refused_before_it_is_parsed() -> None:
    """feedparser tries again what is no XML, tag by tag: 200 kB took more than a second."""
    for tags in ("<b>", "<item>"):
        with pytest.raises(RoundupError, match=r"hardly more than its [\d,]+ tags"):
            read_draft(f"<rss version='2.0'><channel>{tags * MANY}".encode(), "-", form=Format.FEED)


def test_a_row_of_a_table_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of 12 cells was walked through 24 times."""
    looked: list[object] = []
    look = pages._states_facts

    def looking(row: HtmlElement) -> bool:
        looked.append(row)
        return look(row)

    monkeypatch.setattr(pages, "_states_facts", looking)
    draft = read_html("<table>" + ("<tr>" + "<td>fact</td>" * 12 + "</tr>") * 50 + "</table>")

    assert len(looked) == 50
    assert draft.lines[0].text == " | ".join(["fact"] * 12)


ARTICLE = "<h1>Weekly</h1>" + "".join(
    f"<h2>Ships Sail {n}</h2><p>{n} ships of the harbour sail the sea, and nobody knows for how long.</p>"
    for n in range(12)
)


@pytest.mark.parametrize("around", ["<nav><ul>{}</ul></nav>", "<div hidden>{}</div>", "<div>{}</div>"])
def test_what_stands_around_an_article_may_be_long(around: str) -> None:
    """8,000 hidden lines took six seconds, and those of a menu made the article too long to be read."""
    menu = around.format("".join(f"<li>all ships {n}</li>" for n in range(8000)))

    draft = read_html(f"<body><article>{ARTICLE}</article>{menu}</body>")

    headlines = [line.text for line in draft.lines if line.role is Role.HEADLINE]
    assert headlines == [f"Ships Sail {n}" for n in range(12)]
    assert not [line for line in draft.lines if "all ships" in line.text and line.role is not Role.DROPPED]


@pytest.mark.parametrize(("lines", "fast"), [(0, False), (8000, True)])
def test_only_a_page_of_usual_length_is_given_a_second_look(
    lines: int, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look of the extractor goes from each line through all the others."""
    asked = []

    def extract(content: str, **options: object) -> str:
        asked.append(options["fast"])
        return content

    monkeypatch.setattr(trafilatura, "extract", extract)
    read_html(f"<body><article>{ARTICLE}</article><nav>{'<li>all ships</li>' * lines}</nav></body>")

    assert asked == [fast]


def test_a_feeds_other_entries_are_read_where_one_is_too_long() -> None:
    long = "".join(f"<p>Ships sail {n}</p>" for n in range(6000))
    items = [("Harbour opens", "<p>Today.</p>"), ("All ships", long), ("Harbour closes", "<p>Again.</p>")]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour",
        "items": [{"title": title, "content_html": content} for title, content in items],
    }

    draft = read_draft(json.dumps(feed).encode(), "-")

    assert [(line.text, line.role) for line in draft.lines] == [
        ("Harbour opens", Role.HEADLINE),
        ("Today.", Role.BODY),
        ("All ships", Role.HEADLINE),
        ("(its text)", Role.DROPPED),
        ("Harbour closes", Role.HEADLINE),
        ("Again.", Role.BODY),
    ]
    assert draft.lines[3].reason.startswith("this has more than 3,000 paragraphs or single lines of text")
