"""A valid snapshot document as the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plumbgate.model.instant import parse_instant
from plumbgate.model.quantity import Unit
from plumbgate.model.snapshot import (
    Change,
    Exclusion,
    Facts,
    Frame,
    Measurement,
    Period,
    Reference,
    Scope,
    Snapshot,
    State,
    UnitPart,
)

Json = Mapping[str, Any]


def build_snapshot(value: Json, sha256: str) -> Snapshot:
    """Return the snapshot that a document describes, which is valid against its schema."""
    scope = value["scope"]
    return Snapshot(
        Scope(
            scope["tenant"],
            scope.get("business_unit"),
            scope.get("domain"),
            dict(scope.get("labels", {})),
        ),
        parse_instant(value["as_of"]),
        _facts(value),
        tuple(_facts(past) for past in value.get("history", ())),
        value.get("provenance", {}),
        sha256,
        tuple(
            UnitPart(
                unit["name"],
                unit["weight"],
                unit["snapshot"] and build_snapshot(unit["snapshot"], sha256),
            )
            for unit in value.get("units", ())
        ),
    )


def _facts(value: Json) -> Facts:
    return Facts(
        _period(value["period"]),
        dict(value.get("programme", {})),
        _measurements(value["metrics"]),
        _reference(value.get("baseline")),
        _reference(value.get("previous")),
        _measurements(value.get("pooled", {})),
        _changes(value.get("change", {})),
        _changes(value.get("since_previous", {})),
    )


def _period(value: Json) -> Period:
    start, end = parse_instant(value["start"]), parse_instant(value["end"])
    return Period(value["id"], start, end, value["complete"])


def _reference(value: Json | None) -> Reference | None:
    if value is None:
        return None
    return Reference(tuple(value["periods"]), _measurements(value["metrics"]))


def _measurements(value: Json) -> dict[str, Measurement]:
    return {metric: _measurement(metric, row) for metric, row in value.items()}


def _measurement(metric: str, row: Json) -> Measurement:
    frame = row.get("frame")
    return Measurement(
        metric,
        State(row["state"]),
        Unit(row["unit"]),
        row.get("value"),
        row.get("n", 0),
        row.get("numerator"),
        row.get("denominator"),
        row.get("low"),
        row.get("high"),
        row.get("method") or "",
        row.get("reason") or "",
        row.get("definition") or "",
        _frame(frame) if frame else None,
    )


def _frame(value: Json) -> Frame:
    return Frame(
        value["population"],
        value["in_scope"],
        value["measured"],
        tuple(Exclusion(part["reason"], part["n"]) for part in value["excluded"]),
        value["selection"],
        value["collected"],
    )


def _changes(value: Json) -> dict[str, Change]:
    return {metric: Change(row["delta"], row["low"], row["high"]) for metric, row in value.items()}
