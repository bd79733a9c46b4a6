"""Run the cases of policies: each rule that a case names must conclude what the case says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from plumbgate.engine.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.model.metric import Metric
    from plumbgate.model.verdict import Verdict
    from plumbgate.proving.cases import Case, Expected


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A rule that concluded something else than its case says."""

    case: Case
    expected: Expected
    verdict: Verdict


def run_cases(
    policy: CompiledPolicy, cases: Iterable[Case], catalogue: Mapping[str, Metric]
) -> list[Mismatch]:
    """Return the mismatches of a policy's cases, in the order of the file."""
    mismatches: list[Mismatch] = []
    for case in cases:
        verdicts = evaluate([policy], [case.snapshot], catalogue, case.at)
        by_rule = {verdict.rule.partition(".")[2]: verdict for verdict in verdicts}
        mismatches.extend(
            Mismatch(case, expected, by_rule[rule])
            for rule, expected in case.expected.items()
            if not _agrees(expected, by_rule[rule])
        )
    return mismatches


def _agrees(expected: Expected, verdict: Verdict) -> bool:
    found = {"verdict": verdict.word, "row": verdict.row, "message": verdict.reason}
    wanted = asdict(expected)
    return all(wanted[name] in {None, found[name]} for name in wanted)
