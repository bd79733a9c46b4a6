"""Tests for `plumbgate.measure.baseline`, and of the feeds that decide what is measurable."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.measure.recorded import MONTHS, days, metric, snapshots

from plumbgate.measure.baseline import Readings, baseline_periods
from plumbgate.measure.measures import Estimate
from plumbgate.measure.metrics import METRICS
from plumbgate.measure.periods import Calendar, complete_periods
from plumbgate.measure.states import measurement_of
from plumbgate.model.snapshot import State

START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
YEAR = complete_periods(Calendar(months=1), "acme", START, END)
IDS = [period.id for period in YEAR]


def onboarded(month, day=1):
    return datetime(2024, month, day, tzinfo=UTC)


BASELINES = {
    "the first two": (6, onboarded(1), IDS, IDS[:2]),
    "the second period has one": (1, onboarded(1), IDS, IDS[:1]),
    "the first has none": (0, onboarded(1), IDS, []),
    "since onboarding": (6, onboarded(3), IDS, IDS[2:4]),
    "onboarded inside a period": (6, onboarded(3, 2), IDS, IDS[3:5]),
    "only measurable ones": (6, onboarded(1), [IDS[1], IDS[4], IDS[5]], [IDS[1], IDS[4]]),
    "one that ended only with this one": (4, onboarded(1), [IDS[4], IDS[5]], []),
    "nothing measurable": (6, onboarded(1), [], []),
    "onboarded later": (2, onboarded(6), IDS, []),
}


@pytest.mark.parametrize(("at", "since", "measurable", "ids"), BASELINES.values(), ids=BASELINES)
def test_baseline_periods(at, since, measurable, ids) -> None:
    assert list(baseline_periods(YEAR[at], YEAR, since, measurable)) == ids


@given(st.sets(st.sampled_from(IDS)), st.integers(0, 10))
def test_a_full_baseline_never_moves(measurable, at) -> None:
    """What happens later, a new measurable period among it, leaves a baseline as it is."""
    now = baseline_periods(YEAR[at], YEAR, START, measurable)
    later = baseline_periods(YEAR[at + 1], YEAR, START, measurable)

    assert later[: len(now)] == now


# A change needs both sides to be judged.


def reading(**changed):
    """Return readings in which every metric is ok, but for `changed`, by metric id."""
    good = Estimate(10_000, 0.5, 5_000, 10_000, 0.4, 0.6)
    estimates = {m.metric.id: changed.get(m.metric.id, good) for m in METRICS}
    measurements = {m.metric.id: measurement_of(m.metric, estimates[m.metric.id]) for m in METRICS}
    return Readings(estimates, measurements)


RECALL = "reviews.flagged_recall"
JUDGED = {
    "at the minimum": (Estimate(30, 0.5, 15, 30, 0.4, 0.6), True),
    "small": (Estimate(29, 0.5, 15, 29, 0.4, 0.6), False),
    "no data": (Estimate(0), False),
    "not measured": (Estimate(99, 0.5, 50, 99, 0.4, 0.6, measured=False), False),
    "not reached": (Estimate(99, 0.5, 50, 99, 0.4, 0.6, reached=False), False),
}


@pytest.mark.parametrize(("estimate", "exists"), JUDGED.values(), ids=JUDGED)
def test_a_change_is_there_where_both_can_be_judged(estimate, exists) -> None:
    odd, plain = reading(**{RECALL: estimate}), reading()

    assert (RECALL in odd.changes(plain)) is exists
    assert (RECALL in plain.changes(odd)) is exists
    assert set(plain.changes(plain)) - {RECALL} == set(odd.changes(plain)) - {RECALL}


def test_changes_are_turned_so_that_plus_is_better() -> None:
    better = Estimate(10_000, 0.6, 6_000, 10_000, 0.5, 0.7)
    changed = reading(**{"reviews.flagged_recall": better, "exceptions.carryover": better}).changes(
        reading()
    )

    assert changed["reviews.flagged_recall"].delta == pytest.approx(0.1)
    assert changed["exceptions.carryover"].delta == pytest.approx(-0.1)


# Pooling, and what silence takes away.

OWNER = {
    "identity_id": "svc",
    "owner_status": "active",
    "owner_in_workflow": True,
    "valid_from": "2024-01-01",
}


def findings(opened, owned, lost, **given):
    return [{"opened_at": opened, "identity_id": "svc"} | given] * owned + [
        {"opened_at": opened} | given
    ] * lost


def test_pooled_periods_add_up(tmp_path) -> None:
    tables = {
        "findings": findings("2025-01-10", 30, 10)
        + findings("2025-02-10", 10, 30)
        + findings("2025-03-10", 40, 0),
        "owners": [OWNER],
        "scope": [{"onboarded_at": "2025-01-01"}],
        "feed_days": days("2025-01-01", "2025-03-31"),
    }
    march = snapshots(tmp_path, tables)["acme", "2025-03"].facts
    pooled = march.baseline.metrics["base.owner_in_workflow"]

    assert march.baseline.periods == ("2025-01", "2025-02")
    assert (pooled.numerator, pooled.denominator, pooled.value) == (40, 80, 0.5)
    assert march.previous.periods == ("2025-02",)
    assert march.previous.metrics["base.owner_in_workflow"].value == 0.25
    assert march.change["base.owner_in_workflow"].delta == 0.5
    assert march.since_previous["base.owner_in_workflow"].delta == 0.75


FEB_GAP = days("2025-01-01", "2025-02-08") + days("2025-02-16", "2025-03-31")
LONG_GAP = days("2025-01-01", "2025-02-08") + days("2025-02-17", "2025-03-31")
OTHER = days("2025-01-01", "2025-03-31", source="hr")
RETIRED = days("2025-01-01", "2025-01-20", source="old") + OTHER
SILENT = {
    "seven days": (FEB_GAP, (), State.OK, ""),
    "eight days": (
        LONG_GAP,
        (),
        State.NOT_MEASURED,
        "the feed feed was silent in 2025-02: 8 d without receipt",
    ),
    "a feed that the metric does not need": (RETIRED, (), State.OK, ""),
    "a feed without any feed day": (OTHER, (), State.OK, ""),
    "a feed without feed day that must report": (
        OTHER,
        ("feed",),
        State.NOT_MEASURED,
        "the feed feed was silent in 2025-02: it has no feed day",
    ),
    "no feed days at all": ([], (), State.OK, ""),
}


@pytest.mark.parametrize(("rows", "expect", "state", "reason"), SILENT.values(), ids=SILENT)
def test_a_silent_feed_is_not_measured(tmp_path, rows, expect, state, reason) -> None:
    tables = {"findings": findings("2025-02-10", 30, 0), "owners": [OWNER]}
    if rows:
        tables["feed_days"] = rows
    else:
        tables["activity"] = [{"at": "2025-01-01"}]
    settings = replace(MONTHS, expect_feeds=expect)
    measured = metric("base.owner_in_workflow", tmp_path, tables, settings=settings)["2025-02"]

    assert (measured.state, measured.reason) == (state, reason)
    assert (measured.numerator, measured.denominator) == (30, 30)


def test_the_gap_that_silences_is_a_setting(tmp_path) -> None:
    tables = {
        "findings": findings("2025-02-10", 30, 0),
        "owners": [OWNER],
        "feed_days": LONG_GAP,
    }
    settings = replace(MONTHS, feed_gap=8)
    measured = metric("base.owner_in_workflow", tmp_path, tables, settings=settings)["2025-02"]

    assert measured.state is State.OK


def test_a_feed_silent_in_one_pooled_period_leaves_the_pool_not_measured(tmp_path) -> None:
    tables = {
        "findings": [
            row for month in ("01", "02", "03", "04") for row in findings(f"2025-{month}-10", 30, 0)
        ],
        "owners": [OWNER],
        "feed_days": LONG_GAP + days("2025-04-01", "2025-04-30"),
    }
    as_of = datetime(2025, 5, 1, tzinfo=UTC)
    april = snapshots(tmp_path, tables, as_of=as_of)["acme", "2025-04"].facts

    assert april.metrics["base.owner_in_workflow"].state is State.OK
    assert april.pooled["base.owner_in_workflow"].state is State.NOT_MEASURED
    assert april.pooled["base.owner_in_workflow"].n == 120


def others(sources):
    """Return feed days without a gap, of as many sources."""
    return [
        row
        for number in range(sources)
        for row in days("2025-01-01", "2025-03-31", source=f"other-{number}")
    ]


BOTH, JANUARY = ("2025-01", "2025-02"), ("2025-01",)
MEASURABLE = {
    "all received": (others(1), BOTH, 0),
    "7 of 140 days missing, 7 in a row": (FEB_GAP + others(4), BOTH, 7),
    "7 of 112 days missing": (FEB_GAP + others(3), JANUARY, 7),
    "8 of 280 days missing, 8 in a row": (LONG_GAP + others(9), JANUARY, 8),
    "no feed days": ([], (), None),
}


@pytest.mark.parametrize(("rows", "baseline", "gap"), MEASURABLE.values(), ids=MEASURABLE)
def test_a_baseline_has_measurable_periods(tmp_path, rows, baseline, gap) -> None:
    tables = {"scope": [{"onboarded_at": "2025-01-01"}], "activity": [{"at": "2025-01-01"}]}
    if rows:
        tables["feed_days"] = rows
    found = snapshots(tmp_path, tables)
    march = found["acme", "2025-03"].facts

    assert (march.baseline.periods if march.baseline else ()) == baseline
    assert found["acme", "2025-02"].facts.metrics["base.telemetry_gap"].value == gap


def test_a_period_without_a_feed_that_must_report_is_not_measurable(tmp_path) -> None:
    tables = {
        "scope": [{"onboarded_at": "2025-01-01"}],
        "feed_days": others(1) + days("2025-02-01", "2025-03-31", source="vault"),
    }
    settings = replace(MONTHS, expect_feeds=("vault",))
    march = snapshots(tmp_path, tables, settings=settings)["acme", "2025-03"].facts

    assert march.baseline.periods == ("2025-02",)


def test_how_records_were_collected_is_said_at_its_least_automatic(tmp_path) -> None:
    tables = {
        "findings": findings("2025-01-10", 1, 0, collected="api"),
        "owners": [OWNER | {"collected": "export"}],
        "leavers": [{"left_at": "2025-01-05", "collected": "manual"}],
    }
    metrics = snapshots(tmp_path, tables)["acme", "2025-01"].facts.metrics

    assert metrics["remediation.rmst_high"].frame.collected == "api"
    assert metrics["base.owner_in_workflow"].frame.collected == "export"
    assert metrics["base.manual_share"].frame.collected == "manual"
