"""What an answer says beside its stories, and what narrows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.core.search.answer import Answer, AnswerKind, Document
from bot.core.search.synonyms import Synonyms
from bot.search.engine import SearchEngine
from tests.search.stories import COMPANIES, TODAY, stories


def ids(answer: Answer) -> list[str | int]:
    return [match.story.id for match in answer.matches]


def over(*documents: Document) -> SearchEngine:
    return SearchEngine.over(documents, COMPANIES, today=lambda: TODAY)


def story(
    id_: str, headline: str, body: str = "", *, companies: tuple[str, ...] = (), day: int = 1
) -> Document:
    return Document(id=id_, headline=headline, body=body, companies=companies, date=date(2020, 5, day))


def test_typo_is_explained(engine: SearchEngine) -> None:
    match = engine.search("fligy").matches[0]

    assert match.why == "spelled “fligy”, read as Fliggy"
    assert match.words == ("Fliggy",)
    assert match.excerpt == "The travel platform Fliggy handed out coupons for trains and hotels."


def test_alias_is_explained(engine: SearchEngine) -> None:
    """The word in the story is another one than the reader typed."""
    match = engine.search("飞猪").matches[0]

    assert match.why == "飞猪 is another name for Fliggy"
    assert match.words == ("Fliggy",)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("alitrp", "spelled “alitrp”, read as Alitrip, another name for Fliggy"),
        ("ant financal", "spelled “ant financal”, read as Ant Financial, another name for Ant Group"),
    ],
)
def test_typo_in_another_name_is_explained(engine: SearchEngine, query: str, why: str) -> None:
    assert engine.search(query).matches[0].why == why


def test_word_that_is_only_written_as_whose_it_is_is_shown_without_that() -> None:
    engine = over(story("a", "Decathlon’s Plan", "Decathlon’s plan is bold."), story("b", "Rain"))

    assert engine.search("decathln").matches[0].why == "spelled “decathln”, read as Decathlon"
    assert engine.complete("deca") == ("Decathlon",)


def test_words_stand_as_in_the_story(engine: SearchEngine) -> None:
    assert engine.search("hm").matches[0].words == ("H&M",)
    assert engine.search("hermes").matches[0].words == ("Hermès",)


def test_story_with_an_old_name_is_found_by_the_new(engine: SearchEngine) -> None:
    assert ids(engine.search("Ant Group")) == ["ant", "ant-old"]


def test_near_name_is_offered_without_a_story() -> None:
    """Xiaomi is no slip: people know it. That Xiami is here is worth saying, and no more."""
    engine = over(story("a", "Xiami plays songs", companies=("Xiami",)), story("b", "Rain"))

    answer = engine.search("xiaomi")

    assert (answer.kind, answer.matches) == (AnswerKind.DID_YOU_MEAN, ())
    assert answer.suggestions == ("Xiami",)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"labor day"', ["fliggy"]),
        ('"day labor"', []),
        ('"ant financial"', ["ant-old"]),
        ("cartier -iwc", ["luxury"]),
        ('cartier -"net-a-porter"', ["luxury"]),
        ("in:luxury cartier", ["luxury", "watches"]),
        ("in:luxury", ["luxury", "watches"]),
        ("in:e-commerce before:2020-05-10", ["618"]),
        ("fliggy before:2020-05-01", []),
        ("fliggy after:2020-05-01", []),
        ("fliggy on:2020-05-01", ["fliggy"]),
        ("fliggy during:may", ["fliggy"]),
        ("fliggy during:2020", ["fliggy"]),
        ("fliggy after:2020-04 before:2020-06", ["fliggy"]),
        ("fliggy during:april", []),
        ("during:week", []),
    ],
)
def test_modifiers_narrow(engine: SearchEngine, query: str, found: list[str]) -> None:
    assert ids(engine.search(query)) == found


@pytest.mark.parametrize("query", ["fliggy from:me", "fliggy before:soon", "fliggy on:2020-02-31"])
def test_what_is_not_understood_is_said(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert answer.kind is AnswerKind.NOTHING
    assert query.removeprefix("fliggy ").partition(":")[0] in answer.hint


def test_company_comes_before_headline_before_body_and_new_before_old() -> None:
    engine = over(
        story("body", "Trains", "Acme is mentioned here.", day=9),
        story("old headline", "Acme and its rivals", day=1),
        story("new headline", "Acme and its rivals again", day=8),
        story("company", "A merger", companies=("Acme",), day=2),
        story("both", "Acme merges", companies=("Acme",), day=1),
    )

    assert ids(engine.search("acme")) == ["both", "company", "new headline", "old headline", "body"]


def test_small_word_of_keywords_comes_first_but_beside_a_company_the_newest() -> None:
    """Who asks for "on coupons" may mean both words; of "to acme" it is the name that is meant."""
    engine = over(
        story("old", "Ink Runs", "Acme brings it to Rome, on coupons.", companies=("Acme",), day=1),
        story("new", "Ink Dries", "Acme sells it for coupons.", companies=("Acme",), day=2),
    )

    assert ids(engine.search("on coupons")) == ["old", "new"]
    assert ids(engine.search("coupons")) == ["new", "old"]
    assert ids(engine.search("to acme")) == ["new", "old"]


def test_headline_that_says_just_that_comes_first() -> None:
    """The whole of the other is the shorter, which is all that BM25 knows."""
    engine = over(
        story("more", "Warehouse robots of the north and six further ways to sort parcels"),
        story("just", "Warehouse robots", "They sort parcels by night and carry them all the way to doors."),
        *(story(f"other-{n}", "Boats", "A harbour opened.") for n in range(8)),
    )

    assert ids(engine.search("warehouse robots")) == ["just", "more"]


def test_word_is_meant_before_two_that_only_stand_side_by_side() -> None:
    """A name of two words is one word of the index, too: "In LN" is a letter from "inlne", as "inline" is."""
    engine = over(
        story("ports", "Ferries In LN Ports"),
        *(story(f"skates-{n}", "Skates", "Races of inline skates.") for n in range(9)),
        *(story(f"other-{n}", "Boats", "Rain.") for n in range(20)),
    )

    assert "ports" not in ids(engine.search("inlne"))


def test_first_letter_is_seldom_mistyped_in_a_word_that_is_no_name() -> None:
    """Where no story has companies; in a small archive, chance brings no word so near: it is believed."""
    engine = over(
        story("sales", "Sales Went Up", "The shops were vastly better stocked than before."),
        *(story(f"other-{n}", "Boats", "Rain.") for n in range(3000)),
    )

    assert engine.search("fastly").kind is not AnswerKind.MATCHES
    assert ids(engine.search("vsatly")) == ["sales"]


def test_score_of_what_comes_later_is_lower() -> None:
    """Also where the words are in another number, or a page ends in between."""
    engine = over(
        *(story(f"one-{n}", "A Loan Is Given", "The loan is small.", day=n) for n in range(1, 4)),
        *(story(f"many-{n}", "Loans Are Given", "It is about loans and loans.", day=n) for n in range(4, 15)),
        *(story(f"other-{n}", "Boats", "A harbour opened.", day=n) for n in range(1, 30)),
    )

    for query in ("loan", "small loan", "loans given"):
        scores = [match.score for match in engine.search(query, limit=20).matches]
        assert len(scores) > 2
        assert scores == sorted(scores, reverse=True)
        assert min(scores) > 0
    assert [len(engine.search("loan").matches), engine.search("loan").total] == [10, 14]


def test_company_whose_name_is_a_small_word_is_about_its_own_stories() -> None:
    """Though no configuration names it."""
    engine = over(
        story("on", "Shoes for Rent", "They are worn on and on.", companies=("On",)),
        story("x", "Birds Fly", "They are new.", companies=("X",)),
        *(story(f"other-{n}", "Boats", "A harbour is on the X axis.") for n in range(5)),
    )

    assert engine.search("what is new at On?").matches[0].why == "about On"
    assert engine.search("X").matches[0].why == "about X"


def test_another_word_for_it_counts_where_it_stands() -> None:
    same = Synonyms({"layoffs": ("job cuts",)})
    documents = [
        story("headline", "Job Cuts at a Bank", day=1),
        story("text", "A Bank Opens", "No layoffs are planned.", day=2),
    ]
    with SearchEngine.over(documents, {}, today=lambda: TODAY, synonyms=same) as engine:
        assert ids(engine.search("layoffs")) == ["headline", "text"]


def test_and_between_two_words_is_no_part_of_them(engine: SearchEngine) -> None:
    why = "“cartier” is in the text; “iwc” is in the text"

    assert engine.search("cartier and iwc").matches[0].why == why


def test_pages_follow_each_other(engine: SearchEngine) -> None:
    everything = engine.search("opens reopen alibaba cartier", limit=50)
    assert everything.total == len(everything.matches)

    cloud = [ids(engine.search("alibaba cloud", limit=1, offset=n)) for n in range(3)]
    assert cloud == [["cloud"], ["vmware"], []]
    assert engine.search("alibaba cloud", limit=1).total == 2


def test_update_takes_in_new_corrected_and_deleted_stories(engine: SearchEngine) -> None:
    _, second, *rest = stories()
    corrected = replace(second, headline="Lender Grows", body="Nothing else.", companies=())
    new = story("new", "Zebrafish swim upstream", day=30)

    engine.update([corrected, *rest, new])

    assert ids(engine.search("zebrafish")) == ["new"]
    assert ids(engine.search("fliggy")) == []
    assert ids(engine.search("mybank")) == []
    assert ids(engine.search("lender")) == ["mybank"]


def test_updated_index_answers_as_one_built_anew(
    engine: SearchEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts are taken back exactly, or ranks would drift with every correction."""
    engine.update(stories()[::2])
    engine.update(stories()[5:])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))  # or it would open the updated one
    fresh = over(*stories()[5:])

    for query in ("alibaba clud", "cartier", "hermes", "retail", "gap", "netese"):
        assert ids(engine.search(query)) == ids(fresh.search(query))
    assert dump(engine) == dump(fresh)


def test_index_built_in_little_memory_is_the_same(
    engine: SearchEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large archive the counts are written down on the way."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    monkeypatch.setattr("bot.search.tally._FULL", 30)
    monkeypatch.setattr("bot.search.tally._GATHERED", 1)

    with over(*stories()) as frugal:
        assert dump(frugal) == dump(engine)
        assert frugal.complete("飞") == ("Fliggy",)
        assert frugal.complete("lux") == ("Luxury",)


def dump(engine: SearchEngine) -> list[tuple[object, ...]]:
    counts = "SELECT * FROM term"
    return list(engine._index._db.execute(counts))


def test_completion_offers_names_first(engine: SearchEngine) -> None:
    assert engine.complete("al")[0] == "Alibaba Cloud"
    assert engine.complete("飞") == ("Fliggy",)
    assert engine.complete("lux") == ("Luxury",)
    assert engine.complete("") == ()
    assert engine.complete("'; drop") == ()
