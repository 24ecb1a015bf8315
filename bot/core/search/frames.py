"""What a question begins with before it says what it is about: link to, did we write about, catch me up on.

The words of such a frame carry no sense; elsewhere and alone the same ones do: test coverage, links, reports.
So it has to stand first, and to lead on to something. Words that mean nothing else are in `smallwords`.
"""

from __future__ import annotations

import re

from bot.core.search.patterns import any_of
from bot.core.search.smallwords import FILLERS, FUNCTION_WORDS, STOP_WORDS

# All as plain text has them: without accents.
_THINGS = "links? coverage mentions? reports? summary recap overview details background"
_OTHER_THINGS = "reporting pieces? posts? write-ups? word thoughts question story stories articles? items"
_THINGS_ELSEWHERE = (
    "links? liens? enlaces? collegamento couverture cobertura copertura mentions? notas? resume"
)
_ON = any_of("zu zum zur vers sur de du del da a al alla su di per para sobre")
_WHICH = any_of("a an the any all our that some more every latest recent past la le el il lo un una une")
_WHO = any_of("we you u they i anyone anybody somebody someone")
_EVER = any_of("ever last first already recently just")
_ABOUT = any_of("about on regarding concerning")
_TOLD = "write wrote written report reported reporting talk talked post posted publish published blog blogged"
_NAMED = (
    "cover covers covered covering mention mentions mentioned mentioning feature features featured featuring"
)
_TELL = rf"(?:{any_of(_TOLD)}(?: anything| something)? {_ABOUT}|{any_of(_NAMED)})"
_ISSUES = any_of("issues? digests? editions? newsletters? story stories articles?")
_FRAMES = (
    rf"(?:(?:send|give|get|show|share|find|list)(?: me| us)? )?(?:{_WHICH} ){{0,2}}"
    rf"(?:links? to|{any_of(_THINGS)} (?:of|for|from|{_ABOUT})|{any_of(_OTHER_THINGS)} (?:from|{_ABOUT})"
    rf"|{any_of(_THINGS_ELSEWHERE)} {_ON})",
    rf"(?:(?:when|where|what|how often) )?(?:did|have|has|had) {_WHO}(?: {_EVER})? {_TELL}",
    rf"(?:what (?:has|have|was) been|(?:the )?last time we) {_TELL}",
    rf"(?:who|(?:(?:list|find|show|which) )?(?:{_WHICH} )?{_ISSUES}(?: that| which)?) {_TELL}",
    rf"which {_ISSUES} (?:had|has|was|is)",
    r"(?:catch (?:me|us) up|bring (?:me|us) up to (?:speed|date)|fill (?:me|us) in) on",
    r"(?:help me find|point me (?:to|at)|search(?:ing)? for|(?:i'm )?interested in|previously on)",
    r"what(?:'s| is|s) the deal with|what (?:are people saying|do people say) about",
    rf"(?:(?:do you|i) remember|(?:was|is)(?:n't)? there) (?:{_WHICH} )?(?:something|story|article) {_ABOUT}",
    r"summari[sz]e|i'd like to (?:know|read|hear|learn)(?: more)? about|learn (?:more )?about",
    r"ponme al (?:dia|corriente) (?:sobre|con|de)|mets-moi a jour sur|me atualize sobre|aggiornami su",
    r"(?:can|could) (?:you|u) (?:please |pls )?(?:find|send|share|show)(?: me| us)?(?: the)?",
    r"bring mich auf den neuesten stand (?:zu|uber)",
)
_FIRST = rf"(?:{any_of('hi hello hey ok so please pls')}[,:!.]? |(?:quick )?question[,:] )*+"
_POLITELY = rf"(?:(?:can|could|will|would) {_WHO} (?:please |pls )?)?"
_FRAME = re.compile(rf"[¿¡]?{_FIRST}{_POLITELY}(?:{'|'.join(_FRAMES)}) (?=\S)", re.IGNORECASE)


def unframed(text: str) -> str:
    """Return what a question asks for, without the frame around it; all of it, if that says nothing."""
    frame = _FRAME.match(text)
    if frame is None:
        return text
    rest = text[frame.end() :]
    return rest if any(map(_tells, rest.lower().split())) else text


def _tells(word: str) -> bool:
    letters = word.strip("?!.,;:")
    return (
        bool(letters)
        and letters not in STOP_WORDS
        and letters not in FUNCTION_WORDS
        and letters not in FILLERS
    )
