"""Counts to snapshots: what a scope's periods amount to, one by one, oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.measure.baseline import POOLED
from plumbgate.measure.facts import programme_facts
from plumbgate.measure.periods import tenure
from plumbgate.model.snapshot import Facts, Reference, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from plumbgate.measure.baseline import Gauge
    from plumbgate.measure.courses import Course
    from plumbgate.measure.periods import Calendar


def assemble(
    course: Course,
    gauge: Gauge,
    calendar: Calendar,
    as_of: datetime,
    provenance: Mapping[str, Mapping[str, Any]],
) -> tuple[Snapshot, ...]:
    """Return a snapshot for each period of the scope, each with those before it as history."""
    known = [
        _facts(course, gauge, calendar, number) for number in range(1, len(course.periods) + 1)
    ]
    return tuple(
        Snapshot(course.scope, as_of, facts, tuple(known[:place]), provenance[facts.period.id])
        for place, facts in enumerate(known)
    )


def _facts(course: Course, gauge: Gauge, calendar: Calendar, number: int) -> Facts:
    """Return what is known of the period at the end of the first `number` periods."""
    period = course.periods[number - 1]
    known = tuple(earlier.id for earlier in course.periods[:number])
    baseline = course.baselines[period.id]
    previous = known[-2:-1]
    now = gauge.read(known[-1:])
    return Facts(
        period,
        programme_facts(gauge, known, baseline, tenure(calendar, course.onboarded, period.end)),
        now.measurements,
        _reference(gauge, baseline),
        _reference(gauge, previous),
        gauge.read(known[-POOLED:]).measurements if len(known) >= POOLED else {},
        now.changes(gauge.read(baseline)) if baseline else {},
        now.changes(gauge.read(previous)) if previous else {},
    )


def _reference(gauge: Gauge, periods: Sequence[str]) -> Reference | None:
    if not periods:
        return None
    return Reference(tuple(periods), gauge.read(tuple(periods)).measurements)
