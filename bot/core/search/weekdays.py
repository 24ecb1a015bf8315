"""Weekdays and weekends: last friday, seit Montag, le vendredi, over the weekend. In running text: `when`."""

from __future__ import annotations

from datetime import date, timedelta

from bot.core.search.days import Span

# As plain text has them: without accents. Not mon, sat and sun: those are other words.
_NAMES = """
monday montag lundi lunes segunda-feira lunedi maandag
tuesday tues tue dienstag mardi martes terca-feira martedi dinsdag
wednesday wed mittwoch mercredi miercoles quarta-feira mercoledi woensdag
thursday thurs thur thu donnerstag jeudi jueves quinta-feira giovedi donderdag
friday fri freitag vendredi viernes sexta-feira venerdi vrijdag
saturday samstag sonnabend samedi sabado sabato zaterdag
sunday sonntag dimanche domingo domenica zondag
"""
WEEKDAY_OF = {
    name: weekday for weekday, names in enumerate(_NAMES.strip().split("\n")) for name in names.split()
}
WEEKDAYS = tuple(names.split()[0] for names in _NAMES.strip().split("\n"))
# Ordinal numbers, too, so that they are days only beside a word that says which: sexta passada.
SHORT_WEEKDAYS = {
    name.removesuffix("-feira"): weekday for name, weekday in WEEKDAY_OF.items() if name.endswith("-feira")
}
WEEKENDS = ("weekend", "week-end", "wochenende", "fin de semana", "fim de semana", "fine settimana")
_SATURDAY = 5
_OF_ALL = WEEKDAY_OF | SHORT_WEEKDAYS


def latest_of(name: str, today: date) -> Span:
    """Return the last such weekday or weekend that has begun."""
    return _from((today - timedelta(days=_first_day(name))).weekday(), name, today)


def in_week_of(name: str, monday: date) -> Span:
    """Return the weekday, or the weekend, of a week."""
    return _from(-_first_day(name), name, monday)


def of_month(name: str, nth: int, month: Span) -> Span:
    """Return the nth such weekday of a month; the 0th is its last."""
    if not nth:
        return latest_of(name, month[1])
    week = timedelta(days=7 * (nth - 1))
    first, last = latest_of(name, month[0] + timedelta(days=6))
    return first + week, last + week


def _first_day(name: str) -> int:
    return _OF_ALL.get(name, _SATURDAY)


def _from(days_back: int, name: str, day: date) -> Span:
    first = day - timedelta(days=days_back)
    return first, first + timedelta(days=name in WEEKENDS)
