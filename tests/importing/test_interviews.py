"""What an interviewer asks is in bold, and no headline where a document has others."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from bot.importing.draft import Draft, Role
from bot.importing.reading import Format, read_draft
from tests.importing.languages import ISSUES

QUESTIONS = {
    "en": ["What brought you to the port?", "Which ship was your first?", "Where will you sail next?"],
    "de": ["Wie kamen Sie zum Hafen?", "Welches Schiff war Ihr erstes?", "Wohin geht es als Nächstes?"],
    "fr": ["Qu'est-ce qui vous a mené au port ?", "Quel fut votre premier navire ?", "Où irez-vous ?"],
    "es": ["¿Qué le trajo al puerto?", "¿Cuál fue su primer barco?", "¿Adónde irá después?"],
    "pt": ["O que o trouxe ao porto?", "Qual foi o seu primeiro navio?", "Para onde vai agora?"],
    "it": ["Che cosa l'ha portata al porto?", "Qual è stata la sua prima nave?", "Dove andrà adesso?"],
    "zh": ["你为什么来到港口？", "你的第一艘船是哪一艘？", "接下来要去哪里？"],
    "ja": ["なぜ港に来たのですか？", "最初の船は何でしたか？", "次はどこへ行きますか？"],
}
NAME = "Captain's corner"


def headlines(draft: Draft) -> list[str]:
    return [line.text for line in draft.lines if line.role is Role.HEADLINE]


def read(markdown: str, kind: str) -> Draft:
    if kind == "Markdown":
        return read_draft(markdown.encode(), "x.md")
    page = MarkdownIt().render(markdown)
    if kind == "mail":
        cells = "".join(f"<tr><td>{row}</td></tr>" for row in page.splitlines())
        return read_draft(f"<html><body><table>{cells}</table></body></html>".encode(), "x", form=Format.MAIL)
    return read_draft(
        f"<!DOCTYPE html><html><body><article>{page}</article></body></html>".encode(), "x.html"
    )


def issue(language: str, *, introduced: bool, count: int = 3) -> str:
    given = ISSUES[language]
    told = "".join(f"## {headline}\n\n{text}\n\n" for headline, text in given.stories)
    asked = "".join(f"**{question}**\n\n{given.intro}\n\n" for question in QUESTIONS[language][:count])
    return f"# {given.title}\n\n{told}## {NAME}\n\n{given.intro if introduced else ''}\n\n{asked}"


@pytest.mark.parametrize("introduced", [True, False])
@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("kind", ["Markdown", "page", "mail"])
@pytest.mark.parametrize("language", QUESTIONS)
def test_questions_stay_in_their_interview(language: str, kind: str, count: int, introduced: bool) -> None:
    draft = read(issue(language, introduced=introduced, count=count), kind)

    assert headlines(draft) == [*(h for h, _ in ISSUES[language].stories), NAME]
    bodies = [line.text for line in draft.lines if line.role is Role.BODY]
    assert [text for text in bodies if text in QUESTIONS[language]] == QUESTIONS[language][:count]


@pytest.mark.parametrize("kind", ["Markdown", "mail"])
@pytest.mark.parametrize("language", QUESTIONS)
def test_questions_are_headlines_where_nothing_else_is(language: str, kind: str) -> None:
    given = ISSUES[language]
    asked = "".join(f"**{question}**\n\n{given.intro}\n\n" for question in QUESTIONS[language])

    assert headlines(read(f"# {given.title}\n\n{asked}", kind)) == QUESTIONS[language]


@pytest.mark.parametrize("language", QUESTIONS)
def test_headlines_in_bold_may_ask_now_and_then(language: str) -> None:
    """Below headings that name sections."""
    given = ISSUES[language]
    names = [h for h, _ in given.stories[:3]]
    told = [names[0], *QUESTIONS[language][:2], *names[1:]]
    section = "".join(f"**{headline}**\n\n{given.intro}\n\n" for headline in told)
    others = "".join(
        f"## {name}\n\n**{name} 2**\n\n{given.intro}\n\n**{name} 3**\n\n{given.intro}\n\n" for name in names
    )

    assert headlines(read(f"# {given.title}\n\n## {NAME}\n\n{section}{others}", "Markdown"))[:5] == told
