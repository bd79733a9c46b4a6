"""Review quality: whether access reviews take away what they should, and whether anybody looks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plumbgate.measure.compare import hybrid_difference
from plumbgate.measure.measures import Estimate, Measure
from plumbgate.measure.shares import WILSON, census, proportion, total
from plumbgate.measure.statistics import design_effect, wilson
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.measure.measures import Row
    from plumbgate.measure.settings import Settings

CLUSTERED = "Wilson score on the effective sample size (clusters are reviewers), 99 %"


def flagged_recall(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """
    Return the share of flagged items from which a reviewer's final decision takes something.

    Not measured where there are items and none of them says whether it was flagged.
    """
    flagged, unknown = total(rows, "flagged"), total(rows, "unknown_flag")
    frame = census(
        "Items flagged before the access reviews that closed or fell due in the period",
        flagged,
        {"no row says whether the item was flagged": unknown},
    )
    silent = unknown > 0 and flagged + total(rows, "unflagged") == 0
    reason = "no decision says whether its item was flagged" if silent else ""
    estimate = proportion(total(rows, "caught"), flagged, frame, reason)
    return replace(estimate, measured=not silent)


def rubber_stamp_share(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share of recorded decisions that approve without a sign of judgement."""
    clusters = [(row["decisions"], row["stamps"], row["reviewers"]) for row in rows]
    n = sum(decisions * reviewers for decisions, _, reviewers in clusters)
    x = sum(stamps * reviewers for _, stamps, reviewers in clusters)
    frame = census(
        "Decisions recorded in the access reviews that closed or fell due in the period",
        n,
        {"made by the system, without a reviewer": total(rows, "without_reviewer")},
    )
    if n == 0:
        return Estimate(0, numerator=0, denominator=0, frame=frame)
    inflation = design_effect(clusters)
    low, high = wilson(x / inflation, n / inflation)
    return Estimate(n, x / n, x, n, low, high, CLUSTERED, frame=frame)


RECORDS = ("access_reviews", "review_decisions")

REVIEWS: tuple[Measure, ...] = (
    Measure(
        Metric(
            id="reviews.flagged_recall",
            definition=(
                "Of the items that were flagged before the review, the share whose final decision "
                "is a reviewer's revoke or modify; undecided items stay in the denominator."
            ),
            unit=Unit.RATIO,
            better=Better.UP,
            kind=Kind.LAGGING,
            minimum=30,
            interval=WILSON,
            records=RECORDS,
            counter="reviews.rubber_stamp_share",
            gamed="Flag fewer items, or revoke and grant again.",
            source="Wilson 1927",
        ),
        "reviews_recall",
        flagged_recall,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="reviews.rubber_stamp_share",
            definition=(
                "Of the decisions that reviewers recorded, the share that approve in bulk, in "
                "under 3 s, or by a reviewer who approved all of 20 or more decisions although 5 "
                "or more of them were flagged."
            ),
            unit=Unit.RATIO,
            better=Better.DOWN,
            kind=Kind.COUNTER,
            minimum=100,
            interval=CLUSTERED,
            records=RECORDS,
            counter="reviews.flagged_recall",
            gamed="Script a delay between approvals.",
            source="Wilson 1927; Cochran 1977, section 3.12; Korn and Graubard 1998",
        ),
        "reviews_decisions",
        rubber_stamp_share,
        hybrid_difference,
    ),
)
"""The family's metrics."""
