"""
Processes under the clock, run by turns, and the table that is printed of them.

This process stays small and imports nothing that is measured: a child's peak memory is never
less than that of the process that started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Command = list[str]
Row = tuple[str, ...]

ROOT = Path(__file__).parents[1]
_MIB = 2**20 if sys.platform == "darwin" else 2**10
"""The unit of a peak differs: bytes there, KiB elsewhere."""


class DisagreementError(Exception):
    """The two sides did not compute the same, so that comparing their cost says nothing."""


@dataclass(frozen=True)
class Run:
    """One process that has ended."""

    cpu: float
    """Seconds, user and system, of all its threads."""
    peak: float
    """MiB."""
    code: int
    output: str

    @cached_property
    def told(self) -> dict[str, Any]:
        """What a side printed as JSON: the CPU seconds of its `phases`, and what it computed."""
        return json.loads(self.output)


def side(module: str, *arguments: object) -> Command:
    """Return the command that runs a module of this package."""
    return [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]


def run(command: Command, codes: Iterable[int] = (0,)) -> Run:
    """
    Return what a command cost.

    Raises:
        RuntimeError: It ended with none of `codes`.

    """
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        code = process.returncode = os.waitstatus_to_exitcode(status)
    if code not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {code}")
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MIB, code, output)


def by_turns(
    sides: Mapping[str, Command], rounds: int, codes: Iterable[int] = (0,)
) -> dict[str, list[Run]]:
    """Return the runs of each side: one of each a round, after one of each that is not counted."""
    for command in sides.values():
        run(command, codes)
    runs: dict[str, list[Run]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, command in sides.items():
            runs[name].append(run(command, codes))
    return runs


def phases(runs: Sequence[Run], *names: str) -> list[float]:
    """Return for each run the CPU seconds of its named phases together."""
    return [sum(run.told["phases"][name] for name in names) for run in runs]


def milliseconds(seconds: Sequence[float]) -> str:
    return f"{median(seconds) * 1000:,.1f}"


def peak(runs: Sequence[Run]) -> str:
    return f"{median(run.peak for run in runs):,.0f}"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Return the median of the rounds' ratios, and the least and greatest of them."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def show(title: str, head: Row, rows: Sequence[Row]) -> None:
    """Print a table; the first column is text."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    print(title)
    for row in (head, *rows):
        name, *cells = row
        shown = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        print("  ".join([name.ljust(widths[0]), *shown]).rstrip())
    print()
