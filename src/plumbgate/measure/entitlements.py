"""Entitlement drift: whether privileges accumulate, and how many identities hold too many."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from plumbgate.measure.compare import hybrid_difference
from plumbgate.measure.measures import Estimate, Measure
from plumbgate.measure.shares import WILSON, census, proportion, total
from plumbgate.measure.statistics import count_difference_interval
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.measure.measures import Row
    from plumbgate.measure.settings import Settings

HOURS_PER_30_DAYS = 30 * 24
POISSON_DIFFERENCE = "difference of two Poisson counts, normal, 99 %"


def net_drift(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return grants begun less ended, as a share of those held at the start, per 30 days."""
    held, begun, ended = total(rows, "held"), total(rows, "begun"), total(rows, "ended")
    # A fraction, so that the order in which periods are pooled cannot move the last digit.
    months = sum(row["held"] * Fraction(row["hours"], HOURS_PER_30_DAYS) for row in rows)
    exposure = float(months)
    frame = census(
        "Grants held at the start of the period or begun in it",
        held + begun,
        {"activated just in time": total(rows, "activations")},
    )
    if held == 0:
        return Estimate(0, numerator=begun - ended, denominator=0, frame=frame)
    low, high = count_difference_interval(begun, ended, exposure)
    return Estimate(
        held,
        (begun - ended) / exposure,
        begun - ended,
        exposure,
        low,
        high,
        POISSON_DIFFERENCE,
        frame=frame,
    )


def excess_nhi(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share of non-human identities that hold more than they use."""
    unobserved, admin = total(rows, "unobserved"), total(rows, "unobserved_admin")
    undescribed = total(rows, "undescribed")
    observed = total(rows, "observed")
    frame = census(
        "Non-human identities alive at the end of the period",
        observed,
        {
            "no usage telemetry, admin-equivalent": admin,
            "no usage telemetry, not admin-equivalent": unobserved - admin,
        },
    )
    told = []
    if unobserved:
        told.append(f"without usage telemetry: {unobserved}, of them admin-equivalent: {admin}")
    if undescribed:
        told.append(f"holding an entitlement that the records do not describe: {undescribed}")
    return proportion(total(rows, "excess"), observed, frame, "; ".join(told))


ENTITLEMENTS: tuple[Measure, ...] = (
    Measure(
        Metric(
            id="entitlements.net_drift",
            definition=(
                "Standing and eligible grants that began in the period less those that ended in "
                "it, as a share of those held at its start, per 30 days."
            ),
            unit=Unit.RATIO_PER_30D,
            better=Better.DOWN,
            kind=Kind.LAGGING,
            minimum=200,
            interval=POISSON_DIFFERENCE,
            records=("grants",),
            counter="entitlements.excess_nhi",
            gamed="Grant to groups instead, or remove what nobody uses and keep what matters.",
            source="Skellam 1946",
        ),
        "entitlements_drift",
        net_drift,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="entitlements.excess_nhi",
            definition=(
                "Of the non-human identities alive at the end of the period whose usage is "
                "observed, the share that hold an admin-equivalent entitlement, or of whose "
                "grants older than 90 days at least half went unused for 90 days."
            ),
            unit=Unit.RATIO,
            better=Better.DOWN,
            kind=Kind.LAGGING,
            minimum=30,
            interval=WILSON,
            records=("identities", "grants", "entitlements"),
            counter="base.telemetry_complete",
            gamed="Stop observing usage; identities without it are left out, and counted.",
            source="Wilson 1927",
        ),
        "excess_nhi",
        excess_nhi,
        hybrid_difference,
    ),
)
"""The family's metrics."""
