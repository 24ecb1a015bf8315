"""Why a story was found, in a reader's words. Decides nothing: what matched and where is known already."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.search.unit import Candidate, Unit

COMPANY, HEADLINE, TAG, TEXT = "company", "headline", "tag", "text"  # where it is in the story


def reason(unit: Unit, candidate: Candidate, where: str, typed: str) -> str:
    """Return why a story with this candidate answers these words of a question, *typed* by the reader."""
    term = candidate.term
    meant = term.of or term.shown
    if candidate.distance:
        also = f", another name for {term.of}" if term.of else ""
        return f"spelled “{typed}”, read as {term.shown}{also}"
    if term.of:
        return f"{term.shown} is another name for {term.of}"
    if candidate.is_form and where in (HEADLINE, TEXT) and term.word != unit.typed.lower():
        typed = term.shown
    match where:
        case "company":
            return f"about {meant}"
        case "tag":
            return f"{meant} is one of its tags"
        case "headline":
            return f"“{typed}” is in the headline"
        case _:
            return f"“{typed}” is in the text"


def apart_reason(typed: str, where: str) -> str:
    """Return why a story was found that has the words of a name, but not next to each other."""
    return f"the words of “{typed}” are in {f'the {where}' if where else 'it'}, apart"


def phrase_reason(words: Sequence[str]) -> str:
    """Return why a story with these words next to each other was found."""
    return f"has the words “{' '.join(words)}”"


def synonym_reason(found: str, typed: str) -> str:
    """Return why a story that has another word for it was found."""
    return f"{found}, which means the same as {typed}"


NEWEST_FIRST = "newest first"
