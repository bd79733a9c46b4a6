"""
How time is cut into periods: half-open `[start, end)`, in UTC.

Periods are numbered in a row, so that tenure, the period before and the four newest are plain
arithmetic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from plumbgate.errors import UsageError
from plumbgate.model.snapshot import Period

if TYPE_CHECKING:
    from plumbgate.measure.settings import Settings

MOST_PERIODS = 400
"""A scope with more is refused: an instant of the year 1 is a mistake, not a history."""

_MONTHS = {"quarter": 3, "month": 1}
_SHORTEST = {1: 28, 3: 90}
"""Days of the shortest period, by its months."""
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")


@dataclass(frozen=True, slots=True)
class Calendar:
    """One way to cut time: whole months, or a number of days counted from an origin."""

    months: int = 0
    """Months of a period; 0 where `days` count."""
    days: int = 0
    origin: date = date(1970, 1, 1)
    """First day of period 0, where `days` count."""

    @property
    def shortest(self) -> int:
        """Days of the shortest period."""
        return _SHORTEST.get(self.months, self.days)

    def number(self, instant: datetime) -> int:
        """Return the number of the period that holds `instant`."""
        if self.months:
            return (instant.year * 12 + instant.month - 1) // self.months
        return (instant.date() - self.origin).days // self.days

    def start(self, number: int) -> datetime:
        """Return the first instant of a period."""
        if self.months:
            year, month = divmod(number * self.months, 12)
            return datetime(year, month + 1, 1, tzinfo=UTC)
        day = self.origin + timedelta(days=number * self.days)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def period(self, number: int) -> Period:
        """Return a period with its id; ids sort by time."""
        start = self.start(number)
        if self.months == 1:
            name = f"{start.year:04}-{start.month:02}"
        elif self.months:
            name = f"{start.year:04}-Q{start.month // self.months + 1}"
        else:
            name = f"{start.date().isoformat()}.{self.days}d"
        return Period(name, start, self.start(number + 1))


def calendar(settings: Settings) -> Calendar:
    """
    Return the calendar that the settings ask for.

    Raises:
        UsageError: `period` is none of `quarter`, `month`, `<N>d`; `<N>d` has no origin; or the
            remediation window is longer than half of the shortest period.

    """
    chosen = _chosen(settings)
    if not 0 < settings.remediation_window <= chosen.shortest / 2:
        raise UsageError(
            f"the remediation window of {settings.remediation_window:g} d must be above 0 and at "
            f"most half of the shortest period, {chosen.shortest / 2:g} d: set "
            "`remediation_window`, or choose a longer period"
        )
    return chosen


def _chosen(settings: Settings) -> Calendar:
    if settings.period in _MONTHS:
        return Calendar(months=_MONTHS[settings.period])
    written = _DAYS.fullmatch(settings.period)
    if written is None:
        raise UsageError(
            f"`{settings.period}` is not a period: write `quarter`, `month` or days, as `91d`"
        )
    if settings.origin is None:
        raise UsageError(
            f"`{settings.period}` needs an origin: the first day of a period, as `2024-01-01`"
        )
    return Calendar(days=int(written[1]), origin=settings.origin)


def complete_periods(
    cut: Calendar, scope: str, first: datetime, as_of: datetime
) -> tuple[Period, ...]:
    """
    Return the periods from the one that holds `first` to the last that ended by `as_of`.

    `first` is the scope's first record.

    Raises:
        UsageError: There would be more than `MOST_PERIODS`.

    """
    begin, end = cut.number(first), cut.number(as_of)
    if end - begin > MOST_PERIODS:
        raise UsageError(
            f"{end - begin} periods lie between the first record of {scope}, {first.date()}, and "
            f"{as_of.date()}; at most {MOST_PERIODS} are measured: correct that record's "
            "instant, or choose a longer period"
        )
    return tuple(cut.period(number) for number in range(begin, end))


def tenure(cut: Calendar, onboarded: datetime, end: datetime) -> int:
    """Return how many whole periods lie between `onboarded` and `end`, the end of one of them."""
    number = cut.number(onboarded)
    whole = number if cut.start(number) == onboarded else number + 1
    return max(0, cut.number(end) - whole)
