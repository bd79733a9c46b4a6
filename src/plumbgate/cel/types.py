"""
The types that expressions have, finer than CEL's own.

A number has a unit, a text may be one of a few words, and what is only a structure (a change, a
period, a unit) is no value by itself. So a share is never held against days, and a trend never
compared with a word that no trend is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plumbgate.model.quantity import Unit, wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plumbgate.cel.syntax import Tree


@dataclass(frozen=True, slots=True)
class Type:
    """The type of an expression."""

    kind: str
    """CEL's name: `bool`, `int`, `double`, `string`, `list`, `map`, ...; or a structure."""
    unit: Unit | None = None
    """Of a number; None for a bare one."""
    constant: float | None = None
    """Of a bare number: its value, where it is known; of several, the one farthest from 0."""
    difference: bool = False
    """Whether a number is a difference, which may be below 0."""
    computed: bool = False
    """Whether a number is made of others: a share of shares may be more than 1."""
    words: frozenset[str] | None = None
    """Of a text: all that it can be; None where it can be anything."""
    item: Type | None = None
    """Of the items of a list, or the values of a map."""

    def __str__(self) -> str:
        """Return how a value of it is called behind `a`."""
        if self.kind in {"list", "map"} and self.item and self.item != ANY:
            return f"{self.kind} (each item a {self.item})"
        if self.unit:
            return wording(self.unit).removeprefix("a ")
        return _CALLED.get(self.kind, self.kind)


_CALLED = {"bool": "truth value", "double": "number", "int": "whole number", "string": "text"}
"""What people call the kinds whose names are a programmer's."""


class Problem(Exception):  # noqa: N818 (it is caught, said at its place, and never leaves)
    """What is wrong with a part of an expression."""

    def __init__(self, code: str, message: str, hint: str = "", node: Tree | None = None) -> None:
        """Hold a diagnostic's code, sentence and fix, and the part, if it is not the whole."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.node = node


ANY = Type("any")
"""Of what was reported as wrong, and of the items of `[]`: it fits everything."""
BOOL = Type("bool")
DOUBLE = Type("double")
INT = Type("int")
COUNT = Type("int", Unit.COUNT)
STRING = Type("string")
DURATION = Type("duration")
TIMESTAMP = Type("timestamp")
PERIOD = Type("period")
"""A period of the history: its fields are read, it is no value itself."""
UNIT = Type("unit")
"""A unit of the scope, likewise."""
MEASURED = Type("measurement")
"""All that is known of a measurement: `enough` takes it whole."""
CHANGE = Type("change")
"""A difference with its interval: only `trend` takes it whole."""

NUMBERS = frozenset({"double", "int"})
STRUCTURES = {
    "change": ("a change alone is no value", "read its `.delta`, or give it to `trend()`"),
    "measurement": ("a measurement alone is no value", "read its `.value`, `.n` or `.state`"),
    "period": ("a period alone is no value", "read its `.metrics` or `.variables`"),
    "unit": ("a unit alone is no value", "read its `.weight`, `.verdicts` or `.metrics`"),
}
"""Kinds that are no values, with what to say of one that stands where a value must."""


def listed(item: Type) -> Type:
    """Return the type of a list of such items."""
    return Type("list", item=item)


def one_of(words: Iterable[str]) -> Type:
    """Return the type of a text that is one of these words."""
    return Type("string", words=frozenset(words))


def field_of(base: Type, fields: Iterable[str]) -> Type:
    """
    Return the type of fields selected from a value.

    Raises:
        Problem: It has no fields.

    """
    for name in fields:
        if base == ANY:
            return ANY
        if base.kind != "map":
            raise Problem("PG022", f"a {base} has no field `{name}`")
        base = base.item or ANY
    return base


def is_number(found: Type) -> bool:
    """Return whether it is a number, or can be anything."""
    return found.kind in NUMBERS or found == ANY


def united(one: Type, other: Type) -> Type:
    """
    Return the type of what is either one or the other.

    Raises:
        Problem: Nothing is both.

    """
    if ANY in {one, other}:
        return other if one == ANY else one
    if one.kind != other.kind:
        message = f"either a {one} or a {other}: it must be one of the two always"
        raise Problem("PG022", message, "let both have one type")
    if one.kind in NUMBERS:
        refuse_units(one, other)
        known = one.constant is not None and other.constant is not None
        farthest = max((one, other), key=lambda number: abs(number.constant or 0)).constant
        difference = one.difference or other.difference
        computed = one.computed or other.computed
        unit = one.unit or other.unit
        return Type(one.kind, unit, farthest if known else None, difference, computed)
    if one.kind == "string":
        if one.words is None or other.words is None:
            return STRING
        return one_of(one.words | other.words)
    if one.item and other.item:
        return replace(one, item=united(one.item, other.item))
    return one


def refuse_units(one: Type, other: Type) -> None:
    """
    Refuse two numbers of which one says nothing of the other.

    A bare number is a count, a rate or a ratio; as a ratio it lies in 0 to 1.

    Raises:
        Problem: Their units differ, or a bare number cannot have the unit of the other.

    """
    if one.unit is other.unit or one.kind not in NUMBERS or other.kind not in NUMBERS:
        return
    if one.unit and other.unit:
        message = f"unit mismatch: {wording(one.unit)} and {wording(other.unit)}"
        raise Problem("PG023", message, "compare like with like; a parameter has its value's unit")
    bare, beside = (one, other) if other.unit else (other, one)
    number = bare.constant
    if number is None or beside.unit is None:
        return
    if beside.unit is Unit.DAYS and number != 0:
        message = f"unit mismatch: {number:g} has no unit, and stands beside {wording(beside.unit)}"
        raise Problem("PG023", message, "name it as a parameter: `limit: {value: 15 d}`")
    least = -1 if beside.difference else 0
    if beside.unit is Unit.RATIO and not (beside.computed or least <= number <= 1):
        message = f"unit mismatch: {number:g} stands beside a share, which lies in 0 to 1"
        raise Problem("PG023", message, f"write {number / 100:g}, if it means {number:g} %")


def product(one: Type, other: Type) -> Unit | None:
    """
    Return the unit of a product: shares and counts of something keep its unit.

    Raises:
        Problem: Nothing has that unit.

    """
    units = [unit for unit in (one.unit, other.unit) if unit]
    for neutral in (Unit.RATIO, Unit.COUNT):
        if len(units) > 1 and neutral in units:
            units.remove(neutral)
    if len(units) > 1:
        message = f"{wording(one.unit)} times {wording(other.unit)} is no quantity here"
        raise Problem("PG023", message, "multiply by a share, a count or a bare number")
    return units[0] if units else None


def quotient(one: Type, other: Type) -> Unit | None:
    """
    Return the unit of a quotient: of two of a kind it is a share.

    Raises:
        Problem: Nothing has that unit.

    """
    if other.unit is None:
        return one.unit
    if one.unit is other.unit:
        return Unit.RATIO
    if other.unit in {Unit.RATIO, Unit.COUNT}:
        return one.unit
    message = f"{wording(one.unit)} divided by {wording(other.unit)} is no quantity here"
    raise Problem("PG023", message, "divide by one of its own unit, a share or a count")
