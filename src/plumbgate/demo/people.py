"""Rows about who there is: `scope`, `identities`, `owners` and `leavers`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from plumbgate.demo.deliveries import delivered
from plumbgate.demo.drawing import after, between, quota, randomness
from plumbgate.demo.instants import BEFORE, DAY, HORIZON, HOUR, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.demo.deliveries import Row
    from plumbgate.demo.estate import Estate

DIRECTORY = "directory"
WITHIN = 24
"""Hours after leaving in which the access of a leaver is due to end."""


def scope(estate: Estate) -> Iterator[Row]:
    """Yield the row of the tenant itself."""
    plan = estate.plan
    yield {
        **delivered(plan, DIRECTORY),
        "population": plan.staff + plan.machines,
        "onboarded_at": plan.onboarded,
        "labels": json.dumps({"sector": plan.sector}),
    }


def identities(estate: Estate) -> Iterator[Row]:
    """Yield persons, their keys and machines; persons go without a name."""
    random = randomness(estate.plan.tenant, "identities")
    for identity in estate.population.everyone:
        disabled_at = known(identity.departure.ended_at if identity.departure else None)
        used_at = (disabled_at or HORIZON) - after(random, 0 * DAY, 30 * DAY)
        yield {
            **delivered(estate.plan, DIRECTORY, identity.created_at, disabled_at),
            "identity_id": identity.id,
            "kind": identity.kind,
            "native_id": f"{random.getrandbits(48):012x}",
            "status": "disabled" if disabled_at else "active",
            "created_at": identity.created_at,
            "disabled_at": disabled_at,
            "last_used_at": max(used_at, identity.created_at or used_at)
            if identity.observed
            else None,
            "usage_observed": identity.observed,
            "parent_identity_id": identity.parent,
        }


def owners(estate: Estate) -> Iterator[Row]:
    """Yield the owner of each machine, one of the leads; owners do not change."""
    plan, machines = estate.plan, estate.population.machines
    random = randomness(plan.tenant, "owners")
    for machine, in_workflow in zip(
        machines, quota(random, len(machines), plan.owned), strict=True
    ):
        owner = random.choice(estate.population.leads)
        valid_from = machine.created_at or between(random, plan.onboarded - BEFORE, plan.onboarded)
        yield {
            **delivered(plan, DIRECTORY, valid_from),
            "identity_id": machine.id,
            "owner_id": owner.id,
            "owner_status": "active",
            "owner_in_workflow": in_workflow,
            "valid_from": valid_from,
            "valid_to": None,
        }


def leavers(estate: Estate) -> Iterator[Row]:
    """Yield the persons who left, as personnel tells it."""
    for person, departure in estate.population.leavers:
        yield {
            **delivered(estate.plan, "personnel", departure.left_at),
            "subject_id": person.id,
            "left_at": departure.left_at,
            "hr_source": "personnel",
            "kind": person.kind,
            "due_at": departure.left_at + WITHIN * HOUR,
        }
