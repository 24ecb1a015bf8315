"""Whether somebody let a digest go out, and how that is given and taken back."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.delivery.approvals import Approved, Refusal, approved_by
from bot.core.delivery.wording import whole
from bot.core.digest import Digest
from bot.core.errors import RoundupError
from bot.core.settings import Approval, Settings
from bot.store.approvals import Approvals


class Consent:
    """What approvers said. Whether somebody may approve is for the caller to ask."""

    def __init__(self, approvals: Approvals, settings: Callable[[], Settings]) -> None:
        self._approvals, self._settings = approvals, settings

    def give(self, digest: Digest, *, number: int, who: str, author: str, send: bool) -> None:
        """Let a digest go out as its version of that *number* says; safe to repeat. Its *author* hears it."""
        news = approved_by(who, digest.id, number, author=author, send=send)
        refusal = self._approvals.approve(digest.id, number, whole(digest), who=who, news=news)
        if refusal not in (None, Refusal.ALREADY):
            raise RoundupError(f"{digest.id} was not approved: {refusal}")

    def revoke(self, digest: str, *, who: str) -> str:
        """Take back an approval, as long as nothing that it let out is on its way."""
        if not self._approvals.revoke(digest, who=who):
            return f"{digest} is not approved: there is nothing to take back"
        return f"{digest} is not approved any more; what is in a channel stays, until it is retracted"

    def approval(self, digest: str, *, number: int) -> Approved | None:
        """Return what lets a version of a digest go out, or None."""
        given = self._approvals.approved(digest=digest)
        return next((a for a in given if a.number == number and not a.revoked), None)

    def must_be_given(self, digest: str) -> None:
        """RoundupError for what may not go out as it stands."""
        rule = self._settings().approval
        if rule is Approval.NONE:
            return
        if not self._approvals.lets_out(digest, of_files_too=rule is Approval.REQUIRED):
            raise RoundupError(f"{digest} is not approved as it stands: an approver lets it go out, in Slack")
