"""Lineages of exceptions built one exception at a time, to hold the query against."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

Record = dict[str, Any]

GAP = timedelta(days=30)


def order(row: Record) -> tuple[datetime, str]:
    return row["opened_at"], row["exception_id"]


def goes_on_with(row: Record, earlier: list[Record]) -> Record | None:
    """Return the exception of `earlier`, oldest first, that `row` continues."""
    if row["lineage_id"] is not None:
        for other in reversed(earlier):
            if other["lineage_id"] == row["lineage_id"]:
                return other
    for other in earlier:
        if other["exception_id"] == row["supersedes_id"]:
            return other
    alike = [
        other
        for other in earlier
        if (other["subject_id"], other["control_id"]) == (row["subject_id"], row["control_id"])
    ]
    if row["lineage_id"] is None and any(
        other["closed_at"] is None or row["opened_at"] - other["closed_at"] <= GAP
        for other in alike
    ):
        return alike[-1]
    return None


def lineages_of(rows: list[Record]) -> list[list[Record]]:
    """Put each exception into the lineage of the one that it continues, oldest first."""
    lineages: list[list[Record]] = []
    earlier: list[Record] = []
    for row in sorted(rows, key=order):
        continued = goes_on_with(row, earlier)
        if continued is None:
            lineages.append([row])
        else:
            next(lineage for lineage in lineages if continued in lineage).append(row)
        earlier.append(row)
    return lineages


def is_open(lineage: list[Record], at: datetime) -> bool:
    """Whether one of the lineage's spells is open just before `at`."""
    spells: list[list[datetime | None]] = []
    for row in lineage:
        began, ended = row["opened_at"], row["closed_at"]
        if spells and (spells[-1][1] is None or began - spells[-1][1] <= GAP):
            if ended is None or (spells[-1][1] is not None and ended > spells[-1][1]):
                spells[-1][1] = ended
        else:
            spells.append([began, ended])
    return any(began < at and (ended is None or ended >= at) for began, ended in spells)


def as_known(row: Record, close: datetime) -> Record:
    """Return the exception as it stood at the close: a later closing is not there."""
    closed = row["closed_at"]
    return {**row, "closed_at": None if closed is not None and closed >= close else closed}


def lineage_counts(rows: list[Record], period: tuple[Any, ...]) -> dict[str, int]:
    """Return the counts of one tenant and period from what was known at its close alone."""
    _, start, _, close, _ = period
    lineages = lineages_of([as_known(row, close) for row in rows if row["opened_at"] < close])
    at_start = [lineage for lineage in lineages if is_open(lineage, start)]
    return {
        "open_at_start": len(at_start),
        "carried_over": sum(is_open(lineage, close) for lineage in at_start),
        "open_at_end": sum(is_open(lineage, close) for lineage in lineages),
    }


def alive(identities: list[Record], period: tuple[Any, ...]) -> int:
    """Return how many identities other than groups are alive just before the close."""
    close = period[3]
    return sum(
        row["kind"] != "group"
        and (row["created_at"] is None or row["created_at"] < close)
        and all(row[end] is None or row[end] >= close for end in ("disabled_at", "deleted_at"))
        for row in identities
    )
