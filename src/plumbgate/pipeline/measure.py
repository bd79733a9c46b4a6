"""Records to snapshot files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from plumbgate.measure.records import Records, open_records
from plumbgate.measure.run import measure as run
from plumbgate.measure.settings import Settings
from plumbgate.measure.snapshot_files import snapshot_bytes, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path, PurePosixPath

    from plumbgate.model.project import Project
    from plumbgate.model.snapshot import Snapshot

REJECTED_SHOWN = 20
"""So many rejected rows are named; all are counted in the snapshots' provenance."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The snapshot files of a run, and what became of the records."""

    snapshots: Sequence[Snapshot]
    """By scope, oldest first."""
    files: Mapping[PurePosixPath, bytes]
    """By their place in the folder of snapshots."""
    account: Sequence[str]
    """One line a file of records, then a line for each of the first rejected rows."""


def settings(project: Project, period: str | None, origin: date | None) -> Settings:
    """Return the settings of `measure`: the command line's, else the project's, else ours."""
    chosen = dict(project.measure)
    chosen |= {"period": period} if period else {}
    chosen |= {"origin": origin} if origin else {}
    sla = {**Settings().sla, **chosen.pop("sla", {})}
    return Settings(**chosen, sla=sla, expect_feeds=tuple(project.expected_feeds))


def measure(folder: Path, as_of: datetime, chosen: Settings) -> Measured:
    """
    Return the snapshots of the records in `folder`, as known at `as_of`.

    Raises:
        InputError: A file cannot be read as records.
        UsageError: The settings cannot be followed, or there is nothing to measure.

    """
    with open_records(folder, as_of) as records:
        snapshots = run(records, as_of, chosen)
        files = {snapshot_path(snapshot): snapshot_bytes(snapshot) for snapshot in snapshots}
        return Measured(snapshots, files, tuple(_account(records)))


def _account(records: Records) -> Iterator[str]:
    for source in records.sources:
        parts = [f"{source.read} read", f"{source.accepted} accepted"]
        parts += [
            f"{count} {name}"
            for count, name in ((source.duplicate, "duplicate"), (source.later, "later"))
            if count
        ]
        parts += [f"{count} rejected: {reason}" for reason, count in source.rejected.items()]
        yield f"{source.path}: {', '.join(parts)}"
    for warning in records.warnings:
        yield f"{warning.table}: {warning.n} accepted although {warning.message}"
    for row in islice(records.rejected_rows(), REJECTED_SHOWN):
        detail = f" ({row.detail})" if row.detail else ""
        yield f"rejected {row.path}:{row.row}: {row.reason}{detail}"
