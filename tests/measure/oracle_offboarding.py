"""Offboarding counted leaver by leaver, in plain loops, to hold the query against."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from math import ceil
from typing import Any

HOUR = timedelta(hours=1)

Record = dict[str, Any]


def before(instant: datetime | None, close: datetime) -> datetime | None:
    return instant if instant is not None and instant < close else None


def first_of(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)


def counts(tables: dict[str, list[Record]], period: tuple[Any, ...]) -> Counter[tuple[Any, ...]]:
    """Return how many leavers of one tenant came to what: (outcome, hours, limit)."""
    _, start, _, close, _ = period
    identities = [
        row
        for row in tables["identities"]
        if row["created_at"] is None or row["created_at"] < close
    ]
    grants = [row for row in tables["grants"] if row["effective_at"] < close]
    return Counter(
        outcome(leaver, identities, grants, close)
        for leaver in tables["leavers"]
        if start <= leaver["left_at"] < close
    )


def outcome(
    leaver: Record, identities: list[Record], grants: list[Record], close: datetime
) -> tuple[str, int, int]:
    subject, left = leaver["subject_id"], leaver["left_at"]
    limit = 24 if leaver["kind"] == "human" else 168
    if leaver["due_at"] is not None and leaver["due_at"] > left:
        limit = ceil((leaver["due_at"] - left) / HOUR)

    gone = {row["identity_id"]: before(row["deleted_at"], close) for row in identities}
    children = [row for row in identities if row["parent_identity_id"] == subject]
    ends = [
        first_of(before(child["disabled_at"], close), before(child["deleted_at"], close))
        for child in children
    ]
    holders = {subject} | {child["identity_id"] for child in children}
    ends += [
        first_of(
            before(grant["revoked_at"], close),
            before(grant["expires_at"], close),
            gone.get(grant["identity_id"]),
        )
        for grant in grants
        if grant["identity_id"] in holders
    ]
    if not ends and subject not in gone:
        return "unknown", 0, limit
    # Held when the subject left, or begun since: all but what had ended by then.
    to_end = [end for end in ends if end is None or end >= left]
    if None in to_end:
        return "open", ceil((close - left) / HOUR), limit
    return "done", max((ceil((end - left) / HOUR) for end in to_end), default=0), limit
