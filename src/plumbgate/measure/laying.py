"""The frame's own tables, filled: what the queries read besides the records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from plumbgate.measure.courses import covered
from plumbgate.measure.records.tables import TABLES
from plumbgate.measure.session import lay, source_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from plumbgate.measure.courses import Course
    from plumbgate.measure.session import Key


def lay_frame(
    connection: DuckDBPyConnection,
    courses: Mapping[Key, Course],
    ingest: Mapping[str, tuple[int, int]],
    as_of: datetime,
) -> None:
    """Fill `periods`, `days`, `scopes` and `ingest`: per table the rows read and rejected."""
    periods = covered(courses)
    lay(
        connection,
        "periods",
        [(p.id, p.start, p.end, min(as_of, p.end), as_of) for p in periods],
    )
    first, end = periods[0].start, periods[-1].end
    lay(connection, "days", [(first + timedelta(days=n),) for n in range((end - first).days)])
    lay(
        connection,
        "scopes",
        [(*key, course.first, course.onboarded) for key, course in courses.items()],
    )
    lay(connection, "ingest", [(table, *counts) for table, counts in ingest.items()])


def lay_names(connection: DuckDBPyConnection) -> dict[int, str]:
    """Fill `names` and return it: tables and sources, numbered by code point."""
    names = dict(enumerate(sorted(source_names(connection) | set(TABLES)), start=1))
    lay(connection, "names", names.items())
    return names


def lay_baselines(connection: DuckDBPyConnection, courses: Mapping[Key, Course]) -> None:
    """Fill `baselines`: of each period that has a baseline, the last period of it."""
    lay(
        connection,
        "baselines",
        [
            (*key, period, baseline[-1])
            for key, course in courses.items()
            for period, baseline in course.baselines.items()
            if baseline
        ],
    )
