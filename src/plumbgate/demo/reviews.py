"""Rows of `access_reviews` and `review_decisions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plumbgate.demo.deliveries import delivered
from plumbgate.demo.drawing import after, between, quota, randomness
from plumbgate.demo.instants import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from plumbgate.demo.deliveries import Row
    from plumbgate.demo.estate import Estate
    from plumbgate.demo.holdings import Holding

SOURCE = "access-reviews"
CAMPAIGNS = ("privileged-access", "machine-access", "business-access")
"""Each is held once a quarter."""
OPENS, FIRST_DECISION, LAST_APPROVAL, DUE = 7 * DAY, 14 * DAY, 48 * DAY, 56 * DAY
"""From the start of the quarter; revocations are drawn in `holdings`, and lie in between too."""
UNFLAGGED = 150
"""Items that were not flagged, in percent of those that were."""
UNDECIDED = 3
"""Percent of the items without revocation that nobody decides."""
REVOKE, APPROVE, NOT_REVIEWED = "revoke", "approve", "not_reviewed"
REASONS = ("not held by peers", "conflicts with other access", "privileged")


class _Item(NamedTuple):
    holding: Holding
    flagged: bool
    decision: str
    stamped: bool
    reasoned: bool


def access_reviews(estate: Estate) -> Iterator[Row]:
    """Yield the campaigns of each quarter, of which some close late."""
    plan = estate.plan
    random = randomness(plan.tenant, "access reviews")
    for start, _ in plan.quarters:
        due_at = start + DUE
        for number, campaign in enumerate(CAMPAIGNS):
            if number < plan.late_reviews:
                closed_at = due_at + after(random, 3 * DAY, 12 * DAY)
            else:
                closed_at = due_at - after(random, DAY, 6 * DAY)
            review = _review(start, campaign)
            yield {
                **delivered(plan, SOURCE, closed_at),
                "review_id": review,
                "definition_id": campaign,
                "started_at": start + OPENS,
                "due_at": due_at,
                "first_due_at": due_at,
                "closed_at": closed_at,
                "status": "completed",
            }


def review_decisions(estate: Estate) -> Iterator[Row]:
    """Yield the items of each quarter, dealt to its campaigns in turn."""
    random = randomness(estate.plan.tenant, "review decisions")
    for quarter, (start, _) in enumerate(estate.plan.quarters):
        for number, item in enumerate(_items(random, estate, quarter)):
            review = _review(start, CAMPAIGNS[number % len(CAMPAIGNS)])
            decided_at = _decided_at(random, item, start)
            applied_at = item.holding.ended_at if item.decision == REVOKE else None
            in_bulk = item.stamped and number % 2 == 0
            seconds = 1 if item.stamped else random.randrange(10, 240)
            leads = [lead.id for lead in estate.population.leads if lead.id != item.holding.holder]
            yield {
                **delivered(estate.plan, SOURCE, decided_at or start + DUE, applied_at),
                "review_id": review,
                "item_id": f"i{number:04}",
                "stage": 1,
                "grant_id": item.holding.id,
                "identity_id": item.holding.holder,
                "reviewer_id": random.choice(leads) if decided_at else None,
                "decision": item.decision,
                "decided_at": decided_at,
                "recommendation": REVOKE if item.flagged else APPROVE,
                "justification_present": item.reasoned,
                "bulk": in_bulk,
                "seconds_on_item": None if in_bulk or not decided_at else seconds,
                "applied_at": applied_at,
                "apply_result": "applied" if applied_at else None,
                "pre_flagged": item.flagged,
                "flag_reason": random.choice(REASONS) if item.flagged else None,
            }


def _review(start: datetime, campaign: str) -> str:
    return f"{campaign}-{start:%Y-%m}"


def _decided_at(random: Random, item: _Item, start: datetime) -> datetime | None:
    if item.decision == REVOKE and item.holding.ended_at:
        return item.holding.ended_at - after(random, HOUR, DAY)
    if item.decision == APPROVE:
        return between(random, start + FIRST_DECISION, start + LAST_APPROVAL)
    return None


def _items(random: Random, estate: Estate, quarter: int) -> Iterator[_Item]:
    """Yield a quarter's items in random order: what was caught, and what stays."""
    plan = estate.plan
    start, end = plan.quarters[quarter]
    caught = [holding for holding in estate.holdings if holding.caught_in == quarter]
    stays = [
        holding
        for holding in estate.holdings
        if holding.effective_at < start and (not holding.ended_at or holding.ended_at >= end)
    ]
    missed = plan.flagged - len(caught)
    others = random.sample(stays, missed + plan.flagged * UNFLAGGED // 100)
    asked = [(holding, True, REVOKE) for holding in caught]
    asked += [
        (holding, place < missed, NOT_REVIEWED if undecided else APPROVE)
        for place, (holding, undecided) in enumerate(
            zip(others, quota(random, len(others), UNDECIDED), strict=True)
        )
    ]
    random.shuffle(asked)
    reasoned = quota(random, len(asked), plan.documented)
    decided = sum(decision != NOT_REVIEWED for _, _, decision in asked)
    stamps = (decided * plan.stamped[quarter] + 50) // 100
    for (holding, flagged, decision), has_reason in zip(asked, reasoned, strict=True):
        stamped = decision == APPROVE and stamps > 0
        stamps -= stamped
        is_reasoned = has_reason and decision != NOT_REVIEWED
        yield _Item(holding, flagged, decision, stamped, is_reasoned)
