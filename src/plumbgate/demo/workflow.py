"""Rows of `workflow_events`: what went through the workflow, and what went around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.demo.deliveries import delivered, is_lost
from plumbgate.demo.drawing import after, between, quota, randomness
from plumbgate.demo.instants import HOUR, known
from plumbgate.demo.population import present

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from plumbgate.demo.deliveries import Row
    from plumbgate.demo.estate import Estate
    from plumbgate.demo.population import Identity

JIT = "jit"
ROTATION = "rotation"
OFFBOARDING = "offboarding"
OK = "ok"
DENIED = "denied"
DENIALS = 5
"""Requests that the workflow denies, in percent of the changes; they come on top of them."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a flow."""

    id: str
    flow: str
    governed: bool
    subject: str
    actor: str
    occurred_at: datetime
    ends_at: datetime
    """When an activation ends, or the work is done."""
    outcome: str = OK


def workflow_events(estate: Estate) -> Iterator[Row]:
    """Yield what was delivered: the workflow tells of itself, the audit log of all else."""
    for event in (*activations(estate), *_rotations(estate), *_offboardings(estate)):
        source = "workflow" if event.governed else "audit-log"
        if is_lost(estate.plan, source, event.occurred_at):
            continue
        completed_at = known(event.ends_at) if event.outcome == OK else None
        yield {
            **delivered(estate.plan, source, event.occurred_at, completed_at),
            "event_id": event.id,
            "flow": event.flow,
            "path": "governed" if event.governed else "bypass",
            "subject_id": event.subject,
            "at": event.occurred_at,
            "completed_at": completed_at,
            "actor_id": event.actor,
            "outcome": event.outcome,
        }


def activations(estate: Estate) -> Iterator[Event]:
    """Yield each time that one of the staff administers a system for some hours."""
    return _changes(estate, JIT, estate.population.staff)


def _rotations(estate: Estate) -> Iterator[Event]:
    """Yield each time that the secret of a machine is changed."""
    return _changes(estate, ROTATION, estate.population.machines)


def _changes(estate: Estate, flow: str, identities: Sequence[Identity]) -> Iterator[Event]:
    plan, number = estate.plan, 0
    random = randomness(plan.tenant, flow)
    for quarter, (start, end) in enumerate(plan.quarters):
        there = present(identities, plan, quarter)
        ways = [(OK, way) for way in quota(random, plan.changes, plan.governed[quarter])]
        ways += [(DENIED, True)] * (plan.changes * DENIALS // 100)
        for outcome, governed in ways:
            subject, lead = random.choice(there).id, random.choice(estate.population.leads).id
            actor = subject if flow == JIT else lead
            at = between(random, start, end)
            ends_at = at + after(random, HOUR, 8 * HOUR)
            name = f"{flow}-{number:06}"
            yield Event(name, flow, governed, subject, actor, at, ends_at, outcome)
            number += 1


def _offboardings(estate: Estate) -> Iterator[Event]:
    """Yield the end of each leaver's access."""
    plan = estate.plan
    random = randomness(plan.tenant, OFFBOARDING)
    leavers = iter(estate.population.leavers)
    for quarter in range(len(plan.quarters)):
        for governed in quota(random, plan.leavers, plan.governed[quarter]):
            person, departure = next(leavers)
            yield Event(
                f"{OFFBOARDING}-{person.id}",
                OFFBOARDING,
                governed,
                person.id,
                random.choice(estate.population.leads).id,
                departure.left_at,
                departure.ended_at,
            )
