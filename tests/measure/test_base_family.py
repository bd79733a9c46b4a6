"""Tests for the measurement base: `base`, `deliveries` and their queries."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.measure.recorded import MONTHS, days, metric, snapshots

from plumbgate.measure.base import inventory_coverage, population_overlap
from plumbgate.measure.courses import INSTANTS
from plumbgate.measure.deliveries import (
    manual_share,
    rejected_records,
    telemetry_complete,
    telemetry_gap,
)
from plumbgate.measure.records.tables import TABLES
from plumbgate.measure.statistics import wilson
from plumbgate.model.snapshot import Exclusion, State

ALL_DAYS = {"feed_days": days("2025-01-01", "2025-03-31")}
START = {"activity": [{"at": "2025-01-01"}]}
"""A record that lets the first period be January."""


def written(table, column):
    """Return how files name a column."""
    (found,) = [each.written for each in TABLES[table].columns if each.name == column]
    return found


def ratio(measured):
    return (measured.numerator, measured.denominator)


# base.inventory_coverage


def test_coverage_takes_the_last_count_of_each_independent_source(tmp_path) -> None:
    listed = {"independent": True, "expected_n": 100}
    tables = {
        "inventory_sources": [
            {"source": "hr", "as_of": "2025-02-01", "matched_n": 10, **listed},
            {"source": "hr", "as_of": "2025-02-28 23:59:59", "matched_n": 90, **listed},
            {"source": "cloud", "as_of": "2025-02-10", "matched_n": 60, **listed},
            {"source": "own", "as_of": "2025-02-10", "matched_n": 0, "expected_n": 500},
            {"source": "hr", "as_of": "2025-03-01", "matched_n": 1, **listed},
        ]
    }
    measured = metric("base.inventory_coverage", tmp_path, ALL_DAYS | tables)

    assert measured["2025-01"].state is State.NO_DATA
    assert ratio(measured["2025-02"]) == (150, 200)
    assert (measured["2025-02"].value, measured["2025-02"].state) == (0.75, State.OK)
    assert (measured["2025-02"].low, measured["2025-02"].high) == wilson(150, 200)
    assert measured["2025-02"].reason == "list: cloud, hr"
    assert ratio(measured["2025-03"]) == (1, 100)


def test_coverage_leaves_out_a_list_without_its_numbers(tmp_path) -> None:
    tables = {
        "inventory_sources": [
            {"as_of": "2025-01-02", "independent": True, "matched_n": 9, "expected_n": 10},
            {"source": "cloud", "as_of": "2025-01-03", "independent": True, "expected_n": 40},
            {"source": "hr", "as_of": "2025-01-03", "independent": True, "matched_n": 40},
        ]
    }
    measured = metric("base.inventory_coverage", tmp_path, ALL_DAYS | tables)["2025-01"]

    assert ratio(measured) == (9, 10)
    assert measured.state is State.SMALL_SAMPLE
    assert measured.frame.excluded == (Exclusion("the list's own numbers do not fit together", 40),)
    assert measured.frame.in_scope == 50


def test_a_list_that_matches_more_than_it_has_is_left_out() -> None:
    rows = [
        {"name_number": 1, "stated": 1, "matched": 11, "expected": 10},
        {"name_number": 2, "stated": 1, "matched": 5, "expected": 10},
    ]
    estimate = inventory_coverage(rows, MONTHS)

    assert ratio(estimate) == (5, 10)
    assert estimate.names == (2,)


# base.telemetry_complete, base.telemetry_gap

TELEMETRY = {
    "all received": (ALL_DAYS["feed_days"], 28, 28, 0),
    "a day without receipt": (
        days("2025-01-01", "2025-02-09")
        + days("2025-02-10", "2025-02-10", received=False)
        + days("2025-02-11", "2025-03-31"),
        27,
        28,
        1,
    ),
    "days without a row are expected": (
        days("2025-01-01", "2025-02-09") + days("2025-02-13", "2025-03-31"),
        25,
        28,
        3,
    ),
    "a wholly silent month": (days("2025-01-01", "2025-01-31"), 0, 28, 28),
    "a gap counts back across the start": (
        days("2025-01-01", "2025-01-28") + days("2025-02-03", "2025-03-31"),
        26,
        28,
        5,
    ),
    "a gap that ended before the start": (
        days("2025-01-01", "2025-01-20") + days("2025-02-01", "2025-03-31"),
        28,
        28,
        0,
    ),
    "a gap that goes on counts up to the end": (
        days("2025-01-01", "2025-02-26") + days("2025-03-10", "2025-03-31"),
        26,
        28,
        2,
    ),
    "days that are not expected do not count and do not end a gap": (
        days("2025-01-01", "2025-02-03")
        + days("2025-02-04", "2025-02-05", received=False)
        + days("2025-02-06", "2025-02-07", expected=False, received=False)
        + days("2025-02-08", "2025-02-08", received=False)
        + days("2025-02-09", "2025-03-31"),
        23,
        26,
        3,
    ),
    "not expected before the first expected day": (
        days("2025-02-01", "2025-02-14", expected=False, received=False)
        + days("2025-02-15", "2025-03-31"),
        14,
        14,
        0,
    ),
    "a receipt on a day that was not expected ends a gap": (
        days("2025-01-01", "2025-02-03")
        + days("2025-02-06", "2025-02-06", expected=False)
        + days("2025-02-09", "2025-03-31"),
        23,
        27,
        2,
    ),
}


@pytest.mark.parametrize(("rows", "received", "expected", "gap"), TELEMETRY.values(), ids=TELEMETRY)
def test_telemetry_of_february(tmp_path, rows, received, expected, gap) -> None:
    found = snapshots(tmp_path, START | {"feed_days": rows})["acme", "2025-02"].facts.metrics
    complete, longest = found["base.telemetry_complete"], found["base.telemetry_gap"]

    assert ratio(complete) == (received, expected)
    assert complete.value == complete.low == complete.high == received / expected
    assert (complete.n, complete.state) == (expected, State.OK)
    assert (longest.value, longest.low, longest.high, longest.state) == (gap, gap, gap, State.OK)
    assert longest.reason == ("longest gap: feed" if gap else "")


def test_telemetry_puts_sources_together_and_names_the_worst(tmp_path) -> None:
    tables = {
        "feed_days": days("2025-01-01", "2025-01-31")
        + days("2025-01-01", "2025-01-21", source="vault")
    }
    found = snapshots(tmp_path, tables)["acme", "2025-01"].facts.metrics
    complete, longest = found["base.telemetry_complete"], found["base.telemetry_gap"]

    assert ratio(complete) == (52, 62)
    assert (longest.value, longest.reason) == (10, "longest gap: vault")


def test_telemetry_without_feed_days_is_not_measured(tmp_path) -> None:
    measured = metric("base.telemetry_complete", tmp_path, START)["2025-01"]

    assert (measured.state, measured.value) == (State.NOT_MEASURED, None)
    assert measured.reason == "there are no records of feed_days"


def test_telemetry_of_a_feed_that_never_was_expected_is_no_data(tmp_path) -> None:
    tables = {"feed_days": days("2025-01-01", "2025-03-31", expected=False)}

    assert metric("base.telemetry_gap", tmp_path, tables)["2025-01"].state is State.NO_DATA


def test_a_feed_that_must_report_and_did_not_is_noticed(tmp_path) -> None:
    settings = replace(MONTHS, expect_feeds=("vault",))
    measured = metric("base.telemetry_complete", tmp_path, ALL_DAYS, settings=settings)["2025-01"]

    assert measured.state is State.NOT_MEASURED
    assert measured.reason == "the feed vault was silent in 2025-01: it has no feed day"
    assert ratio(measured) == (31, 31)


def test_pooled_telemetry_adds_days_and_takes_the_longest_gap() -> None:
    rows = [
        {"name_number": 1, "row_days": 9, "expected_days": 9, "received_days": 9, "gap_days": 0},
        {"name_number": 1, "row_days": 4, "expected_days": 9, "received_days": 3, "gap_days": 6},
    ]

    assert ratio(telemetry_complete(rows, MONTHS)) == (12, 18)
    assert telemetry_gap(rows, MONTHS).value == 6
    assert telemetry_gap([], MONTHS).n == 0


# base.owner_in_workflow

OWNER = {"identity_id": "svc", "owner_id": "ann", "owner_status": "active"}
HELD = {**OWNER, "owner_in_workflow": True, "valid_from": "2024-01-01"}
FINDING = {"identity_id": "svc", "opened_at": "2025-01-10"}
OWNED = {
    "an owner in the workflow": ([HELD], FINDING, (1, 1)),
    "no owner": ([], FINDING, (0, 1)),
    "an owner of another identity": ([HELD | {"identity_id": "db"}], FINDING, (0, 1)),
    "an owner of another tenant": ([HELD | {"tenant_id": "globex"}], FINDING, (0, 1)),
    "a finding without identity": ([HELD], FINDING | {"identity_id": None}, (0, 1)),
    "outside the workflow": ([HELD | {"owner_in_workflow": False}], FINDING, (0, 1)),
    "not known whether inside": ([HELD | {"owner_in_workflow": None}], FINDING, (0, 1)),
    "an owner who left": ([HELD | {"owner_status": "left"}], FINDING, (0, 1)),
    "valid from the opening on": ([HELD | {"valid_from": "2025-01-10"}], FINDING, (1, 1)),
    "valid later": ([HELD | {"valid_from": "2025-01-11"}], FINDING, (0, 1)),
    "valid until the opening": ([HELD | {"valid_to": "2025-01-10"}], FINDING, (0, 1)),
    "valid just past it": ([HELD | {"valid_to": "2025-01-10T00:00:01"}], FINDING, (1, 1)),
    "the owner that it names": ([HELD], FINDING | {"owner_id": "ann"}, (1, 1)),
    "names another owner": ([HELD], FINDING | {"owner_id": "bob"}, (0, 1)),
    "two owners, counted once": ([HELD, HELD | {"owner_id": "bob"}], FINDING, (1, 1)),
    "one of two owners": (
        [HELD | {"owner_in_workflow": False}, HELD | {"owner_id": "bob"}],
        FINDING,
        (1, 1),
    ),
    "any severity": ([HELD], FINDING | {"severity": "low"}, (1, 1)),
    "a duplicate": (
        [HELD],
        FINDING | {"closed_at": "2025-01-20", "resolution": "duplicate"},
        (0, 0),
    ),
    "a duplicate only later": (
        [HELD],
        FINDING | {"closed_at": "2025-02-01", "resolution": "duplicate"},
        (1, 1),
    ),
    "closed otherwise": (
        [HELD],
        FINDING | {"closed_at": "2025-01-20", "resolution": "remediated"},
        (1, 1),
    ),
    "opened at the end": ([HELD], FINDING | {"opened_at": "2025-02-01"}, (0, 0)),
}


@pytest.mark.parametrize(("owners", "finding", "counts"), OWNED.values(), ids=OWNED)
def test_owner_in_workflow(tmp_path, owners, finding, counts) -> None:
    tables = START | {"findings": [finding], "owners": owners or [HELD | {"identity_id": "x"}]}

    assert ratio(metric("base.owner_in_workflow", tmp_path, tables)["2025-01"]) == counts


def test_duplicates_are_said_to_be_left_out(tmp_path) -> None:
    duplicate = FINDING | {"closed_at": "2025-01-20", "resolution": "duplicate"}
    tables = {"findings": [duplicate, FINDING], "owners": [HELD]}
    measured = metric("base.owner_in_workflow", tmp_path, tables)["2025-01"]

    assert (measured.frame.in_scope, measured.frame.measured) == (2, 1)
    assert measured.frame.excluded == (Exclusion("duplicates", 1),)


# base.rejected_records


def test_the_worst_table_of_the_run_is_the_value(tmp_path) -> None:
    ends_too_early = {"effective_at": "2025-01-05", "revoked_at": "2025-01-04"}
    tables = {
        "grants": [{"effective_at": "2025-01-05"}] * 3 + [ends_too_early],
        "activity": [{"at": "2025-01-05"}] * 9 + [{"at": "2025-01-05", "count": -1}],
    }
    measured = metric("base.rejected_records", tmp_path, tables)["2025-02"]

    assert ratio(measured) == (1, 4)
    assert measured.value == measured.low == measured.high == 0.25
    assert (measured.state, measured.reason) == (State.OK, "worst table: grants")


def test_the_worst_source_of_the_period_is_the_value(tmp_path) -> None:
    tables = {
        "feed_days": days("2025-01-01", "2025-02-28", source="hr")
        + days("2025-01-01", "2025-01-31", source="vault", records=4, rejected=1)
        + days("2025-02-01", "2025-02-28", source="vault", records=4, rejected=0)
    }
    measured = metric("base.rejected_records", tmp_path, tables)

    assert ratio(measured["2025-01"]) == (31, 124)
    assert measured["2025-01"].reason == "worst source: vault"
    assert (measured["2025-02"].value, measured["2025-02"].reason) == (0, "worst table: feed_days")


REJECTED = {
    "nothing read": ([], 0, (), None),
    "of equal shares the table": ([(1, 9, 1, 10), (0, 2, 1, 10)], 10, (9,), 0.1),
    "of equal tables the first": ([(1, 9, 1, 10), (1, 2, 1, 10)], 10, (2,), 0.1),
    "a small source is not diluted": ([(1, 1, 0, 1000), (0, 2, 3, 5)], 5, (2,), 0.6),
    "rejected more than received": ([(0, 2, 3, 0)], 3, (2,), 1.0),
}


@pytest.mark.parametrize(("rows", "n", "names", "value"), REJECTED.values(), ids=REJECTED)
def test_the_largest_share_is_taken(rows, n, names, value) -> None:
    columns = ("whole_run", "name_number", "rejected", "records")
    estimate = rejected_records([dict(zip(columns, row, strict=True)) for row in rows], MONTHS)

    assert (estimate.n, estimate.names, estimate.value) == (n, names, value)


def test_pooled_periods_count_a_run_once_and_add_up_sources() -> None:
    table = {"whole_run": 1, "name_number": 1, "rejected": 1, "records": 10}
    source = {"whole_run": 0, "name_number": 2, "rejected": 2, "records": 10}

    assert ratio(rejected_records([table, table], MONTHS)) == (1, 10)
    assert ratio(rejected_records([source, source | {"rejected": 4}], MONTHS)) == (6, 20)


# base.population_overlap


def test_overlap_with_the_end_of_the_last_baseline_period(tmp_path) -> None:
    lives = {
        "stays": ("2024-01-01", None),
        "unknown birth": (None, None),
        "leaves": ("2024-01-01", "2025-03-10"),
        "leaves at the end": ("2024-01-01", "2025-04-01"),
        "comes": ("2025-03-10", None),
        "comes at the end": ("2025-04-01", None),
        "between": ("2025-03-10", "2025-03-20"),
        "left before": ("2024-01-01", "2025-02-27"),
    }
    identities = [
        {"identity_id": name, "created_at": created, "deleted_at": deleted}
        for name, (created, deleted) in lives.items()
    ]
    identities += [
        {"identity_id": "off", "created_at": "2024-01-01", "disabled_at": "2025-03-02"},
        {"identity_id": "off next", "created_at": "2024-01-01", "disabled_at": "2025-04-01"},
        {"identity_id": "team", "kind": "group", "created_at": "2024-01-01"},
    ]
    tables = ALL_DAYS | {
        "identities": identities,
        "scope": [{"onboarded_at": "2025-01-01"}],
    }
    measured = metric("base.population_overlap", tmp_path, tables)

    # At both ends: stays, unknown birth, leaves at the end, off next; at one: leaves, off, comes.
    assert ratio(measured["2025-03"]) == (4, 7)
    assert measured["2025-03"].value == measured["2025-03"].low == 4 / 7
    assert measured["2025-01"].state is State.NO_DATA


def test_overlap_of_nobody_is_no_data() -> None:
    assert population_overlap([{"in_both": 0, "in_either": 0}], MONTHS).n == 0


# base.manual_share


def test_manual_share_of_the_records_of_the_period(tmp_path) -> None:
    tables = {
        "activity": [
            {"at": "2025-01-05", "collected": "manual"},
            {"at": "2025-01-31T23:59:59", "collected": "api"},
            {"at": "2025-02-01", "collected": "manual"},
        ],
        "findings": [{"opened_at": "2025-01-05"}, {"opened_at": "2025-01-06", "collected": None}],
        "identities": [{"collected": "manual"}],
    }
    measured = metric("base.manual_share", tmp_path, tables)

    assert ratio(measured["2025-01"]) == (1, 4)
    assert ratio(measured["2025-02"]) == (1, 1)
    assert measured["2025-03"].state is State.NO_DATA


def test_every_table_with_an_instant_counts(tmp_path) -> None:
    due = {"due_at": "2025-02-01", "first_due_at": "2025-02-01"}
    tables = {
        name: [
            {written(name, instant): "2025-01-02", "collected": "manual"}
            | (due if name == "access_reviews" else {})
        ]
        for name, instant in INSTANTS.items()
    }
    measured = metric("base.manual_share", tmp_path, tables)["2025-01"]

    assert ratio(measured) == (len(INSTANTS), len(INSTANTS))
    assert len(INSTANTS) > 10


def test_pooled_manual_share_adds_up() -> None:
    rows = [{"records": 3, "manual": 1}, {"records": 1, "manual": 1}]

    assert ratio(manual_share(rows, MONTHS)) == (2, 4)
