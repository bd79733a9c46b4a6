"""The measurement base, as it was delivered: whether without gaps, sound, and by machine."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from plumbgate.measure.compare import hybrid_difference
from plumbgate.measure.measures import Estimate, Measure
from plumbgate.measure.shares import COUNTED, census, counted_share, total
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.measure.measures import Row
    from plumbgate.measure.settings import Settings
    from plumbgate.model.snapshot import Frame


def telemetry_complete(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share of expected feed days with a received row, all sources together."""
    return counted_share(
        total(rows, "received_days"), total(rows, "expected_days"), _feed_days(rows)
    )


def telemetry_gap(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the greatest number of consecutive expected days without receipt, over sources."""
    n, frame = total(rows, "expected_days"), _feed_days(rows)
    if n == 0:
        return Estimate(0, numerator=0, denominator=0, frame=frame)
    gap = max(row["gap_days"] for row in rows)
    worst = {row["name_number"] for row in rows if gap and row["gap_days"] == gap}
    return Estimate(
        n,
        value=gap,
        numerator=gap,
        denominator=n,
        low=gap,
        high=gap,
        method=COUNTED,
        reason="longest gap" if worst else "",
        frame=frame,
        names=tuple(sorted(worst)),
    )


def rejected_records(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """
    Return the largest share of rejected records, over tables and over sources.

    Never over all records together: most of one small table can be little of all. A table counts
    for the whole run, so pooled periods repeat its numbers; a source counts by its feed days.
    """
    tables = {
        row["name_number"]: (row["rejected"], row["records"]) for row in rows if row["whole_run"]
    }
    sources: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        if not row["whole_run"]:
            rejected, records = sources[row["name_number"]]
            sources[row["name_number"]] = rejected + row["rejected"], records + row["records"]
    shares = [("table", name, *counts) for name, counts in sorted(tables.items())]
    shares += [("source", name, *counts) for name, counts in sorted(sources.items())]
    population = "Records read, of the table or source of which the largest share was rejected"
    if not shares:
        return Estimate(0, numerator=0, denominator=0, frame=census(population, 0, {}))
    # A source that rejects more than it received has rejected all.
    kind, name, x, n = max(shares, key=lambda share: share[2] / max(share[2:]))
    n = max(x, n)
    return replace(
        counted_share(x, n, census(population, n, {})), reason=f"worst {kind}", names=(name,)
    )


def manual_share(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share of the period's records that were collected by hand."""
    n = total(rows, "records")
    frame = census("Records whose own instant lies in the period, of all tables", n, {})
    return counted_share(total(rows, "manual"), n, frame)


def _feed_days(rows: Sequence[Row]) -> Frame:
    population = "Days in the period on which a source was expected to report"
    return census(population, total(rows, "expected_days"), {})


DELIVERIES: tuple[Measure, ...] = (
    Measure(
        Metric(
            id="base.telemetry_complete",
            definition=(
                "Of the days on which a source was expected to report, from its first expected "
                "day on and whether or not there is a row, the share with a received row."
            ),
            unit=Unit.RATIO,
            better=Better.UP,
            kind=Kind.BASE,
            minimum=1,
            interval=COUNTED,
            records=("feed_days",),
            counter="base.telemetry_gap",
            gamed="Send a heartbeat without records.",
            source="A count",
        ),
        "telemetry",
        telemetry_complete,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="base.telemetry_gap",
            definition=(
                "The greatest number of consecutive expected days without receipt that ends in "
                "the period, counted back across its start, over sources."
            ),
            unit=Unit.DAYS,
            better=Better.DOWN,
            kind=Kind.BASE,
            minimum=1,
            interval=COUNTED,
            records=("feed_days",),
            counter="base.telemetry_complete",
            gamed="Send a heartbeat without records.",
            source="A count",
        ),
        "telemetry",
        telemetry_gap,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="base.rejected_records",
            definition=(
                "The largest share of rejected records: of any table in this run, or of any "
                "source by its feed days in the period."
            ),
            unit=Unit.RATIO,
            better=Better.DOWN,
            kind=Kind.BASE,
            minimum=1,
            interval=COUNTED,
            records=(),
            counter="base.inventory_coverage",
            gamed="Drop records in silence before they are counted.",
            source="A count",
        ),
        "rejected",
        rejected_records,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="base.manual_share",
            definition=(
                "Of the records whose own instant lies in the period, the share that was "
                "collected by hand."
            ),
            unit=Unit.RATIO,
            better=Better.DOWN,
            kind=Kind.BASE,
            minimum=1,
            interval=COUNTED,
            records=(),
            counter="base.rejected_records",
            gamed="Load by a script what was typed by hand.",
            source="A count",
        ),
        "collected",
        manual_share,
        hybrid_difference,
    ),
)
"""The metrics; those that read whatever tables there are name none in `records`."""
