"""The values behind a verdict: each dotted name that the rule read, as it was on the snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError, Value, from_cel
from plumbgate.cel.kinds import kind
from plumbgate.cel.scope import METRIC_ROOTS
from plumbgate.cel.values import BudgetExhausted
from plumbgate.model.verdict import ReadValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plumbgate.cel.names import Names
    from plumbgate.cel.scope import Path
    from plumbgate.model.quantity import Unit

_SHOWN_ROOTS = frozenset({*METRIC_ROOTS, "programme", "params", "variables"})
_MOST_ITEMS = 20
_INTERVAL = ("n", "low", "high")
"""What an auditor asks next about a value: how many, and how sure."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A single value that a rule reads, and its unit."""

    path: Path
    unit: Unit | None

    def of(self, names: Mapping[str, Value]) -> ReadValue:
        """Return the value where `names` are known; what is not known is None."""
        return ReadValue(".".join(self.path), _value(self.path, names), self.unit)


def readings(paths: Iterable[Path], names: Names) -> tuple[Reading, ...]:
    """Return what is shown of the dotted names that a rule reads, each value once."""
    return tuple(
        Reading(path, names.resolve(path).unit) for path in dict.fromkeys(_single_values(paths))
    )


def readable(value: Value) -> float | str | bool | None:
    """Return a CEL value as one scalar; of a list the first scalars, of an error None."""
    if isinstance(value, CELEvalError):
        return None
    if kind(value) not in {"list", "map"}:
        plain: float | str | bool = from_cel(value)
        return plain
    # Lists may hold lists, each many times over: only the outermost is looked at.
    if kind(value) == "list" and not any(kind(item) in {"list", "map"} for item in value):
        more = ", ..." if len(value) > _MOST_ITEMS else ""
        return ", ".join(str(from_cel(item)) for item in value[:_MOST_ITEMS]) + more
    return f"a {kind(value)} of {len(value)}"


def _single_values(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the paths of single values: a change by its parts, a metric with its interval."""
    for path in paths:
        if path[0] not in _SHOWN_ROOTS:
            continue
        fields = METRIC_ROOTS.get(path[0], ())
        if fields and len(path) == len(("root", "family", "name")):
            yield from ((*path, field) for field in fields)
            continue
        yield path
        if path[0] == "metrics":
            yield from (("measured", *path[1:], field) for field in _INTERVAL)


def _value(path: Path, names: Mapping[str, Value]) -> float | str | bool | None:
    value: Value = names
    try:
        for part in path:
            if not isinstance(value, Mapping) or part not in value:
                return None
            value = value[part]
    except BudgetExhausted:
        # A variable that the rule did not need: what is shown of it decides nothing.
        return None
    return readable(value)
