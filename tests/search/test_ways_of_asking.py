"""Every way of asking finds the right story, or an honest nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.core.search.answer import Answer, AnswerKind, Document
from bot.search.engine import SearchEngine
from bot.search.finding import HINT_EMPTY
from tests.search.stories import TODAY, engine_over


def first(answer: Answer) -> str | int | None:
    return answer.matches[0].story.id if answer.matches else None


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("Fliggy", "fliggy"),
        ("FLIGGY?!", "fliggy"),
        ("fligy", "fliggy"),
        ("filggy", "fliggy"),
        ("Fliggy’s", "fliggy"),
        ("飞猪", "fliggy"),
        ("飞猪 labor day", "fliggy"),
        ("飞猪旅行", "fliggy"),
        ("ＦＬＩＧＧＹ", "fliggy"),
        ("what did Fliggy do for Labor Day?", "fliggy"),
        ("what did flggy do for labour day", "fliggy"),
        ("H&M", "arket"),
        ("h & m", "arket"),
        ("H and M", "arket"),
        ("hm", "arket"),
        ("watches and wonders", "watches"),
        ("Watches & Wondrs", "watches"),
        ("net a porter", "watches"),
        ("netaporter", "watches"),
        ("Net-a-Poter", "watches"),
        ("IWC", "watches"),
        ("iwx", None),
        ("SME", "mybank"),
        ("MY bank", "mybank"),
        ("mybnak loans", "mybank"),
        ("ant financial", "ant"),
        ("richmont cartier iwc", "watches"),
        ("Hema", "hema"),
        ("盒马鲜生", "hema"),
        ("freshipo", "hema"),
        ("alibaba clud vmware", "vmware"),
        ("vm ware", "vmware"),
        ("luohan acadmy", "luohan"),
        ("6.18", "618"),
        ("618", "618"),
        ("双11", "1111"),
        ("RMB10 billion", "coupons"),
        ("loreal", "loreal"),
        ("Hermes", "luxury"),
        ("eleme", "music"),
        ("LV", "luxury"),
        ("Net ease", "music"),
        ("Gap", "gap"),
        ("Zillow", None),
        ("asdkjh qwpoei", None),
        ("what did Snowflake announce last week?", None),
        ("'; drop table stories; --", None),
        ('"h&m" AND (arket OR *)', "arket"),
        ("", None),
        ("x" * 4000, None),
        ("travel news", "fliggy"),
        ("beauties", "loreal"),
        ("financing", "ant-old"),
    ],
)
def test_right_story_comes_first(engine: SearchEngine, query: str, story: str | None) -> None:
    assert first(engine.search(query)) == story


@pytest.mark.parametrize(
    "query",
    [
        *(
            "whats new with fliggy",
            "hows Fliggy doing",
            "gimme fliggy news",
            "Fliggy pls",
            "i need info on fliggy",
        ),
        *("I need everything on Fliggy", "information about fliggy", "any headlines about fliggy? thx"),
        *("was gibts neues zu fliggy", "请告诉我飞猪的消息"),
    ],
)
def test_nothing_is_missed_that_only_asks(engine: SearchEngine, query: str) -> None:
    """The commonest question of all was answered with "Nothing about “whats”"."""
    answer = engine.search(query)

    assert (answer.kind, first(answer), answer.missing) == (AnswerKind.MATCHES, "fliggy", ())


def test_what_only_asks_is_looked_for_all_the_same(tmp_path: Path) -> None:
    texts = {
        "desk": ("Kayaks at an Information Desk", "They are for hire.", ()),
        "kayak": ("Kayaks", "Just kayaks.", ()),
    }
    with engine_over(texts, {}, tmp_path) as engine:
        assert [match.story.id for match in engine.search("kayaks information").matches] == ["desk", "kayak"]
        assert first(engine.search("information")) == "desk"


@pytest.mark.parametrize("query", ["news", "Stories?", "latest news"])
def test_who_asks_for_news_alone_is_told_how_to_ask(query: str, tmp_path: Path) -> None:
    """Stories that say "news" are no answer to that."""
    texts = {"tea": ("Tea", "The latest news stories.", ()), "ink": ("Ink", "It dries.", ())}
    with engine_over(texts, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert (answer.kind, answer.hint) == (AnswerKind.NOTHING, HINT_EMPTY)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("-tea", ["oil", "ink"]),
        ("news without tea", ["oil", "ink"]),
        ("news without tea or ink", ["oil"]),
        ("after:2019 -ink", ["oil", "tea"]),
        ("this year without tea", ["oil", "ink"]),
        ('-"dries out"', ["oil", "tea"]),
    ],
)
def test_what_is_left_out_needs_no_word_beside_it(query: str, found: list[str], tmp_path: Path) -> None:
    """With nothing but a date beside it, the stories to be left out came, too."""
    texts = {
        "tea": ("Tea", "It is hot.", ()),
        "ink": ("Ink", "It dries out.", ()),
        "oil": ("Oil", "Dry out.", ()),
    }
    with engine_over(texts, {}, tmp_path) as engine:
        answer = engine.search(query)
        second = engine.search(query, limit=1, offset=1)

    assert ([match.story.id for match in answer.matches], answer.total) == (found, len(found))
    assert ([match.story.id for match in second.matches], second.total) == (found[1:2], len(found))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *((query, ["oil", "inn"]) for query in ("without Fliggy", "not fliggy", "everything but Fliggy")),
        *(
            (query, ["oil", "inn"])
            for query in ("other than Fliggy", "anything except fliggy?", "ohne Fliggy")
        ),
        *((query, ["oil", "inn"]) for query in ("what else besides Fliggy", "stories not about Fliggy")),
        *(
            (query, ["oil", "inn"])
            for query in ("not about Fliggy", "not mentioning fliggy", "besides Fliggy")
        ),
        *(
            (query, ["oil", "inn"])
            for query in ("alles außer Fliggy", "tout sauf Fliggy", "todo menos Fliggy")
        ),
        *(
            (query, ["oil"])
            for query in ("everything but Fliggy or Acme Inns", "stories that don't mention inns")
        ),
        *(
            (query, ["inn"])
            for query in ("inns other than Fliggy", "inns besides Fliggy", "inns not by Fliggy")
        ),
        *(("not booked", ["book"]), ("without trains", ["book"]), ("not in heaven", ["oil"])),
    ],
)
def test_all_but_a_name_is_all_the_others(query: str, found: list[str], tmp_path: Path) -> None:
    """That name's stories came, as matches. Of another word, nobody asks for all that have it not."""
    texts = {
        "book": ("Fliggy Booked Inns", "Of trains.", ("Fliggy",)),
        "inn": ("Acme Inns Open", "It rains.", ("Acme Inns",)),
        "oil": ("Oil", "Not in heaven.", ()),
    }
    with engine_over(texts, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert [match.story.id for match in answer.matches] == found


@pytest.mark.parametrize(
    "query",
    [
        *(
            "https://kayaks.example",
            "http://www.kayaks.example/",
            "www.kayaks.example",
            "<https://kayaks.example>",
        ),
        "what about HTTPS://kayaks.example?",
    ],
)
def test_address_is_found_without_the_way_to_it(query: str, tmp_path: Path) -> None:
    """Nothing was about "https", and www. made another word of it."""
    with engine_over({"tool": ("kayaks.example", "A tool.", ())}, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert (answer.kind, first(answer)) == (AnswerKind.MATCHES, "tool")


_TITLES = {
    "quoted": ("Raft Guides", "See Why Beginners Row.", ()),
    "title": ("Row Well", "A guide: For Beginners. So Do Beginners.", ()),
    "plain": ("Rain", "Some beginners swim.", ()),
    "hut": ("Huts", "One is of a beginner.", ()),
}


def test_word_of_quoted_titles_has_forms(tmp_path: Path) -> None:
    """Most have it with a capital, though it is no name: it was said to be only in other stories."""
    with engine_over(_TITLES, {}, tmp_path) as engine:
        answer = engine.search("huts beginners")

    assert (answer.kind, first(answer)) == (AnswerKind.MATCHES, "hut")


def test_small_word_before_another_is_no_name_with_it(tmp_path: Path) -> None:
    """It was asked for EGit and Annex, and answered that nothing is about git-annex."""
    texts = {"egit": ("Notes", "It runs EGit.", ()), "annex": ("git-annex Is Out", "It keeps files.", ())}
    with engine_over(texts, {}, tmp_path) as engine:
        answer = engine.search("o que é git-annex")

    assert (answer.kind, first(answer)) == (AnswerKind.MATCHES, "annex")


SMALL: Mapping[str, tuple[str, str, Sequence[str]]] = {
    "remind": ("How to Remind a Crowd", "It is exactly so.", []),
    "became": ("Who Became a Minister", "Tell it by what happened.", []),
    "until": ("Until Now, Nothing", "Novo means something else: until it is now.", []),
    "info": ("Info Grows", "Macht and might.", []),
    "power": ("Powers", "Macht is power.", []),
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("remind", ["remind"]),
        ("exactly?", ["remind"]),
        ("Became", ["became"]),
        ("who became", ["became"]),
        ("until now", ["until"]),
        ("it until", []),
        ("it", []),
        ("became -minister", []),
        ("what happened", ["became"]),
        ("what became exactly", []),
        ("what is it", []),
        ("became remind", []),
        ("mentioned", []),
        ("wasn", []),
    ],
)
def test_words_that_hold_questions_together_are_looked_for_where_there_are_no_others(
    query: str, found: list[str], tmp_path: Path
) -> None:
    """Several of them only as they stand there: "anything new?" is not about what has both words."""
    with engine_over(SMALL, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert [match.story.id for match in answer.matches] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("was macht info", ["info3", "info2", "info1"]),
        ("que fait info ?", ["info3", "info2", "info1"]),
        ("info macht was", []),
        ("quoi de neuf", []),
        ("zeig es mir", []),
    ],
)
def test_small_word_that_stories_write_as_a_name_is_meant_at_the_end(
    query: str, found: list[str], tmp_path: Path
) -> None:
    """No other small words are looked for: a question of "quoi de neuf" is not about what has "de"."""
    texts = {f"info{n}": (f"Story {n}", f"A hat is sold by Info: de MIR {n}.", ()) for n in (1, 2, 3)}
    with engine_over(texts, {}, tmp_path) as engine:
        assert [match.story.id for match in engine.search(query).matches] == found


