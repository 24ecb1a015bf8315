"""What people do next, in the words of where they read of it: commands in a shell, buttons in Slack.

Few who read in Slack have a shell. What Slack has no button for is left to an operator, who is named.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.versions import is_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How each thing is done, as words that our sentences take in."""

    missed: str  # to decide about what was missed
    held: str  # about what is held
    held_unasked: str  # the same, where it cannot be in the channel
    retry: str
    say_where: str
    status: str  # says what became of a post
    post: str  # sends what was not sent
    retract: str  # takes a post back
    repost: str  # sends what looks like a double
    bring_back: str  # sends what a person deleted


IN_SHELL = Ways(
    missed="roundup resolve --repost (now), --next (at the next slot) or --drop",
    held="roundup resolve --there, --repost or --drop",
    held_unasked="roundup resolve --repost or --drop",
    retry="roundup retry",
    say_where="roundup resolve --there --link its link",
    status="`roundup status`",
    post="`roundup post`",
    retract="`roundup retract`",
    repost="`roundup resolve --repost`",
    bring_back="roundup resolve --repost",
)
IN_SLACK = Ways(
    missed="Post now, Next slot or Skip",
    held="It is there, Post it or Leave it out",
    held_unasked="Post it or Leave it out",
    retry="press Try again",
    say_where="ask an operator to run `roundup resolve --there --link` with its link",
    status="`/roundup status`",
    post="Post now in its preview",
    retract="Retract in its preview",
    repost="Post it in `/roundup status`",
    bring_back="an operator's `roundup resolve --repost`",
)


def for_operators(text: str) -> str:
    """Return words of ours for the log, whose readers have a shell."""
    return text.replace(IN_SLACK.status, IN_SHELL.status)


def ways_of(who: str) -> Ways:
    """Return how whoever gives an order goes on: a person has pressed something in Slack."""
    return IN_SLACK if is_person(who) else IN_SHELL
