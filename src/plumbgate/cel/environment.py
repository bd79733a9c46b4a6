"""
The one door to cel-python: its parser, its types, and values in and out.

Everything else in this package gets them from here, so that a change of the library is a change
of this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import celpy
from celpy import celtypes
from celpy.celparser import CELParseError
from celpy.evaluation import Activation, CELEvalError, Evaluator, base_functions

from plumbgate.cel.syntax import CelSyntaxError, Tree, collapse
from plumbgate.cel.values import Failure, Unknown

__all__ = [
    "STANDARD",
    "CELEvalError",
    "Evaluator",
    "LazyMap",
    "Periods",
    "UnmeasuredError",
    "Value",
    "activation",
    "celtypes",
    "from_cel",
    "parse",
    "to_cel",
]

Value = Any
"""A CEL value as cel-python represents it: opaque outside this package."""

STANDARD: dict[str, Callable[..., Value]] = {
    name: base_functions[name]
    for name in (
        "contains",
        "double",
        "endsWith",
        "int",
        "matches",
        "size",
        "startsWith",
        "string",
    )
}
"""CEL's own functions that the profile admits."""


class UnmeasuredError(CELEvalError):
    """The error value of what was not measured."""

    def __init__(self, unknown: Unknown) -> None:
        """Hold what is unknown."""
        super().__init__("not measured")
        self.unknown = unknown


class LazyMap(celtypes.MapType):
    """A map whose values are made when an expression selects them."""

    def __init__(self, make: Mapping[str, Callable[[], Value]]) -> None:
        """Hold for each key how its value is made."""
        super().__init__()
        self._make = make

    def get(self, key: Any, default: Any = None) -> Value:  # noqa: ANN401 (as the base class)
        """Return the value of `key`, made at most once, or `default` where there is no such."""
        if key not in self and key in self._make:
            self[celtypes.StringType(key)] = self._make[key]()
        return super().get(key, default)


class Periods(celtypes.ListType):
    """The periods of a scope: a list over which an empty `all` decides nothing."""


def to_cel(value: object) -> Value:
    """Return `value` for an expression; every number becomes a double, `Unknown` an error."""
    for plain, convert in _INWARD:
        if isinstance(value, plain):
            return convert(value)
    return value


def _map(value: Mapping[str, object]) -> celtypes.MapType:
    made = celtypes.MapType()
    for key, item in value.items():
        made[celtypes.StringType(key)] = to_cel(item)
    return made


def _list(value: Sequence[object]) -> celtypes.ListType:
    return celtypes.ListType([to_cel(item) for item in value])


_INWARD: tuple[tuple[type[Any] | tuple[type[Any], ...], Callable[[Any], Value]], ...] = (
    (bool, celtypes.BoolType),
    ((int, float), celtypes.DoubleType),
    (str, celtypes.StringType),
    (Unknown, UnmeasuredError),
    (Failure, lambda failure: CELEvalError(failure.message)),
    (datetime, celtypes.TimestampType),
    (Mapping, _map),
    (Sequence, _list),
)
"""In this order: a bool is an int, and a text is a sequence."""


def from_cel(value: Value) -> Any:  # noqa: ANN401 (JSON-like)
    """Return a CEL value as a plain one."""
    for represented, convert in _OUTWARD:
        if isinstance(value, represented):
            return convert(value)
    return value


_OUTWARD: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (celtypes.BoolType, bool),
    (int, int),
    (float, float),
    (str, str),
    (dict, lambda value: {str(key): from_cel(item) for key, item in value.items()}),
    (list, lambda value: [from_cel(item) for item in value]),
)


def parse(text: str) -> Tree:
    """
    Return the tree of `text`, without its single-child nodes.

    Raises:
        CelSyntaxError: with line and column, both from 1.

    """
    try:
        parsed = _environment().compile(text)
    except CELParseError as error:
        raise CelSyntaxError("CEL syntax error", error.line or 1, error.column or 1) from error
    return collapse(parsed)


@cache
def _environment() -> celpy.Environment:
    return celpy.Environment(runner_class=celpy.InterpretedRunner)


@cache
def activation() -> Activation:
    """Return the names that every evaluation starts with: none."""
    return Activation()
