"""What an expression sees of one period of a scope: each value is made when it is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.environment import LazyMap, Struct, Value, to_cel
from plumbgate.cel.scope import (
    CHANGE_FIELDS,
    FACT_ROOTS,
    MEASURED_FIELDS,
    METRIC_ROOTS,
    POOLED_FIELDS,
)
from plumbgate.cel.values import Unknown
from plumbgate.engine.causes import too_few, unjudged
from plumbgate.model.metric import Better
from plumbgate.model.snapshot import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from plumbgate.model.metric import Metric
    from plumbgate.model.snapshot import Change, Facts, Measurement, Reference, Scope

_SAMPLED = frozenset({"census", "random"})
"""Selections whose interval says something of the population."""


class Period:
    """The facts of one period, as the roots of expressions."""

    def __init__(
        self, facts: Facts, scope: Scope, catalogue: Mapping[str, Metric], when: str = ""
    ) -> None:
        """
        Show `facts` for every metric of the catalogue.

        `when` names the period in what is said of its unmeasured metrics, as ` in 2025-Q1`.
        """
        self.facts = facts
        self.names = LazyMap((*METRIC_ROOTS, *FACT_ROOTS), self._root)
        self._scope = scope
        self._catalogue = catalogue
        self._when = when

    def _root(self, name: str) -> Value:
        if name in _FACTS:
            return to_cel(_FACTS[name](self))
        families: dict[str, list[str]] = {}
        for metric in self._catalogue:
            family, _, own_name = metric.partition(".")
            families.setdefault(family, []).append(own_name)
        make = _METRICS[name]
        return LazyMap(
            families,
            lambda family: LazyMap(
                families[family], lambda own_name: to_cel(make(self, f"{family}.{own_name}"))
            ),
        )

    def value(self, metric: str, found: Measurement | None, when: str = "") -> object:
        """Return a value that can be judged, or why there is none."""
        if found is None or found.state is not State.OK or found.value is None:
            return unjudged(metric, found, self._when + when)
        return found.value

    def fields(
        self, metric: str, found: Measurement | None, names: Sequence[str], when: str = ""
    ) -> Struct:
        """Return all that is known of a measurement, whether it can be judged or not."""
        known: dict[str, object] = {"state": State.NOT_MEASURED.value, "n": 0}
        if found is not None:
            known = {"state": found.state.value, "n": found.n}
        if found is not None and found.state is not State.NOT_MEASURED:
            known |= _numbers(found, self._catalogue[metric].better)
        missing = unjudged(metric, found, self._when + when)
        fields = {
            to_cel(name): to_cel(missing if known.get(name) is None else known[name])
            for name in names
        }
        return Struct(fields, too_few(metric, found, self._when + when))

    def change(
        self, metric: str, found: Change | None, reference: Reference | None, when: str
    ) -> object:
        """Return the difference to a reference, or why there is none, whatever the file says."""
        now = self.facts.metrics.get(metric)
        if now is None or now.state is not State.OK:
            return unjudged(metric, now, self._when)
        then = reference.metrics.get(metric) if reference else None
        if then is None or then.state is not State.OK:
            return self._then(metric, then, when)
        if found is None:
            return Unknown.of(metric, f"{metric}{self._when} (cannot be compared with{when})")
        return {name: getattr(found, name) for name in CHANGE_FIELDS}

    def earlier(self, metric: str, reference: Reference | None, when: str) -> object:
        """Return the value that a reference has, or why there is none."""
        then = reference.metrics.get(metric) if reference else None
        if then is None or then.state is not State.OK or then.value is None:
            return self._then(metric, then, when)
        return then.value

    def _then(self, metric: str, then: Measurement | None, when: str) -> Unknown:
        # What was counted and none then says nothing of now.
        lacking = unjudged(metric, then, self._when + when)
        return Unknown.of(metric, next(iter(lacking.causes)).why)

    def scope(self) -> object:
        """Return whom the facts are about."""
        return {
            "tenant": self._scope.tenant,
            "business_unit": self._scope.business_unit or "",
            "domain": self._scope.domain or "",
            "labels": dict(self._scope.labels),
        }

    def programme(self) -> object:
        """Return what is known of the programme's age and activity."""
        return {
            name: self.facts.programme.get(
                name, Unknown.of(f"programme.{name}", f"programme.{name}{self._when}")
            )
            for name in FACT_ROOTS["programme"]
        }

    def period(self) -> object:
        """Return the period itself."""
        period = self.facts.period
        return {"id": period.id, "start": period.start, "end": period.end}


def _numbers(found: Measurement, better: Better) -> dict[str, object]:
    worst, best = found.low, found.high
    if better is Better.DOWN:
        worst, best = best, worst
    if found.frame is not None and found.frame.selection not in _SAMPLED:
        worst = best = None
    return {
        "numerator": found.numerator,
        "denominator": found.denominator,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "worst": worst,
        "best": best,
    }


_BASELINE = " at the baseline"
_PREVIOUS = " in the period before"
_POOLED = " over four periods"

_METRICS: dict[str, Callable[[Period, str], object]] = {
    "metrics": lambda p, metric: p.value(metric, p.facts.metrics.get(metric)),
    "baseline": lambda p, metric: p.earlier(metric, p.facts.baseline, _BASELINE),
    "previous": lambda p, metric: p.earlier(metric, p.facts.previous, _PREVIOUS),
    "measured": lambda p, metric: p.fields(metric, p.facts.metrics.get(metric), MEASURED_FIELDS),
    "pooled": lambda p, metric: p.fields(
        metric, p.facts.pooled.get(metric), POOLED_FIELDS, _POOLED
    ),
    "change": lambda p, metric: p.change(
        metric, p.facts.change.get(metric), p.facts.baseline, _BASELINE
    ),
    "since_previous": lambda p, metric: p.change(
        metric, p.facts.since_previous.get(metric), p.facts.previous, _PREVIOUS
    ),
}
"""By root, what stands under it for each metric."""

_FACTS: dict[str, Callable[[Period], object]] = {
    "scope": Period.scope,
    "programme": Period.programme,
    "period": Period.period,
}
"""By root, the facts of the period and its scope."""
