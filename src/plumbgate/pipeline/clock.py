"""The clock, read once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from plumbgate.errors import UsageError
from plumbgate.model.instant import format_instant


def now() -> datetime:
    """Return the clock's instant, to the second: the one place that reads it."""
    return datetime.now(UTC).replace(microsecond=0)


def instant(at: datetime | None, max_clock_skew: float | None) -> datetime:
    """
    Return the instant to judge at: as given, else now.

    Raises:
        UsageError: It is further from the clock than so many days.

    """
    clock = now()
    chosen = at or clock
    if max_clock_skew is not None and abs(chosen - clock) > timedelta(days=max_clock_skew):
        raise UsageError(
            f"--at {format_instant(chosen)} is further from the clock, {format_instant(clock)}, "
            "than the project's `gate.max_clock_skew` admits"
        )
    return chosen
