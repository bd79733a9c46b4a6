"""
Which feeds were silent, and what that takes away.

A collector's silence must read as not measured, never as no change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.measure.deliveries import telemetry_complete, telemetry_gap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plumbgate.measure.session import Counts, Deliveries, Key
    from plumbgate.measure.settings import Settings
    from plumbgate.model.metric import Metric

TELEMETRY = "feed_days"
"""The table that tells of the feeds themselves."""
COMPLETE = 0.95
"""The share of expected feed days that a measurable period has received."""
WAYS = ("manual", "export", "api")
"""How a record may be collected, the least automatic way first."""


@dataclass(frozen=True, slots=True)
class Feeds:
    """What the records and the feed days of all scopes say of their feeds."""

    settings: Settings
    absent: frozenset[str]
    """Tables that the records do not have."""
    deliveries: Deliveries
    telemetry: Counts
    """Rows of the query `telemetry`."""
    names: Mapping[int, str]

    def lacking(self, metric: Metric, key: Key, periods: Sequence[str]) -> tuple[str, ...]:
        """Return a sentence for each table and feed that the metric needs and does not have."""
        tables = [table for table in metric.records if table in self.absent]
        used = {source for source, _ in self._delivered(metric, key)}
        return (
            *(f"there are no records of {table}" for table in tables),
            *(
                f"the feed {source} was silent in {period}: {why}"
                for period in periods
                for source, why in self._silent(metric, key, period)
                if source in used or TELEMETRY in metric.records
            ),
        )

    def collected(self, metric: Metric, key: Key) -> str:
        """Return the least automatic way in which a record that the metric reads was collected."""
        ways = {way for _, way in self._delivered(metric, key)}
        return next((way for way in WAYS if way in ways), "export")

    def is_measurable(self, key: Key, period: str) -> bool:
        """Return whether a period's telemetry is complete enough to be compared with."""
        rows = self.telemetry.get(key, {}).get(period, ())
        complete = telemetry_complete(rows, self.settings).value
        gap = telemetry_gap(rows, self.settings).value
        return (
            complete is not None
            and gap is not None
            and complete >= COMPLETE
            and gap <= self.settings.feed_gap
            and not self._unreported(key, period)
        )

    def _delivered(self, metric: Metric, key: Key) -> set[tuple[str, str]]:
        """Return sources and ways of the tables that the metric reads, in any period."""
        tables = metric.records or tuple(self.deliveries)
        return {pair for table in tables for pair in self.deliveries[table].get(key, ())}

    def _silent(self, metric: Metric, key: Key, period: str) -> list[tuple[str, str]]:
        unreported = [(source, "it has no feed day") for source in self._unreported(key, period)]
        if TELEMETRY in metric.records:
            # What measures the gaps is not silenced by them; only where there is nothing to read.
            return unreported
        gaps = [
            (self.names[row["name_number"]], f"{row['gap_days']} d without receipt")
            for row in self.telemetry.get(key, {}).get(period, ())
            if row["gap_days"] > self.settings.feed_gap
        ]
        return sorted(dict(gaps + unreported).items())

    def _unreported(self, key: Key, period: str) -> list[str]:
        """Return the feeds that must report and have no row in the period."""
        reported = {
            self.names[row["name_number"]]
            for row in self.telemetry.get(key, {}).get(period, ())
            if row["row_days"]
        }
        return sorted(set(self.settings.expect_feeds) - reported)
