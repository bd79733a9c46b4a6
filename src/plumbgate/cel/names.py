"""The names that one expression may read, and what each of them stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from plumbgate.cel.scope import (
    CHANGE_ROOTS,
    FACT_ROOTS,
    METRIC_ROOTS,
    PERIOD_ROOTS,
    ROOTS,
    Path,
)
from plumbgate.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from plumbgate.cel.program import Program


class Sort(Enum):
    """What an expression stands for, as far as it matters where it may stand."""

    VALUE = auto()
    CHANGE = auto()
    """A difference with its interval: only `trend` takes it whole."""
    PERIOD = auto()
    """A period of the history: its fields are read, it is no value itself."""
    PERIODS = auto()
    """The history, or a part of it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a name."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What one expression may read."""

    metrics: Collection[str] = ()
    parameters: Collection[str] = ()
    variables: Mapping[str, Program | None] = field(default_factory=dict)
    """By name; None for one that is known, but could not be compiled."""
    roots: Collection[str] = ROOTS
    bound: Mapping[str, Sort] = field(default_factory=dict)
    """The variables of the macros around the expression."""

    def resolve(self, path: Path) -> Sort | Problem:
        """Return what a dotted name stands for that begins with a root, or what is wrong."""
        root = path[0]
        if root not in self.roots:
            return self._unknown_root(path)
        if root in METRIC_ROOTS:
            return self._metric(path)
        if root == "history":
            return Problem("`history` has no fields") if path[1:] else Sort.PERIODS
        return self._fact(path)

    def of_period(self, path: Path) -> Sort | Problem:
        """Return what a name stands for that is read of a period of the history."""
        if path[0] == "variables" and path[1:]:
            variable = self.variables.get(path[1])
            if variable and variable.reads_history:
                return Problem(f"`{path[1]}` reads the history: it is not judged on each period")
        return Names(self.metrics, (), self.variables, PERIOD_ROOTS).resolve(path)

    def _unknown_root(self, path: Path) -> Problem:
        root = path[0]
        if root in ROOTS:
            return Problem(f"`{root}` cannot be read here", f"only {', '.join(self.roots)} can")
        message = f"unknown name `{root}`"
        if ".".join(path[:2]) in self.metrics:
            return Problem(message, f"write `metrics.{'.'.join(path[:2])}`")
        if root in self.parameters:
            return Problem(message, f"write `params.{root}`")
        if root in self.variables:
            return Problem(message, f"write `variables.{root}`")
        if root.lower() in {"true", "false"}:
            return Problem(message, f"write `{root.lower()}`")
        near = suggestion(root, [*self.roots, *self.bound])
        return Problem(message, near or (f"a text is quoted: '{root}'" if not path[1:] else ""))

    def _metric(self, path: Path) -> Sort | Problem:
        root, fields = path[0], METRIC_ROOTS[path[0]]
        metric = ".".join(path[1:3])
        if len(path) == 1:
            return Problem(f"`{root}` alone is no value", f"read `{root}.<family>.<name>`")
        if metric not in self.metrics:
            hint = suggestion(metric, self.metrics) or _same_name(path[-1], self.metrics)
            message = f"unknown metric `{metric}`"
            return Problem(message, hint or "`plumbgate metrics list` shows all")
        of = f"`{root}.{metric}`"
        if path[3:]:
            return _field(path[3:], fields, of)
        if root in CHANGE_ROOTS:
            return Sort.CHANGE
        if fields:
            return Problem(f"{of} alone is no value", f"read one of {', '.join(fields)}")
        return Sort.VALUE

    def _fact(self, path: Path) -> Sort | Problem:
        root, fields = path[0], path[1:]
        if not fields:
            return Problem(f"`{root}` alone is no value", f"read `{root}.<name>`")
        if root == "params":
            return _field(fields, self.parameters, "the policy's parameters")
        if root == "variables":
            # What a variable holds, and whether that has fields, only its evaluation says.
            return _field(fields[:1], self.variables, "the policy's variables above this")
        if fields[0] == "labels" and len(fields) <= len(("labels", "name")):
            return Sort.VALUE
        return _field(fields, FACT_ROOTS[root], f"`{root}`")


def _field(fields: Path, known: Collection[str], of: str) -> Sort | Problem:
    """Return what the one field of a thing stands for that has these."""
    name = fields[0]
    if name not in known:
        listed = f"there are {', '.join(known)}" if known else "there are none"
        hint = suggestion(name, known, listed)
        return Problem(f"unknown name `{name}` among {of}", hint)
    if fields[1:]:
        return Problem(f"`{name}` has no fields", f"there is no `.{fields[1]}` behind it")
    return Sort.VALUE


def _same_name(name: str, metrics: Collection[str]) -> str:
    same = [metric for metric in metrics if metric.split(".")[1] == name]
    return f"did you mean `{same[0]}`?" if same else ""
