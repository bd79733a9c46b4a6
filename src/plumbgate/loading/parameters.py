"""Parameters: a value, the bounds within which it may be moved, one unit for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.loading.quantities import Quantity, quantity
from plumbgate.model.policy import Looser, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    diagnostics.extend(_misfits(document, keys, value, bounds))
    (low, _), (high, _) = bounds.get("min", (None, None)), bounds.get("max", (None, None))
    looser = Looser(row["looser"]) if "looser" in row else None
    described = row.get("description", ""), row.get("basis", "")
    return Parameter(name, *value, low, high, looser, *described)


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
