"""What stands in a form comes back from it: a form that is sent as it came changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings

from bot.core.digest import Digest
from bot.core.sheets import Broken, Sheet
from bot.core.versions import Version
from bot.files.markdown import read_text
from bot.newsroom.proof import Proofreader
from bot.practice.rules.elements import PLAIN_OPTION
from bot.practice.rules.views import check_errors
from bot.slack.listeners.edits import Edits
from bot.slack.views.editing import COMPANIES, Draft, head_view, story_view
from tests.slack.wild import digest, digests, loadable, sayings, story

AT = datetime(2026, 9, 7, 9, tzinfo=UTC)
LONG = digest(
    story(
        headline="A headline of many words " * 200 + "end",
        section="Two  blanks\u00a0and one that does not break " * 100 + "end",
        companies=tuple(f"Company {n}" for n in range(120)),
        tags=("&" * 80, "w" * 4000),
    ),
    title="Long & longer " * 500 + "end",
    tags=tuple(f"{n}{'w' * 76}" for n in range(50)),
)
wild = settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass
class Office:
    """A counter that refuses whatever is sent, and shows the form again."""

    known: Digest
    proof: Proofreader = field(default_factory=Proofreader)
    saved: list[Digest] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sheet(self) -> Sheet:
        version = Version(digest="d", number=1, fingerprint="f", who="U1", place="", at=AT)
        return Sheet(version=version, text="x", digest=self.known)

    @property
    def edits(self) -> Edits:
        writing = SimpleNamespace(read=lambda *of: self.sheet, update=self._update)
        screens = SimpleNamespace(submitted=lambda view: "V1", show=self._show)
        counter = SimpleNamespace(
            writing=writing,
            screens=screens,
            proof=self.proof,
            must_be_editor=lambda *who: None,
            clock=lambda: AT,
        )
        return Edits(counter=cast("Any", counter), names=lambda kind: ("Fliggy", "w" * 151, "&" * 40))

    def _update(self, changed: Digest, **about: Any) -> Broken:
        self.saved.append(changed)
        return Broken(problems=())

    def _show(self, screen: str, view: dict[str, Any]) -> bool:
        self.shown.append(view)
        return True


def sent(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form as Slack sends it if nothing was touched."""
    fields = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    values = {name: {"value": _state(element)} for name, element in fields.items()}
    return {**view, "state": {"values": values}}


def _state(element: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "value": element.get("initial_value"),
        "selected_date": element.get("initial_date"),
        **({"selected_options": element.get("initial_options", [])} if "select" in element["type"] else {}),
    }


def written(view: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """Return what stands in the fields of a form."""
    return [_state(block["element"]) for block in view["blocks"] if block["type"] == "input"]


def savable(drawn: Digest) -> Digest:
    """Return what is drawn as a form may have it: with addresses that lead somewhere, each name once."""
    known: Digest = loadable(drawn)
    stories = (
        replace(
            told,
            url="https://example.com",
            image=told.image and replace(told.image, url=""),
            companies=tuple(dict.fromkeys(told.companies)),
            tags=tuple(dict.fromkeys(told.tags)),
        )
        for told in known.stories
    )
    return replace(known, url="", newsletter="https://example.com/?a=1&b=2", stories=tuple(stories))


@wild
@given(digests(most=2))
@example(LONG)
def test_a_story_comes_back_from_its_form_as_it_was(drawn: Digest) -> None:
    known = savable(drawn)
    office = Office(known)
    for told in known.stories:
        view = story_view(office.sheet, told.n, Draft.of(told))
        office.edits.save_story({}, sent(view))

        assert office.saved[-1] == known
        assert written(office.shown[-1]) == written(view)


@wild
@given(digests(most=1))
@example(LONG)
def test_what_is_said_of_a_digest_comes_back_from_its_form_as_it_was(drawn: Digest) -> None:
    known = savable(drawn)
    office = Office(known)
    view = head_view(office.sheet, known)
    office.edits.save_head({}, sent(view))

    assert office.saved == [known]
    assert written(office.shown[-1]) == written(view)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"tags": ("a\u0007",)}, "tags"),
        ({"title": "a\u0007"}, "title"),
        ({"url": "example.com"}, "url"),
        ({"intro": read_text("\u3164 \U0003dbc7")}, "intro0"),
    ],
)
def test_what_is_wrong_is_said_at_a_field_that_there_is(wrong: dict[str, Any], where: str) -> None:
    """Slack takes no fault of another one, and then says only that something went wrong."""
    office = Office(replace(savable(digest()), **wrong))
    view = head_view(office.sheet, office.known)
    told: dict[str, Any] = {}
    office.edits.check_head(cast("Any", lambda **answer: told.update(answer)), sent(view))

    check_errors(told["errors"], view["blocks"])
    assert [name.partition("|")[0] for name in told["errors"]] == [where]


@wild
@given(sayings)
@example("\u200b")
@example("w" * 151)
@example("&" * 31)
def test_names_that_are_offered_are_taken_and_whole(typed: str) -> None:
    """A name that a choice cannot carry is not offered: what comes back would be another one."""
    offered: list[dict[str, Any]] = []
    office = Office(LONG)
    for value in (typed, "", "w"):
        office.edits.complete(
            cast("Any", lambda *, options: offered.extend(options)), {"action_id": COMPANIES, "value": value}
        )

    assert offered
    for option in offered:
        assert not [*PLAIN_OPTION(option, "")]
        assert option["value"] in {"Fliggy", "w", typed.strip()}