@pytest.mark.parametrize(
    "query", ["was macht Novo?", "noticias de Novo", "que fait Novo ?", "Was ist aus Novo geworden?"]
)
def test_name_that_is_a_small_word_elsewhere_is_found(query: str, tmp_path: Path) -> None:
    """No story has the other words, and each of them, and novo, only holds a question together."""
    with engine_over({"novo": ("Novo Nordisk sells", "It is so.", [])}, {}, tmp_path) as engine:
        assert first(engine.search(query)) == "novo"


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("kayaks last friday", "may"),
        ("kayaks on friday", "may"),
        ("kayaks early last month", "april"),
        ("Black Friday kayaks", "friday"),
        ("kayaks on Black Friday", "friday"),
        ("what kayaks were sold on Monday?", "monday"),
    ],
)
def test_weekday_is_a_date_where_dates_stand(query: str, story: str, index_folder: Path) -> None:
    """Nothing is of Monday, but a story has the word."""
    stories = [
        Document(id="may", headline="Kayaks Return", date=date(2020, 5, 29)),
        Document(id="april", headline="Kayaks Rest", date=date(2020, 5, 5)),
        Document(id="friday", headline="Kayaks for Black Friday", date=date(2019, 11, 20)),
        Document(id="monday", headline="Kayaks Were Sold", body="On Monday.", date=date(2019, 3, 1)),
    ]
    with SearchEngine.over(stories, {}, today=lambda: date(2020, 6, 2)) as engine:
        answer = engine.search(query)

        assert answer.kind is AnswerKind.MATCHES
        assert first(answer) == story


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *(("kayaks jan 2023", ["full"]), ("jan 2023", ["full"]), ("in Jan. 2023", ["full"])),
        *(("kayaks february 2023", ["short"]), ("february 2023", ["short"]), ("march 2023", [])),
        *(("kayaks before january 2023", ["short", "full"]), ("before 2010", []), ("last month", [])),
    ],
)
def test_month_that_stories_say_is_found_by_its_other_name(
    query: str, found: list[str], index_folder: Path
) -> None:
    """None is of that month: the date alone found nothing, and "jan" not "January" beside a word."""
    stories = [
        Document(id="full", headline="Kayaks Meet in January 2023", date=date(2020, 5, 29)),
        Document(
            id="short", headline="Kayaks Rest", body="In Feb 2023 as in 2010, and last month.", date=TODAY
        ),
    ]
    with SearchEngine.over(stories, {}, today=lambda: date(2024, 6, 2)) as engine:
        assert [match.story.id for match in engine.search(query).matches] == found


