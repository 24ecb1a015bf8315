"""The word that decides: it is never dropped in silence, and never taken for one that only looks like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.core.search.answer import Answer, AnswerKind, Document
from bot.core.search.synonyms import Synonyms
from bot.search.engine import SearchEngine
from tests.search.stories import TODAY, engine_over

COMPANIES: Mapping[str, Sequence[str]] = {
    "On": (),
    "WHO": ("World Health Organization",),
    "Next": (),
    "B&Q": (),
    "Rio Tinto": (),
    "Hewlett-Packard": (),
    "Office Depot": (),
    "Entergy": (),
    "Jack Ma Foundation": ("马云公益基金会",),
}
SYNONYMS = Synonyms({"layoffs": ("job cuts", "redundancies"), "EV": ("electric car", "electric vehicle")})
TEXTS = {
    "fliggy": ("Fliggy Fills Hotels", "The platform Fliggy handed out coupons in March.", ("Fliggy",)),
    "yeezy": ("Shops Reopen in Spring", "Labels such as Gucci and Yeezy take part.", ("Gucci", "Yeezy")),
    "luohan": ("Academy Streams a Lecture", "Speakers included a laureate, Jin Tito and Rio Lee.", ()),
    "on": ("Runners Get New Shoes", "The Swiss maker sells shoes on the web.", ("On",)),
    "on-text": ("Shoes for Rent", "Now the Swiss brand On, rents them out.", ()),
    "who": ("Doctors Meet in Geneva", "Those who came praised the WHO for it.", ()),
    "next": ("Clothes Are Sold Online", "It follows what others did.", ("Next",)),
    "bq": ("Paint Sells Well", "The chain B&Q opens on Sundays.", ("B&Q",)),
    "letters": ("Questions and Answers", "Plan B, then plan Q. E is on, too. S, then P.", ()),
    "rio": ("Iron Ore Gets Dearer", "Rio Tinto ships more of it.", ("Rio Tinto",)),
    "hp": ("Printers Get Cheaper", "Hewlett-Packard lowers its prices.", ("Hewlett-Packard",)),
    "depot": ("Paper Gets Dearer", "Office Depot raises prices.", ("Office Depot",)),
    "entergy": ("Power Lines Are Built", "Entergy builds them.", ("Entergy",)),
    "energy": ("Energy Prices Rise", "Energy is short. Cuts hit a job board.", ()),
    "subsidies": ("Cities Give Subsidies", "RMB10 billion goes to batteries, 2.5m euros to policies.", ()),
    "podcast": ("A Podcast About Trade", "One podcast a week.", ()),
    "podcasts": ("Podcasts Grow", "More podcasts than ever, most of them livestreamed.", ()),
    "cuts": ("Bank Announces Job Cuts", "Nine hundred job cuts are planned.", ()),
    "greek": ("Ελλάδα: νέα γραφεία", "Η εταιρεία άνοιξε γραφεία στην Αθήνα.", ()),
    "russian": ("Ещё один склад", "Компания открыла склад в Королёве, рай для ёлок.", ()),
    "arabic": ("مكتب جديد", "افتتحت الشَّرِكة مكتباً في أبوظبي.", ()),
    "hebrew": ("משרד חדש", "החברה פתחה משרד בְּחֵיפָה.", ()),
    "vietnamese": ("Văn phòng mới", "Công ty mở văn phòng ở Đà Nẵng.", ()),
    "ma": ("Schools in Africa", "The Jack Ma Foundation funds them.", ("Jack Ma Foundation",)),
    "es": ("Kits Are Sold by ES", "Not by MT.", ()),
    "lobsters": ("Lobsters Are Sold", "Lobsters from Maine.", ()),
    "feira": ("Feira de Comida", "Lobsters, too.", ()),
    "cars": ("Electric Vehicles Get Rarer", "Fewer are built.", ()),
    "colony": ("Ants Move", "Colony after hive, Anderson says.", ()),
    "unsafe": ("Rust Without Unsafe Code", "It works without unsafe code.", ()),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    """Search these stories; a day apart, from 1 April 2020."""
    documents = [
        Document(id=id_, headline=headline, body=body, companies=companies, date=date(2020, 4, 1 + n))
        for n, (id_, (headline, body, companies)) in enumerate(TEXTS.items())
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(Path(tmp_path_factory.mktemp("index"))))
        with SearchEngine.over(documents, COMPANIES, today=lambda: TODAY, synonyms=SYNONYMS) as engine:
            yield engine


def ids(answer: Answer) -> list[str | int]:
    return [match.story.id for match in answer.matches]


@pytest.mark.parametrize(
    ("query", "missing", "story"),
    [
        ("Yeezy sneakers", ("sneakers",), "yeezy"),
        ("sneakers Yeezy", ("sneakers",), "yeezy"),
        ("gucci earnings", ("earnings",), "yeezy"),
        ("Fliggy bankruptcy", ("bankruptcy",), "fliggy"),
        ("what did Fliggy say about bankruptcy?", ("bankruptcy",), "fliggy"),
        ("Rio Tinto podcast", ("podcast",), "rio"),
        ("solana coupons", ("solana",), "fliggy"),
        ("Fliggy in august 2019", ("in august 2019",), "fliggy"),
        ("Fliggy between May and June", ("between May and June",), "fliggy"),
        ("Fliggy April 5", ("April 5",), "fliggy"),
        ("Fliggy Q1 2020", ("Q1 2020",), "fliggy"),
    ],
)
def test_missing_word_is_said_and_the_name_is_offered(
    engine: SearchEngine, query: str, missing: tuple[str, ...], story: str
) -> None:
    answer = engine.search(query)

    assert (answer.kind, answer.missing) == (AnswerKind.CLOSEST, missing)
    assert ids(answer)[0] == story
    assert answer.total == len(answer.matches) <= 3
    assert all(f"“{word}”" in answer.hint for word in missing)


@pytest.mark.parametrize(
    "query", ["Was hat Fliggy angekündigt?", "noticias de Fliggy", "quoi de neuf chez Fliggy"]
)
def test_name_is_found_in_a_question_of_another_language(engine: SearchEngine, query: str) -> None:
    assert ids(engine.search(query))[:1] == ["fliggy"]


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("ελλαδα", "greek"),
        ("ΑΘΗΝΑ", "greek"),
        ("еще", "russian"),
        ("королеве", "russian"),
        ("ابوظبي", "arabic"),
        ("الشركة", "arabic"),
        ("בחיפה", "hebrew"),
        ("da nang", "vietnamese"),
        ("马云", "ma"),
        ("グッチ", "yeezy"),
    ],
)
def test_other_scripts_are_folded_and_heard(engine: SearchEngine, query: str, story: str) -> None:
    assert ids(engine.search(query))[:1] == [story]


def test_letters_that_only_look_accented_stay_themselves(engine: SearchEngine) -> None:
    assert ids(engine.search("рай")) == ["russian"]
    assert ids(engine.search("раи")) == []


@pytest.mark.parametrize("query", ["ddkggkg", "couslucals pumbingle", "qyuuut", "7 q", "zzyzx 12"])
def test_gibberish_stays_nothing(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert (answer.kind, answer.matches, answer.missing) == (AnswerKind.NOTHING, (), ())


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("rio tito", "rio"),
        ("hewett-packard", "hp"),
        ("hewlett pakcard", "hp"),
        ("office deppt", "depot"),
        ("ofice depot", "depot"),
    ],
)
def test_name_of_several_words_is_read_as_one(engine: SearchEngine, query: str, story: str) -> None:
    answer = engine.search(query)

    assert (answer.kind, ids(answer)) == (AnswerKind.MATCHES, [story])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("trial of bits", {"trail"}),
        ("trail of bitz", {"trail"}),
        ("tail of bits", {"tail"}),
        ("trial in bits", {"trial"}),
        ("trial bits", {"trial"}),
    ],
)
def test_words_around_a_small_one_are_a_mistyped_name(tmp_path: Path, query: str, found: set[str]) -> None:
    """One that is a word of its own gave a story with both, far from each other."""
    texts = {
        "trail": ("Trail of Bits Reads Code", "They found nothing.", ("Trail of Bits",)),
        "trial": ("A Trial Begins", "It is about bits.", ()),
        "tail": ("The Tail of Bits", "It wags.", ()),
    }
    with engine_over(texts, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert (answer.kind, set(ids(answer))) == (AnswerKind.MATCHES, found)


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        *(
            (query, ())
            for query in ("Gap Inc", "gap inc.", "Gap, Inc.", "Gap GmbH", "what did Gap Inc announce?")
        ),
        *((query, ()) for query in ("next plc", "Next PLC", "next ltd")),
        *(("Gap Inc lawsuit", ("lawsuit",)), ("Gap limited", ("limited",)), ("shirts inc", ("inc",))),
    ],
)
def test_legal_form_behind_a_company_is_not_missed(
    tmp_path: Path, query: str, missing: tuple[str, ...]
) -> None:
    """Gap Inc was answered with "Nothing about “Inc”", and next plc with nothing at all."""
    texts = {
        "gap": ("Gap Opens a Shop", "It sells shirts.", ("Gap",)),
        "next": ("Next Opens", "Too.", ("Next",)),
    }
    with engine_over(texts, {"Gap": (), "Next": ()}, tmp_path) as engine:
        answer = engine.search(query)

    assert answer.matches[0].story.id == ("next" if "next" in query.lower() else "gap")
    assert answer.missing == missing


def test_runner_up_is_left_out_where_the_best_is_sure(engine: SearchEngine) -> None:
    assert ids(engine.search("enttergy")) == ["entergy"]


@pytest.mark.parametrize("query", ["speaker sneakers", "sneakers", "fixture", "lecturer", "prizes"])
def test_known_word_is_no_typo(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert not any("spelled" in match.why for match in answer.matches)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("On", ["on", "on-text"]),
        ("on", ["on", "on-text"]),
        ("what did On announce?", ["on", "on-text"]),
        ("WHO", ["who"]),
        ("news from WHO", ["who"]),
        ("World Health Organization", ["who"]),
        ("next", ["next"]),
        ("what about Next?", ["next"]),
        ("B&Q", ["bq"]),
        ("b & q", ["bq"]),
        ("what is new at B&Q?", ["bq"]),
    ],
)
def test_name_that_is_a_common_word_is_found(engine: SearchEngine, query: str, found: list[str]) -> None:
    assert ids(engine.search(query)) == found


@pytest.mark.parametrize("query", ["E.ON", "S&P", "P&O", "A/S", "E.on", "q&p"])
def test_short_name_is_one_or_nothing(engine: SearchEngine, query: str) -> None:
    assert ids(engine.search(query)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("podcasts", ["podcasts", "podcast"]),
        ("podcast", ["podcast", "podcasts"]),
        ("subsidy", ["subsidies"]),
        ("policy", ["subsidies"]),
        ("city", ["subsidies"]),
        ("battery", ["subsidies"]),
        ("livestream", ["podcasts"]),
        ("Fliggies", []),
        ("Gucciing", []),
    ],
)
def test_endings_find_each_other_the_written_one_first(
    engine: SearchEngine, query: str, found: list[str]
) -> None:
    assert ids(engine.search(query)) == found


@pytest.mark.parametrize(
    "query",
    ["RMB10bn", "¥10bn", "10 billion yuan", "rmb 10 billion", "10bn", "10,000 million yuan"],
)
def test_amount_is_found_however_it_is_written(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert ids(answer) == ["subsidies"]
    assert answer.matches[0].words == ("RMB10 billion",)


@pytest.mark.parametrize("query", ["RMB11bn", "RMB10m", "10k"])
def test_another_amount_is_not_found(engine: SearchEngine, query: str) -> None:
    assert engine.search(query).kind is not AnswerKind.MATCHES


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("1 April 2020", ["fliggy"]),
        ("April 1, 2020", ["fliggy"]),
        ("news from 2020-04-02", ["yeezy"]),
        ("Fliggy in april", ["fliggy"]),
        ("Fliggy since march 2020", ["fliggy"]),
        ("gucci before 3 april 2020", ["yeezy"]),
        ("podcast after April 16, 2020", ["podcasts"]),
        ("April 1", ["fliggy"]),
        ("what was new on the 2nd of april?", ["yeezy"]),
        ("podcasts between 17 April and 30 April", ["podcasts"]),
        ("gucci in Q2 2020", ["yeezy"]),
        ("gucci, first week of April 2020", ["yeezy"]),
        ("Gucci seit März 2020", ["yeezy"]),
        ("gucci from april to may", ["yeezy"]),
    ],
)
def test_date_in_a_question_is_a_date(engine: SearchEngine, query: str, found: list[str]) -> None:
    assert ids(engine.search(query)) == found


def test_last_month_alone_is_a_date(engine: SearchEngine) -> None:
    assert engine.search("last month").kind is AnswerKind.NOTHING  # May 2020


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("Fliggy last month", "last month"),
        ("what did Fliggy do last month?", "last month"),
        ("Fliggy 2.5.2020", "2.5.2020"),
    ],
)
def test_other_days_than_those_asked_for_are_said_to_be(engine: SearchEngine, query: str, days: str) -> None:
    """Its story is of April; "last" and "month" carry no sense that a story could have instead."""
    answer = engine.search(query)

    assert (answer.kind, ids(answer), answer.missing) == (AnswerKind.CLOSEST, ["fliggy"], (days,))


@pytest.mark.parametrize("query", ["Fliggy 1.4.2020", "Fliggy 01.04.2020", "fliggy on:1.4.2020"])
def test_day_in_numbers_is_a_date(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert (answer.kind, ids(answer)) == (AnswerKind.MATCHES, ["fliggy"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gucci without yeezy", []),
        ("podcast except livestreamed", ["podcast"]),
        ("podcast not livestreamed", ["podcast"]),
        ("rust without unsafe code", ["unsafe"]),
    ],
)
def test_without_leaves_out_unless_a_story_says_so(
    engine: SearchEngine, query: str, found: list[str]
) -> None:
    assert ids(engine.search(query)) == found


@pytest.mark.parametrize("query", ["layoffs", "layoff", "redundancies", "bank layoffs"])
def test_synonym_is_found_and_said(engine: SearchEngine, query: str) -> None:
    match = engine.search(query).matches[0]

    assert match.story.id == "cuts"
    assert "Job Cuts, which means the same as" in match.why


@pytest.mark.parametrize("query", ["electric vehicle", "electric vehicles", "EV", "electric cars"])
def test_synonym_is_found_in_any_number(engine: SearchEngine, query: str) -> None:
    match = engine.search(query).matches[0]

    assert match.story.id == "cars"
    is_its_own = query.startswith("electric vehicle")
    assert ("is in the headline" if is_its_own else f"means the same as {query}") in match.why


@pytest.mark.parametrize(
    ("query", "found"), [("colonies", ["colony"]), ("colony", ["colony"]), ("andersons", [])]
)
def test_word_in_capitals_has_a_plural_where_no_name_has_one(
    engine: SearchEngine, query: str, found: list[str]
) -> None:
    """It begins the only sentence that it is in, as it does in the first weeks of a newsletter."""
    assert ids(engine.search(query)) == found


def test_synonym_of_several_words_is_one(engine: SearchEngine) -> None:
    assert ids(engine.search("job cuts"))[0] == "cuts"


@pytest.mark.parametrize(
    ("query", "missing"), [("Fliggy 裁員", "裁員"), ("Fliggy Panéra", "Panéra"), ("Fliggy  LAYOFF", "LAYOFF")]
)
def test_missing_word_is_said_as_it_was_typed(engine: SearchEngine, query: str, missing: str) -> None:
    """Accents, capitals and traditional characters are read over, but they are the reader's own."""
    answer = engine.search(query)

    assert (answer.kind, answer.missing) == (AnswerKind.CLOSEST, (missing,))
    assert f"“{missing}”" in answer.hint


