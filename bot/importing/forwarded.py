# ruff: noqa: E501 - a cue is one line, as long as it is
"""Finds the newsletter in a mail that forwards it: below a covering note and a copy of its headers, or quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.importing.dates import find_date
from bot.importing.draft import Draft, Line, Role, among
from bot.importing.words import tidy

COVERING, HEADERS, QUOTED, SIGNATURE = (
    "the note that covers what is forwarded",
    "headers of what is forwarded",
    "a quoted mail",
    "the signature",
)
_FORWARDED = re.compile(
    r"^\s*((fwd?|wg|tr|rv|enc|i|转发|轉寄|転送|re|aw|sv|antw|回复|答复) ?[:：]\s*)+", re.IGNORECASE
)
_MARKER = re.compile(
    r"[-_*>\s]*(begin forwarded message|forwarded message|(?<=--)[-\s]*forwarded by .*|original message|weitergeleitete nachricht|anfang der "
    r"weitergeleiteten nachricht|(ursprüngliche|original[- ]?)nachricht|message (transféré|d'origine)|début du message "
    r"(réexpédié|transféré)|mensaje (reenviado|original)|inicio del mensaje reenviado|mensagem (encaminhada|original)"
    r"|início da mensagem (re)?encaminhada|messaggio (inoltrato|originale)|inizio messaggio inoltrato"
    r"|转发(的)?(邮件|信息|消息)|原始邮件|轉寄郵件|転送(された)?メッセージ|元のメッセージ)[-_*:：\s]*",
    re.IGNORECASE,
)
_NAMES = {
    "subject": "subject|betreff|objet|asunto|assunto|oggetto|主题|主旨|标题|件名",
    "date": "date|sent|gesendet|datum|envoyé|fecha|enviado( em)?|data|inviato|日期|时间|发送时间|送信日時|日時",
    "other": "from|von|de|da|发件人|差出人|to|an|à|para|a|per|收件人|宛先|cc|kopie|抄送|reply-to|antwort an|répondre à",
}
_HEADER = re.compile(
    r"[*>\s]*(?:{})\s*[*]*\s*[:：]\s*[*]*\s*(?P<said>.*)".format(
        "|".join(f"(?P<{kind}>{names})" for kind, names in _NAMES.items())
    ),
    re.IGNORECASE,
)
_SENDERS = ("from", "von", "de", "da", "发件人", "差出人")
# With a date, a time or an address; somebody whom a story quotes wrote "on Tuesday evening".
_WROTE = re.compile(
    r"(?=.*(?:\d{4}|\d[:.h]\d\d|@))(on .{5,120} wrote|am .{5,120} schrieb.{0,80}|le .{5,120} a écrit|el .{5,120} escribió|em .{5,120} escreveu"
    r"|il .{5,120} ha scritto|.{5,100}写道|.{5,100}(のメール|書きました))\s*[:：]",
    re.IGNORECASE,
)
_LONGEST_MARKER = 200  # characters; dashes without end would be gone through for each of them
# Lines of headers; so many in a row stand nowhere else. Blank ones do not count.
_FEW = 3
_QUOTED_SHARE = 0.8  # of what says something: a line was broken once more on the way


@dataclass(frozen=True, slots=True)
class Cover:
    """Where what is forwarded begins, and what its headers say."""

    note: int  # how many lines are the covering note's
    headers: int  # and where the headers after them end
    subject: str = ""
    date: date | None = None

    def reason(self, n: int) -> str:
        """Say why the line *n* is dropped."""
        return COVERING if n < self.note else HEADERS


def bare_subject(subject: str) -> str:
    """Return a subject without what forwarding and answering put before it."""
    return _FORWARDED.sub("", subject)


def read_uncovered(
    text: str, read: Callable[[str, str], Draft], *, subject: str = "", pasted: bool = False
) -> Draft:
    """Have a text read without the note and headers above what it forwards, the signature, an old mail.

    *read* is given the words and what they are called. What is *pasted* may be no mail, and has no signature.
    """
    rows = text.splitlines()
    reasons: dict[int, str] = {}
    if cover := cover_of(rows, pasted=pasted) or _note_above_quotes(rows):
        reasons = {n: cover.reason(n) for n in range(cover.headers)}
        rows = [*rows[: cover.headers], *without_quotes(rows[cover.headers :])]
        subject = bare_subject(cover.subject) or subject
    reasons |= _below(rows, signed=not pasted)
    kept = "\n".join("" if n in reasons else row for n, row in enumerate(rows))
    if not tidy(kept):
        return read(text, subject)
    draft = read(kept, subject)
    others = [
        Line(at=n + 1, text=tidy(rows[n]), role=Role.DROPPED, reason=reason)
        for n, reason in reasons.items()
        if tidy(rows[n])
    ]
    day = cover.date if cover else None
    from_where = "the headers of what is forwarded" if day else ""
    return replace(draft, lines=tuple(among(draft.lines, others)), date=day, date_from=from_where)


def _below(rows: Sequence[str], *, signed: bool) -> Mapping[int, str]:
    """Return which lines stand below a mail's text, and why they are none of it."""
    end = quoted_from(rows)
    signs = [n for n, row in enumerate(rows[:end]) if n and row == "-- "] if signed else []
    start = signs[-1] if 0 < len(signs) < _FEW else end  # so many part stories
    return dict.fromkeys(range(end, len(rows)), QUOTED) | dict.fromkeys(range(start, end), SIGNATURE)


