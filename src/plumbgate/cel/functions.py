"""
The functions that policies have besides CEL's own, in one registry.

Each has its signature, its reference and examples that run as tests. A reference takes what its
signature says and returns a plain value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plumbgate.cel.environment import Struct, celtypes
from plumbgate.cel.types import (
    ANY,
    BOOL,
    DOUBLE,
    Problem,
    Type,
    is_number,
    one_of,
    refuse_units,
)
from plumbgate.cel.values import OperationError, Unknown
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Kinds = frozenset[str]
LIST: Kinds = frozenset({"list"})
MAP: Kinds = frozenset({"map"})
INT: Kinds = frozenset({"int"})
NUMBER: Kinds = frozenset({"int", "double"})


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the profile."""

    name: str
    signature: str
    takes: tuple[Kinds, ...]
    """The kinds that each argument may have; the value before the dot is the first."""
    reference: Callable[..., object]
    returns: Callable[..., Type]
    """The type of its result by those of its arguments; it raises `Problem`."""
    member: bool = True
    """Whether it is written behind a dot: `xs.sum()`."""
    examples: tuple[tuple[str, object], ...] = ()

    @property
    def arguments(self) -> int:
        """How many values stand in its brackets."""
        return len(self.takes) - self.member


TRENDS = ("improved", "worsened", "flat", "inconclusive")
"""What `trend` can say."""


def trend(change: Mapping[str, float], mei: float) -> str:
    """
    Return what a change says, given the smallest change worth acting on (its `mei`).

    The 99 % interval decides the sign, the estimate the size: improved, worsened, flat (the
    whole interval lies within plus and minus `mei`: equivalence) or inconclusive.

    Raises:
        OperationError: `change` is no change, or `mei` is no size.

    """
    if change.keys() != {"delta", "low", "high"}:
        raise OperationError("trend() of a map that is no change")
    delta, low, high = (_number(change[key], "trend") for key in ("delta", "low", "high"))
    if mei < 0:
        raise OperationError("trend() with a smallest change below 0")
    if low > 0 and delta >= mei:
        return "improved"
    if high < 0 and delta <= -mei:
        return "worsened"
    return "flat" if -mei < low and high < mei else "inconclusive"


def _trend_type(change: Type, mei: Type) -> Type:
    if change.kind not in {"change", "any"}:
        hint = "write `trend(change.<family>.<name>, params.<name>)`"
        raise Problem("PG022", f"trend() of a {change}, which is no change", hint)
    refuse_units(Type("double", change.unit), mei)
    return one_of(TRENDS)


def last(periods: list[object], count: int) -> list[object] | Unknown:
    """
    Return the latest `count` periods; fewer leave it undecided.

    Raises:
        OperationError: `count` is no positive number.

    """
    if count < 1:
        raise OperationError("last() takes a positive number of periods")
    if len(periods) < count:
        why = f"{len(periods)} of {count} periods" if periods else "no period"
        return Unknown.of("history", f"history ({why})")
    return type(periods)(periods[-int(count) :])


def enough(measured: Mapping[str, object], least: float) -> bool | Unknown:
    """
    Return true where a measurement has a sample of at least `least`; fewer leave it undecided.

    Raises:
        OperationError: `measured` is no measurement.

    """
    if not isinstance(measured, Struct):
        raise OperationError("enough() of what is no measurement")
    return _number(measured["n"], "enough") >= least or measured.lacking


def _enough_type(measured: Type, least: Type) -> Type:
    if measured.kind not in {"measurement", "any"}:
        hint = "write `enough(measured.<family>.<name>, 50)`"
        raise Problem("PG022", f"enough() of a {measured}, which is no measurement", hint)
    refuse_units(Type("double", Unit.COUNT), least)
    return BOOL


def total(values: Sequence[float]) -> float:
    """
    Return the sum of numbers, rounded once; an empty list has the sum 0.

    Raises:
        OperationError: An item is no number.

    """
    return math.fsum(_number(value, "sum") for value in values)


def smallest(values: Sequence[float]) -> float:
    """
    Return the least of numbers.

    Raises:
        OperationError: An item is no number, or there is none.

    """
    return min(_numbers(values, "min"))


def greatest(values: Sequence[float]) -> float:
    """
    Return the greatest of numbers.

    Raises:
        OperationError: An item is no number, or there is none.

    """
    return max(_numbers(values, "max"))


def _number_type(values: Type) -> Type:
    item = values.item or ANY
    if not is_number(item):
        raise Problem("PG022", f"a sum, or an end, of a {values}: its items are no numbers")
    return DOUBLE if item == ANY else replace(item, kind="double", computed=True)


def _numbers(values: Sequence[float], name: str) -> list[float]:
    if not values:
        raise OperationError(f"{name}() of an empty list")
    return [_number(value, name) for value in values]


def _number(value: object, name: str) -> float:
    # Booleans are integers to Python, and `float` would read a text.
    if isinstance(value, int | float) and not isinstance(value, bool | celtypes.BoolType):
        return float(value)
    raise OperationError(f"{name}() of what is no number")


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "trend",
        "trend(change, mei: double) -> string",
        (MAP, NUMBER),
        trend,
        _trend_type,
        member=False,
        examples=(
            ("trend({'delta': 4.0, 'low': 1.0, 'high': 7.0}, 3.0)", "improved"),
            ("trend({'delta': -4.0, 'low': -7.0, 'high': -1.0}, 3.0)", "worsened"),
            ("trend({'delta': 1.0, 'low': -2.0, 'high': 2.5}, 3.0)", "flat"),
            ("trend({'delta': 4.0, 'low': -1.0, 'high': 9.0}, 3.0)", "inconclusive"),
            ("trend({'delta': 2.0, 'low': 1.0, 'high': 3.5}, 3.0)", "inconclusive"),
        ),
    ),
    Function(
        "last",
        "history.last(n: int) -> list",
        (LIST, INT),
        last,
        lambda periods, _: periods,
        examples=(("[1.0, 2.0, 3.0].last(2)", [2.0, 3.0]),),
    ),
    Function(
        "sum",
        "list.sum() -> double",
        (LIST,),
        total,
        _number_type,
        examples=(
            ("[0.5, 0.25].sum()", 0.75),
            ("[0.1, 0.2, 0.3].sum()", 0.6),
            ("[].sum()", 0.0),
        ),
    ),
    Function(
        "min",
        "list.min() -> double",
        (LIST,),
        smallest,
        _number_type,
        examples=(("[0.5, 0.25].min()", 0.25),),
    ),
    Function(
        "max",
        "list.max() -> double",
        (LIST,),
        greatest,
        _number_type,
        examples=(("[0.5, 0.25].max()", 0.5),),
    ),
    Function(
        "enough",
        "enough(measured, least: double) -> bool",
        (MAP, NUMBER),
        enough,
        _enough_type,
        member=False,
    ),
)
