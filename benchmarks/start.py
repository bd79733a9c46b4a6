"""How soon the command line is there, beside an interpreter with the least that it must import."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.timing import (
    DisagreementError,
    Run,
    by_turns,
    milliseconds,
    peak,
    ratio,
    run,
    show,
    side,
)

GATES = (0, 1, 3)
"""Exit codes of `check` when it has judged."""
BARE = "import click, yaml"
HELP = "plumbgate --help"
CHECK = "plumbgate check"
BUILT = "the same, its parser built"
EMPTY = "pass"
IMPORT = "import celpy"
PARSER = "import celpy; celpy.Environment(runner_class=celpy.InterpretedRunner)"
OURS = "from plumbgate.cel import environment"
LOADED = f"{OURS}; environment._environment()"
WITHOUT_TABLE = """\
from plumbgate.cel import parser_table
from plumbgate.cli import main
parser_table.load = lambda *_, **__: None
main()
"""
HELP_LIMIT = 2.0
"""`--help` costs less than this many bare processes."""


def main(rounds: int, rows: int = 80_000) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "inputs"
        run(side("inputs", "snapshot", place, rows))
        script = str(Path(sysconfig.get_path("scripts")) / "plumbgate")
        judge = [script, "check", str(place / "snapshot.json"), "--at", "2025-07-02T00:00:00Z"]
        commands = {HELP: [script, "--help"], CHECK: judge}
        commands |= {BUILT: [sys.executable, "-c", WITHOUT_TABLE, *judge[1:]]}
        texts = (BARE, EMPTY, IMPORT, PARSER, OURS, LOADED)
        commands |= {text: [sys.executable, "-c", text] for text in texts}
        runs = by_turns(commands, rounds, GATES)
    code = _agreed(runs[CHECK] + runs[BUILT])
    bare = _cpu(runs[BARE])
    show(
        f"start: beside `python -c '{BARE}'`; limit for `{HELP}`: below {HELP_LIMIT}",
        ("", "CPU ms", "peak MiB", "ratio"),
        [
            (name, milliseconds(_cpu(runs[name])), peak(runs[name]), ratio(_cpu(runs[name]), bare))
            for name in (BARE, HELP, CHECK, BUILT)
        ],
    )
    whole = median(_cpu(runs[CHECK]))
    parts = {
        "importing celpy": _difference(runs[IMPORT], runs[EMPTY]),
        "loading its parser": _difference(runs[LOADED], runs[OURS]),
        "building it instead": _difference(runs[PARSER], runs[IMPORT]),
    }
    show(
        f"start: what cel-python takes of `{CHECK}`",
        ("", "CPU ms", "share"),
        [(name, milliseconds([part]), f"{part / whole:.2f}") for name, part in parts.items()],
    )
    print(f"`{CHECK}` gave one report in every round, and ended with {code}\n")


def _agreed(runs: list[Run]) -> int:
    """
    Return the exit code of all rounds.

    Raises:
        DisagreementError: They do not say the same, or say nothing.

    """
    said = {(one.output, one.code) for one in runs}
    if len(said) > 1 or not runs[0].output:
        raise DisagreementError(f"`{CHECK}` does not say the same in every round")
    return runs[0].code


def _cpu(runs: list[Run]) -> list[float]:
    return [one.cpu for one in runs]


def _difference(more: list[Run], less: list[Run]) -> float:
    # Of medians, since a difference of two short processes is mostly noise.
    return median(_cpu(more)) - median(_cpu(less))
