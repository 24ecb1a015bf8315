"""Where nothing fits as it is typed: what may be meant all the same, and what comes nearest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from bot.core.search.answer import Answer, AnswerKind, Document
from bot.core.search.endings import all_forms
from bot.search.engine import SearchEngine
from tests.search.stories import TODAY, engine_over

COMPANIES: Mapping[str, Sequence[str]] = {"Ele.me": (), "Rivers": (), "Freshippo": ("Hema",)}
TEXTS = {
    "ornaments": ("Ornaments Bear Logos", "They are for Christmas.", ()),
    "decorations": ("Offices Get Decorations", "Plants and ma, mostly.", ()),
    "version": ("Swift Gets Faster", "Version 5.2 of it was released.", ()),
    "versions": ("Swift Gets Older", "After Swift 5 was released, 2 years went by.", ()),
    "concert": ("A Concert Is Streamed", "Faye Wong sings at Christmas.", ()),
    "tale": ("A Tale Is Read", "It has a fai in it. Mr Wong reads.", ()),
    "lithium": ("Lithium Gets Dearer", "Accumulators need lithium.", ()),
    "litium": ("Mines Are Shut", "They yielded litium, or ma. Logos rust.", ()),
    "eleme": ("Meals Are Brought", "Ele.me brings them.", ("Ele.me",)),
    "ele": ("Syllables Are Counted", "First ele, then ma.", ()),
    "hema": ("Lobsters Are Sold", "Hema sells them.", ("Freshippo",)),
    "k8s": ("K8s Is Taught", "A course on it.", ()),
    "kubernetes": ("Kubernetes Grows", "Kubernetes grows because Kubernetes is taught.", ()),
    "clusters": ("Clusters Grow", "Those of Kubernetes do.", ()),
    "machine": ("A Machine Is Shown", "It works automatically, approximately.", ()),
    "numbers": ("Version 9.2.1 Is Out", "It follows 8.", ()),
    "digits": ("Nine Sums", "From 9 to 2 is 7, and 1 is left of v1.20.", ()),
    "matters": ("Activation of Taproot Is Near", "Taproot needs it.", ()),
    "mentions": ("A Week Passes", "Taproot Activation was one thing.", ()),
    "tritium": ("Clocks Glow", "Tritium makes them.", ()),
    "rivers": ("Boats Are Rented", "Rivers rents them.", ("Rivers",)),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    with engine_over(TEXTS, COMPANIES, tmp_path_factory.mktemp("index")) as engine:
        yield engine


def ids(answer: Answer) -> list[str | int]:
    return [match.story.id for match in answer.matches]


def test_story_with_most_of_the_question_is_closest(engine: SearchEngine) -> None:
    """One rare word is less than two others."""
    answer = engine.search("christmas decorations with logos")

    assert (answer.kind, answer.missing) == (AnswerKind.CLOSEST, ("decorations",))
    assert ids(answer) == ["ornaments"]


@pytest.mark.parametrize(
    ("query", "story"),
    [("fai wong", "concert"), ("litium accumulators", "lithium"), ("ele.ma", "eleme"), ("river", "rivers")],
)
def test_word_that_stories_have_may_be_mistyped_all_the_same(
    engine: SearchEngine, query: str, story: str
) -> None:
    """Where no story has it beside the others, or as a name is written."""
    answer = engine.search(query)

    assert (answer.kind, ids(answer)) == (AnswerKind.MATCHES, [story])
    assert "spelled" in answer.matches[0].why


def test_version_is_one_word(engine: SearchEngine) -> None:
    assert ids(engine.search("swift 5.2 released")) == ["version"]


@pytest.mark.parametrize(
    "query",
    [
        "litiun eaculbon",  # one word like one of ours, one like none
        "tritiun eaculbon",
        "rihsv&ma",
        "ele-zblorg",
        "vitionter ma",
        "ほぴるでぃべーず",
        "テゴイグス ヲロペ",
    ],
)
def test_gibberish_is_nothing_whatever_a_piece_of_it_looks_like(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert (answer.kind, answer.matches, answer.suggestions) == (AnswerKind.NOTHING, (), ())


@pytest.mark.parametrize("query", ["新闻 Freshippo", "Hema 소식", "новости о Hema", "HEMA ΝΈΑ", "أخبار Hema"])
def test_small_words_of_other_scripts_decide_nothing(engine: SearchEngine, query: str) -> None:
    answer = engine.search(query)

    assert (answer.kind, ids(answer)) == (AnswerKind.MATCHES, ["hema"])


@pytest.mark.parametrize(
    ("query", "stories"),
    [("k8s", {"k8s", "kubernetes", "clusters"}), ("k8s grows", {"kubernetes"}), ("a11y", set())],
)
def test_number_in_a_word_stands_for_its_letters(engine: SearchEngine, query: str, stories: set[str]) -> None:
    assert set(ids(engine.search(query))) == stories


@pytest.mark.parametrize(
    ("query", "story"), [("version v9.2.1", "numbers"), ("9.2.1", "numbers"), ("1.20", "digits")]
)
def test_version_is_found_with_its_v_and_without(engine: SearchEngine, query: str, story: str) -> None:
    assert ids(engine.search(query)) == [story]


def test_headline_with_both_words_comes_before_a_text_that_joins_them(engine: SearchEngine) -> None:
    assert ids(engine.search("taproot activation")) == ["matters", "mentions"]


@pytest.mark.parametrize(
    "query", ["trust", "Trust", "trsut", "what did Trust announce?", "rivers trust", "River Trust"]
)
def test_a_company_goes_before_others_that_have_its_name_in_theirs(index_folder: Path, query: str) -> None:
    names = ("Trust", "Rivers Trust", "Rivers Trust New York", "Trust New York")
    documents = [
        Document(id=name, headline="Rates Rise", companies=(name,), date=TODAY + timedelta(days=n))
        for n, name in enumerate(names)
    ]
    with SearchEngine.over(documents, {}, today=lambda: TODAY) as engine:
        found = ids(engine.search(query))

    assert found[0] == ("Rivers Trust" if "iver" in query else "Trust")
    assert len(found) > 1


@pytest.mark.parametrize("query", ["lzada", "lazad", "cainao", "hmea", "freshpo"])
def test_slip_in_a_frequent_name_that_no_story_has_as_a_company_is_found(
    index_folder: Path, query: str
) -> None:
    text = "Lazada opens it, and Hema, Freshippo and Cainiao sell tea there."
    stories = [
        Document(
            id=n,
            headline=f"Branch {n} Opens",
            body=text if n < 9 else "It sells tea.",
            companies=("Ele.me",) if n == 9 else (),
            date=TODAY - timedelta(days=n),
        )
        for n in range(100)
    ]
    stories.append(Document(id="trees", headline="Trees", body="Lazadas and Cainiak are trees.", date=TODAY))
    with SearchEngine.over(stories, {}, today=lambda: TODAY) as engine:
        answer = engine.search(query)

        assert (answer.kind, answer.total) == (AnswerKind.MATCHES, 9)


def test_slip_in_a_name_of_three_words_is_found_though_two_of_them_are_another(index_folder: Path) -> None:
    texts: dict[str, tuple[str, str, Sequence[str]]] = {
        **{f"coffee{n}": ("Coffee", "It is hot.", ()) for n in range(1000)},
        **{f"net{n}": ("A Net Is Made", "The net is wide.", ()) for n in range(9)},
        **{f"policy{n}": ("Tea Is Sold", "It needs a policy.", ()) for n in range(5)},
        **{f"security{n}": ("Tea Is Had", "It needs security.", ()) for n in range(5)},
        "two": ("Security Policy", "It is new.", ()),
        "rival": ("Trees", "Securt is a tree.", ()),
        "three": ("NetSecurityPolicy Is Gone", "A NetSecurityPolicy is not used.", ()),
    }
    with engine_over(texts, {}, index_folder) as engine:
        assert ids(engine.search("net securty policy")) == ["three"]


def test_slip_in_a_company_of_three_words_is_found_though_a_text_has_them_all(index_folder: Path) -> None:
    company, other = "Coast Electric System", "Electric"
    texts: dict[str, tuple[str, str, Sequence[str]]] = {
        **{f"coffee{n}": ("Coffee", "It is hot.", ()) for n in range(1000)},
        **{f"coast{n}": ("A Coast Is Seen", "The coast is long.", ()) for n in range(9)},
        **{f"electric{n}": ("Electric Sells Lamps", "Electric is in town.", (other,)) for n in range(9)},
        "company": ("Power Gets Dearer", "The Coast Electric System says so.", (company,)),
        "all": ("A System", "On the coast it has an Electric System.", ()),
    }
    with engine_over(texts, {company: (), other: ()}, index_folder) as engine:
        assert ids(engine.search("coast elecyric system")) == ["company"]


def test_of_two_words_as_rare_that_of_a_headline_is_offered(engine: SearchEngine) -> None:
    answer = engine.search("yielded concert")

    assert (answer.missing, ids(answer)) == (("yielded",), ["concert"])


def test_word_with_another_ending_is_found_where_all_words_are_as_written_nowhere(index_folder: Path) -> None:
    texts = {
        "sorting": ("Sorting Is an Art", "It takes years of sorting.", ()),
        "sorted": ("Robots at Work", "Parcels were sorted.", ()),
    }
    with engine_over(texts, {}, index_folder) as engine:
        whole, closest = engine.search("sorting parcels"), engine.search("sorting parcels kayaks robots")

    assert (whole.kind, ids(whole)) == (AnswerKind.MATCHES, ["sorted"])
    assert (closest.kind, closest.missing, ids(closest)) == (AnswerKind.CLOSEST, ("kayaks",), ["sorted"])


def test_word_beside_one_that_is_known_is_no_half_of_an_unlikely_name(index_folder: Path) -> None:
    texts = {
        "full": ("Prague Rust Is Full", "Prague Rust is full again.", ()),
        "met": ("Prague Rust Meets", "We met Prague Rust.", ()),
        "iron": ("Iron Is Made", "It will rust.", ()),
    }
    with engine_over(texts, {}, index_folder) as engine:
        answer = engine.search("Treffen Prag Rust")

    assert (answer.kind, answer.missing) == (AnswerKind.CLOSEST, ("Treffen", "Prag"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who wrote a browser?", ["browser"]),
        ("writing browsers", ["browser"]),
        ("Sockets win prize", ["prize"]),
        ("woman", ["women"]),
        ("mice and women", ["women"]),
    ],
)
def test_irregular_forms_of_a_word_find_each_other(query: str, found: list[str], tmp_path: Path) -> None:
    texts: Mapping[str, tuple[str, str, Sequence[str]]] = {
        "browser": ("A Browser Written by Hand", "It shows pages.", ()),
        "prize": ("Sockets Won", "They got a prize.", ()),
        "women": ("A Mouse", "Two women saw it.", ()),
    }
    with engine_over(texts, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert (answer.kind, ids(answer)) == (AnswerKind.MATCHES, found)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("rewrite", {"rewrites", "rewriting", "rewrote", "rewritten"}),
        ("show", {"shows", "showing", "showed", "shown"}),
        ("talk", {"talks", "talked", "talking"}),
        ("ban", {"bans", "banned", "banning"}),
        ("star", {"stars", "starred", "starring"}),
        ("add", {"adds", "added", "adding"}),
        ("own", {"owns", "owned", "owning"}),
    ],
)
def test_irregular_word_has_no_regular_past(word: str, forms: set[str]) -> None:
    """Each form is looked up: what no writer has put it in costs time for nothing."""
    assert set(all_forms(word)) == forms


_VERBS = (
    "ship ships shipped shipping",
    "carry carries carried carrying",
    "launch launches launched launching",
    "tie ties tied tying",
)
_FORMS = [pair for verb in _VERBS for pair in permutations(verb.split(), 2)]


@pytest.mark.parametrize(("word", "other"), _FORMS)
def test_each_form_of_a_regular_verb_finds_each_other(word: str, other: str) -> None:
    """launches was none of launched, nor ship of shipped."""
    assert other in all_forms(word)


@pytest.mark.parametrize("word", ["ties", "tied"])
def test_short_word_is_no_form_of_one_that_is_shorter(word: str) -> None:
    assert "ty" not in all_forms(word)


@pytest.mark.parametrize("query", ["lobster5", "helix4", "helix 4", "area52"])
def test_a_number_is_no_slip_of_another(query: str, index_folder: Path) -> None:
    texts: Mapping[str, tuple[str, str, Sequence[str]]] = {
        "helix": ("Helix2 Is Out", "Helix2 turns.", ("Helix2",)),
        "lobster": ("Lobster7 Is Out", "Lobster7 swims.", ()),
        "area": ("Area51 Is Out", "Area51 is dry.", ("Area51",)),
    }
    with engine_over(texts, {}, index_folder) as engine:
        assert engine.search(query).kind is not AnswerKind.MATCHES
        assert engine.search("hellix2").matches[0].story.id == "helix"


def test_a_digit_between_letters_is_a_slip_of_one(index_folder: Path) -> None:
    texts: Mapping[str, tuple[str, str, Sequence[str]]] = {
        "lantern": ("Lanternfish Swims", "Lanternfish glows.", ("Lanternfish",))
    }
    with engine_over(texts, {}, index_folder) as engine:
        assert engine.search("lant3rnfish").matches[0].story.id == "lantern"
        assert engine.search("lanternfish3").kind is not AnswerKind.MATCHES
