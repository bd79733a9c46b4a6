"""What a metric is: its definition, apart from any value of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plumbgate.model.quantity import Unit


class Better(StrEnum):
    """The direction in which risk falls."""

    UP = "up"
    DOWN = "down"


class Kind(StrEnum):
    """What a metric is evidence of."""

    LEADING = "leading"
    LAGGING = "lagging"
    BASE = "measurement base"
    COUNTER = "counter-metric"


@dataclass(frozen=True, slots=True)
class Metric:
    """The definition of a metric."""

    id: str
    """`family.name`."""
    definition: str
    """One sentence."""
    unit: Unit
    better: Better
    kind: Kind
    minimum: int
    """The smallest `n` for which the value can be judged."""
    interval: str
    """How `low` and `high` are computed, with the method's name."""
    records: tuple[str, ...]
    """The canonical tables that the metric reads."""
    counter: str
    """The metric that shows when this one is gamed, or empty."""
    gamed: str
    """How it is gamed."""
    source: str
    """Where the definition or the statistic comes from."""
