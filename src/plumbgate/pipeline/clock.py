"""The clock."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the clock's instant, to the second: the one place that reads it."""
    return datetime.now(UTC).replace(microsecond=0)
