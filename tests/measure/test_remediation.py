"""Tests for `plumbgate.measure.remediation` and its query."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import quantile_test
from tests.measure import oracle_remediation
from tests.measure.counting import PERIODS, counted, day, instants, later

from plumbgate.measure.remediation import REMEDIATION
from plumbgate.measure.settings import Settings
from plumbgate.model.snapshot import Exclusion

MEASURES = {measure.metric.id.partition(".")[2]: measure for measure in REMEDIATION}
WINDOW = Settings(remediation_window=15)
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
LIMIT = timedelta(days=7)
numbers = count()


def finding(opened, closed=None, resolution="remediated", **columns):
    """A high finding of key `k`, days counted from the start of P0; open without `closed`."""
    instant = {
        name: day(columns.pop(name)) if isinstance(columns.get(name), int | float) else None
        for name in ("first_action_at", "first_due_at")
        if not hasattr(columns.get(name), "year")
    }
    return {
        "finding_id": f"{next(numbers):06}",
        "finding_key": "k",
        "severity": "high",
        "left_truncated": False,
        "opened_at": day(opened) if isinstance(opened, int | float) else opened,
        "closed_at": day(closed) if isinstance(closed, int | float) else closed,
        "resolution": None if closed is None else resolution,
        **instant,
        **columns,
    }


def each(*findings):
    """The same findings, each under a key of its own."""
    return [row | {"finding_key": str(number)} for number, row in enumerate(findings)]


def estimate(metric, findings, *periods, settings=WINDOW):
    counts = counted("remediation", {"findings": findings})
    rows = [row for period in periods or ("P0",) for row in counts.get(("acme", period), [])]
    return MEASURES[metric].compute(rows, settings)


def left_out(result):
    return {exclusion.reason: exclusion.n for exclusion in result.frame.excluded}


# name: findings, n, events, value in days within the window of 15 d
RESTRICTED_MEANS = {
    "nothing": ([], 0, 0, None),
    "remediated after 10 d": ([finding(1, 11)], 1, 1, 10),
    "remediated after the window": ([finding(1, 21)], 1, 1, 15),
    "open at the close": ([finding(1)], 1, 0, 15),
    "remediated at the close is open": ([finding(1, 30)], 1, 0, 15),
    "remediated just before the close": ([finding(1, day(30) - INSTANT)], 1, 1, 15),
    "part of an hour is a whole one": ([finding(1, day(2) + HOUR / 2)], 1, 1, 25 / 24),
    "closed as it opened": ([finding(1, 1)], 1, 1, 0),
    "opened at the start": ([finding(0, 6)], 1, 1, 6),
    "opened just before the start": ([finding(day(0) - INSTANT, 6)], 0, 0, None),
    "opened at the end": ([finding(30, 36)], 0, 0, None),
    "risk accepted leaves, is no event": (
        each(finding(1, 11, "risk_accepted"), finding(1)),
        2,
        0,
        15,
    ),
    "closed without a word is no event": (each(finding(1, 11, None), finding(1)), 2, 0, 15),
    "event before what leaves at the same hour": (
        each(finding(1, 7, "false_positive"), finding(1, 7), finding(1)),
        3,
        1,
        # 1 for 6 d, then 2/3 for 9 d.
        12,
    ),
    "curve by hand": (
        each(finding(1, 5), finding(1, 7, "expired"), finding(1, 11)),
        3,
        2,
        # 1 for 4 d, 2/3 for 6 d; at 10 d the last one leaves with an event.
        8,
    ),
    "duplicate is left out": (each(finding(1, 3, "duplicate"), finding(1, 5)), 1, 1, 4),
    "duplicate at the close is still open": ([finding(1, 30, "duplicate")], 1, 0, 15),
    "left-truncated is left out": (
        each(finding(1, 3, left_truncated=True), finding(1, 5)),
        1,
        1,
        4,
    ),
    "medium is left out": (each(finding(1, 3, severity="medium"), finding(1, 5)), 1, 1, 4),
    "flap under 2 d": ([finding(1, 4), finding(day(6) - INSTANT, 11)], 1, 1, 10),
    "gap of 2 d": ([finding(1, 4), finding(6, 11)], 2, 2, 4),
    "flap, then open": ([finding(1, 4), finding(5)], 1, 0, 15),
    "flap, the last resolution counts": (
        # No event, so that the curve stays at 1.
        [finding(1, 4), finding(5, 12, "reclassified")],
        1,
        0,
        15,
    ),
    "flap into the next period": ([finding(20, 29), finding(30, 31)], 1, 1, 9),
    "flap from the period before": ([finding(-9, -1), finding(0.5, 6)], 0, 0, None),
    "three flaps": ([finding(1, 2), finding(3, 4), finding(5, 6)], 1, 1, 5),
    "an open finding keeps the episode open": ([finding(1), finding(5, 6)], 1, 0, 15),
    "the last to close closes": ([finding(1, 11), finding(2, 3, "expired")], 1, 1, 10),
    "both close at once: the later opening's word": (
        [finding(1, 11), finding(2, 11, "expired")],
        1,
        0,
        15,
    ),
    "both open and close at once: the greater id's word": (
        [finding(1, 11), finding(1, 11, "expired")],
        1,
        0,
        15,
    ),
    "a duplicate does not bridge": (
        [finding(1, 3), finding(3, 7, "duplicate"), finding(7, 11)],
        2,
        2,
        3,
    ),
    "a left-truncated one does not bridge": (
        [finding(1, 3), finding(3, 7, left_truncated=True), finding(7, 11)],
        2,
        2,
        3,
    ),
    "other keys are not merged": (each(finding(1, 4), finding(5, 9)), 2, 2, 3.5),
}


@pytest.mark.parametrize(
    ("findings", "n", "events", "value"), RESTRICTED_MEANS.values(), ids=RESTRICTED_MEANS
)
def test_restricted_mean(findings, n, events, value) -> None:
    result = estimate("rmst_high", findings)

    assert (result.n, result.numerator, result.denominator) == (n, events, n)
    assert result.value == (None if value is None else pytest.approx(value, abs=1e-12))


def test_the_same_key_of_two_tenants_is_two_episodes() -> None:
    findings = [finding(1, 4), finding(5, 9, tenant_id="other")]
    counts = counted("remediation", {"findings": findings})

    assert [sum(row["leaving"] for row in rows) for rows in counts.values()] == [1, 1]


def test_findings_of_a_unit_stand_beside_those_of_its_tenant() -> None:
    """The tenant's rows of the key are a flap; the unit has the first of them alone."""
    rows = [finding(1, 4), finding(5, 9), finding(1, 4, business_unit="emea")]
    ((whole,), (part,)) = (
        counted("remediation", {"findings": rows}, unit=unit)["acme", "P0"] for unit in ("", "emea")
    )

    assert (whole["leaving"], whole["hours"], whole["flaps"]) == (1, 8 * 24, 1)
    assert (part["leaving"], part["hours"], part["flaps"]) == (1, 3 * 24, 0)