_RELEASES = {
    "rc": ("Testing Kayak 7.1rc2", "", ()),
    "beta": ("Paddle v2.0.0-beta.3", "", ()),
    "alpha": ("Oar Is Near", "Try 3.11.0a4 today.", ()),
    "spelt": ("Tests Wanted", "Canoe 0.9 Release Candidate (RC) 4 has patches.", ()),
    "final": ("Kayak 7.1 Is Out", "", ()),
    "other": ("Paddle 2.1 Is Out", "", ()),
    "patch": ("Raft 6.4.1-rc1 Is Out", "It mends 6.4.", ()),
}


@pytest.mark.parametrize(
    ("query", "story", "why"),
    [
        ("kayak 7.1 rc2", "rc", "“7.1rc2” is in the headline"),
        ("7.1-rc.2", "rc", "“7.1rc2” is in the headline"),
        ("7.1 release candidate", "rc", "“7.1rc2” is in the headline"),
        ("2.0.0 beta 3", "beta", "“v2.0.0-beta.3” is in the headline"),
        ("2.0.0b3", "beta", "“v2.0.0-beta.3” is in the headline"),
        ("oar 3.11.0 alpha 4", "alpha", "“3.11.0a4” is in the text"),
        ("canoe 0.9rc4", "spelt", "“0.9 Release Candidate (RC) 4” is in the text"),
    ],
)
def test_prereleases_find_each_other_however_they_are_written(
    query: str, story: str, why: str, tmp_path: Path
) -> None:
    with engine_over(_RELEASES, {}, tmp_path) as engine:
        answer = engine.search(query)

        assert (answer.kind, answer.total, first(answer)) == (AnswerKind.MATCHES, 1, story)
        assert why in answer.matches[0].why


