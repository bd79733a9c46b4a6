"""Offboarding: whether all that a leaver held is ended in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.measure.compare import hybrid_difference
from plumbgate.measure.measures import Measure
from plumbgate.measure.shares import LOG_LOG, census, total, within_limit
from plumbgate.measure.survival import Bucket, over_limit
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.measure.measures import Estimate, Row
    from plumbgate.measure.settings import Settings


def offboard_complete(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share of leavers of whom the last thing ended within their limit."""
    frame = census(
        "Leavers of the period",
        total(rows, "leaving"),
        {"occurs neither in identities nor in grants": total(rows, "unknown_subjects")},
    )
    buckets = [
        Bucket(over_limit(row["hours"], row["limit_hours"]), row["leaving"], row["events"])
        for row in rows
    ]
    return within_limit(buckets, frame)


OFFBOARDING: tuple[Measure, ...] = (
    Measure(
        Metric(
            id="workflow.offboard_complete",
            definition=(
                "Of the leavers, the share of whom every grant, and every account or agent that "
                "names them as parent, ended by their due date, or without one within 24 h of "
                "leaving for a human and 168 h for any other."
            ),
            unit=Unit.RATIO,
            better=Better.UP,
            kind=Kind.LAGGING,
            minimum=20,
            interval=LOG_LOG,
            records=("leavers", "identities", "grants"),
            counter="",
            gamed="Enter the leaving date late; take it from the HR system.",
            source="Kaplan and Meier 1958; Kalbfleisch and Prentice 2002, section 1.4",
        ),
        "offboarding",
        offboard_complete,
        hybrid_difference,
    ),
)
"""The metric of the `workflow` family that follows leavers."""
