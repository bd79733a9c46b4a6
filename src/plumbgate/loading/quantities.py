"""Quantities in documents: `15 d`, `90 %`, `3`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.model.instant import parse_instant
from plumbgate.model.quantity import Unit, parse_quantity

if TYPE_CHECKING:
    from datetime import datetime

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys

SPELT_OUT = {
    "day": "d",
    "days": "d",
    "hour": "h",
    "hours": "h",
    "minute": "min",
    "minutes": "min",
    "percent": "%",
    "week": "w",
    "weeks": "w",
}
"""Units as people write them, and as they are written here."""

Quantity = tuple[float, Unit | None]
"""A value in its canonical unit, and that unit; a bare number has none."""


def quantity(document: Document, keys: Keys, diagnostics: list[Diagnostic]) -> Quantity | None:
    """Return value and unit of the quantity at `keys`, or None where it was reported as none."""
    written, place = document.at(keys), document.place(keys)
    try:
        value, unit = parse_quantity(written)
    except ValueError as error:
        message, _, hint = str(error).partition(": ")
        number, _, word = str(written).strip().rpartition(" ")
        hint = f"write `{number} {SPELT_OUT[word]}`" if word in SPELT_OUT else hint
        diagnostics.append(document.diagnostic("PG012", message, place, hint))
        return None
    if unit is None and isinstance(written, str):
        message = f'`{keys[-1]}` must be a quantity, found text "{written}"'
        hint = "write the number without quotes, or give it a unit"
        diagnostics.append(document.diagnostic("PG012", message, place, hint))
        return None
    return value, unit


def start_of(document: Document, keys: Keys, diagnostics: list[Diagnostic]) -> datetime | None:
    """Return the instant at `keys`, at which something begins; None where it was reported."""
    written = document.at(keys)
    try:
        return parse_instant(written)
    except ValueError:
        message, hint = f"`{written}` is no date", "write a day of the calendar, as 2027-01-01"
        diagnostics.append(document.diagnostic("PG012", message, document.place(keys), hint))
        return None


def days(document: Document, keys: Keys, diagnostics: list[Diagnostic]) -> float:
    """Return the duration at `keys` in days; 0 where it was reported as none."""
    found = quantity(document, keys, diagnostics)
    if found is None:
        return 0.0
    value, unit = found
    place, hint = document.place(keys), "write a number and a unit, as `45 d`"
    if unit is not Unit.DAYS:
        message = f"`{keys[-1]}` must be a duration, found `{document.at(keys)}`"
        diagnostics.append(document.diagnostic("PG023", message, place, hint))
    elif value <= 0:
        message = f"`{keys[-1]}` must be longer than nothing, found `{document.at(keys)}`"
        diagnostics.append(document.diagnostic("PG012", message, place, hint))
    return value
