"""Amounts, however they are written: RMB10bn is ten billion yuan, and 9.8% is 9,8 Prozent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.core.search.patterns import any_of

_ENGLISH = ("thousand", "million", "billion", "trillion")
_SIZES = {
    **dict.fromkeys(("k", "thousand", "tsd"), 10**3),
    **dict.fromkeys(("m", "mn", "mln", "million", "millions"), 10**6),
    **dict.fromkeys(("b", "bn", "bln", "billion", "billions"), 10**9),
    **dict.fromkeys(("tn", "trn", "trillion", "trillions"), 10**12),
    **dict.fromkeys(("lakh", "lakhs", "lac"), 10**5),
    **dict.fromkeys(("crore", "crores"), 10**7),
    "lakh crore": 10**12,
    "千": 10**3,
    "万": 10**4,
    "亿": 10**8,
    "兆": 10**12,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
_CONTINENTAL = {  # beside these 1,5 is one and a half, and 1.500 is fifteen hundred
    **dict.fromkeys(("mio", "millionen", "millones", "milioni", "milhoes", "miljoen"), 10**6),
    **dict.fromkeys(("mrd", "mld", "milliarde", "milliarden", "milliard", "milliards", "miljard"), 10**9),
}
_SIZES |= _CONTINENTAL
_WRITTEN = {  # a currency -> how people write it, with _ for a space
    "dollar": "$ dollar dollars dolares",
    "yuanoryen": "¥",
    "usd": "usd us$ us_dollar us_dollars u.s._dollars us-dollar us-dollars 美元 美金",
    "hkd": "hkd hk$ hong_kong_dollars 港元 港币 港幣",
    "twd": "nt$",
    "aud": "aud a$ australian_dollars",
    "cad": "cad c$ canadian_dollars",
    "sgd": "sgd s$ singapore_dollars",
    "cny": "rmb cny yuan renminbi chinese_yuan 元 人民币 人民幣",
    "jpy": "jpy yen japanese_yen 日元 円",
    "eur": "eur euro euros € 欧元 歐元",
    "gbp": "gbp pounds £ 英镑 英鎊",
    "inr": "inr rupees ₹ rs rs.",
    "krw": "krw won ₩ 韩元 韓元",
    "chf": "chf francs franken swiss_francs schweizer_franken",
    "rub": "rub rubles ₽",
    "brl": "brl r$",
    "thb": "thb ฿",
    "vnd": "vnd ₫",
    "try": "₺",
    **{code: code for code in ("mxn", "sek", "nok", "dkk", "pln", "zar")},
}
_CURRENCIES = {
    sign.replace("_", " "): currency for currency, signs in _WRITTEN.items() for sign in signs.split()
}
# A few of these are mostly something else: she won 3, by 5 pounds.
_ALSO_WORDS = frozenset(("won", "pounds", "francs", "franken", "yen", "rs", "rs."))
# Of signs that several share.
_MAY_BE = {"dollar": ("usd", "hkd", "twd", "aud", "cad", "sgd"), "yuanoryen": ("cny", "jpy")}
# Begins an amount with its currency, without any, or in percent. No text has it: `plain` makes a c of it.
_SIGN = "\u1d9c"
_WITH_CURRENCY = re.compile(rf"{_SIGN}(?P<currency>\D*)(?P<digits>\d+)")
_TEENS = "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_ONES = "zero one two three four five six seven eight nine ten"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SPOKEN = {word: n for n, word in enumerate(f"{_ONES} {_TEENS}".split())}
_SPOKEN |= {word: 10 * n for n, word in enumerate(_TENS.split(), 2)}


_SIZE, _CURRENCY = any_of(_SIZES), any_of(map(re.escape, _CURRENCIES))
_NUMBER = re.compile(
    r"\d{1,3}(?: \d{3})+|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}"
    r"|\d+,\d{1,2}|\d+(?:\.\d+)?"
)
_AFTER = rf"(?:[ -]?(?:d'|de )?(?P<after>{_CURRENCY})(?![a-z]))?"
_PERCENT = "percent"
_PERCENTS = "per ?cent|pct|prozent|procent|pour ?cent|por ?cien(?:to)?|por cento|per cento"
_OF_A_HUNDRED = rf"(?P<percent> ?%|[ -](?:{_PERCENTS})\b)"
# Where words run on without spaces, one ends before the next as it does at a space: 融资3.5亿美元建厂.
_IN_A_RUN = "\u3040-\u30ff\u3400-\u9fff"
_END = rf"(?![^\W{_IN_A_RUN}]|[.,]\d)"
# It begins with a digit, which is quickly found; what stands before it is looked at then.
_AMOUNT = re.compile(
    rf"(?P<number>\d{{1,3}}(?: \d{{3}})+(?= ?(?:{_CURRENCY}))|\d+(?:[.,]\d+)*)"
    rf"(?:[ -]?(?P<size>{_SIZE})(?![a-z]|(?<=[千万亿兆])\d)\.?)?"
    rf"(?:{_OF_A_HUNDRED}|{_AFTER}){_END}",
    re.IGNORECASE,
)
_MOST_WORDS = 12
_IN_WORDS = re.compile(
    # No amount begins with these, and none has more words: a text of nothing else took seconds.
    rf"\b(?:(?:and|of)[ -]){{0,3}}+"
    rf"(?P<words>(?:(?:{any_of(_SPOKEN)}|hundred|an?|and|half|quarter|of|point)[ -]){{1,{_MOST_WORDS}}})"
    rf"(?P<size>{any_of(_ENGLISH)}){_AFTER}\b",
    re.IGNORECASE,
)
# Not inside a word or a version: k8s, v1.10k, 3.10.2.
_BEFORE = re.compile(rf"(?<![^\W{_IN_A_RUN}])(?<!\.)(?P<before>{_CURRENCY}) ?\Z", re.IGNORECASE)
_GOES_ON = re.compile(rf"[a-zA-Z0-9._]|[^\W{_IN_A_RUN}]")
# $1.5-2bn, 10 to 20 million euros: the one has the other's size, and the other its currency.
_RANGE = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)*)(?: ?- ?| to )(?P<high>\d+(?:[.,]\d+)*)[ -]?(?P<size>{_SIZE})(?![a-z])\.?"
    rf"{_AFTER}{_END}",
    re.IGNORECASE,
)
_REACHES = ("-", " -", " to ", " TO ")
_LONGEST = 10  # letters of a currency with a space on either side
_IN_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")
_LEAST = 1000  # a smaller one is a word like others, unless it says its currency
_LONG = 5  # digits that are an amount even alone: no year
_NUMBERING = frozenset("#/-=:@")
_FRACTIONS = {
    ("half", "a"): Decimal("0.5"),
    ("half", "an"): Decimal("0.5"),
    ("quarter", "of", "a"): Decimal("0.25"),
}


class Amount(NamedTuple):
    """Where an amount stands in a text, what it is in digits, and its currency, if one is said."""

    start: int
    end: int
    number: str
    currency: str = ""

    @property
    def asked(self) -> str:
        """Return the word that it asks for: of any currency, if it says none."""
        return self.said if self.currency else self.number

    @property
    def said(self) -> str:
        """Return the word for just that currency, or for none."""
        return _SIGN + self.currency + self.number


def amounts(text: str) -> Iterable[Amount]:
    """Return the amounts of a text, in their order."""
    spoken = list(_in_words(text)) if "illion" in text or "ousand" in text else []
    return sorted([*spoken, *_in_digits(text)]) if spoken else _in_digits(text)


def is_share(amount: Amount) -> bool:
    """Tell whether it is so many percent, which no plain number is."""
    return amount.currency == _PERCENT


def is_said_amount(word: str) -> bool:
    """Tell whether a word is one of `Amount.said`."""
    return word.startswith(_SIGN)


def is_number(word: str) -> bool:
    """Tell whether a word is digits, maybe with a currency or percent."""
    return word.isdigit() or is_said_amount(word)


def same_amounts(word: str) -> tuple[str, ...]:
    """Return how else stories may say an amount of a currency: with a sign that it shares, or without any."""
    found = _WITH_CURRENCY.fullmatch(word)
    if found is None or found["currency"] == _PERCENT:
        return ()
    currency = found["currency"]
    others = (*_MAY_BE.get(currency, ()), *(sign for sign, meant in _MAY_BE.items() if currency in meant))
    return tuple(_SIGN + other + found["digits"] for other in (*others, ""))


def _currency(before: str, after: str | None) -> str:
    """Return the currency of an amount: $5,000 CAD is Canadian, but $5,000 won by somebody is not Korean."""
    first, last = _CURRENCIES.get(before.lower(), ""), _CURRENCIES.get((after or "").lower(), "")
    return last if not first or last in _MAY_BE.get(first, ()) else first


def _in_digits(text: str) -> Iterator[Amount]:
    due: dict[int, str] = {}  # where the second half of a range begins -> its currency
    for match in _AMOUNT.finditer(text):
        start = match.start()
        found = _BEFORE.search(text, max(0, start - _LONGEST), start)
        if not (found or start in due or _may_be_one(match)):
            continue  # a year, a plain number: found as it is written
        if not found and start and _GOES_ON.match(text, start - 1):
            continue
        if not _NUMBER.fullmatch(match["number"]):
            continue  # a version, an address
        begin = found.start() if found else start
        if match["percent"]:
            yield Amount(start, match.end(), _share(match), _PERCENT)
            continue
        before = found["before"] if found else due.get(start, "")
        if reach := _range(match):
            due[reach.start("high")] = before
        if amount := _in_currency(begin, match.end(), reach or match, before):
            yield amount


def _may_be_one(match: re.Match[str]) -> bool:
    """Tell whether a number says anything that makes it an amount, whatever stands before it."""
    number, size, after, percent = match.group("number", "size", "after", "percent")
    return bool(
        size or after or percent or "," in number or len(number) >= _LONG or _may_begin_a_range(match)
    )


def _may_begin_a_range(match: re.Match[str]) -> bool:
    return not match["size"] and match.string.startswith(_REACHES, match.end())


def _range(match: re.Match[str]) -> re.Match[str] | None:
    """Return the range that a number without a size begins, if that is what it does: $1.5-2bn."""
    reach = _RANGE.match(match.string, match.start()) if _may_begin_a_range(match) else None
    if not reach or not _NUMBER.fullmatch(reach["high"]):
        return None
    return reach if _number(reach) < _number(reach, "high") else None


def _in_currency(begin: int, end: int, said: re.Match[str], before: str) -> Amount | None:
    """Return the amount that stands there, if it is one."""
    digits, size, after = said.group("number", "size", "after")
    if not (before or size or after or "," in digits or _is_long(said)):
        return None
    number = _number(said) * _SIZES.get((size or "").lower(), 1)
    currency = _currency(before, after)
    written = {before.lower(), (after or "").lower()} - {""}
    is_enough = number >= _LEAST or (currency and not written <= _ALSO_WORDS)
    if not is_enough or number != int(number):
        return None
    return Amount(begin, end, str(int(number)), currency)


def _is_long(said: re.Match[str]) -> bool:
    """Tell whether so many digits are an amount even alone: /pull/12345 is the number of something."""
    digits, at = said["number"], said.start()
    return len(digits) >= _LONG and digits.isdigit() and said.string[at - 1 : at] not in _NUMBERING


def _share(match: re.Match[str]) -> str:
    """Return so many percent: 9p8 of 9.8%, which is neither 98 nor a version."""
    return f"{_number(match).normalize():f}".replace(".", "p")


def _number(match: re.Match[str], which: str = "number") -> Decimal:
    """Return the number, by whichever of its signs stands before the last digits."""
    number, size = match[which].replace(" ", ""), (match["size"] or "").lower()
    whole, sign, rest = number.rpartition(",")
    is_continental = bool(sign) and (len(rest) < 3 or "." in whole)
    is_grouped = number.count(".") > 1 or (
        _IN_THOUSANDS.fullmatch(number) and (size in _CONTINENTAL or (match["after"] and not size))
    )
    if is_continental or is_grouped:
        return Decimal(number.replace(".", "").replace(",", "."))
    return Decimal(number.replace(",", ""))


def _in_words(text: str) -> Iterator[Amount]:
    for match in _IN_WORDS.finditer(text):
        words = re.split("[ -]", match["words"].lower().rstrip(" -"))
        number = _spoken(words) * _SIZES[match["size"].lower()]
        if number >= _LEAST and number == int(number):
            currency = _currency("", match["after"])
            yield Amount(match.start("words"), match.end(), str(int(number)), currency)


def _spoken(words: Sequence[str]) -> Decimal:
    """Return the number that is spelt out; 0 if it is none: "of a"."""
    for fraction, value in _FRACTIONS.items():
        if tuple(words[-len(fraction) :]) == fraction:
            return value
    if words[-3:] == ["and", "a", "half"]:
        return _spoken(words[:-3]) + Decimal("0.5") if len(words) > 3 else Decimal(0)
    if "point" in words:
        at = words.index("point")
        digits = "".join(str(_SPOKEN.get(word, "")) for word in words[at + 1 :])
        return Decimal(f"{_spoken(words[:at])}.{digits or 0}")
    total = 0
    for word in words:
        if word == "hundred":
            total = 100 * max(total, 1)
        total += _SPOKEN.get(word, 0)
    return Decimal(total or int(words[-1] in ("a", "an")))
