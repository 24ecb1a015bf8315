"""`config.yaml`: which channel gets what, when and how. A typo is never taken as a default."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, WithJsonSchema

from bot.core.errors import Problem, RoundupError, Severity
from bot.core.nearest import nearest
from bot.core.schedule import WEEKDAYS, Schedule, WeeklyTime
from bot.core.search.names import equals
from bot.core.settings import (
    Approval,
    ChannelSettings,
    DeliverySettings,
    Layout,
    OnUnknown,
    ReadersAllowed,
    Settings,
)
from bot.core.unseen import as_seen
from bot.files.parsing import read_yaml
from bot.files.raw import signature
from bot.files.scalars import Day, Line, scalar, shaped
from bot.files.yamlfile import FileModel, Loc, YamlFile, shown
from bot.files.zones import read_zone

CLOCK: Final = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
WEEKLY: Final = rf"(?:{'|'.join(WEEKDAYS)})\s+{CLOCK}"
# Not in a name either: a # as wide as a Chinese keyboard has it, curled quotes, what a paste brings unseen.
_UNSEEN: Final = r"\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff"
_NO_NAME: Final = rf"\s#@<>&,.;:!?/\\|'\"()\[\]{{}}A-Z＃＠“”„{_UNSEEN}"
CHANNEL: Final = rf"(?:#?[^{_NO_NAME}]{{1,80}}|[CG][A-Z0-9]{{6,20}})"
EDITOR: Final = "[UWS][A-Z0-9]{6,20}"
DURATION: Final = "[0-9]{1,7}(?:ms|s|m|h|d)"
NEVER: Final = "never"
KEEP: Final = "[0-9]{1,5}[yd]"
# `status` shows the last four weeks without being asked, and who decided what in them.
SHORTEST_KEEP, LONGEST_KEEP = 30, 100 * 365
UNITS: Final = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
LONGEST = timedelta(days=366)  # beyond, instants leave the calendar
# Real places have clock changes; who writes these usually means New_York, Denver or Honolulu.
FIXED_ZONES = re.compile("EST|MST|HST|Etc/(?!UTC$).*")
FIXED = {"EST": "America/New_York", "MST": "America/Denver", "HST": "America/Adak"}


def read_weekly_time(text: str) -> WeeklyTime:
    """Read "fri 09:00"."""
    if re.fullmatch(WEEKLY, text):
        day, clock = text.split()
        hour, minute = clock.split(":")
        return WeeklyTime(weekday=WEEKDAYS.index(day), at=time(int(hour), int(minute)))
    day = text.split(maxsplit=1)[0]
    if day not in WEEKDAYS:
        guess = day[:3].casefold()
        hint = f"; did you mean `{guess}`?" if guess in WEEKDAYS else f"; known: {', '.join(WEEKDAYS)}"
        raise ValueError(f"{shown(day)} is no weekday{hint}")
    raise ValueError(f"{shown(text)}: write a weekday and a time of 24 hours, such as fri 09:00")


def read_channel(text: str) -> str:
    """Read a channel's "#name" or ID; a name may come without its #."""
    if not re.fullmatch(CHANNEL, text):
        meant = as_seen(text).strip("“”„")
        is_sure = meant != text.lower() and re.fullmatch(CHANNEL, meant)
        hint = f"; did you mean `{meant}`?" if is_sure else ""
        raise ValueError(f"{shown(text)} is no channel; write its name in lower case or its ID, C…{hint}")
    return text if text.startswith("#") or re.fullmatch("[CG][A-Z0-9]+", text) else f"#{text}"


def read_editor(text: str) -> str:
    """Read the ID of a Slack user or user group."""
    if not re.fullmatch(EDITOR, text):
        raise ValueError(
            f"{shown(text)} is no ID of a person (U…) or a user group (S…); in Slack: ⋮, Copy member ID"
        )
    return text


def read_duration(text: str) -> timedelta:
    """Read "2500ms", "15s", "3m", "12h" or "2d"."""
    if not re.fullmatch(DURATION, text):
        raise ValueError(f"{shown(text)} is no duration; write a number and ms, s, m, h or d, such as 15s")
    number, unit = re.findall("[0-9]+|[a-z]+", text)
    duration: timedelta = int(number) * UNITS[unit]
    if duration > LONGEST:
        raise ValueError(f"{shown(text)} is more than a year")
    return duration


def read_reminder(text: str) -> timedelta | None:
    """Read how long before an empty slot the editors are reminded, or "never"."""
    if text == NEVER:
        return None
    if not re.fullmatch(DURATION, text):
        raise ValueError(f"{shown(text)}: write a duration such as 1d, or never")
    return read_duration(text)


