"""Amounts, however they are written: RMB10bn, ¥10 billion and 10,000 million yuan are one number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_SIZES = {
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("m", "mn", "mln", "million", "millions"), 10**6),
    **dict.fromkeys(("b", "bn", "bln", "billion", "billions"), 10**9),
    **dict.fromkeys(("tn", "trillion", "trillions"), 10**12),
    "千": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "亿": 10**8,
    "億": 10**8,
}
_CURRENCIES = (
    *("rmb", "cny", "yuan", "renminbi", "usd", "dollar", "dollars", "eur", "euro", "euros", "gbp", "jpy"),
    *("yen", "hkd", "inr", "rupees", "krw", "won", "chf", "francs", "pounds"),
    *("us$", "hk$", "$", "¥", "€", "£", "₹", "元"),
)
_SIZE = "|".join(sorted(map(re.escape, _SIZES), key=len, reverse=True))
_CURRENCY = "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))
# Not inside a word or a version: k8s, v1.10k, 3.10.2.
AMOUNT = re.compile(
    rf"(?<![\w.])(?P<before>{_CURRENCY})? ?(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:[ -]?(?P<size>{_SIZE})(?![a-z]))?(?: ?(?P<after>{_CURRENCY})(?![a-z]))?(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_LEAST = 1000  # a smaller one is a word like others


def amounts(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield where amounts stand in a text, and each as one number in digits."""
    if not _DIGIT.search(text):
        return
    for match in AMOUNT.finditer(text):
        if not (match["before"] or match["size"] or match["after"] or "," in match["number"]):
            continue  # a year, a version, a plain number: found as it is written
        number = Decimal(match["number"].replace(",", "")) * _SIZES.get((match["size"] or "").lower(), 1)
        if number >= _LEAST and number == int(number):
            yield match, str(int(number))
