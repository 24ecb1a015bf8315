# ruff: noqa: E501 - the names of one column stand on one line
"""Reads tables of stories (.csv, .tsv) and bare lists of addresses."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from bot.core.errors import RoundupError
from bot.importing.dates import find_date
from bot.importing.draft import Draft, Line, Role
from bot.importing.tags import split_list
from bot.importing.words import is_url, tidy, web_address

# What people call their columns, by what we take them for.
_COLUMNS = {
    "headline": "headline title name story subject titel überschrift titre título titolo 标题 题目 タイトル 見出し",
    "url": "url link address web website lien enlace adresse href 链接 网址 リンク",
    "body": "body text summary description content note notes comment abstract beschreibung zusammenfassung résumé"
    " resumen descripción descrição descrizione testo texte texto 正文 内容 摘要 简介 描述 本文 概要 説明",
    "tags": "tags tag topics topic category categories keywords labels thema schlagworte catégorie categoría"
    " categoria 标签 分类 タグ カテゴリ",
    "date": "date day datum fecha data published 日期 日付",
    "section": "section group rubrik rubrique sección seção sezione 栏目 版块",
}
_NAMES = {name: column for column, names in _COLUMNS.items() for name in names.split()}
_SEPARATORS = ",;\t|"
_MOST_ROWS, _LONGEST_HEAD = 2000, 2000


def looks_like_a_sheet(text: str, suffix: str) -> bool:
    """Tell a table by its first row, or a list of nothing but addresses."""
    rows = [row for row in text.splitlines() if row.strip()]
    if len(rows) >= 2 and all(is_url(row.strip()) for row in rows):
        return True
    first = rows[0].lstrip("\ufeff")[:_LONGEST_HEAD] if rows else ""
    named = _named(first, _separator(first))
    return (
        len(rows) >= 2 and ("headline" in named or "url" in named) and (len(named) >= 2 or suffix == ".csv")
    )


def _separator(row: str) -> str:
    return max(_SEPARATORS, key=row.count)


def _named(first: str, separator: str) -> dict[str, int]:
    cells = next(csv.reader([first], delimiter=separator), [])
    named: dict[str, int] = {}
    for n, cell in enumerate(cells[:100]):
        if column := _NAMES.get(tidy(cell).casefold()):
            named.setdefault(column, n)
    return named


def read_sheet(text: str) -> Draft:
    """Make a story of each row; of a list of addresses, each a story whose headline is to be written."""
    rows = text.lstrip("\ufeff").splitlines()
    said = [(n, row.strip()) for n, row in enumerate(rows, start=1) if row.strip()]
    if said and all(is_url(row) for _, row in said):
        return _addresses(said)
    try:
        separator = _separator(said[0][1]) if said else ","
        table = list(csv.reader(text.lstrip("\ufeff").splitlines(keepends=True), delimiter=separator))
    except csv.Error as e:
        raise RoundupError(f"this is no table that can be read ({e}); save it as CSV anew") from e
    if len(table) > _MOST_ROWS:
        raise RoundupError(f"this table has {len(table):,} rows; cut the roundup's out and import them alone")
    named = _named(said[0][1], separator) if said else {}
    if "headline" not in named and "url" not in named:
        raise RoundupError(
            "the first row names no column headline or url; write headline,url,body,tags above it"
        )
    lines = [line for at, row in enumerate(table, start=1) for line in _row(at, row, table[0], named)]
    days = [day for row in table[1:] if (day := find_date(_cell(row, named.get("date"))))]
    return Draft(lines=tuple(lines), date=max(days, default=None), date_from="its newest row" if days else "")


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
    for n, cell in enumerate(row):
        if n not in set(named.values()) - {named.get("date")} and (words := tidy(cell)):
            reason = f"column {tidy(heads[n]) if n < len(heads) else n + 1}: a digest has none"
            yield Line(at=at, text=words, role=Role.DROPPED, reason=reason)
