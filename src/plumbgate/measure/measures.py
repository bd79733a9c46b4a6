"""How a metric is measured: its query, its statistic, its comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plumbgate.measure.settings import Settings
    from plumbgate.model.metric import Better, Metric
    from plumbgate.model.snapshot import Change, Frame

Row = Mapping[str, int]
"""The counts of one row that a query returned, by column; scope and period are taken off."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a statistic says, before state and minimum sample are decided."""

    n: int
    """What the metric's minimum is compared with; 0 means that there was nothing to judge."""
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    method: str = ""
    reason: str = ""
    frame: Frame | None = None
    reached: bool = True
    """False where the curve does not reach the point that is asked for."""
    measured: bool = True
    """False where the records cannot show it, so that a count of 0 would be a claim."""
    names: tuple[int, ...] = ()
    """Numbers, in the session's table `names`, of the sources that the reason ends with."""
    parts: Mapping[str, Estimate] = field(default_factory=dict)
    """What the value was chosen from, by name, for a comparison that looks at each."""


Compute = Callable[[Sequence[Row], "Settings"], Estimate]
"""Rows of one scope, of one period or of several that are pooled, to an estimate."""

Compare = Callable[[Estimate, Estimate, "Better"], "Change | None"]
"""Now and an earlier estimate to their difference; None where they cannot be compared."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of METRICS."""

    metric: Metric
    query: str
    """Name of the file in `queries/` that counts."""
    compute: Compute
    compare: Compare
