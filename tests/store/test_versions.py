"""Every version of a digest is kept, under one number each, whoever comes at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from bot.core.versions import FILE, fingerprint_of
from tests.store.whole import Store, open_store


def texts(ledger: Store, digest: str = "d") -> list[str]:
    """Return every text that came in, by number."""
    _, versions = ledger.entered()
    return [ledger.texts([version])[digest] for version in versions if version.digest == digest]


def test_some_versions_of_a_digest_are_read_at_once(ledger: Store) -> None:
    for text in ("one", "two", "three"):
        ledger.take_in("a host", {"d": text, "e": "other"})

    assert ledger.texts_of("d", range(2, 5)) == {2: "two", 3: "three"}


def test_an_edit_and_its_undoing_are_versions_and_none_is_lost(ledger: Store) -> None:
    for text in ("one", "two", "one", "one"):
        ledger.take_in("a host", {"d": text})
    _, versions = ledger.entered()

    assert texts(ledger) == ["one", "two", "one"]
    assert [(v.number, v.who, v.place) for v in versions] == [(n, FILE, "a host") for n in (1, 2, 3)]
    assert all(v.at <= ledger.now() for v in versions)
    assert ledger.had("a host") == {"d": fingerprint_of(b"one")}


def test_an_older_copy_of_another_host_does_not_enter(ledger: Store) -> None:
    ledger.take_in("a", {"d": "one"})
    ledger.take_in("b", {"d": "one"})
    ledger.take_in("a", {"d": "two"})
    ledger.take_in("b", {"d": "one"})
    ledger.take_in("c", {"d": "one"})

    assert texts(ledger) == ["one", "two"]


def test_only_what_came_in_since_is_read(ledger: Store) -> None:
    ledger.take_in("a", {"d": "one", "e": "one"})
    seen, _ = ledger.entered()
    assert ledger.entered(after=seen)[1] == ()
    ledger.take_in("a", {"e": "two"})
    ledger.note("a", {"d": "else"})
    later, fresh = ledger.entered(after=seen)

    assert [(version.digest, version.number) for version in fresh] == [("e", 2)]
    assert later == ledger.look().changes > seen


def test_who_brings_a_text_in_without_a_file_is_kept(ledger: Store) -> None:
    ledger.take_in("a", {"d": "one"})

    assert ledger.enter("d", "two", who="U0EDITOR01")
    assert not ledger.enter("d", "two", who="U0EDITOR02")
    assert [version.who for version in ledger.entered()[1]] == [FILE, "U0EDITOR01"]


def test_hosts_that_come_together_share_the_numbers_out(database_url: str) -> None:
    with closing(open_store(database_url)) as store, ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: store.take_in(f"host {n}", {"d": f"text {n % 3}", "e": "same"}), range(6)))
        _, versions = store.entered()

        assert [v.number for v in versions if v.digest == "e"] == [1]
        assert [v.number for v in versions if v.digest == "d"] == [1, 2, 3]
        assert sorted(texts(store)) == ["text 0", "text 1", "text 2"]
