"""Who there is: persons who join and leave, their keys, and machines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plumbgate.demo.drawing import after, between, quota, randomness
from plumbgate.demo.instants import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from random import Random

    from plumbgate.demo.instants import Quarter
    from plumbgate.demo.plan import Plan

LEADS = 24
"""The first of the staff: they own machines, review access, approve exceptions, and stay."""
PER_KEY = 15
"""Every so many persons, one has a key of their own."""
PER_NEW_MACHINE = 50
"""For so many machines, one is added in a quarter."""
OBSERVED = 94
"""Percent of the machines whose usage is observed."""
MACHINE_KINDS = ("service_account", "api_key", "workload", "ai_agent")


@dataclass(frozen=True, slots=True)
class Departure:
    """When a person left, and when the last of their access ended."""

    left_at: datetime
    ended_at: datetime
    quarter: int


@dataclass(frozen=True, slots=True)
class Identity:
    """A person, a person's key, or a machine."""

    id: str
    kind: str
    created_at: datetime | None = None
    """None for whatever is older than the records."""
    departure: Departure | None = None
    parent: str | None = None
    """Whose key it is."""
    observed: bool = True
    """Whether its usage is seen."""


@dataclass(frozen=True, slots=True)
class Population:
    """Every identity of a tenant, over all quarters."""

    staff: tuple[Identity, ...]
    keys: tuple[Identity, ...]
    machines: tuple[Identity, ...]

    @property
    def everyone(self) -> tuple[Identity, ...]:
        """All of them."""
        return (*self.staff, *self.keys, *self.machines)

    @property
    def leads(self) -> tuple[Identity, ...]:
        """The persons who never leave."""
        return self.staff[:LEADS]

    @property
    def leavers(self) -> tuple[tuple[Identity, Departure], ...]:
        """The persons who left, by quarter."""
        left = [(person, person.departure) for person in self.staff if person.departure]
        return tuple(sorted(left, key=lambda pair: (pair[1].quarter, pair[0].id)))


def present(identities: Sequence[Identity], plan: Plan, quarter: int) -> list[Identity]:
    """Return those that are there for all of a quarter."""
    start = plan.quarters[quarter].start
    return [
        identity
        for identity in identities
        if (not identity.created_at or identity.created_at < start)
        and (not identity.departure or identity.departure.quarter > quarter)
    ]


def populate(plan: Plan) -> Population:
    """Return all who are there at any time."""
    staff = _staff(randomness(plan.tenant, "staff"), plan)
    keys = [
        Identity(f"k{person.id}", "api_key", departure=person.departure, parent=person.id)
        for person in staff[: plan.staff : PER_KEY]
    ]
    machines = _machines(randomness(plan.tenant, "machines"), plan)
    return Population(tuple(staff), tuple(keys), tuple(machines))


def _staff(random: Random, plan: Plan) -> list[Identity]:
    staff = [Identity(f"p{number:05}", "human") for number in range(plan.staff)]
    may_leave = list(range(LEADS, plan.staff))
    for quarter, bounds in enumerate(plan.quarters):
        random.shuffle(may_leave)
        in_time = quota(random, plan.leavers, plan.offboarded[quarter])
        for prompt in in_time:
            leaver = may_leave.pop()
            departure = _departure(random, quarter, bounds, prompt=prompt)
            staff[leaver] = replace(staff[leaver], departure=departure)
        for _ in in_time:
            may_leave.append(len(staff))
            joined = between(random, *bounds)
            staff.append(Identity(f"p{len(staff):05}", "human", joined))
    return staff


def _departure(random: Random, quarter: int, bounds: Quarter, *, prompt: bool) -> Departure:
    # Nobody leaves in the last days, so that one day is over when the quarter closes.
    left_at = between(random, bounds.start, bounds.end - 5 * DAY)
    takes = after(random, HOUR, 20 * HOUR) if prompt else after(random, 2 * DAY, 25 * DAY)
    return Departure(left_at, left_at + takes, quarter)


def _machines(random: Random, plan: Plan) -> list[Identity]:
    added = plan.machines // PER_NEW_MACHINE
    created = [None] * plan.machines + [
        between(random, *bounds) for bounds in plan.quarters for _ in range(added)
    ]
    observed = quota(random, len(created), OBSERVED)
    return [
        Identity(
            f"m{number:05}", random.choice(MACHINE_KINDS), created_at, observed=observed[number]
        )
        for number, created_at in enumerate(created)
    ]