@pytest.mark.parametrize(
    ("query", "missing"), [("Fliggy war", "war"), ("Uber coupons", "Uber"), ("Fliggy hat", "hat")]
)
def test_word_that_is_small_in_another_language_decides_in_english(
    engine: SearchEngine, query: str, missing: str
) -> None:
    answer = engine.search(query)

    assert (answer.kind, answer.missing) == (AnswerKind.CLOSEST, (missing,))
    assert ids(answer) == ["fliggy"]


@pytest.mark.parametrize(
    "query",
    [
        *("Wie war Fliggy?", "Was hat Fliggy gemacht?", "neues über Fliggy", "quoi de neuf chez Fliggy"),
        *("Qu'est-ce que Fliggy a annoncé ?", "wat is er nieuw bij Fliggy", "что нового у Fliggy"),
        *("¿Qué pasa con Fliggy?", "Cosa c'è di nuovo su Fliggy?", "Was ist mit Fliggy passiert?"),
        *("Weißt du, worum es bei Fliggy geht?", "Was ist aus Fliggy geworden?", "habt ihr etwas zu Fliggy"),
        *("que s'est-il passé avec Fliggy", "c'est quoi Fliggy", "tout sur Fliggy", "que devient Fliggy ?"),
        *("¿Qué hizo Fliggy?", "¿Qué se sabe de Fliggy?", "¿Qué ocurrió con Fliggy?", "cuéntame de Fliggy"),
        *("O que aconteceu com Fliggy?", "alguma novidade sobre Fliggy", "o que a Fliggy fez?"),
        *("Cosa è successo a Fliggy?", "che fine ha fatto Fliggy", "parlami di Fliggy"),
        *("wat is er gebeurd met Fliggy", "what became of Fliggy?", "anything regarding Fliggy"),
        *("Fliggy 发生了什么", "请问 Fliggy 宣布了什么", "Fliggy はどうなりましたか", "Fliggy の最新情報"),
    ],
)
def test_small_words_of_a_sentence_carry_no_sense(engine: SearchEngine, query: str) -> None:
    assert (engine.search(query).kind, ids(engine.search(query))) == (AnswerKind.MATCHES, ["fliggy"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("what did Coupon announce", []),
        ("news about Coupon", []),
        ("what did coupon announce", ["fliggy"]),
        ("Coupon", ["fliggy"]),
        ("News About Coupon", ["fliggy"]),
        ("Nachrichten über Coupon", ["fliggy"]),
    ],
)
def test_word_that_is_written_as_a_name_has_no_plural(
    engine: SearchEngine, query: str, found: list[str]
) -> None:
    assert ids(engine.search(query)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("what did Prinyers announce", []),
        ("what did prinyers announce", ["hp"]),
        ("What Did Prinyers Announce", ["hp"]),
        ("rented Shoe", ["on-text"]),
        ("what did Fligy announce", ["fliggy"]),
    ],
)
def test_word_that_is_written_as_a_name_is_no_slip_of_a_plain_word(
    engine: SearchEngine, query: str, found: list[str]
) -> None:
    assert ids(engine.search(query)) == found


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        *(("cheaper Rpinters", ("Rpinters",)), ("cheaper rpinters", ()), ("Cheaper Rpinters", ())),
        *(("cheaper Prinyers", ()), ("is a cheaper Prinyers", ("Prinyers",))),
    ],
)
def test_word_is_written_as_a_name_among_others_that_are_not(
    engine: SearchEngine, query: str, missing: tuple[str, ...]
) -> None:
    assert (engine.search(query).missing, ids(engine.search(query))) == (missing, ["hp"])


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("is a fliggy platform coupons Handled", ("Handled",)),
        ("is a fliggy platform coupons handled", ()),
        ("fliggy platform coupons Handled", ()),
    ],
)
def test_other_words_bear_no_witness_for_a_word_written_as_a_name(
    engine: SearchEngine, query: str, missing: tuple[str, ...]
) -> None:
    assert (engine.search(query).missing, ids(engine.search(query))) == (missing, ["fliggy"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *(("news about Leftwinch", []), ("news about Well-Tired", [])),
        *(("news about leftwinch", ["miners"]), ("news about well-tired", ["miners"])),
    ],
)
def test_word_that_is_written_as_a_name_is_no_slip_of_a_hyphenated_one(
    query: str, found: list[str], tmp_path: Path
) -> None:
    texts = {
        "miners": ("Miners Elect", "The left-wing, well-timed vote.", ()),
        "clocks": ("Clocks Glow", "Tritium makes them.", ()),
    }
    with engine_over(texts, {"Tritium": ()}, tmp_path) as engine:
        assert ids(engine.search(query)) == found


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        *(("cheap Fligths", ()), ("cheap Fligths to Rome", ()), ("new Javscript development", ())),
        ("haskell jobs at Pinterest", ("Pinterest",)),
    ],
)
def test_keyword_with_a_capital_may_be_a_plain_word_mistyped(
    query: str, missing: tuple[str, ...], tmp_path: Path
) -> None:
    """But for a slip in its first letter, which is seldom."""
    texts = {
        "flights": ("Cheap Seats", "There are cheap flights to Rome, and a flight home.", ()),
        "script": ("Tools", "For the development of javascript.", ()),
        "jobs": ("Work", "Haskell jobs, which are of interest.", ()),
    }
    with engine_over(texts, {"Tritium": ()}, tmp_path) as engine:
        assert engine.search(query).missing == missing
        assert engine.search(query).matches


