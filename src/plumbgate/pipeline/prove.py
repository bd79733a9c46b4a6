"""The cases of policies, loaded and run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.errors import InputError
from plumbgate.loading.documents import load
from plumbgate.loading.schemas import validate
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.pipeline.policies import policies_below
from plumbgate.proving.cases import Case, cases_file, load_cases
from plumbgate.proving.proof import Proof, proof_of
from plumbgate.proving.run import Court

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.errors import Diagnostic
    from plumbgate.pipeline.policies import Policies


def prove(
    folders: Sequence[Path],
    catalogs: Sequence[Path] = (),
    *,
    coverage: bool = False,
    mutation: bool = False,
) -> list[Proof]:
    """
    Return the result of the cases beside each policy.

    Raises:
        InputError: with every mistake in policies and cases.

    """
    policies = policies_below(folders, catalogs)
    diagnostics = list(policies.diagnostics)
    cases: dict[str, list[Case]] = {}
    for policy in policies.compiled:
        cases[policy.policy.id], mistakes = cases_of(policy, policies)
        diagnostics += mistakes
    if diagnostics:
        raise InputError(diagnostics)
    return [
        proof_of(policy, cases[policy.policy.id], CATALOGUE, coverage=coverage, mutation=mutation)
        for policy in policies.compiled
    ]


def court_of(folder: Path, catalogs: Sequence[Path] = ()) -> tuple[Court, list[Case]]:
    """
    Return the policy of a folder, ready to be judged by, and its cases.

    Raises:
        InputError: with every mistake in them.

    """
    policies = policies_below([folder], catalogs)
    if policies.diagnostics:
        raise InputError(policies.diagnostics)
    (policy,) = policies.compiled
    cases, mistakes = cases_of(policy, policies)
    if mistakes:
        raise InputError(mistakes)
    return Court(policy), cases


def cases_of(policy: CompiledPolicy, policies: Policies) -> tuple[list[Case], list[Diagnostic]]:
    """Return the cases beside a policy, none where there is no file, and what is wrong there."""
    file = policy.policy.place.file
    found = cases_file(policies.files[file])
    if found is None:
        return [], []
    if any(diagnostic.place.file == file for diagnostic in policies.diagnostics):
        # Rules that could not be read would be missed here.
        document, mistakes = load(found)
        return [], mistakes or validate(document, "cases")
    words = {compiled.rule.name: compiled.rule.words for compiled in policy.rules}
    return load_cases(found, policy.policy.id, words, CATALOGUE)
