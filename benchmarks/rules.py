"""Rules in a second, and a pack's compilation, beside bare cel-python on the same expressions."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.timing import (
    DisagreementError,
    by_turns,
    milliseconds,
    peak,
    phases,
    ratio,
    run,
    show,
    side,
)

OURS, BARE = "plumbgate", "bare cel-python"


def main(rounds: int, rows: int = 80_000, repeats: int = 100) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "inputs"
        run(side("inputs", "snapshot", place, rows))
        sides = {
            OURS: side("rules_sides", "ours", place, repeats),
            BARE: side("rules_sides", "bare", place, repeats),
        }
        runs = by_turns(sides, rounds)
    outcomes = runs[OURS][0].told["computed"]
    if any(one.told["computed"] != outcomes for one in (*runs[OURS], *runs[BARE])):
        raise DisagreementError("plumbgate and bare cel-python do not judge the same")
    judged = len(outcomes) * repeats
    for title, phase in (("evaluating", "evaluate"), ("loading, checking, compiling", "compile")):
        spent = {name: phases(its, phase) for name, its in runs.items()}
        show(
            f"rules: {title} the signals pack, beside {BARE}",
            ("", "CPU ms", "rules/CPU-s", "peak MiB", "ratio"),
            [
                (
                    name,
                    milliseconds(spent[name]),
                    _rate(judged, spent[name]) if phase == "evaluate" else "",
                    peak(runs[name]),
                    ratio(spent[name], spent[BARE]),
                )
                for name in (BARE, OURS)
            ],
        )
    passed = sum(outcomes.values())
    print(f"{len(outcomes)} rules judged alike: {passed} pass, {len(outcomes) - passed} fail\n")


def _rate(judged: int, spent: list[float]) -> str:
    return f"{judged / sorted(spent)[len(spent) // 2]:,.0f}"
