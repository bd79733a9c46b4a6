"""The roots that expressions read from, the fields that stand under each, and their types."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plumbgate.cel.types import DOUBLE, STRING, TIMESTAMP, Type, one_of
from plumbgate.model.quantity import Unit
from plumbgate.model.snapshot import State

if TYPE_CHECKING:
    from plumbgate.model.metric import Metric

Path = tuple[str, ...]
"""A dotted name: `("metrics", "remediation", "rmst_high")`."""

MEASURED_FIELDS = (
    "state",
    "n",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "worst",
    "best",
)
POOLED_FIELDS = ("state", "n", "value", "low", "high")
CHANGE_FIELDS = ("delta", "low", "high")

METRIC_ROOTS: dict[str, tuple[str, ...]] = {
    "metrics": (),
    "baseline": (),
    "previous": (),
    "measured": MEASURED_FIELDS,
    "pooled": POOLED_FIELDS,
    "change": CHANGE_FIELDS,
    "since_previous": CHANGE_FIELDS,
}
"""Roots under which every metric of the catalogue stands, and the fields that it has there."""

NUMBER = Type("double", Unit.COUNT)
SHARE = Type("double", Unit.RATIO)
FACT_ROOTS: dict[str, dict[str, Type]] = {
    "scope": {
        "tenant": STRING,
        "business_unit": STRING,
        "domain": STRING,
        "labels": Type("map", item=STRING),
    },
    "programme": {
        "tenure_periods": NUMBER,
        "review_cycles": NUMBER,
        "activity": NUMBER,
        "activity_baseline": NUMBER,
        "auditability": SHARE,
        "review_cadence": SHARE,
    },
    "period": {"id": STRING, "start": TIMESTAMP, "end": TIMESTAMP},
}
"""Roots that hold facts of the scope, and the types of their fields."""

ROOTS = (*METRIC_ROOTS, *FACT_ROOTS, "params", "variables", "history", "units")
"""Every root, in the order in which they are listed for readers."""
PERIOD_ROOTS = (*METRIC_ROOTS, "programme", "period", "variables")
"""What a period of the history has."""
UNIT_FACTS = {"name": STRING, "weight": SHARE}
UNIT_ROOTS = (*UNIT_FACTS, "metrics", "measured", "variables", "verdicts")
"""What a unit of the scope has."""

CHANGE_ROOTS = ("change", "since_previous")
"""Roots under which each metric is a difference with its interval."""

_STATES = one_of(state.value for state in State)
_COUNTED = frozenset({"n", "numerator", "denominator"})


def metric_of(path: Path) -> str | None:
    """Return the id of the metric that a dotted name reads, if it reads one."""
    return ".".join(path[1:3]) if path[0] in METRIC_ROOTS else None


def value_type(metric: Metric) -> Type:
    """Return the type of a metric's value."""
    return replace(DOUBLE, unit=metric.unit)


def change_type(metric: Metric) -> Type:
    """Return the type of a metric's change as a number; a rate changes by a share of itself."""
    unit = Unit.RATIO if metric.unit is Unit.PER_1K else metric.unit
    return Type("double", unit, difference=True)


def field_type(root: str, field: str, metric: Metric) -> Type:
    """Return the type of one field of what stands for a metric under a root."""
    if root in CHANGE_ROOTS:
        return change_type(metric)
    if field == "state":
        return _STATES
    return NUMBER if field in _COUNTED else value_type(metric)
