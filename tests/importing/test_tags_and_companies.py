"""Names in running text: tags that were run together, companies of the registry, names it may lack."""

from __future__ import annotations

import time

import pytest

from bot.importing.companies import companies_in, new_names, said_in
from bot.importing.tags import run_together, tags_of

REGISTRY = {
    "Alibaba Group": ["Alibaba", "阿里巴巴"],
    "Alibaba Cloud": [],
    "Ant Group": ["Ant Financial"],
    "Tmall": [],
    "Tmall Luxury Pavilion": [],
    "H&M": ["Hennes & Mauritz"],
    "& Other Stories": [],
    "Ele.me": [],
    "Yahoo!": [],
    "Cos": [],
    "McDonald's": [],
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tmall Luxury Pavilion opens", ("Tmall Luxury Pavilion",)),
        ("Tmall’s and Tmall Luxury Pavilion's", ("Tmall", "Tmall Luxury Pavilion")),
        ("the Ant Financial-backed lender", ("Ant Group",)),
        ("H&M’s Arket, Hennes & Mauritz AB", ("H&M",)),
        ("Monki and & Other Stories already", ("& Other Stories",)),
        ("Ele.me, Yahoo! and Cos", ("Ele.me", "Yahoo!", "Cos")),
        ("cos it is, and because", ()),
        ("Alibabas and Tmallish, Cosmos", ()),
        ("阿里巴巴宣布了", ("Alibaba Group",)),
        ("McDonald’s opens", ("McDonald's",)),
        ("Alibaba Cloud, then Alibaba", ("Alibaba Cloud", "Alibaba Group")),
        ("a Tmall\nLuxury Pavilion over two lines", ("Tmall Luxury Pavilion",)),
    ],
)
def test_the_longest_name_of_the_registry_counts(text: str, found: tuple[str, ...]) -> None:
    assert companies_in(text, REGISTRY) == found


def test_a_longer_tag_hides_a_company_inside_it() -> None:
    assert companies_in("Tencent Music sings", {"Tencent": []}, other_names=["Tencent Music"]) == ()


def test_no_registry_finds_nothing() -> None:
    assert companies_in("Alibaba", {}) == ()


def test_tags_are_found_in_any_case_the_longest_only() -> None:
    assert said_in(
        "livestreaming for travel's sake on Tmall Luxury Pavilion", ["Travel", "Tmall", "Livestreaming"]
    ) == (
        "Travel",
        "Tmall",
        "Livestreaming",
    )
    assert said_in("on Tmall Luxury Pavilion", ["Tmall", "Tmall Luxury Pavilion"]) == (
        "Tmall Luxury Pavilion",
    )


def test_new_names_leave_out_what_the_registry_has() -> None:
    names = new_names(["The retailers Decathlon and Tmall Group opened. It was fun."], ["Tmall Group"])

    assert names == ["Decathlon"]


def test_new_names_are_those_the_text_shows_to_be_companies() -> None:
    """A list of every capitalised word is not read: places, people, days and acronyms stay out of it."""
    text = (
        "In China on Monday, Jack Ma of Acme Corp met Xiaolong Jin in Geneva for an IT fair of SMEs. "
        "Globex has acquired Initech. The sports retailer Umbrella is there, and so is DingTalk, "
        "and Hooli, a cloud company. CEO Jane Roe announced it; Q&A followed."
    )

    assert set(new_names([text], [])) == {"Acme Corp", "Globex", "Initech", "Umbrella", "DingTalk", "Hooli"}


BEGINNINGS = "Nobody|Everyone|Meanwhile|Afterwards|Several|Others|Two|Officials|Passengers|Analysts|Employees"


@pytest.mark.parametrize("word", BEGINNINGS.split("|"))
def test_a_word_that_only_begins_a_sentence_is_no_new_name(word: str) -> None:
    assert new_names([f"{word} bought a berth. {word} has announced it."], []) == []


def test_a_word_that_is_small_elsewhere_is_no_new_name_unless_it_is_one_amid_a_sentence() -> None:
    fares = (
        "Fares bought time. They said that the fares rise, and Berths bought two berths of Stena Painters."
    )

    assert new_names([fares, "Painters bought paint."], []) == ["Berths", "Painters"]
    assert new_names(["Diese Bank und die Deutsche Bank bauen um."], []) == ["Deutsche Bank"]


@pytest.mark.parametrize("name", ["Reuters", "Skechers", "Square", "Slack", "Apple"])
@pytest.mark.parametrize("deeds", ["{} announced a deal.", "{} launched it. They like the {}. {} hired two."])
def test_a_name_that_looks_like_people_or_means_a_thing_is_offered(name: str, deeds: str) -> None:
    assert new_names([deeds.format(name, name.lower(), name)], []) == [name]


@pytest.mark.parametrize("text", ["A" * 200_000, "Ab Cd " * 30_000, "Ab, the " + "xy " * 60_000])
def test_new_names_take_no_time_in_odd_texts(text: str) -> None:
    """A pattern that tries a run of capitals from each letter takes minutes here, and the test with it."""
    assert new_names([text], []) == []


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("TaobaoTmallTmall Luxury PavilionTravel", ("Taobao", "Tmall", "Tmall Luxury Pavilion", "Travel")),
        ("Covid-19E-CommerceFliggyH&MJack Ma", ("Covid-19", "E-Commerce", "Fliggy", "H&M", "Jack Ma")),
        ("Tags: cloud, retail, New Retail", ("cloud", "retail", "New Retail")),
        ("#travel #Covid-19 #cloud", ("travel", "Covid-19", "cloud")),
    ],
)
def test_tag_lines_are_told_apart(line: str, tags: tuple[str, ...]) -> None:
    assert tags_of(line) == tags


def test_known_names_and_words_of_the_article_are_not_cut() -> None:
    assert run_together("DingTalkMYbankTaobao", names=["DingTalk"], words=["MYbank"]) == (
        "DingTalk",
        "MYbank",
        "Taobao",
    )


@pytest.mark.parametrize(
    "line", ["MYbank and DingTalk grow with AliExpress.", "A Headline in Title Case", "iPhone sales"]
)
def test_ordinary_lines_are_no_tags(line: str) -> None:
    assert tags_of(line) == ()


@pytest.mark.again  # counted, it would take twice as long
def test_a_hostile_tag_line_takes_no_time() -> None:
    start = time.process_time()

    run_together("aB" * 2000)
    run_together("aB" * 200_000)

    assert time.process_time() - start < 5


def test_an_item_of_a_numbered_list_is_no_line_of_tags() -> None:
    """Names run into Chinese words look as if they were run together."""
    assert (
        tags_of("22、PySimpleGUI：Python 库，它是将 tkinter、Qt、WxPython 封装成更人性化的接口。示例代码：")
        == ()
    )
