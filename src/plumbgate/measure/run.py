"""
One run of `measure`: records to snapshots.

The only place that knows the order of things: periods before telemetry, telemetry before
baselines, baselines before all other counts.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from plumbgate.measure.baseline import Gauge
from plumbgate.measure.courses import covered, find_courses, with_baselines
from plumbgate.measure.feeds import Feeds
from plumbgate.measure.laying import lay_baselines, lay_frame, lay_names
from plumbgate.measure.periods import calendar
from plumbgate.measure.provenance import QUERIED, ingested, provenance
from plumbgate.measure.records.tables import TABLES
from plumbgate.measure.session import count, deliveries, prepare
from plumbgate.measure.snapshots import assemble

if TYPE_CHECKING:
    from datetime import datetime

    from plumbgate.measure.records import Records
    from plumbgate.measure.settings import Settings
    from plumbgate.model.snapshot import Snapshot


def measure(records: Records, as_of: datetime, settings: Settings) -> tuple[Snapshot, ...]:
    """
    Return a snapshot for each scope and complete period: by scope, oldest first.

    `records` must have been read as of the same instant, which has a zone.

    Raises:
        UsageError: The settings cannot be followed, the records reach too far back, or no period
            with records was complete at `as_of`.

    """
    as_of = as_of.astimezone(UTC)
    cut = calendar(settings)
    connection = records.connection
    prepare(connection)
    courses = find_courses(connection, cut, as_of)
    periods = covered(courses)
    lay_frame(connection, courses, ingested(records), as_of)
    names = lay_names(connection)
    feeds = Feeds(
        settings,
        records.absent,
        deliveries(connection, TABLES),
        count(connection, "telemetry"),
        names,
    )
    courses = with_baselines(courses, feeds)
    lay_baselines(connection, courses)
    counts = {query: count(connection, query) for query in QUERIED}
    origin = provenance(records, settings, periods)
    return tuple(
        snapshot
        for key, course in courses.items()
        for snapshot in assemble(course, Gauge(key, counts, feeds), cut, as_of, origin)
    )