def test_prerelease_that_is_in_no_story_is_looked_for_in_words(tmp_path: Path) -> None:
    """6.4 rc1 is how people call that of 6.4.1."""
    with engine_over(_RELEASES, {}, tmp_path) as engine:
        answer = engine.search("raft 6.4 rc1")

        assert (answer.kind, first(answer)) == (AnswerKind.MATCHES, "patch")
        assert engine.search("raft 6.4 rc2").kind is not AnswerKind.MATCHES


def test_version_is_not_its_prerelease(tmp_path: Path) -> None:
    with engine_over(_RELEASES, {}, tmp_path) as engine:
        assert [match.story.id for match in engine.search("kayak 7.1").matches] == ["final"]
        assert engine.search("7.1rc3").kind is AnswerKind.NOTHING


def test_amount_is_said_to_be_where_it_is(tmp_path: Path) -> None:
    """It was in the text wherever it was."""
    texts = {"head": ("Kayaks for RMB10 billion", "", ()), "text": ("Kayaks", "For ten billion yuan.", ())}
    with engine_over(texts, {}, tmp_path) as engine:
        found = {match.story.id: match.why for match in engine.search("kayaks 10bn yuan").matches}

    assert found["head"].endswith("“RMB10 billion” is in the headline")
    assert found["text"].endswith("“ten billion yuan” is in the text")


@pytest.mark.parametrize(
    ("query", "said"), [("¥10bn", "RMB10 billion"), ("kayak 7.1 rc2", "7.1rc2"), ("oar 2 May 2020", "May 2")]
)
def test_what_is_written_in_many_ways_is_quoted_as_the_story_has_it(
    tmp_path: Path, query: str, said: str
) -> None:
    """It was said of the question's words: “¥10bn” was in a text that has it in words."""
    texts = {
        "amount": ("A Lender Gives RMB10 billion", "", ()),
        "prerelease": ("Testing Kayak 7.1rc2", "", ()),
        "day": ("May 2. Regatta With an Oar", "", ()),
    }
    with engine_over(texts, {}, tmp_path) as engine:
        assert f"“{said}” is in the headline" in engine.search(query, limit=1).matches[0].why


