"""What a case gives, as a snapshot: any part of one; what is not given is unmeasured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from plumbgate.model.instant import parse_instant
from plumbgate.model.snapshot import (
    Change,
    Facts,
    Measurement,
    Period,
    Reference,
    Scope,
    Snapshot,
    State,
    UnitPart,
)

if TYPE_CHECKING:
    from plumbgate.model.metric import Metric

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
"""The snapshot of every case is of this day; `given.at` judges it at another."""

Json = Mapping[str, Any]


def instant_of(given: Json) -> datetime:
    """
    Return the instant at which a case is judged.

    Raises:
        ValueError: `given.at` is no instant.

    """
    return parse_instant(given["at"]) if "at" in given else AS_OF


def snapshot_of(given: Json, catalogue: Mapping[str, Metric], sha256: str = "") -> Snapshot:
    """Return the snapshot that a case gives, with its history and its units."""
    scope: Json = given.get("scope", {})
    history = given.get("history", ())
    first = AS_OF.year * 4 - 1 - len(history)
    periods = [_quarter(first + index) for index in range(len(history) + 1)]
    facts = [
        _facts(past, period, catalogue)
        for past, period in zip((*history, given), periods, strict=True)
    ]
    about = Scope(
        scope.get("tenant", "case"),
        scope.get("business_unit"),
        scope.get("domain"),
        scope.get("labels", {}),
    )
    return Snapshot(
        about,
        AS_OF,
        facts[-1],
        tuple(facts[:-1]),
        sha256=sha256,
        units=tuple(_unit(unit, about, periods[-1], catalogue) for unit in given.get("units", ())),
    )


def _unit(row: Json, whole: Scope, period: Period, catalogue: Mapping[str, Metric]) -> UnitPart:
    if "given" not in row:
        return UnitPart(row["name"], row["weight"], None)
    facts = _facts(row["given"], period, catalogue)
    scope = replace(whole, business_unit=row["name"])
    return UnitPart(row["name"], row["weight"], Snapshot(scope, AS_OF, facts))


def _quarter(number: int) -> Period:
    """Return the quarter that is `number` quarters after the start of year 0."""
    year, quarter = divmod(number, 4)
    next_year, next_quarter = divmod(number + 1, 4)
    return Period(
        f"{year}-Q{quarter + 1}",
        datetime(year, 3 * quarter + 1, 1, tzinfo=UTC),
        datetime(next_year, 3 * next_quarter + 1, 1, tzinfo=UTC),
    )


def _facts(given: Json, period: Period, catalogue: Mapping[str, Metric]) -> Facts:
    def measured(part: str) -> dict[str, Measurement]:
        rows: Json = given.get(part, {})
        return {metric: _measurement(catalogue[metric], row) for metric, row in rows.items()}

    def reference(part: str, change: str) -> Reference | None:
        # A change is given with what it was computed from: without it, it would be none.
        compared = {
            metric: Measurement(metric, State.OK, catalogue[metric].unit)
            for metric in given.get(change, {})
        }
        metrics = compared | measured(part)
        return Reference((), metrics) if metrics or part in given else None

    def changes(part: str) -> dict[str, Change]:
        rows: Json = given.get(part, {})
        return {
            metric: Change(row["delta"], row["low"], row["high"]) for metric, row in rows.items()
        }

    return Facts(
        period,
        dict(given.get("programme", {})),
        measured("metrics"),
        reference("baseline", "change"),
        reference("previous", "since_previous"),
        measured("pooled"),
        changes("change"),
        changes("since_previous"),
    )


def _measurement(metric: Metric, row: float | Json) -> Measurement:
    """Return a measurement; a bare number is one that can just be judged, and quite sure."""
    if isinstance(row, int | float):
        value = float(row)
        return Measurement(
            metric.id, State.OK, metric.unit, value, metric.minimum, low=value, high=value
        )
    state = State(row.get("state", "ok" if "value" in row else "not_measured"))
    return Measurement(
        metric.id,
        state,
        metric.unit,
        row.get("value"),
        row.get("n", metric.minimum if state is State.OK else 0),
        row.get("numerator"),
        row.get("denominator"),
        row.get("low", row.get("value")),
        row.get("high", row.get("value")),
    )
