"""An amount in one currency is none in another: €10bn was answered with RMB10 billion, as a match."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.search.answer import Answer, AnswerKind
from tests.search.stories import engine_over

_LOANS = {
    "yuan": ("A Lender Gives RMB10 billion", "Its oars are new.", ()),
    "dollars": ("Another Gives Less", "That is $1.4 billion, and 10bn yen.", ()),
    "hong kong": ("A Third", "HK$3.2bn went to kayaks.", ()),
    "none": ("A Fourth", "It has 25 million in all, or thirty million euros.", ()),
}


def ids(answer: Answer) -> list[str | int]:
    return [match.story.id for match in answer.matches]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *(
            (query, {"yuan"})
            for query in ("RMB10bn", "CNY 10bn", "10 billion yuan", "100亿元", "ten billion renminbi")
        ),
        *((query, {"dollars"}) for query in ("JPY10bn", "10 billion yen")),
        *((query, {"yuan", "dollars"}) for query in ("¥10bn", "10bn", "10 billion")),
        *(
            (query, {"dollars"})
            for query in (
                "$1.4bn",
                "US$1.4 billion",
                "1.4 billion dollars",
                "AUD 1.4bn",
                "1.4 billion US dollars",
                "1.4bn U.S. dollars",
                "US-Dollar 1.4bn",
            )
        ),
        *(
            (query, {"hong kong"})
            for query in ("HK$3.2bn", "HKD 3.2 billion", "3.2bn Hong Kong dollars", "$3.2bn", "3.2bn")
        ),
        *((query, {"none"}) for query in ("25m", "€25m", "25 million dollars", "30 million", "EUR 30m")),
    ],
)
def test_amount_is_found_by_its_currency_and_by_those_it_may_be_in(
    tmp_path: Path, query: str, found: set[str]
) -> None:
    with engine_over(_LOANS, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert (answer.kind, set(ids(answer))) == (AnswerKind.MATCHES, found)
    assert all("\u1d9c" not in match.why for match in answer.matches)


@pytest.mark.parametrize(
    "query",
    [
        *(
            "€10bn",
            "10 billion euros",
            "EUR 10bn",
            "£10bn",
            "10bn pounds",
            "$10bn",
            "US$10 billion",
            "100亿美元",
        ),
        *(
            "ten billion dollars",
            "RMB1.4bn",
            "¥1.4 billion",
            "€1.4bn",
            "US$3.2bn",
            "3.2 billion yuan",
            "$30m",
        ),
    ],
)
def test_amount_in_another_currency_is_no_match(tmp_path: Path, query: str) -> None:
    with engine_over(_LOANS, {}, tmp_path) as engine:
        assert engine.search(query).matches == ()


def test_other_currency_is_said_to_be_missing(tmp_path: Path) -> None:
    with engine_over(_LOANS, {}, tmp_path) as engine:
        answer = engine.search("lender gives €10bn")

    assert (answer.kind, answer.missing, ids(answer)[0]) == (AnswerKind.CLOSEST, ("€10bn",), "yuan")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("$5,000", {"prize", "fee"}),
        ("CAD 5,000", {"prize", "fee"}),
        ("USD 5,000", {"prize"}),
        ("5,000 won", set()),
    ],
)
def test_of_two_currencies_the_one_that_the_sign_may_mean_counts(
    tmp_path: Path, query: str, found: set[str]
) -> None:
    """$5,000 CAD is Canadian, but $5,000 won by a crew is not Korean."""
    texts = {
        "prize": ("A Prize", "The crew got $5,000 won by its rival before.", ()),
        "fee": ("A Fee", "It costs $5,000 CAD.", ()),
    }
    with engine_over(texts, {}, tmp_path) as engine:
        assert set(ids(engine.search(query))) == found


def test_currency_is_nothing_that_is_completed(tmp_path: Path) -> None:
    with engine_over(_LOANS, {}, tmp_path) as engine:
        assert engine.complete("100") == ("10000000000",)


_SHARES = {
    "sign": ("Sales Rise 9.8%", "They rose by 5 of a hundred.", ()),
    "word": ("Prices Rise", "They rose by 5 percent, after 12,500 per cent.", ()),
    "number": ("5 Kayaks, 98 Oars", "The percent sign is in no other story, says 9.8.1.", ()),
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *(
            (query, ["sign"])
            for query in ("9.8%", "9.8 percent", "9,8 Prozent", "9,8 %", "sales 9.8 per cent")
        ),
        *(
            (query, ["word"])
            for query in ("5%", "5.0 %", "5 pct", "5 pour cent", "5 por ciento", "prices 5%")
        ),
        *((query, ["word"]) for query in ("12,500%", "12500 percent")),
        *((query, []) for query in ("98%", "1%", "12,500 dollars")),
    ],
)
def test_percent_is_found_by_any_of_its_words(tmp_path: Path, query: str, found: list[str]) -> None:
    """9.8 percent was not found in 9.8%, and 5% in any story with a 5."""
    with engine_over(_SHARES, {}, tmp_path) as engine:
        assert ids(engine.search(query)) == found


_PRICES = {
    "euros": ("Kayaks for €25", "Or for 10,000 euros.", ()),
    "dollars": ("Kayaks for $25", "Or for $10,000.", ()),
    "people": ("Kayaks for 25 People", "Or for 10000.", ()),
    "running": ("一家公司融资", "这家公司融资超过3.5亿美元建厂", ()),
}


@pytest.mark.parametrize(
    ("query", "kind", "found"),
    [
        *(("€25", AnswerKind.MATCHES, {"euros"}), ("kayaks 25 euros", AnswerKind.MATCHES, {"euros"})),
        *(
            ("$25", AnswerKind.MATCHES, {"dollars"}),
            ("25", AnswerKind.MATCHES, {"euros", "dollars", "people"}),
        ),
        *(("€10,000", AnswerKind.MATCHES, {"euros", "people"}), ("£25", AnswerKind.NOTHING, set())),
        *(("3.5亿美元", AnswerKind.MATCHES, {"running"}), ("$350m", AnswerKind.MATCHES, {"running"})),
    ],
)
def test_price_is_found_in_its_currency(
    tmp_path: Path, query: str, kind: AnswerKind, found: set[str]
) -> None:
    """€25 gave whatever has a 25, and of 10,000 euros none without a comma."""
    with engine_over(_PRICES, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert (answer.kind, set(ids(answer))) == (kind, found)
