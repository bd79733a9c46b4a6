"""Remediation speed: how long high and critical findings stay open, and how they end."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from plumbgate.measure.compare import hybrid_difference
from plumbgate.measure.measures import Estimate, Measure
from plumbgate.measure.shares import (
    COUNTED,
    LOG_LOG,
    WILSON,
    census,
    counted_share,
    proportion,
    total,
    within_limit,
)
from plumbgate.measure.statistics import (
    Z,
    nearest_rank,
    order_statistic_interval,
    value_at_rank,
)
from plumbgate.measure.survival import Bucket, held_flat, hours_of, over_limit, rmst
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit, format_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.measure.measures import Row
    from plumbgate.measure.settings import Settings
    from plumbgate.model.snapshot import Frame

HOURS_PER_DAY = 24
MOST_HELD_FLAT = 24
"""Hours of a restricted mean that may rest on holding the curve flat beyond the last hour seen."""
OLD = 0.9
"""The share of open episodes that are not older than `remediation.open_age_p90`."""
GREENWOOD = "Kaplan-Meier, Greenwood, normal, 99 %; covers 96 to 98 % at 30 episodes"
ORDER_STATISTICS = "order statistics, binomial, 99 %; no upper end below 51 episodes"
LEFT_TRUNCATED = "opened before it could be seen (left-truncated)"
DUPLICATE = "closed as duplicate"


def rmst_high(rows: Sequence[Row], settings: Settings) -> Estimate:
    """
    Return the mean days to remediation up to the window, as the area under Kaplan-Meier.

    The normal interval covers 99 % from about 100 episodes, 96 to 98 % at 30.
    """
    n, events = total(rows, "leaving"), total(rows, "events")
    frame = _cohort(rows, n)
    if n == 0:
        return Estimate(0, numerator=0, denominator=0, frame=frame)
    buckets = [Bucket(row["hours"], row["leaving"], row["events"]) for row in rows]
    window = hours_of(settings.remediation_window)
    mean, variance = rmst(buckets, window)
    value, margin = mean / HOURS_PER_DAY, Z * sqrt(variance) / HOURS_PER_DAY
    reached = held_flat(buckets, window) <= MOST_HELD_FLAT
    return Estimate(
        n,
        value,
        events,
        n,
        value - margin,
        value + margin,
        GREENWOOD,
        _what_dashboards_show(rows, n),
        frame,
        reached,
    )


def within_sla(rows: Sequence[Row], settings: Settings) -> Estimate:
    """Return the share remediated within the first due date, or within the setting."""
    severities = {0: hours_of(settings.sla["high"]), 1: hours_of(settings.sla["critical"])}
    buckets = [
        Bucket(
            over_limit(row["hours"], row["limit_hours"] or severities[row["critical"]]),
            row["leaving"],
            row["events"],
        )
        for row in rows
    ]
    return within_limit(buckets, _cohort(rows, total(rows, "leaving")))


def reclass_share(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share of closed episodes that were not remediated."""
    n, opened = total(rows, "closed"), total(rows, "leaving")
    x = n - total(rows, "events")
    frame = _cohort(rows, n, {"open when the period closed": opened - n})
    return counted_share(x, n, frame)


