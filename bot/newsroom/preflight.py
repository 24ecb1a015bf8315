"""A newsletter's last look before it goes out: everything worth changing, line by line. Changes nothing.

What is an error is decided where files are read; here are the warnings that need an editor's eye, and what
a post will weigh in each channel.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, combinations
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from bot.core.addresses import is_local
from bot.core.delivery.state import Posting, Verdict
from bot.core.digest import Digest, Story
from bot.core.errors import Problem, Severity
from bot.core.message import Block, Part
from bot.core.nearest import nearest
from bot.core.search.names import spelling
from bot.core.settings import ChannelSettings, Layout, Settings
from bot.core.sizes import HEADLINE
from bot.files.config import open_settings
from bot.files.digest_file import open_digest, texts, unwritten
from bot.files.parsing import read_yaml
from bot.files.yamlfile import Loc, YamlFile, shown
from bot.newsroom.folder import NOT_READ, SUFFIXES, digest_paths
from bot.newsroom.writing import doubts

# A year mistyped by one is at least this far away; a digest is hardly written earlier.
FAR = timedelta(days=100)
# Slack shows png, jpg and gif; of these it shows a broken picture.
UNSEEN_PICTURES = frozenset({".webp", ".svg", ".avif", ".heic", ".bmp", ".tif", ".tiff", ".ico", ".pdf"})
# "Read more here.", "Click here to read more": a link in the article it was copied from, nothing here.
_HERE = re.compile(
    r"(?:^|(?<=[.!?…”\"]\s))"
    r"(?:(?:please )?(?:read|learn|see|find|watch|click|tap|view|check)(?: \w+){0,3} here"
    r"|click here(?: \w+){1,4}|here)"
    r"(?:[.!…](?=\s|$)|$)",
    re.IGNORECASE,
)
# To YAML only the comma of ASCII parts a list: [Fliggy，MYbank] is one company that nobody looks for.
_SEVERAL = re.compile("[，、；;]")
_WRITTEN_OUT = re.compile(r"https?://[^\s<>\"')]+", re.IGNORECASE)
# A file's name, or what every picture is: whoever cannot see it learns nothing.
_NO_DESCRIPTION = re.compile(
    r"\S+\.(?:jpe?g|png|gif|webp|svg)|(?:an? )?(?:image|picture|photo)\.?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """How a post is made and weighed, and what one message may weigh. Slack's side hands it in."""

    render: Callable[..., tuple[Part, ...]]
    weight: Callable[[Iterable[Block]], int]
    blocks: int
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one digest will weigh in one channel. *line* is where shortening helps most."""

    digest: str
    channel: str
    slot: date
    messages: int
    blocks: int  # of the fullest message
    characters: int  # of the longest message
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at and found."""

    files: int
    problems: tuple[Problem, ...]
    weights: tuple[Weight, ...]  # of what is still to come, or was asked for by name
    channels: bool  # whether there is a valid configuration to tell about channels

    def count(self, severity: Severity) -> int:
        """Return how many problems are that bad."""
        return sum(p.severity is severity for p in self.problems)


@dataclass(frozen=True, slots=True)
class _Issue:
    """A valid digest and the file it stands in."""

    digest: Digest
    file: YamlFile


@dataclass(frozen=True, slots=True)
class _Post:
    """A digest as one channel will get it."""

    channel: ChannelSettings
    parts: Sequence[Part]

    @property
    def compact(self) -> bool:
        return self.channel.layout is Layout.HEADLINES

    def messages_of(self, story: Story) -> int:
        """Count the messages that carry its body; a compact first one carries only its headline."""
        return sum(story.id in part.stories for part in self.parts[1 if self.compact else 0 :])

    def cuts_summary(self, story: Story) -> bool:
        first = self.parts[0]
        return self.compact and story.id in first.stories and _plain(story.summary.line) not in _words(first)