def read_keep(text: str) -> timedelta:
    """Read "2y" or "400d"."""
    if not re.fullmatch(KEEP, text):
        raise ValueError(f"{shown(text)} is no time to keep; write years or days, such as 2y or 400d")
    days = int(text[:-1]) * (365 if text.endswith("y") else 1)
    if not SHORTEST_KEEP <= days <= LONGEST_KEEP:
        raise ValueError(f"{shown(text)} is not between {SHORTEST_KEEP} days and {LONGEST_KEEP // 365} years")
    return timedelta(days=days)


def _choice(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    def read(text: str) -> StrEnum:
        if text not in set(kind):
            raise ValueError(f"{shown(text)} is unknown{nearest(text, kind)}; known: {', '.join(kind)}")
        return kind(text)

    return read


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Zone = Annotated[ZoneInfo, scalar(read_zone), WithJsonSchema(shaped(r"\S+"))]
_CHANNEL = {"anyOf": [shaped(CHANNEL), {"type": "integer"}, {"type": "boolean"}]}
Channel = Annotated[str, scalar(read_channel), WithJsonSchema(_CHANNEL)]
Editor = Annotated[str, scalar(read_editor), WithJsonSchema(shaped(EDITOR))]
Weekly = Annotated[WeeklyTime, scalar(read_weekly_time), WithJsonSchema(shaped(WEEKLY))]
Duration = Annotated[timedelta, scalar(read_duration), WithJsonSchema(shaped(DURATION))]
Reminder = Annotated[
    timedelta | None, scalar(read_reminder), WithJsonSchema(shaped(f"(?:{DURATION}|{NEVER})"))
]
Keep = Annotated[timedelta, scalar(read_keep), WithJsonSchema(shaped(KEEP))]
LayoutName = Annotated[Layout, scalar(_choice(Layout)), WithJsonSchema({"enum": list(Layout)})]
Decision = Annotated[OnUnknown, scalar(_choice(OnUnknown)), WithJsonSchema({"enum": list(OnUnknown)})]
ReadersName = Annotated[
    ReadersAllowed, scalar(_choice(ReadersAllowed)), WithJsonSchema({"enum": list(ReadersAllowed)})
]
ApprovalName = Annotated[Approval, scalar(_choice(Approval)), WithJsonSchema({"enum": list(Approval)})]
_ONE_OR_MORE = {"anyOf": [shaped(WEEKLY), {"type": "array", "items": shaped(WEEKLY), "minItems": 1}]}
WeeklyTimes = Annotated[
    tuple[Weekly, ...], Field(min_length=1), BeforeValidator(_listed), WithJsonSchema(_ONE_OR_MORE)
]
_DEFAULT = DeliverySettings()


class ChannelEntry(FileModel):
    """One channel."""

    channel: Channel = Field(description='Its "#name" (quoted: # starts a comment) or its ID.')
    post: WeeklyTimes = Field(description="When: fri 09:00, or a list of such times.")
    timezone: Zone | None = Field(default=None, description="Its own time zone, such as Europe/London.")
    layout: LayoutName = Field(default=Layout.HEADLINES, description="headlines, full, or folded.")
    only: tuple[Line, ...] = Field(default=(), description="Companies or tags; other stories are left out.")
    skip: tuple[Day, ...] = Field(default=(), description="Days, there, on which nothing is posted.")
    remind: Reminder = Field(
        default=timedelta(days=1), description="How long before a slot without a digest; or never."
    )


class DeliveryEntry(FileModel):
    """How patient the publisher is."""

    catch_up: Duration = Field(default=_DEFAULT.catch_up, description="How late a post may go out unasked.")
    quiet: Duration = Field(
        default=_DEFAULT.quiet, description="How long a file must be unchanged before it is posted."
    )
    timeout: Duration = Field(default=_DEFAULT.timeout, description="Of one request to Slack.")
    lease: Duration = Field(
        default=_DEFAULT.lease, description="Of a claimed message; longer than any request."
    )
    settle: Duration = Field(
        default=_DEFAULT.settle, description="How long Slack may take to show an unanswered post."
    )
    on_unknown: Decision = Field(
        default=_DEFAULT.on_unknown,
        description="hold, or repost, when Slack does not let us know whether a post arrived.",
    )


class ConfigEntry(FileModel):
    """`config.yaml`."""

    timezone: Zone | None = Field(default=None, description="For every channel without one of its own.")
    digests: Line = Field(default="digests", description="The folder of digests, seen from this file.")
    editors: tuple[Editor, ...] = Field(
        default=(), description="IDs of the people (U…) and user groups (S…) who may post, skip and correct."
    )
    approval: ApprovalName = Field(
        default=Approval.NONE,
        description="none, required, or desk: what must be approved before it goes out; files not with desk.",
    )
    approvers: tuple[Editor, ...] = Field(
        default=(), description="Like editors: who may approve. Without them every editor may."
    )
    newsroom: Channel | None = Field(
        default=None, description="The channel that gets alarms and reminders instead of each editor."
    )
    channels: tuple[ChannelEntry, ...] = Field(min_length=1, description="Who gets what, and when.")
    companies: Mapping[Line, tuple[Line, ...]] = Field(
        default_factory=dict, description="Names readers may use, and the other names they have."
    )
    readers: ReadersName = Field(
        default=ReadersAllowed.MEMBERS, description="Who is answered: members, or guests, too."
    )
    keep: Keep = Field(
        default=timedelta(days=2 * 365),
        description="How long decisions and the like are kept, such as 2y. What was posted is kept for good.",
    )
    synonyms: Mapping[Line, tuple[Line, ...]] = Field(
        default_factory=dict, description="Words that mean the same to a reader, both ways."
    )
    delivery: DeliveryEntry = Field(default=DeliveryEntry(), description="How patient the publisher is.")


BEGIN = "`roundup init` begins one, --config names another"


def read_settings(path: Path) -> tuple[Settings | None, list[Problem]]:
    """Read the configuration with everything that is wrong with it; None if an error keeps it out."""
    settings, file = open_settings(path)
    return settings, file.problems


def load_settings(path: Path) -> Settings:
    """Read the configuration or raise with every error in it."""
    settings, problems = read_settings(path)
    if settings is None:
        begin = "" if path.exists() else f"; {BEGIN}"
        raise RoundupError("\n".join(str(p) for p in problems if p.severity is Severity.ERROR) + begin)
    return settings


class SettingsFile:
    """The settings in force: the last good ones, whatever became of the file since."""

    def __init__(self, path: Path, *, editors: Sequence[str] = ()) -> None:
        self._path, self._editors = path, editors  # who are editors besides those that it names
        self._signature = signature(path)
        self._told: list[Problem] = []
        self.current = self._with_editors(load_settings(path))

    def _with_editors(self, settings: Settings) -> Settings:
        return replace(settings, editors=(*settings.editors, *self._editors))

    def refresh(self) -> tuple[Problem, ...]:
        """Take in a changed file; if it is bad, keep what we have and return its errors, once."""
        # Asked at every tick, so by its signature: nothing is read while nothing has changed.
        seen = signature(self._path)
        if seen == self._signature:
            return ()
        self._signature = seen
        settings, problems = read_settings(self._path)
        if settings:
            self.current, self._told = self._with_editors(settings), []
            return ()
        errors = [p for p in problems if p.severity is Severity.ERROR]
        news = tuple(errors) if errors != self._told else ()
        self._told = errors
        return news

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the file, as it is now, from being in force; empty if it is."""
        return tuple(self._told)


def open_settings(path: Path) -> tuple[Settings | None, YamlFile]:
    """Read the configuration and keep its file, for whoever has more to say about its lines."""
    file = read_yaml(path)
    entry = file.validated(ConfigEntry)
    if file.data is not None:
        _check(file, file.data)
    return (_settings(path, entry) if entry and not file.broken else None), file


def _check(file: YamlFile, data: Mapping[str, Any]) -> None:
    """Look at what no field can know alone. Parts that are broken in themselves are left out."""
    count = len(data["channels"]) if isinstance(data.get("channels"), list) else 0
    # Entry by entry: one channel with a mistake does not hide what is wrong with the others.
    channels = {n: entry for n in range(count) if (entry := file.part(ChannelEntry, "channels", n))}
    _check_names(channels, file)
    newsroom = _written(data, "newsroom").removeprefix("#")
    if newsroom in {channel.channel.removeprefix("#") for channel in channels.values()}:
        file.warning(("newsroom",), "is posted to as well, so its readers see every alarm; take another")
    for n, channel in channels.items():
        _check_times(channel, ("channels", n), file)
        if not channel.timezone and "timezone" not in data:
            file.error(("channels", n, "timezone"), "missing; add it here or once at the top of the file")
    _check_zone(("timezone",), _written(data, "timezone"), file)
    for n, channel in channels.items():
        _check_zone(("channels", n, "timezone"), channel.timezone and channel.timezone.key, file)
    for key in ("companies", "synonyms"):
        if isinstance(data.get(key), dict):
            _check_names_of_one_thing(data[key], key, file)
    if delivery := file.part(DeliveryEntry, "delivery"):
        _check_delivery(delivery, file)
    _check_approvers(data, file)
    if not data.get("editors"):
        nobody = "" if data.get("newsroom") else "nobody is told of a failed post; "
        decide = "nobody may decide by button; " if data.get("newsroom") else ""
        file.warning(("editors",), f"no editors: {nobody}{decide}add their user IDs")


def _written(data: Mapping[str, Any], key: str) -> str:
    """Return what a key's reader makes of: the text without the blanks around it, "" for what is none."""
    value = data.get(key)
    return value.strip() if isinstance(value, str) else ""


def _check_approvers(data: Mapping[str, Any], file: YamlFile) -> None:
    """Refuse an approval that only one person could give: not of what that person wrote."""
    if _written(data, "approval") not in (Approval.REQUIRED, Approval.DESK):
        return
    key = "approvers" if data.get("approvers") else "editors"
    named = data.get(key) or []
    if not isinstance(named, list):  # reported by its field
        return
    people = [str(id_).strip() for id_ in named]
    # How many are in a user group only Slack knows.
    if len(set(people)) < 2 and not any(id_.startswith("S") for id_ in people):
        only = f"{people[0]} alone could" if people else "nobody could"
        file.error(
            (key,), f"{only} approve, and nobody approves what they wrote; name two people or a user group"
        )


def _check_names(channels: Mapping[int, ChannelEntry], file: YamlFile) -> None:
    lines: dict[str, int] = {}
    for n, channel in channels.items():
        loc: Loc = ("channels", n, "channel")
        name = channel.channel
        if name in lines:
            file.error(loc, f"{name} has an entry on line {lines[name]} already; make them one")
        lines.setdefault(name, file.place(loc)[0])


def _check_times(channel: ChannelEntry, loc: Loc, file: YamlFile) -> None:
    if len(set(channel.post)) < len(channel.post):
        file.error((*loc, "post"), "the same time twice; take one out")
    weekdays = {weekly.weekday for weekly in channel.post}
    for n, day in enumerate(channel.skip):
        if day.weekday() not in weekdays:
            file.warning((*loc, "skip", n), f"skips nothing: {day} is a {WEEKDAYS[day.weekday()]}")


def _check_zone(loc: Loc, name: Any, file: YamlFile) -> None:
    if isinstance(name, str) and FIXED_ZONES.fullmatch(name):
        # POSIX counts westwards: in Etc/GMT+1 it is an hour earlier than in Greenwich.
        behind = "behind" if "+" in name else "ahead of"
        sign = (
            f" and is {behind} UTC, its sign turned round"
            if re.fullmatch(r"Etc/GMT[+-][1-9]\d?", name)
            else ""
        )
        file.warning(
            loc, f"{name} has no summer time{sign}; a place such as {FIXED.get(name, 'Europe/London')} has"
        )


def _check_names_of_one_thing(named: Mapping[str, Any], key: str, file: YamlFile) -> None:
    """Refuse a name that would mean two companies, a word that would stand in two groups."""
    owners: dict[str, str] = {}
    for name in named:
        if (owner := owners.setdefault(as_seen(name), name)) != name:
            file.error((key, name), f"{shown(name)} means {owner} already; make them one", key=True)
    for name, aliases in named.items():
        seen = {as_seen(name)}
        for n, alias in enumerate(aliases if isinstance(aliases, list) else []):
            folded = as_seen(str(alias))
            owner = owners.setdefault(folded, name)
            if owner != name:
                file.error((key, name, n), f"{shown(str(alias))} means {owner} already; keep one of the two")
            elif folded in seen:
                file.warning((key, name, n), f"{shown(str(alias))} stands there already; take it out")
            seen.add(folded)


def _check_delivery(entry: DeliveryEntry, file: YamlFile) -> None:
    if not entry.timeout:
        file.error(("delivery", "timeout"), "no time for an answer; write 15s")
    if entry.lease - entry.lease / 10 <= entry.timeout:
        # Else a second replica takes over while the first one's request is still in the air. The tenth is
        # what a claim keeps to spare: with less, each is given back at its last look.
        remedy = (
            "must be longer than timeout by more than a tenth of itself, or a post may go out twice, or never"
        )
        file.error(("delivery", "lease"), remedy)
    if not entry.catch_up:
        file.error(("delivery", "catch_up"), "without time to catch up nothing is ever posted; write 12h")


def _settings(path: Path, entry: ConfigEntry) -> Settings:
    return Settings(
        digests=path.parent / entry.digests,
        channels=tuple(_channel(channel, entry) for channel in entry.channels),
        editors=entry.editors,
        approval=entry.approval,
        approvers=entry.approvers,
        newsroom=entry.newsroom or "",
        companies=dict(entry.companies),
        readers=entry.readers,
        keep=entry.keep,
        synonyms=dict(entry.synonyms),
        delivery=DeliverySettings(**entry.delivery.model_dump()),
    )


def _channel(entry: ChannelEntry, config: ConfigEntry) -> ChannelSettings:
    zone = entry.timezone or config.timezone
    if zone is None:  # reported by _check; such a file makes no settings
        raise AssertionError(entry.channel)
    return ChannelSettings(
        channel=entry.channel,
        schedule=Schedule(times=entry.post, zone=zone, skip=frozenset(entry.skip)),
        layout=entry.layout,
        only=entry.only,
        also=equals(entry.only, config.companies),
        remind=entry.remind,
    )