def first_action_7d(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share acted upon within 7 d, of episodes that have had 7 d."""
    n, opened = total(rows, "week_passed"), total(rows, "leaving")
    frame = _cohort(rows, n, {"opened less than 7 d before the period closed": opened - n})
    return proportion(total(rows, "acted_in_week"), n, frame)


def open_age_p90(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """
    Return the age in days that nine in ten open episodes do not exceed.

    The numerator is its rank. A small sample has no upper end.
    """
    n = total(rows, "still_open")
    frame = census(
        "Episodes of high and critical findings that are open when the period closes",
        n,
        {LEFT_TRUNCATED: total(rows, "left_truncated_open")},
    )
    if n == 0:
        return Estimate(0, numerator=0, denominator=0, frame=frame)
    ages = [(row["hours"], row["still_open"]) for row in rows]
    rank = nearest_rank(n, OLD)
    value, low, high = (
        None if at is None else value_at_rank(ages, at) / HOURS_PER_DAY
        for at in (rank, *order_statistic_interval(n, OLD))
    )
    return Estimate(n, value, rank, n, low, high, ORDER_STATISTICS, frame=frame)


def _cohort(rows: Sequence[Row], measured: int, besides: dict[str, int] | None = None) -> Frame:
    return census(
        "Episodes of high and critical findings that opened in the period",
        measured,
        {
            **(besides or {}),
            LEFT_TRUNCATED: total(rows, "left_truncated"),
            DUPLICATE: total(rows, "duplicates"),
        },
    )


def _what_dashboards_show(rows: Sequence[Row], n: int) -> str:
    """Return the mean of closed episodes, the share still open, and the number of flaps."""
    closed = total(rows, "closed")
    parts = [f"{format_quantity(1 - closed / n, Unit.RATIO)} still open"]
    if closed:
        hours = sum(row["hours"] * row["closed"] for row in rows)
        days = format_quantity(hours / closed / HOURS_PER_DAY, Unit.DAYS)
        parts.insert(0, f"mean of closed episodes alone {days}")
    text = f"what most dashboards show: {', '.join(parts)}"
    flaps = total(rows, "flaps")
    return f"{text}; reopened within 2 d and merged: {flaps}" if flaps else text


REMEDIATION: tuple[Measure, ...] = (
    Measure(
        Metric(
            id="remediation.rmst_high",
            definition=(
                "Restricted mean time to remediate: the days that an episode of a high or "
                "critical finding opened in the period stays open on average, counted up to the "
                "window; closing it otherwise than by remediation ends its observation only."
            ),
            unit=Unit.DAYS,
            better=Better.DOWN,
            kind=Kind.LAGGING,
            minimum=30,
            interval=GREENWOOD,
            records=("findings",),
            counter="remediation.reclass_share",
            gamed="Close by reclassification; split or merge findings.",
            source="Klein and Moeschberger 2003, section 4.5",
        ),
        "remediation",
        rmst_high,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="remediation.within_sla",
            definition=(
                "Of the episodes of high and critical findings opened in the period, the share "
                "remediated by their first due date, or without one within the limit that is set "
                "for their severity."
            ),
            unit=Unit.RATIO,
            better=Better.UP,
            kind=Kind.LAGGING,
            minimum=30,
            interval=LOG_LOG,
            records=("findings",),
            counter="exceptions.active_per_1k",
            gamed="Shorten the scope, or extend due dates; the first due date counts.",
            source="Kaplan and Meier 1958; Kalbfleisch and Prentice 2002, section 1.4",
        ),
        "remediation",
        within_sla,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="remediation.reclass_share",
            definition=(
                "Of the episodes of high and critical findings opened in the period and closed in "
                "it, the share closed otherwise than by remediation."
            ),
            unit=Unit.RATIO,
            better=Better.DOWN,
            kind=Kind.COUNTER,
            minimum=1,
            interval=COUNTED,
            records=("findings",),
            counter="remediation.rmst_high",
            gamed="Call a reclassification remediated.",
            source="A count of the period's own records",
        ),
        "remediation",
        reclass_share,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="remediation.first_action_7d",
            definition=(
                "Of the episodes of high and critical findings opened in the period at least 7 d "
                "before its close, the share first acted upon within 7 d."
            ),
            unit=Unit.RATIO,
            better=Better.UP,
            kind=Kind.LEADING,
            minimum=30,
            interval=WILSON,
            records=("findings",),
            counter="remediation.rmst_high",
            gamed="Record an action that does nothing.",
            source="Wilson 1927",
        ),
        "remediation",
        first_action_7d,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="remediation.open_age_p90",
            definition=(
                "The age that nine in ten episodes of high and critical findings that are open at "
                "the period's end do not exceed."
            ),
            unit=Unit.DAYS,
            better=Better.DOWN,
            kind=Kind.LEADING,
            minimum=30,
            interval=ORDER_STATISTICS,
            records=("findings",),
            counter="remediation.reclass_share",
            gamed="Close in bulk, and open again.",
            source="Hyndman and Fan 1996, definition 1; Conover 1999, section 3.2",
        ),
        "remediation",
        open_age_p90,
        hybrid_difference,
    ),
)
"""The family's metrics."""