def test_letter_that_is_not_elided_decides(engine: SearchEngine) -> None:
    assert engine.search("c Fliggy").missing == ("c",)


def test_word_of_other_stories_is_not_said_to_be_in_none(engine: SearchEngine) -> None:
    answer = engine.search("Fliggy or Entergy layoff kayaks")

    assert answer.kind is AnswerKind.CLOSEST
    assert answer.hint.startswith("Nothing about “kayaks”. “Entergy”"), answer.hint
    assert answer.hint.endswith("are only in other stories.")
    assert engine.search("Fliggy or Entergy").hint == "“Entergy” is only in other stories."


@pytest.mark.parametrize("query", ["E&S", "M&T", "Q&A"])
def test_short_name_with_an_ampersand_is_no_two_letters(engine: SearchEngine, query: str) -> None:
    """ES and MT are other ones."""
    assert engine.search(query).kind is AnswerKind.NOTHING


def test_small_word_that_some_stories_have_leaves_no_others_out(engine: SearchEngine) -> None:
    assert ids(engine.search("noticias de lobsters")) == ["feira", "lobsters"]


def test_small_word_is_no_beginning_of_a_mistyped_one(index_folder: Path) -> None:
    """Z.Haskell is near to "zu Haskell", and rare."""
    stories = [Document(id=n, headline=f"Haskell {n}", date=date(2020, 4, 1)) for n in range(40)]
    stories.append(Document(id="z", headline="Z.Haskell Is Written", date=date(2020, 4, 1)))
    with SearchEngine.over(stories, {}, today=lambda: TODAY) as engine:
        assert engine.search("Was gibt es Neues zu Haskell?").total == len(stories)


