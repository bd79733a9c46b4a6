"""Tests for `plumbgate.measure.session`."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.measure.canonical import connect

from plumbgate.measure import session


@pytest.fixture
def connection():
    opened = connect({}, [])
    session.prepare(opened)
    return opened


HOURS = {
    "nothing": ("2025-01-01 00:00:00", "2025-01-01 00:00:00", 0),
    "a microsecond": ("2025-01-01 00:00:00", "2025-01-01 00:00:00.000001", 1),
    "an hour": ("2025-01-01 00:00:00", "2025-01-01 01:00:00", 1),
    "late for 24 h": ("2025-01-01 00:00:00", "2025-01-02 00:30:00", 25),
    "a leap day": ("2024-02-28 00:00:00", "2024-03-01 00:00:00", 48),
}


@pytest.mark.parametrize(("a", "b", "hours"), HOURS.values(), ids=HOURS)
def test_hours_are_whole_and_rounded_up(connection, a, b, hours) -> None:
    text = f"SELECT hours_between(TIMESTAMP '{a}', TIMESTAMP '{b}')"

    assert connection.execute(text).fetchone() == (hours,)


def test_hours_are_bigint_and_null_where_an_instant_is(connection) -> None:
    instant = "TIMESTAMP '2025-01-01'"
    missing = "CAST(NULL AS TIMESTAMP)"
    text = (
        f"SELECT typeof(hours_between({instant}, {instant})), hours_between({missing}, {instant})"
    )

    assert connection.execute(text).fetchone() == ("BIGINT", None)


@given(st.integers(0, 10**9))
def test_hours_never_undercut_the_time(microseconds) -> None:
    opened = session_with_hours()
    start = "TIMESTAMP '2025-01-01'"
    text = f"SELECT hours_between({start}, {start} + INTERVAL '{microseconds}' MICROSECOND)"
    (hours,) = opened.execute(text).fetchone()

    assert (hours - 1) * 3600 * 10**6 < microseconds <= hours * 3600 * 10**6


def session_with_hours(opened=[]):  # noqa: B006 (one engine serves all examples)
    if not opened:
        opened.append(connect({}, []))
        session.prepare(opened[0])
    return opened[0]


def test_rows_are_laid_in_utc(connection) -> None:
    instant = datetime(2025, 1, 1, 12, tzinfo=UTC)
    session.lay(connection, "days", [(instant,)])
    session.lay(connection, "baselines", [])

    assert connection.execute("SELECT * FROM days").fetchall() == [(instant.replace(tzinfo=None),)]
    assert connection.execute("SELECT * FROM baselines").fetchall() == []


def test_a_query_is_grouped_by_scope_and_period_in_one_order(connection) -> None:
    start, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC)
    session.lay(connection, "periods", [("2025-Q1", start, end, end, end)])
    session.lay(connection, "names", [(1, "hr"), (2, "iam")])
    session.lay(
        connection,
        "days",
        [(datetime(2025, 1, day, tzinfo=UTC),) for day in (1, 2)],
    )
    connection.execute(
        "INSERT INTO feed_days (tenant_id, business_unit, source, day, expected, received) VALUES "
        "('b', '', 'iam', '2025-01-02', true, true), ('b', '', 'hr', '2025-01-01', true, true), "
        "('a', '', 'hr', '2025-01-01', true, false)"
    )
    counts = session.count(connection, "telemetry")

    assert {key: list(periods) for key, periods in counts.items()} == {
        ("a", ""): ["2025-Q1"],
        ("b", ""): ["2025-Q1"],
    }
    assert counts["b", ""]["2025-Q1"] == [
        {"name_number": 1, "row_days": 1, "expected_days": 2, "received_days": 1, "gap_days": 1},
        {"name_number": 2, "row_days": 1, "expected_days": 1, "received_days": 1, "gap_days": 0},
    ]


def test_the_digest_is_of_the_file() -> None:
    text = session.query_text("owners")

    assert session.digest("owners") == hashlib.sha256(text.encode()).hexdigest()


def test_the_first_instant_of_each_scope_over_tables() -> None:
    connection = connect(
        {
            "identities": [{"created_at": None}, {"created_at": "2024-05-01"}],
            "grants": [{"effective_at": "2024-03-01 10:00:00"}],
            "findings": [{"tenant_id": "b", "opened_at": "2025-01-01"}],
            "activity": [{"tenant_id": "c", "occurred_at": None}],
        },
        [],
    )
    instants = {
        "identities": "created_at",
        "grants": "effective_at",
        "findings": "opened_at",
        "activity": "occurred_at",
    }

    assert session.first_instants(connection, instants) == {
        ("acme", ""): datetime(2024, 3, 1, 10, tzinfo=UTC),
        ("b", ""): datetime(2025, 1, 1, tzinfo=UTC),
    }


def test_who_delivered_what_and_how() -> None:
    connection = connect(
        {
            "grants": [
                {"source": "iam", "collected": "api"},
                {"source": "iam", "collected": "manual"},
                {"source": "iam", "collected": "api"},
                {"tenant_id": "b", "source": "hr"},
            ]
        },
        [],
    )

    assert session.deliveries(connection, ["grants", "leavers"]) == {
        "grants": {
            ("acme", ""): {("iam", "api"), ("iam", "manual")},
            ("b", ""): {("hr", "export")},
        },
        "leavers": {},
    }


def test_what_is_said_of_scopes() -> None:
    connection = connect(
        {
            "scope": [
                {"tenant_id": "b", "onboarded_at": "2024-02-01", "labels": '{"class": "bank"}'},
                {},
            ],
            "feed_days": [{"source": "iam"}],
            "inventory_sources": [{"source": "hr"}, {"source": "iam"}],
            "grants": [{"source": "other"}],
        },
        [],
    )

    assert session.described_scopes(connection) == {
        ("acme", ""): (None, {}),
        ("b", ""): (datetime(2024, 2, 1, tzinfo=UTC), {"class": "bank"}),
    }
    assert session.source_names(connection) == {"hr", "iam"}
