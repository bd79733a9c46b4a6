"""The demo's records: accepted without exception, consistent in themselves, always the same."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from plumbgate.demo.archetypes import ARCHETYPES
from plumbgate.demo.instants import AS_OF
from plumbgate.demo.records import demo_records
from plumbgate.measure.records import open_records
from plumbgate.measure.records.tables import TABLES
from plumbgate.model.instant import parse_instant

*_, EARLY, BROKEN = ARCHETYPES


def test_records_are_accepted_without_exception(folder, rows) -> None:
    with open_records(folder, AS_OF) as records:
        assert records.absent == frozenset()
        assert records.warnings == ()
        assert {source.table: source.accepted for source in records.sources} == {
            table: len(found) for table, found in rows.items()
        }


@pytest.mark.parametrize("table", TABLES)
def test_files_have_the_columns_of_their_tables(table, rows) -> None:
    columns = {column.written: column for column in TABLES[table].columns}
    header = list(rows[table][0])

    assert set(header) <= set(columns)
    assert {name for name, column in columns.items() if column.required} <= set(header)


def test_sizes(files, rows) -> None:
    assert set(files) == {f"{table}.csv" for table in TABLES}
    assert 30_000 <= sum(map(len, rows.values())) <= 80_000


def ids(rows, table, column) -> set[tuple[str, str]]:
    return {(row["tenant_id"], row[column]) for row in rows[table] if row[column]}


REFERENCES = {
    "a grant's holder": ("grants", "identity_id", "identities", "identity_id"),
    "a grant's approver": ("grants", "approved_by", "identities", "identity_id"),
    "a grant's entitlement": ("grants", "entitlement_id", "entitlements", "entitlement_id"),
    "a key's person": ("identities", "parent_identity_id", "identities", "identity_id"),
    "an owned machine": ("owners", "identity_id", "identities", "identity_id"),
    "an owner": ("owners", "owner_id", "identities", "identity_id"),
    "a review": ("review_decisions", "review_id", "access_reviews", "review_id"),
    "a reviewed grant": ("review_decisions", "grant_id", "grants", "grant_id"),
    "a reviewer": ("review_decisions", "reviewer_id", "identities", "identity_id"),
    "where something was found": ("findings", "identity_id", "owners", "identity_id"),
    "a subject of an exception": ("exceptions", "subject_id", "identities", "identity_id"),
    "an approver of an exception": ("exceptions", "approver_id", "identities", "identity_id"),
    "a superseded exception": ("exceptions", "supersedes_id", "exceptions", "exception_id"),
    "a subject of a workflow": ("workflow_events", "subject_id", "identities", "identity_id"),
    "an actor of a workflow": ("workflow_events", "actor_id", "identities", "identity_id"),
    "a leaver": ("leavers", "subject_id", "identities", "identity_id"),
}


@pytest.mark.parametrize(("table", "column", "other", "key"), REFERENCES.values(), ids=REFERENCES)
def test_references_lead_somewhere(table, column, other, key, rows) -> None:
    referring = ids(rows, table, column)

    assert referring
    assert referring <= ids(rows, other, key)


def test_what_a_review_revokes_is_revoked(rows) -> None:
    grants = {(row["tenant_id"], row["grant_id"]): row for row in rows["grants"]}
    decisions = rows["review_decisions"]
    revoked = [row for row in decisions if row["decision"] == "revoke"]

    assert revoked
    for row in revoked:
        grant = grants[row["tenant_id"], row["grant_id"]]
        assert grant["effective_at"] < row["decided_at"] < row["applied_at"]
        assert row["applied_at"] == grant["revoked_at"]
    assert all(row["reviewer_id"] != row["identity_id"] for row in decisions)


def test_decisions_fall_into_their_review(rows) -> None:
    reviews = {(row["tenant_id"], row["review_id"]): row for row in rows["access_reviews"]}
    for row in rows["review_decisions"]:
        review = reviews[row["tenant_id"], row["review_id"]]
        if row["decided_at"]:
            assert review["started_at"] < row["decided_at"] < review["closed_at"]


def test_nobody_holds_anything_after_their_access_ended(rows) -> None:
    people = {(row["tenant_id"], row["identity_id"]): row for row in rows["identities"]}
    left = {(row["tenant_id"], row["subject_id"]): row["left_at"] for row in rows["leavers"]}
    for row in rows["grants"]:
        holder = people[row["tenant_id"], row["identity_id"]]
        person = (row["tenant_id"], holder["parent_identity_id"] or holder["identity_id"])
        if person in left:
            assert row["effective_at"] < left[person]
            ended_at = holder["disabled_at"] or "9999"
            assert (row["revoked_at"] or row["expires_at"] or "9999") <= ended_at


def test_who_owns_reviews_or_approves_stays(rows) -> None:
    deciding = ids(rows, "owners", "owner_id") | ids(rows, "review_decisions", "reviewer_id")
    deciding |= ids(rows, "grants", "approved_by") | ids(rows, "exceptions", "approver_id")

    assert not deciding & ids(rows, "leavers", "subject_id")


def test_an_activation_is_an_event_that_the_workflow_let_through(rows) -> None:
    activated = {
        (row["tenant_id"], row["grant_id"], row["identity_id"], row["effective_at"])
        for row in rows["grants"]
        if row["assignment"] == "jit_activation"
    }

    assert activated == {
        (row["tenant_id"], row["event_id"], row["subject_id"], row["at"])
        for row in rows["workflow_events"]
        if (row["flow"], row["path"], row["outcome"]) == ("jit", "governed", "ok")
    }


def test_lineages_go_on_in_every_way(rows) -> None:
    chains = defaultdict(list)
    for row in rows["exceptions"]:
        chains[row["tenant_id"], row["subject_id"], row["control_id"]].append(row)
    ways = Counter()
    for chain in chains.values():
        for before, row in pairwise(sorted(chain, key=lambda row: row["opened_at"])):
            gap = parse_instant(row["opened_at"]) - parse_instant(before["closed_at"])
            assert timedelta(0) <= gap <= timedelta(days=30)
            if row["supersedes_id"]:
                assert row["supersedes_id"] == before["exception_id"]
                ways["by reference"] += 1
            elif row["lineage_id"]:
                assert row["lineage_id"] == before["lineage_id"]
                ways["by lineage"] += 1
            else:
                ways["raised again"] += gap > timedelta(0)
    past = [
        row for row in rows["exceptions"] if not row["closed_at"] and row["expires_at"] < "2026"
    ]

    assert min(ways[way] for way in ("by reference", "by lineage", "raised again")) > 50
    assert len(past) > 50


def test_feed_days_are_dense_but_for_the_untold_silence(rows) -> None:
    found = Counter((row["tenant_id"], row["source"]) for row in rows["feed_days"])
    full = {plan.tenant: (date(2026, 1, 5) - plan.onboarded.date()).days for plan in ARCHETYPES}
    untold = (date(2025, 11, 25) - date(2025, 11, 3)).days + 1

    assert found.pop((BROKEN.tenant, "audit-log")) == full[BROKEN.tenant] - untold
    assert found == {(tenant, source): full[tenant] for tenant, source in found}
    assert {row["received"] for row in rows["feed_days"] if row["tenant_id"] != BROKEN.tenant} == {
        "true"
    }


def test_feed_days_count_what_was_delivered(rows) -> None:
    delivered = Counter(
        (row["tenant_id"], row["source"], row["ingest_run_id"])
        for table, found in rows.items()
        if table not in {"feed_days", "inventory_sources"}
        for row in found
    )
    told = {
        (row["tenant_id"], row["source"], row["ingest_run_id"]): int(row["records"])
        for row in rows["feed_days"]
        if row["records"] != "0"
    }

    assert told == delivered


@pytest.mark.parametrize("silence", BROKEN.silences, ids=lambda silence: silence.source)
def test_a_silent_source_delivers_nothing(silence, rows) -> None:
    first, end = silence.first.isoformat(), (silence.last + timedelta(days=1)).isoformat()
    began = {"findings": "opened_at", "workflow_events": "at"}
    for table, instant in began.items():
        for row in rows[table]:
            if (row["tenant_id"], row["source"]) == (BROKEN.tenant, silence.source):
                assert not first <= row[instant] < end
                assert not first < row["ingest_run_id"] <= end
    days = [
        row["received"]
        for row in rows["feed_days"]
        if (row["tenant_id"], row["source"]) == (BROKEN.tenant, silence.source)
        and first <= row["day"] < end
    ]
    assert days == (["false"] * 44 if silence.told else [])


def test_the_same_records_every_time(files) -> None:
    script = (
        "import hashlib; from plumbgate.demo.records import demo_records\n"
        "print(hashlib.sha256(b''.join(demo_records().values())).hexdigest())"
    )
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LC_ALL": "C"}
    found = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **elsewhere},
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == hashlib.sha256(b"".join(files.values())).hexdigest()
    assert demo_records() == files


def test_a_tenant_does_not_depend_on_the_others(files) -> None:
    alone = demo_records([EARLY])

    for name, content in files.items():
        header, *lines = content.splitlines()
        mine = [line for line in lines if line.startswith(EARLY.tenant.encode())]
        assert alone[name].splitlines() == [header, *mine]
