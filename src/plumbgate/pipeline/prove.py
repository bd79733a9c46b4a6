"""The cases of policies, run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.errors import InputError
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.pipeline.policies import policies_below
from plumbgate.proving.cases import Case, cases_file, load_cases
from plumbgate.proving.run import Mismatch, run_cases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tested:
    """What the cases of one policy say."""

    policy: str
    cases: int
    mismatches: Sequence[Mismatch]


def prove(folders: Sequence[Path]) -> list[Tested]:
    """
    Return the result of the cases beside each policy.

    Raises:
        InputError: with every mistake in policies and cases.

    """
    policies = policies_below(folders)
    diagnostics = list(policies.diagnostics)
    cases: dict[str, list[Case]] = {}
    for policy in policies.compiled:
        found = cases_file(policies.files[policy.policy.place.file])
        rules = {compiled.rule.name: compiled.rule.words for compiled in policy.rules}
        name = policy.policy.id
        cases[name], mistakes = load_cases(found, name, rules, CATALOGUE) if found else ([], [])
        diagnostics += mistakes
    if diagnostics:
        raise InputError(diagnostics)
    return [
        Tested(p.policy.id, len(cases[p.policy.id]), run_cases(p, cases[p.policy.id], CATALOGUE))
        for p in policies.compiled
    ]
