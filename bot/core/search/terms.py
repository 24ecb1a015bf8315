"""What a word of the archive is, from what the archive counts of it: a name, a plain word, a slip."""

from __future__ import annotations

import re

from bot.core.search.amounts import is_said_amount
from bot.core.search.unit import Term

_DIGITS = re.compile(r"\d")
_INSIDE = re.compile(r"(?<=[^\W\d])\d+(?=[^\W\d])")
_RARE = 500  # a word of one story in so many may be a slip of the pen


def is_other_number(term: Term, word: str) -> bool:
    """Tell whether it is several of what a word names, or one, though it is in capitals: Watches & Wonders.

    With an s alone, a name would be one of them: Andersons is not several of Anderson.
    """
    if term.role or " " in term.shown:
        return False
    return term.word in (word + "s", word + "es") or (word.endswith("ies") and term.word == word[:-3] + "y")


def lacks_its_last_letter(word: str, term: Term) -> bool:
    """Tell whether a word that people know is a company all the same: an s is forgotten."""
    return term.role == "company" and term.word == word + "s"


def has_other_digits(word: str, term: Term) -> bool:
    """Tell whether a word with a number is another one than a term: alpha4 is no slip of alpha2.

    A digit between letters is no number where none is meant: pyth0n.
    """
    meant = _DIGITS.findall(term.word)
    typed = _DIGITS.findall(word if meant else _INSIDE.sub("", word))
    return bool(typed) and typed != meant


def is_side_by_side(term: Term) -> bool:
    """Tell whether it is words that only stand next to each other somewhere: "Gamari A", no company."""
    return " " in term.shown and not term.role


def is_name(term: Term) -> bool:
    """Tell whether it is a company, or at least several words that always have capitals."""
    return term.role == "company" or (" " in term.shown and term.capitals == term.stories)


def is_rare(term: Term, stories: int) -> bool:
    """Tell whether so few stories have a word that it may be a slip of the pen in them."""
    return term.stories <= max(2, stories // _RARE)


def is_plain(term: Term) -> bool:
    """Tell whether a word of the archive has forms: names have no plural, but in other scripts."""
    if not term.word.isascii():
        return not is_said_amount(term.word)
    return not term.role and 2 * term.capitals <= term.stories and not term.word.isdigit()


def has_forms(term: Term) -> bool:
    """Tell whether its plural may be looked for, too: titles that are quoted make Beginners of beginners.

    Tags have one as well, where they are words like others: Grants.
    """
    if term.role == "tag":
        return term.word.isalpha() and 2 * term.capitals <= term.stories
    return is_plain(term) or (not term.role and term.word.isalpha() and 4 * term.capitals <= 3 * term.stories)


def is_doer(term: Term) -> bool:
    """Tell whether it may say what somebody is: founder, or Director, which is often written as a name."""
    return not term.role and " " not in term.shown


def is_no_name(term: Term) -> bool:
    """Tell whether it is a plain word, or a compound of such, which counts as written with a capital."""
    return is_plain(term) or (not term.role and "-" in term.shown and term.shown.islower())
