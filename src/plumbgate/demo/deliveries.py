"""How a row reaches the records: by which source, in which night, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from plumbgate.demo.instants import DAY, HORIZON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plumbgate.demo.plan import Plan, Silence

Value = str | int | bool | datetime | date | None
Row = dict[str, Value]
"""One row of a table, by the names that files give to its columns."""

SOURCES = {
    "directory": "api",
    "access-reviews": "api",
    "scanner": "api",
    "exception-register": "export",
    "workflow": "api",
    "audit-log": "api",
    "personnel": "export",
    "enablement": "export",
}
"""The sources that deliver every night, each with how it is collected."""
NIGHT = time(2, tzinfo=UTC)
"""When the day before is delivered."""
LAG = 2 * 60 * 60
"""Seconds from the end of a day to its delivery."""
PER_REJECTED = 200
"""For so many rows of a day, the source's intake rejects one."""


def delivered(plan: Plan, source: str, *changes: datetime | None) -> Row:
    """
    Return the columns that every table has.

    `changes` are the instants at which the row changed: it is delivered in the night after the
    latest of them, or after the first day that counts: that of onboarding, or behind a silence.
    """
    day = max(change for change in (plan.onboarded, *changes) if change).date()
    silence = _silence(plan, source, day)
    night = (silence.last + DAY if silence else day) + DAY
    return {
        "tenant_id": plan.tenant,
        "source": source,
        "observed_at": datetime.combine(night, NIGHT),
        "ingest_run_id": night.isoformat(),
        "collected": SOURCES.get(source, "export"),
    }


def is_lost(plan: Plan, source: str, began: datetime) -> bool:
    """Return whether the source was silent when this began, so that it was never delivered."""
    return _silence(plan, source, began.date()) is not None


def feed_days(plan: Plan, counts: Mapping[tuple[Value, Value], int]) -> Iterator[Row]:
    """
    Yield a row for each source and day since onboarding.

    `counts` are the rows that came in the records, by source and run.
    """
    for source in SOURCES:
        for number in range((HORIZON - plan.onboarded).days):
            day = (plan.onboarded + number * DAY).date()
            silence = _silence(plan, source, day)
            if silence and not silence.told:
                continue
            night = day + DAY
            records = counts.get((source, night.isoformat()), 0)
            yield {
                **delivered(plan, source),
                "observed_at": datetime.combine(night, NIGHT),
                "ingest_run_id": night.isoformat(),
                "day": day,
                "expected": True,
                "received": silence is None,
                "records": records,
                "rejected": records // PER_REJECTED,
                "lag_s": None if silence else LAG,
            }


def _silence(plan: Plan, source: str, day: date) -> Silence | None:
    """Return the silence in which a source's day fell."""
    return next((s for s in plan.silences if s.source == source and s.first <= day <= s.last), None)
