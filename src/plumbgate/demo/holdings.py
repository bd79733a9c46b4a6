"""Who holds what, since when and until when: standing access, over all quarters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from plumbgate.demo.drawing import after, between, quota, randomness
from plumbgate.demo.instants import BEFORE, DAY, HOUR
from plumbgate.demo.population import present

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from random import Random

    from plumbgate.demo.plan import Plan
    from plumbgate.demo.population import Identity, Population

SYSTEMS = (
    "payroll",
    "ledger",
    "customer-data",
    "data-lake",
    "build-pipeline",
    "cluster",
    "cloud-account",
    "mail",
)
ADMIN = "admin"
USUAL = ("read", "write")
"""What is held besides administration."""
PER_PERSON = 2
ELIGIBLE = 15
"""Percent of the new access that must be activated before it is used."""


class _Fit(NamedTuple):
    """One thing that a machine holds."""

    level: str
    used: bool
    superfluous: bool = False


FITTING = (_Fit("read", used=True), _Fit("write", used=True), _Fit("read", used=True))
"""What a machine holds that uses all of it."""
ADMINISTERS = (_Fit(ADMIN, used=True, superfluous=True), *FITTING[:2])
"""What one holds that administers a system without need."""
IDLES = (
    _Fit("read", used=False, superfluous=True),
    _Fit("write", used=False, superfluous=True),
    FITTING[0],
)
"""What one holds that does not use most of it."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Standing access of one identity."""

    id: str
    holder: str
    entitlement: str
    effective_at: datetime
    used: bool = True
    superfluous: bool = False
    """Whether it is what a machine holds too much of."""
    eligible: bool = False
    governed: bool = True
    ended_at: datetime | None = None
    caught_in: int | None = None
    """The quarter whose access review took it away."""


def hold(plan: Plan, population: Population) -> tuple[Holding, ...]:
    """Return everything that was held at any time: by the quarter in which it ended, open last."""
    random = randomness(plan.tenant, "holdings")
    ended: list[Holding] = []
    held = _first(random, plan, population)
    for quarter in range(len(plan.quarters)):
        gone = {holding.id: holding for holding in _ended(random, plan, population, quarter, held)}
        begun = len(gone) + (plan.growth[quarter] * len(held) + 500) // 1000
        known = len(ended) + len(held)
        new = _begun(random, plan, population, quarter, range(known, known + begun))
        ended += gone.values()
        held = [holding for holding in held if holding.id not in gone] + new
    return (*ended, *held)


def _first(random: Random, plan: Plan, population: Population) -> list[Holding]:
    """Return what is held when the tenant is onboarded."""
    start, end = plan.onboarded - BEFORE, plan.onboarded
    too_much = _too_much(plan, 0)
    wanted: list[tuple[Identity, _Fit]] = []
    for person in population.staff[: plan.staff]:
        wanted += [(person, _Fit(random.choice(USUAL), used=True)) for _ in range(PER_PERSON)]
    wanted += [(key, FITTING[0]) for key in population.keys]
    for number, machine in enumerate(population.machines[: plan.machines]):
        excess = ADMINISTERS if number % 2 else IDLES
        wanted += [(machine, fit) for fit in (excess if number < too_much else FITTING)]
    return [
        Holding(
            f"g{number:06}",
            holder.id,
            f"{random.choice(SYSTEMS)}:{fit.level}",
            between(random, start, end),
            fit.used,
            fit.superfluous,
        )
        for number, (holder, fit) in enumerate(wanted)
    ]


def _too_much(plan: Plan, quarter: int) -> int:
    """Return how many of the first machines hold too much at the end of a quarter."""
    return plan.machines * plan.excess[quarter] // 100


def _ended(
    random: Random, plan: Plan, population: Population, quarter: int, held: Sequence[Holding]
) -> Iterator[Holding]:
    """Yield what ends: with a leaver, where a machine holds too much, and by access reviews."""
    start, end = plan.quarters[quarter]
    left = {
        identity.id: identity.departure.ended_at
        for identity in (*population.staff, *population.keys)
        if identity.departure and identity.departure.quarter == quarter
    }
    too_much = slice(_too_much(plan, quarter), _too_much(plan, max(quarter - 1, 0)))
    mended = {machine.id for machine in population.machines[too_much]}
    usual = []
    for holding in held:
        if holding.holder in left:
            yield replace(holding, ended_at=left[holding.holder])
        elif holding.holder in mended and holding.superfluous:
            yield replace(holding, ended_at=between(random, start, end))
        elif not holding.superfluous:
            usual.append(holding)
    caught = (plan.flagged * plan.recall[quarter] + 50) // 100
    for holding in random.sample(usual, caught):
        ended_at = between(random, start + 15 * DAY, start + 50 * DAY)
        yield replace(holding, ended_at=ended_at, caught_in=quarter)


def _begun(
    random: Random, plan: Plan, population: Population, quarter: int, numbers: range
) -> list[Holding]:
    """Return what begins: for whoever joined, for new machines, and for the staff of old."""
    start, end = plan.quarters[quarter]
    wanted: list[tuple[Identity, datetime]] = []
    for identities, each in ((population.staff, PER_PERSON), (population.machines, len(FITTING))):
        wanted += [
            (identity, identity.created_at + after(random, HOUR, 8 * HOUR))
            for identity in identities
            if identity.created_at and start <= identity.created_at < end
            for _ in range(each)
        ]
    there = present(population.staff, plan, quarter)
    rest = len(numbers) - len(wanted)
    wanted += [(random.choice(there), between(random, start, end)) for _ in range(rest)]
    eligible = quota(random, len(wanted), ELIGIBLE)
    governed = quota(random, len(wanted), plan.governed[quarter])
    return [
        Holding(
            f"g{number:06}",
            holder.id,
            f"{random.choice(SYSTEMS)}:{random.choice(USUAL)}",
            effective_at,
            eligible=eligible[place],
            governed=governed[place],
        )
        for place, (number, (holder, effective_at)) in enumerate(zip(numbers, wanted, strict=True))
    ]
