"""Whether anything can be decided on a snapshot at all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from plumbgate.model.instant import format_instant
from plumbgate.model.quantity import Unit, format_quantity

if TYPE_CHECKING:
    from datetime import datetime

    from plumbgate.model.snapshot import Snapshot


def unfit(snapshot: Snapshot, max_age: float | None, at: datetime) -> str:
    """Return why nothing can be decided on a snapshot, whatever it measured; else nothing."""
    period, as_of = snapshot.period, snapshot.as_of
    if not period.complete:
        return f"the period {period.id} was not complete when it was measured"
    if as_of > at:
        return f"the snapshot is as of {format_instant(as_of)}, after {format_instant(at)}"
    age = (at - as_of) / timedelta(days=1)
    if max_age is not None and age > max_age:
        shown = format_quantity(age, Unit.DAYS, beside=max_age)
        limit = format_quantity(max_age, Unit.DAYS, beside=age)
        return (
            f"the snapshot is stale: as of {format_instant(as_of)} it is {shown} old at "
            f"{format_instant(at)}, at most {limit} is judged"
        )
    return ""
