"""Grants and their holders counted one by one, as METRICS words it, to hold the queries against."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

Record = dict[str, Any]

IDLE = timedelta(days=90)
NON_HUMAN = {"service_account", "api_key", "workload", "ai_agent"}


def first_end(record: Record, columns: tuple[str, str], close: datetime) -> datetime | None:
    """Return the earlier of two ends; one at or after the close has not happened."""
    return min((record[c] for c in columns if record[c] and record[c] < close), default=None)


def is_there(began: datetime | None, ended: datetime | None, at: datetime) -> bool:
    """Whether what began and ended then is there just before `at`; null began before all time."""
    return (began is None or began < at) and (ended is None or ended >= at)


def drift(grants: list[Record], period: tuple[Any, ...]) -> dict[str, int]:
    """Return the row of one tenant and period."""
    _, start, end, close, _ = period
    row = dict.fromkeys(("held", "begun", "ended", "activations"), 0)
    row["hours"] = (end - start) // timedelta(hours=1)
    for grant in grants:
        began = grant["effective_at"]
        ended = first_end(grant, ("revoked_at", "expires_at"), close)
        held = is_there(began, ended, start)
        begins = start <= began < close
        if grant["assignment"] == "jit_activation":
            row["activations"] += held or begins
            continue
        row["held"] += held
        row["begun"] += begins
        row["ended"] += ended is not None and ended >= start
    return row


def excess(
    identities: list[Record],
    grants: list[Record],
    entitlements: list[Record],
    period: tuple[Any, ...],
) -> dict[str, int]:
    """Return the row of one tenant and period."""
    _, _, end, close, _ = period
    admin = {row["entitlement_id"]: row["admin_equivalent"] for row in entitlements}
    counts = dict.fromkeys(
        ("observed", "excess", "undescribed", "unobserved", "unobserved_admin"), 0
    )
    for identity in identities:
        gone = first_end(identity, ("disabled_at", "deleted_at"), close)
        if identity["kind"] not in NON_HUMAN or not is_there(identity["created_at"], gone, close):
            continue
        its = [
            grant
            for grant in grants
            if grant["identity_id"] == identity["identity_id"]
            and is_there(
                grant["effective_at"],
                first_end(grant, ("revoked_at", "expires_at"), close),
                close,
            )
        ]
        is_admin = any(admin.get(grant["entitlement_id"], False) for grant in its)
        aged = [grant for grant in its if grant["effective_at"] < end - IDLE]
        unused = [
            grant
            for grant in aged
            if grant["last_used_at"] is None or grant["last_used_at"] < end - IDLE
        ]
        if not identity["usage_observed"]:
            counts["unobserved"] += 1
            counts["unobserved_admin"] += is_admin
            continue
        counts["observed"] += 1
        counts["excess"] += is_admin or (bool(aged) and len(unused) / len(aged) >= 0.5)
        counts["undescribed"] += any(grant["entitlement_id"] not in admin for grant in its)
    return counts
