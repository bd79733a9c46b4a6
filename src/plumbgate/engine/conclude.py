"""Verdicts to findings: the one conclusion for each scope and control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.model.catalog import Claim
from plumbgate.model.report import Finding, FindingStatus
from plumbgate.model.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plumbgate.model.catalog import Control


def conclude(verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """
    Return a finding for each scope, period and control that a policy claims as primary.

    A control is satisfied only if at least one verdict passes and every applicable one does; one
    for which nothing is applicable has no finding. A waived FAIL is a FAIL.
    """
    grouped: dict[tuple[str, str, str, str], list[Verdict]] = {}
    controls: dict[tuple[str, str, str, str], Control] = {}
    for verdict in verdicts:
        for mapping in verdict.controls:
            if mapping.claim is not Claim.PRIMARY:
                continue
            period = verdict.period.id if verdict.period else ""
            control = mapping.control
            key = (verdict.scope.name, period, control.framework, control.id)
            controls[key] = control
            group = grouped.setdefault(key, [])
            if verdict not in group:
                group.append(verdict)
    return tuple(
        _finding(controls[key], group)
        for key, group in grouped.items()
        if any(verdict.outcome is not Outcome.NOT_APPLICABLE for verdict in group)
    )


def _finding(control: Control, verdicts: list[Verdict]) -> Finding:
    applicable = {v.outcome for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE}
    satisfied = applicable == {Outcome.PASS}
    return Finding(
        verdicts[0].scope,
        verdicts[0].period,
        control,
        FindingStatus.SATISFIED if satisfied else FindingStatus.NOT_SATISFIED,
        tuple(verdict.id for verdict in verdicts),
    )
