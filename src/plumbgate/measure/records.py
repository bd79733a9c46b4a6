"""
Records: a folder of CSV, JSON Lines and Parquet to canonical tables in memory.

Everything is read as text and cast by the tables' schema, so that the id `1E5` stays what it is.
Each row of each file is accepted, a duplicate, from later, or rejected for one reason: nothing is
dropped in silence. The engine has no access to files other than the Parquet files of the folder,
loads no extension, and writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from plumbgate.errors import Diagnostic, InputError
from plumbgate.measure.record_account import (
    Records,
    RejectedRow,
    SourceCounts,
    account,
    naive,
)
from plumbgate.measure.record_checks import checked
from plumbgate.measure.record_csv import read_csv
from plumbgate.measure.record_files import find_record_files
from plumbgate.measure.record_jsonl import read_jsonl
from plumbgate.measure.record_keys import CREATE, create, put_aside, view
from plumbgate.measure.record_parquet import glob_safe, read_parquet
from plumbgate.measure.record_source import literal
from plumbgate.measure.record_warnings import RecordWarning, count_warnings
from plumbgate.measure.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from plumbgate.measure.record_files import RecordFile

__all__ = ["RecordWarning", "Records", "RejectedRow", "SourceCounts", "open_records"]

READERS = {".csv": read_csv, ".jsonl": read_jsonl, ".parquet": read_parquet}


def open_records(folder: Path, as_of: datetime) -> Records:
    """
    Read the records of `folder` as they were known at `as_of`, which has a zone.

    Raises:
        InputError: A file cannot be read as records; every such file is named.

    """
    known = naive(as_of)
    files = find_record_files(folder)
    connection = _connect(files)
    digests, read = _load_all(connection, files)
    for table in {file.table.name: file.table for file in files}.values():
        put_aside(connection, table, known)
    for table in TABLES.values():
        connection.execute(view(table))
    sources = account(connection, files, digests, read)
    accepted = {source.table for source in sources if source.accepted}
    absent = frozenset(TABLES) - accepted
    return Records(connection, sources, absent, count_warnings(connection))


def _connect(files: Sequence[RecordFile]) -> duckdb.DuckDBPyConnection:
    """Return a database that can read the Parquet files of `files`, and no other file."""
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    paths = [str(file.path.absolute()) for file in files if file.format == ".parquet"]
    # The engine asks for the pattern and then for the file that it matches.
    allowed = ", ".join(map(literal, sorted({*paths, *map(glob_safe, paths)})))
    connection.execute("SET temp_directory = ''")
    connection.execute(f"SET allowed_paths = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(CREATE)
    for table in TABLES.values():
        connection.execute(create(table))
    return connection


def _load_all(
    connection: duckdb.DuckDBPyConnection, files: Sequence[RecordFile]
) -> tuple[list[str], list[int]]:
    """Return the digest of each file, and the number of its rows."""
    loaded: list[tuple[str, int]] = []
    problems: list[Diagnostic] = []
    for number, file in enumerate(files):
        try:
            loaded.append(_load(connection, number, file))
        except InputError as error:
            problems += error.diagnostics
        except OSError as error:
            problems += file.refusal(
                "PG062", f"cannot be read: {error.strerror}", "make it readable"
            ).diagnostics
    connection.execute("DROP TABLE IF EXISTS lines")
    if problems:
        raise InputError(problems)
    return [digest for digest, _ in loaded], [read for _, read in loaded]


def _load(connection: duckdb.DuckDBPyConnection, number: int, file: RecordFile) -> tuple[str, int]:
    table = f'loaded."{file.table.name}"'
    try:
        source = READERS[file.format](connection, file)
        rows = f"SELECT {number}, * FROM ({checked(file.table, source.query)})"  # noqa: S608 (ours)
        inserted = connection.execute(f"INSERT INTO {table} {rows}", source.parameters).fetchone()
    except duckdb.Error as error:
        if file.format != ".parquet":
            raise
        message = f"not a Parquet file that can be read: {str(error).splitlines()[0]}"
        raise file.refusal("PG067", message, "write it again") from error
    (read,) = inserted or (0,)
    if read == 0:
        # An export that came empty must not read as "everything was removed".
        values = f"({number}, 0, 0, '')"
        connection.execute(
            f"INSERT INTO {table} (source_file, source_row, fault, detail) VALUES {values}"  # noqa: S608 (ours)
        )
    return source.sha256, max(read, 1)
