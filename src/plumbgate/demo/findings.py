"""Rows of `findings`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plumbgate.demo.deliveries import delivered, is_lost
from plumbgate.demo.drawing import MINUTE, after, between, quota, randomness
from plumbgate.demo.instants import DAY, HOUR, known
from plumbgate.demo.population import present

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from random import Random

    from plumbgate.demo.deliveries import Row
    from plumbgate.demo.estate import Estate
    from plumbgate.demo.plan import Plan

SOURCE = "scanner"
TENTHS = (8, 25, 42, 60, 79, 100, 125, 160, 210, 290, 420)
"""How long fixes take, in percent of the median: the least, after each tenth of them, the most."""
SERIOUS = ("high", "high", "critical", "high", "high", "high")
"""Severities of the findings that count, in turn; a critical one takes half of its time."""
LESSER = ("medium", "low")
PER_LESSER = 3
"""For so many findings that count, there is one that does not."""
DUE_DAYS = {"critical": 7, "high": 30, "medium": 60, "low": 90}
TYPES = ("unused-secret", "secret-not-rotated", "excessive-role", "shared-secret")
FIXED = "remediated"
OTHERWISE = ("reclassified", "risk_accepted", "false_positive")
WEEK = 7 * DAY


class _Case(NamedTuple):
    """What becomes of a finding; times are from its opening."""

    severity: str
    first_action: timedelta
    closing: timedelta
    resolution: str


def findings(estate: Estate) -> Iterator[Row]:
    """Yield what the scanner found on machines, and what became of it."""
    plan, number = estate.plan, 0
    random = randomness(plan.tenant, "findings")
    for quarter, bounds in enumerate(plan.quarters):
        machines = present(estate.population.machines, plan, quarter)
        for case in _cases(random, plan, quarter):
            number += 1
            opened_at = between(random, *bounds)
            machine, kind = random.choice(machines).id, random.choice(TYPES)
            if is_lost(plan, SOURCE, opened_at):
                continue
            first_action_at = known(opened_at + case.first_action)
            closed_at = known(opened_at + case.closing)
            due_at = opened_at + DUE_DAYS[case.severity] * DAY
            yield {
                **delivered(plan, SOURCE, opened_at, first_action_at, closed_at),
                "finding_id": f"f{number:06}",
                "finding_key": f"{kind}/{machine}/{number:06}",
                "identity_id": machine,
                "type": kind,
                "severity": case.severity,
                "opened_at": opened_at,
                "first_action_at": first_action_at,
                "due_at": due_at,
                "first_due_at": due_at,
                "closed_at": closed_at,
                "resolution": case.resolution if closed_at else None,
                "left_truncated": False,
                "raised_by": "scanner",
            }


def _cases(random: Random, plan: Plan, quarter: int) -> Iterator[_Case]:
    """Yield a quarter's cases, those that are closed soonest first."""
    for severities, n in ((SERIOUS, plan.findings), (LESSER, plan.findings // PER_LESSER)):
        otherwise = quota(random, n, plan.reclassified[quarter])
        for rank in range(n):
            severity = severities[rank % len(severities)]
            closing = _closing(plan.fix_days[quarter], rank, n)
            closing = closing // 2 if severity == "critical" else closing
            in_week = 100 * rank < n * plan.acted[quarter]
            resolution = random.choice(OTHERWISE) if otherwise[rank] else FIXED
            yield _Case(
                severity, _first_action(random, closing, in_week=in_week), closing, resolution
            )


def _closing(median: int, rank: int, n: int) -> timedelta:
    """Return how long the fix at `rank` of `n` takes, where `median` is in days."""
    tenth, rest = divmod((2 * rank + 1) * 500 // n, 100)
    percents = TENTHS[tenth] * 100 + (TENTHS[tenth + 1] - TENTHS[tenth]) * rest
    return median * DAY * percents // 10_000 // MINUTE * MINUTE


def _first_action(random: Random, closing: timedelta, *, in_week: bool) -> timedelta:
    """Return how long the first action takes, which comes no later than the closing."""
    if in_week or closing <= WEEK + HOUR:
        return min(closing, after(random, HOUR, WEEK))
    return after(random, WEEK + MINUTE, closing)
