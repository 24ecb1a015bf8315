# ruff: noqa: E501 - the names of one column stand on one line
"""Reads tables of stories (.csv, .tsv) and bare lists of addresses."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.core.errors import RoundupError
from bot.importing.dates import find_date, is_date
from bot.importing.draft import Draft, Line, Role
from bot.importing.tags import split_list
from bot.importing.words import is_url, tidy, web_address, width

# What people call their columns, by what we take them for.
_COLUMNS = {
    "headline": "headline title name story subject titel überschrift titre título titular titolo manchete schlagzeile 标题 题目 タイトル 見出し",
    "url": "url link address web website lien enlace adresse href 链接 网址 リンク",
    "body": "body text summary description content note notes comment abstract beschreibung zusammenfassung résumé"
    " resumen descripción descrição descrizione testo texte texto 正文 内容 摘要 简介 描述 本文 概要 説明",
    "tags": "tags tag topics topic category categories keywords labels thema schlagworte catégorie categoría"
    " categoria 标签 分类 タグ カテゴリ",
    "date": "date day datum fecha data published 日期 日付",
    "section": "section group rubrik rubrique sección seção sezione 栏目 版块",
}
_NAMES = {name: column for column, names in _COLUMNS.items() for name in names.split()}
_SEPARATORS = "\t;,|"
_MOST_ROWS, _MOST_COLUMNS, _LONGEST_HEAD = 2000, 100, 2000
_LONGEST_SAMPLE, _MOST_GUESSED = 20_000, 50
# Letters on the average; less is a name, a number or a tag.
_HEADLINE = 12


def looks_like_a_sheet(text: str, suffix: str) -> bool:
    """Tell a table by its first row or by what is in its columns, or a list of nothing but addresses."""
    rows = [row for row in text.lstrip("\ufeff").splitlines() if row.strip()]
    if len(rows) >= 2 and all(is_url(row.strip()) for row in rows):
        return True
    first = rows[0][:_LONGEST_HEAD] if rows else ""
    named = _named(first, _separator(text))
    if len(rows) >= 2 and ("headline" in named or "url" in named) and (len(named) >= 2 or suffix == ".csv"):
        return True
    table = _sample(text, _separator(text))
    wide = len(table[0]) if table else 0
    if len(table) < 2 or wide < 2 or any(len(row) != wide for row in table):
        return False
    # Text has commas as well; what "Title, https://…" says, the reader of text says better.
    return suffix in {".csv", ".tsv"} or (wide > 2 and "url" in _guessed(table))


def _separator(text: str) -> str:
    """Return what parts the cells: what makes rows of the same length, or else stands most often in the first."""
    for separator in _SEPARATORS:
        table = _sample(text, separator)
        if len(table) > 1 and len({len(row) for row in table}) == 1 < len(table[0]):
            return separator
    first = text.lstrip("\ufeff \n").split("\n", 1)[0][:_LONGEST_HEAD]
    return max(_SEPARATORS, key=first.count)


def _named(first: str, separator: str) -> dict[str, int]:
    cells = next(csv.reader([first], delimiter=separator), [])
    named: dict[str, int] = {}
    for n, cell in enumerate(cells[:_MOST_COLUMNS]):
        if column := _NAMES.get(tidy(cell).casefold()):
            named.setdefault(column, n)
    return named


def _sample(text: str, separator: str) -> list[list[str]]:
    """Return the first rows of what may be a table."""
    top = text.lstrip("\ufeff")[:_LONGEST_SAMPLE]
    whole = top if len(top) < _LONGEST_SAMPLE else top.rpartition("\n")[0]
    try:
        return [row for row in csv.reader(io.StringIO(whole), delimiter=separator) if any(map(tidy, row))]
    except csv.Error:
        return []


def _guessed(table: Sequence[Sequence[str]]) -> dict[str, int]:
    """Say what the columns of a table without names are: addresses, days, and of the texts the longest the body."""
    found: dict[str, int] = {}
    texts: list[tuple[float, int]] = []
    for n in range(min(len(table[0]), _MOST_COLUMNS)):
        cells = [words for row in table if (words := _cell(row, n))]
        if _mostly(is_url, cells):
            found.setdefault("url", n)
        elif _mostly(is_date, cells):
            found.setdefault("date", n)
        elif cells:
            texts.append((sum(map(width, cells)) / len(cells), n))
    long = sorted(((wide, n) for wide, n in texts if wide >= _HEADLINE), reverse=True)
    if len(long) > 1 and long[0][0] >= 2 * long[1][0]:
        found["body"] = long.pop(0)[1]
    if long:
        found["headline"] = min(n for _, n in long)
    return found


def _mostly(tells: Callable[[str], object], cells: Sequence[str]) -> bool:
    return bool(cells) and sum(map(bool, map(tells, cells))) >= 0.8 * len(cells)


def read_sheet(text: str) -> Draft:
    """Make a story of each row; of a list of addresses, each a story whose headline is to be written."""
    rows = text.lstrip("\ufeff").splitlines()
    said = [(n, row.strip()) for n, row in enumerate(rows, start=1) if row.strip()]
    if said and all(is_url(row) for _, row in said):
        return _addresses(said)
    try:
        separator = _separator(text)
        table = list(csv.reader(text.lstrip("\ufeff").splitlines(keepends=True), delimiter=separator))
    except csv.Error as e:
        raise RoundupError(f"this is no table that can be read ({e}); save it as CSV anew") from e
    _check_size(table)
    columns = _named(said[0][1], separator) if said else {}
    heads: Sequence[str] = table[0] if columns else []
    warnings: tuple[str, ...] = ()
    if "headline" not in columns and "url" not in columns:
        full = [row for row in table if any(map(tidy, row))]
        # Names that we do not know stand above columns of another kind.
        columns = _guessed((full[1:] or full)[:_MOST_GUESSED]) if full else {}
        heads = full[0] if full and "url" in columns and not is_url(_cell(full[0], columns["url"])) else []
        warnings = (_taken(columns),)
    if "headline" not in columns and "url" not in columns:
        raise RoundupError(
            "no column of this table is named headline or url, and none looks like one;"
            " write headline,url,body,tags above its columns, in their order"
        )
    lines = [line for at, row in enumerate(table, start=1) for line in _row(at, row, heads, columns)]
    days = [day for row in table if row is not heads and (day := find_date(_cell(row, columns.get("date"))))]
    return Draft(
        lines=tuple(lines),
        date=max(days, default=None),
        date_from="its newest row" if days else "",
        warnings=warnings,
    )


def _check_size(table: Sequence[Sequence[str]]) -> None:
    if len(table) > _MOST_ROWS:
        raise RoundupError(f"this table has {len(table):,} rows; cut the roundup's out and import them alone")
    for at, row in enumerate(table, start=1):
        # A program may write empty cells up to the last column that it has.
        if len(row) > _MOST_COLUMNS and (said := sum(map(bool, row))) > _MOST_COLUMNS:
            raise RoundupError(
                f"row {at} of this table has {said:,} cells, and a roundup's no more than {_MOST_COLUMNS}; "
                "keep the columns with headline, address and text, and import them alone"
            )


def _taken(columns: Mapping[str, int]) -> str:
    said = ", ".join(f"column {n + 1} as {name}" for name, n in sorted(columns.items(), key=lambda c: c[1]))
    return f"no column is named headline or url: {said} was taken"


def _addresses(said: Sequence[tuple[int, str]]) -> Draft:
    lines = [Line(at=n, text=url, role=Role.HEADLINE, url=web_address(url)) for n, url in said]
    return Draft(
        lines=tuple(lines), warnings=("these are addresses alone; each headline is still to be written",)
    )


def _cell(row: Sequence[str], n: int | None) -> str:
    return tidy(row[n]) if n is not None and n < len(row) else ""


def _row(at: int, row: Sequence[str], heads: Sequence[str], named: dict[str, int]) -> Iterator[Line]:
    if not any(map(tidy, row)):
        return
    if row is heads:
        yield Line(at=at, text=tidy(" | ".join(row)), role=Role.DROPPED, reason="the names of the columns")
        return
    url = web_address(_cell(row, named.get("url")))
    headline = _cell(row, named.get("headline")) or url
    section = _cell(row, named.get("section"))
    if headline:
        yield Line(at=at, text=headline, role=Role.HEADLINE, url=url, section=section)
    raw = row[named["body"]] if "body" in named and named["body"] < len(row) else ""
    for paragraph in re.split(r"\n+", raw):
        if words := tidy(paragraph):
            yield Line(at=at, text=words, role=Role.BODY if headline else Role.DROPPED,
                       reason="" if headline else "a row without headline and address")  # fmt: skip
    if words := _cell(row, named.get("tags")):
        tags = split_list(words.replace(";", ",")) or (words,)
        yield Line(at=at, text=words, role=Role.TAG, tags=tags, of_story=True)
    told = set(named.values()) - {named.get("date")}
    for n, cell in enumerate(row):
        if n not in told and (words := tidy(cell)):
            reason = f"column {tidy(heads[n]) if n < len(heads) else n + 1}: a digest has none"
            yield Line(at=at, text=words, role=Role.DROPPED, reason=reason)
