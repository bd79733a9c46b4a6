"""The instants of the demo, fixed in one place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

AS_OF = datetime(2026, 1, 5, 6, tzinfo=UTC)
"""The records are measured as they were known at this instant."""
AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
"""The snapshots are checked at this instant."""
HORIZON = datetime(2026, 1, 5, tzinfo=UTC)
"""The end of the last day of which there are records: what lies later has not happened yet."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BEFORE = 90 * DAY
"""
What already stood when a tenant was onboarded began in this time before.

The truth would reach back for years, and each quarter of them would be measured.
"""


class Quarter(NamedTuple):
    """One quarter, half-open."""

    start: datetime
    end: datetime


QUARTERS = tuple(
    Quarter(start, end)
    for start, end in pairwise(
        (
            datetime(2024, 7, 1, tzinfo=UTC),
            datetime(2024, 10, 1, tzinfo=UTC),
            datetime(2025, 1, 1, tzinfo=UTC),
            datetime(2025, 4, 1, tzinfo=UTC),
            datetime(2025, 7, 1, tzinfo=UTC),
            datetime(2025, 10, 1, tzinfo=UTC),
            datetime(2026, 1, 1, tzinfo=UTC),
        )
    )
)
"""The quarters that are told, oldest first; all are complete at `AS_OF`."""


def known(instant: datetime | None) -> datetime | None:
    """Return `instant`, or None where it has not happened yet."""
    return None if instant is None or instant >= HORIZON else instant
