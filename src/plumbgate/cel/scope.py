"""The roots that expressions read from, and the fields that stand under each."""

from __future__ import annotations

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

FACT_ROOTS: dict[str, tuple[str, ...]] = {
    "scope": ("tenant", "business_unit", "domain", "labels"),
    "programme": (
        "tenure_periods",
        "review_cycles",
        "activity",
        "activity_baseline",
        "auditability",
        "review_cadence",
    ),
    "period": ("id", "start", "end"),
}
"""Roots that hold facts of the scope, and their fields."""

ROOTS = (*METRIC_ROOTS, *FACT_ROOTS, "params", "variables", "history")
"""Every root, in the order in which they are listed for readers."""
PERIOD_ROOTS = (*METRIC_ROOTS, "programme", "period", "variables")
"""What a period of the history has."""

CHANGE_ROOTS = ("change", "since_previous")
"""Roots under which each metric is a difference with its interval."""
