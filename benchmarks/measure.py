"""Records to counts to statistics, beside SQL that was written by hand for these records alone."""

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

OURS, HAND = "plumbgate", "hand-written SQL"
PARTS = {
    "loading and validating": ("load",),
    "queries": ("queries",),
    "statistics in Python": ("statistics",),
    "all together": ("load", "queries", "statistics"),
}


def main(rounds: int, rows: int) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "records"
        run(side("inputs", "records", place, rows))
        sides = {
            OURS: side("measure_sides", "ours", place),
            HAND: side("measure_sides", "by_hand", place),
        }
        runs = by_turns(sides, rounds)
    counts = _agreed(runs[OURS][0].told["computed"], runs[HAND][0].told["computed"])
    by_hand = phases(runs[HAND], "queries")
    table = [(HAND, milliseconds(by_hand), peak(runs[HAND]), ratio(by_hand, by_hand))]
    for name, its in PARTS.items():
        spent = phases(runs[OURS], *its)
        memory = peak(runs[OURS]) if len(its) > 1 else ""
        table.append((f"{OURS}: {name}", milliseconds(spent), memory, ratio(spent, by_hand)))
    read = runs[OURS][0].told["read"]
    show(
        f"measure: {read:,} records, beside {HAND}",
        ("", "CPU ms", "peak MiB", "ratio"),
        table,
    )
    print(f"{counts:,} numerators, denominators and facts are equal\n")


def _agreed(ours: dict[str, float], by_hand: dict[str, float]) -> int:
    """
    Return how many counts there are.

    Raises:
        DisagreementError: The two sides do not have the same.

    """
    different = [
        f"{name}: {ours.get(name)} and by hand {by_hand.get(name)}"
        for name in sorted(ours.keys() | by_hand.keys())
        if ours.get(name) != by_hand.get(name)
    ]
    if different or not ours:
        raise DisagreementError("; ".join(different[:5]) or "nothing was counted")
    return len(ours)
