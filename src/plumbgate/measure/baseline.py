"""
What a period is compared with: which earlier periods, and their pooled values.

Pooling sets the rows of several periods side by side and computes each metric once: numerators
and denominators add up, cohorts unite, and each period keeps its own close.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from plumbgate.measure.metrics import METRICS
from plumbgate.measure.states import measurement_of
from plumbgate.model.snapshot import State

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from plumbgate.measure.feeds import Feeds
    from plumbgate.measure.measures import Estimate, Row
    from plumbgate.measure.session import Counts, Key
    from plumbgate.model.snapshot import Change, Measurement, Period

BASELINE = 2
"""Periods that a baseline has, where there are as many."""
POOLED = 4
"""Periods that are pooled to tell a level."""


def baseline_periods(
    period: Period, periods: Sequence[Period], onboarded: datetime, measurable: Collection[str]
) -> tuple[str, ...]:
    """
    Return the ids of the first measurable periods since onboarding that ended before `period`.

    They are as many as `BASELINE`, fewer where there are fewer, and pinned: later periods do not
    change them.
    """
    candidates = [
        earlier.id
        for earlier in periods
        if earlier.start >= onboarded and earlier.id in measurable and earlier.end <= period.start
    ]
    return tuple(candidates[:BASELINE])


@dataclass(frozen=True, slots=True)
class Readings:
    """Every metric of one scope over one or several periods, pooled."""

    estimates: Mapping[str, Estimate]
    measurements: Mapping[str, Measurement]

    def changes(self, then: Readings) -> dict[str, Change]:
        """Return the differences to `then`, of metrics that can be judged now and then."""
        found = {}
        for measure in METRICS:
            name = measure.metric.id
            if {self.measurements[name].state, then.measurements[name].state} == {State.OK}:
                change = measure.compare(
                    self.estimates[name], then.estimates[name], measure.metric.better
                )
                if change is not None:
                    found[name] = change
        return found


@dataclass(frozen=True, slots=True)
class Gauge:
    """Reads the metrics of one scope over any of its periods, each choice of periods once."""

    key: Key
    counts: Mapping[str, Counts]
    """What each query counted."""
    feeds: Feeds
    _read: dict[tuple[str, ...], Readings] = field(default_factory=dict)

    def rows(self, query: str, periods: Sequence[str]) -> list[Row]:
        """Return the rows of several periods, one period after the other."""
        counted = self.counts[query].get(self.key, {})
        return [row for period in periods for row in counted.get(period, ())]

    def read(self, periods: tuple[str, ...]) -> Readings:
        """Return every metric over `periods`, pooled."""
        if periods not in self._read:
            estimates = {
                measure.metric.id: measure.compute(
                    self.rows(measure.query, periods), self.feeds.settings
                )
                for measure in METRICS
            }
            self._read[periods] = Readings(estimates, self._judged(estimates, periods))
        return self._read[periods]

    def _judged(
        self, estimates: Mapping[str, Estimate], periods: tuple[str, ...]
    ) -> dict[str, Measurement]:
        return {
            measure.metric.id: measurement_of(
                measure.metric,
                estimates[measure.metric.id],
                self.feeds.lacking(measure.metric, self.key, periods),
                [self.feeds.names[number] for number in estimates[measure.metric.id].names],
                self.feeds.collected(measure.metric, self.key),
            )
            for measure in METRICS
        }
