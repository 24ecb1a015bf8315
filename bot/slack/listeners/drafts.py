"""From a newsletter in somebody's mailbox to a draft: pasted into a form, or sent to the bot.

What is read becomes a draft on the desk, and is answered with what was found, what was left out and why.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import PurePath
from typing import Any, Protocol

from slack_bolt import Ack, App

from bot.core.errors import RoundupError
from bot.core.imported import PASTED, Imported
from bot.core.message import Message
from bot.core.sheets import Broken, Joined, Sheet
from bot.slack.bolt import acknowledge
from bot.slack.downloads import FileHost
from bot.slack.listeners.counter import (
    NOT_AN_EDITOR,
    Counter,
    digest_of,
    in_words,
    refusal,
    saved_or_refused,
)
from bot.slack.listeners.presses import STALE, Press, by_whom, objects, read_press, text
from bot.slack.screens import TOO_LATE
from bot.slack.views.desk import (
    BRING_BACK,
    DISCARD,
    NEW,
    NEW_FORM,
    TAKE_IN,
    TAKE_SENT,
    TITLE,
    card,
    discarded,
    new_view,
    of_the_folder,
)
from bot.slack.views.forms import filled, modal, waiting
from bot.slack.views.kit import plainly, section
from bot.slack.views.mrkdwn import escaped
from bot.slack.written import has_shape, markdown_in, words_in
from bot.store.database import LedgerError

log = logging.getLogger(__name__)

# A message of less is a remark or a question; a story alone is longer. In bytes: a Chinese character says
# as much as three letters.
LONG = 300
SUFFIXES = frozenset({".yaml", ".yml"})
MOST_FILES = 5  # of one message
TOO_MANY = f"I read the first {MOST_FILES} files of a message: send the others in another one."
BESIDE = (
    "I read only the file: what you wrote beside it is in no draft. If it belongs there, press Edit below the"
    " draft; if it is a roundup of its own, send it without a file."
)
LATEST = "The newest digest: `/roundup latest`."  # readers, too, ask what is new
ASK = (
    "Ask with `/roundup`, in any channel. As an editor, send me a roundup here, as a file or pasted, and I"
    " make a draft of it."
)
ONLY_EDITORS = (
    "Only editors can send me a roundup: an operator lists them under `editors` in config.yaml. Ask with"
    " `/roundup`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an answer goes: into a thread, or to somebody directly. *origin* names what it is about."""

    channel: str
    thread: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    """What somebody sent. *plain* is the same without its shape."""

    name: str
    content: bytes
    plain: bytes = b""
    file: str = ""  # Slack's ID, of a file

    @classmethod
    def of(cls, blocks: Any) -> _Parcel:
        """Return what was written, with its shape if it has any."""
        words = words_in(blocks).encode()
        if has_shape(blocks):
            return cls(name=PASTED, content=markdown_in(blocks).encode(), plain=words)
        return cls(name=PASTED, content=words)


