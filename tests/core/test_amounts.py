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
        (500_000, ["half an million"]),
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
        *("a billionaire", "half a mile", "and a half", "and a half million"),
        *(
            "she won 3, by 5 pounds",
            "#12345, /pull/12345, 2019-12345",
            "half a thousand",
            "1000.5 euros",
            "one point two three four five thousand",
        ),
    ],
)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (10**3, "k thousand tsd 千"),
        (10**4, "万 萬"),
        (10**5, "lakh"),
        (10**6, "m mn mln million millions mio millionen millones milioni milhões miljoen"),
        (10**7, "crore"),
        (10**8, "亿 億"),
        (10**9, "b bn bln billion billions mrd mld milliarde milliarden milliard milliards miljard"),
        (10**12, "tn trn trillion trillions"),
    ],
)
def test_size_is_known_however_it_is_written(size: int, words: str) -> None:
    assert {word: numbers(f"It paid 2.5 {word}.") for word in words.split()} == {
        word: [5 * size // 2] for word in words.split()
    }


CONTINENTAL = (
    *("mio", "millionen", "millones", "milioni", "milhões", "miljoen"),
    *("mrd", "mld", "milliarde", "milliarden", "milliard", "milliards", "miljard"),
)


@pytest.mark.parametrize("word", CONTINENTAL)
def test_point_groups_thousands_beside_a_word_of_the_continent(word: str) -> None:
    [thousands], [one] = numbers(f"1.500 {word}"), numbers(f"1 {word}")

    assert thousands == 1500 * one
    assert numbers("1.500 million") == [1_500_000]


CURRENCIES = (
    *("rmb", "cny", "yuan", "renminbi", "usd", "dollar", "dollars", "eur", "euro", "euros", "gbp", "jpy"),
    *("yen", "hkd", "inr", "rupees", "krw", "won", "chf", "francs", "pounds", "aud", "cad", "sgd", "rub"),
    *("thb", "vnd", "brl", "mxn", "sek", "nok", "dkk", "pln", "zar", "rubles", "franken", "dólares"),
    *("US$", "HK$", "NT$", "A$", "C$", "S$", "R$", "$", "¥", "€", "£", "₹", "₩", "₽", "₺", "฿", "₫", "元"),
)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_number_is_an_amount_beside_each_currency(currency: str) -> None:
    """Without one, 3000 is found as it is written, whatever it counts."""
    before, behind = f"It paid {currency} 3000 then", f"It paid 3000 {currency} then"

    for text in (before, behind):
        [amount] = amounts(plain(text))
        written = plain(text)[amount.start : amount.end]
        assert (amount.number, sorted(written.split())) == ("3000", sorted(("3000", plain(currency))))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            ("€25", "eur 25"),
            ("a 25 € fee", "eur 25"),
            ("$5,", "dollar 5"),
            ("RMB999", "cny 999"),
            ("5元", "cny 5"),
        ),
        *(
            ("超过3.5亿美元", "usd 350000000"),
            ("投资了100亿元人民币", "cny 10000000000"),
            ("12万人", "120000"),
        ),
        *(
            ("约人民币3千万", "cny 30000000"),
            ("1.5兆円だった", "jpy 1500000000000"),
            ("10000 readers", "10000"),
        ),
        *(("Rs 500 crore", "inr 5000000000"), ("Rs1,000 crore", "inr 10000000000")),
        *(("Rs. 2 lakh crore", "inr 2000000000000"), ("1 000 000 euros", "eur 1000000"), ("$1.2T", "")),
        *(("$1.5-2bn", "dollar 1500000000, dollar 2000000000"), ("2019-20 million", "20000000")),
        *(
            ("10 to 20 million euros", "eur 10000000, eur 20000000"),
            ("$100–200m", "dollar 100000000, dollar 200000000"),
        ),
        ("$800-1,200 million", "dollar 800000000, dollar 1200000000"),
        *(("1 to 2 people", ""), ("on 5 to 10 million", "5000000, 10000000")),
    ],
)
def test_amount_says_its_currency(text: str, said: str) -> None:
    """€25 was any 25, and in running Chinese and of a range no amount was seen."""
    found = [f"{amount.currency} {amount.number}".strip() for amount in amounts(plain(text))]

    assert ", ".join(found) == said


ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety"


def test_numbers_are_read_as_they_are_spelt() -> None:
    ones = f"{ONES} seventeen eighteen nineteen".split()

    assert [numbers(f"{word} thousand") for word in ones] == [[n * 1000] for n in range(1, 20)]
    assert [numbers(f"{word} thousand") for word in TENS.split()] == [[n * 10_000] for n in range(1, 10)]
    assert numbers("one point zero five million, three hundred thousand") == [1_050_000, 300_000]


def test_amounts_come_in_their_order() -> None:
    assert numbers("RMB2bn, then three million, then 5k") == [2_000_000_000, 3_000_000, 5_000]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It fell short of a million.", "a million"),
        ("It paid one and two million.", "one and two million"),
        ("Some, and two hundred thousand more.", "two hundred thousand"),
        ("It lost half a million.", "half a million"),
    ],
)
def test_amount_begins_where_its_number_does(text: str, written: str) -> None:
    """Readers are shown it as it stands there: it began with the "of" before it."""
    [amount] = amounts(text)

    assert text[amount.start : amount.end] == written