@pytest.mark.parametrize("version", ["7.1", "7.1.0"])
def test_version_beside_its_name_is_not_apart(tmp_path: Path, version: str) -> None:
    """Where another story has both as one, kayak-7.1, letters without dots were looked for."""
    texts = {"one": ("Notes", f"Try kayak-{version} now.", ()), "two": (f"Kayak {version} Is Out", "", ())}
    with engine_over(texts, {}, tmp_path) as engine:
        assert engine.search(f"kayak {version}").matches[0].why == f"“kayak {version}” is in the headline"


_APART = {
    "name": ("Race Report", "Kayak Harbour won.", ()),
    "head": ("Harbour Opens for the Kayak", "It rains.", ()),
    "text": ("Nothing New", "The harbour is closed, since a kayak sank.", ()),
    "both": ("Harbour News", "A kayak came.", ()),
}


def test_words_of_a_name_are_said_to_stand_apart(tmp_path: Path) -> None:
    """Kayak Harbour was said to be in a text that has its words far from each other."""
    with engine_over(_APART, {}, tmp_path) as engine:
        found = {match.story.id: match for match in engine.search("kayak harbour").matches}

    assert {story: match.why for story, match in found.items()} == {
        "name": "“kayak harbour” is in the text",
        "head": "the words of “kayak harbour” are in the headline, apart",
        "text": "the words of “kayak harbour” are in the text, apart",
        "both": "the words of “kayak harbour” are in it, apart",
    }
    assert (found["text"].words, found["both"].words) == (("kayak", "harbour"), ("kayak", "Harbour"))
    assert found["text"].excerpt == "The harbour is closed, since a kayak sank."


def test_closest_story_says_it_too(tmp_path: Path) -> None:
    with engine_over(_APART, {}, tmp_path) as engine:
        answer = engine.search("kayak harbour zeppelin")

    assert (answer.kind, answer.missing) == (AnswerKind.CLOSEST, ("zeppelin",))
    assert {match.story.id: match.why for match in answer.matches} == {
        "head": "the words of “kayak harbour” are in the headline, apart",
        "name": "“kayak harbour” is in the text",
        "both": "the words of “kayak harbour” are in it, apart",
    }


