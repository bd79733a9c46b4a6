"""A snapshot as a file: its document, the document's bytes, and where the file lies."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from plumbgate.model.instant import format_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.model.snapshot import (
        Change,
        Facts,
        Frame,
        Measurement,
        Period,
        Reference,
        Scope,
        Snapshot,
    )

SCHEMA = "plumbgate/snapshot/v1"
OPEN_LEVELS = 2
"""Levels of the document that take a line for each key; what is deeper stands on one line."""

_UNSAFE = re.compile(rb"[^A-Za-z0-9._-]")


def snapshot_path(snapshot: Snapshot) -> PurePosixPath:
    """Return where the file lies in the folder of snapshots: `<tenant>/<period>.json`."""
    return PurePosixPath(_name(snapshot.scope.tenant)) / f"{_name(snapshot.period.id)}.json"


def _name(text: str) -> str:
    """Return `text` percent-encoded to one name, which is never `.` or `..`."""
    name = _UNSAFE.sub(lambda found: b"%%%02X" % ord(found[0]), text.encode()).decode()
    return name.replace(".", "%2E") if not name.strip(".") else name


def snapshot_bytes(snapshot: Snapshot) -> bytes:
    """
    Return the bytes of the file: UTF-8, a measurement a line, and the same for the same snapshot.

    Raises:
        ValueError: A number is NaN or infinite.

    """
    return (_lines(snapshot_document(snapshot), OPEN_LEVELS) + "\n").encode()


def _lines(value: object, levels: int, indent: str = "") -> str:
    if not (levels and value and isinstance(value, dict | list)):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {_lines(part, levels - 1, deeper)}"
            for key, part in value.items()
        ]
        opening, closing = "{}"
    else:
        parts = [_lines(part, levels - 1, deeper) for part in value]
        opening, closing = "[]"
    return f"{opening}\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}{closing}"


def snapshot_document(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot as JSON values, in the key order of the file."""
    return {
        "schema": SCHEMA,
        "scope": _scope(snapshot.scope),
        "as_of": format_instant(snapshot.as_of),
        **_facts(snapshot.facts),
        "history": [_facts(facts) for facts in snapshot.history],
        "units": [],
        "provenance": dict(snapshot.provenance),
    }


def _scope(scope: Scope) -> dict[str, Any]:
    return {
        "tenant": scope.tenant,
        "business_unit": scope.business_unit,
        "domain": scope.domain,
        "labels": dict(sorted(scope.labels.items())),
    }


def _facts(facts: Facts) -> dict[str, Any]:
    return {
        "period": _period(facts.period),
        "programme": dict(facts.programme),
        "metrics": _measurements(facts.metrics),
        "baseline": _reference(facts.baseline),
        "previous": _reference(facts.previous),
        "pooled": _measurements(facts.pooled),
        "change": _changes(facts.change),
        "since_previous": _changes(facts.since_previous),
    }


def _period(period: Period) -> dict[str, Any]:
    return {
        "id": period.id,
        "start": format_instant(period.start),
        "end": format_instant(period.end),
        "complete": period.complete,
    }


def _reference(reference: Reference | None) -> dict[str, Any] | None:
    if reference is None:
        return None
    return {"periods": list(reference.periods), "metrics": _measurements(reference.metrics)}


def _measurements(measurements: Mapping[str, Measurement]) -> dict[str, Any]:
    return {name: _measurement(measured) for name, measured in measurements.items()}


def _measurement(measured: Measurement) -> dict[str, Any]:
    return {
        "value": measured.value,
        "unit": measured.unit,
        "n": measured.n,
        "numerator": measured.numerator,
        "denominator": measured.denominator,
        "low": measured.low,
        "high": measured.high,
        "method": measured.method,
        "state": measured.state,
        "reason": measured.reason,
        "definition": measured.definition,
        "frame": measured.frame and _frame(measured.frame),
    }


def _frame(frame: Frame) -> dict[str, Any]:
    return {
        "population": frame.population,
        "in_scope": frame.in_scope,
        "measured": frame.measured,
        "excluded": [{"reason": left.reason, "n": left.n} for left in frame.excluded],
        "selection": frame.selection,
        "collected": frame.collected,
    }


def _changes(changes: Mapping[str, Change]) -> dict[str, Any]:
    return {
        name: {"delta": change.delta, "low": change.low, "high": change.high}
        for name, change in changes.items()
    }
