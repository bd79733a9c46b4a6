"""All that one rule may read: the period it judges, history, units, and what its policy names."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from plumbgate.cel.environment import LazyMap, Periods, Units, Value, to_cel
from plumbgate.cel.scope import PERIOD_ROOTS, ROOTS, UNIT_ROOTS
from plumbgate.cel.values import Budget
from plumbgate.engine.period import Period
from plumbgate.model.snapshot import Facts, Scope, Snapshot, UnitPart

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plumbgate.cel.program import Program
    from plumbgate.model.metric import Metric

    Verdicts = Mapping[str, Callable[["SnapshotContext"], str]]
    """By the name of a rule, its verdict on a snapshot, or its outcome where it gives none."""


class SnapshotContext:
    """What a snapshot shows of its period, those before, and its units, shared by all rules."""

    def __init__(
        self, snapshot: Snapshot, catalogue: Mapping[str, Metric], *, received: bool = True
    ) -> None:
        """Show `snapshot` for every metric of the catalogue."""
        self.snapshot = snapshot
        self.received = received
        """Whether the snapshot came; of a unit of which nothing came, nothing is measured."""
        self._catalogue = catalogue
        self.now = Period(snapshot.facts, snapshot.scope, catalogue)

    @cached_property
    def past(self) -> list[Period]:
        """The periods before, oldest first."""
        scope = self.snapshot.scope
        return [
            Period(facts, scope, self._catalogue, f" in {facts.period.id}")
            for facts in self.snapshot.history
        ]

    @cached_property
    def units(self) -> list[tuple[UnitPart, SnapshotContext]]:
        """The units, each with what its snapshot shows."""
        return [(part, self._unit(part)) for part in self.snapshot.units]

    def _unit(self, part: UnitPart) -> SnapshotContext:
        if part.snapshot is not None:
            return SnapshotContext(part.snapshot, self._catalogue)
        scope = Scope(self.snapshot.scope.tenant, part.name)
        nothing = Snapshot(scope, self.snapshot.as_of, Facts(self.snapshot.period, {}, {}))
        return SnapshotContext(nothing, self._catalogue, received=False)


class RuleContext:
    """The names of one rule, and the budget that all its expressions and variables share."""

    def __init__(
        self,
        snapshot: SnapshotContext,
        parameters: Value,
        variables: Mapping[str, Program],
        verdicts: Verdicts,
    ) -> None:
        """Join what a snapshot shows with what the rule's policy names."""
        self.budget = Budget()
        self._parameters = parameters
        self._variables = variables
        self._verdicts = verdicts
        self.names = self._names(snapshot.now, ROOTS, snapshot)

    def evaluate(self, program: Program) -> Value:
        """Return the CEL value, `Unknown` or `Failure` of an expression of the rule."""
        return program.evaluate(self.names, self.budget)

    def _names(
        self, period: Period, roots: tuple[str, ...], snapshot: SnapshotContext | None = None
    ) -> LazyMap:
        """Return what is read of a period; of the one that is judged, `snapshot` shows the rest."""

        def root(name: str) -> Value:
            if name == "params":
                return self._parameters
            if name == "variables":
                # Each is judged where it is first read, as if written there.
                return LazyMap(
                    self._variables, lambda one: self._variables[one].run(names, self.budget)
                )
            if snapshot and name == "history":
                return self._history(snapshot)
            if snapshot and name == "units":
                return Units([self._unit(part, shown) for part, shown in snapshot.units])
            return period.names[name]

        names = LazyMap(roots, root)
        return names

    def _history(self, snapshot: SnapshotContext) -> Value:
        # A variable that is judged on a period reads its scope and the parameters too.
        roots = (*PERIOD_ROOTS, "scope", "params")
        periods: list[Value] = [
            self._names(period, roots) for period in (*snapshot.past, snapshot.now)
        ]
        return Periods(periods)

    def _unit(self, part: UnitPart, shown: SnapshotContext) -> Value:
        names = self._names(shown.now, ROOTS, shown)

        def root(name: str) -> Value:
            if name == "verdicts":
                rules = self._verdicts
                return LazyMap(rules, lambda rule: to_cel(rules[rule](shown)))
            facts = {"name": part.name, "weight": part.weight}
            return to_cel(facts[name]) if name in facts else names[name]

        return LazyMap(UNIT_ROOTS, root)
