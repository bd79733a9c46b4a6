"""Waivers on verdicts: a FAIL that an active waiver covers says so, and stays a FAIL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plumbgate.model.report import WaiverState, WaiverUsed
from plumbgate.model.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from plumbgate.model.waiver import Waiver


def waive(
    verdicts: Sequence[Verdict], waivers: Sequence[Waiver], at: datetime
) -> tuple[tuple[Verdict, ...], tuple[WaiverUsed, ...]]:
    """Return the verdicts with the waivers that cover them, and what each waiver did."""
    active = [waiver for waiver in waivers if waiver.is_active(at)]
    covered = {
        verdict.id: [waiver.id for waiver in active if _covers(waiver, verdict)]
        for verdict in verdicts
    }
    waived = tuple(
        replace(verdict, waiver=covered[verdict.id][0]) if covered[verdict.id] else verdict
        for verdict in verdicts
    )
    by_id = {waiver.id: waiver for waiver in waivers}
    return waived, tuple(
        replace(
            _used(waiver, covered, at),
            renewals=len(lineage) - 1,
            since=min(one.approved for one in lineage),
        )
        for waiver in waivers
        if (lineage := _lineage(waiver, by_id))
    )


def _lineage(waiver: Waiver, by_id: Mapping[str, Waiver]) -> list[Waiver]:
    """Return a waiver and those that it renews, one after the other; loading refuses a circle."""
    found = [waiver]
    while (renewed := by_id.get(found[-1].renews or "")) and renewed not in found:
        found.append(renewed)
    return found


def _covers(waiver: Waiver, verdict: Verdict) -> bool:
    scope = verdict.scope
    return (
        verdict.outcome is Outcome.FAIL
        and waiver.rule == verdict.rule
        # A waiver of a table accepts what it names, so that a worse verdict is not covered too.
        and (verdict.verdict is None or verdict.verdict in waiver.verdicts)
        and waiver.tenant == scope.tenant
        and (waiver.units or scope.business_unit is None)
    )


def _used(waiver: Waiver, covered: dict[str, list[str]], at: datetime) -> WaiverUsed:
    if at < waiver.approved:
        return WaiverUsed(waiver, WaiverState.NOT_YET)
    if not waiver.is_active(at):
        return WaiverUsed(waiver, WaiverState.EXPIRED)
    first = tuple(verdict for verdict, by in covered.items() if by[:1] == [waiver.id])
    if first:
        return WaiverUsed(waiver, WaiverState.ACTIVE, first)
    beside = any(waiver.id in by for by in covered.values())
    return WaiverUsed(waiver, WaiverState.OVERLAPPING if beside else WaiverState.UNUSED)
