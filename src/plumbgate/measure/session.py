"""
The table engine: what the queries read besides the records, and the counts that they return.

The tables of `LAID` are the frame's own. Queries read them like any other table, so that an
auditor who has them can paste a query's text into the engine and count again.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from plumbgate.measure.measures import Row

Key = tuple[str, str]
"""Tenant and business unit; the tenant itself has the unit `''`."""
Counts = dict[Key, dict[str, list["Row"]]]
"""The rows that a query returned, by scope and period id."""
Deliveries = dict[str, dict[Key, set[tuple[str, str]]]]
"""By table and scope, the sources that delivered rows, each with how they were collected."""

LAID: dict[str, dict[str, str]] = {
    "periods": {
        "period": "VARCHAR",
        "start_at": "TIMESTAMP",
        "end_at": "TIMESTAMP",
        "close_at": "TIMESTAMP",
        "as_of": "TIMESTAMP",
    },
    "days": {"day": "TIMESTAMP"},
    "scopes": {
        "tenant_id": "VARCHAR",
        "business_unit": "VARCHAR",
        "first_at": "TIMESTAMP",
        "onboarded_at": "TIMESTAMP",
    },
    "names": {"name_number": "BIGINT", "known_as": "VARCHAR"},
    "ingest": {"table_name": "VARCHAR", "rows_read": "BIGINT", "rows_rejected": "BIGINT"},
    "baselines": {
        "tenant_id": "VARCHAR",
        "business_unit": "VARCHAR",
        "period": "VARCHAR",
        "last_period": "VARCHAR",
    },
}
"""
Tables that the frame lays beside the records, with their columns.

`periods`: the complete ones; `days`: every day of them; `scopes`: each with its first record and
its onboarding; `names`: numbers for sources and tables, since no text leaves a query; `ingest`:
what this run read; `baselines`: per period the last period of its baseline.
"""

HOURS_BETWEEN = """
CREATE OR REPLACE MACRO hours_between(a, b) AS
  (epoch_us(b) - epoch_us(a) + 3599999999) // 3600000000
"""
"""Whole hours from `a` to `b`, rounded up; `a <= b`."""


def prepare(connection: DuckDBPyConnection) -> None:
    """Define `hours_between` and lay the frame's tables, empty."""
    connection.execute(HOURS_BETWEEN)
    for table, columns in LAID.items():
        typed = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
        connection.execute(f"CREATE OR REPLACE TABLE {table} ({typed})")


def lay(connection: DuckDBPyConnection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Fill the empty table `table` of `LAID`; instants are UTC."""
    types = LAID[table].values()
    kept = [[_naive(value) for value in row] for row in rows]
    columns = [[row[at] for row in kept] for at in range(len(types))]
    values = ", ".join(f"unnest(CAST(? AS {type_}[]))" for type_ in types)
    connection.execute(f"INSERT INTO {table} SELECT {values}", columns)


def _naive(value: object) -> object:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


@cache
def query_text(name: str) -> str:
    """Return the text of `queries/<name>.sql`."""
    return (files("plumbgate.measure") / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def digest(name: str) -> str:
    """Return the SHA-256 of a query's text, in hexadecimal."""
    return hashlib.sha256(query_text(name).encode()).hexdigest()


def count(connection: DuckDBPyConnection, name: str) -> Counts:
    """Run a query and return its rows by scope and period, in an order that is always the same."""
    # An engine may return groups in any order, and sums of floats depend on it.
    counted = connection.execute(f"SELECT * FROM (\n{query_text(name)}\n) ORDER BY ALL")  # noqa: S608 (our text)
    columns = [column[0] for column in counted.description or ()][3:]
    counts: Counts = defaultdict(lambda: defaultdict(list))
    for tenant, unit, period, *values in counted.fetchall():
        counts[tenant, unit][period].append(dict(zip(columns, values, strict=True)))
    return counts


def first_instants(
    connection: DuckDBPyConnection, instants: Mapping[str, str]
) -> dict[Key, datetime]:
    """Return each scope's first instant; `instants` names the column of each table that has one."""
    parts = [
        f"SELECT tenant_id, business_unit, min({column}) AS first_at FROM {table} GROUP BY ALL"  # noqa: S608 (our names)
        for table, column in instants.items()
    ]
    rows = _rows(
        connection,
        "SELECT tenant_id, business_unit, min(first_at) FROM ("  # noqa: S608 (our names)
        + " UNION ALL ".join(parts)
        + ") WHERE first_at IS NOT NULL GROUP BY ALL ORDER BY ALL",
    )
    return {(tenant, unit): first.replace(tzinfo=UTC) for tenant, unit, first in rows}


def deliveries(connection: DuckDBPyConnection, tables: Iterable[str]) -> Deliveries:
    """Return per table and scope the pairs of a source and how it was collected."""
    found: Deliveries = {}
    for table in tables:
        by_scope = found.setdefault(table, {})
        for tenant, unit, source, collected in _rows(
            connection,
            f"SELECT DISTINCT tenant_id, business_unit, source, collected FROM {table}",  # noqa: S608 (our names)
        ):
            by_scope.setdefault((tenant, unit), set()).add((source, collected))
    return found


def source_names(connection: DuckDBPyConnection) -> set[str]:
    """Return the sources that queries name: those with feed days or inventory counts."""
    rows = _rows(
        connection, "SELECT source FROM feed_days UNION SELECT source FROM inventory_sources"
    )
    return {source for (source,) in rows}


def described_scopes(
    connection: DuckDBPyConnection,
) -> dict[Key, tuple[datetime | None, dict[str, str]]]:
    """Return what the table `scope` says of each scope: its onboarding and its labels."""
    rows = _rows(
        connection, "SELECT tenant_id, business_unit, onboarded_at, labels FROM scope ORDER BY ALL"
    )
    return {
        (tenant, unit): (onboarded and onboarded.replace(tzinfo=UTC), json.loads(labels or "{}"))
        for tenant, unit, onboarded, labels in rows
    }


def _rows(connection: DuckDBPyConnection, text: str) -> list[tuple[Any, ...]]:
    return connection.execute(text).fetchall()
