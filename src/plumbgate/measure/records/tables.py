"""
The canonical records as data: tables, columns, keys, and the rows that contradict themselves.

A column has the type and the values that METRICS section 3 gives it, and is required unless it is
optional there. Three are optional here because a rule for their absence is written down:
`leavers.due_at` (a limit by kind stands in), `ingest_run_id` and `source_record_id` (they only
order rows of one key). Nothing here knows how a file is read or a metric is counted.
"""

from __future__ import annotations

from plumbgate.measure.records.table_types import (
    Check,
    Column,
    Table,
    Type,
    choice,
    ends,
    optional,
    required,
)

SHARED = (
    *required(Type.KEY, "tenant_id"),
    Column("business_unit", Type.KEY, required=False, default=""),
    *optional(Type.TEXT, "domain"),
    *required(Type.KEY, "source"),
    *required(Type.INSTANT, "observed_at"),
    *optional(Type.TEXT, "source_record_id", "ingest_run_id"),
    choice("collected", ("api", "export", "manual"), default="export"),
)
"""Columns that every table has."""

KINDS = ("human", "service_account", "api_key", "workload", "ai_agent", "group", "unknown")
RESOLUTIONS = (
    "remediated",
    "reclassified",
    "risk_accepted",
    "duplicate",
    "false_positive",
    "expired",
)
PATHS = ("governed", "bypass", "unknown")