def test_restricted_mean_interval() -> None:
    """By hand: the areas right of 4 d and 10 d are 4 d and 0 d, so Greenwood is 16 / (3 * 2)."""
    findings, *_ = RESTRICTED_MEANS["curve by hand"]
    result = estimate("rmst_high", findings)
    margin = 2.5758293 * (16 / 6) ** 0.5

    assert (result.low, result.high) == pytest.approx((8 - margin, 8 + margin), abs=1e-6)


def test_left_out_is_counted() -> None:
    findings = each(
        finding(1, 3, "duplicate"),
        finding(1, 3, left_truncated=True),
        finding(2, left_truncated=True),
        finding(-2, left_truncated=True),
        finding(-2, 3, "duplicate"),
        finding(1, 5),
    )
    result = estimate("rmst_high", findings)

    assert (result.frame.in_scope, result.frame.measured) == (4, 1)
    assert [exclusion.n for exclusion in result.frame.excluded] == [2, 1]


# name: day of opening in P0, whether the mean up to 15 d is reached
FLAT_TAILS = {
    "seen for the window": (15, True),
    "held flat for one day": (16, True),
    "held flat for more": (day(16) + HOUR, False),
}


@pytest.mark.parametrize(("opened", "reached"), FLAT_TAILS.values(), ids=FLAT_TAILS)
def test_flat_tail(opened, reached) -> None:
    assert estimate("rmst_high", [finding(opened)]).reached is reached


def test_flat_tail_is_weighed_by_the_share_that_is_still_open() -> None:
    """Half of the curve held flat for 2 d is one day; a curve at 0 has no tail."""
    assert estimate("rmst_high", each(finding(17), finding(17, 18))).reached
    assert estimate("rmst_high", [finding(17, 18)]).reached


def test_reason_says_what_dashboards_show() -> None:
    findings = [
        *each(finding(1, 4), finding(1, 6, "expired"), finding(1)),
        finding(2, 3, finding_key="0"),
    ]
    reason = estimate("rmst_high", findings).reason

    assert "mean of closed episodes alone 4 d" in reason
    assert "33.3 % still open" in reason
    assert "reopened within 2 d and merged: 1" in reason


def test_reason_without_a_closed_episode() -> None:
    reason = estimate("rmst_high", [finding(1)]).reason

    assert reason == "what most dashboards show: 100 % still open"


