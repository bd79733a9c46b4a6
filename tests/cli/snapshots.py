"""Small snapshots as documents, for the tests of loading and of the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plumbgate.measure.metrics import CATALOGUE

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = "2026-01-02T00:00:00Z"


def measurement(metric: str, value: float | None = 12.0, **changed: Any) -> dict[str, Any]:
    """Return a measurement that can be judged, with keys changed."""
    return {
        "value": value,
        "unit": str(CATALOGUE[metric].unit),
        "n": 120,
        "low": value,
        "high": value,
        "state": "ok",
        "frame": {
            "population": "Findings of the period",
            "in_scope": 123,
            "measured": 120,
            "excluded": [{"reason": "duplicates", "n": 3}],
            "selection": "census",
            "collected": "api",
        },
    } | changed


def quarter(number: int) -> dict[str, Any]:
    """Return a quarter by its number from the first one of 2025, which is 1."""
    starts = [f"{year}-{month:02}-01T00:00:00Z" for year in (2025, 2026) for month in (1, 4, 7, 10)]
    year, index = divmod(number - 1, 4)
    return {
        "id": f"{2025 + year}-Q{index + 1}",
        "start": starts[number - 1],
        "end": starts[number],
        "complete": True,
    }


def snapshot(
    tenant: str = "acme", value: float | None = 12.0, *, in_quarter: int = 4, **changed: Any
) -> dict[str, Any]:
    """Return the snapshot of a tenant whose findings take `value` days, with keys changed."""
    return {
        "schema": "plumbgate/snapshot/v1",
        "scope": {"tenant": tenant, "business_unit": None, "domain": None, "labels": {}},
        "as_of": AS_OF,
        "period": quarter(in_quarter),
        "programme": {"tenure_periods": 6.0},
        "metrics": {"remediation.rmst_high": measurement("remediation.rmst_high", value)},
        "baseline": None,
        "previous": None,
        "pooled": {},
        "change": {},
        "since_previous": {},
        "history": [],
        "units": [],
        "provenance": {"tool": "plumbgate"},
    } | changed


def write(path: Path, *documents: dict[str, Any]) -> Path:
    """Write one document as JSON, or several as JSON Lines, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    indent = 1 if path.suffix == ".json" else None
    path.write_text("".join(json.dumps(d, indent=indent) + "\n" for d in documents))
    return path
