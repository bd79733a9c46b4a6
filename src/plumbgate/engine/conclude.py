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
    grouped: dict[tuple[object, ...], tuple[Control, list[Verdict]]] = {}
    for verdict in verdicts:
        scope, period = verdict.scope, verdict.period
        about = (*scope.key, period and period.id)
        for control in _primary(verdict):
            key = (*about, control.framework, control.id)
            grouped.setdefault(key, (control, []))[1].append(verdict)
    findings = (_finding(control, group) for control, group in grouped.values())
    return tuple(finding for finding in findings if finding)


def _primary(verdict: Verdict) -> Iterable[Control]:
    """Return the controls that a verdict speaks for, each once however often it is mapped."""
    claims = (m.control for m in verdict.controls if m.claim is Claim.PRIMARY)
    return {(control.framework, control.id): control for control in claims}.values()


def _finding(control: Control, verdicts: list[Verdict]) -> Finding | None:
    applicable = {verdict.outcome for verdict in verdicts} - {Outcome.NOT_APPLICABLE}
    if not applicable:
        return None
    satisfied = applicable == {Outcome.PASS}
    return Finding(
        verdicts[0].scope,
        verdicts[0].period,
        control,
        FindingStatus.SATISFIED if satisfied else FindingStatus.NOT_SATISFIED,
        tuple(verdict.id for verdict in verdicts),
    )
