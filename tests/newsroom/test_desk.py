"""The desk: what editors write without a file, and what readers see of it while nobody has approved it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.delivery.wording import whole
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.imported import Imported
from bot.core.settings import Approval, Settings
from bot.core.sheets import Broken, Joined, Outdated, Saved, Sheet
from bot.core.versions import FILE
from bot.files.digest_file import read_digest
from bot.files.markdown import read_text
from bot.newsroom.clearance import Clearance
from bot.newsroom.desk import WritingDesk
from bot.newsroom.library import Library
from bot.newsroom.versions import Versions
from tests.delivery.world import channel
from tests.files.written_files import write
from tests.store.recording import listening
from tests.store.whole import Store, open_store

NOW = datetime(2040, 1, 1, tzinfo=UTC)
TEXT = """\
title: "Roundup: Spring"
date: 2040-01-06
draft: true
stories:
  - headline: Fliggy Travels
    body: |
      Words of **Fliggy**.
  - headline: MYbank Lends
    body: Words of MYbank.
"""


class Replica:
    """A library with a desk over it, on a database that others share."""

    def __init__(self, folder: Path, store: Store) -> None:
        folder.mkdir(exist_ok=True)
        self.store, self.now, self.posted = store, NOW, set[str]()
        self.settings = Settings(digests=folder, channels=(channel("news"),))
        self.versions = Versions(store)
        self.clearance = Clearance(store, self.versions, rule=lambda: self.settings.approval)
        self.library = Library(folder, versions=self.versions, clearance=self.clearance)
        self.desk = WritingDesk(
            store,
            library=self.library,
            settings=lambda: self.settings,
            is_decided=lambda digest: digest in self.posted,
            clock=lambda: self.now,
        )
        self.look()

    def look(self, times: int = 2) -> bool:
        """Live on for so many seconds; tell whether the last one changed anything."""
        changed = False
        for _ in range(times):
            self.now += timedelta(seconds=1)
            changed = self.library.refresh(self.now)
            heard = self.store.look().changes
            self.versions.hear(heard)
            self.clearance.hear(heard)
        return changed

    def headlines(self, name: str = "d") -> list[str]:
        return [story.headline for story in self.library.digests[name].stories]

    def seen(self, name: str = "d") -> list[str]:
        """Return what readers may see."""
        known = self.library.public().get(name)
        return [story.headline for story in known.stories] if known else []

    def approve(self, sheet: Sheet, who: str = "SECOND") -> None:
        assert sheet.digest
        assert self.store.approve(sheet.id, sheet.version.number, whole(sheet.digest), who=who) is None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(f"sqlite:///{tmp_path}/a.db")) as opened:
        yield opened


@pytest.fixture
def here(tmp_path: Path, store: Store) -> Replica:
    return Replica(tmp_path / "here", store)


@pytest.fixture
def there(tmp_path: Path, store: Store) -> Replica:
    return Replica(tmp_path / "there", store)


def parsed(text: str = TEXT) -> Digest:
    digest, problems = read_digest(Path("d.yaml"), text.encode())
    assert digest, problems
    return digest


def saved(result: Saved | None) -> Sheet:
    assert isinstance(result, Sheet), result
    return result


def added(replica: Replica, text: str = TEXT) -> Sheet:
    return saved(replica.desk.add("d", text, who="FIRST"))


def with_headline(sheet: Sheet, headline: str, *, of: int = 0) -> Digest:
    assert sheet.digest
    stories = list(sheet.digest.stories)
    stories[of] = replace(stories[of], headline=headline)
    return replace(sheet.digest, stories=tuple(stories))


def test_a_draft_is_everywhere_after_two_seconds_and_posted_and_searched_nowhere(
    here: Replica, there: Replica
) -> None:
    sheet = saved(here.desk.create(parsed(), who="FIRST", origin="D1 1.0"))
    there.look()

    assert sheet.id == "2040-01-06-spring"
    assert sheet.digest == replace(
        parsed(), id=sheet.id, stories=sheet.digest.stories if sheet.digest else ()
    )
    assert [digest.id for digest in there.desk.drafts()] == [sheet.id]
    assert there.library.published() == ()
    assert there.library.documents() == ()
    assert there.desk.from_origin("D1 1.0") == there.desk.read(sheet.id)
    assert there.desk.from_origin("D1 2.0") is None


def test_a_second_one_of_that_title_and_day_gets_a_name_of_its_own(here: Replica) -> None:
    names = [saved(here.desk.create(parsed(), who="FIRST")).id for _ in range(3)]

    assert names == ["2040-01-06-spring", "2040-01-06-spring-2", "2040-01-06-spring-3"]


def test_every_version_is_kept_and_any_can_be_brought_back(here: Replica) -> None:
    first = added(here)
    second = saved(here.desk.update(with_headline(first, "Other"), expected=1, who="SECOND"))
    back = saved(here.desk.bring_back("d", 1, expected=2, who="THIRD"))

    assert [(v.number, v.who) for v in here.desk.history("d")] == [(1, "FIRST"), (2, "SECOND"), (3, "THIRD")]
    assert "Other" in second.text
    assert back.text == TEXT
    assert here.desk.read("d", 2).text == second.text
    with pytest.raises(RoundupError, match="no version 9"):
        here.desk.read("d", 9)


def test_the_versions_say_what_each_changed_a_page_at_a_time(here: Replica) -> None:
    first = added(here)
    here.desk.update(with_headline(first, "Other"), expected=1, who="SECOND")
    here.desk.discard("d", expected=2, who="THIRD")
    here.desk.bring_back("d", 1, expected=3, who="FIRST")

    said = [(c.version.number, c.what) for c in here.desk.changes("d", most=3)]
    assert said == [
        (4, ("as version 1 was",)),
        (3, ("discarded",)),
        (2, ('"Fliggy Travels" has another headline',)),
    ]
    assert [c.what for c in here.desk.changes("d", before=2, most=3)] == [("as it came in",)]


def test_a_draft_of_old_is_brought_back_to_the_day_that_is_set_by_now(here: Replica) -> None:
    added(here)
    here.desk.schedule("d", date(2040, 1, 13), expected=1, who="FIRST")
    back = saved(here.desk.bring_back("d", 1, expected=2, who="FIRST"))

    assert back.digest
    assert (back.digest.date, back.digest.draft) == (date(2040, 1, 13), False)
    assert back.version.number == 2  # nothing but that had changed


def test_two_edits_of_different_things_are_both_kept(here: Replica, there: Replica) -> None:
    first = added(here)
    here.desk.update(with_headline(first, "Mine"), expected=1, who="FIRST")
    merged = saved(there.desk.update(with_headline(first, "Yours", of=1), expected=1, who="SECOND"))
    here.look()

    assert here.headlines() == ["Mine", "Yours"]
    assert merged.others == ('"Fliggy Travels" has another headline',)


def test_two_edits_of_the_same_thing_are_told_and_nothing_is_lost(here: Replica, there: Replica) -> None:
    first = added(here)
    here.desk.update(with_headline(first, "Mine"), expected=1, who="FIRST")
    refused = there.desk.update(with_headline(first, "Yours"), expected=1, who="SECOND")

    assert isinstance(refused, Outdated)
    assert str(refused) == 'FIRST changed d meanwhile: "Fliggy Travels" has another headline'
    assert refused.mine == with_headline(first, "Yours")
    assert saved(there.desk.update(refused.mine, expected=refused.now.version.number, who="SECOND"))


def sent(text: str, *, dated: bool = True, version: int = 0) -> Imported:
    return Imported(digest=parsed(text), dated=dated, version=version)


def sent_again(replica: Replica, text: str, **how: Any) -> Joined:
    joined = replica.desk.join("d", sent(text, **how), who="FIRST", origin="message 1")
    assert isinstance(joined, Joined)
    return joined


def test_what_is_sent_again_keeps_what_was_edited_however_often(here: Replica) -> None:
    """What was sent is kept as a version, or the third text would undo what was edited after the first."""
    first = added(here)
    saved(here.desk.update(with_headline(first, "Edited"), expected=1, who="SECOND"))
    here.desk.schedule("d", date(2040, 1, 13), expected=2, who="SECOND")
    for number, words in enumerate(("First", "Second"), start=1):
        joined = sent_again(here, TEXT.replace("Words of MYbank", f"{words} words of MYbank"))
        assert joined.kept == (
            "its date is Fri 13 Jan 2040",
            "it is no draft any more",
            '"Fliggy Travels" has another headline',
        )
        assert (joined.clashes, joined.sheet.version.number) == ((), 3 + 2 * number)
    here.look()

    assert here.headlines() == ["Edited", "MYbank Lends"]
    assert here.library.digests["d"].stories[1].body.source == "Second words of MYbank."
    assert here.library.digests["d"].date == date(2040, 1, 13)


def test_what_both_changed_stays_as_edited_until_somebody_takes_what_was_sent(here: Replica) -> None:
    first = added(here)
    saved(here.desk.update(with_headline(first, "Edited"), expected=1, who="SECOND"))
    joined = sent_again(here, TEXT.replace("Fliggy Travels", "Sent").replace("Lends", "Saves"))
    assert joined.clashes == ('the headline of "Fliggy Travels"',)
    here.look()
    assert here.headlines() == ["Edited", "MYbank Saves"]
    assert here.desk.read("d", joined.sent).text != joined.sheet.text

    saved(here.desk.prefer("d", joined.sent, base=joined.base, who="FIRST"))
    here.look()
    assert here.headlines() == ["Sent", "MYbank Saves"]


def test_a_text_that_says_no_title_or_date_changes_neither(here: Replica) -> None:
    added(here)
    undated = TEXT.replace("Roundup: Spring", "News of 2040-02-03").replace("2040-01-06", "2040-02-03")
    joined = sent_again(here, undated, dated=False)

    assert joined.sheet.version.number == 1
    assert joined.sheet.text == TEXT


def test_a_version_that_was_only_sent_takes_no_approval_and_is_in_force_nowhere(here: Replica) -> None:
    require(here)
    first = added(here, OUT)
    second = saved(here.desk.update(with_headline(first, "Edited"), expected=1, who="FIRST"))
    here.approve(second)
    here.look()
    joined = sent_again(here, OUT.replace("Fliggy Travels", "Sent"))
    here.look()

    assert joined.clashes
    assert joined.sheet.text == second.text
    assert (here.seen()[0], here.library.waiting()) == ("Edited", frozenset())


def test_what_would_not_load_is_not_saved_and_the_field_is_named(here: Replica) -> None:
    first = added(here)
    broken = here.desk.update(replace(with_headline(first, "x"), title=""), expected=1, who="FIRST")

    assert isinstance(broken, Broken)
    assert str(broken).startswith("title: ")
    assert here.desk.read("d").version.number == 1


def test_saving_what_is_there_makes_nobody_its_author(here: Replica) -> None:
    sheet = saved(here.desk.create(parsed(), who="FIRST"))
    assert sheet.digest
    again = saved(here.desk.update(sheet.digest, expected=1, who="SECOND"))

    assert again.version == sheet.version


def test_what_a_file_owns_is_taken_over_first(here: Replica, there: Replica) -> None:
    write(here.library.folder / "d.yaml", TEXT)
    here.look()
    with pytest.raises(RoundupError, match="take it over first"):
        there.desk.update(parsed(), expected=1, who="FIRST")
    taken = saved(there.desk.take_over("d", expected=1, who="FIRST"))
    there.desk.update(with_headline(taken, "Ours"), expected=2, who="FIRST")
    here.look()

    assert (taken.text, taken.version.who) == (TEXT, "FIRST")
    assert here.headlines()[0] == "Ours"
    assert here.library.older(here.now + timedelta(days=1), timedelta(0)) == []


def test_what_was_discarded_is_nowhere_until_it_is_brought_back(here: Replica, there: Replica) -> None:
    added(here)
    there.look()
    saved(here.desk.discard("d", expected=1, who="FIRST"))
    there.look()
    gone = "d" in there.library.digests
    saved(here.desk.bring_back("d", 1, expected=2, who="FIRST"))
    there.look()

    assert not gone
    assert there.headlines()[0] == "Fliggy Travels"


def test_what_is_in_a_channel_is_not_discarded(here: Replica) -> None:
    added(here)
    here.posted = {"d"}
    with pytest.raises(RoundupError, match="Retract in its preview"):
        here.desk.discard("d", expected=1, who="FIRST")


def test_a_draft_that_is_scheduled_is_a_draft_no_more(here: Replica) -> None:
    added(here)
    sheet = saved(here.desk.schedule("d", date(2040, 1, 13), expected=1, who="FIRST"))
    here.look()

    assert sheet.digest
    assert (sheet.digest.date, sheet.digest.draft) == (date(2040, 1, 13), False)
    assert [digest.id for digest in here.library.published()] == ["d"]
    assert here.desk.next_free_day() == date(2040, 1, 1)
    assert isinstance(here.desk.schedule("d", date(2040, 1, 20), expected=1, who="FIRST"), Outdated)


# --- what readers see ----------------------------------------------------------------------------------

OUT = TEXT.replace("draft: true\n", "")


def require(*replicas: Replica, rule: Approval = Approval.REQUIRED) -> None:
    for replica in replicas:
        replica.settings = replace(replica.settings, approval=rule)
        replica.look()


def test_readers_see_what_was_approved_and_no_word_of_a_later_edit(here: Replica, there: Replica) -> None:
    require(here, there)
    first = added(here, OUT)
    there.look()
    assert (there.seen(), there.library.waiting()) == ([], frozenset({"d"}))
    here.approve(first)
    there.look()
    assert (there.seen(), there.library.waiting()) == (["Fliggy Travels", "MYbank Lends"], frozenset())
    second = saved(here.desk.update(with_headline(first, "Edited"), expected=1, who="FIRST"))
    there.look()
    assert there.headlines()[0] == "Edited"
    assert (there.seen()[0], there.library.waiting()) == ("Fliggy Travels", frozenset({"d"}))
    assert there.library.story("d/1") == (there.library.public()["d"], there.library.public()["d"].stories[0])
    assert [document.headline for document in there.library.documents()] == ["Fliggy Travels", "MYbank Lends"]
    here.approve(second)
    there.look()
    assert there.seen()[0] == "Edited"


def test_what_was_there_before_approval_was_required_stays_in_answers(here: Replica) -> None:
    """Ten years of an archive are not approved one by one; nor do they go out anew."""
    sheet = added(here, OUT)
    require(here)
    assert (here.seen()[0], here.library.waiting()) == ("Fliggy Travels", frozenset({"d"}))
    here.desk.update(with_headline(sheet, "Edited"), expected=1, who="FIRST")
    here.look()
    assert here.seen()[0] == "Fliggy Travels"


def test_what_went_out_by_another_rule_stays_in_answers(here: Replica) -> None:
    require(here, rule=Approval.DESK)
    write(here.library.folder / "d.yaml", OUT)
    here.look(3)
    require(here, rule=Approval.REQUIRED)
    assert here.seen()[0] == "Fliggy Travels"
    write(here.library.folder / "e.yaml", OUT)
    here.look(3)
    assert here.seen("e") == []


def test_files_need_no_approval_where_only_the_desk_does(here: Replica) -> None:
    require(here, rule=Approval.DESK)
    write(here.library.folder / "d.yaml", OUT)
    here.look()
    assert (here.seen()[0], here.library.waiting()) == ("Fliggy Travels", frozenset())
    here.desk.take_over("d", expected=1, who="FIRST")
    here.look()
    assert here.library.waiting() == {"d"}


def test_a_files_new_comment_takes_no_approval_away(here: Replica) -> None:
    require(here)
    write(here.library.folder / "d.yaml", OUT)
    here.look()
    [version] = here.desk.history("d")
    here.approve(here.desk.read("d"))
    write(here.library.folder / "d.yaml", f"# a comment\n{OUT}")
    here.look(4)

    assert version.who == FILE
    assert (len(here.desk.history("d")), here.library.waiting()) == (2, frozenset())


def test_what_nobody_here_can_read_has_no_approval_of_what_is_shown_instead(here: Replica) -> None:
    """A newer Roundup may have let it in, and would post it."""
    require(here)
    here.approve(added(here, OUT))
    here.look()
    here.store.enter("d", f"{OUT}colour: red\n", who="NEWER")
    here.look(4)

    assert (here.headlines()[0], here.library.waiting()) == ("Fliggy Travels", frozenset({"d"}))


def test_without_a_rule_nobody_is_asked_for_approvals(here: Replica) -> None:
    added(here, OUT)
    here.look()
    with listening() as said:
        assert not here.look(5)

    assert [sql for sql, _ in said if "approvals" in sql] == []


def test_a_quiet_desk_is_not_asked_either(here: Replica) -> None:
    """Idle it costs what it costs without."""
    require(here)
    here.approve(added(here, OUT))
    here.look(3)
    with listening() as said:
        for _ in range(5):
            here.library.refresh(here.now)

    assert said == []


def test_what_check_warns_of_is_said_at_the_desk_in_its_words(here: Replica) -> None:
    """A headline that its channel cuts, or a link that leads nowhere: in Slack there is no shell."""
    sheet = added(here)
    long = with_headline(sheet, "A headline " * 20)
    first, *rest = long.stories
    text = read_text("Words that are no link. Read more here.")
    changed = replace(long, stories=(replace(first, body=text, url=""), *rest))
    doubts = saved(here.desk.update(changed, expected=1, who="FIRST")).doubts

    assert any(said.startswith("story 1, headline: a headline of 219 characters is cut") for said in doubts)
    assert any(said.startswith('story 1, body: "Read more here." leads nowhere') for said in doubts)
    assert here.desk.read("d").doubts == doubts
    assert not any("file's name" in said for said in doubts)
