"""Records written to a folder as a collector would, and the snapshots that they measure to."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from plumbgate.measure.records import open_records
from plumbgate.measure.records.table_types import Type
from plumbgate.measure.records.tables import TABLES
from plumbgate.measure.run import measure
from plumbgate.measure.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from plumbgate.measure.records.table_types import Column
    from plumbgate.model.snapshot import Measurement, Snapshot

    Tables = Mapping[str, Sequence[Mapping[str, Any]]]

MONTHS = Settings(period="month", remediation_window=14)
APRIL = datetime(2025, 4, 1, tzinfo=UTC)
"""January to March 2025 are complete."""


def days(first: str, last: str, **row: Any) -> list[dict[str, Any]]:
    """Return a feed day for each day from `first` to `last`, both included."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    filled = {"expected": True, "received": True, "records": 10, "rejected": 0} | row
    return [
        {"day": (start + timedelta(days=n)).isoformat(), **filled}
        for n in range((end - start).days + 1)
    ]


def write(folder: Path, tables: Tables) -> Path:
    """Write each table as JSON Lines; a row gives the columns that matter."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        lines = [json.dumps(_filled(name, number, row)) for number, row in enumerate(rows)]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _filled(table: str, number: int, given: Mapping[str, Any]) -> dict[str, Any]:
    row = {
        "tenant_id": "acme",
        "source": "feed",
        "observed_at": "2025-01-01",
        **given,
    }
    columns = {column.written: column for column in TABLES[table].columns}
    unknown = set(row) - set(columns)
    assert not unknown, f"{table} has no column {sorted(unknown)}"
    for name, column in columns.items():
        if column.required and name not in row:
            row[name] = _filler(column, number)
    return {
        name: _instant(value) if columns[name].type is Type.INSTANT else value
        for name, value in row.items()
    }


def _filler(column: Column, number: int) -> object:
    if column.choices:
        return column.choices[0]
    return {Type.BOOLEAN: False, Type.COUNT: 0}.get(column.type, f"{column.name}-{number}")


def _instant(value: str | None) -> str | None:
    """Return a date or a naive instant as the files write it."""
    return value and f"{datetime.fromisoformat(value).isoformat()}Z"


def snapshots(
    folder: Path, tables: Tables, settings: Settings = MONTHS, as_of: datetime = APRIL
) -> dict[tuple[str, str], Snapshot]:
    """Return the snapshots of these records by tenant and period id."""
    with open_records(write(folder, tables), as_of) as records:
        found = measure(records, as_of, settings)
    return {(snapshot.scope.name, snapshot.period.id): snapshot for snapshot in found}


def metric(name: str, folder: Path, tables: Tables, **given: Any) -> dict[str, Measurement]:
    """Return one metric of the tenant `acme` by period id."""
    return {
        period: snapshot.facts.metrics[name]
        for (tenant, period), snapshot in snapshots(folder, tables, **given).items()
        if tenant == "acme"
    }
