"""
Two estimates of one metric to their change; how each metric compares is a column of METRICS.

Whether both may be judged is decided before. None means that there is no change to judge: one of
the two lacks a number, or the method has no interval for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.measure.statistics import Ranged, hybrid_change, rate_change

if TYPE_CHECKING:
    from plumbgate.measure.measures import Estimate
    from plumbgate.model.metric import Better
    from plumbgate.model.snapshot import Change


def hybrid_difference(now: Estimate, then: Estimate, better: Better) -> Change | None:
    """
    Return `now` less `then` in the metric's unit, plus is better, by `hybrid_change`.

    None where either lacks its value or an end of its interval.
    """
    after, before = _ranged(now), _ranged(then)
    if after is None or before is None:
        return None
    return hybrid_change(after, before, better)


def rate_difference(now: Estimate, then: Estimate, better: Better) -> Change | None:
    """
    Return the change as a share of `then`, plus is better, by `rate_change`.

    The numerators are the events. None where either lacks its value or its events, or where
    `rate_change` has no interval.
    """
    after, before = _counted(now), _counted(then)
    if after is None or before is None:
        return None
    return rate_change(*after, *before, better)


def _ranged(estimate: Estimate) -> Ranged | None:
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None:
        return None
    return value, low, high


def _counted(estimate: Estimate) -> tuple[int, float] | None:
    events, value = estimate.numerator, estimate.value
    if events is None or value is None:
        return None
    return int(events), value