def preflight(
    config: Path, paths: Sequence[Path], *, today: date, scales: Scales, postings: Iterable[Posting] = ()
) -> Report:
    """Look at the configuration and its digests, or at these files and folders only.

    *postings* are what is known of digests that were posted; their files may be gone.
    """
    settings, config_file = open_settings(config)
    configs = [config_file] if not paths else []
    folders = [path for path in paths if path.is_dir()]
    if not paths and settings:
        folders = [settings.digests]
    listed, problems = _listed(folders)
    for path in (path for path in paths if not path.is_dir()):
        if _is_config(path, config):
            configs.append(open_settings(path)[1])
        else:
            listed.append(path)
    opened = [open_digest(path) for path in listed]
    issues = [_Issue(digest, file) for digest, file in opened if digest]
    _look_at_names(opened, listed)
    _look_at_each(issues, today)
    _look_at_twins(issues)
    _look_at_posted(issues, postings)
    weights: list[Weight] = []
    if settings:
        _look_at_slots(issues, settings, today)
        weights = _weigh(issues, settings, scales)
        if not paths:
            _look_at_only(settings, config_file, issues)
            weights = [w for w in weights if w.slot >= today] or weights[-len(settings.channels) :]
    files = [*configs, *(file for _, file in opened)]
    found = chain(problems, *(file.problems for file in files))
    return Report(
        files=len(files), problems=tuple(found), weights=tuple(weights), channels=settings is not None
    )


def _look_at_names(opened: Iterable[tuple[Digest | None, YamlFile]], paths: Iterable[Path]) -> None:
    """Say of a digest that was asked for by name that nobody else will ask for it."""
    for (digest, file), path in zip(opened, paths, strict=True):
        if digest and not path.name.casefold().endswith(SUFFIXES):
            file.warning_at((1, 1), (), NOT_READ)


def _listed(folders: Iterable[Path]) -> tuple[list[Path], list[Problem]]:
    listed: list[Path] = []
    problems: list[Problem] = []
    for folder in folders:
        paths, wrong = digest_paths(folder)
        listed += paths or []
        problems += wrong
    return listed, problems


def _is_config(path: Path, config: Path) -> bool:
    data = read_yaml(path).data or {}
    return path.resolve() == config.resolve() or ("channels" in data and "stories" not in data)


# --- one digest alone ----------------------------------------------------------------------------------


def _look_at_each(issues: Iterable[_Issue], today: date) -> None:
    for issue in issues:
        look_at(issue.digest, issue.file, today=today)
        _look_at_name(issue)
        _look_at_repeats(issue)


def look_at(digest: Digest, file: YamlFile, *, today: date) -> None:
    """Note in its *file* what in a digest's words is worth a look, wherever they are kept."""
    for loc in unwritten(digest):
        file.warning(loc, "still to be written")
    if digest.date - today > FAR:
        file.warning(("date",), f"{(digest.date - today).days} days ahead; is the year right?")
    _look_at_addresses(digest, file)
    for loc, text in texts(digest):
        for doubt in doubts(text):
            file.warning(loc, doubt)
    _look_at_words(file, ("title",), digest.title, "title")
    _look_at_list(file, ("tags",), digest.tags)
    for n, story in enumerate(digest.stories):
        _look_at_story(file, ("stories", n), story)


def _look_at_name(issue: _Issue) -> None:
    digest = issue.digest
    named = re.match(r"\d{4}-\d\d-\d\d", digest.id)
    if named and named[0] != digest.date.isoformat():
        issue.file.warning(("date",), f"the file's name says {named[0]}; which is right?")


def _look_at_addresses(digest: Digest, file: YamlFile) -> None:
    if not digest.url:
        file.warning(("url",), "missing: nothing links to the web version")
    if not digest.newsletter:
        file.warning(("newsletter",), "missing: no button to sign up")
    for loc, url in _links(digest):
        if is_local(url):
            file.warning(loc, f"{shown(url)} leads into the reader's own network; give a public address")
    without = [n for n, story in enumerate(digest.stories) if not story.url]
    if without:
        first = without[0] if len(without) < len(digest.stories) else None
        file.warning(
            ("stories",) if first is None else ("stories", first),
            _without_url(len(without), len(digest.stories)),
        )


def _links(digest: Digest) -> Iterator[tuple[Loc, str]]:
    """Yield every address readers get as a link or a picture, and where it stands."""
    yield ("url",), digest.url
    yield ("newsletter",), digest.newsletter
    for n, story in enumerate(digest.stories):
        yield ("stories", n, "url"), story.url
        if story.image:
            yield ("stories", n, "image", "url"), story.image.url
    for loc, text in texts(digest):
        for url in _WRITTEN_OUT.findall(text.source):
            yield loc, url


