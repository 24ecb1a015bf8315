"""Alphas, betas and release candidates are one word each, however they are written."""

from __future__ import annotations

import pytest

from bot.core.search.prereleases import names_of, numbers


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("7.1rc2", "71rc2"),
        ("7.1 rc2", "71rc2"),
        ("v7.1-rc.2", "71rc2"),
        ("7.1.RC2", "71rc2"),
        ("7.1 RC 2", "71rc2"),
        ("7.1 Release Candidate 2", "71rc2"),
        ("7.1 release candidate (RC) 2", "71rc2"),
        ("7.1.0-beta.rc2", "710rc2"),
        ("V2.0.0-beta.12", "200b12"),
        ("2.0.0b12", "200b12"),
        ("2.0.0 Beta 12", "200b12"),
        ("3.11.0a4", "3110a4"),
        ("3.11.0-alpha4", "3110a4"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "Kayak {} is out.", "({})", "RMB10 billion for {}"])
def test_prerelease_is_one_word(text: str, word: str, around: str) -> None:
    whole = around.format(text)

    assert [whole[found.start : found.end] for found in numbers(whole) if found.number == word] == [text]


@pytest.mark.parametrize(
    "text",
    [
        *("7.1", "7.1 beta", "rc2", "7 rc2", "7.1 a 4", "7.1 alphabet 2", "7.1rc2x", "k7.1rc2", "7.1_rc2"),
        *("7.1 beta 2024", "Boeing 737-8", "7.1 is alpha 2"),
    ],
)
def test_what_only_looks_like_a_prerelease_is_none(text: str) -> None:
    assert list(numbers(text)) == []


def test_prerelease_is_found_without_its_number_too() -> None:
    assert names_of("71rc2") == ("71rc2", "71rc", "71releasecandidate")
    assert names_of("71b2") == ("71b2", "71beta")
    assert names_of("10000000000") == ("10000000000",)
