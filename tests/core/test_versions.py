"""When a file's text becomes the digest's newest version, and when it is merely an older copy."""

from __future__ import annotations

import pytest

from bot.core.versions import Arrival, arrival_of, mention, unmentioned


@pytest.mark.parametrize(
    ("file", "had", "versions", "arrival"),
    [
        ("a", None, [], Arrival.NEW),
        ("a", None, ["a"], Arrival.NONE),
        ("b", "a", ["a"], Arrival.NEW),
        ("a", "b", ["a", "b"], Arrival.NEW),
        ("a", "a", ["a", "b"], Arrival.OLDER),
        ("a", None, ["a", "b"], Arrival.OLDER),
        ("c", None, ["a", "b"], Arrival.NEW),
        ("b", "a", ["a", "b"], Arrival.NONE),
    ],
    ids=[
        "the first",
        "a copy on a new host",
        "an edit",
        "an edit undone",
        "a host that was not updated",
        "a new host with an old copy",
        "a new host with another text",
        "a host that was updated later",
    ],
)
def test_what_a_file_is(file: str, had: str | None, versions: list[str], arrival: Arrival) -> None:
    assert arrival_of(file, had=had, versions=versions) is arrival


def test_a_log_has_ids_where_slack_makes_names_of_them() -> None:
    assert unmentioned(f"Not approved: {mention('U0ANN00001')} changed a, {mention('the shell')} b") == (
        "Not approved: U0ANN00001 changed a, the shell b"
    )
