"""Tests for `plumbgate.measure.facts` and its queries."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.measure.recorded import days, snapshots

FEEDS = {"feed_days": days("2025-01-01", "2025-03-31")}


def programme(folder, tables, period="2025-03", **given):
    found = snapshots(folder, FEEDS | tables, **given)
    return dict(found["acme", period].facts.programme)


# tenure_periods

ONBOARDED = {
    "at the start of a period": ("2025-01-01", 3),
    "inside a period": ("2025-01-02", 2),
    "before the first record": ("2024-11-01", 5),
    "only now": ("2025-03-15", 0),
    "not said: with the first period": (None, 3),
}


@pytest.mark.parametrize(("onboarded", "tenure"), ONBOARDED.values(), ids=ONBOARDED)
def test_tenure(tmp_path, onboarded, tenure) -> None:
    tables = {"scope": [{"onboarded_at": onboarded}]}

    assert programme(tmp_path, tables) == {"tenure_periods": tenure}


def test_a_scope_without_a_row_was_onboarded_with_its_first_period(tmp_path) -> None:
    assert programme(tmp_path, {"activity": [{"at": "2024-12-20"}]})["tenure_periods"] == 4


# review_cycles, review_cadence


def review(started, due, closed=None, **given):
    return {"started_at": started, "due_at": due, "first_due_at": due, "closed_at": closed} | given


def test_cycles_finish_from_onboarding_to_the_end(tmp_path) -> None:
    tables = {
        "scope": [{"onboarded_at": "2025-01-15"}],
        "access_reviews": [
            review("2025-01-01", "2025-01-20", "2025-01-14T23:59:59"),
            review("2025-01-01", "2025-01-20", "2025-01-15"),
            review("2025-02-01", "2025-02-20", "2025-02-10"),
            review("2025-03-01", "2025-03-20", "2025-04-01"),
            review("2025-03-01", "2025-03-20"),
        ],
    }

    assert programme(tmp_path / "3", tables)["review_cycles"] == 2
    assert programme(tmp_path / "2", tables, period="2025-02")["review_cycles"] == 2
    assert programme(tmp_path / "1", tables, period="2025-01")["review_cycles"] == 1


def test_cadence_is_of_the_first_due_date(tmp_path) -> None:
    tables = {
        "access_reviews": [
            review("2025-01-01", "2025-03-20", "2025-03-20"),
            review("2025-01-01", "2025-03-20", "2025-02-20"),
            review("2025-01-01", "2025-03-20", "2025-03-20T00:00:01"),
            review("2025-01-01", "2025-03-20", "2025-03-25", due_at="2025-03-30"),
            review("2025-01-01", "2025-03-20"),
            review("2025-01-01", "2025-04-01", "2025-03-20"),
        ],
    }

    assert programme(tmp_path, tables)["review_cadence"] == 2 / 5


def test_cadence_reaches_over_the_four_newest_periods(tmp_path) -> None:
    tables = {
        "access_reviews": [
            review("2024-10-01", "2024-11-30"),
            review("2024-10-01", "2024-12-01", "2024-12-01"),
            review("2025-03-01", "2025-03-31"),
        ],
    }

    assert programme(tmp_path, tables)["review_cadence"] == 1 / 2


def test_nothing_due_has_no_cadence(tmp_path) -> None:
    tables = {"access_reviews": [review("2025-01-01", "2025-06-01")]}

    assert programme(tmp_path, tables) == {"tenure_periods": 3, "review_cycles": 0}


# activity, activity_baseline


def test_activity_of_the_period_and_of_a_baseline_period(tmp_path) -> None:
    tables = {
        "scope": [{"onboarded_at": "2025-01-01"}],
        "activity": [
            {"at": "2025-01-05", "count": 4},
            {"at": "2025-02-05", "count": 5},
            {"at": "2025-03-01", "count": 20},
            {"at": "2025-03-31T23:59:59", "count": 1},
            {"at": "2025-04-01", "count": 100},
        ],
    }

    march = programme(tmp_path / "3", tables)
    january = programme(tmp_path / "1", tables, period="2025-01")

    assert (march["activity"], march["activity_baseline"]) == (21, 4.5)
    assert january["activity"] == 4
    assert "activity_baseline" not in january


def test_a_period_without_activity_has_none(tmp_path) -> None:
    tables = {"activity": [{"at": "2025-01-05", "count": 4}]}

    assert programme(tmp_path, tables)["activity"] == 0


# auditability

REVIEW = review("2025-02-01", "2025-03-20", "2025-03-10", review_id="r")
DECISION = {
    "review_id": "r",
    "reviewer_id": "ann",
    "decision": "approve",
    "decided_at": "2025-03-05",
    "justification_present": True,
}
GRANTED = {"opened_at": "2025-03-01", "expires_at": "2026-03-01", "approver_id": "bob"}
AUDITED = {
    "all recorded": ([DECISION], [GRANTED], 1),
    "no reviewer": ([DECISION, DECISION | {"reviewer_id": None}], [GRANTED], 1 / 2),
    "no time": ([DECISION, DECISION | {"decided_at": None}], [GRANTED], 1 / 2),
    "no reason": ([DECISION, DECISION | {"justification_present": False}], [GRANTED], 1 / 2),
    "decided at the end": (
        [DECISION, DECISION | {"reviewer_id": None, "decided_at": "2025-04-01"}],
        [GRANTED],
        1,
    ),
    "not reviewed": ([DECISION, DECISION | {"decision": "not_reviewed"}], [GRANTED], 1),
    "another review": ([DECISION, DECISION | {"review_id": "x", "stage": 9}], [GRANTED], 1),
    "no expiry": ([DECISION], [GRANTED, GRANTED | {"expires_at": None}], 1 / 2),
    "no approver": ([DECISION], [GRANTED, GRANTED | {"approver_id": None}], 1 / 2),
    "closed without approver": (
        [DECISION],
        [GRANTED, GRANTED | {"approver_id": None, "closed_at": "2025-03-30"}],
        1,
    ),
    "closed at the end": (
        [DECISION],
        [GRANTED, GRANTED | {"approver_id": None, "closed_at": "2025-04-01"}],
        1 / 2,
    ),
    "none open": ([DECISION], [GRANTED | {"closed_at": "2025-03-02"}], 1),
    "the smaller counts": (
        [DECISION, DECISION | {"reviewer_id": None}],
        [GRANTED | {"approver_id": None}, GRANTED, GRANTED],
        1 / 2,
    ),
    "no decision": ([DECISION | {"decision": "not_reviewed"}], [GRANTED], None),
}


@pytest.mark.parametrize(("decisions", "exceptions", "share"), AUDITED.values(), ids=AUDITED)
def test_auditability(tmp_path, decisions, exceptions, share) -> None:
    tables = {
        "access_reviews": [REVIEW],
        "review_decisions": decisions,
        "exceptions": exceptions,
    }

    assert programme(tmp_path, tables).get("auditability") == share


def test_a_decision_counts_where_its_review_does(tmp_path) -> None:
    """A pending review is in no period, and a decision after the end has not happened."""
    tables = {
        "access_reviews": [
            review("2025-01-01", "2025-02-20", "2025-03-10", review_id="late"),
            review("2025-01-01", "2025-05-20", review_id="pending"),
        ],
        "review_decisions": [
            DECISION | {"review_id": "late", "decided_at": "2025-03-05"},
            DECISION | {"review_id": "pending", "reviewer_id": None, "decided_at": "2025-03-05"},
        ],
        "exceptions": [GRANTED],
    }

    assert programme(tmp_path / "3", tables)["auditability"] == 1
    assert "auditability" not in programme(tmp_path / "2", tables, period="2025-02")


ABSENT = {
    "access_reviews": {"tenure_periods", "activity"},
    "review_decisions": {"tenure_periods", "activity", "review_cycles", "review_cadence"},
    "exceptions": {"tenure_periods", "activity", "review_cycles", "review_cadence"},
    "activity": {"tenure_periods", "auditability", "review_cycles", "review_cadence"},
}


@pytest.mark.parametrize(("table", "facts"), ABSENT.items(), ids=ABSENT)
def test_a_fact_whose_records_are_absent_is_not_there(tmp_path, table, facts) -> None:
    tables = {
        "access_reviews": [REVIEW],
        "review_decisions": [DECISION],
        "exceptions": [GRANTED],
        "activity": [{"at": "2025-03-01"}],
    }
    del tables[table]
    found = snapshots(tmp_path, tables, as_of=datetime(2025, 4, 1, tzinfo=UTC))

    assert set(found["acme", "2025-03"].facts.programme) == facts