_PEOPLE = {
    "founder": ("Kayaks Return", "Its founder Ada Reed rows again.", ()),
    "director": ("Canoe Academy Opens", "Academy Director Ben Wade spoke of rivers.", ()),
    "speakers": ("Paddle Day Ends", "Speakers included a rower.", ()),
    "winner": ("Oars Are Cheaper", "The winner got a hat.", ()),
    "tool": ("Rafts Have an Editor", "It saves files.", ()),
}


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("who founded Kayaks?", "founder"),
        ("Who directs the canoe academy?", "director"),
        ("who spoke at paddle day", "speakers"),
        ("who won the oars?", "winner"),
    ],
)
def test_who_did_something_is_who_is_said_to_do_it(query: str, story: str, tmp_path: Path) -> None:
    with engine_over(_PEOPLE, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert (answer.kind, first(answer)) == (AnswerKind.MATCHES, story)


@pytest.mark.parametrize(
    "query", ["founded kayaks", "who found kayaks?", "who edits rafts?", "who likes founded kayaks"]
)
def test_nobody_else_is_told_of_a_founder_or_a_tool(query: str, tmp_path: Path) -> None:
    with engine_over(_PEOPLE, {}, tmp_path) as engine:
        assert engine.search(query).kind is AnswerKind.CLOSEST


_INITIALS = {"mir": ("Kayaks Read the MIR", "", ()), "plain": ("Kayaks Return", "", ())}


@pytest.mark.parametrize(
    ("query", "stories"),
    [
        ("kayaks MIR", {"mir"}),
        ("kayaks mir", {"mir", "plain"}),
        ("WAS GIBT ES MIT MIR ZU KAYAKS", {"mir", "plain"}),
        ("news about Kayaks SA", {"mir", "plain"}),
    ],
)
def test_small_word_in_capitals_is_a_name_among_others_that_are_not(
    query: str, stories: set[str], tmp_path: Path
) -> None:
    """mir is "me" in German, and a story without it was said to have all that was asked for."""
    with engine_over(_INITIALS, {}, tmp_path) as engine:
        answer = engine.search(query)

    assert answer.kind is AnswerKind.MATCHES
    assert {match.story.id for match in answer.matches} == stories


def test_name_that_is_mistyped_may_be_its_words_apart(tmp_path: Path) -> None:
    """No story on Otter Lake rows; then the words are meant, and one of them is mistyped."""
    texts = {
        "name": ("Otter Lake Opens", "", ()),
        "apart": ("Why an otter likes the lake", "Rowing helps.", ()),
        "rowing": ("Rowing Is Cheap", "", ()),
    }
    with engine_over(texts, {}, tmp_path) as engine:
        answer = engine.search("otter laek rowing")

        assert (answer.kind, [match.story.id for match in answer.matches]) == (AnswerKind.MATCHES, ["apart"])
        assert "spelled “laek”, read as Lake" in answer.matches[0].why
        assert first(engine.search("otter laek")) == "name"


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("kayak meetup 11 October 2019", "slash"),
        ("kayak meetup on Oct 20, 2019", "words"),
        ("kayak 20.10.2019", "words"),
        ("canoe meetup in november 2019", "month"),
    ],
)
def test_day_to_come_is_found_where_a_story_says_it(query: str, story: str, index_folder: Path) -> None:
    """A story that says "Oct 20. Kayak Meetup" is of September, and nothing was of that day."""
    stories = [
        Document(id="slash", headline="10/11. Kayak Meetup", date=date(2019, 9, 20)),
        Document(id="words", headline="Oct 20. Kayak Meetup", date=date(2019, 9, 20)),
        Document(id="year", headline="Oct 20. Kayak Meetup", date=date(2018, 9, 20)),
        Document(id="month", headline="A Canoe Meetup", body="On 5 November.", date=date(2019, 9, 27)),
    ]
    with SearchEngine.over(stories, {}, today=lambda: date(2020, 6, 2)) as engine:
        answer = engine.search(query)

        assert (answer.kind, answer.total, first(answer)) == (AnswerKind.MATCHES, 1, story)
        assert engine.search("canoe meetup 20 October 2019").kind is AnswerKind.CLOSEST


@pytest.fixture(scope="module")
def regattas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    documents = [
        Document(id="november", headline="Nov 9. Oar Society: Meeting", date=date(2017, 10, 24)),
        Document(id="march", headline="Mar 9. Oar Society: Meeting", date=date(2017, 2, 24)),
        Document(id="written", headline="Paddle Meeting", body="It is in October.", date=date(2017, 3, 1)),
        Document(id="day", headline="Oct 2. Paddle Meeting", date=date(2017, 9, 1)),
        Document(id="to come", headline="Dec 3. Canoe Regatta", date=date(2020, 4, 24)),
        Document(id="robots", headline="Rudder Robots", body="Since 3/1.", date=date(2018, 4, 24)),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("regattas")))
        with SearchEngine.over(documents, {}, today=lambda: date(2020, 5, 2)) as engine:
            yield engine


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("oar november meeting", "november"),
        ("nov oar meeting", "november"),
        ("oar society noviembre", "november"),
        ("oar meeting nov 9", "november"),
        ("canoe december", "to come"),
        ("canoe regatta dec 3", "to come"),
        ("3 dezember", "to come"),
    ],
)
def test_month_or_day_without_a_year_is_that_of_any(regattas: SearchEngine, query: str, story: str) -> None:
    """November was missing where the story says Nov 9, and May 5 was only that of the last year."""
    found = regattas.search(query)

    assert (found.kind, [match.story.id for match in found.matches]) == (AnswerKind.MATCHES, [story])


def test_month_is_a_word_where_a_story_has_it(regattas: SearchEngine) -> None:
    assert [match.story.id for match in regattas.search("paddle october").matches] == ["written"]


@pytest.mark.parametrize(
    "query",
    [
        "rudder march",
        "rudder mars",
        "rudder jan",
        "oar january",
        "oar meeting nov 8",
        "oar meeting nov 9 2019",
    ],
)
def test_other_month_day_or_year_is_missing(regattas: SearchEngine, query: str) -> None:
    """Mars and march are other words, too."""
    assert regattas.search(query).kind is AnswerKind.CLOSEST
