"""Rows about the programme's own work: `activity`, and `inventory_sources`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.demo.deliveries import delivered
from plumbgate.demo.drawing import between, portions, randomness
from plumbgate.demo.instants import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.demo.deliveries import Row
    from plumbgate.demo.estate import Estate

KINDS = {"workshop": 5, "training": 10, "ticket_closed": 55, "dashboard_view": 30}
"""Each kind of activity, in percent of all."""
WEEK, WEEKS = 7 * DAY, 13
LISTS = ("cloud-accounts", "secret-vault")
"""Lists of machines that somebody else keeps."""
COUNTS = (20 * DAY, 50 * DAY, 80 * DAY)
"""When they are held against the inventory, from the start of the quarter."""


def activity(estate: Estate) -> Iterator[Row]:
    """Yield a row for each kind and week: how often, at an instant in the week."""
    plan = estate.plan
    random = randomness(plan.tenant, "activity")
    for quarter, (start, _) in enumerate(plan.quarters):
        totals = portions(plan.activity[quarter], list(KINDS.values()))
        for kind, total in zip(KINDS, totals, strict=True):
            for week, count in enumerate(portions(total, [1] * WEEKS)):
                first = start + week * WEEK
                at = between(random, first, first + WEEK)
                name = f"{kind}-{start:%Y-%m}-{week:02}"
                if count:
                    yield {
                        **delivered(plan, "enablement", at),
                        "event_id": name,
                        "at": at,
                        "kind": kind,
                        "count": count,
                    }


def inventory_sources(estate: Estate) -> Iterator[Row]:
    """Yield how many identities of each independent list the inventory holds."""
    plan = estate.plan
    for quarter, (start, _) in enumerate(plan.quarters):
        for source, listed in zip(LISTS, portions(plan.machines, [1] * len(LISTS)), strict=True):
            for counted in COUNTS:
                as_of = start + counted
                matched = (listed * plan.covered[quarter] + 50) // 100
                yield {
                    **delivered(plan, source, as_of),
                    "as_of": as_of,
                    "records": matched,
                    "independent": True,
                    "matched_n": matched,
                    "expected_n": listed,
                }
