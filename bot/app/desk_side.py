"""Puts the editors' side of the desk together: what they send, write, time and approve in Slack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from slack_bolt import App

from bot.app.post_office import PostOffice
from bot.core.errors import RoundupError
from bot.core.sheets import Sheet
from bot.newsroom.desk import WritingDesk
from bot.newsroom.intake import Intake
from bot.newsroom.newsroom import Newsroom
from bot.newsroom.proof import Proofreader
from bot.slack.downloads import FileHost
from bot.slack.listeners.approving import Approving
from bot.slack.listeners.counter import Counter
from bot.slack.listeners.drafts import Drafts
from bot.slack.listeners.editors import NEW_WORD, PLAN_WORD, STATUS_WORD, Editors
from bot.slack.listeners.edits import Edits
from bot.slack.listeners.history import History
from bot.slack.listeners.overview import Overviews
from bot.slack.listeners.responses import Responder
from bot.slack.listeners.timing import Timing
from bot.slack.screens import Screens
from bot.slack.visitors import Visitors


class DeskSide:
    """All who serve editors, with what they share."""

    def __init__(
        self,
        posting: PostOffice,
        newsroom: Newsroom,
        writing: WritingDesk,
        *,
        visitors: Visitors,
        responder: Responder,
        files: FileHost,
        clock: Callable[[], datetime],
    ) -> None:
        self._posting, self._newsroom, self._writing = posting, newsroom, writing
        self._visitors = visitors
        self._counter = counter = self._open_counter(responder, clock)
        intake = Intake(posting.edge.people.settings)
        self._drafts = Drafts(counter=counter, files=files, intake=intake)
        self._approving = Approving(counter=counter)
        self.overviews = Overviews(counter=counter, page=posting.front_page)
        self.editors = self._editors()

    def _open_counter(self, responder: Responder, clock: Callable[[], datetime]) -> Counter:
        slack, people = self._posting.edge.messenger, self._posting.edge.people
        return Counter(
            writing=self._writing,
            desk=self._posting.desk,
            people=people,
            proof=Proofreader(),
            slack=slack,
            screens=Screens(slack),
            responder=responder,
            telling=self._posting.telling,
            settings=people.settings,
            admits=self._visitors.may_edit,
            clock=clock,
        )

    def _editors(self) -> Editors:
        counter = self._counter
        return Editors(
            desk=counter.desk,
            settings=lambda: self._newsroom.settings.current,
            is_editor=lambda user: counter.is_editor(user, ""),
            responder=counter.responder,
            clock=counter.clock,
            rows=self._approving.rows,
            unapproved=self._newsroom.library.waiting,
            words={
                NEW_WORD: self._drafts.new,
                PLAN_WORD: self.overviews.plan,
                STATUS_WORD: self.overviews.status,
            },
            sheet=self._on_desk,
            may_look=self._may_look,
            show=counter.show,
        )

    def _may_look(self, user: str) -> bool:
        people = self._posting.edge.people
        return (people.is_editor(user) or people.may_approve(user)) and self._visitors.may_edit(user, "")

    def register_presses(self, app: App) -> None:
        """Connect forms, messages and buttons; before the readers', who take every other one."""
        Edits(counter=self._counter, names=self._names).register(app)
        for listeners in (History, Timing):
            listeners(counter=self._counter).register(app)
        self._drafts.register(app)
        self._approving.register(app)

    def _on_desk(self, name: str) -> Sheet | None:
        """Return a digest as its newest version has it, which this replica may not have read yet."""
        try:
            return self._writing.read(name)
        except RoundupError:
            return None

    def _names(self, what: str) -> Sequence[str]:
        digests = self._newsroom.library.digests.values()
        if what == "tags":
            named = (
                {*digest.tags, *(tag for story in digest.stories for tag in story.tags)} for digest in digests
            )
            return sorted(set().union(*named))
        known = self._newsroom.settings.current.companies
        return sorted({*known, *(name for d in digests for s in d.stories for name in s.companies)})
