"""All that one rule may read: the period it judges, the history, and what its policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.environment import LazyMap, Periods, Value
from plumbgate.cel.scope import PERIOD_ROOTS, ROOTS
from plumbgate.cel.values import Budget
from plumbgate.engine.period import Period

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.program import Program
    from plumbgate.model.metric import Metric
    from plumbgate.model.snapshot import Snapshot


class SnapshotContext:
    """What a snapshot shows of its period and of those before, shared by all rules."""

    def __init__(self, snapshot: Snapshot, catalogue: Mapping[str, Metric]) -> None:
        """Show `snapshot` for every metric of the catalogue."""
        self.now = Period(snapshot.facts, snapshot.scope, catalogue)
        self.past = [
            Period(facts, snapshot.scope, catalogue, f" in {facts.period.id}")
            for facts in snapshot.history
        ]


class RuleContext:
    """The names of one rule, and the budget that all its expressions and variables share."""

    def __init__(
        self, snapshot: SnapshotContext, parameters: Value, variables: Mapping[str, Program]
    ) -> None:
        """Join what a snapshot shows with what the rule's policy names."""
        self.budget = Budget()
        self._snapshot = snapshot
        self._parameters = parameters
        self._variables = variables
        self.names = self._names(snapshot.now, ROOTS)

    def evaluate(self, program: Program) -> Value:
        """Return the CEL value, `Unknown` or `Failure` of an expression of the rule."""
        return program.evaluate(self.names, self.budget)

    def _names(self, period: Period, roots: tuple[str, ...]) -> LazyMap:
        def root(name: str) -> Value:
            if name == "params":
                return self._parameters
            if name == "variables":
                # Each is judged where it is first read, as if written there.
                return LazyMap(
                    self._variables, lambda one: self._variables[one].run(names, self.budget)
                )
            if name == "history":
                return self._history()
            return period.names[name]

        names = LazyMap(roots, root)
        return names

    def _history(self) -> Value:
        # A variable that is judged on a period reads its scope and the parameters too.
        roots = (*PERIOD_ROOTS, "scope", "params")
        shown = (*self._snapshot.past, self._snapshot.now)
        periods: list[Value] = [self._names(period, roots) for period in shown]
        return Periods(periods)
