"""
CSV after RFC 4180: commas, double quotes, a header; everything is text.

A quoted field may hold line ends. Lines are joined to one record only where together they are a
whole row; a quote that is never closed therefore spoils its own line and not the rest of the file.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from plumbgate.errors import InputError
from plumbgate.measure.records.columns import column_problems
from plumbgate.measure.records.lines import read_lines
from plumbgate.measure.records.source import Source, literal, text_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from plumbgate.measure.records.files import RecordFile

_QUOTED = '"(?:[^"]|"")*"'
_FIELD = f'(?:{_QUOTED}|[^",]*)'
_PLAIN = '(?:"[^",]*"|[^",]*)'
"""A field that holds neither a comma nor a quote of its own."""
_OPENS = f'(?:{_FIELD},)*"(?:[^"]|"")*'
_CLOSES = f'(?:[^"]|"")*"(?:,{_FIELD})*'
_MOST_LINES = 1000
"""Lines that a record may have."""

_HAS_PARTS = """
SELECT count(*) FROM lines WHERE (length(line) - length(replace(line, '"', ''))) % 2 = 1
"""

_JOIN = """
CREATE OR REPLACE TEMP TABLE joined AS
WITH quotes AS (
  SELECT
    row, line,
    CAST(
      (length(line) - length(replace(line, '"', ''))) % 2 = 1
      AND (regexp_full_match(line, {opens}) OR regexp_full_match(line, {closes})) AS BIGINT
    ) AS flip
  FROM lines
),
states AS (
  SELECT
    row, line, flip,
    sum(flip) OVER (ORDER BY row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS flips
  FROM quotes
)
SELECT min(row) AS row, max(row) AS last_row, string_agg(line, chr(10) ORDER BY row) AS line
FROM states
WHERE flips % 2 = 1 OR flip = 1
GROUP BY flips - (1 - flips % 2)
HAVING count(*) <= {most} AND regexp_full_match(line, {row})
"""

_REPLACE = """
DELETE FROM lines WHERE row IN (SELECT unnest(range(row, last_row + 1)) FROM joined);
INSERT INTO lines SELECT row, line FROM joined;
DROP TABLE joined;
"""

_ROWS = """
SELECT
  row,
  CASE
    WHEN fields IS NULL THEN 'no row of CSV: ' || line
    WHEN len(fields) <> {width} THEN concat(len(fields), ' fields, not {width}: ', line)
  END AS broken,
  {columns}
FROM (
  SELECT
    row, line,
    CASE
      WHEN regexp_full_match(line, {plain}) THEN string_split(replace(line, '"', ''), ',')
      WHEN regexp_full_match(line, {row}) THEN list_transform(
        regexp_extract_all(line || ',', {field}, 1),
        lambda f: CASE WHEN f[1] = '"' THEN replace(f[2:-2], '""', '"') ELSE f END
      )
    END AS fields
  FROM lines
  WHERE trim(line) <> ''
)
"""


def read_csv(connection: DuckDBPyConnection, file: RecordFile) -> Source:
    """
    Read the file's lines and return its rows as a query.

    Raises:
        InputError: The file is not UTF-8, or its header is not that of the table.

    """
    digest = read_lines(connection, file)
    header = connection.execute(
        "SELECT row, line FROM lines WHERE trim(line) <> '' ORDER BY row LIMIT 1"
    ).fetchone()
    names: list[str] = []
    if header:
        line, text = header
        if "\r" in text:
            raise file.refusal("PG063", "lines end in CR alone", "save it with LF or CRLF")
        names = _names(file, line, text)
        if problems := column_problems(file, names, line):
            raise InputError(problems)
        connection.execute("DELETE FROM lines WHERE row <= $row", {"row": line})
        _join_lines(connection, len(names))
    columns = {name: f"fields[{at}]" for at, name in enumerate(names, start=1)}
    query = _ROWS.format(
        width=len(names),
        columns=text_columns(file.table, columns),
        plain=literal(f"{_PLAIN}(?:,{_PLAIN})*"),
        row=literal(f"{_FIELD}(?:,{_FIELD})*"),
        field=literal(f"({_FIELD}),"),
    )
    return Source(digest, query)


def _names(file: RecordFile, line: int, header: str) -> list[str]:
    try:
        return next(csv.reader([header], strict=True))
    except csv.Error as error:
        message = f"the header is no row of CSV: {error}"
        raise file.refusal("PG063", message, "begin with the names of the columns", line) from None


def _join_lines(connection: DuckDBPyConnection, width: int) -> None:
    """Put records of several lines in place of their lines, under the number of the first."""
    (parts,) = connection.execute(_HAS_PARTS).fetchone() or (0,)
    if not parts:
        return
    connection.execute(
        _JOIN.format(
            opens=literal(_OPENS),
            closes=literal(_CLOSES),
            most=_MOST_LINES,
            row=literal(f"{_FIELD}(?:,{_FIELD}){{{width - 1}}}"),
        )
    )
    connection.execute(_REPLACE)