_TABLES = (
    Table(
        "identities",
        key=("identity_id",),
        instant="created_at",
        columns=(
            *SHARED,
            *required(Type.KEY, "identity_id"),
            choice("kind", KINDS),
            *required(Type.TEXT, "native_id"),
            *optional(Type.TEXT, "display_name"),
            choice("status", ("active", "disabled", "deleted")),
            *optional(Type.INSTANT, "created_at", "disabled_at", "deleted_at", "last_used_at"),
            *required(Type.BOOLEAN, "usage_observed"),
            *optional(Type.TEXT, "criticality", "environment"),
            *optional(Type.KEY, "parent_identity_id"),
        ),
        checks=ends("created_at", "disabled_at", "deleted_at"),
    ),
    Table(
        "owners",
        key=("identity_id", "owner_id", "valid_from"),
        instant="valid_from",
        columns=(
            *SHARED,
            *required(Type.KEY, "identity_id", "owner_id", "owner_status"),
            *optional(Type.BOOLEAN, "owner_in_workflow"),
            *required(Type.INSTANT, "valid_from"),
            *optional(Type.INSTANT, "valid_to"),
        ),
        checks=ends("valid_from", "valid_to"),
    ),
    Table(
        "entitlements",
        key=("entitlement_id",),
        instant=None,
        columns=(
            *SHARED,
            *required(Type.KEY, "entitlement_id"),
            *required(Type.TEXT, "system"),
            *optional(Type.TEXT, "resource", "action_pattern"),
            *required(Type.BOOLEAN, "privileged", "admin_equivalent"),
            *optional(Type.TEXT, "risk"),
        ),
    ),
    Table(
        "grants",
        key=("grant_id",),
        instant="effective_at",
        columns=(
            *SHARED,
            *required(Type.KEY, "grant_id", "identity_id", "entitlement_id"),
            *optional(Type.INSTANT, "granted_at"),
            *required(Type.INSTANT, "effective_at"),
            *optional(Type.INSTANT, "revoked_at", "expires_at"),
            choice("assignment", ("standing", "eligible", "jit_activation")),
            choice("path", PATHS),
            *optional(Type.TEXT, "approved_by"),
            *optional(Type.INSTANT, "last_used_at"),
        ),
        checks=ends("effective_at", "revoked_at", "expires_at"),
    ),
    Table(
        "access_reviews",
        key=("review_id",),
        instant="started_at",
        columns=(
            *SHARED,
            *required(Type.KEY, "review_id"),
            *optional(Type.TEXT, "definition_id"),
            *required(Type.INSTANT, "started_at", "due_at", "first_due_at"),
            *optional(Type.INSTANT, "closed_at"),
            *required(Type.TEXT, "status"),
            *optional(Type.COUNT, "items_total"),
        ),
        checks=ends("started_at", "due_at", "first_due_at", "closed_at"),
    ),
    Table(
        "review_decisions",
        key=("review_id", "item_id", "stage"),
        instant="decided_at",
        columns=(
            *SHARED,
            *required(Type.KEY, "review_id", "item_id"),
            *required(Type.COUNT, "stage"),
            *optional(Type.KEY, "grant_id"),
            *required(Type.KEY, "identity_id"),
            *optional(Type.KEY, "reviewer_id"),
            choice("decision", ("approve", "revoke", "modify", "dont_know", "not_reviewed")),
            *optional(Type.INSTANT, "decided_at"),
            *optional(Type.TEXT, "recommendation"),
            *required(Type.BOOLEAN, "justification_present"),
            *optional(Type.BOOLEAN, "bulk"),
            *optional(Type.COUNT, "seconds_on_item"),
            *optional(Type.INSTANT, "applied_at"),
            *optional(Type.TEXT, "apply_result"),
            *optional(Type.BOOLEAN, "pre_flagged"),
            *optional(Type.TEXT, "flag_reason"),
        ),
    ),
    Table(
        "findings",
        key=("finding_id",),
        instant="opened_at",
        columns=(
            *SHARED,
            *required(Type.KEY, "finding_id", "finding_key"),
            *optional(Type.KEY, "identity_id"),
            *required(Type.TEXT, "type"),
            choice("severity", ("low", "medium", "high", "critical")),
            *required(Type.INSTANT, "opened_at"),
            *optional(Type.INSTANT, "first_action_at", "due_at", "first_due_at", "closed_at"),
            Column("resolution", Type.CHOICE, required=False, choices=RESOLUTIONS),
            *required(Type.BOOLEAN, "left_truncated"),
            *optional(Type.KEY, "owner_id"),
            choice("raised_by", ("review", "scanner", "incident")),
        ),
        checks=(
            *ends("opened_at", "closed_at", "due_at"),
            # A due date at the opening would be a limit of no hours.
            Check(
                "first_due_at not after opened_at",
                "first_due_at <= opened_at",
                ("first_due_at", "opened_at"),
            ),
            Check(
                "resolution without closed_at",
                "resolution IS NOT NULL AND closed_at IS NULL",
                ("resolution", "closed_at"),
            ),
        ),
    ),
    Table(
        "exceptions",
        key=("exception_id",),
        instant="opened_at",
        columns=(
            *SHARED,
            *required(Type.KEY, "exception_id"),
            *optional(Type.KEY, "lineage_id"),
            *required(Type.KEY, "subject_id", "control_id"),
            *required(Type.INSTANT, "opened_at"),
            *optional(Type.INSTANT, "expires_at", "closed_at"),
            *optional(Type.TEXT, "closed_reason"),
            *optional(Type.KEY, "approver_id", "supersedes_id"),
        ),
        checks=ends("opened_at", "expires_at", "closed_at"),
    ),
    Table(
        "workflow_events",
        key=("event_id",),
        instant="occurred_at",
        columns=(
            *SHARED,
            *required(Type.KEY, "event_id"),
            choice("flow", ("jit", "offboarding", "rotation", "onboarding", "access_request")),
            choice("path", PATHS),
            *required(Type.KEY, "subject_id"),
            *optional(Type.INSTANT, "requested_at"),
            Column("occurred_at", Type.INSTANT, required=True, in_files="at"),
            *optional(Type.INSTANT, "completed_at"),
            *optional(Type.COUNT, "duration_s"),
            *optional(Type.KEY, "actor_id"),
            choice("outcome", ("ok", "denied", "failed", "expired")),
        ),
    ),
    Table(
        "leavers",
        key=("subject_id", "left_at"),
        instant="left_at",
        columns=(
            *SHARED,
            *required(Type.KEY, "subject_id"),
            *required(Type.INSTANT, "left_at"),
            *required(Type.TEXT, "hr_source"),
            choice("kind", KINDS),
            *optional(Type.INSTANT, "due_at"),
        ),
    ),
    Table(
        "inventory_sources",
        key=("source", "counted_at"),
        instant="counted_at",
        columns=(
            *SHARED,
            Column("counted_at", Type.INSTANT, required=True, in_files="as_of"),
            *required(Type.COUNT, "records"),
            *required(Type.BOOLEAN, "independent"),
            *optional(Type.COUNT, "matched_n", "expected_n"),
        ),
        checks=(
            # A share above 1 would make up for what another source lacks.
            Check(
                "matched_n above expected_n",
                "matched_n > expected_n",
                ("matched_n", "expected_n"),
            ),
        ),
    ),
    Table(
        "feed_days",
        key=("source", "day"),
        instant="day",
        columns=(
            *SHARED,
            *required(Type.DAY, "day"),
            *required(Type.BOOLEAN, "expected", "received"),
            *required(Type.COUNT, "records", "rejected"),
            *optional(Type.INTEGER, "lag_s"),
        ),
    ),
    Table(
        "activity",
        key=("event_id",),
        instant="occurred_at",
        columns=(
            *SHARED,
            *required(Type.KEY, "event_id"),
            Column("occurred_at", Type.INSTANT, required=True, in_files="at"),
            *required(Type.TEXT, "kind"),
            *required(Type.COUNT, "count"),
        ),
    ),
    Table(
        "scope",
        key=("business_unit",),
        instant=None,
        columns=(
            *SHARED,
            *optional(Type.KEY, "parent"),
            *optional(Type.COUNT, "population"),
            *optional(Type.INSTANT, "onboarded_at"),
            *optional(Type.LABELS, "labels"),
        ),
    ),
)

TABLES = {table.name: table for table in _TABLES}
"""The canonical tables by name, in the order of METRICS section 3."""
