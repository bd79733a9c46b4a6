"""
Instants and durations: `timestamp('2026-01-31T00:00:00Z')`, `duration('36h')`.

Texts are read here, in linear time, and never by cel-python, which takes days, instants without a
zone and, for some texts, minutes. Nothing is finer than a microsecond.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from plumbgate.cel.environment import celtypes
from plumbgate.cel.values import OperationError
from plumbgate.model.instant import parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from plumbgate.cel.environment import Value

MICROSECONDS = {
    "h": Fraction(3_600_000_000),
    "m": Fraction(60_000_000),
    "s": Fraction(1_000_000),
    "ms": Fraction(1_000),
    "us": Fraction(1),
    "ns": Fraction(1, 1_000),
}
"""The units of a duration: there are no days, which are of no fixed length in CEL."""
_PART = re.compile(r"(\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(h|ms|m|s|us|ns)", re.ASCII)
_LONGEST = timedelta(microseconds=(2**63 - 1) // 1_000)
"""An int64 of nanoseconds, some 292 years: what the suite of the language definition asks."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_duration(value: Value) -> Value:
    """
    Return the duration that a text writes: `36h`, `1h30m`, `-1.5s`.

    Raises:
        OperationError: It writes none, or one that is too long or too fine.

    """
    if not isinstance(value, str):
        return value
    sign, text = (-1, value[1:]) if value.startswith("-") else (1, value.removeprefix("+"))
    position, total = 0, Fraction(0)
    while match := _PART.match(text, position):
        position = match.end()
        whole, _, part = match[1].partition(".")
        total += Fraction(f"{whole or 0}.{part or 0}") * MICROSECONDS[match[2]]
    if text != "0" and (position == 0 or position != len(text)):
        raise OperationError("duration() of a text that is none: write hours, as '36h'")
    if total.denominator != 1:
        raise OperationError("duration() of a part of a microsecond")
    return _within(lambda: timedelta(microseconds=sign * int(total)))


def to_timestamp(value: Value) -> Value:
    """
    Return the instant that a text writes, with its zone; of an int, so many seconds after 1970.

    Raises:
        OperationError: It writes none, or one beyond the years 1 to 9999.

    """
    if isinstance(value, celtypes.IntType):
        return _instant(lambda: _EPOCH + timedelta(seconds=int(value)))
    if not isinstance(value, str):
        return value
    # A date alone is an instant in our own files; in CEL it is none.
    if "T" not in value.upper():
        raise OperationError("timestamp() of a text without a time: write '2026-01-31T00:00:00Z'")
    try:
        return celtypes.TimestampType(parse_instant(value))
    except ValueError:
        message = "timestamp() of a text that is no instant: write '2026-01-31T00:00:00Z'"
        raise OperationError(message) from None


def between(later: datetime, earlier: datetime) -> Value:
    """Return the duration from one instant to another."""
    return _bounded(datetime.__sub__(later, earlier))


def after(instant: datetime, by: timedelta) -> Value:
    """
    Return the instant that lies a duration after another.

    Raises:
        OperationError: It lies beyond the years 1 to 9999.

    """
    return _instant(lambda: datetime.__add__(instant, by))


def before(instant: datetime, by: timedelta) -> Value:
    """Return the instant that lies a duration before another; likewise."""
    return _instant(lambda: datetime.__add__(instant, timedelta.__neg__(by)))


def longer(one: timedelta, other: timedelta) -> Value:
    """Return two durations together."""
    return _within(lambda: timedelta.__add__(one, other))


def shorter(one: timedelta, other: timedelta) -> Value:
    """Return what is left of a duration."""
    return _within(lambda: timedelta.__sub__(one, other))


def _within(make: Callable[[], timedelta]) -> Value:
    try:
        return _bounded(make())
    except OverflowError:
        raise OperationError("a duration of more than 292 years") from None


def _bounded(made: timedelta) -> Value:
    if abs(made) > _LONGEST:
        raise OperationError("a duration of more than 292 years")
    return celtypes.DurationType(made)


def _instant(make: Callable[[], datetime]) -> Value:
    try:
        return celtypes.TimestampType(make())
    except OverflowError:
        raise OperationError("an instant beyond the years 1 to 9999") from None
