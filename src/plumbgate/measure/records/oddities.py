"""What is odd in rows that were accepted: counted, and judged by nobody (METRICS section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.measure.records.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WARNINGS = (
    (
        "grants",
        "effective before its identity was created",
        """
        SELECT count(*) FROM grants JOIN identities USING (tenant_id, business_unit, identity_id)
        WHERE effective_at < created_at
        """,
    ),
    (
        "findings",
        "first action after closing",
        "SELECT count(*) FROM findings WHERE first_action_at > closed_at",
    ),
    *(
        (
            table.name,
            f"{table.instant} later than observed_at",
            f'SELECT count(*) FROM "{table.name}" WHERE "{table.instant}" > observed_at',  # noqa: S608 (our names)
        )
        for table in TABLES.values()
        if table.instant
    ),
)
"""Table, what is odd, and the query that counts it."""


@dataclass(frozen=True, slots=True)
class RecordWarning:
    """How many accepted rows of a table are odd in the same way."""

    table: str
    message: str
    n: int


def count_warnings(connection: DuckDBPyConnection) -> tuple[RecordWarning, ...]:
    """Return the warnings that hold for any row."""
    counted = (
        (table, message, connection.execute(query).fetchone() or (0,))
        for table, message, query in WARNINGS
    )
    return tuple(RecordWarning(table, message, n) for table, message, (n,) in counted if n)
