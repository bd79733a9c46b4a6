"""A limit to begin with, for every kind of metric; what is right is for the policy's author."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.model.metric import Better
from plumbgate.model.quantity import Unit, parse_quantity

if TYPE_CHECKING:
    from plumbgate.model.metric import Metric


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit between bounds, as a policy writes them; each bound still asks for something."""

    written: str
    least: str
    most: str
    step: str
    """What sets a value just beyond the limit apart from it."""

    @property
    def value(self) -> str:
        """The limit as cases write it: in the metric's unit."""
        return f"{parse_quantity(self.written)[0]:.6g}"

    def beyond(self, better: Better) -> str:
        """Return the value that just misses the limit."""
        value, step = (parse_quantity(written)[0] for written in (self.written, self.step))
        return f"{value + (step if better is Better.DOWN else -step):.6g}"


_HIGH_SHARE = Limit("90 %", "50 %", "100 %", "0.1 %")
_LIMITS = {
    Unit.RATIO: Limit("10 %", "0 %", "50 %", "0.1 %"),
    Unit.DAYS: Limit("15 d", "1 d", "45 d", "0.1 d"),
    Unit.COUNT: Limit("3 count", "1 count", "10 count", "1 count"),
    Unit.PER_1K: Limit("40 per_1k", "1 per_1k", "200 per_1k", "0.1 per_1k"),
    Unit.RATIO_PER_30D: Limit(
        "0.01 ratio_per_30d", "0.001 ratio_per_30d", "0.05 ratio_per_30d", "0.001 ratio_per_30d"
    ),
}


def limit_for(metric: Metric) -> Limit:
    """Return a limit that fits a metric's unit and direction."""
    wants_much = metric.unit is Unit.RATIO and metric.better is Better.UP
    return _HIGH_SHARE if wants_much else _LIMITS[metric.unit]