def _note_above_quotes(rows: Sequence[str]) -> Cover | None:
    """Return a note that covers a quoted mail of which nothing says whose it is.

    Somebody who types a list behind such signs leaves no blank lines between them.
    """
    note = next((n for n, row in enumerate(rows) if row.startswith(">")), len(rows))
    below = rows[note:]
    quoted = any(row.strip() == ">" for row in below) and _are_quoted(below)
    # Several paragraphs above it may be stories, the last of which quotes somebody.
    one = "\n\n" not in "\n".join(map(tidy, rows[:note])).strip()
    return Cover(note, note) if quoted and one and _said(rows[:note]) < _said(below) else None


def cover_of(texts: Sequence[str], *, pasted: bool = False) -> Cover | None:
    """Return what covers a forwarded mail, whose lines (or blocks) are *texts*; None if nothing does.

    In what is *pasted* a story may have an event's "Date, From, To".
    """
    for n, text in enumerate(texts[:200]):
        marked = len(text) <= _LONGEST_MARKER and _MARKER.fullmatch(text) is not None
        end, said = _headers(texts, n + 1 if marked else n)
        if _are_a_mails(said, marked=marked) if pasted else marked or len(said) >= _FEW:
            if pasted and _said(texts[:n]) >= _said(texts[end:]):
                return None
            return Cover(n, end, said.get("subject", ""), find_date(said.get("date", "")))
        if _WROTE.fullmatch(tidy(text)) and _are_quoted(texts[n + 1 :]):
            # An answer below which an old mail stands says more than a note.
            return Cover(n, n + 1) if _said(texts[:n]) < _said(texts[n + 1 :]) else None
    return None


def _are_a_mails(said: Mapping[str, str], *, marked: bool) -> bool:
    sender = next((said[name] for name in _SENDERS if name in said), "")
    sent = "@" in sender or find_date(said.get("date", "")) is not None
    return (marked and len(said) > 1) or ("subject" in said and sender != "" and sent)


def _said(texts: Sequence[str]) -> int:
    return sum(len(tidy(text)) for text in texts)


def _headers(texts: Sequence[str], n: int) -> tuple[int, dict[str, str]]:
    said: dict[str, str] = {}
    for i in range(n, min(n + 20, len(texts))):
        found = _HEADER.fullmatch(tidy(texts[i]))
        if not tidy(texts[i]) and not said:
            continue
        if not found:
            return i, said
        kind = next(kind for kind in _NAMES if found[kind])
        said[kind if kind != "other" else found["other"].lower()] = found["said"]
    return min(n + 20, len(texts)), said


def _are_quoted(texts: Sequence[str]) -> bool:
    rows = [text for text in texts if text.strip()]
    return bool(rows) and sum(row.lstrip().startswith(">") for row in rows) >= _QUOTED_SHARE * len(rows)


def without_quotes(rows: Sequence[str]) -> list[str]:
    """Return the rows without the signs that quote them, if they are quoted."""
    return [re.sub(r"^\s*(> ?)+", "", row) for row in rows] if _are_quoted(rows) else list(rows)


def quoted_from(rows: Sequence[str]) -> int:
    """Return where a mail's text ends and an older one is quoted below it."""
    start, said, quoted = len(rows), 0, 0
    for n in range(len(rows) - 1, -1, -1):  # from below: each line would count all that stands below it
        row = rows[n].strip()
        wrote = row.endswith((":", "：")) and _WROTE.fullmatch(tidy(row)) is not None
        start = n if wrote and said and quoted >= _QUOTED_SHARE * said else start
        said, quoted = said + bool(row), quoted + row.startswith(">")
    return start
