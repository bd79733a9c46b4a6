"""The names that one expression may read, and the type of each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from plumbgate.cel.scope import (
    CHANGE_ROOTS,
    FACT_ROOTS,
    METRIC_ROOTS,
    PERIOD_ROOTS,
    ROOTS,
    UNIT_FACTS,
    UNIT_ROOTS,
    Path,
    change_type,
    field_type,
    value_type,
)
from plumbgate.cel.types import ANY, CHANGE, MEASURED, PERIOD, UNIT, Problem, Type, listed
from plumbgate.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from plumbgate.cel.program import Program
    from plumbgate.model.metric import Metric

_MEANT = {
    **dict.fromkeys(("true", "yes"), "write `true`"),
    **dict.fromkeys(("false", "no"), "write `false`"),
    **dict.fromkeys(
        ("bool", "double", "int", "list", "map", "string", "uint"), "compare values, not types"
    ),
}
"""Names of truth values and of types in small letters, and what to do instead."""
_FIELDS_FROM = 3
"""Where fields stand in `measured.<family>.<name>.<field>`."""


@dataclass(frozen=True, slots=True)
class Names:
    """What one expression may read."""

    metrics: Mapping[str, Metric] = field(default_factory=dict)
    parameters: Mapping[str, Type] = field(default_factory=dict)
    variables: Mapping[str, Program | None] = field(default_factory=dict)
    """By name; None for one that is known, but could not be compiled."""
    verdicts: Mapping[str, Type] = field(default_factory=dict)
    """By the name of a rule of the policy, what `u.verdicts.<rule>` can be."""
    roots: Collection[str] = ROOTS
    bound: Mapping[str, Type] = field(default_factory=dict)
    """The variables of the macros around the expression."""
    below: Collection[str] = ()
    """The names of the policy's variables that come after the expression."""

    @property
    def known(self) -> frozenset[str]:
        """What a dotted name can begin with."""
        return frozenset({*self.roots, *self.bound})

    def resolve(self, path: Path) -> Type:
        """
        Return the type of a dotted name that begins with a root.

        Raises:
            Problem: There is no such name.

        """
        root = path[0]
        if root not in self.roots:
            raise self._unknown_root(path)
        if root in METRIC_ROOTS:
            return self._metric(path)
        if root in {"history", "units"}:
            if path[1:]:
                hint = f"look at each: `{root}.all({root[0]}, ...)`"
                raise Problem("PG021", f"`{root}` has no fields", hint)
            return listed(PERIOD if root == "history" else UNIT)
        if root in UNIT_FACTS:
            return _known(path, UNIT_FACTS, "the unit")
        return self._fact(path)

    def of_period(self, path: Path) -> Type:
        """Return the type of a name that is read of a period of the history."""
        self._refuse_wide(path, "period")
        return replace(self, parameters={}, roots=PERIOD_ROOTS).resolve(path)

    def of_unit(self, path: Path) -> Type:
        """Return the type of a name that is read of a unit of the scope."""
        self._refuse_wide(path, "unit")
        return replace(self, parameters={}, roots=UNIT_ROOTS).resolve(path)

    def _refuse_wide(self, path: Path, judged_on: str) -> None:
        """Refuse a variable that looks at more than a part can show."""
        variable = self.variables.get(path[1]) if path[0] == "variables" and path[1:] else None
        if variable is None:
            return
        # A period shows neither other periods nor units; a unit has a history of its own.
        wide = [root for root in ("history", "units") if root in variable.looks_at]
        if judged_on == "period" and wide:
            message = f"`{path[1]}` reads the {wide[0]}: it is not judged on each {judged_on}"
            hint = f"write `variables.{path[1]}`, which is judged once"
            raise Problem("PG021", message, hint)

    def _unknown_root(self, path: Path) -> Problem:
        root = path[0]
        if root in ROOTS:
            return Problem(
                "PG021", f"`{root}` cannot be read here", f"only {', '.join(self.roots)} can"
            )
        message = f"unknown name `{root}`"
        if ".".join(path[:2]) in self.metrics:
            return Problem("PG021", message, f"write `metrics.{'.'.join(path[:2])}`")
        if root in self.parameters:
            return Problem("PG021", message, f"write `params.{root}`")
        if root in self.variables:
            return Problem("PG021", message, f"write `variables.{root}`")
        if root.lower() in _MEANT:
            return Problem("PG021", message, _MEANT[root.lower()])
        near = suggestion(root, [*self.roots, *self.bound])
        return Problem(
            "PG021", message, near or (f"a text is quoted: '{root}'" if not path[1:] else "")
        )

    def _metric(self, path: Path) -> Type:
        root, fields = path[0], METRIC_ROOTS[path[0]]
        name = ".".join(path[1:_FIELDS_FROM])
        if len(path) == 1:
            hint = f"read `{root}.<family>.<name>`"
            raise Problem("PG021", f"`{root}` alone is no value", hint)
        metric = self.metrics.get(name)
        if metric is None:
            hint = suggestion(name, self.metrics) or _same_name(path[-1], self.metrics)
            hint = hint or "`plumbgate metrics list` shows all"
            raise Problem("PG021", f"unknown metric `{name}`", hint)
        if path[_FIELDS_FROM:] and not fields:
            message = f"`{root}.{name}` is a value, and has no fields"
            is_known = path[_FIELDS_FROM] in METRIC_ROOTS["measured"]
            hint = f"read `measured.{name}.{path[_FIELDS_FROM]}`" if is_known else "end it there"
            raise Problem("PG021", message, hint)
        if path[_FIELDS_FROM:]:
            known = {one: field_type(root, one, metric) for one in fields}
            return _known(path[_FIELDS_FROM:], known, f"`{root}.{name}`")
        if not fields:
            return value_type(metric)
        if root in CHANGE_ROOTS:
            return replace(CHANGE, unit=change_type(metric).unit)
        return MEASURED

    def _fact(self, path: Path) -> Type:
        root, fields = path[0], path[1:]
        if not fields:
            raise Problem("PG021", f"`{root}` alone is no value", f"read `{root}.<name>`")
        if root == "params":
            return _known(fields, self.parameters, "the policy's parameters")
        if root == "verdicts":
            return _known(fields, self.verdicts, "the policy's rules")
        if root == "variables":
            types = {name: one.type if one else ANY for name, one in self.variables.items()}
            if fields[0] in self.below:
                hint = "move it up: a variable reads those above it"
                raise Problem("PG021", f"`variables.{fields[0]}` stands below this", hint)
            return _known(fields, types, "the policy's variables")
        return _known(fields, FACT_ROOTS[root], f"`{root}`")


def _known(fields: Path, known: Mapping[str, Type], of: str) -> Type:
    """Return the type of the field of a thing that has these; of a map, that of one below it."""
    name, *deeper = fields
    if name not in known:
        listed_names = f"there are {', '.join(known)}" if known else "there are none"
        hint = suggestion(name, known, listed_names)
        raise Problem("PG021", f"unknown name `{name}` among {of}", hint)
    found = known[name]
    if deeper and found.kind == "map" and found.item:
        return _known(("", *deeper[1:]), {"": found.item}, of)
    if deeper and found != ANY:
        hint = f"there is no `.{deeper[0]}` behind it"
        raise Problem("PG021", f"`{name or deeper[0]}` has no fields", hint)
    return found


def _same_name(name: str, metrics: Collection[str]) -> str:
    same = [metric for metric in metrics if metric.split(".")[1] == name]
    return f"did you mean `{same[0]}`?" if same else ""
