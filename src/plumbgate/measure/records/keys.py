"""
Which of the checked rows count: one a key, of those that were known in time.

In this order rows are put aside: rejected ones, then those observed after the run's instant, then
all but one of each key. So a later row never displaces one that was known (METRICS 1.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from plumbgate.measure.records.table_types import Table

CREATE = """
CREATE SCHEMA loaded;
CREATE TABLE loaded.aside (
  source_file INTEGER, source_row BIGINT, fate VARCHAR, fault INTEGER, detail VARCHAR
);
"""

_FAULTY = """
INSERT INTO loaded.aside
SELECT source_file, source_row, 'rejected', fault, detail FROM loaded.{table}
WHERE fault IS NOT NULL;
DELETE FROM loaded.{table} WHERE fault IS NOT NULL;
"""

_LATER = """
INSERT INTO loaded.aside
SELECT source_file, source_row, 'later', NULL, NULL FROM loaded.{table}
WHERE observed_at > $as_of
"""

_DUPLICATE = """
INSERT INTO loaded.aside
SELECT source_file, source_row, 'duplicate', NULL, NULL
FROM loaded.{table} SEMI JOIN (
  SELECT {key} FROM loaded.{table} GROUP BY {key} HAVING count(*) > 1
) AS repeated USING ({key})
QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) > 1
"""

_DELETE = """
DELETE FROM loaded.{table} WHERE (source_file, source_row) IN (
  SELECT (source_file, source_row) FROM loaded.aside WHERE fate = $fate
)
"""

_LATEST = ("observed_at", "ingest_run_id", "source_record_id")


def create(table: Table) -> str:
    """Return the statement that makes the table of loaded rows."""
    columns = ", ".join(f'"{column.name}" {column.type.sql}' for column in table.columns)
    return (
        f'CREATE TABLE loaded."{table.name}" '
        f"(source_file INTEGER, source_row BIGINT, fault INTEGER, detail VARCHAR, {columns})"
    )


def put_aside(connection: DuckDBPyConnection, table: Table, as_of: datetime) -> None:
    """
    Leave only the rows of `loaded.<table>` that count, and list the others in `loaded.aside`.

    Of the rows of a key the one with the latest `observed_at` counts, then the greatest
    `ingest_run_id`, then the greatest `source_record_id` by code point. Rows that are equal in
    these are ordered by all that they say, so that the order of files decides no more than which
    of two equal rows is called the duplicate. `as_of` is naive UTC.
    """
    rest = [column.name for column in table.columns if column.name not in _LATEST]
    order = [f'"{name}" DESC NULLS LAST' for name in (*_LATEST, *rest)]
    words = {
        "table": f'"{table.name}"',
        "key": ", ".join(f'"{name}"' for name in ("tenant_id", *table.key)),
        "order": ", ".join([*order, "source_file", "source_row"]),
    }
    connection.execute(_FAULTY.format(**words))
    connection.execute(_LATER.format(**words), {"as_of": as_of})
    connection.execute(_DELETE.format(**words), {"fate": "later"})
    connection.execute(_DUPLICATE.format(**words))
    connection.execute(_DELETE.format(**words), {"fate": "duplicate"})


def view(table: Table) -> str:
    """
    Return the statement that makes the canonical table, a view of the loaded rows.

    A tenant is measured as a whole: `business_unit` is `''`, and of a table that has a row a unit
    only the tenant's own row is there.
    """
    names = ", ".join(
        "'' AS business_unit" if column.name == "business_unit" else f'"{column.name}"'
        for column in table.columns
    )
    own = " WHERE business_unit = ''" if "business_unit" in table.key else ""
    return f'CREATE VIEW "{table.name}" AS SELECT {names} FROM loaded."{table.name}"{own}'  # noqa: S608 (our names)
