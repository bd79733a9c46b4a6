"""The units of what expressions read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.scope import CHANGE_ROOTS, METRIC_ROOTS
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.scope import Path
    from plumbgate.model.metric import Metric
    from plumbgate.model.policy import Parameter


def metric_of(path: Path) -> str | None:
    """Return the id of the metric that a dotted name reads, if it reads one."""
    return ".".join(path[1:3]) if path[0] in METRIC_ROOTS else None


def unit_of(
    path: Path, catalogue: Mapping[str, Metric], parameters: Mapping[str, Parameter]
) -> Unit | None:
    """Return the unit of the value behind a dotted name, where it has one."""
    if path[0] == "params":
        return parameters[path[1]].unit
    metric = metric_of(path)
    if metric is None or path[-1] in {"state", "numerator", "denominator"}:
        return None
    if path[3:] == ("n",):
        return Unit.COUNT
    unit = catalogue[metric].unit
    # The change of a rate is a share of the earlier rate.
    return Unit.RATIO if path[0] in CHANGE_ROOTS and unit is Unit.PER_1K else unit


def in_points(path: Path, catalogue: Mapping[str, Metric]) -> bool:
    """Return whether a dotted name reads a difference of shares, which is in percentage points."""
    metric = metric_of(path)
    return path[0] in CHANGE_ROOTS and metric is not None and catalogue[metric].unit is Unit.RATIO
