"""
The law that where everything is as bad as it can be, nothing passes, held against a rule.

A comparison the wrong way round, a condition that always holds, a table whose last row forgives:
they all pass on a snapshot on which every metric has its worst value, was better before, and is
sure. What the programme's own facts are cannot mend that, so an old and a young one are tried, each
idle and busy.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING

from plumbgate.engine.context import SnapshotContext
from plumbgate.engine.judge import PolicyJudge
from plumbgate.model.metric import Better
from plumbgate.model.quantity import Unit
from plumbgate.model.snapshot import (
    Change,
    Facts,
    Measurement,
    Period,
    Reference,
    Scope,
    Snapshot,
    State,
    UnitPart,
)
from plumbgate.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.model.metric import Metric
    from plumbgate.model.span import Span

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_PERIODS = 4
_SAMPLE = 10_000
_BEYOND = 1e6
"""More than any limit of a metric that has no greatest value."""
_OLD = {"tenure_periods": 99, "review_cycles": 99, "activity_baseline": 99}
_YOUNG = {"tenure_periods": 0, "review_cycles": 0, "activity_baseline": 0}
_IDLE = {"activity": 0, "auditability": 0, "review_cadence": 0}
_BUSY = {"activity": 9_999, "auditability": 1, "review_cadence": 1}


def pass_on_the_worst(
    policy: CompiledPolicy, parameters: Mapping[str, float], catalogue: Mapping[str, Metric]
) -> Iterator[tuple[str, Span]]:
    """Yield each rule that passes where everything is bad, with where it, or its row, stands."""
    judge = PolicyJudge(policy, parameters, _NEVER)
    found: dict[str, Span] = {}
    for age, work in product((_OLD, _YOUNG), (_IDLE, _BUSY)):
        shown = SnapshotContext(_worst(catalogue, age | work), catalogue)
        for rule in policy.rules:
            judged = judge.judge(rule, shown, judge.context(shown))
            if judged.outcome is Outcome.PASS:
                found.setdefault(rule.rule.id, rule.place(judged.row))
    yield from found.items()


def _worst(catalogue: Mapping[str, Metric], programme: Mapping[str, float]) -> Snapshot:
    """Return a tenant of one unit, both bad in every metric, in this period and those before."""
    bad = {
        name: _measured(metric, _value(metric, metric.better)) for name, metric in catalogue.items()
    }
    before = {
        name: _measured(metric, _value(metric, _turned(metric.better)))
        for name, metric in catalogue.items()
    }
    changes = {name: _worsened(metric) for name, metric in catalogue.items()}
    then = Reference((), before)
    facts = [
        Facts(_period(index), programme, bad, then, then, bad, changes, changes)
        for index in range(_PERIODS)
    ]
    unit = Snapshot(Scope("", "unit"), _NEVER, facts[-1])
    units = (UnitPart("unit", 1.0, unit),)
    return Snapshot(Scope(""), _NEVER, facts[-1], tuple(facts[:-1]), units=units)


def _period(index: int) -> Period:
    return Period(str(index), _NEVER, _NEVER)


def _turned(better: Better) -> Better:
    return Better.DOWN if better is Better.UP else Better.UP


def _value(metric: Metric, better: Better) -> float:
    """Return the value of a metric that is worst where it is better in this direction."""
    greatest = 1.0 if metric.unit is Unit.RATIO else _BEYOND
    least = -_BEYOND if metric.unit is Unit.RATIO_PER_30D else 0.0
    return least if better is Better.UP else greatest


def _worsened(metric: Metric) -> Change:
    """Return the change, surely and at once, from the best value to the worst."""
    by = abs(_value(metric, Better.UP) - _value(metric, Better.DOWN))
    return Change(-by, -by, -by)


def _measured(metric: Metric, value: float) -> Measurement:
    return Measurement(
        metric.id,
        State.OK,
        metric.unit,
        value,
        n=_SAMPLE,
        numerator=value * _SAMPLE,
        denominator=float(_SAMPLE),
        low=value,
        high=value,
    )
