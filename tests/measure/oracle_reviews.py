"""Reviews counted decision by decision, in plain loops, to hold the queries against."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

Record = dict[str, Any]

LONG_AGO = datetime.min  # noqa: DTZ901 (canonical instants are naive UTC)
HASTE = timedelta(seconds=3)


def belongs(review: Record, period: tuple[Any, ...]) -> bool:
    _, start, _, close, _ = period
    for instant in (review["closed_at"], review["first_due_at"]):
        if instant is not None and instant < close:
            return instant >= start
    return False


def rows_of(tables: dict[str, list[Record]], period: tuple[Any, ...]) -> list[Record]:
    """Return the rows of the period's reviews; what was decided later is not decided yet."""
    ids = {row["review_id"] for row in tables["access_reviews"] if belongs(row, period)}
    close = period[3]
    return [
        row | {"decision": "not_reviewed"}
        if row["decided_at"] is not None and row["decided_at"] >= close
        else row
        for row in tables["review_decisions"]
        if row["review_id"] in ids
    ]


def recall(tables: dict[str, list[Record]], period: tuple[Any, ...]) -> Counter[str]:
    """Return how many items of one tenant are what."""
    items: dict[tuple[str, str], list[Record]] = {}
    for row in rows_of(tables, period):
        items.setdefault((row["review_id"], row["item_id"]), []).append(row)
    return sum((Counter(item(rows)) for rows in items.values()), Counter())


def item(rows: list[Record]) -> list[str]:
    flags = {row["pre_flagged"] for row in rows}
    if True not in flags:
        return ["unflagged"] if False in flags else ["unknown_flag"]
    final = None
    for row in rows:
        if row["decision"] != "not_reviewed" and (final is None or rank(row) > rank(final)):
            final = row
    if final and final["decision"] in {"revoke", "modify"} and final["reviewer_id"] is not None:
        return ["flagged", "caught"]
    return ["flagged"]


def rank(row: Record) -> tuple[Any, ...]:
    return row["stage"], row["decided_at"] or LONG_AGO, row["source_record_id"]


def clusters(
    tables: dict[str, list[Record]], period: tuple[Any, ...]
) -> tuple[Counter[tuple[int, int]], int]:
    """Return how many reviewers have (decisions, stamps), and decisions without reviewer."""
    made = [row for row in rows_of(tables, period) if row["decision"] != "not_reviewed"]
    reviewers = {row["reviewer_id"] for row in made} - {None}
    found: Counter[tuple[int, int]] = Counter()
    for reviewer in reviewers:
        own = [row for row in made if row["reviewer_id"] == reviewer]
        approved = [row for row in own if row["decision"] == "approve"]
        flagged = [row for row in own if row["pre_flagged"]]
        approves_all = len(own) >= 20 and len(approved) == len(own) and len(flagged) >= 5
        hasty = [row for row in approved if is_hasty(row, tables["review_decisions"])]
        found[len(own), len(approved if approves_all else hasty)] += 1
    return found, sum(row["reviewer_id"] is None for row in made)


def is_hasty(row: Record, everything: list[Record]) -> bool:
    if row["bulk"]:
        return True
    if row["seconds_on_item"] is not None:
        return row["seconds_on_item"] < 3
    if row["decided_at"] is None:
        return False
    earlier = [
        other["decided_at"]
        for other in everything
        if other["decision"] != "not_reviewed"
        and other["reviewer_id"] == row["reviewer_id"]
        and other["source"] == row["source"]
        and other["decided_at"] is not None
        and turn(other) < turn(row)
    ]
    return bool(earlier) and row["decided_at"] - max(earlier) < HASTE


def turn(row: Record) -> tuple[Any, ...]:
    """When it was a decision's turn; at one instant the key decides."""
    return row["decided_at"], row["review_id"], row["item_id"], row["stage"]
