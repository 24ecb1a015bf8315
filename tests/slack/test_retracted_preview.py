"""`/roundup preview` without a name: what an editor most likely means, which is never what was taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.slack.test_editors import DIGEST, EditorsDesk, desk
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("hurried")

__all__ = ["desk"]

OLD = DIGEST.replace("2099-01-02", "2020-01-03").replace("Next week's", "An old")


@pytest.mark.parametrize("more", ["", "draft: true\n"])
def test_what_nobody_posted_is_shown_before_what_was_taken_back(
    more: str, desk: EditorsDesk, tmp_path: Path
) -> None:
    """However old it is, or not yet to be posted: an editor has just said no to the other."""
    (tmp_path / "digests" / "2020-01-03-old.yaml").write_text(OLD + more, encoding="utf-8")
    until(lambda: len(desk.bot.newsroom.library.digests) == 2, "the file is read")
    order = desk.bot.posting.desk
    order.post_now(desk.bot.newsroom.library.find("2099-01-02-next"), who="the test")
    until(lambda: len(desk.server.workspace.posted("#news")) == 2, "parent and thread are there")
    order.retract("2099-01-02-next", who="the test")
    desk.preview()

    assert desk.last_text().startswith("PREVIEW: An old roundup")


def test_what_goes_out_next_is_shown_before_what_is_there(desk: EditorsDesk, tmp_path: Path) -> None:
    """And of those to come, not the last one."""
    later = DIGEST.replace("2099-01-02", "2099-01-09").replace("Next week's", "A later")
    (tmp_path / "digests" / "2020-01-03-old.yaml").write_text(OLD, encoding="utf-8")
    (tmp_path / "digests" / "2099-01-09-later.yaml").write_text(later, encoding="utf-8")
    until(lambda: len(desk.bot.newsroom.library.digests) == 3, "the files are read")
    desk.bot.posting.desk.post_now(desk.bot.newsroom.library.find("2020-01-03-old"), who="the test")
    until(lambda: len(desk.server.workspace.posted("#news")) == 2, "parent and thread are there")
    desk.preview()

    assert desk.last_text().startswith("PREVIEW: Next week's roundup")
