"""The page that says how far plumbgate's CEL conforms."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cel.conformance.deviations import GOOGLE
from tests.cel.conformance.running import Outcome, run
from tests.cel.conformance.scenarios import Failing, suite
from tests.cel.conformance.source import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.cel.conformance.running import Result

PAGE = Path(__file__).parents[3] / "docs" / "cel-conformance.md"

_INTRODUCTION = f"""\
# How far plumbgate's CEL conforms

Made by `python -m tests.cel.conformance`; a test fails where this page is not what it makes.

plumbgate has a profile of CEL: bool, int, double, string, instants, durations, lists, maps whose
keys are texts, the operators, the macros of two arguments, the standard functions of texts, and
conversions. This page holds it against the public conformance suite of the language, as
`{PACKAGE}` carries it, and against Google's C++ evaluator. What the profile has not is refused
before anything runs.

A scenario passes where the value has the same type and is the same, or where both are errors. It
is outside the profile by rule: by a node, a call, a literal or a value that the profile has not,
never by its name. `dyn(x)` is read as `x`: it tells a static checker to wait, and nothing else."""

_GOOGLE = """\
## Against Google's C++ evaluator

`tests/cel/test_differential.py` makes expressions of the profile at random and evaluates them with
plumbgate and with `cel-expr-python`, which is Google's C++ evaluator: each value must be the same,
and each error an error on both sides. It stays away from these differences alone, each of which a
test shows to be one."""


def results(folder: Path) -> dict[str, list[Result]]:
    """Return what becomes of every scenario in `folder`, by file."""
    return {name: [run(scenario) for scenario in found] for name, found in suite(folder).items()}


def page(found: dict[str, list[Result]]) -> str:
    """Return the page in Markdown."""
    every = [result for results in found.values() for result in results]
    rows = [(name, *_counts(results)) for name, results in found.items()]
    reasons = Counter(_of(every, Outcome.OUTSIDE)).most_common()
    differences = [
        (f"`{each.text}`", _written(each.ours), _written(each.theirs), each.reason)
        for each in GOOGLE
    ]
    parts = [
        _INTRODUCTION,
        "## The suite, file by file",
        _table(("file", "scenarios", *Outcome), [*rows, ("**all**", *_counts(every))]),
        "A file without scenarios has none that cel-python's tool could write as Gherkin.",
        "## Outside the profile",
        _table(("because of", "scenarios"), sorted(reasons, key=lambda row: (-row[1], row[0]))),
        "## Deviations inside the profile",
        _table(("scenario", "expression", "why"), _deviations(every)),
        _GOOGLE,
        _table(("expression", "plumbgate", "C++", "why"), differences),
    ]
    return "\n\n".join(parts) + "\n"


def _counts(results: list[Result]) -> tuple[int, ...]:
    counted = Counter(result.outcome for result in results)
    return (len(results), *(counted[outcome] for outcome in Outcome))


def _of(results: list[Result], outcome: Outcome) -> list[str]:
    return [result.reason for result in results if result.outcome is outcome]


def _deviations(results: list[Result]) -> list[tuple[str, str, str]]:
    return [
        (str(result.scenario), f"`{result.scenario.text}`", result.reason)
        for result in results
        if result.outcome is Outcome.DEVIATES
    ]


def _written(value: object) -> str:
    return "an error" if value == Failing() else f"`{str(value).lower()}`"


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [list(heads), *rows]
    lines.insert(1, ["---" for _ in lines[0]])
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", r"\|")
