"""
The demo's records: rows of every table, and the files that they are written to.

Rows come one by one, tenant after tenant; only one tenant is held at a time.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from io import StringIO
from typing import TYPE_CHECKING

from plumbgate.demo.access import entitlements, grants
from plumbgate.demo.archetypes import ARCHETYPES
from plumbgate.demo.deliveries import feed_days
from plumbgate.demo.enablement import activity, inventory_sources
from plumbgate.demo.estate import build
from plumbgate.demo.exceptions import exceptions
from plumbgate.demo.findings import findings
from plumbgate.demo.people import identities, leavers, owners, scope
from plumbgate.demo.reviews import access_reviews, review_decisions
from plumbgate.demo.workflow import workflow_events
from plumbgate.model.instant import format_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plumbgate.demo.deliveries import Row, Value
    from plumbgate.demo.estate import Estate
    from plumbgate.demo.plan import Plan

TABLES: dict[str, Callable[[Estate], Iterator[Row]]] = {
    "identities": identities,
    "owners": owners,
    "entitlements": entitlements,
    "grants": grants,
    "access_reviews": access_reviews,
    "review_decisions": review_decisions,
    "findings": findings,
    "exceptions": exceptions,
    "workflow_events": workflow_events,
    "leavers": leavers,
    "inventory_sources": inventory_sources,
    "activity": activity,
    "scope": scope,
}
"""What yields the rows of each table; `feed_days` tells of them all, and comes after them."""


def tenant_rows(plan: Plan) -> Iterator[tuple[str, Row]]:
    """Yield every row of one tenant, with the name of its table."""
    estate = build(plan)
    counts: Counter[tuple[Value, Value]] = Counter()
    for table, rows in TABLES.items():
        for row in rows(estate):
            counts[row["source"], row["ingest_run_id"]] += 1
            yield table, row
    for row in feed_days(plan, counts):
        yield "feed_days", row


def demo_records(plans: Iterable[Plan] = ARCHETYPES) -> dict[str, bytes]:
    """Return the records of all tenants as files: the content of `<table>.csv` by name."""
    files = {table: StringIO() for table in (*TABLES, "feed_days")}
    writers = {}
    for plan in plans:
        for table, row in tenant_rows(plan):
            if table not in writers:
                writers[table] = csv.DictWriter(files[table], list(row), lineterminator="\n")
                writers[table].writeheader()
            writers[table].writerow({name: _text(value) for name, value in row.items()})
    return {f"{table}.csv": file.getvalue().encode() for table, file in files.items()}


def _text(value: Value) -> str:
    """Return a value as the files of records write it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return format_instant(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)
