"""Parameters: a value, the bounds within which it may be moved, one unit for all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plumbgate.loading.quantities import Quantity, quantity, start_of
from plumbgate.model.policy import Looser, Parameter
from plumbgate.model.quantity import Unit, format_quantity, smallest_step, wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys

BOUNDS = {"min": "at least", "max": "at most"}
"""The keys of the bounds, and how each is read."""


def read_parameter(
    document: Document, name: str, diagnostics: list[Diagnostic]
) -> Parameter | None:
    """Return the parameter of this name, or None where its value was reported as none."""
    keys: Keys = ("parameters", name)
    row = document.at(keys)
    value = quantity(document, (*keys, "value"), diagnostics)
    bounds = {
        key: found
        for key in BOUNDS
        if key in row and (found := quantity(document, (*keys, key), diagnostics))
    }
    if value is None:
        return None
    if value[1] is None and any(unit for _, unit in bounds.values()):
        diagnostics.append(_no_unit(document, keys, bounds))
        return None
    number, unit = value
    diagnostics.extend(_misfits(document, keys, value, bounds))
    (low, _), (high, _) = bounds.get("min", (None, None)), bounds.get("max", (None, None))
    looser = Looser(row["looser"]) if "looser" in row else None
    parameter = Parameter(
        name,
        number,
        unit,
        document.key_place(keys),
        smallest_step(row["value"]),
        low,
        high,
        looser,
        row.get("description", ""),
        row.get("basis", ""),
    )
    later = _later(document, keys, parameter, diagnostics) if "later" in row else ()
    return replace(parameter, later=tuple(later))


def read_value(
    document: Document, keys: Keys, parameter: Parameter, diagnostics: list[Diagnostic]
) -> float | None:
    """
    Return a value for a parameter, written anywhere, in the parameter's unit.

    A bare number takes that unit. None where it was reported: as no quantity, in another unit, or
    outside the bounds.
    """
    found = quantity(document, keys, diagnostics)
    if found is None:
        return None
    number, unit = found
    place, before = document.place(keys), len(diagnostics)
    if unit is not parameter.unit and unit is not None:
        example = f"write it in {parameter.unit}" if parameter.unit else "write a bare number"
        message = f"`{parameter.name}` is {wording(parameter.unit)}, this is {wording(unit)}"
        diagnostics.append(document.diagnostic("PG023", message, place, example))
    elif unit is None and parameter.unit is Unit.RATIO and not 0 <= number <= 1:
        message = f"`{parameter.name}` is a share, which lies in 0 to 1"
        diagnostics.append(document.diagnostic("PG023", message, place, f"write {number:g} %"))
    else:
        for bound, words, beyond in (
            (parameter.low, "at least", parameter.low is not None and number < parameter.low),
            (parameter.high, "at most", parameter.high is not None and number > parameter.high),
        ):
            if beyond and bound is not None:
                message = f"the value of `{parameter.name}` lies outside the policy's bounds"
                hint = f"write {words} {format_quantity(bound, parameter.unit)}"
                diagnostics.append(document.diagnostic("PG012", message, place, hint))
    return number if len(diagnostics) == before else None


def _later(
    document: Document, keys: Keys, parameter: Parameter, diagnostics: list[Diagnostic]
) -> Iterator[tuple[datetime, float]]:
    """Yield the values that take the place of a parameter's, with the instant of each."""
    latest: datetime | None = None
    for index, _ in enumerate(document.at((*keys, "later"))):
        here: Keys = (*keys, "later", index)
        since = start_of(document, (*here, "from"), diagnostics)
        number = read_value(document, (*here, "value"), parameter, diagnostics)
        if since and latest and since <= latest:
            place = document.place((*here, "from"))
            message = "it begins no later than the value before it"
            hint = "write the values in the order of time"
            diagnostics.append(document.diagnostic("PG012", message, place, hint))
        latest = since or latest
        if since and number is not None:
            yield since, number


def _no_unit(document: Document, keys: Keys, bounds: Mapping[str, Quantity]) -> Diagnostic:
    here: Keys = (*keys, "value")
    bound, unit = next((key, unit) for key, (_, unit) in bounds.items() if unit)
    message = f"`value` has no unit, and `{bound}` is in {unit}"
    hint = f"write `{document.written(here)} {unit}`"
    return document.diagnostic("PG023", message, document.place(here), hint)


def _misfits(
    document: Document, keys: Keys, value: Quantity, bounds: Mapping[str, Quantity]
) -> Iterator[Diagnostic]:
    number, unit = value
    for key, (bound, its_unit) in bounds.items():
        if its_unit is not unit:
            place = document.place((*keys, key))
            message = f"`{key}` has another unit than `value`"
            yield document.diagnostic("PG023", message, place, f"write it in {unit}, as `value`")
        elif number < bound if key == "min" else number > bound:
            place = document.place((*keys, "value"))
            written = document.at((*keys, key))
            message = f"the value of `{keys[-1]}` lies outside its bounds"
            hint = f"write {BOUNDS[key]} {written}, or move `{key}`"
            yield document.diagnostic("PG012", message, place, hint)
