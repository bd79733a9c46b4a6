"""Exception volume: whether exceptions end, or are renewed for ever under new names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.measure.compare import hybrid_difference, rate_difference
from plumbgate.measure.measures import Estimate, Measure
from plumbgate.measure.shares import WILSON, census, proportion, total
from plumbgate.measure.statistics import garwood
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.measure.measures import Row
    from plumbgate.measure.settings import Settings

POISSON_EXACT = "Poisson exact (Garwood), 99 %"
PER = 1000


def carryover(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share of the lineages open at the start that are open at the end too."""
    n = total(rows, "open_at_start")
    frame = census("Lineages of exceptions open at the start of the period", n, {})
    return proportion(total(rows, "carried_over"), n, frame)


def active_per_1k(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the lineages open at the end for every 1000 identities; few are a result too."""
    x, n = total(rows, "open_at_end"), total(rows, "identities")
    frame = census("Identities other than groups, alive at the end of the period", n, {})
    if n == 0:
        return Estimate(0, numerator=x, denominator=0, frame=frame)
    low, high = (PER * end / n for end in garwood(x))
    return Estimate(n, PER * x / n, x, n, low, high, POISSON_EXACT, frame=frame)


EXCEPTIONS: tuple[Measure, ...] = (
    Measure(
        Metric(
            id="exceptions.carryover",
            definition=(
                "Of the lineages of exceptions open at the start of the period, the share that "
                "are open at its end; renewals and exceptions raised again within 30 days are one "
                "lineage, and an expiry that passed closes nothing."
            ),
            unit=Unit.RATIO,
            better=Better.DOWN,
            kind=Kind.LAGGING,
            minimum=30,
            interval=WILSON,
            records=("exceptions",),
            counter="exceptions.active_per_1k",
            gamed="Close an exception and raise it again for another subject or control.",
            source="Wilson 1927",
        ),
        "exceptions",
        carryover,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="exceptions.active_per_1k",
            definition=(
                "Lineages of exceptions open at the end of the period, for every 1000 identities "
                "other than groups that are alive then."
            ),
            unit=Unit.PER_1K,
            better=Better.DOWN,
            kind=Kind.LAGGING,
            minimum=100,
            interval=POISSON_EXACT,
            records=("exceptions", "identities"),
            counter="exceptions.carryover",
            gamed="Write what is excepted into the policy itself.",
            source="Garwood 1936",
        ),
        "exceptions",
        active_per_1k,
        rate_difference,
    ),
)
"""The family's metrics."""
