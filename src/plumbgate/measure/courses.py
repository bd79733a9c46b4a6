"""Which scopes are measured, over which periods, and each period compared with which baseline."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from plumbgate.errors import UsageError
from plumbgate.measure.baseline import baseline_periods
from plumbgate.measure.periods import complete_periods
from plumbgate.measure.records.tables import TABLES
from plumbgate.measure.session import described_scopes, first_instants
from plumbgate.model.snapshot import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from plumbgate.measure.feeds import Feeds
    from plumbgate.measure.periods import Calendar
    from plumbgate.measure.session import Key
    from plumbgate.model.snapshot import Period

INSTANTS = {name: table.instant for name, table in TABLES.items() if table.instant}
"""Per table the column that says in which period a record lies."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a scope before its metrics: who it is, since when, compared with what."""

    scope: Scope
    first: datetime
    """The instant of its first record."""
    onboarded: datetime
    periods: tuple[Period, ...]
    """Complete ones, from the one that holds the first record on."""
    baselines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Per period the ids of its baseline's periods."""


def find_courses(
    connection: DuckDBPyConnection, cut: Calendar, as_of: datetime
) -> dict[Key, Course]:
    """
    Return the scopes that have a complete period, by code point of tenant and unit.

    A scope that does not say when it was onboarded was so when its first period began.

    Raises:
        UsageError: No scope has a complete period, or one reaches too far back.

    """
    described = described_scopes(connection)
    courses = {}
    for key, first in sorted(first_instants(connection, INSTANTS).items()):
        onboarded, labels = described.get(key, (None, {}))
        scope = Scope(key[0], key[1] or None, labels=labels)
        periods = complete_periods(cut, scope.name, first, as_of)
        if periods:
            courses[key] = Course(scope, first, onboarded or periods[0].start, periods)
    if not courses:
        raise UsageError(
            f"nothing to measure: no period with records was complete at {as_of.date()}; "
            "measure as of a later day, or choose a shorter period"
        )
    return courses


def covered(courses: Mapping[Key, Course]) -> tuple[Period, ...]:
    """Return the periods of all scopes: all end with the same, so that the longest has all."""
    return max((course.periods for course in courses.values()), key=len)


def with_baselines(courses: Mapping[Key, Course], feeds: Feeds) -> dict[Key, Course]:
    """Return the courses with the baseline of each period, which may be of no period."""
    return {
        key: replace(course, baselines=_baselines(key, course, feeds))
        for key, course in courses.items()
    }


def _baselines(key: Key, course: Course, feeds: Feeds) -> dict[str, tuple[str, ...]]:
    measurable = {period.id for period in course.periods if feeds.is_measurable(key, period.id)}
    return {
        period.id: baseline_periods(period, course.periods, course.onboarded, measurable)
        for period in course.periods
    }
