"""Lines that were broken where they were full are one paragraph again, however narrow they are."""

from __future__ import annotations

import re
import textwrap

import pytest

from bot.importing.pasted import read_text
from tests.importing.languages import ISSUES
from tests.importing.test_kinds import stories


def wrapped(text: str, letters: int) -> list[str]:
    if text.isascii() or " " in text:
        return textwrap.wrap(text, letters, break_on_hyphens=False)
    # No line begins with a stop or a comma.
    return re.findall(f".{{1,{letters // 2}}}[、。，！？]*", text)


def pasted(language: str, letters: int, below: str, *, headlines: int) -> str:
    issue = ISSUES[language]
    told = [[*wrapped(h, headlines), below, *wrapped(b, letters)] for h, b in issue.stories]
    return "\n\n".join([issue.title, *("\n".join(filter(None, rows)) for rows in told)]).replace("\0", "")


@pytest.mark.parametrize("below", ["", "\0"], ids=["glued", "parted"])
@pytest.mark.parametrize("letters", [28, 32, 36, 40])
@pytest.mark.parametrize("language", ISSUES)
def test_a_narrow_columns_lines_are_paragraphs(language: str, letters: int, below: str) -> None:
    """Each was a line of the intro: in German many begin with a capital."""
    draft = read_text(pasted(language, letters, below, headlines=200))

    assert [(h, "".join(texts)) for h, texts, _ in stories(draft)] == [*ISSUES[language].stories]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt", "it"])
def test_one_line_that_stands_out_is_no_width(language: str) -> None:
    """A footer of 79 letters in a mail of 72: what was broken stayed so, and stories had others' links."""
    issue = ISSUES[language]
    told = [
        "\n".join([h, "", *wrapped(b, 72), f"https://example.com/{n}"])
        for n, (h, b) in enumerate(issue.stories)
    ]
    footer = "The example company of this harbour, 12 Harbour Street, 24103 Kiel and others."

    draft = read_text("\n\n".join([issue.title, issue.intro[:70], *told, footer]))

    assert [(h, url) for h, _, url in stories(draft)] == [
        (h, f"https://example.com/{n}") for n, (h, _) in enumerate(issue.stories)
    ]


LISTS = [
    "Harbour opens a new crane|Ferry wins an old prize|Trains sail to the sea|Museum counts its ships",
    "iPhone sales rise again now|eBay buys a smaller harbour|iRobot moves to the sea now|bpost opens more",
    "How to read a map well|how not to sail a ship|Why we left the cranes|what is new in Hamburg|"
    "Who owns the sea today|where did my time go",
    "港口启用了第二座码头|北方的夜间列车又恢复|船厂最后时刻找到买家|一张船票到底花多少钱|渡轮公司今年再添新船",
    "港口启用码头，客流大增|列车恢复运行，票已售罄|船厂找到买家，员工留任|渡轮添了新船，航线更多",
    "神戸港に新しい旅客ターミナル|夜行列車が九年ぶりに北へ走る|造船所に新しい買い手が現れる|船の切符は本当はいくらなのか",
]


@pytest.mark.parametrize("titles", LISTS)
def test_titles_of_one_length_are_no_paragraph(titles: str) -> None:
    draft = read_text(titles.replace("|", "\n"))

    assert [line.text for line in draft.lines] == titles.split("|")


STORIES = [
    ("港口启用了第二座码头", "新码头耗资四千万元，可以同时停靠两艘船，首批旅客周一到。"),
    ("北方的夜间列车又恢复", "每晚十点发车，共有四节卧铺车厢。"),
    ("船厂最后时刻找到买家", "一家南方的家族企业将接收全部的三百二十名员工。"),
    ("一张船票到底花多少钱", "最贵的航线价格是最便宜的六倍。"),
]


@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["glued", "parted"])
def test_a_headline_of_one_length_is_no_part_of_its_text(between: str) -> None:
    """All four were joined with their texts: no headline was found."""
    draft = read_text(between.join(f"{headline}\n{text}" for headline, text in STORIES))

    assert [(h, "".join(texts)) for h, texts, _ in stories(draft)] == STORIES


def test_korean_lines_are_joined_with_a_blank() -> None:
    """Its words have blanks between them, unlike those of Chinese and Japanese."""
    text = "이 회사는 내년까지 새로운 항구를 열고 많은 직원을 고용할 계획이며 배는 일본에서 출발한다. "

    draft = read_text("항구 소식\n\n" + "\n".join(textwrap.wrap(text * 12, 54)))

    assert text.strip() in " ".join(line.text for line in draft.lines)
    assert max(len(line.text) for line in draft.lines) == 12 * len(text) - 1
