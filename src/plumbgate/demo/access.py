"""Rows about what is held: `entitlements` and `grants`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.demo.deliveries import delivered
from plumbgate.demo.drawing import after, randomness
from plumbgate.demo.holdings import ADMIN, SYSTEMS, USUAL
from plumbgate.demo.instants import DAY, HORIZON, known
from plumbgate.demo.people import DIRECTORY
from plumbgate.demo.workflow import OK, activations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.demo.deliveries import Row
    from plumbgate.demo.estate import Estate


def entitlements(estate: Estate) -> Iterator[Row]:
    """Yield what can be held: of each system its usual access and its administration."""
    for system in SYSTEMS:
        for level in (*USUAL, ADMIN):
            name = f"{system}:{level}"
            yield {
                **delivered(estate.plan, DIRECTORY),
                "entitlement_id": name,
                "system": system,
                "action_pattern": level,
                "privileged": level != "read",
                "admin_equivalent": level == ADMIN,
            }


def grants(estate: Estate) -> Iterator[Row]:
    """Yield standing access, and the activations that went through the workflow."""
    yield from _standing(estate)
    yield from _activated(estate)


def _standing(estate: Estate) -> Iterator[Row]:
    random = randomness(estate.plan.tenant, "grants")
    for holding in estate.holdings:
        revoked_at = known(holding.ended_at)
        lately = (revoked_at or HORIZON) - after(random, 0 * DAY, 30 * DAY)
        approver = random.choice(estate.population.leads).id
        yield {
            **delivered(estate.plan, DIRECTORY, holding.effective_at, revoked_at),
            "grant_id": holding.id,
            "identity_id": holding.holder,
            "entitlement_id": holding.entitlement,
            "effective_at": holding.effective_at,
            "revoked_at": revoked_at,
            "expires_at": None,
            "assignment": "eligible" if holding.eligible else "standing",
            "path": "governed" if holding.governed else "bypass",
            "approved_by": approver if holding.governed else None,
            "last_used_at": max(lately, holding.effective_at) if holding.used else None,
        }


def _activated(estate: Estate) -> Iterator[Row]:
    random = randomness(estate.plan.tenant, "activated grants")
    for event in activations(estate):
        if event.governed and event.outcome == OK:
            yield {
                **delivered(estate.plan, DIRECTORY, event.occurred_at),
                "grant_id": event.id,
                "identity_id": event.subject,
                "entitlement_id": f"{random.choice(SYSTEMS)}:{ADMIN}",
                "effective_at": event.occurred_at,
                "revoked_at": None,
                "expires_at": event.ends_at,
                "assignment": "jit_activation",
                "path": "governed",
                "approved_by": random.choice(estate.population.leads).id,
                "last_used_at": event.occurred_at,
            }
