"""Who did something is named in our words; what files say names nobody."""

from __future__ import annotations

from bot.core.delivery.alarms import APPROVAL, Alarm
from bot.core.versions import mention
from bot.slack.views.alarms import AlarmWording
from bot.slack.views.kit import plainly


def test_a_letter_names_who_asks_and_pings_nobody_whom_a_title_mentions() -> None:
    asks = f"Please approve: {mention('U0ANN')} asks for approval of d: <@U0BEN> of Acme."
    told = Alarm(subject="x", text="A slot is empty.")
    letter = AlarmWording().letter([told, Alarm(subject=f"{APPROVAL}d", text=asks, digest="d")])

    said = "Please approve: <@U0ANN> asks for approval of d: &lt;@U0BEN&gt; of Acme."
    assert letter.text == f"A slot is empty.\n{said}"
    assert said in str(letter.blocks)


def test_who_is_no_person_is_named_in_words() -> None:
    assert plainly(f"Nothing was changed: {mention('the shell')} changed d").text == (
        "Nothing was changed: the shell changed d"
    )


def test_words_that_begin_with_a_mention_are_no_mention() -> None:
    assert plainly("<@U0BEN> is approved.").text == "&lt;@U0BEN&gt; is approved."
