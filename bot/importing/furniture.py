# ruff: noqa: E501 - a cue is one line, as long as it is
"""Tells what of a page or mail is no news: its furniture, its footer, what only points at a link.

What is asked here is answered from `cues.py`, in any of its languages, for pasted text and documents alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.core.sentences import sentences
from bot.importing import cues
from bot.importing.cues import COMMENTS, MAIL, OTHER_ARTICLES, POLL, REFERRAL, SIGN_UP, STAMP
from bot.importing.dates import only_a_date
from bot.importing.source import MOST_PARAGRAPHS
from bot.importing.words import ends_sentence, is_url, plain, web_address

_REASONS = {
    reason: cues.any_of([(language, p) for language, why, p in cues.FURNITURE if why == reason])
    for reason in dict.fromkeys(reason for _, reason, _ in cues.FURNITURE)
}
_ANSWER = cues.any_of(cues.POLL_ANSWERS)
_SIGN_UP = cues.each_of(cues.SIGNING_UP)
_FOOTER = cues.each_of(cues.FOOTER)
_END = re.compile(cues.END)
_ENDING = cues.any_of(cues.ENDINGS)
_PROMPT = cues.any_of(cues.PROMPTS)
_TITLE = cues.each_of(cues.TITLES)
_CONTENTS = cues.any_of(cues.CONTENTS)
_EDITORIAL = cues.any_of(cues.EDITORIAL)
_ABOUT = cues.any_of(cues.ABOUT)
_OF_ITSELF = cues.each_of(cues.OF_ITSELF)
_INTRO = cues.each_of(cues.INTROS)
_BRIEFS = cues.any_of(cues.BRIEFS)
_AGENCY = (
    r"(getty images|shutterstock|reuters|associated press|ap photo|afp|visual china( group)?|vcg"
    r"|xinhua|istock|unsplash|dpa|efe|ansa|picture alliance|imago)[)）\]. ]*"
)
_AGENCIES = rf".{{0,140}}\b{_AGENCY}"
_CREDIT_WORDS = cues.joined(*(p for _, p in cues.CREDITS))
_CREDIT = re.compile(
    rf"[(（\[]?({_CREDIT_WORDS})\s*[:：©/／].{{1,160}}|(photo|image)s? (credit|by|courtesy).{{2,120}}|{_AGENCIES}"
)
_SURE_CREDIT = re.compile(
    rf"[(（\[]?({_CREDIT_WORDS})\s*[:：©/／].{{1,100}}|[(（\[]?(.{{2,60}}(\s*[/／|©]\s*|\svia\s+))?{_AGENCY}"
)
_BYLINE = re.compile(
    r"([Bb][Yy]|[Vv]on|[Pp]ar|[Pp]or):? (?:@?[^\W\d_a-z][\w.'’()-]*(?:,? (?:and |& |de |van |von |und |et |y |e )?)?){1,6}"
)
_WITH_LINKS = {COMMENTS, MAIL, REFERRAL, SIGN_UP}
# Around words, in lines that say nothing else.
_SIGNS = " .:»›→←|*_-–—>?？!！。：¿【】[]「」"
_ADDRESS_BEHIND = re.compile(r"[\s:：]*[(（<\[]?\s*https?://[^\s()<>\[\]（）]+\s*[)）>\]]?\Z")
# What is asked of a line is asked by several passes over all lines: of so many each hears the same again.
_REMEMBERED = lru_cache(maxsize=2 * MOST_PARAGRAPHS)
_POINTED = re.compile(
    r"(.{0,60}?)[\s:：–—-]{0,20}(?:(<?https?://[^\s<>\"]+>?)|[(（\[]\s*(https?://[^\s<>\"]+?)\s*[)）\]])"
)
_MOST_ANSWERS, _LONGEST_ANSWER = 6, 30
# Lines and letters of who wrote a letter; news has an address, a number, or says something.
_MOST_SIGNERS, _LONGEST_SIGNER = 5, 40
_NEWS = re.compile(r"\d|://|\w\.\w\w")


@_REMEMBERED
def furniture(text: str) -> str:
    """Say what part of a page or mail *text* is, if it is none of the article; else nothing."""
    if len(text) > 220:
        return ""
    bare = text.strip(_SIGNS)
    if not text.strip(_SIGNS + "=~+#^<\\/━─═┄┈―＝※◆◇☆★"):
        return cues.RULER
    ends = _says(_END, text) * cues.PAGE
    if reason := ends or _said_alone(bare) or _said_side_by_side(bare) or _said_alone(_without_signs(bare)):
        return reason
    if "://" in text and _says(_REASONS[cues.PICTURE], _ADDRESS_BEHIND.sub("", text).strip(_SIGNS)):
        return cues.PICTURE
    if len(text) <= 70 and _BYLINE.fullmatch(text.rstrip(".")):
        return cues.BYLINE
    return STAMP if only_a_date(bare) else ""


def _said_alone(bare: str) -> str:
    said = bare.lower()
    return next((reason for reason, cue in _REASONS.items() if cue.fullmatch(said)), "")


def _says(cue: re.Pattern[str], text: str) -> bool:
    """Tell whether *text* says it and nothing more, in capitals or not."""
    return cue.fullmatch(text.lower()) is not None


def _mentions(each: Iterable[re.Pattern[str]], text: str) -> bool:
    said = text.lower()
    return any(cue.search(said) for cue in each)


def _said_side_by_side(bare: str) -> str:
    """Say what a row of several such words is: "Impressum | Datenschutz | Newsletter abbestellen"."""
    parts = _side_by_side(bare)
    if len(parts) < 2:
        return ""
    reasons = [
        _said_alone(part.strip()) or begins_footer(part) * MAIL or only_a_date(part) * STAMP for part in parts
    ]
    return reasons[0] if all(reasons) else ""


def poll_answers(texts: Sequence[str], question: int) -> int:
    """Return how many lines below a poll's question are its answers."""
    below = texts[question + 1 : question + 1 + _MOST_ANSWERS]
    for n, text in enumerate(below):
        # Below each other, or side by side.
        if not all(map(_is_answer, _side_by_side(text))):
            return n
    return len(below)


