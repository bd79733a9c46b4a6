"""A thousand policies loaded, checked and compiled, beside a YAML reader and Google's compiler."""

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

OURS = "plumbgate: loaded, typed, compiled, held against its laws"
READ = "yaml.CSafeLoader, reading the files"
GOOGLE = "cel-expr-python, compiling the expressions"


def main(rounds: int, count: int = 1_000) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "policies"
        run(side("policies_sides", "write", place, count))
        sides = {
            READ: side("policies_sides", "read", place, count),
            GOOGLE: side("policies_sides", "google", place, count),
            OURS: side("policies_sides", "ours", place, count),
        }
        runs = by_turns(sides, rounds)
    counted = {name: {one.told["computed"] for one in its} for name, its in runs.items()}
    if counted[OURS] != {count} or counted[READ] != {count}:
        raise DisagreementError(f"of {count} policies not all were read, or compiled")
    (expressions,) = counted[GOOGLE]
    spent = {name: phases(its, "work") for name, its in runs.items()}
    show(
        f"policies: {count:,} of them, {expressions:,} expressions",
        ("", "CPU ms", "ms a policy", "peak MiB", "ratio to both peers together"),
        [
            (
                name,
                milliseconds(spent[name]),
                f"{sorted(spent[name])[len(spent[name]) // 2] * 1000 / count:.2f}",
                peak(runs[name]),
                ratio(spent[name], _together(spent[READ], spent[GOOGLE])),
            )
            for name in (READ, GOOGLE, OURS)
        ],
    )


def _together(*spent: list[float]) -> list[float]:
    return [sum(rounds) for rounds in zip(*spent, strict=True)]