# name: findings, n, done in time, value; limits are 7 d for critical, 30 d for high
WITHIN_LIMIT = {
    "nothing": ([], 0, 0, None),
    "at the limit": ([finding(1, 8, severity="critical")], 1, 1, 1),
    "a moment late": ([finding(1, day(8) + INSTANT, severity="critical")], 1, 0, 0),
    "own due date": ([finding(1, 8, first_due_at=8)], 1, 1, 1),
    "later than the own due date": ([finding(1, 9, first_due_at=8)], 1, 0, 0),
    "own due date stands above severity": (
        [finding(1, 11, first_due_at=11, severity="critical")],
        1,
        1,
        1,
    ),
    "due after the close": ([finding(25, 26, first_due_at=65)], 1, 1, 1),
    "due date of the first in a flap": (
        [finding(1, 4, first_due_at=8), finding(5, 9, first_due_at=20)],
        1,
        0,
        0,
    ),
    "highest severity in a flap": (
        [finding(1, 4, severity="critical"), finding(5, 9)],
        1,
        0,
        0,
    ),
    "limits of 7 d and 30 d are one clock": (
        # Done at half of the limit, left at 0.4 of it, open at 2 and 3 of it.
        each(
            finding(1, 16, first_due_at=31),
            finding(1, 3.8, "expired", severity="critical"),
            finding(2, first_due_at=16),
            finding(3, first_due_at=12),
        ),
        4,
        1,
        1 / 3,
    ),
}


@pytest.mark.parametrize(
    ("findings", "n", "done", "value"), WITHIN_LIMIT.values(), ids=WITHIN_LIMIT
)
def test_within_limit(findings, n, done, value) -> None:
    result = estimate("within_sla", findings)

    assert (result.n, result.numerator, result.denominator) == (n, done, n)
    assert result.value == (None if value is None else pytest.approx(value, abs=1e-12))
    assert result.reached


def test_setting_applies_without_a_due_date() -> None:
    findings = each(finding(1, 4), finding(1, 4, severity="critical"))
    limits = Settings(sla={"critical": 2, "high": 3})

    assert estimate("within_sla", findings, settings=limits).value == 0.5


def test_nobody_reached_the_limit() -> None:
    """With all of them open or gone before their limit, there is nothing to say of it."""
    result = estimate("within_sla", each(finding(20), finding(20, 22)))

    assert (result.n, result.reached) == (2, False)


# name: findings, closed otherwise than by remediation, closed
RECLASSIFIED = {
    "nothing": ([], 0, 0),
    "none closed": ([finding(1)], 0, 0),
    "closed at the close is not closed": ([finding(1, 30, "reclassified")], 0, 0),
    "each other word": (
        each(
            *(finding(1, 5, word) for word in ("reclassified", "risk_accepted", "false_positive")),
            finding(1, 5, "expired"),
            finding(1, 5, None),
            finding(1, 5),
        ),
        5,
        6,
    ),
    "duplicates do not count": (each(finding(1, 5, "duplicate"), finding(1, 5)), 0, 1),
    "opened before the period": ([finding(-9, 5, "reclassified")], 0, 0),
}


@pytest.mark.parametrize(("findings", "x", "n"), RECLASSIFIED.values(), ids=RECLASSIFIED)
def test_reclassified(findings, x, n) -> None:
    result = estimate("reclass_share", findings)

    assert (result.n, result.numerator, result.denominator) == (n, x, n)
    assert result.value == result.low == result.high == (x / n if n else None)


def test_open_episodes_are_left_out_of_the_reclassified() -> None:
    result = estimate("reclass_share", each(finding(1, 5), finding(1), finding(2)))

    assert result.frame.in_scope == 3
    assert result.frame.excluded == (Exclusion("open when the period closed", 2),)


# name: findings, acted upon in 7 d, seen for 7 d
FIRST_ACTIONS = {
    "nothing": ([], 0, 0),
    "at the limit": ([finding(1, first_action_at=8)], 1, 1),
    "a moment late": ([finding(1, first_action_at=day(8) + INSTANT)], 0, 1),
    "never": ([finding(1)], 0, 1),
    "7 d at the close": ([finding(23, first_action_at=24)], 1, 1),
    "action at the close has not happened": ([finding(23, first_action_at=30)], 0, 1),
    "less than 7 d": ([finding(day(23) + INSTANT, first_action_at=24)], 0, 0),
    "first of a flap": (
        [finding(1, 2, first_action_at=1.5), finding(3, 5, first_action_at=9)],
        1,
        1,
    ),
    "only after the flap": ([finding(1, 2), finding(3, 5, first_action_at=4)], 1, 1),
    "duplicates do not count": ([finding(1, 3, "duplicate", first_action_at=2)], 0, 0),
}


@pytest.mark.parametrize(("findings", "x", "n"), FIRST_ACTIONS.values(), ids=FIRST_ACTIONS)
def test_first_action(findings, x, n) -> None:
    result = estimate("first_action_7d", findings)

    assert (result.n, result.numerator, result.denominator) == (n, x, n)
    assert result.value == (x / n if n else None)


