"""
The one door to cel-python: its parser, its types, and values in and out.

Everything else in this package gets them from here, so that a change of the library is a change
of this module.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, singledispatch
from pathlib import Path
from typing import Any

import celpy
from celpy import celparser, celtypes, evaluation
from celpy.celparser import CELParseError, CELParser
from celpy.evaluation import Activation, CELEvalError, Evaluator, base_functions

from plumbgate.cel import parser_table
from plumbgate.cel.syntax import Tree, collapse
from plumbgate.cel.tokens import CelSyntaxError, Scanned
from plumbgate.cel.values import Failure, Unknown
from plumbgate.model.instant import format_instant

__all__ = [
    "Activation",
    "CELEvalError",
    "Evaluator",
    "LazyMap",
    "Periods",
    "Struct",
    "Units",
    "UnmeasuredError",
    "Value",
    "base_functions",
    "celtypes",
    "from_cel",
    "parse",
    "re2",
    "to_cel",
]

re2 = evaluation.re2  # type: ignore[attr-defined]  # brought by cel-python, and not said so
Value = Any
"""A CEL value as cel-python represents it: opaque outside this package."""


class UnmeasuredError(CELEvalError):
    """The error value of what was not measured."""

    def __init__(self, unknown: Unknown) -> None:
        """Hold what is unknown."""
        super().__init__("not measured")
        self.unknown = unknown


class LazyMap(Mapping[str, Value]):
    """A map whose values are made when an expression selects them, each at most once."""

    def __init__(self, keys: Collection[str], make: Callable[[str], Value]) -> None:
        """Hold the `keys` that there are, and how the value of one is made."""
        self._keys = keys
        self._make = make
        self._made: dict[str, Value] = {}

    def __getitem__(self, key: str) -> Value:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Struct(celtypes.MapType):
    """All that is known of a measurement, and what is said where that is not enough."""

    def __init__(self, fields: Mapping[str, Value], lacking: Unknown) -> None:
        """Hold the `fields` by name, and why a judgement of it would be undecided."""
        super().__init__(fields)
        self.lacking = lacking


class Periods(celtypes.ListType):
    """Periods of a scope, or what was read of them: over none of them, `all` decides nothing."""

    lacking = Unknown.of("history", "history (no period to look at)")


class Units(Periods):
    """Units of a scope, or what was read of them; likewise."""

    lacking = Unknown.of("units", "units (the scope has none)")


@singledispatch
def to_cel(value: object) -> Value:
    """
    Return a plain value for an expression.

    Every number becomes a double; `Unknown` and `Failure` become error values.
    """
    return value


to_cel.register(bool, celtypes.BoolType)
to_cel.register(str, celtypes.StringType)
to_cel.register(datetime, celtypes.TimestampType)
to_cel.register(Unknown, UnmeasuredError)


@to_cel.register(int)
@to_cel.register(float)
def _number(value: float) -> Value:
    return celtypes.DoubleType(value)


@to_cel.register
def _failure(value: Failure) -> Value:
    return CELEvalError(value.message)


@to_cel.register
def _struct(value: Struct) -> Value:
    # It is a map already, and a plain one would lose what the measurement lacks.
    return value


@to_cel.register(dict)
def _map(value: dict[str, object]) -> Value:
    return celtypes.MapType({celtypes.StringType(key): to_cel(item) for key, item in value.items()})


@to_cel.register(list)
def _list(value: list[object]) -> Value:
    return celtypes.ListType([to_cel(item) for item in value])


@singledispatch
def from_cel(value: Value) -> Any:  # noqa: ANN401 (JSON-like)
    """Return a CEL value as JSON has it; an instant and a duration become text."""
    return value


from_cel.register(celtypes.BoolType, bool)
from_cel.register(int, int)
from_cel.register(float, float)
from_cel.register(str, str)
from_cel.register(datetime, format_instant)
from_cel.register(
    timedelta, lambda value: f"{value.total_seconds():.6f}".rstrip("0").rstrip(".") + "s"
)


@from_cel.register(Mapping)
def _mapping(value: Mapping[str, Value]) -> dict[str, Any]:
    return {str(key): from_cel(item) for key, item in value.items()}


@from_cel.register(list)
def _sequence(value: Sequence[Value]) -> list[Any]:
    return [from_cel(item) for item in value]


def parse(scanned: Scanned) -> Tree:
    """
    Return the tree of an expression, without its single-child nodes.

    Raises:
        CelSyntaxError: The tokens make no expression.

    """
    text = scanned.text
    try:
        parsed = _environment().compile(text)
    except CELParseError as error:
        lines = text.split("\n")[: (error.line or 1) - 1]
        offset = sum(len(line) + 1 for line in lines) + (error.column or 1) - 1
        raise CelSyntaxError(offset) from error
    return collapse(parsed)


@cache
def _environment() -> celpy.Environment:
    grammar = Path(celparser.__file__)
    # Where this is None, cel-python builds the parser.
    CELParser.CEL_PARSER = parser_table.load(
        (grammar, grammar.with_name("cel.lark")),
        lexer_callbacks={"IDENT": CELParser.ambiguous_literals},
        tree_class=celpy.InterpretedRunner.tree_node_class,
    )
    return celpy.Environment(runner_class=celpy.InterpretedRunner)
