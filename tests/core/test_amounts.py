"""An amount is one number, however it is written, and what is no amount is none."""

from __future__ import annotations

import pytest

from bot.core.search.amounts import amounts
from bot.core.search.folding import plain


def numbers(text: str) -> list[int]:
    return [int(amount.number) for amount in amounts(plain(text))]


@pytest.mark.parametrize(
    ("number", "ways"),
    [
        (
            10_000_000_000,
            [
                *("RMB10bn", "RMB10 billion", "10 billion yuan", "10,000 million yuan", "¥10bn", "10 bn RMB"),
                *("ten billion yuan", "Ten billion", "ten-billion-yuan", "10-billion-yuan"),
                *("100亿元", "CNY 10bn"),
                *("10 Mrd. Yuan", "10 Milliarden Yuan", "10 milliards de yuan", "10.000 Mio. Yuan"),
                *("RMB10,000,000,000", "10.000.000.000 Yuan", "US$10 billion", "€10bn", "£10 billion", "10B"),
            ],
        ),
        (
            1_200_000_000,
            [
                *("1.2bn", "$1.2bn", "$1.2 billion", "1.2 billion dollars", "1,2 Mrd. Euro"),
                *("€1.2bn", "£1.2bn", "1,2 Mrd €", "one point two billion"),
                *("1,2 milliard d'euros", "1.200 Millionen Euro", "1,200 million"),
            ],
        ),
        (500_000, ["half a million", "half a million euros", "500k", "500,000", "500.000 Euro", "5 lakh"]),
        (250_000, ["a quarter of a million", "250 thousand", "two hundred and fifty thousand", "$250k"]),
        (2_500_000, ["two and a half million", "2.5m", "2,5 Mio. Franken", "2,5 millones de euros"]),
        (25_000_000, ["twenty-five million", "25 million", "25 milioni de euros"]),
        (1_000_000, ["a million", "one million", "$1m", "1 Mio"]),
    ],
)
def test_amount_is_one_number(number: int, ways: list[str]) -> None:
    assert {way: numbers(f"It paid {way} for it.") for way in ways} == {way: [number] for way in ways}


@pytest.mark.parametrize(
    "text",
    [
        *("millions of people", "hundreds of millions", "the billion", "a thousandfold"),
        *("version 3.10.2", "2020", "k8s", "Swift 5.2", "6.18", "1.200", "1,5", "v1.10k"),
        *("a billionaire", "half a mile", "and a half"),
    ],
)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert numbers(text) == []


def test_amounts_come_in_their_order() -> None:
    assert numbers("RMB2bn, then three million, then 5k") == [2_000_000_000, 3_000_000, 5_000]
