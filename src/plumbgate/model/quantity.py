"""
Units, and quantities written as one scalar: `15 d`, `72 h`, `90 %`.

A value has one canonical unit: durations are days, shares are ratios. `72 h` is 3.0 and `90 %`
is 0.9, so that CEL compares plain doubles.
"""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction


class Unit(StrEnum):
    """The unit of a metric, a parameter or a limit."""

    RATIO = "ratio"
    DAYS = "d"
    COUNT = "count"
    PER_1K = "per_1k"
    RATIO_PER_30D = "ratio_per_30d"


_WORDS = {
    Unit.COUNT: "a count",
    Unit.DAYS: "a number of days",
    Unit.PER_1K: "a rate per thousand",
    Unit.RATIO: "a share",
    Unit.RATIO_PER_30D: "a share per 30 days",
    None: "a bare number",
}


def wording(unit: Unit | None) -> str:
    """Return what a number of this unit is, in words."""
    return _WORDS[unit]


SUFFIXES: dict[str, tuple[Unit, Fraction]] = {
    "%": (Unit.RATIO, Fraction(1, 100)),
    "ratio": (Unit.RATIO, Fraction(1)),
    "w": (Unit.DAYS, Fraction(7)),
    "d": (Unit.DAYS, Fraction(1)),
    "h": (Unit.DAYS, Fraction(1, 24)),
    "min": (Unit.DAYS, Fraction(1, 24 * 60)),
    "s": (Unit.DAYS, Fraction(1, 24 * 60 * 60)),
    "count": (Unit.COUNT, Fraction(1)),
    "per_1k": (Unit.PER_1K, Fraction(1)),
    "ratio_per_30d": (Unit.RATIO_PER_30D, Fraction(1)),
}
"""What may stand behind a number, with its unit and the factor to that unit."""

_QUANTITY = re.compile(
    r"\s*([+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,3})?)\s*(\S*)\s*", re.ASCII
)
_MOST_DIGITS = 6


def parse_quantity(written: str | float) -> tuple[float, Unit | None]:
    """
    Return the value in its canonical unit, and that unit; a bare number has no unit yet.

    The value is the double nearest to what is written: `33.3 %` is 0.333.

    Raises:
        ValueError: `written` is no finite number with a known unit behind it.

    """
    match = _QUANTITY.fullmatch(str(written))
    # A bool is a number to Python.
    if match is None or isinstance(written, bool):
        raise ValueError(f"`{written}` is not a quantity: write a number and a unit, as `15 d`")
    number, suffix = match.groups()
    if suffix and suffix not in SUFFIXES:
        raise ValueError(f"`{suffix}` is not a unit; units are {', '.join(SUFFIXES)}")
    unit, factor = SUFFIXES[suffix] if suffix else (None, Fraction(1))
    try:
        return float(Fraction(number) * factor), unit
    except OverflowError:
        raise ValueError(f"`{written}` is more than a number here can be") from None


def smallest_step(written: str | float) -> float:
    """
    Return one in the last digit of a quantity, in its canonical unit: of `15 d` it is 1 day.

    Zeros behind the point are no digits: of `15.0 d` it is 1 day too.

    Raises:
        ValueError: `written` is no quantity.

    """
    parse_quantity(written)
    match = _QUANTITY.fullmatch(str(written))
    assert match is not None  # noqa: S101 (it was just parsed)
    number, suffix = match.groups()
    mantissa, _, exponent = number.lower().partition("e")
    decimals = len(mantissa.partition(".")[2].rstrip("0"))
    factor = SUFFIXES[suffix][1] if suffix else Fraction(1)
    return float(Fraction(10) ** (int(exponent or 0) - decimals) * factor)


def format_quantity(value: float, unit: Unit | None, *, beside: float | None = None) -> str:
    """
    Return `value` as a person reads it: `97.1 %`, `13.2 d`, `3`.

    It has as many digits as set it apart from `beside`, within reason: 89.96 % does not read as
    90 % next to a limit of 90 %.
    """
    digits = 2 if unit in {None, Unit.COUNT, Unit.RATIO_PER_30D} else 1
    if beside is not None and beside != value:
        while digits < _MOST_DIGITS and _shown(value, unit, digits) == _shown(beside, unit, digits):
            digits += 1
    return _shown(value, unit, digits)


def format_difference(value: float, unit: Unit | None) -> str:
    """Return a difference as a person reads it: shares differ by percentage points (`-3 pp`)."""
    if unit is Unit.RATIO:
        return f"{_trimmed(value * 100, 1)} pp"
    return format_quantity(value, unit)


def _shown(value: float, unit: Unit | None, digits: int) -> str:
    if unit is Unit.RATIO:
        return f"{_trimmed(value * 100, digits)} %"
    if unit is Unit.DAYS:
        return f"{_trimmed(value, digits)} d"
    if unit is Unit.PER_1K:
        return f"{_trimmed(value, digits)} per 1k"
    if unit is Unit.RATIO_PER_30D:
        return f"{_trimmed(value * 100, digits)} % per 30 d"
    return _trimmed(value, digits)


def _trimmed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
