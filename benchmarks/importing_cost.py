"""What a hostile source costs: 200 kB of one construct, again and again, through every reader.

    python -m benchmarks.importing_cost [READER…] [--kilobytes N] [--seconds MOST]

Each source is read in a process of its own, which is ended after MOST seconds of CPU. Prints the CPU time of
each, the slowest first, and what became of it: lines of the draft, or the refusal. Exits with 1 if one took
more than a second.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import resource
import zipfile
from collections.abc import Callable, Iterator, Mapping

SOON = 1.0  # seconds of CPU; a whole ordinary roundup takes a fifth

_REPEATED: Mapping[str, str] = {
        "comment opened": "<!--", "comment opened, spaced": "<!-- ", "comment, empty": "<!---->",
        "comment, abrupt": "<!-->", "comment ended only": "-->", "cdata opened": "<![CDATA[",
        "cdata ended only": "]]>", "declaration": "<!DOCTYPE html>", "declaration opened": "<!",
        "instruction opened": "<?", "instruction": "<?php ?>", "template tag opened": "{%",
        "less-than": "<", "less-than, slash": "</", "greater-than": ">", "tag in tag": "<a <a",
        "attribute without end": '<a href="', "attribute": 'a="b" ', "script opened": "<script>",
        "style opened": "<style>", "title opened": "<title>", "textarea opened": "<textarea>",
        "div opened": "<div>", "div closed": "</div>", "paragraphs": "<p>x", "bold opened": "<b>",
        "links opened": "<a href=http://e.example/>x", "tables opened": "<table>", "cells": "<td>x",
        "rows": "<tr><td>x</td></tr>", "table in cell": "<table><tr><td>", "items": "<li>x",
        "lists opened": "<ul><li>", "font opened": "<font size=1>", "breaks": "x<br>",
        "headings": "<h2>x</h2>", "heading and paragraph": "<h2>Headline here</h2><p>Some text.</p>",
        "pictures": '<img src="http://e.example/x.png" alt="one two three">', "forms opened": "<form>",
        "mixed up": "<b><i></b></i>", "p in a in p": "<p><a>", "hidden": "<div hidden>x",
        "json data": '<script type="application/ld+json">{"a":[[[[', "meta": '<meta name=date content=x>',
        "entity": "&amp;", "ampersand": "&", "number entity": "&#0;", "entity without end": "&amp",
        "open brackets": "[", "close brackets": "]", "open parentheses": "(", "link opened": "[a](",
        "link text opened": "[[", "picture opened": "![](", "picture text": "![", "link": "[a](b)",
        "link in pointed": "[a](<b", "reference": "[a][b] ", "definition": "[a]: b\n\n",
        "definitions": "[{n}]: http://e.example/{n}\n", "link title": '[a](b "',
        "backtick": "`", "backticks": "`` ", "backticks, growing": "{ticks}", "fence": "```\n",
        "stars": "*", "double star": "**", "star and letter": "*a ", "star and letters": "*a**b ",
        "star mixed": "*a_ ", "underline": "_", "underline and letter": "_a ", "tildes": "~",
        "quote marks": "> ", "quote lines": "> > >\n", "item marks": "- ", "item lines": "- - -\n",
        "items, deeper": "{indent}- a\n", "numbered": "1. ", "numbered lines": "1. x\n",
        "table pipes": "|", "table row": "|a|b|\n", "table rule": "|-|-|\n",
        "table": "|a|b|\n|-|-|\n|c|d|\n", "headings, atx": "# a\n", "hashes": "#",
        "heading, setext": "a\n===\n", "dashes": "-", "equal signs": "=", "backslash": "\\",
        "autolink opened": "<http://a", "bare address": "http://a.example/ ", "address": "http://",
        "html block": "<div>\n\n", "html block lines": "<x>\n", "front matter": "---\n",
        "key lines": "title: x\n", "plus fence": "+++\n",
        "space": " ", "spaces and a letter": "          a", "tab": "\t", "line": "\n",
        "carriage return": "\r", "letter": "a", "letters in lines": "a\n", "words": "Word ",
        "capital words in lines": "A Headline Here\n", "words joined": "WordWord", "digits": "1",
        "date digits": "2020", "dates": "1 May 2020 ", "months": "May ", "comma": ",",
        "sentence": "A b. ", "full stops": ".", "question marks": "? ", "quote signs": '"',
        "csv": 'a,"b",1\n', "names": "Acme Corp, ", "by-line": "By Ann ", "bullets": "• x – y\n",
        "hash tags": "#tag ", "mail sign-up": "subscribe ", "read more": "read more ", "credit": "photo ",
        "share items": "<li>Reddit", "contents": "<h2>Contents</h2><ul><li>a<li>b</ul>",
        "named lines": "Acme: opens a port in it\n", "sponsors": "Presented by Acme\n\n",
        "signs": "■ Ships sail\n",
        "linked titles": "Ships sail (https://e.example/{n}) — they do\n\n", "footnotes": "[{n}] https://e.example/{n}\n",
        "noted": "Ships sail [{n}]\n", "torn addresses": "Ships sail\n( https://e.example/{n}\n)\n",
        "slack links": "<https://e.example|ships>",
        "words in brackets": "<n{n}> </m{n}>\n\n",
        "slack lines": "*Ships {n}*\n• <https://e.example|they> ~do~ :ship:\n",
        "invitations": "You receive this {n} you receive this, weiter, to Join us on x and\n",
        "questions": "**Why {n}?**\n\nBecause it is so.\n\n", "questions, HTML": "<p><b>Why?</b><p>So.",
        "farewells": "Unsubscribe {n}\n",
        "linked items": "- [Ships sail {n}](https://e.example/{n})\n\n  They do.\n\n",
        "facts": "a{n}\tb\n", "addresses in lines": "Ships sail {n}\nhttps://e.example/{n}\n",
        "wide letters": "Schiffe fahren wieder hinüber – {n}\n",
        "bracketed": "【Ships】 they sail away\n",
        "rules": "<style>.a .b{{display:none}}</style><i class=b>x",
        "large": "<p style=font-size:30px>x", "pictures and italics": "<img src=http://e.example/x><p><i>x</i>",
        "numbered headlines": "{n}. Headline\n\nSome text that follows it here.\n\n",
        "combining": "e\u0301", "combining alone": "\u0301", "combining of two classes": "\u0301\u0316",
        "joiners": "\u200d", "zero width": "\u200b", "right to left": "\u202e", "hangul": "\u1100\u1161",
        "ligature": "\ufdfa", "han": "新", "han sentence": "新闻。", "emoji": "👩\u200d👩",
        "line separator": "\u2028", "nul": "a\0", "escape": "a\x1b[",
        "paragraph, long": "word " * 400 + "\n\n",
}  # fmt: skip
_HTML = "<!DOCTYPE html><html><head><title>Weekly Roundup</title></head><body><h1>Weekly Roundup</h1>"
_MAIL = "From: a@e.example\r\nTo: b@e.example\r\nSubject: Weekly Roundup\r\nMIME-Version: 1.0\r\n"


def _filled(text: str, size: int) -> str:
    """Return *size* bytes of *text*, counting where it counts."""
    if "{" not in text or text.startswith("{%") or "ld+json" in text:
        return text * (size // len(text.encode()) + 1)
    made: list[str] = []
    held = n = 0
    while held < size:
        made.append(text.format(n=n, ticks="`" * (n % 600) + " ", indent=" " * (n % 300)))
        held += len(made[-1].encode())
        n += 1
    return "".join(made)


def _text(size: int) -> Iterator[tuple[str, bytes]]:
    for name, text in _REPEATED.items():
        yield name, _filled(text, size).encode()
        yield f"{name}, in a text", f"Weekly Roundup\n\nHello\n\n{_filled(text, size)}\n\nBye\n".encode()


def _html(size: int) -> Iterator[tuple[str, bytes]]:
    for name, text in _REPEATED.items():
        yield name, (_HTML + _filled(text, size)).encode()
        yield f"{name}, in an attribute", f"{_HTML}<p class='{_filled(text, size)}'>x".encode()
    for depth in (100, 200, 250):
        yield (
            f"nested {depth}",
            (_HTML + ("<div>" * depth + "x" + "</div>" * depth) * (size // 11 // depth)).encode(),
        )


def _mail(size: int) -> Iterator[tuple[str, bytes]]:
    for name, text in _REPEATED.items():
        filled = _filled(text, size)
        yield (
            f"{name}, as HTML",
            f"{_MAIL}Content-Type: text/html; charset=utf-8\r\n\r\n{_HTML}{filled}".encode(),
        )
        yield f"{name}, as text", f"{_MAIL}Content-Type: text/plain; charset=utf-8\r\n\r\n{filled}".encode()
        yield f"{name}, in the subject", f"{_MAIL.replace('Weekly', _one_line(filled))}\r\nhello".encode()
        head = f"Content-Type: text/plain; name={_one_line(filled)}"
        yield f"{name}, in a parameter", f"{_MAIL}{head}\r\n\r\nhello".encode()
    yield from _parts(size)


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).replace("\r", " ")


def _parts(size: int) -> Iterator[tuple[str, bytes]]:
    mixed = _MAIL + "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    yield "boundaries", (mixed + _filled("--b\r\n", size)).encode()
    yield "parts", (mixed + _filled("--b\r\n\r\nx\r\n", size)).encode()
    yield "parts, each of another type", (mixed + _filled("--b\r\nContent-Type:a/{n}\r\n\r\n", size)).encode()
    yield "parts of HTML", (mixed + _filled("--b\r\nContent-Type: text/html\r\n\r\n\r\n", size)).encode()
    nested = _filled("--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n}\r\n\r\n", size)
    yield (
        "nested multiparts",
        (_MAIL + "Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + nested).encode(),
    )
    nested = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(size // 60)
    )
    yield "nested multiparts, right", (_MAIL + nested).encode()
    yield "nested messages", (_MAIL + "Content-Type: message/rfc822\r\n\r\n" * (size // 34)).encode()
    head = _MAIL + "Content-Type: text/html\r\nContent-Transfer-Encoding: "
    yield "base64 junk", (head + "base64\r\n\r\n" + _filled("!?=", size)).encode()
    yield "base64", (head + "base64\r\n\r\n" + base64.b64encode(b"<p>x" * (size // 5)).decode()).encode()
    yield "quoted-printable junk", (head + "quoted-printable\r\n\r\n" + _filled("=\n=4", size)).encode()
    for what in ("=?utf-8?q?a?= ", "=?utf-8?b?YQ==?=", "=?", "=?utf-8?q?", "=?x?x?x?= "):
        yield f"encoded words {what!r}", (_MAIL.replace("Weekly", _filled(what, size)) + "\r\nhello").encode()
        folded = _filled(f"{what}\r\n ", size)
        yield f"encoded words {what!r}, folded", (_MAIL.replace("Weekly", folded) + "\r\nhello").encode()
        yield f"date of {what!r}", (f"{_MAIL}Date: {_filled(what, size)}\r\n\r\nhello").encode()
    for what in ("a@b, ", "(", "((a) ", '"', "<a", ";a=b", ";a*0=b", "%41", ";a*0*=%41"):
        for name in ("Date", "Content-Type", "Content-Disposition", "Archived-At", "Reply-To", "To"):
            value = ("text/plain; " if name == "Content-Type" else "") + _filled(what, size)
            yield f"{name} of {what!r}", f"{_MAIL}{name}: {value}\r\n\r\nhello".encode()
    yield "headers", (_MAIL + _filled("X-A: b\r\n", size) + "\r\nhello").encode()
    yield "subjects", (_MAIL + _filled("Subject: b\r\n", size) + "\r\nhello").encode()


def _feed(size: int) -> Iterator[tuple[str, bytes]]:
    rss = "<rss version='2.0'><channel><title>Weekly</title>"
    item = "<item><title>One thing</title><description>{}</description></item>"
    for name, text in _REPEATED.items():
        filled = _filled(text, size)
        yield name, f"{rss}{filled}".encode()
        held = item.format(f"<![CDATA[{filled.replace(']]>', '')}]]>")
        yield f"{name}, in an entry", f"{rss}{held}</channel></rss>".encode()
        yield f"{name}, in an attribute", f"{rss}<item a='{filled}'/></channel></rss>".encode()
        said = {
            "version": "https://jsonfeed.org/version/1",
            "items": [{"title": "x", "content_html": filled}],
        }
        yield f"{name}, in JSON", json.dumps(said).encode()
    for name, text in {
        "entries": "<item/>", "entries with titles": "<item><title>x</title></item>", "opened": "<item>",
        "entries with dates": "<item><pubDate>Fri, 1 May 2020</pubDate></item>", "nested": "<a>",
        "categories": "<category>x</category>", "named spaces": "<a xmlns:b{n}='http://e.example/{n}'>",
        "content": "<content type='xhtml'><div>", "atom entries": "<entry><title>x</title></entry>",
    }.items():  # fmt: skip
        yield name, (rss + _filled(text, size)).encode()
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    yield "laughs", f'<!DOCTYPE r [<!ENTITY a0 "ha">{laughs}]>{rss}<item><title>&a9;</title></item>'.encode()
    yield "json nested", (b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * size)
    yield (
        "json items",
        (b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"{}," * (size // 3) + b"{}]}"),
    )


def _sheet(size: int) -> Iterator[tuple[str, bytes]]:
    for name, text in _REPEATED.items():
        yield name, f"headline,url,body\n{_filled(text, size)}".encode()
    for name, text in {
        "rows": "Ships sail {n},https://e.example/{n},They do.\n", "cells": "a,", "separators": ",,,\n",
        "paragraphs in a cell": "a\n\n", "addresses": "https://e.example/{n}\n", "quotes": 'a,"b""c",d\n',
    }.items():  # fmt: skip
        start = 'headline,body\nShips,"' if name == "paragraphs in a cell" else "headline,body\n"
        yield f"{name}, of a table", (start + _filled(text, size)).encode()
        yield f"{name}, alone", _filled(text, size).encode()


_SPACES = "http://schemas.openxmlformats.org"
_DOCX = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_SPACES}/package/2006/content-types"><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_SPACES}/package/2006/relationships"><Relationship Id="r1" '
        f'Target="word/document.xml" Type="{_SPACES}/officeDocument/2006/relationships/officeDocument"/>'
        "</Relationships>"
    ),
}
_WORDS = "<w:p><w:r><w:t>Ships sail.</w:t></w:r></w:p>"


def _docx(size: int) -> Iterator[tuple[str, bytes]]:
    """Each as 200 kB of XML, and as forty times that: it is packed to less."""
    for name, (start, text, end) in {
        "paragraphs": ("", _WORDS, ""), "empty paragraphs": ("", "<w:p/>", ""), "unknown": ("", "<w:x/>", ""),
        "runs": ("<w:p>", "<w:r><w:t>x</w:t></w:r>", "</w:p>"),
        "breaks": ("<w:p>", "<w:r><w:br/></w:r>", "</w:p>"),
        "bold": ("<w:p>", "<w:r><w:rPr><w:b/></w:rPr><w:t>x</w:t></w:r>", "</w:p>"),
        "rows": ("<w:tbl>", f"<w:tr><w:tc>{_WORDS}</w:tc></w:tr>", "</w:tbl>"),
        "words": ("<w:p><w:r><w:t>", "Ships sail. ", "</w:t></w:r></w:p>"), "opened": ("", "<w:p>", ""),
        "headings": ("", f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Ships</w:t></w:r></w:p>{_WORDS}", ""),
    }.items():  # fmt: skip
        for times in (1, 40):
            body = start + text * (times * size // len(text)) + end
            yield f"{name}, {times} times", _packed(f"<w:body>{body}</w:body>")


def _packed(body: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _DOCX.items():
            archive.writestr(name, part)
        document = f'<w:document xmlns:w="{_SPACES}/wordprocessingml/2006/main">{body}</w:document>'
        archive.writestr("word/document.xml", document)
    return packed.getvalue()


READERS: Mapping[str, Callable[[int], Iterator[tuple[str, bytes]]]] = {
    "text": _text, "html": _html, "mail": _mail, "markdown": _text, "feed": _feed, "csv": _sheet,
    "docx": _docx, "": _text,
}  # fmt: skip


def _read(form: str, content: bytes) -> str:
    from bot.core.errors import RoundupError
    from bot.importing.reading import Format, read_draft

    try:
        return f"{len(read_draft(content, 'source', form=Format(form) if form else None).lines)} lines"
    except RoundupError as error:
        return f"refused: {error}"


def _measured(form: str, content: bytes, most: int) -> tuple[float, str]:
    """Read it in a process of its own, so that one without end ends; return its CPU time and the outcome."""
    ours, its = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))
        try:
            said = _read(form, content)
        except BaseException as error:  # a finding, whatever it is
            said = f"{type(error).__name__}: {error}"
        os.write(its, said[:110].encode("utf-8", "replace"))
        os._exit(0)
    os.close(its)
    with open(ours, "rb") as said_there:
        outcome = said_there.read().decode(errors="replace")
    _, _, used = os.wait4(child, 0)
    return used.ru_utime + used.ru_stime, outcome or "ended: it would have taken longer"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readers", nargs="*", help="of " + ", ".join(filter(None, READERS)))
    parser.add_argument("--kilobytes", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=5)
    asked = parser.parse_args()
    for form in filter(None, READERS):  # every library is there before the first is measured
        _read(form, b"<p>Some words.</p>")
    rows = []
    for form in asked.readers or READERS:
        for name, content in READERS[form](asked.kilobytes * 1000):
            seconds, said = _measured(form, content, asked.seconds)
            rows.append((seconds, form or "any", name, said))
            if seconds > SOON or "Error" in said:
                print(f"{seconds:7.2f} s  {form or 'any':9} {name}: {said}", flush=True)
    slow = sum(row[0] > SOON for row in rows)
    print(f"\n{len(rows)} sources, {slow} over {SOON:.0f} s; the slowest:")
    for seconds, form, name, said in sorted(rows, reverse=True)[:15]:
        print(f"{seconds:7.2f} s  {form:9} {name}: {said}")
    return slow > 0


if __name__ == "__main__":
    raise SystemExit(main())