def _is_answer(text: str) -> bool:
    said = (text.strip(), _without_signs(text))
    return len(text) <= _LONGEST_ANSWER and any(_says(_ANSWER, words) for words in said)


def _side_by_side(text: str) -> list[str]:
    return [part for part in re.split(r"\s+(?:[|·•/‧・]|//)\s+|[|｜]", text) if part.strip()]


def _without_signs(text: str) -> str:
    return re.sub(r"^[^\w]+(?=\w)|[^\w]+$", "", text) or text


def furniture_of(texts: Sequence[str]) -> dict[int, str]:
    """Return which of a document's lines are furniture, and of what kind."""
    found: dict[int, str] = {}
    for n, text in enumerate(texts):
        if n in found:
            continue
        if reason := furniture(text):
            found[n] = reason
        if reason == POLL:
            found |= {n + 1 + k: POLL for k in range(poll_answers(texts, n))}
        if reason in _WITH_LINKS and n + 1 < len(texts) and is_url(texts[n + 1]):
            found[n + 1] = reason  # the reader's own link, and no story's
    return found


def only_a_heading(reason: str) -> bool:
    """Tell whether it is furniture as a heading alone: "Related" in a sentence is a word."""
    return reason == OTHER_ARTICLES


def is_credit(text: str) -> bool:
    """Tell whether *text* names a picture, or who took it."""
    return len(text) <= 200 and _says(_CREDIT, text)


def is_sure_credit(text: str) -> bool:
    """Tell a credit by its form alone, wherever it stands: "Ann Example/Reuters", "Credit: Ann Example"."""
    return len(text) <= 120 and _says(_SURE_CREDIT, text)


def is_photo_credit(text: str) -> bool:
    """Tell a credit that cannot be anything else: not "Source: …"."""
    return _PHOTO.match(text) is not None


_PHOTO = re.compile(
    r"(photo(graph)?|image|picture|bild|foto|图片?|摄影|写真|画像)s?( credits?| by| courtesy| caption| source|nachweis|quelle|提供|来源)?\s*[:：/／©]"
    r"|(photo(graph)?|image|picture)s?( credits?| by| courtesy| caption)",
    re.IGNORECASE,
)


def sounds_like_a_title(text: str) -> bool:
    """Tell whether *text* says that it is a roundup."""
    return _mentions(_TITLE, text)


def speaks_of_itself(text: str) -> bool:
    """Tell what says that it is a roundup's, as no story does."""
    return _mentions(_OF_ITSELF, text)


def sounds_like_an_intro(text: str) -> bool:
    """Tell what an editor says above the stories, though a story may begin so, too."""
    return speaks_of_itself(text) or _mentions(_INTRO, text)


def heads_contents(text: str) -> bool:
    """Tell whether *text* stands above a list of what is further down, if a list follows."""
    return len(text) <= 80 and _says(_CONTENTS, _without_signs(text))


def heads_editorial(text: str) -> bool:
    """Tell whether *text* stands above what an editor says before the first story."""
    return len(text) <= 60 and _says(_EDITORIAL, _without_signs(text))


def heads_about(text: str) -> bool:
    """Tell whether *text* stands above what a roundup says of itself."""
    return len(text) <= 60 and _says(_ABOUT, _without_signs(text))


def heads_briefs(text: str) -> bool:
    """Tell whether *text* stands above stories that are a line each, if a list follows."""
    return len(text) <= 60 and _says(_BRIEFS, _without_signs(text))


@_REMEMBERED
def is_sign_up(text: str) -> bool:
    """Tell whether *text* asks the reader to subscribe."""
    return len(text) <= 250 and _mentions(_SIGN_UP, text)


@_REMEMBERED
def begins_footer(text: str) -> bool:
    """Tell whether what a mail or page says to its readers ends before *text*."""
    return len(text) <= 300 and _mentions(_FOOTER, text)


def ends_letter(text: str, below: Sequence[str], *, above: int) -> bool:
    """Tell how a letter ends from how its intro does: only who wrote it stands *below*, and much *above*."""
    few = len(below) <= _MOST_SIGNERS and 3 * len(below) <= above
    return few and _says(_ENDING, text) and all(map(_may_sign, below))


def _may_sign(text: str) -> bool:
    return len(text) <= _LONGEST_SIGNER and not _NEWS.search(text) and not ends_sentence(text)


@_REMEMBERED
def is_prompt(text: str) -> bool:
    """Tell whether *text* only points at the rest of a story: "Read more here"."""
    bare = text.strip(" .:»›→>[]()（）【】：…。")
    return len(bare) <= 60 and _says(_PROMPT, bare)


def without_prompt(text: str) -> str:
    """Return *text* without the words behind it that only point at an address: "It sails. Read more"."""
    *said, last = sentences(text) or [""]
    return "".join(said).rstrip() if said and (is_prompt(last) or plain(last) in cues.POINTERS) else text


def pointed_at(text: str) -> str:
    """Return the address of a line that is nothing else ("Read more: https://…"), or ""."""
    found = _POINTED.fullmatch(text) if "://" in text else None
    if not found or not (is_prompt(found[1]) or plain(found[1]) in cues.POINTERS | {""}):
        return ""
    return web_address(found[2] or found[3])
