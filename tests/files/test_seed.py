"""The first digest is a real one: nothing of its wording may be lost, and nothing invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.core.digest import Digest, Story
from bot.files.config import load_settings
from bot.files.digest_file import read_digest

ROOT = Path(__file__).parents[2]
ARTICLE = ROOT / "tests/data/alibaba-news-roundup-road-to-recovery.txt"
# The web page's own lines around the article.
FURNITURE = {
    "Main Content",
    "Reuse this content",
    "Sign Up For Our Newsletter",
    "Stay updated on the digital economy with our free weekly newsletter",
}


@pytest.fixture(scope="module")
def seed() -> Digest:
    digest, problems = read_digest(ROOT / "digests/2020-05-01-road-to-recovery.yaml")
    assert problems == []
    assert digest is not None
    return digest


def lines_of(digest: Digest) -> Iterator[str]:
    """Yield the article's lines as the page has them."""
    yield from (digest.title, digest.title, *digest.intro.paragraphs)
    for story in digest.stories:
        yield from (story.headline, *story.body.paragraphs)
        if story.image:
            yield from (story.image.alt, story.image.caption)
    yield "".join(digest.tags)


def test_the_article_can_be_put_together_again(seed: Digest) -> None:
    """To the letter: curly quotes, and "Faye Wong ," as it was written."""
    page = ARTICLE.read_text(encoding="utf-8").splitlines()
    article = [line for line in page if line.strip() and line not in FURNITURE]

    assert list(lines_of(seed)) == article


def test_its_shape(seed: Digest) -> None:
    assert seed.date == date(2020, 5, 1)
    assert len(seed.stories) == 10
    assert len(seed.tags) == 23
    assert not seed.draft
    assert [story.n for story in seed.stories if story.image] == [7]
    assert seed.stories[1].companies == ("Fliggy", "MYbank", "Alibaba Group")


def test_no_address_is_invented(seed: Digest) -> None:
    assert not any([seed.url, seed.newsletter, *(s.url or (s.image and s.image.url) for s in seed.stories)])


def words_of(story: Story) -> str:
    return " ".join((story.headline, *story.body.paragraphs, story.image.caption if story.image else ""))


def carries(text: str, tag: str, other_names: tuple[str, ...]) -> bool:
    """Tell whether the text has the tag, in any ending, and not only inside a longer name."""
    text = text.replace("Tmall Luxury Pavilion", "Tmall_Luxury_Pavilion").replace("Jack Ma F", "Jack_Ma_F")
    stems = (tag.replace(" ", "[ _]").removesuffix("s").removesuffix("ing"), *other_names)
    return any(re.search(rf"\b{stem}(s|ing|ed)?\b", text, re.IGNORECASE) for stem in stems)


def test_tags_stand_on_the_stories_whose_words_carry_them(seed: Digest) -> None:
    companies = load_settings(ROOT / "config.yaml").companies
    for story in seed.stories:
        text = words_of(story)
        carried = {tag for tag in seed.tags if carries(text, tag, companies.get(tag, ())[:1])}
        assert set(story.tags) == carried, story.headline


def test_every_company_is_in_the_registry_and_in_the_story(seed: Digest) -> None:
    """Canonical names: "Ant Financial" is filed under Ant Group."""
    companies = load_settings(ROOT / "config.yaml").companies
    for story in seed.stories:
        text = words_of(story)
        for company in story.companies:
            assert any(name in text for name in (company, *companies[company])), (story.headline, company)
