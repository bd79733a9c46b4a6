"""Open a folder of records: the one place in `records` that touches the table engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from plumbgate.errors import Diagnostic, InputError
from plumbgate.measure.records.account import (
    Records,
    account,
    naive,
)
from plumbgate.measure.records.checks import checked
from plumbgate.measure.records.csv_rows import read_csv
from plumbgate.measure.records.files import find_record_files
from plumbgate.measure.records.jsonl_rows import read_jsonl
from plumbgate.measure.records.keys import CREATE, create, put_aside, view
from plumbgate.measure.records.oddities import count_warnings
from plumbgate.measure.records.parquet_rows import glob_safe, read_parquet
from plumbgate.measure.records.source import literal
from plumbgate.measure.records.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from plumbgate.measure.records.files import RecordFile


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
