"""What a snapshot was computed from, and by what: enough to count again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plumbgate import __version__
from plumbgate.measure.facts import QUERIES
from plumbgate.measure.metrics import METRICS
from plumbgate.measure.session import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plumbgate.measure.records import Records, SourceCounts
    from plumbgate.measure.settings import Settings
    from plumbgate.model.snapshot import Period

QUERIED = tuple(sorted({measure.query for measure in METRICS} | set(QUERIES)))
"""Every query that a run counts by."""


def ingested(records: Records) -> dict[str, tuple[int, int]]:
    """Return per table how many rows were read that were known in time, and how many rejected."""
    counts: dict[str, tuple[int, int]] = {}
    for source in records.sources:
        read, rejected = counts.get(source.table, (0, 0))
        counts[source.table] = (
            read + source.read - source.later,
            rejected + sum(source.rejected.values()),
        )
    return dict(sorted(counts.items()))


def provenance(
    records: Records, settings: Settings, periods: Sequence[Period]
) -> dict[str, dict[str, Any]]:
    """Return per period id the provenance of its snapshots, as JSON values."""
    shared = {
        "tool": f"plumbgate {__version__}",
        "settings": _settings(settings),
        "queries": {name: digest(name) for name in QUERIED},
    }
    late = records.late([(period.start, period.end) for period in periods])
    return {
        period.id: shared | {"sources": [_source(source, counts) for source in records.sources]}
        for period, counts in zip(periods, late, strict=True)
    }


def _settings(settings: Settings) -> dict[str, Any]:
    return {
        "period": settings.period,
        "origin": settings.origin and settings.origin.isoformat(),
        "remediation_window": float(settings.remediation_window),
        "sla": {severity: float(days) for severity, days in sorted(settings.sla.items())},
        "feed_gap": float(settings.feed_gap),
        "system_logs": dict(sorted(settings.system_logs.items())),
        "expect_feeds": sorted(settings.expect_feeds),
    }


def _source(source: SourceCounts, late: Mapping[str, int]) -> dict[str, Any]:
    return {
        "path": source.path,
        "sha256": source.sha256,
        "table": source.table,
        "read": source.read,
        "accepted": source.accepted,
        "duplicate": source.duplicate,
        "later": source.later,
        "late": late.get(source.path, 0),
        "rejected": dict(source.rejected),
    }
