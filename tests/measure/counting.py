"""Three short periods, the instants at which clocks go wrong, and the counts of a query."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from tests.measure.canonical import connect, fill

from plumbgate.measure.session import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from plumbgate.measure.measures import Row

Period = tuple[str, datetime, datetime, datetime, datetime]

START = datetime(2024, 1, 1)  # noqa: DTZ001 (canonical instants are naive UTC)
AS_OF = START + timedelta(days=80)
_BOUNDS = [START + timedelta(days=days) for days in (0, 30, 60, 90)]
PERIODS: list[Period] = [
    (f"P{number}", start, end, min(AS_OF, end), AS_OF)
    for number, (start, end) in enumerate(pairwise(_BOUNDS))
]
"""P0 and P1 are complete; P2 closes at `AS_OF`, before its end."""

NUDGES = [
    timedelta(),
    timedelta(microseconds=1),
    timedelta(microseconds=-1),
    timedelta(seconds=3),
    timedelta(minutes=30),
    timedelta(hours=-1),
    timedelta(days=2),
    timedelta(days=2, microseconds=-1),
    timedelta(days=-7),
    timedelta(days=7, microseconds=1),
]
"""Steps to and across every limit that a query knows."""


def day(number: float) -> datetime:
    """Return the instant `number` days after the start of P0."""
    return START + timedelta(days=number)


def instants() -> st.SearchStrategy[datetime]:
    """Instants at, and just beside, the bounds of periods and of limits."""
    anchors = st.sampled_from([*_BOUNDS, AS_OF, day(15), day(45)])
    return st.builds(lambda anchor, nudge: anchor + nudge, anchors, st.sampled_from(NUDGES))


def later(than: datetime) -> st.SearchStrategy[datetime]:
    """Instants that are not before `than`: steps from it, and `instants` beyond it."""
    steps = st.sampled_from([nudge for nudge in NUDGES if nudge >= timedelta()])
    beyond = instants().map(lambda instant: max(instant, than))
    return steps.map(lambda step: than + step) | beyond


@cache
def _engine() -> DuckDBPyConnection:
    # To start an engine takes longer than to count: all tests share one, and leave nothing in it.
    return connect({}, ())


def counted(
    query: str,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    periods: Sequence[Period] = PERIODS,
    unit: str = "",
) -> dict[tuple[str, str], list[Row]]:
    """Return the rows of a query by tenant and period, of whole tenants or of their `unit`."""
    connection = _engine()
    connection.begin()
    try:
        fill(connection, tables, periods)
        counts = count(connection, query)
    finally:
        connection.rollback()
    return {
        (tenant, period): rows
        for (tenant, of), by_period in counts.items()
        if of == unit
        for period, rows in by_period.items()
    }
