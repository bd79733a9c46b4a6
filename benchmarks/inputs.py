"""
What the parts read, made in a process of its own: `python -m benchmarks.inputs KIND FOLDER ROWS`.

`records` writes Parquet; `snapshot` measures such records and writes one snapshot, and beside it
the rules of the shipped signals pack as a bare evaluator needs them.
"""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from benchmarks.timing import ROOT

if TYPE_CHECKING:
    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.model.snapshot import Facts, Snapshot

AS_OF = datetime(2025, 7, 1, tzinfo=UTC)
"""The records end here, with a quarter."""
SIGNALS = ROOT / "policies" / "signals"


def write_records(folder: Path, rows: int) -> None:
    """Write about `rows` records; see `records.sql`."""
    text = (Path(__file__).parent / "records.sql").read_text(encoding="utf-8")
    folder.mkdir(parents=True)
    os.chdir(folder)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET VARIABLE rows = {rows}")
        for statement in connection.extract_statements(text):
            connection.execute(statement)


def write_snapshot(folder: Path, rows: int) -> None:
    """Write `snapshot.json`, the newest of one tenant, and `rules.json`."""
    from plumbgate.measure.records import open_records  # noqa: PLC0415 (`records` needs none of it)
    from plumbgate.measure.run import measure  # noqa: PLC0415
    from plumbgate.measure.settings import Settings  # noqa: PLC0415
    from plumbgate.measure.snapshot_files import snapshot_bytes  # noqa: PLC0415
    from plumbgate.pipeline.policies import policies_below  # noqa: PLC0415

    write_records(folder / "records", rows)
    with open_records(folder / "records", AS_OF) as records:
        snapshot = [s for s in measure(records, AS_OF, Settings()) if s.scope.tenant == "tenant-0"][
            -1
        ]
    (folder / "snapshot.json").write_bytes(snapshot_bytes(snapshot))
    policies = policies_below([SIGNALS]).compiled
    bare = {
        "rules": [rule for policy in policies for rule in _rules(policy)],
        "texts": [text for policy in policies for text in _texts(policy)],
        "context": _context(snapshot),
    }
    (folder / "rules.json").write_text(json.dumps(bare), encoding="utf-8")


def _rules(policy: CompiledPolicy) -> list[dict[str, Any]]:
    """Return each rule with its variables written out, and the parameters of its policy."""
    variables = {one.name: one.expression.text for one in policy.policy.variables}

    def written_out(text: str) -> str:
        return re.sub(
            r"\bvariables\.(\w+)", lambda read: f"({written_out(variables[read[1]])})", text
        )

    return [
        {
            "id": compiled.rule.id,
            "applies_when": [program.text for program in compiled.applies_when],
            "assertion": written_out(compiled.expression(None)),
            "parameters": {one.name: float(one.value) for one in policy.policy.parameters},
        }
        for compiled in policy.rules
    ]


def _texts(policy: CompiledPolicy) -> list[str]:
    """Return every expression of a policy, as often as it is written."""
    texts = [variable.expression.text for variable in policy.policy.variables]
    for compiled in policy.rules:
        texts += [program.text for program in (*compiled.applies_when, *compiled.conditions)]
        message = compiled.rule.message
        texts += re.findall(r"\{([^{}]*)\}", message.text) if message else []
    return texts


def _context(snapshot: Snapshot) -> dict[str, Any]:
    """Return what the rules of the pack read of a snapshot, apart from parameters."""
    facts: Facts = snapshot.facts
    known = {name: one.value for name, one in facts.metrics.items() if one.state == "ok"}
    changes = {
        name: {"delta": one.delta, "low": one.low, "high": one.high}
        for name, one in facts.change.items()
    }
    return {
        "metrics": _nested(known),
        "change": _nested(changes),
        "programme": dict(facts.programme),
    }


def _nested(by_id: dict[str, Any]) -> dict[str, dict[str, Any]]:
    nested: dict[str, dict[str, Any]] = {}
    for name, value in by_id.items():
        family, _, last = name.partition(".")
        nested.setdefault(family, {})[last] = value
    return nested


KINDS = {"records": write_records, "snapshot": write_snapshot}

if __name__ == "__main__":
    kind, place, size = sys.argv[1:]
    KINDS[kind](Path(place), int(size))