@pytest.mark.parametrize(
    ("query", "story"), [("WHO coupons", "who"), ("On coupons", "on"), ("Next kayaks", "next")]
)
def test_small_word_that_is_a_company_decides_at_the_beginning_too(
    engine: SearchEngine, query: str, story: str
) -> None:
    answer = engine.search(query)

    assert (answer.kind, answer.missing) == (AnswerKind.CLOSEST, (query.split()[1],))
    assert ids(answer)[0] == story


@pytest.mark.parametrize("query", ["Who is short of energy?", "on energy", "Next up in energy"])
def test_small_word_that_only_begins_a_question_is_no_company(engine: SearchEngine, query: str) -> None:
    assert "energy" in ids(engine.search(query))


def test_slip_in_a_story_says_nothing_against_the_word_that_all_others_have(index_folder: Path) -> None:
    """Both are one letter off; who types a third slip means the word, not the slip of somebody else."""
    stories = [Document(id=n, headline=f"Kubernetes {n}", date=date(2020, 4, 1)) for n in range(200)]
    stories.append(Document(id="slip", headline="Kubernets Is Fixed", date=date(2020, 4, 2)))
    with SearchEngine.over(stories, {}, today=lambda: TODAY) as engine:
        answer = engine.search("kuberntes")

        assert (answer.kind, answer.total) == (AnswerKind.MATCHES, 200)
        assert "read as Kubernetes" in answer.matches[0].why
        assert ids(engine.search("kubernets")) == ["slip"]


@pytest.mark.parametrize("query", ["Entergy B&Q", "B&Q Entergy", "entergy 05"])
def test_name_beside_another_is_not_swallowed_as_a_slip(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert answer.kind is AnswerKind.CLOSEST
    assert len(answer.missing) == 1
