"""
Units, and quantities written as one scalar: `15 d`, `72 h`, `90 %`.

A value has one canonical unit: durations are days, shares are ratios. `72 h` is 3.0 and `90 %`
is 0.9, so that CEL compares plain doubles.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Unit(StrEnum):
    """The unit of a metric, a parameter or a limit."""

    RATIO = "ratio"
    DAYS = "d"
    COUNT = "count"
    PER_1K = "per_1k"
    RATIO_PER_30D = "ratio_per_30d"


SUFFIXES: dict[str, tuple[Unit, float]] = {
    "%": (Unit.RATIO, 0.01),
    "ratio": (Unit.RATIO, 1),
    "w": (Unit.DAYS, 7),
    "d": (Unit.DAYS, 1),
    "h": (Unit.DAYS, 1 / 24),
    "min": (Unit.DAYS, 1 / 1440),
    "s": (Unit.DAYS, 1 / 86400),
    "count": (Unit.COUNT, 1),
    "per_1k": (Unit.PER_1K, 1),
    "ratio_per_30d": (Unit.RATIO_PER_30D, 1),
}
"""What may stand behind a number, with its unit and the factor to that unit."""

_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S*)\s*")
_PERCENT_POINT_UNITS = frozenset({Unit.RATIO})


def parse_quantity(written: str | float) -> tuple[float, Unit | None]:
    """
    Return the value in its canonical unit, and that unit; a bare number has no unit yet.

    Raises:
        ValueError: `written` is no number with a known unit behind it.

    """
    if isinstance(written, int | float):
        return float(written), None
    match = _QUANTITY.fullmatch(written)
    if match is None:
        raise ValueError(f"`{written}` is not a quantity: write a number and a unit, as `15 d`")
    number, suffix = match.groups()
    if not suffix:
        return float(number), None
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise ValueError(f"`{suffix}` is not a unit; units are {known}")
    unit, factor = SUFFIXES[suffix]
    # Dividing keeps `90 %` the double 0.9; multiplying by 0.01 would not.
    value = float(number) / round(1 / factor) if factor < 1 else float(number) * factor
    return value, unit


def format_quantity(value: float, unit: Unit | None) -> str:
    """Return `value` as a person reads it: `97.1 %`, `13.2 d`, `3`."""
    if unit is Unit.RATIO:
        return f"{_trim(value * 100, 1)} %"
    if unit is Unit.DAYS:
        return f"{_trim(value, 1)} d"
    if unit is Unit.PER_1K:
        return f"{_trim(value, 1)} per 1k"
    if unit is Unit.RATIO_PER_30D:
        return f"{_trim(value * 100, 2)} % per 30 d"
    return _trim(value, 2)


def format_difference(value: float, unit: Unit | None) -> str:
    """Return the size of a difference: shares differ by percentage points (`3.0 pp`)."""
    if unit in _PERCENT_POINT_UNITS:
        return f"{_trim(abs(value) * 100, 1)} pp"
    return format_quantity(abs(value), unit)


def _trim(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
