"""The records of one run, and an account of every row that was read for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from plumbgate.measure.records.checks import faults
from plumbgate.measure.records.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from plumbgate.measure.records.files import RecordFile
    from plumbgate.measure.records.oddities import RecordWarning

_FETCH = 10_000
"""Rejected rows that are held in memory at once."""

_LATE = """
SELECT number - 1, source_file, count(*)
FROM loaded."{table}" JOIN (
  SELECT
    unnest(CAST($starts AS TIMESTAMP[])) AS start_at,
    unnest(CAST($ends AS TIMESTAMP[])) AS end_at,
    unnest(range(1, len($starts) + 1)) AS number
) ON "{instant}" >= start_at AND "{instant}" < end_at AND observed_at >= end_at
GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What became of the rows of one file: `read` is the sum of all that follows."""

    path: str
    """Relative to the records folder, with `/`."""
    sha256: str
    table: str
    read: int
    """A file without rows counts as one row, which is rejected."""
    accepted: int
    duplicate: int
    later: int
    """Rows observed after the run's instant."""
    rejected: Mapping[str, int]
    """By reason, in the order in which reasons are looked for."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not accepted, and why."""

    path: str
    row: int
    """The line of a text file (1 is the header of CSV), the row of a Parquet file; 0: the file."""
    reason: str
    detail: str
    """The value that is wrong, cut off where it is long; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Records:
    """The canonical tables of one run, and an account of the files that they come from."""

    connection: DuckDBPyConnection
    """An in-memory database that holds every table of `TABLES`."""
    sources: tuple[SourceCounts, ...]
    """By path."""
    absent: frozenset[str]
    """Tables of which no file has an accepted row: not measured, rather than counted as none."""
    warnings: tuple[RecordWarning, ...]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def rejected_rows(self) -> Iterator[RejectedRow]:
        """Yield every rejected row, by path and row."""
        reasons = {name: faults(table) for name, table in TABLES.items()}
        found = self.connection.cursor().execute(
            "SELECT source_file, source_row, fault, detail FROM loaded.aside "
            "WHERE fate = 'rejected' ORDER BY source_file, source_row"
        )
        while rows := found.fetchmany(_FETCH):
            for file, row, fault, detail in rows:
                source = self.sources[file]
                reason = reasons[source.table][fault].reason
                yield RejectedRow(source.path, row, reason, detail)

    def late(self, periods: Sequence[tuple[datetime, datetime]]) -> tuple[Mapping[str, int], ...]:
        """
        Return for each period `(start, end)` the number of late rows by path.

        A row is late for the period that holds its table's instant when it was observed at or
        after the period's end.
        """
        counts = [Counter[str]() for _ in periods]
        bounds = {
            "starts": [naive(start) for start, _ in periods],
            "ends": [naive(end) for _, end in periods],
        }
        for table in TABLES.values():
            if table.instant and periods:
                query = _LATE.format(table=table.name, instant=table.instant)
                for number, file, n in self.connection.execute(query, bounds).fetchall():
                    counts[number][self.sources[file].path] += n
        return tuple(counts)


def account(
    connection: DuckDBPyConnection,
    files: Sequence[RecordFile],
    digests: Sequence[str],
    read: Sequence[int],
) -> tuple[SourceCounts, ...]:
    """Return what became of the rows of each file, when those that do not count are put aside."""
    accepted: Counter[int] = Counter()
    for name in TABLES:
        query = f'SELECT source_file, count(*) FROM loaded."{name}" GROUP BY ALL'  # noqa: S608 (ours)
        accepted.update(dict(connection.execute(query).fetchall()))
    fates: dict[int, Counter[str]] = defaultdict(Counter)
    rejected: dict[int, dict[str, int]] = defaultdict(dict)
    query = "SELECT source_file, fate, fault, count(*) FROM loaded.aside GROUP BY ALL ORDER BY ALL"
    for number, fate, fault, n in connection.execute(query).fetchall():
        if fate == "rejected":
            rejected[number][faults(files[number].table)[fault].reason] = n
        else:
            fates[number][fate] = n
    return tuple(
        SourceCounts(
            file.name,
            digests[number],
            file.table.name,
            read[number],
            accepted[number],
            fates[number]["duplicate"],
            fates[number]["later"],
            rejected[number],
        )
        for number, file in enumerate(files)
    )


def naive(instant: datetime) -> datetime:
    """Return the instant in UTC without its zone, as the tables hold it."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone depends on where it is read")
    return instant.astimezone(UTC).replace(tzinfo=None)
