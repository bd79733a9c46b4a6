"""
Workflow adoption: whether access is given, removed and renewed through the workflow.

The metric is its weakest flow. A flow in which no bypass could be seen says nothing, however
governed it looks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plumbgate.measure.compare import hybrid_difference
from plumbgate.measure.measures import Estimate, Measure
from plumbgate.measure.shares import WILSON, census, proportion, total
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plumbgate.measure.measures import Row
    from plumbgate.measure.settings import Settings
    from plumbgate.model.snapshot import Change

FLOWS = ("jit", "offboarding", "rotation")
"""By their number in the query; of several with the smallest share the first counts."""
FEWEST = 50
"""Events of a flow without which its share is not judged."""


def governed_share(rows: Sequence[Row], settings: Settings) -> Estimate:
    """
    Return the smallest share that went through the workflow, among flows with `FEWEST` events.

    Where no flow has as many, it is the smallest of all. `parts` are the observable flows that
    have events, each on its own. Not measured where no flow is observable.
    """
    # Row by row: of pooled periods, one in which no bypass could be seen stays left out.
    seen = [row for row in rows if _is_observable(row, settings)]
    parts = {flow: _share(flow, seen) for flow in FLOWS if _known(_of(flow, seen))}
    judged = {flow: part for flow, part in parts.items() if part.n >= FEWEST} or parts
    frame = census(
        "Events of just-in-time access, offboarding and rotation that happened in the period",
        sum(part.n for part in judged.values()),
        _left_out(rows, settings, {flow: parts[flow].n for flow in parts if flow not in judged}),
    )
    told = [f"{exclusion.reason}: {exclusion.n}" for exclusion in frame.excluded]
    if not judged:
        if seen or any(flow in settings.system_logs for flow in FLOWS):
            return proportion(0, 0, frame, "; ".join(told))
        told = ["no bypass was ever seen, and no system log would show one", *told]
        return Estimate(0, reason="; ".join(told), frame=frame, measured=False)
    # Equal ratios of whole numbers are equal doubles, so that ties are exact.
    weakest = min(judged, key=lambda flow: judged[flow].value or 0.0)
    told = [f"smallest in {weakest}", *told]
    return replace(judged[weakest], reason="; ".join(told), frame=frame, parts=parts)


def weakest_difference(now: Estimate, then: Estimate, better: Better) -> Change | None:
    """
    Return the change of the flow that fell most, or where none fell that of the smallest shares.

    A flow fell if it has `FEWEST` events both times and even the upper end of its change is below
    0. The rise of another flow must not hide it.
    """
    changes = [
        hybrid_difference(part, then.parts[flow], better)
        for flow, part in now.parts.items()
        if flow in then.parts and min(part.n, then.parts[flow].n) >= FEWEST
    ]
    fallen = [change for change in changes if change is not None and change.high < 0]
    if fallen:
        return min(fallen, key=lambda change: change.delta)
    return hybrid_difference(now, then, better)


def _is_observable(row: Row, settings: Settings) -> bool:
    return row["bypass_seen"] == 1 or FLOWS[row["flow"]] in settings.system_logs


def _of(flow: str, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if FLOWS[row["flow"]] == flow]


def _known(rows: Sequence[Row]) -> int:
    return total(rows, "governed") + total(rows, "bypass")


def _share(flow: str, rows: Sequence[Row]) -> Estimate:
    its = _of(flow, rows)
    n = _known(its)
    return proportion(total(its, "governed"), n, census(f"Events of {flow} by a known path", n, {}))


def _left_out(rows: Sequence[Row], settings: Settings, small: Mapping[str, int]) -> dict[str, int]:
    """Return how many events are left out, by reason."""
    seen = [row for row in rows if _is_observable(row, settings)]
    unseen = [row for row in rows if not _is_observable(row, settings)]
    left_out = {"path unknown": total(seen, "unknown_path")}
    for flow in FLOWS:
        left_out[f"{flow} has fewer than {FEWEST} events"] = small.get(flow, 0)
        hidden = _of(flow, unseen)
        left_out[f"{flow} shows no bypass"] = _known(hidden) + total(hidden, "unknown_path")
    return left_out


WORKFLOW: tuple[Measure, ...] = (
    Measure(
        Metric(
            id="workflow.governed_share",
            definition=(
                "The share of events that went through the workflow, in that of just-in-time "
                "access, offboarding and rotation where it is smallest."
            ),
            unit=Unit.RATIO,
            better=Better.UP,
            kind=Kind.LEADING,
            minimum=FEWEST,
            interval=WILSON,
            records=("workflow_events",),
            counter="base.telemetry_complete",
            gamed="Log only what is governed, or use the workflow for what is trivial.",
            source="Wilson 1927",
        ),
        "workflow",
        governed_share,
        weakest_difference,
    ),
)
"""The family's metrics."""