def _without_url(count: int, of: int) -> str:
    if count == of:
        return "no story has a url: headlines are bold, not links"
    if count == 1:
        return "1 story without a url: its headline is bold, not a link"
    return f"{count} stories without a url, from here on: their headlines are bold, not links"


def _look_at_list(file: YamlFile, loc: Loc, names: Iterable[str]) -> None:
    for n, name in enumerate(names):
        if _SEVERAL.search(name):
            file.warning((*loc, n), f"{shown(name)} is one name; between two stand a comma and a blank")


def _look_at_story(file: YamlFile, loc: Loc, story: Story) -> None:
    _look_at_list(file, (*loc, "companies"), story.companies)
    _look_at_list(file, (*loc, "tags"), story.tags)
    _look_at_words(file, (*loc, "headline"), story.headline, "headline")
    if story.url and _HERE.fullmatch(story.headline):
        file.warning(
            (*loc, "headline"), f"a link that says only {shown(story.headline)}; say what it leads to"
        )
    for paragraph in story.body.paragraphs:
        if not story.url and (here := _HERE.search(paragraph)):
            file.warning((*loc, "body"), f"{shown(here[0])} leads nowhere; give the story its url, or cut it")
    if story.image and _NO_DESCRIPTION.fullmatch(story.image.alt):
        file.warning((*loc, "image", "alt"), f"{shown(story.image.alt)} describes nothing; say what it shows")
    if story.image and story.image.url:
        suffix = PurePosixPath(urlsplit(story.image.url).path).suffix.lower()
        if suffix in UNSEEN_PICTURES:
            file.warning((*loc, "image", "url"), f"Slack shows no {suffix}; use png, jpg or gif")


def _look_at_words(file: YamlFile, loc: Loc, text: str, kind: str) -> None:
    if len(text) > HEADLINE:
        file.warning(loc, f"a {kind} of {len(text)} characters is cut at {HEADLINE}; shorten it")
    # The joiners that spell emoji and some scripts are wanted; others hide or turn text around.
    unseen = [c for c in text if unicodedata.category(c) == "Cf" and c not in "\u200c\u200d"]
    if unseen:
        file.warning(loc, f"invisible character U+{ord(unseen[0]):04X}; delete it")


def _look_at_repeats(issue: _Issue) -> None:
    for kind in ("headline", "url"):
        seen: dict[str, int] = {}
        for n, story in enumerate(issue.digest.stories):
            value: str = getattr(story, kind).casefold().rstrip("/")
            if value and value in seen:
                text = f"the same {kind} as on line {seen[value]}; change one, or make one story of the two"
                issue.file.warning(("stories", n, kind), text)
            line, _ = issue.file.place(("stories", n, kind))
            seen.setdefault(value, line)


# --- digests next to each other, and the calendar ------------------------------------------------------


def _look_at_twins(issues: Sequence[_Issue]) -> None:
    """The publisher holds a digest that was delivered already under another name."""
    for one, other in combinations(issues, 2):
        if (one.digest.title.casefold(), one.digest.date) == (
            other.digest.title.casefold(),
            other.digest.date,
        ):
            other.file.warning(
                ("title",), f"the same title and date as {one.digest.id}; is it the same digest?"
            )


def _look_at_posted(issues: Sequence[_Issue], postings: Iterable[Posting]) -> None:
    seen = {issue.digest.id for issue in issues}  # each of these is compared as a file
    posted = {
        (posting.title.casefold(), posting.dated): posting.digest
        for posting in postings
        if posting.verdict is Verdict.POST and posting.digest not in seen
    }
    for issue in issues:
        if twin := posted.get((issue.digest.title.casefold(), issue.digest.date)):
            issue.file.warning(
                ("title",), f"the same title and date as {twin}, which was posted; is it the same digest?"
            )


