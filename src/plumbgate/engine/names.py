"""What an expression sees of a snapshot: one map a root, built when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from plumbgate.cel.environment import LazyMap, Periods, Value, to_cel
from plumbgate.cel.scope import (
    CHANGE_FIELDS,
    FACT_ROOTS,
    MEASURED_FIELDS,
    METRIC_ROOTS,
    POOLED_FIELDS,
)
from plumbgate.cel.values import Failure, Unknown
from plumbgate.model.metric import Better
from plumbgate.model.snapshot import Change, Facts, Measurement, Reference, Snapshot, State

if TYPE_CHECKING:
    from plumbgate.cel.program import Program
    from plumbgate.cel.values import Budget
    from plumbgate.model.metric import Metric

_WITHOUT_COUNTS = frozenset({State.NOT_MEASURED})


class PeriodRoots:
    """The roots of one period of a scope."""

    def __init__(self, facts: Facts, snapshot: Snapshot, catalogue: Mapping[str, Metric]) -> None:
        """Show `facts`, a period of `snapshot`, for every metric of the catalogue."""
        self._facts = facts
        self._snapshot = snapshot
        self._catalogue = catalogue
        self._built: dict[str, Value] = {}

    def root(self, name: str) -> Value:
        """Return the map behind a root name."""
        if name not in self._built:
            self._built[name] = to_cel(self._roots[name]())
        return self._built[name]

    @cached_property
    def _roots(self) -> dict[str, Callable[[], object]]:
        facts = self._facts
        return {
            "metrics": partial(self._values, facts.metrics),
            "baseline": partial(self._reference, facts.baseline),
            "previous": partial(self._reference, facts.previous),
            "measured": partial(self._measured, facts.metrics, MEASURED_FIELDS),
            "pooled": partial(self._measured, facts.pooled, POOLED_FIELDS),
            "change": partial(self._changes, facts.change),
            "since_previous": partial(self._changes, facts.since_previous),
            "scope": self._scope,
            "programme": self._programme,
            "period": lambda: {
                "id": facts.period.id,
                "start": facts.period.start,
                "end": facts.period.end,
            },
        }

    def _unknown(self, metric: str) -> Unknown:
        now = self._facts.metrics.get(metric)
        return Unknown(frozenset({metric}), counted=now is not None and now.state is State.NO_DATA)

    def _by_family(self, value: Callable[[str], object]) -> dict[str, dict[str, object]]:
        families: dict[str, dict[str, object]] = {}
        for metric in self._catalogue:
            family, name = metric.split(".")
            families.setdefault(family, {})[name] = value(metric)
        return families

    def _values(self, measurements: Mapping[str, Measurement]) -> object:
        def value(metric: str) -> object:
            found = measurements.get(metric)
            if found is None or found.state is not State.OK or found.value is None:
                return self._unknown(metric)
            return found.value

        return self._by_family(value)

    def _reference(self, reference: Reference | None) -> object:
        return self._values(reference.metrics if reference else {})

    def _measured(self, measurements: Mapping[str, Measurement], fields: Sequence[str]) -> object:
        def value(metric: str) -> object:
            found = measurements.get(metric)
            known = _fields(found, self._catalogue[metric].better) if found else _ABSENT_FIELDS
            return {
                field: self._unknown(metric) if known.get(field) is None else known[field]
                for field in fields
            }

        return self._by_family(value)

    def _changes(self, changes: Mapping[str, Change]) -> object:
        def value(metric: str) -> object:
            found, now = changes.get(metric), self._facts.metrics.get(metric)
            # Whatever the file says: a change of what is not measured is no change.
            if found is None or now is None or now.state is not State.OK:
                return self._unknown(metric)
            return {field: getattr(found, field) for field in CHANGE_FIELDS}

        return self._by_family(value)

    def _scope(self) -> object:
        scope = self._snapshot.scope
        return {
            "tenant": scope.tenant,
            "business_unit": scope.business_unit or "",
            "domain": scope.domain or "",
            "labels": dict(scope.labels),
        }

    def _programme(self) -> object:
        known = self._facts.programme
        return {
            name: known.get(name, Unknown(frozenset({f"programme.{name}"})))
            for name in FACT_ROOTS["programme"]
        }


_ABSENT_FIELDS: dict[str, object] = {"state": State.NOT_MEASURED.value, "n": 0}


def _fields(measurement: Measurement, better: Better) -> dict[str, object]:
    known: dict[str, object] = {"state": measurement.state.value, "n": measurement.n}
    if measurement.state in _WITHOUT_COUNTS:
        return known
    worst, best = measurement.low, measurement.high
    if better is Better.DOWN:
        worst, best = best, worst
    return known | {
        "numerator": measurement.numerator,
        "denominator": measurement.denominator,
        "value": measurement.value,
        "low": measurement.low,
        "high": measurement.high,
        "worst": worst,
        "best": best,
    }


class SnapshotNames:
    """The roots of a snapshot and of its history, shared by every rule that judges it."""

    def __init__(self, snapshot: Snapshot, catalogue: Mapping[str, Metric]) -> None:
        """Show `snapshot` for every metric of the catalogue."""
        self.now = PeriodRoots(snapshot.facts, snapshot, catalogue)
        self.past = [PeriodRoots(facts, snapshot, catalogue) for facts in snapshot.history]


class RuleNames(Mapping[str, Value]):
    """All that one rule of a policy may read; variables are judged where they are read."""

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

    def __getitem__(self, name: str) -> Value:
        if name == "params":
            return self._parameters
        if name == "variables":
            return self._judged(self)
        if name == "history":
            return self._history
        return self._shared.now.root(name)

    def __iter__(self) -> Iterator[str]:
        return iter((*METRIC_ROOTS, *FACT_ROOTS, "params", "variables", "history"))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _judged(self, names: Mapping[str, Value]) -> Value:
        return LazyMap(
            {
                name: partial(self._judge, program, names)
                for name, program in self._variables.items()
            }
        )

    def _judge(self, program: Program, names: Mapping[str, Value]) -> Value:
        result = program.evaluate(names, self._budget)
        return to_cel(result) if isinstance(result, Unknown | Failure) else result

    @cached_property
    def _history(self) -> Value:
        return Periods([self._period(roots) for roots in (*self._shared.past, self._shared.now)])

    def _period(self, roots: PeriodRoots) -> Value:
        names: dict[str, Callable[[], Value]] = {
            name: partial(roots.root, name) for name in (*METRIC_ROOTS, "programme", "period")
        }
        inner = _PeriodNames(names, self._parameters)
        names["variables"] = lambda: self._judged(inner)
        return LazyMap(names)


class _PeriodNames(Mapping[str, Value]):
    """What a variable sees that is judged on an earlier period: all but the history."""

    def __init__(self, names: Mapping[str, Callable[[], Value]], parameters: Value) -> None:
        self._names = names
        self._parameters = parameters

    def __getitem__(self, name: str) -> Value:
        return self._parameters if name == "params" else self._names[name]()

    def __iter__(self) -> Iterator[str]:
        return iter((*self._names, "params"))

    def __len__(self) -> int:
        return len(self._names) + 1
