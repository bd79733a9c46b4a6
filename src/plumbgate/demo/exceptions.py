"""Rows of `exceptions`: lineages that end, and lineages that go on under new ids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plumbgate.demo.deliveries import delivered
from plumbgate.demo.drawing import between, quota, randomness
from plumbgate.demo.instants import BEFORE, DAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from plumbgate.demo.deliveries import Row
    from plumbgate.demo.estate import Estate
    from plumbgate.demo.instants import Quarter
    from plumbgate.demo.plan import Plan

CONTROLS = ("secret-rotation", "least-privilege", "access-review", "multi-factor", "offboarding")
TERM = 90 * DAY
"""For how long an exception is granted."""
PAUSE = 12 * DAY
"""How long one is closed before it is raised again: too short to be a new one."""
BY_LINEAGE, BY_REFERENCE, RAISED_AGAIN, NOT_RENEWED = WAYS = (
    "by lineage",
    "by reference",
    "raised again",
    "not renewed",
)
"""How a lineage goes on when its term ends; in the last way it just stays open."""


@dataclass(frozen=True, slots=True)
class _Exception:
    """One exception of a lineage."""

    lineage: int
    subject: str
    control: str
    approver: str | None
    opened_at: datetime
    renewal: int = 0

    @property
    def id(self) -> str:
        return f"x{self.lineage:05}-{self.renewal}"

    @property
    def way(self) -> str:
        return WAYS[self.lineage % len(WAYS)]

    @property
    def expires_at(self) -> datetime:
        return self.opened_at + TERM


def exceptions(estate: Estate) -> Iterator[Row]:
    """Yield exceptions in the order of the quarters in which they end; open ones come last."""
    plan = estate.plan
    random = randomness(plan.tenant, "exceptions")
    raised = _raised(random, estate)
    still_open = next(raised)
    for quarter, bounds in enumerate(plan.quarters):
        carried = quota(random, len(still_open), plan.carried[quarter])
        kept = []
        for exception, goes_on in zip(still_open, carried, strict=True):
            renewal = _renewal(exception, bounds)
            if not goes_on:
                yield _row(plan, exception, between(random, *bounds), "resolved")
            elif renewal:
                paused = renewal.opened_at > exception.expires_at
                reason = "expired" if paused else "renewed"
                yield _row(plan, exception, exception.expires_at, reason)
                kept.append(renewal)
            else:
                kept.append(exception)
        still_open = kept + next(raised)
    for exception in still_open:
        yield _row(plan, exception, None, None)


def _raised(random: Random, estate: Estate) -> Iterator[list[_Exception]]:
    """Yield the new lineages: those open at onboarding, then those of each quarter."""
    plan, lineage = estate.plan, 0
    machines = estate.population.machines[: plan.machines]
    n = plan.exceptions + sum(plan.raised)
    # No two lineages share subject and control, since they would be taken for one.
    pairs = random.sample(range(len(machines) * len(CONTROLS)), n)
    approved = quota(random, n, plan.documented)
    times = ((plan.onboarded - BEFORE, plan.onboarded), *plan.quarters)
    for count, (start, end) in zip((plan.exceptions, *plan.raised), times, strict=True):
        new = []
        for _ in range(count):
            machine, control = divmod(pairs[lineage], len(CONTROLS))
            lead = random.choice(estate.population.leads).id
            new.append(
                _Exception(
                    lineage,
                    machines[machine].id,
                    CONTROLS[control],
                    lead if approved[lineage] else None,
                    between(random, start, end),
                )
            )
            lineage += 1
        yield new


def _renewal(exception: _Exception, bounds: Quarter) -> _Exception | None:
    """Return what follows on an exception whose term ends in the quarter."""
    if exception.way == NOT_RENEWED or not bounds.start <= exception.expires_at < bounds.end:
        return None
    opened_at = exception.expires_at
    if exception.way == RAISED_AGAIN and opened_at + PAUSE < bounds.end:
        opened_at += PAUSE
    return replace(exception, opened_at=opened_at, renewal=exception.renewal + 1)


def _row(plan: Plan, exception: _Exception, closed_at: datetime | None, reason: str | None) -> Row:
    replaces = exception.way == BY_REFERENCE and exception.renewal > 0
    before = replace(exception, renewal=exception.renewal - 1)
    return {
        **delivered(plan, "exception-register", exception.opened_at, closed_at),
        "exception_id": exception.id,
        "lineage_id": f"l{exception.lineage:05}" if exception.way == BY_LINEAGE else None,
        "subject_id": exception.subject,
        "control_id": exception.control,
        "opened_at": exception.opened_at,
        "expires_at": exception.expires_at,
        "closed_at": closed_at,
        "closed_reason": reason,
        "approver_id": exception.approver,
        "supersedes_id": before.id if replaces else None,
    }