class _OfAFolderError(RoundupError):
    """What was sent is a digest that a file owns: it is asked first."""

    def __init__(self, sheet: Sheet, parcel: _Parcel) -> None:
        super().__init__(
            f"{sheet.id} comes from a file in the folder: type `/roundup preview {sheet.id}`, press Edit,"
            " take it over, and send this again."
        )
        self.sheet, self.parcel = sheet, parcel

    @property
    def message(self) -> Message:
        file = self.parcel.file
        return of_the_folder(self.sheet, file) if file else plainly(str(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Receipt:
    """What became of what was sent."""

    sheet: Sheet
    imported: Imported
    said: str
    joined: Joined | None = None  # with what had been edited

    @property
    def message(self) -> Message:
        digest = digest_of(self.sheet)
        return card(self.sheet, digest, self.imported, said=self.said, joined=self.joined)


class Intake(Protocol):
    """Who reads what is sent; see bot.newsroom.intake."""

    def read(self, content: bytes, name: str, *, day: date, plain: bytes = b"") -> Imported: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drafts:
    """How digests come to the desk. Every method without an underscore is a listener, or connects some."""

    counter: Counter
    files: FileHost
    intake: Intake

    def register(self, app: App) -> None:
        """Connect the form, the direct messages and the buttons of drafts."""
        app.view(NEW_FORM)(ack=_reading, lazy=[self.take_form])
        app.event("message", matchers=[_is_direct])(ack=acknowledge, lazy=[self.take_message])
        app.action(NEW)(ack=acknowledge, lazy=[self.press_new])
        app.action(DISCARD)(ack=acknowledge, lazy=[self.discard])
        app.action(TAKE_SENT)(ack=acknowledge, lazy=[self.take_sent])
        app.action(TAKE_IN)(ack=acknowledge, lazy=[self.take_in])
        app.action(BRING_BACK)(ack=acknowledge, lazy=[self.bring_back])

    def new(self, command: dict[str, Any]) -> None:
        """`/roundup new`: a form for the text."""
        counter, address = self.counter, text(command, "response_url")
        if not counter.is_editor(text(command, "user_id"), text(command, "team_id")):
            counter.responder.tell(address, plainly(f"{NOT_AN_EDITOR} {LATEST}"))
            return
        try:
            counter.screens.open(text(command, "trigger_id"), new_view())
        except RoundupError as error:
            counter.responder.tell(address, plainly(str(error)))

    def press_new(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """The same from a button."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._open(press))

    def _open(self, press: Press) -> None:
        if not self.counter.screens.begin(press, new_view()):
            raise RoundupError(TOO_LATE)

    def take_form(self, body: dict[str, Any], view: dict[str, Any]) -> None:
        """The form was sent: read what is in it, while it says so."""
        (who, team), screen = by_whom(body), self.counter.screens.submitted(view)
        show = self.counter.screens.show
        written = filled(view).get("text", {}).get("rich_text_value")
        try:
            self.counter.must_be_editor(who, team)
            parcel = _Parcel.of([written])
            receipt = self._put(parcel, who, origin=f"form {screen}")
        except (RoundupError, LedgerError) as error:
            words = in_words(error)
            # With all that was pasted, so that it need not be found again.
            if not show(screen, new_view(written if isinstance(written, dict) else None, note=words)):
                self.counter.say(who, plainly(words))
            return
        self._hand_over(receipt, _Place(channel=who))
        show(screen, modal(TITLE, receipt.message.blocks))

    def take_message(self, event: dict[str, Any]) -> None:
        """A direct message: a file or a long text is a roundup, anything else a remark."""
        who, channel = text(event, "user"), text(event, "channel")
        root = text(event, "thread_ts") or text(event, "ts")
        place = _Place(channel=channel, thread=root, origin=f"message {channel} {root}")
        files, blocks = objects(event, "files"), objects(event, "blocks")
        words = words_in(blocks)
        if not files and len(words.encode()) < LONG:
            self.counter.say(channel, plainly(ASK), thread=root)
            return
        if not self.counter.is_editor(who, text(event, "user_team")):
            self.counter.say(channel, plainly(ONLY_EDITORS), thread=root)
            return
        if len(files) > MOST_FILES:
            self.counter.say(channel, plainly(TOO_MANY), thread=root)
        if files and words:
            self.counter.say(channel, plainly(BESIDE), thread=root)
        fetched = [partial(self._fetched, file) for file in files[:MOST_FILES]]
        for n, parcel in enumerate(fetched or [partial(_Parcel.of, blocks)]):
            # Each is a draft of its own; what is said below their message is about the first.
            self._take(parcel, who, replace(place, origin=f"{place.origin} {n}") if n else place)

    def _take(self, parcel: Callable[[], _Parcel], who: str, place: _Place) -> None:
        try:
            receipt = self._put(parcel(), who, origin=place.origin)
        except _OfAFolderError as asked:
            self.counter.say(place.channel, asked.message, thread=place.thread)
            return
        except (RoundupError, LedgerError) as error:
            self.counter.say(place.channel, plainly(in_words(error)), thread=place.thread)
            return
        self._hand_over(receipt, place)

    def _fetched(self, file: Mapping[str, Any]) -> _Parcel:
        sent = self.files.fetch(text(file, "id"))
        return _Parcel(name=sent.name, content=sent.content, file=text(file, "id"))

    def _put(self, parcel: _Parcel, who: str, *, origin: str) -> _Receipt:
        """Read it, and make a draft of it; what was sent before becomes another version of that."""
        counter = self.counter
        day = counter.writing.next_free_day()
        imported = self.intake.read(parcel.content, parcel.name, day=day, plain=parcel.plain)
        known = self._known(parcel.name, imported, origin)
        log.info("draft_read by=%s stories=%d known=%s", who, len(imported.digest.stories), bool(known))
        if known is None:
            new = replace(imported.digest, draft=True)
            sheet = saved_or_refused(counter.writing.create(new, who=who, origin=origin))
            return _Receipt(sheet=sheet, imported=imported, said="New draft")
        if known.of_a_file:
            raise _OfAFolderError(known, parcel)
        joined = counter.writing.join(known.id, imported, who=who, origin=origin)
        if isinstance(joined, Broken):
            raise refusal(joined)
        if joined.sheet.version.number == known.version.number:
            said = f"{known.id} stays as it is: nothing in that is new"
        else:
            said = f"{known.id} is updated{', and keeps what was edited here' if joined.kept else ''}"
        return _Receipt(sheet=joined.sheet, imported=imported, said=said, joined=joined)

    def _known(self, name: str, imported: Imported, origin: str) -> Sheet | None:
        """Return what is sent again: under its own name, said below its answer, or with its title."""
        writing, path = self.counter.writing, PurePath(name)
        named = self._sheet(path.stem) if path.stem.isprintable() and " " not in path.stem else None
        # Handed out for that digest, wherever it comes back; and a digest's own file is called as it is.
        if named and (imported.version or path.suffix.casefold() in SUFFIXES):
            return named
        if sheet := writing.from_origin(origin):
            return sheet
        ids = [each.id for each in writing.drafts() if each.title == imported.digest.title]
        sheets = [named, *(self._sheet(id_) for id_ in ids)]
        return next((sheet for sheet in sheets if sheet and _is_again(sheet, imported)), None)

    def _sheet(self, digest: str) -> Sheet | None:
        try:
            sheet = self.counter.writing.read(digest)
        except RoundupError:  # there is none of that name
            return None
        return sheet if sheet.digest else None

    def _hand_over(self, receipt: _Receipt, place: _Place) -> None:
        """Say what there is, with the draft as a file: in the newsroom, or, without one, where it came."""
        sheet, message = receipt.sheet, receipt.message
        placed = self._in_newsroom(sheet.id, message)
        if placed:
            said = receipt.said if sheet.id in receipt.said else f"{receipt.said}: {sheet.id}"
            where = f"{escaped(said)}. It is spoken of in <#{placed.channel}>."
            there = Message(text=where, blocks=(section(where),))
            self.counter.say(place.channel, there, thread=place.thread)
        elif not (placed := self._posted(message, place)):
            return
        content = self.counter.proof.markdown(digest_of(sheet), version=sheet.version.number).encode()
        self.files.put(f"{sheet.id}.md", content, channel=placed.channel, thread=placed.thread)

    def _in_newsroom(self, digest: str, message: Message) -> _Place | None:
        """Say it in the digest's thread; None without a newsroom, or where that takes nothing."""
        newsroom, telling = self.counter.settings().newsroom, self.counter.telling
        if not newsroom:
            return None
        try:
            thread = telling.thread(digest)
            placed = self._posted(message, _Place(channel=newsroom, thread=thread))
            if placed and not thread:
                telling.begin_thread(digest, placed.thread)
        except LedgerError as error:  # the draft itself is saved
            log.warning("newsroom_without_thread error=%s", error)
            return None
        return placed

    def _posted(self, message: Message, place: _Place) -> _Place | None:
        channel, ts = self.counter.say(place.channel, message, thread=place.thread)
        return _Place(channel=channel, thread=place.thread or ts) if ts else None

    def discard(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Discard: throw a draft away; it can be brought back."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._discard(press))

    def _discard(self, press: Press) -> None:
        value = press.read(digest=str, number=int)
        if value is None:
            raise RoundupError(STALE)
        sheet = self.counter.writing.discard(value["digest"], expected=value["number"], who=press.user)
        self._replace(press, discarded(saved_or_refused(sheet), value["number"]))

    def bring_back(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Bring it back: the version that was discarded is the newest again."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._bring_back(press))

    def _bring_back(self, press: Press) -> None:
        value = press.read(digest=str, number=int, now=int)
        if value is None:
            raise RoundupError(STALE)
        saved = self.counter.writing.bring_back(
            value["digest"], value["number"], expected=value["now"], who=press.user
        )
        sheet = saved_or_refused(saved)
        self._replace(press, card(sheet, digest_of(sheet), said="Brought back"))

    def take_sent(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take what was sent: it counts where it and an edit were of the same thing."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._take_sent(press))

    def _take_sent(self, press: Press) -> None:
        value = press.read(digest=str, sent=int, base=int)
        if value is None:
            raise RoundupError(STALE)
        preferred = self.counter.writing.prefer(
            value["digest"], value["sent"], base=value["base"], who=press.user
        )
        sheet = saved_or_refused(preferred)
        self._replace(press, card(sheet, digest_of(sheet), said="What was sent counts now"))

    def take_in(self, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take it over: a digest of the folder says from now on what was sent."""
        press = read_press(body, action)
        self.counter.attempt(press, lambda: self._take_in(press))

    def _take_in(self, press: Press) -> None:
        value = press.read(digest=str, number=int, file=str)
        if value is None:
            raise RoundupError(STALE)
        parcel = self._fetched({"id": value["file"]})  # first: what cannot be fetched takes nothing over
        writing = self.counter.writing
        saved_or_refused(writing.take_over(value["digest"], expected=value["number"], who=press.user))
        place = _Place(channel=press.channel, thread=press.thread or press.message)
        receipt = self._put(parcel, press.user, origin=f"message {place.channel} {place.thread}")
        self._replace(press, plainly(f"{value['digest']} is taken over."))
        self._hand_over(receipt, place)

    def _replace(self, press: Press, message: Message) -> None:
        if press.response_url:
            self.counter.responder.replace(press.response_url, message)
        elif not self.counter.screens.show(press.view, modal(TITLE, message.blocks)):
            self.counter.say(press.user, message)


def _is_again(sheet: Sheet, imported: Imported) -> bool:
    """Tell the same roundup from next week's, whose title or file may be called the same."""
    known, sent = digest_of(sheet), imported.digest
    shared = {story.headline for story in known.stories} & {story.headline for story in sent.stories}
    return bool(shared) or (imported.dated and known.date == sent.date)


def _reading(ack: Ack) -> None:
    ack(response_action="update", view=waiting(TITLE, "Reading it…"))


def _is_direct(event: dict[str, Any]) -> bool:
    """Tell a message that a person wrote to us alone; not one of ours, nor that one was changed."""
    return (
        event.get("channel_type") == "im"
        and not event.get("bot_id")
        and event.get("subtype") in (None, "file_share")
        and isinstance(event.get("user"), str)
    )
