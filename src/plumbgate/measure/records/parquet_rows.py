"""
Parquet: every column as the text that CSV would hold, so that all formats are checked alike.

A timestamp without a zone is read as UTC: it is a count from an epoch, not a text that somebody
wrote. A whole floating number is written as an integer, since columns of integers with gaps are
often kept as doubles.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from plumbgate.errors import InputError
from plumbgate.measure.records.columns import column_problems
from plumbgate.measure.records.source import Source, text_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from plumbgate.measure.records.files import RecordFile

_FILE = "read_parquet($path, file_row_number = true, hive_partitioning = false)"
_ROW = "file_row_number"
_LARGEST = 2**53
"""Up to here a double holds every integer."""


def glob_safe(path: str) -> str:
    """Return `path` for the engine, which would read `*`, `?` and `[` in it as a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)


def read_parquet(connection: DuckDBPyConnection, file: RecordFile) -> Source:
    """
    Return the file's rows as a query.

    Raises:
        InputError: The columns are not those of the table, or hold no plain values.
        duckdb.Error: The file is no Parquet file.

    """
    with file.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    parameters = {"path": glob_safe(str(file.path.absolute()))}
    described = connection.execute(f"DESCRIBE FROM {_FILE}", parameters).fetchall()
    types = {name: type_ for name, type_, *_ in described if name != _ROW}
    if problems := column_problems(file, list(types)):
        raise InputError(problems)
    for name, type_ in types.items():
        if type_ == "BLOB" or type_.endswith("]") or type_.startswith(("STRUCT", "MAP", "UNION")):
            message = f"the column `{name}` is of type {type_}"
            raise file.refusal("PG067", message, "write text, numbers, booleans or timestamps")
    columns = {name: _as_text(name, type_) for name, type_ in types.items()}
    query = (
        f"SELECT {_ROW} + 1 AS row, CAST(NULL AS VARCHAR) AS broken, "  # noqa: S608 (names are the table's)
        f"{text_columns(file.table, columns)} FROM {_FILE}"
    )
    return Source(digest, query, parameters)


def _as_text(name: str, type_: str) -> str:
    if type_.endswith("WITH TIME ZONE"):
        return f"CAST(CAST(\"{name}\" AS TIMESTAMP) AS VARCHAR) || 'Z'"
    if type_.startswith("TIMESTAMP"):
        # Not by way of TIMESTAMP, which rounds nanoseconds where text is cut off.
        return f"CAST(\"{name}\" AS VARCHAR) || 'Z'"
    if type_ in {"DOUBLE", "FLOAT"}:
        return (
            f'CASE WHEN "{name}" = trunc("{name}") AND abs("{name}") < {_LARGEST} '
            f'THEN CAST(CAST("{name}" AS BIGINT) AS VARCHAR) ELSE CAST("{name}" AS VARCHAR) END'
        )
    return f'"{name}"'