def test_too_young_is_left_out() -> None:
    excluded = left_out(estimate("first_action_7d", each(finding(1), finding(28))))

    assert excluded == {"opened less than 7 d before the period closed": 1}


# name: findings, how many are open at the end of P0, age in days of the one at rank 0.9 n
OPEN_AGES = {
    "nothing": ([], 0, None),
    "none open": ([finding(1, 5)], 0, None),
    "closed at the end is open": ([finding(10, 30)], 1, 20),
    "closed just before": ([finding(10, day(30) - INSTANT)], 0, None),
    "opened at the end": ([finding(30)], 0, None),
    "opened long before": ([finding(-300)], 1, 330),
    "age from the first of a chain": ([finding(-20, -10), finding(-9, 9), finding(10)], 1, 50),
    "age of the newer after a gap": ([finding(-20, -10), finding(10)], 1, 20),
    "duplicate found later": ([finding(10, 31, "duplicate")], 1, 20),
    "left-truncated": (each(finding(1, left_truncated=True), finding(10)), 1, 20),
    "tenth of ten is the ninth": (each(*(finding(30 - age) for age in range(1, 11))), 10, 9),
    "eleventh": (each(*(finding(30 - age) for age in range(1, 12))), 11, 10),
}


@pytest.mark.parametrize(("findings", "n", "value"), OPEN_AGES.values(), ids=OPEN_AGES)
def test_open_age(findings, n, value) -> None:
    result = estimate("open_age_p90", findings)

    assert (result.n, result.denominator, result.value) == (n, n, value)


@pytest.mark.parametrize("n", [12, 50, 51, 80])
def test_open_age_interval(n) -> None:
    ages = range(1, n + 1)
    result = estimate("open_age_p90", each(*(finding(30 - age) for age in ages)))
    expected = quantile_test(list(ages), q=0, p=0.9).confidence_interval(0.99)

    assert result.low == expected.low
    assert result.high == (None if n < 51 else expected.high)


def test_left_truncated_open_episodes_are_counted() -> None:
    findings = each(finding(-9, left_truncated=True), finding(1, 2, left_truncated=True))

    assert list(left_out(estimate("open_age_p90", findings)).values()) == [1]


def test_pooling_unites_the_cohorts_each_with_its_own_close() -> None:
    """Opened 10 d before either close and open: two of 10 d, with 0.5 left of the curve after 5."""
    findings = each(finding(20), finding(50, 55))
    result = estimate("rmst_high", findings, "P0", "P1", settings=Settings(remediation_window=10))

    assert (result.n, result.numerator) == (2, 1)
    assert result.value == pytest.approx(5 + 0.5 * 5)


def test_an_incomplete_period_closes_at_as_of() -> None:
    """P2 closes on day 80: what happens from then on has not happened."""
    findings = each(finding(70, 80), finding(79), finding(80), finding(81))

    assert estimate("rmst_high", findings, "P2").n == 2
    assert estimate("rmst_high", findings, "P2").numerator == 0


@st.composite
def findings_(draw):
    """A finding that the records accept, with instants at every edge."""
    opened = draw(instants())
    closed = draw(st.none() | later(opened))
    words = ["remediated", "reclassified", "risk_accepted", "duplicate", "duplicate", None]
    return {
        "tenant_id": draw(st.sampled_from(["acme", "other"])),
        "finding_key": draw(st.sampled_from(["a", "b"])),
        "severity": draw(st.sampled_from(["critical", "high", "high", "high", "medium"])),
        "opened_at": opened,
        "closed_at": closed,
        "resolution": None if closed is None else draw(st.sampled_from(words)),
        "first_action_at": draw(st.none() | later(opened)),
        "first_due_at": draw(st.none() | later(opened + INSTANT)),
        "left_truncated": draw(st.sampled_from([False, False, False, True])),
    }


@settings(deadline=None, max_examples=150)
@given(st.lists(findings_(), max_size=9))
def test_query_counts_as_the_plain_loops_do(drawn) -> None:
    rows = [row | {"finding_id": str(number)} for number, row in enumerate(drawn)]
    counts = counted("remediation", {"findings": rows})

    for tenant in ("acme", "other"):
        of_tenant = [row for row in rows if row["tenant_id"] == tenant]
        for period in PERIODS:
            actual = [
                {name: n for name, n in row.items() if n or name in _CELL}
                for row in counts.get((tenant, period[0]), [])
            ]
            expected = oracle_remediation.counts(of_tenant, period)
            assert sorted(map(_sortable, actual)) == sorted(map(_sortable, expected))


_CELL = ("hours", "limit_hours", "critical")


def _sortable(row):
    return sorted(row.items())
