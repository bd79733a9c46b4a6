"""
JSON Lines: one object a line; numbers keep the digits that they are written with.

An id may be a number in JSON, and a double would change it. So numbers are quoted before the
engine parses the line. Only `labels` may hold an object.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from plumbgate.errors import InputError
from plumbgate.measure.records.columns import MOST, column_problems
from plumbgate.measure.records.lines import read_lines
from plumbgate.measure.records.source import Source, literal, text_columns
from plumbgate.measure.records.table_types import Type

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from plumbgate.measure.records.files import RecordFile

_NUMBER_AHEAD = r'"\s*:\s*-?[0-9]'
_STRING_OR_NUMBER = r'"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)'
_NESTED_AHEAD = r"[:\[]\s*[\[{]"

_MARK = """
ALTER TABLE lines ADD COLUMN broken VARCHAR;
DELETE FROM lines WHERE trim(line) = '';
UPDATE lines SET broken = 'no object of JSON: ' || line
WHERE CASE WHEN json_valid(line) THEN json_type(line) <> 'OBJECT' ELSE true END;
"""

_KEYS = """
SELECT json_keys(line) AS keys, min(row) AS row
FROM lines WHERE broken IS NULL GROUP BY ALL ORDER BY row
"""

_MARK_REPEATED = """
UPDATE lines SET broken = 'a key twice: ' || line
WHERE broken IS NULL AND list_unique(json_keys(line)) < len(json_keys(line))
"""

_ROWS = """
SELECT
  row,
  CASE
    WHEN broken IS NOT NULL THEN broken
    WHEN regexp_matches(line, {nested_ahead})
      AND list_has_any(json_type(line, {flat}), ['OBJECT', 'ARRAY'])
      THEN 'a nested value: ' || line
  END AS broken,
  {columns}
FROM (
  SELECT
    row, line, broken,
    CASE WHEN broken IS NULL THEN from_json(
      CASE
        WHEN regexp_matches(line, {number_ahead})
          THEN regexp_replace(line, {string_or_number}, '"\\1\\2"', 'g')
        ELSE line
      END, {structure}
    ) END AS fields
  FROM lines
)
"""


def read_jsonl(connection: DuckDBPyConnection, file: RecordFile) -> Source:
    """
    Read the file's lines and return its rows as a query.

    Raises:
        InputError: The file is not UTF-8, or its keys are not columns of the table.

    """
    digest = read_lines(connection, file)
    connection.execute(_MARK)
    _check_keys(connection, file)
    names = [column.written for column in file.table.columns]
    objects = [column.written for column in file.table.columns if column.type is Type.LABELS]
    columns = {name: f'fields."{name}"' for name in names} | {
        # Out of the line itself: a number in labels is no text, and must not become one.
        name: f"CASE WHEN broken IS NULL THEN nullif(json_extract(line, '$.{name}'), 'null') END"
        for name in objects
    }
    query = _ROWS.format(
        nested_ahead=literal(_NESTED_AHEAD),
        flat=[f"$.{name}" for name in names if name not in objects],
        columns=text_columns(file.table, columns),
        number_ahead=literal(_NUMBER_AHEAD),
        string_or_number=literal(_STRING_OR_NUMBER),
        structure=literal(json.dumps(dict.fromkeys(names, "VARCHAR"))),
    )
    return Source(digest, query)


def _check_keys(connection: DuckDBPyConnection, file: RecordFile) -> None:
    """Refuse keys that are no columns, and a file without a required one; mark repeated keys."""
    found = connection.execute(_KEYS).fetchall()
    if not found:
        return
    known = {column.written for column in file.table.columns}
    first = {key: line for keys, line in reversed(found) for key in keys}
    problems = [
        problem
        for key, line in first.items()
        if key not in known and len(first) <= MOST
        for problem in column_problems(file, [key, *known], line)
    ]
    if problems := problems or column_problems(file, list(first)):
        raise InputError(problems)
    if any(len(set(keys)) < len(keys) for keys, _ in found):
        connection.execute(_MARK_REPEATED)
