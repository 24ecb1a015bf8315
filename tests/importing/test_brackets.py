"""What somebody wrote in angle brackets stays in a Markdown roundup; what lays it out does not."""

from __future__ import annotations

import pytest

from bot.importing.markdown import read_markdown
from tests.importing.test_kinds import stories

WORDS = [
    "Why List<String> is no List<Object>",
    "Copies of a Vec<u8> take time",
    "Announcing <script setup> for everybody",
    "What the <blink> and the </blinker> tag did",
    "Use <template> and <style> freely",
    "<!here> and <!everyone> tell all",
    "Options are -o <file> and --to <output-folder>",
]


@pytest.mark.parametrize("words", WORDS)
def test_what_somebody_wrote_in_brackets_stays(words: str) -> None:
    """A renderer shows none of it, so that the headline was "Why List is no List", and nobody heard of it."""
    draft = read_markdown(
        f"# Week\n\n## {words}\n\nIt says: {words}.\n\n## Ships sail\n\nThe first one left.\n"
    )

    assert stories(draft) == [
        (words, (f"It says: {words}.",), ""),
        ("Ships sail", ("The first one left.",), ""),
    ]


@pytest.mark.parametrize("tag", ["script setup", "style", "textarea", "pre", "title", "Object", "!here"])
def test_a_line_that_begins_with_one_takes_nothing_below_with_it(tag: str) -> None:
    """All that stood below <style>, other stories too, was one paragraph of the first."""
    kept = "" if tag == "pre" else f"<{tag}> "
    draft = read_markdown(f"# Week\n\n## Vue\n\n<{tag}> is stable.\n\n## Ships sail\n\nThe first one left.\n")

    assert stories(draft) == [
        ("Vue", (f"{kept}is stable.",), ""),
        ("Ships sail", ("The first one left.",), ""),
    ]


def test_an_end_that_stands_above_is_none() -> None:
    """All below the second was taken along, as the first had one."""
    styled = "# Week\n\n<style>\np {}\n</style>\n\n## Vue\n\n<style> is stable.\n\n"
    draft = read_markdown(f"{styled}## Ships sail\n\nThe first one left.\n")

    assert [headline for headline, _, _ in stories(draft)] == ["Vue", "Ships sail"]


@pytest.mark.parametrize(
    ("laid_out", "shown"),
    [
        ("<b>Bold</b> and <i>leaning", "Bold and leaning"),
        ("<center>Ships</center><br>sail", "Ships sail"),
        ('<a name="x">Ships <Tweet id="1"> sail', "Ships sail"),
        ("<Note>Ships</Note> sail <Image/>", "Ships sail"),
        ("Ships <!-- why? --> sail", "Ships sail"),
        ("<!DOCTYPE html>Ships sail", "Ships sail"),
        ("<div>\nShips <u>sail</u>\n</div>", "Ships sail"),
        ("<div>\nA Vec<u8> <u>sails</u>\n</div>", "A Vec<u8> sails"),
    ],
)
def test_what_lays_it_out_is_no_text(laid_out: str, shown: str) -> None:
    draft = read_markdown(f"# Week\n\n## One\n\n{laid_out}\n\n## Two\n\nThe first one left.\n")

    (_, (body, *others), _), _ = stories(draft)
    assert (" ".join(body.split()), others) == (shown, [])
