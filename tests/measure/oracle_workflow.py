"""Workflow events counted one by one, to hold the query and its statistic against."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

Record = dict[str, Any]

FLOWS = ["jit", "offboarding", "rotation"]


def flow_counts(events: list[Record], period: tuple[Any, ...]) -> dict[str, dict[str, int]]:
    """Return the counts of one tenant and period by flow, of flows that have begun."""
    _, start, _, close, _ = period
    known = [e for e in events if e["outcome"] == "ok" and e["occurred_at"] < close]
    counts = {}
    for flow in FLOWS:
        its = [event for event in known if event["flow"] == flow]
        paths = [event["path"] for event in its if event["occurred_at"] >= start]
        if its:
            counts[flow] = {
                "governed": paths.count("governed"),
                "bypass": paths.count("bypass"),
                "unknown_path": paths.count("unknown"),
                "bypass_seen": int("bypass" in [event["path"] for event in its]),
            }
    return counts


def smallest(counts: dict[str, dict[str, int]], logged: set[str]) -> tuple[str, int, int] | None:
    """Return the flow with the smallest share, its governed events and all of known path."""
    candidates = []
    for flow in FLOWS:
        its = counts.get(flow, {"governed": 0, "bypass": 0, "bypass_seen": 0})
        n = its["governed"] + its["bypass"]
        if n and (its["bypass_seen"] or flow in logged):
            candidates.append((n < 50, Fraction(its["governed"], n), FLOWS.index(flow), n))
    if not candidates:
        return None
    _, share, flow, n = min(candidates)
    return FLOWS[flow], int(share * n), n
