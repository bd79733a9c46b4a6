"""All that one rule may read: the period it judges, the history, and what its policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.environment import LazyMap, Periods, Value
from plumbgate.cel.scope import PERIOD_ROOTS, ROOTS
from plumbgate.engine.period import Period

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.program import Program
    from plumbgate.cel.values import Budget
    from plumbgate.model.metric import Metric
    from plumbgate.model.snapshot import Snapshot


class SnapshotNames:
    """What a snapshot shows of its period and of those before, shared by all rules."""

    def __init__(self, snapshot: Snapshot, catalogue: Mapping[str, Metric]) -> None:
        """Show `snapshot` for every metric of the catalogue."""
        self.now = Period(snapshot.facts, snapshot.scope, catalogue)
        self.past = [
            Period(facts, snapshot.scope, catalogue, f" in {facts.period.id}")
            for facts in snapshot.history
        ]


class RuleNames:
    """The names of one rule: its variables are judged where they are read, on its budget."""

    def __init__(
        self,
        shared: SnapshotNames,
        parameters: Value,
        variables: Mapping[str, Program],
        budget: Budget,
    ) -> None:
        """Join what the snapshot shows with what the policy names."""
        self._shared = shared
        self._parameters = parameters
        self._variables = variables
        self._budget = budget
        self.names = self._of_period(shared.now, ROOTS)

    def _of_period(self, period: Period, roots: tuple[str, ...]) -> LazyMap:
        def root(name: str) -> Value:
            if name == "params":
                return self._parameters
            if name == "variables":
                return LazyMap(self._variables, lambda one: self._judge(one, names))
            if name == "history":
                return self._history()
            return period.names[name]

        names = LazyMap(roots, root)
        return names

    def _judge(self, variable: str, names: LazyMap) -> Value:
        return self._variables[variable].run(names, self._budget)

    def _history(self) -> Value:
        # A variable that is judged on a period reads its scope and the parameters too.
        roots = (*PERIOD_ROOTS, "scope", "params")
        shown = (*self._shared.past, self._shared.now)
        periods: list[Value] = [self._of_period(period, roots) for period in shown]
        return Periods(periods)
