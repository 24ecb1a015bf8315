"""Approvals on both databases and in memory: of the newest version, by somebody else, and in time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.delivery.alarms import APPROVAL, Alarm
from bot.core.delivery.approvals import Refusal, Words
from bot.core.delivery.outbox import Address, News, Said, tasks
from bot.core.delivery.state import Posting, Verdict
from bot.core.message import Message, Part
from bot.core.settings import DeliverySettings
from bot.core.versions import fingerprint_of
from bot.store.outbox import Claimed
from tests.store.whole import Store, open_store

SLOT = datetime(2026, 9, 4, 9, tzinfo=UTC)
PARTS = (Part(message=Message(text="words")),)


@pytest.fixture
def store(ledger: Store) -> Store:
    """Have a digest that WRITER wrote."""
    assert ledger.save("d", "one", expected=0, who="WRITER", wording="1")
    return ledger


def freeze(store: Store, text: str, *, of_files_too: bool = True) -> bool:
    """Let a replica write down that a text goes out."""
    posting = Posting(digest="d", channel="C", verdict=Verdict.POST, slot=SLOT, dated=SLOT.date())
    words = Words(text=fingerprint_of(text.encode()), of_files_too=of_files_too)
    return store.arrange(posting, PARTS, words=words)


def test_who_wrote_the_last_version_does_not_approve_it(store: Store) -> None:
    assert store.approve("d", 1, "1", who="WRITER") is Refusal.OWN
    assert store.approve("d", 1, "1", who="OTHER") is None
    assert store.approve("d", 1, "1", who="THIRD") is Refusal.ALREADY
    assert [(given.number, given.who) for given in store.approved()] == [(1, "OTHER")]


def test_only_the_newest_version_is_approved(store: Store) -> None:
    store.save("d", "two", expected=1, who="OTHER", wording="2")

    assert store.approve("d", 1, "1", who="THIRD") is Refusal.CHANGED
    assert store.save("d", "three", expected=1, who="THIRD", wording="3") is None


def test_an_edit_revokes_and_undoing_it_does_not_bring_the_approval_back(store: Store) -> None:
    store.approve("d", 1, "1", who="OTHER")
    was = store.lets_out("d", of_files_too=True)
    store.save("d", "two", expected=1, who="WRITER", wording="2")
    edited = store.lets_out("d", of_files_too=True)
    store.save("d", "one", expected=2, who="WRITER", wording="1")

    assert (was, edited, store.lets_out("d", of_files_too=True)) == (True, False, False)


def test_an_approval_stays_with_the_words_when_only_their_surroundings_change(store: Store) -> None:
    store.approve("d", 1, "1", who="OTHER")
    store.save("d", "one  # a comment", expected=1, who="WRITER", wording="1")

    assert store.lets_out("d", of_files_too=True)


def test_nothing_is_frozen_that_is_not_in_force_and_approved(store: Store) -> None:
    assert not freeze(store, "one")
    store.approve("d", 1, "1", who="OTHER")
    assert not freeze(store, "another")
    store.revoke("d", who="THIRD")
    assert not freeze(store, "one")
    assert store.deliveries() == ()
    store.approve("d", 1, "1", who="OTHER")
    assert freeze(store, "one")


def test_files_are_let_out_where_only_the_desk_needs_approval(ledger: Store) -> None:
    ledger.take_in("host", {"d": "one"})

    assert not freeze(ledger, "one")
    assert freeze(ledger, "one", of_files_too=False)


def test_of_two_edits_at_once_one_is_told_so(ledgers: tuple[Store, Store]) -> None:
    with ThreadPoolExecutor(2) as pool:
        saved = [*pool.map(lambda s: s.save("d", "words", expected=0, who="U"), ledgers)]

    assert sorted(version is None for version in saved) == [False, True]


def test_of_two_approvals_at_once_one_counts(ledgers: tuple[Store, Store]) -> None:
    ledgers[0].save("d", "words", expected=0, who="WRITER", wording="w")
    with ThreadPoolExecutor(2) as pool:
        said = [*pool.map(lambda s: s.approve("d", 1, "w", who="OTHER"), ledgers)]

    assert sorted(map(str, said)) == sorted(map(str, (None, Refusal.ALREADY)))


@pytest.fixture
def ledgers(database_url: str) -> Iterator[tuple[Store, Store]]:
    both = open_store(database_url), open_store(database_url)
    yield both
    for store in both:
        store.close()


def test_an_approval_takes_back_what_nobody_has_heard_and_no_letter_that_is_under_way(store: Store) -> None:
    """Who gets a letter that somebody else has since made needless can read that; half a letter, nobody."""
    to = (Address(whom="U1"),)
    asked = [Alarm(subject=f"{APPROVAL}d {n}", text="t", digest="d") for n in (1, 2)]
    store.outbox.tell(News(said=(Said(alarm=asked[0], to=to, wait=timedelta(0)),)))
    (task,) = tasks(store.outbox.mail(), rules=DeliverySettings(), fits=lambda _: True)
    claim = store.outbox.claim(task, owner="me", rules=DeliverySettings(), limits=())
    store.outbox.tell(News(said=(Said(alarm=asked[1], to=to, wait=timedelta(0)),)))
    store.outbox.tell(News(approved="d"))

    assert isinstance(claim, Claimed)
    assert [notice.alarm.subject for notice in store.outbox.mail().notices] == [asked[0].subject]
