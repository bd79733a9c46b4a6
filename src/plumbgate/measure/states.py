"""
An estimate to a measurement: its state, and what the state leaves of it.

The one place that decides whether a value may be judged.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plumbgate.model.snapshot import Measurement, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.measure.measures import Estimate
    from plumbgate.model.metric import Metric

VALUED = frozenset({State.OK, State.SMALL_SAMPLE})
"""States that have a value; in any other it is None, never 0 or 1."""


def measurement_of(
    metric: Metric,
    estimate: Estimate,
    lacking: Sequence[str] = (),
    names: Sequence[str] = (),
    collected: str = "export",
) -> Measurement:
    """
    Return the measurement that `estimate` amounts to.

    `lacking` are sentences, one for each table that is absent and each feed that is silent;
    `names` are the sources that the reason ends with; `collected` is the least automatic way in
    which a record of it was collected.
    """
    state = _state(metric, estimate, lacking)
    value, low, high = (
        (estimate.value, estimate.low, estimate.high) if state in VALUED else (None, None, None)
    )
    reason = estimate.reason
    if names:
        reason = f"{reason}: {', '.join(names)}".removeprefix(": ")
    return Measurement(
        metric=metric.id,
        state=state,
        unit=metric.unit,
        value=_number(value),
        n=estimate.n,
        numerator=_number(estimate.numerator),
        denominator=_number(estimate.denominator),
        low=_number(low),
        high=_number(high),
        method=estimate.method or metric.interval,
        reason="; ".join(part for part in (*lacking, reason) if part),
        definition=metric.definition,
        frame=estimate.frame and replace(estimate.frame, collected=collected),
    )


def _state(metric: Metric, estimate: Estimate, lacking: Sequence[str]) -> State:
    if lacking or not estimate.measured:
        return State.NOT_MEASURED
    if estimate.n == 0:
        return State.NO_DATA
    if not estimate.reached or estimate.value is None:
        return State.NOT_REACHED
    if estimate.n < metric.minimum:
        return State.SMALL_SAMPLE
    return State.OK


def _number(value: float | None) -> float | None:
    # Counts become doubles, so that 12 and 12.0 are one text; adding 0.0 turns -0.0 into 0.0.
    return None if value is None else float(value) + 0.0