def _look_at_slots(issues: Sequence[_Issue], settings: Settings, today: date) -> None:
    taken: dict[Any, str] = {}
    for issue in sorted(issues, key=lambda i: (i.digest.date, i.digest.id)):
        wanted = [channel for channel in settings.channels if _gets(channel, issue.digest)]
        if not wanted:
            issue.file.warning(
                ("date",), "no channel gets it: each skips that day or wants none of its stories"
            )
        elif issue.digest.date >= today:
            _look_at_left_out(issue, settings)
        if issue.digest.draft:
            continue
        slots = {(c.channel, c.schedule.first_slot(issue.digest.date).at): c for c in wanted}
        shared = {taken[slot] for slot in slots if slot in taken}
        if shared:
            issue.file.warning(
                ("date",), f"posted together with {', '.join(sorted(shared))}, in the same slot"
            )
        taken |= {slot: taken.get(slot, issue.digest.id) for slot in slots}


def _look_at_left_out(issue: _Issue, settings: Settings) -> None:
    """Name the channels for which nothing is left: a name of `only:` may be missing in the stories."""
    for channel in settings.channels:
        if not channel.selection(issue.digest):
            about = " or ".join(channel.only)
            text = f"{channel.channel} gets nothing of it: no story is about {about}"
            issue.file.warning(("stories",), text, key=True)


def _gets(channel: ChannelSettings, digest: Digest) -> bool:
    slot = channel.schedule.first_slot(digest.date)
    return not channel.schedule.skips(slot) and bool(channel.selection(digest))


def _look_at_only(settings: Settings, file: YamlFile, issues: Iterable[_Issue]) -> None:
    names = {*settings.companies, *chain.from_iterable(settings.companies.values())}
    for issue in issues:
        names |= {*issue.digest.tags}
        for story in issue.digest.stories:
            names |= {*story.companies, *story.tags}
    known = set(map(spelling, names))
    for n, channel in enumerate(settings.channels):
        for k, name in enumerate(channel.only):
            if spelling(name) not in known:
                guess = nearest(name, names)
                file.warning(
                    ("channels", n, "only", k), f"{shown(name)} is no company or tag of any digest{guess}"
                )


# --- what a post weighs --------------------------------------------------------------------------------


def _weigh(issues: Iterable[_Issue], settings: Settings, scales: Scales) -> list[Weight]:
    weights = []
    for issue in issues:
        posts: list[_Post] = []
        for channel in settings.channels:
            stories = channel.selection(issue.digest)
            if parts := scales.render(issue.digest, stories, layout=channel.layout):
                posts.append(_Post(channel, parts))
                weights.append(_weight(issue, channel, stories, parts, scales))
        for n, story in enumerate(issue.digest.stories):
            _look_at_cuts(issue.file, ("stories", n), story, posts)
    return weights


def _weight(
    issue: _Issue, channel: ChannelSettings, stories: Sequence[Story], parts: Sequence[Part], scales: Scales
) -> Weight:
    return Weight(
        digest=issue.digest.id,
        channel=channel.channel,
        slot=channel.schedule.first_slot(issue.digest.date).day,
        messages=len(parts),
        blocks=max(len(part.message.blocks) for part in parts),
        characters=max(scales.weight(part.message.blocks) for part in parts),
        line=max(stories, key=lambda story: len(story.body.source)).line,
    )


def _look_at_cuts(file: YamlFile, loc: Loc, story: Story, posts: Iterable[_Post]) -> None:
    # The post is made, not estimated: only so does the check say what the channel will get.
    torn = max((post.messages_of(story) for post in posts), default=0)
    if torn > 1:
        length = f"{len(story.body.source):,} characters"
        file.warning((*loc, "body"), f"{length} are split over {torn} messages; shorten it")
    cutting = [post.channel.channel for post in posts if post.cuts_summary(story)]
    if cutting:
        file.warning((*loc, "summary"), f"is cut in {', '.join(cutting)}; shorten it")


def _words(part: Part) -> str:
    return _plain(" ".join(chain.from_iterable(map(_texts, part.message.blocks))))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case {"text": str(text)}:
            yield text
        case dict():
            yield from chain.from_iterable(map(_texts, value.values()))
        case list() | tuple():
            yield from chain.from_iterable(map(_texts, value))


def _plain(text: str) -> str:
    """Return the letters that count: no blanks, nothing invisible."""
    return "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Zs", "Cc"})
