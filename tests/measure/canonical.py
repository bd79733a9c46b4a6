"""Canonical tables in memory, filled by hand: what the queries read, without files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from plumbgate.measure.records.tables import TABLES
from plumbgate.measure.session import lay, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULTS = {
    "tenant_id": "acme",
    "business_unit": "",
    "source": "feed",
    "observed_at": "2000-01-01",
    "ingest_run_id": "run",
    "collected": "export",
}
"""What a row has in the columns that every table has."""

COLUMNS = {
    name: {column.name: column.type.sql for column in table.columns}
    for name, table in TABLES.items()
}
"""The columns of each table, with their types."""


def connect(
    tables: Mapping[str, Sequence[Mapping[str, Any]]], periods: Sequence[tuple[Any, ...]]
) -> duckdb.DuckDBPyConnection:
    """
    Return a connection with every canonical table, `periods` and `hours_between`.

    A row gives the columns that matter; those of `DEFAULTS` are filled, others are null. Instants
    may be datetimes or text. `periods` are `(period, start_at, end_at, close_at, as_of)`.
    """
    # One thread: a table of a few rows costs less than waking a second.
    connection = duckdb.connect(config={"threads": 1})
    prepare(connection)
    for name, columns in COLUMNS.items():
        typed = ", ".join(f"{column} {type_}" for column, type_ in columns.items())
        connection.execute(f"CREATE TABLE {name} ({typed})")
    fill(connection, tables, periods)
    return connection


def fill(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    periods: Sequence[tuple[Any, ...]],
) -> None:
    """Add the rows to the tables of `connect`."""
    unknown = set(tables) - set(COLUMNS)
    assert not unknown, f"no canonical table: {sorted(unknown)}"
    lay(connection, "periods", periods)
    for name, given in tables.items():
        rows = [
            DEFAULTS | {"source_record_id": f"{name}-{number:04}"} | row
            for number, row in enumerate(given)
        ]
        if rows:
            _insert(connection, name, list(COLUMNS[name]), rows)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    unknown = {column for row in rows for column in row} - set(columns)
    assert not unknown, f"{name} has no column {sorted(unknown)}"
    marks = ", ".join(["(" + ", ".join("?" * len(columns)) + ")"] * len(rows))
    values = [row.get(column) for row in rows for column in columns]
    connection.execute(f"INSERT INTO {name} VALUES {marks}", values)
