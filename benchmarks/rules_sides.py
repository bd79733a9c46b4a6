"""The two sides of `rules`: `python -m benchmarks.rules_sides SIDE FOLDER REPEATS`."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import celpy
from celpy import celtypes

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2025, 7, 2, tzinfo=UTC)


def ours(folder: Path, repeats: int) -> dict[str, Any]:
    """Load and compile the pack, and judge the snapshot by all of its rules."""
    from benchmarks.inputs import SIGNALS  # noqa: PLC0415 (the other side imports none of it)
    from plumbgate.engine.evaluate import evaluate  # noqa: PLC0415
    from plumbgate.loading.snapshots import load_snapshots  # noqa: PLC0415
    from plumbgate.measure.metrics import CATALOGUE  # noqa: PLC0415
    from plumbgate.pipeline.policies import policies_below  # noqa: PLC0415

    snapshots, _ = load_snapshots([folder / "snapshot.json"], CATALOGUE)
    policies, compiling = _clocked(lambda: policies_below([SIGNALS]).compiled)

    def judge() -> dict[str, bool]:
        verdicts = evaluate(policies, snapshots, CATALOGUE, AT)
        # A verdict that is neither would show as a rule that is not there.
        words = {"PASS": True, "FAIL": False}
        return {v.rule: words[v.outcome] for v in verdicts if v.outcome in words}

    return _told(judge, repeats, compiling)


def bare(folder: Path, repeats: int) -> dict[str, Any]:
    """Compile the same expressions, and evaluate the same rules in a context made beforehand."""
    given = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
    environment = celpy.Environment(runner_class=celpy.InterpretedRunner)
    _, compiling = _clocked(lambda: [environment.compile(text) for text in given["texts"]])
    shared = {name: celpy.json_to_cel(value) for name, value in given["context"].items()}

    def program(text: str) -> celpy.Runner:
        return environment.program(environment.compile(text), functions={"trend": trend})

    rules = [
        (
            rule["id"],
            [program(text) for text in rule["applies_when"]],
            program(rule["assertion"]),
            {**shared, "params": celpy.json_to_cel(rule["parameters"])},
        )
        for rule in given["rules"]
    ]

    def judge() -> dict[str, bool]:
        return {
            name: bool(assertion.evaluate(context))
            for name, conditions, assertion, context in rules
            if all(condition.evaluate(context) for condition in conditions)
        }

    return _told(judge, repeats, compiling)


def trend(change: celtypes.MapType, mei: celtypes.DoubleType) -> celtypes.StringType:
    """Stand in for plumbgate's function, which cel-python does not have."""
    delta, low, high = change["delta"], change["low"], change["high"]
    if low > 0 and delta >= mei:
        return celtypes.StringType("improved")
    if high < 0 and delta <= -mei:
        return celtypes.StringType("worsened")
    flat = -mei < low and high < mei
    return celtypes.StringType("flat" if flat else "inconclusive")


def _told(judge: Callable[[], dict[str, bool]], repeats: int, compiling: float) -> dict[str, Any]:
    computed = judge()
    _, evaluating = _clocked(lambda: [judge() for _ in range(repeats)])
    return {"phases": {"compile": compiling, "evaluate": evaluating}, "computed": computed}


def _clocked(work: Callable[[], Any]) -> tuple[Any, float]:
    started = process_time()
    done = work()
    return done, process_time() - started


SIDES = {"ours": ours, "bare": bare}

if __name__ == "__main__":
    # The parser is built once a process; what that costs is shown by the part `start`.
    celpy.Environment(runner_class=celpy.InterpretedRunner)
    name, place, times = sys.argv[1:]
    print(json.dumps(SIDES[name](Path(place), int(times)), sort_keys=True))
