"""Which companies of the registry a story names, and which names look as if they belonged there.

Longest name first and case as written: of "Tmall Luxury Pavilion" Tmall is no part, and "cos" is no brand.
No fuzzy matching: on body text it found no company that exact names miss, and added false ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

Registry = Mapping[str, Sequence[str]]  # name -> its other names

# Chinese, Japanese and Korean have no spaces: a name there ends where it ends.
_UNSPACED = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_NEVER = re.compile(r"(?!)")


def companies_in(text: str, registry: Registry, *, other_names: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the registry's names of the companies in *text*, in the order they appear.

    *other_names* are no companies, but names that hide a shorter one inside them (tags).
    """
    meaning = dict.fromkeys(other_names, "")
    for name, others in registry.items():
        meaning |= dict.fromkeys(others, name)
    meaning |= {name: name for name in registry}
    meaning = {_straight(said): name for said, name in meaning.items() if said.strip()}
    found = _names(tuple(meaning)).findall(_straight(text))
    return tuple(dict.fromkeys(name for said in found if (name := meaning[" ".join(said.split())])))


def said_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of *names* that stand in *text*, whatever their case; again the longest only."""
    meaning = {_straight(name).casefold(): name for name in names}
    found = set(_names(tuple(meaning)).findall(_straight(text).casefold()))
    return tuple(name for said, name in meaning.items() if said in found)


def _straight(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


@cache
def _names(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    return re.compile("|".join(map(_bounded, longest_first))) if longest_first else _NEVER


def _bounded(name: str) -> str:
    before = "" if _UNSPACED.match(name[0]) else r"(?<![\w&])" if name[0] != "&" else r"(?<!\w)"
    after = "" if _UNSPACED.match(name[-1]) else r"(?!\w|&\w)"
    return f"{before}{re.escape(name)}{after}"


# A name that the registry lacks is offered only if something says that it is a company: a list of every
# capitalised word of ten stories is mostly places and people, and nobody reads it twice.
_KINDS = (
    "airline|app|automaker|bank|brand|broadcaster|carrier|chain|chipmaker|company|conglomerate|developer|firm|"
    "giant|group|insurer|label|lender|maker|manufacturer|marketplace|operator|platform|provider|publisher|"
    "retailer|start-?up|studio|subsidiary|supermarket|vendor|website"
)
_DEEDS = (
    "acquire[ds]?|announce[ds]?|buys|bought|employs|hires|hired|introduce[ds]?|launch(?:es|ed)|merge[ds]?|"
    "operates|partners|partnered|raise[ds]|releases|released|rolls out|rolled out|sells|unveil(?:s|ed)"
)
_FORMS = (
    "AG|Agency|Airlines|Association|Bank|Capital|Co|Company|Corp|Corporation|Foundation|GmbH|Group|Holdings|"
    "Inc|Institute|Insurance|Labs|LLC|Ltd|Motors|Partners|Pharmaceuticals|Studios|Technologies|University|Ventures"
)
# Bounded, or a long run of capitals would be tried from each of its letters to its end.
_WORD = r"[A-Z][\w&'-]{0,30}[\w!]"
_NAME = rf"(?<![\w&'-]){_WORD}(?: (?:& )?{_WORD}){{0,5}}"
_CALLED_ONE = re.compile(rf"\b(?:{_KINDS})s?(?: (?:such as|like|including))? ({_NAME})")
_SAID_TO_BE = re.compile(rf"({_NAME}), (?:an?|the|one of) (?:[\w'-]+ ){{0,5}}(?:{_KINDS})s?\b")
_DOES = re.compile(rf"({_NAME})(?: (?:also|has|have|on [A-Z]\w+|said it would|will))* (?:{_DEEDS})\b")
_DEALT_WITH = re.compile(
    rf"\b(?:(?:acquire[ds]?|buys?|bought|owned by|partner(?:ed|s|ship)? with|stakes? in|shares? in|"
    rf"collaborat(?:es|ed|ion) with) ({_NAME}))"
)
_FORMED = re.compile(rf"({_NAME} (?:{_FORMS}))(?!\w)")
# "H&M", "VMware", "DingTalk": brands are written like that, people and places are not.
_SHAPED = re.compile(
    r"(?<![\w&-])([A-Z]\w{0,20}[a-z]\w{0,20}?[A-Z]\w{0,20}|[A-Z]{2,5}[a-z]\w{2,20}"
    r"|[A-Z]\w{0,20}&[A-Z]\w{0,20})(?![\w&])"
)
_SIGNS = (_CALLED_ONE, _SAID_TO_BE, _DOES, _DEALT_WITH, _FORMED, _SHAPED)
_PERSON = re.compile(
    rf"\b(?i:Mrs?|Ms|Dr|CEO|CFO|CTO|founder|chair(?:wo)?man|president|director|minister|author) ({_NAME})"
)
_NO_COMPANY = re.compile(r"^.?$|\d|^[A-Z]+s$|^(?:Q&A|R&D|M&A)$")  # a letter, a sum of money, "SMEs"
# Words that begin a sentence, and titles.
_NO_NAMES = re.compile(
    "A|After|Afterwards|All|Also|Although|An|And|Another|Anybody|Anyone|April|As|At|August|Because|Before|Both|But|"
    "CEO|Chairman|December|Director|Dr|During|Each|Earlier|Either|Eventually|Every|Everybody|Everyone|Everything|"
    "February|Few|Finally|For|Former|Founder|Friday|He|Here|His|How|However|I|If|In|Instead|It|Its|January|July|June|"
    "Last|Later|Many|March|May|Meanwhile|Minister|Monday|More|Moreover|Most|Mr|Mrs|Ms|My|Neither|Next|No|Nobody|None|"
    "Not|November|Now|October|On|Once|One|Only|Other|Others|Our|President|Previously|Recently|Saturday|September|"
    "Several|She|Since|So|Some|Somebody|Someone|Soon|Still|Such|Sunday|That|The|Their|Then|There|Therefore|These|They|"
    "This|Those|Though|Three|Thursday|Today|Together|Tomorrow|Tonight|Tuesday|Two|Until|We|Wednesday|What|When|Where|"
    "Whether|Which|While|Who|Why|With|Yesterday|Yet|You|Your|"
    # German writes every noun so, and some of the forms above are German, too: "Diese Bank".
    "Alle|Am|Auch|Beide|Das|Dem|Den|Der|Des|Die|Diese|Dieser|Dieses|Ein|Eine|Einer|Es|Ihr|Ihre|Im|Jede|Jeder|Jedes|"
    "Kein|Keine|Nach|Seine|Sie|Unsere|Viele|Vom|Von|Wir|Zum|Zur"
)
# People do what companies do; by their endings, "Reuters" and "Rogers" would be people, too.
_PEOPLE = re.compile(
    "Analysts|Authorities|Consumers|Critics|Customers|Developers|Economists|Employees|Employers|Engineers|Executives|"
    "Experts|Guests|Insiders|Investors|Journalists|Lawmakers|Lawyers|Managers|Observers|Officials|Passengers|People|"
    "Politicians|Readers|Regulators|Researchers|Residents|Retailers|Scientists|Sellers|Shareholders|Shoppers|Students|"
    "Tourists|Traders|Travell?ers|Users|Visitors|Workers"
)
_AMID = re.compile(rf"(?<=[\w,;)] ){_WORD}")
# "To target the young" is no thing that a sentence may begin with: "the fares" is.
_THINGS = re.compile(r"\b(?:the|an?|her|his|its|our|their|my|your|these|those) ([a-z]{3,30})(?![\w&'-])")


def new_names(texts: Sequence[str], known: Iterable[str], *, limit: int = 8) -> list[str]:
    """Return what the texts show to be a company and is not *known*, the most often shown first."""
    taken = _names(tuple(_straight(name) for name in known))
    shown: Counter[str] = Counter()
    everything = "\n".join(map(_straight, texts))
    amid, things = {*map(_company_name, _AMID.findall(everything))}, {*_THINGS.findall(everything)}
    for said in texts:
        # Known names are taken out first, so that no part of one is offered as a new one.
        text = taken.sub("·", _straight(said))
        for sign in _SIGNS:
            shown.update(filter(None, map(_company_name, sign.findall(text))))
        # "founder Jack Ma launched": a person does what companies do.
        for person in map(_company_name, _PERSON.findall(text)):
            shown.pop(person, None)
    # What does so twice is a name, whatever it means in small letters.
    once = {n for n, times in shown.items() if times == 1 and n.lower() in things}
    return [n for n, _ in shown.most_common() if n in amid or not _only_begins(n, once)][:limit]


def _only_begins(name: str, once: Collection[str]) -> bool:
    """Tell a word that has its capital from the sentence it begins: people, or a thing told of *once*."""
    return _PEOPLE.fullmatch(name) is not None or name in once


def _company_name(found: str) -> str:
    """Return a name without what is none of it, or "" if nothing is left."""
    words = re.sub(r"'s?$", "", found).split()
    while words and _NO_NAMES.fullmatch(words[0]):
        del words[0]
    name = " ".join(words)
    return "" if _NO_COMPANY.search(name) or name in _FORMS.split("|") else name
