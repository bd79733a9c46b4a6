"""The value of every part of an expression on a snapshot, and what was not looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError, UnmeasuredError, Value
from plumbgate.cel.macros import MACROS
from plumbgate.cel.syntax import call, operands, selection
from plumbgate.engine.causes import described
from plumbgate.engine.readings import readable
from plumbgate.model.quantity import format_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.cel.names import Names
    from plumbgate.cel.program import Program
    from plumbgate.cel.syntax import Tree
    from plumbgate.model.quantity import Unit

MOST_VALUES = 5
"""So many of the values that a macro's body had are shown."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of an expression, and what it was."""

    depth: int
    text: str
    value: str
    """As a person reads it; empty where the part was not looked at."""


class Seen:
    """What each node of a tree was, in the order in which it was evaluated."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._values: dict[int, list[Value]] = {}

    def trace(self, node: Tree, value: Value) -> None:
        """Hold what a node was."""
        self._values.setdefault(id(node), []).append(value)

    def steps(self, program: Program, names: Names, depth: int = 0) -> Iterator[Step]:
        """Yield the parts of a program, each before the parts that it is made of."""
        yield from self._steps(program, program.tree, names, depth)

    def _steps(self, program: Program, node: Tree, names: Names, depth: int) -> Iterator[Step]:
        shown = [_shown(value, node, names) for value in self._values.get(id(node), ())]
        more = ", ..." if len(shown) > MOST_VALUES else ""
        yield Step(depth, program.written(node), ", ".join(shown[:MOST_VALUES]) + more)
        if selection(node).path or node.data == "literal":
            return
        parts = operands(node)
        made = call(node)
        if made is not None and made.receiver is not None and made.name in MACROS:
            # The name that a macro gives to each item is no value of its own.
            parts = [parts[0], *parts[2:]]
        for part in parts:
            if part.data != "literal":
                yield from self._steps(program, part, names, depth + 1)


def _shown(value: Value, node: Tree, names: Names) -> str:
    """Return a value as a person reads it, a number that has a name in its unit."""
    if isinstance(value, UnmeasuredError):
        return described(value.unknown)
    if isinstance(value, CELEvalError):
        return f"error: {value.args[0]}"
    path = selection(node).path
    is_named = path and path[0] in names.roots and path[0] not in names.bound
    unit = names.resolve(path).unit if path and is_named else None
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_scalar(readable(one), unit)}" for key, one in value.items())
    return _scalar(readable(value), unit)


def _scalar(value: float | str | bool | None, unit: Unit | None) -> str:  # noqa: FBT001 (a value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return format_quantity(value, unit)
    return "not known" if value is None else f"'{value}'"
