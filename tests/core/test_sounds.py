"""How names of other scripts sound in ours, and which slip of the fingers is the likelier one."""

from __future__ import annotations

import pytest

from bot.core.search.folding import lower, plain
from bot.core.search.scripts import sound
from bot.core.search.slips import typing_cost


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        *(("алгебра", "algebra"), ("видзека", "vidzeka"), ("жёлтый", "zheltyi"), ("фокусник", "fokusnik")),
        *(("цапфа", "tsapfa"), ("чашка", "chashka"), ("щука", "shuka"), ("эпоха", "epoha")),
        *(("юрист", "yurist"), ("ямал", "yamal"), ("такси", "taxi"), ("объект", "obekt"), ("вьюга", "vyuga")),
        *(("гривня", "grivnya"), ("їжак", "izhak"), ("євразія", "evraziya"), ("ґанок", "ganok")),
        *(("двоўе", "dvoue"), ("кућа", "kuca"), ("љубав", "ljubav"), ("њива", "njiva")),
        *(("ђакон", "djakon"), ("џемпер", "dzemper"), ("јутро", "jutro")),
        *(("αβγο", "avgo"), ("δελτα", "delta"), ("ζημια", "zimia"), ("θεατρο", "theatro")),
        *(("καλο", "kalo"), ("νεξος", "nexos"), ("πιρανχας", "piranhas"), ("φυσις", "fysis")),
        *(("ψυχη", "psyhi"), ("τρωω", "troo"), ("ουρανος", "uranos"), ("μπανανα", "banana")),
        *(("ντοματα", "domata"), ("γκαζι", "gazi")),
        *(
            ("イチゴシ", "ichigoshi"),
            ("ツナ", "tsuna"),
            ("フジヲ", "fujio"),
            ("ヂヅ", "jizu"),
            ("ロッカー", "roka"),
        ),
        ("한전", "hanjeon"),
    ],
)
def test_word_of_another_script_sounds_so(word: str, sounds: str) -> None:
    assert sound(lower(plain(word))) == sounds


def test_letter_without_a_sound_of_ours_is_passed_over() -> None:
    assert sound("ќебап") == "ebap"


@pytest.mark.parametrize("word", ["飞猪旅行", "กรุงเทพ", "шар", "бαнк", "bank"])
def test_other_words_have_no_sound(word: str) -> None:
    assert sound(word) == ""


@pytest.mark.parametrize(
    ("meant", "slips"),
    [
        ("hema", ["hrma", "hama", "hkma"]),  # the next key, another vowel, any other letter
        ("hema", ["hwma", "hpma"]),  # to the left
        ("hema", ["heja", "hepa"]),  # in the row above
        ("hema", ["hema", "h1ma"]),  # what is no letter lies beside none
        ("fliggy", ["fliiggy", "flighgy", "fligogy"]),  # twice, one key more by the way, anywhere else
        ("fliggy", ["flpiggy", "fqliggy"]),
        ("fliggy", ["fligy", "flggy", "figgy"]),  # one of two, a vowel, another letter
        ("fliggy", ["filggy", "fkkggy"]),  # swapped: one slip, not two
    ],
)
def test_slips_are_the_less_likely_the_further_they_come(meant: str, slips: list[str]) -> None:
    costs = [typing_cost(typed, meant) for typed in slips]

    assert costs == sorted(set(costs))
