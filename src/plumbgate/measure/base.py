"""The measurement base: whether inventory, owners and population carry the other metrics."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plumbgate.measure.compare import hybrid_difference
from plumbgate.measure.measures import Measure
from plumbgate.measure.shares import COUNTED, WILSON, census, counted_share, proportion, total
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.measure.measures import Estimate, Row
    from plumbgate.measure.settings import Settings


def inventory_coverage(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """
    Return the share of independently listed identities that the inventory holds.

    A list that states no number, or more matches than entries, is left out.
    """
    sound = [row for row in rows if row["stated"] and 0 <= row["matched"] <= row["expected"]]
    n = total(sound, "expected")
    frame = census(
        "Identities on the lists that are kept independently of the inventory, as last counted",
        n,
        {"the list's own numbers do not fit together": total(rows, "expected") - n},
    )
    reason = "list" if sound else ""
    names = tuple(sorted({row["name_number"] for row in sound}))
    return replace(proportion(total(sound, "matched"), n, frame, reason), names=names)


def owner_in_workflow(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share of findings whose remediation owner acts inside the workflow."""
    duplicates = total(rows, "duplicates")
    n = total(rows, "findings") - duplicates
    frame = census("Findings opened in the period", n, {"duplicates": duplicates})
    return proportion(total(rows, "in_workflow"), n, frame)


def population_overlap(rows: Sequence[Row], settings: Settings) -> Estimate:  # noqa: ARG001 (a Compute)
    """Return the share of identities, alive now or at the end of the baseline, that were both."""
    n = total(rows, "in_either")
    frame = census(
        "Identities other than groups, alive at the end of the period or of its baseline", n, {}
    )
    return counted_share(total(rows, "in_both"), n, frame)


BASE: tuple[Measure, ...] = (
    Measure(
        Metric(
            id="base.inventory_coverage",
            definition=(
                "Of the identities on independent lists, as each was last counted in the period, "
                "the share that the inventory holds."
            ),
            unit=Unit.RATIO,
            better=Better.UP,
            kind=Kind.BASE,
            minimum=50,
            interval=WILSON,
            records=("inventory_sources",),
            counter="base.population_overlap",
            gamed="Compare with an easy list; the lists are named in the reason.",
            source="Wilson 1927",
        ),
        "inventory",
        inventory_coverage,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="base.owner_in_workflow",
            definition=(
                "Of the findings opened in the period, without duplicates, the share for which "
                "an active owner of the identity, the finding's own where it names one, used the "
                "workflow at the opening."
            ),
            unit=Unit.RATIO,
            better=Better.UP,
            kind=Kind.BASE,
            minimum=30,
            interval=WILSON,
            records=("findings", "owners"),
            counter="remediation.rmst_high",
            gamed="Name a proxy owner who never acts.",
            source="Wilson 1927",
        ),
        "owners",
        owner_in_workflow,
        hybrid_difference,
    ),
    Measure(
        Metric(
            id="base.population_overlap",
            definition=(
                "Of the identities, without groups, that are alive at the end of the period or "
                "of the last period of its baseline, the share alive at both."
            ),
            unit=Unit.RATIO,
            better=Better.UP,
            kind=Kind.BASE,
            minimum=1,
            interval=COUNTED,
            records=("identities",),
            counter="base.inventory_coverage",
            gamed="Give identities that leave the scope to new ones under the same id.",
            source="Jaccard 1901, coefficient of community",
        ),
        "population",
        population_overlap,
        hybrid_difference,
    ),
)
"""The family's metrics, besides those of `deliveries`."""
