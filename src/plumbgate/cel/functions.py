"""
The functions that policies have besides CEL's own, in one registry.

Each has its signature, its reference and examples that run as tests. References take and return
plain values; the environment wraps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.cel.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the profile."""

    name: str
    signature: str
    member: bool
    """Whether it is written behind a dot: `xs.sum()`."""
    arguments: int
    """Without the value before the dot."""
    reference: Callable[..., object]
    examples: tuple[tuple[str, object], ...]


def trend(change: Mapping[str, float], mei: float) -> str:
    """
    Return what a change says, given the smallest change worth acting on (its `mei`).

    The 99 % interval decides the sign, the estimate the size: improved, worsened, flat (the
    whole interval lies within plus and minus `mei`: equivalence) or inconclusive.
    """
    delta, low, high = (float(change[key]) for key in ("delta", "low", "high"))
    if low > 0 and delta >= mei:
        return "improved"
    if high < 0 and delta <= -mei:
        return "worsened"
    return "flat" if -mei < low and high < mei else "inconclusive"


def last(periods: Sequence[object], count: int) -> Sequence[object] | Unknown:
    """Return the latest `count` periods; fewer leave it undecided."""
    if count < 1:
        raise ValueError("last() takes a positive number of periods")
    if len(periods) < count:
        return Unknown(frozenset({"history"}))
    return periods[-count:]


def total(values: Sequence[float]) -> float:
    """Return the sum of a list; an empty list has the sum 0."""
    return float(sum(float(value) for value in values))


def smallest(values: Sequence[float]) -> float:
    """Return the least value of a list; an empty one has none."""
    if not values:
        raise ValueError("min() of an empty list")
    return min(float(value) for value in values)


def greatest(values: Sequence[float]) -> float:
    """Return the greatest value of a list; an empty one has none."""
    if not values:
        raise ValueError("max() of an empty list")
    return max(float(value) for value in values)


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "trend",
        "trend(change, mei: double) -> string",
        member=False,
        arguments=2,
        reference=trend,
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
        member=True,
        arguments=1,
        reference=last,
        examples=(("[1.0, 2.0, 3.0].last(2)", [2.0, 3.0]),),
    ),
    Function(
        "sum",
        "list.sum() -> double",
        member=True,
        arguments=0,
        reference=total,
        examples=(("[0.5, 0.25].sum()", 0.75), ("[].sum()", 0.0)),
    ),
    Function(
        "min",
        "list.min() -> double",
        member=True,
        arguments=0,
        reference=smallest,
        examples=(("[0.5, 0.25].min()", 0.25),),
    ),
    Function(
        "max",
        "list.max() -> double",
        member=True,
        arguments=0,
        reference=greatest,
        examples=(("[0.5, 0.25].max()", 0.5),),
    ),
)
