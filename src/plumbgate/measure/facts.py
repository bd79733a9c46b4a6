"""Facts of the programme: its age, its cycles, its activity, and how well it keeps records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.measure.baseline import POOLED
from plumbgate.measure.shares import total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.measure.baseline import Gauge

QUERIES = ("activity", "auditability", "review_cycles")
"""Queries that the facts are counted by."""


def programme_facts(
    gauge: Gauge, known: Sequence[str], baseline: Sequence[str], tenure: int
) -> dict[str, float]:
    """
    Return the facts of the last period of `known`, ids of the scope's periods up to it.

    A fact whose records are absent, or of which there is nothing to count, is not there: it is
    neither 0 nor 1.
    """
    this, newest = known[-1:], known[-POOLED:]
    absent = gauge.feeds.absent
    facts: dict[str, float | None] = {"tenure_periods": tenure}
    if "access_reviews" not in absent:
        cycles = gauge.rows("review_cycles", newest)
        facts["review_cycles"] = total(gauge.rows("review_cycles", this), "finished")
        facts["review_cadence"] = _share(total(cycles, "closed_in_time"), total(cycles, "due"))
    if "activity" not in absent:
        facts["activity"] = total(gauge.rows("activity", this), "activity")
        before = total(gauge.rows("activity", baseline), "activity")
        facts["activity_baseline"] = _share(before, len(baseline))
    if not {"access_reviews", "review_decisions", "exceptions"} & absent:
        facts["auditability"] = _auditability(gauge, newest)
    return {name: float(fact) for name, fact in sorted(facts.items()) if fact is not None}


def _auditability(gauge: Gauge, periods: Sequence[str]) -> float | None:
    """Return the smaller share that an auditor can follow, of decisions and of exceptions."""
    rows = gauge.rows("auditability", periods)
    decisions = _share(total(rows, "decisions_recorded"), total(rows, "decisions"))
    exceptions = _share(total(rows, "exceptions_recorded"), total(rows, "exceptions_open"))
    if decisions is None:
        return None
    # No exception leaves no exception to follow; no decision leaves the question open.
    return min(decisions, 1.0 if exceptions is None else exceptions)


def _share(x: int, n: int) -> float | None:
    return x / n if n else None
