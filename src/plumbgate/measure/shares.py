"""Counts to the estimates that families share: a proportion, a share within a limit, a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.measure.measures import Estimate
from plumbgate.measure.statistics import wilson
from plumbgate.measure.survival import AT_LIMIT, in_time
from plumbgate.model.snapshot import Exclusion, Frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plumbgate.measure.measures import Row
    from plumbgate.measure.survival import Bucket

WILSON = "Wilson score, 99 %"
"""How `proportion` computes its interval."""
COUNTED = "all counted: low = high = value"
"""In place of an interval, where there is no sample that could mislead."""
LOG_LOG = (
    "Kaplan-Meier, log-log (Kalbfleisch-Prentice), 99 %; Wilson score where the curve is 0 or 1"
)
"""How `within_limit` computes its interval."""


def total(rows: Sequence[Row], column: str) -> int:
    """Return the sum of a column; 0 without rows."""
    return sum(row[column] for row in rows)


def census(population: str, measured: int, excluded: Mapping[str, int]) -> Frame:
    """Return the frame of a population of which all but `excluded`, by reason, was measured."""
    left_out = tuple(Exclusion(reason, n) for reason, n in excluded.items() if n)
    return Frame(population, measured + sum(excluded.values()), measured, left_out)


def proportion(x: int, n: int, frame: Frame, reason: str = "") -> Estimate:
    """Return the ratio `x / n` with Wilson's interval."""
    if n == 0:
        return Estimate(0, numerator=0, denominator=0, reason=reason, frame=frame)
    low, high = wilson(x, n)
    return Estimate(n, x / n, x, n, low, high, WILSON, reason, frame)


def counted_share(x: int, n: int, frame: Frame) -> Estimate:
    """Return the ratio `x / n` of a count, its own lower and upper end."""
    if n == 0:
        return Estimate(0, numerator=0, denominator=0, frame=frame)
    return Estimate(n, x / n, x, n, x / n, x / n, COUNTED, frame=frame)


def within_limit(buckets: Sequence[Bucket], frame: Frame) -> Estimate:
    """
    Return the share done within its limit; times are hours over the limit.

    The numerator is what was seen to be done in time. The value is not its share of the
    denominator where some left the risk set before their limit: the curve reckons with them.
    """
    n = sum(bucket.leaving for bucket in buckets)
    if n == 0:
        return Estimate(0, numerator=0, denominator=0, frame=frame)
    done = sum(bucket.events for bucket in buckets if bucket.hours <= AT_LIMIT)
    share = in_time(buckets)
    return Estimate(
        n, share.value, done, n, share.low, share.high, LOG_LOG, frame=frame, reached=share.reached
    )
