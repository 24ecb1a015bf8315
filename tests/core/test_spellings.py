"""What counts as the same word: its other forms, its other letters, its pieces as one."""

from __future__ import annotations

from string import ascii_letters, digits

import pytest

from bot.core.search.endings import all_forms, number_forms, spellings
from bot.core.search.folding import lower, plain
from bot.core.search.names import equals, spelling
from bot.core.search.text import Cutter, read_word


@pytest.mark.parametrize(
    ("one", "many"),
    [
        *(("coupon", "coupons"), ("box", "boxes"), ("quiz", "quizes"), ("coach", "coaches")),
        *(("dish", "dishes"), ("boss", "bosses"), ("city", "cities"), ("toy", "toys"), ("shoe", "shoes")),
        *(("mouse", "mice"), ("crisis", "crises"), ("bus", "buses"), ("pen", "pens")),
    ],
)
def test_number_of_a_word_is_told_by_its_ending(one: str, many: str) -> None:
    assert many in number_forms(one)
    assert one in number_forms(many)


@pytest.mark.parametrize(
    ("word", "other"),
    [("glass", "glas"), ("campus", "campu"), ("basis", "basi"), ("gas", "ga"), ("toy", "toies")],
)
def test_ending_of_a_word_is_no_number(word: str, other: str) -> None:
    assert other not in number_forms(word)


@pytest.mark.parametrize(
    ("british", "american"),
    [
        *(("labour", "labor"), ("organise", "organize"), ("organisation", "organization")),
        *(("centre", "center"), ("dialogue", "dialog")),
    ],
)
def test_word_is_spelt_on_either_side_of_the_atlantic(british: str, american: str) -> None:
    assert american in spellings(british)
    assert british in spellings(american)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        *(("plan", "plans"), ("mail", "mailing"), ("bake", "baking"), ("bake", "baked")),
        *(("teach", "taught"), ("buy", "bought"), ("run", "ran"), ("write", "written")),
    ],
)
def test_verb_is_found_by_its_forms(word: str, form: str) -> None:
    assert word in all_forms(form)
    assert form in all_forms(word)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *((f"L{quote}Atelier", "L'Atelier") for quote in "‘’‛′ʼʻ＇´"),
        *((f"{quote}Acme{quote}", '"Acme"') for quote in "“”„‟«»"),
        *((f"e{dash}shop", "e-shop") for dash in "‐‑‒–—―−﹘﹣"),
        *(
            (f"Ac{unseen}me", "Acme")
            for unseen in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
            "\u202a\u202e\u2066\u2069\ufe00\ufe0f"
        ),
        *(("Straße", "Strasse"), ("æ Æ œ Œ", "ae AE oe OE"), ("ø Ø ł Ł đ Đ ı", "o O l L d D i")),
        *(("þ Þ ð Ð ə Ə ħ Ħ ŧ Ŧ ŋ Ŋ", "th Th d D e E h H t T n N"), ("ґ Ґ", "г Г")),
        *(("أ إ آ ٱ", "ا ا ا ا"), ("ى ی ئ", "ي ي ي"), ("ک", "ك"), ("ؤ", "و"), ("ة ہ ھ ە", "ه ه ه ه")),
        *(("C♯", "C#"), ("عـربي", "عربي"), ("चाँद", "चांद"), ("२०२०", "2020"), ("５Ａ", "5A")),
        *(("é ñ ç ő ệ", "e n c o e"), ("Ё ё", "Е е"), ("ά ώ", "α ω"), ("й ї ў", "й ї ў")),
        *(("अङ्क", "अंक"), ("पञ्च", "पंच"), ("अण्डा", "अंडा"), ("सन्त", "संत"), ("कम्प", "कंप")),
    ],
)
def test_what_looks_or_means_the_same_has_one_spelling(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("text", "also"),
    [("C++", "cpp"), ("C#", "csharp"), ("F#", "fsharp"), (".NET", "dotnet"), (".NET", "net"), ("Ed++", "ed")],
)
def test_name_with_signs_is_found_as_it_is_spoken(text: str, also: str) -> None:
    assert also in Cutter()(f"We use {text} here").extras


def test_letters_and_digits_of_ascii_stay_as_they_are_beside_others() -> None:
    assert plain(f"{ascii_letters}{digits}é") == f"{ascii_letters}{digits}e"


def test_sigma_is_one_letter_wherever_it_stands() -> None:
    assert lower("ΟΔΥΣΣΕΥΣ") == lower("Οδυσσευς") == "οδυσσευσ"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("蚂蚁 金服", "蚂蚁金服"), ("蚂蚁金服", "螞蟻金服"), ("H & M", "h&m"), ("H and M", "H&M")),
        *(("Net-a-Porter", "net a porter"), ("L’Oréal", "L'OREAL"), ("Ele.me", "eleme")),
    ],
)
def test_name_is_the_same_with_spaces_and_signs_or_without(one: str, other: str) -> None:
    assert spelling(one) == spelling(other)


def test_names_of_a_company_are_all_that_its_group_has() -> None:
    groups = {"Fliggy": ("飞猪", "Feizhu"), "Ant Group": ("Ant Financial",)}

    assert equals(["FEIZHU"], groups) == ("Fliggy", "飞猪")
    assert equals(["fliggy", "ant financial"], groups) == ("飞猪", "Feizhu", "Ant Group")
    assert equals(["Acme"], groups) == equals([], groups) == ()


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        *(("ab-cd-ef-gh-ij", "abcdefghij"), ("ab-cd-ef-gh-ij-kl", ""), ("abc", "")),
        *((f"{'a' * 20}-{'b' * 20}", f"{'a' * 20}{'b' * 20}"), (f"{'a' * 20}-{'b' * 21}", "")),
    ],
)
def test_pieces_are_one_word_unless_there_are_too_many(written: str, joined: str) -> None:
    """What is longer is an address or a file's path."""
    assert read_word(written).joined == joined
