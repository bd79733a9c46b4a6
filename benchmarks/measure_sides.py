"""The two sides of `measure`: `python -m benchmarks.measure_sides SIDE FOLDER`."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.model.snapshot import Snapshot

HAND_WRITTEN = Path(__file__).parent / "hand_written.sql"
COUNTED = ("numerator", "denominator")
OTHERWISE = {
    # An exposure in months, and a rank: what they are made of is counted.
    "entitlements.net_drift": ("numerator", "n"),
    "remediation.open_age_p90": ("denominator",),
}
FACTS = ("activity", "auditability", "review_cadence", "review_cycles")


class Clocked:
    """Stands in for a connection, and adds up the CPU time that the engine takes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.spent = 0.0

    def execute(self, *arguments: object) -> Clocked:
        started = process_time()
        self._connection.execute(*arguments)
        self.spent += process_time() - started
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        started = process_time()
        rows = self._connection.fetchall()
        self.spent += process_time() - started
        return rows

    @property
    def description(self) -> list[tuple[Any, ...]]:
        return self._connection.description


def ours(folder: Path) -> dict[str, Any]:
    """Load the records, count and compute, as `plumbgate measure` does."""
    from benchmarks.inputs import AS_OF  # noqa: PLC0415 (the other side imports none of it)
    from plumbgate.measure.records import open_records  # noqa: PLC0415
    from plumbgate.measure.run import measure  # noqa: PLC0415
    from plumbgate.measure.settings import Settings  # noqa: PLC0415

    started = process_time()
    with open_records(folder, AS_OF) as records:
        loaded = process_time()
        engine = Clocked(records.connection)
        snapshots = measure(replace(records, connection=engine), AS_OF, Settings())
        measured = process_time()
        read = sum(source.accepted for source in records.sources)
    return {
        "phases": {
            "load": loaded - started,
            "queries": engine.spent,
            "statistics": measured - loaded - engine.spent,
        },
        "computed": {name: n for one in snapshots for name, n in _counted(one) if n},
        "read": read,
    }


def _counted(snapshot: Snapshot) -> Iterator[tuple[str, float]]:
    """Yield the counts of a snapshot; what is 0 or not known has no row by hand either."""
    where = f"{snapshot.scope.tenant} {snapshot.period.start:%Y-%m-%d}"
    for metric, measured in snapshot.facts.metrics.items():
        for part in OTHERWISE.get(metric, COUNTED):
            yield f"{where} {metric} {part}", float(getattr(measured, part) or 0)
    for fact in FACTS:
        yield f"{where} programme.{fact} value", float(snapshot.facts.programme.get(fact, 0))


def by_hand(folder: Path) -> dict[str, Any]:
    """Run the statements that were written by hand, where the records are."""
    text = HAND_WRITTEN.read_text(encoding="utf-8")
    os.chdir(folder)
    engine = Clocked(duckdb.connect())
    computed: Counter[str] = Counter()
    for statement in duckdb.extract_statements(text):
        engine.execute(statement)
        columns = [column[0] for column in engine.description]
        for row in engine.fetchall():
            named = dict(zip(columns, row, strict=True))
            for name, n in named.items():
                if " " in name and n:
                    computed[f"{named['tenant_id']} {named['starts']:%Y-%m-%d} {name}"] += n
    return {"phases": {"queries": engine.spent}, "computed": computed}


SIDES = {"ours": ours, "by_hand": by_hand}

if __name__ == "__main__":
    name, place = sys.argv[1:]
    print(json.dumps(SIDES[name](Path(place)), sort_keys=True))
