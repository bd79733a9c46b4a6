"""Tests for `plumbgate.measure.entitlements` and its queries."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson_2indep
from tests.measure import oracle_entitlements
from tests.measure.canonical import connect
from tests.measure.counting import PERIODS, counted, day, instants, later

from plumbgate.measure.compare import hybrid_difference
from plumbgate.measure.entitlements import ENTITLEMENTS
from plumbgate.measure.session import count as count_rows
from plumbgate.measure.settings import Settings
from plumbgate.measure.statistics import wilson

MEASURES = {measure.metric.id: measure for measure in ENTITLEMENTS}
DRIFT, EXCESS = MEASURES["entitlements.net_drift"], MEASURES["entitlements.excess_nhi"]
INSTANT = timedelta(microseconds=1)
numbers = count()


def grant(began, revoked=None, expires=None, assignment="standing", **columns):
    """A grant to `nhi`, days counted from the start of P0."""
    began, revoked, expires = (
        day(at) if isinstance(at, int | float) else at for at in (began, revoked, expires)
    )
    return {
        "grant_id": f"{next(numbers):06}",
        "identity_id": "nhi",
        "entitlement_id": "read",
        "effective_at": began,
        "revoked_at": revoked,
        "expires_at": expires,
        "assignment": assignment,
        "last_used_at": None,
        **columns,
    }


def drift(grants, *periods):
    counts = counted("entitlements_drift", {"grants": grants})
    rows = [row for period in periods or ("P1",) for row in counts.get(("acme", period), [])]
    return DRIFT.compute(rows, Settings())


# name: grants, held at the start of P1, begun and ended in P1 (day 30 to before day 60)
DRIFTS = {
    "nothing": ([], 0, 0, 0),
    "held throughout": ([grant(0)], 1, 0, 0),
    "began just before the start": ([grant(day(30) - INSTANT)], 1, 0, 0),
    "began at the start": ([grant(30)], 0, 1, 0),
    "began just before the end": ([grant(day(60) - INSTANT)], 0, 1, 0),
    "began at the end": ([grant(60)], 0, 0, 0),
    "ended just before the start": ([grant(0, day(30) - INSTANT)], 0, 0, 0),
    "ended at the start": ([grant(0, 30)], 1, 0, 1),
    "ended just before the end": ([grant(0, day(60) - INSTANT)], 1, 0, 1),
    "ended at the end": ([grant(0, 60)], 1, 0, 0),
    "began and ended in the period": ([grant(31, 32)], 0, 1, 1),
    "began and ended at one instant": ([grant(31, 31)], 0, 1, 1),
    "began and ended at the start": ([grant(30, 30)], 0, 1, 1),
    "over the whole period": ([grant(0, 70)], 1, 0, 0),
    "gone before": ([grant(0, 20)], 0, 0, 0),
    "expiry ends it": ([grant(0, None, 40)], 1, 0, 1),
    "revoked before the expiry": ([grant(0, 40, 70)], 1, 0, 1),
    "expired before it was revoked": ([grant(0, 70, 40)], 1, 0, 1),
    "expired, revoked in the period": ([grant(0, 40, 20)], 0, 0, 0),
    "revoked and expired in the period is one end": ([grant(0, 40, 50)], 1, 0, 1),
    "eligible counts": ([grant(0, assignment="eligible"), grant(31, 40)], 1, 1, 1),
    "activations do not": (
        [grant(at, assignment="jit_activation") for at in (0, 31)],
        0,
        0,
        0,
    ),
}


@pytest.mark.parametrize(("grants", "held", "begun", "ended"), DRIFTS.values(), ids=DRIFTS)
def test_drift(grants, held, begun, ended) -> None:
    counts = counted("entitlements_drift", {"grants": grants}).get(("acme", "P1"), [])
    zero = {"held": 0, "begun": 0, "ended": 0}
    row = counts[0] if counts else zero

    assert {name: row[name] for name in zero} == {"held": held, "begun": begun, "ended": ended}


def test_drift_by_hand() -> None:
    """Of 200 held, 7 come and 4 go in 30 days: 3 in 200."""
    grants = [grant(0) for _ in range(196)] + [grant(0, 40) for _ in range(4)]
    result = drift(grants + [grant(31) for _ in range(7)])

    assert (result.n, result.numerator, result.denominator) == (200, 3, 200)
    assert result.value == pytest.approx(0.015)
    assert (result.low, result.high) == pytest.approx(
        confint_poisson_2indep(7, 200, 4, 200, method="wald", compare="diff", alpha=0.01)
    )


def test_drift_is_a_rate_of_30_days() -> None:
    """In a period of 90 days, 9 more on 100 are 3 for every 30 days."""
    start, end = day(0), day(90)
    quarter = ("Q", start, end, end, end)
    grants = [grant(-1) for _ in range(100)] + [grant(5) for _ in range(9)]
    rows = counted("entitlements_drift", {"grants": grants}, [quarter])["acme", "Q"]
    result = DRIFT.compute(rows, Settings())

    assert result.denominator == 300
    assert result.value == pytest.approx(0.03)


def test_without_a_grant_at_the_start_there_is_no_rate() -> None:
    result = drift([grant(31), grant(32)])

    assert (result.n, result.value, result.numerator, result.denominator) == (0, None, 2, 0)


def test_no_rows_at_all() -> None:
    for measure in ENTITLEMENTS:
        result = measure.compute([], Settings())

        assert (result.n, result.value, result.frame.in_scope) == (0, None, 0)


def test_both_compare_by_their_intervals() -> None:
    assert {measure.compare for measure in ENTITLEMENTS} == {hybrid_difference}


def test_activations_are_left_out_and_counted() -> None:
    """One held at the start, one begun in the period, one gone before and one still to come."""
    jit = [grant(began, ended, assignment="jit_activation") for began, ended in ((0, 31), (31, 32))]
    others = [grant(0, 20, assignment="jit_activation"), grant(60, assignment="jit_activation")]
    frame = drift([grant(0), grant(31), *jit, *others]).frame

    assert (frame.in_scope, frame.measured) == (4, 2)
    assert [exclusion.n for exclusion in frame.excluded] == [2]


def test_pooled_drift_adds_up() -> None:
    """Held are 2 over P0 and 4 over P1, of 30 days each; two came in P0, one went in P1."""
    result = drift([grant(-1), grant(-1), grant(5), grant(6, 50)], "P0", "P1")

    assert (result.n, result.numerator, result.denominator) == (6, 1, 6)
    assert result.value == pytest.approx(1 / 6)
    assert (result.frame.in_scope, result.frame.measured) == (8, 8)


def grants_(identities=("nhi",), entitlements=("read",)):
    """Grants that begin and end at adversarial instants; no end before the beginning."""

    def ends(began):
        end = st.none() | later(began)
        return st.fixed_dictionaries(
            {
                "identity_id": st.sampled_from(identities),
                "entitlement_id": st.sampled_from(entitlements),
                "effective_at": st.just(began),
                "revoked_at": end,
                "expires_at": end,
                "last_used_at": st.none() | old_instants(),
                "assignment": st.sampled_from(["standing", "eligible", "jit_activation"]),
            }
        )

    return st.lists(old_instants().flatmap(ends), max_size=8).map(
        lambda rows: [{"grant_id": str(i), **row} for i, row in enumerate(rows)]
    )


def old_instants():
    """Instants about the bounds of periods, and about 90 days before them."""
    return instants() | instants().map(lambda instant: instant - timedelta(days=90))


@settings(deadline=None, max_examples=60)
@given(grants_())
def test_drift_equals_the_oracle(grants) -> None:
    counts = counted("entitlements_drift", {"grants": grants})
    for period in PERIODS:
        expected = oracle_entitlements.drift(grants, period)
        none = dict.fromkeys(expected, 0) | {"hours": expected["hours"]}
        (row,) = counts.get(("acme", period[0]), [none])

        assert row == expected


@settings(deadline=None, max_examples=60)
@given(grants_())
def test_held_plus_begun_less_ended_is_held_next(grants) -> None:
    """Exactly, for periods that closed at their end."""
    counts = counted("entitlements_drift", {"grants": grants})
    p0, p1, p2 = (
        counts.get(("acme", period), [{"held": 0, "begun": 0, "ended": 0}])[0]
        for period in ("P0", "P1", "P2")
    )

    assert p0["held"] + p0["begun"] - p0["ended"] == p1["held"]
    assert p1["held"] + p1["begun"] - p1["ended"] == p2["held"]


def identity(**columns):
    return {
        "identity_id": "nhi",
        "kind": "service_account",
        "usage_observed": True,
        "created_at": None,
        "disabled_at": None,
        "deleted_at": None,
        **columns,
    }


ROLES = [
    {"entitlement_id": "read", "admin_equivalent": False},
    {"entitlement_id": "root", "admin_equivalent": True},
]


def excess(identities, grants, *periods):
    tables = {"identities": identities, "grants": grants, "entitlements": ROLES}
    counts = counted("excess_nhi", tables)
    rows = [row for period in periods or ("P1",) for row in counts.get(("acme", period), [])]
    return EXCESS.compute(rows, Settings())


NHI = [identity()]
LIMIT = day(60) - timedelta(days=90)
OLD = -100


def used(at, **columns):
    return grant(OLD, last_used_at=day(at) if isinstance(at, int | float) else at, **columns)


# name: identities, grants, in excess and measured at the end of P1 (day 60, so 90 d before: -30)
EXCESSES = {
    "no identity": ([], [grant(OLD)], 0, 0),
    "no grant": (NHI, [], 0, 1),
    "an unused old grant": (NHI, [grant(OLD)], 1, 1),
    "used within 90 d": (NHI, [used(50)], 0, 1),
    "used 90 d ago": (NHI, [used(LIMIT)], 0, 1),
    "used a moment earlier": (NHI, [used(LIMIT - INSTANT)], 1, 1),
    "used after the end": (NHI, [used(61)], 0, 1),
    "an unused grant of 90 d is no old one": (NHI, [grant(LIMIT)], 0, 1),
    "a moment older": (NHI, [grant(LIMIT - INSTANT)], 1, 1),
    "grants of 90 d are no old ones": (NHI, [grant(OLD), grant(LIMIT), grant(LIMIT)], 1, 1),
    "nor unused ones": (NHI, [used(50), grant(LIMIT)], 0, 1),
    "half unused": (NHI, [grant(OLD), used(50)], 1, 1),
    "less than half": (NHI, [grant(OLD), used(50), used(50)], 0, 1),
    "new grants do not count": (NHI, [grant(OLD), used(50), grant(0), grant(1)], 1, 1),
    "new ones alone": (NHI, [grant(0), grant(1)], 0, 1),
    "a revoked one does not count": (NHI, [grant(OLD, 59), used(50)], 0, 1),
    "an expired one does not count": (NHI, [grant(OLD, None, 59), used(50)], 0, 1),
    "revoked at the end is held": (NHI, [grant(OLD, 60)], 1, 1),
    "activations are grants too": (NHI, [grant(OLD, assignment="jit_activation")], 1, 1),
    "admin-equivalent, used and new": (NHI, [used(50, entitlement_id="root")], 1, 1),
    "admin-equivalent since yesterday": (NHI, [grant(59, entitlement_id="root")], 1, 1),
    "admin-equivalent at the end": (NHI, [grant(60, entitlement_id="root")], 0, 1),
    "admin-equivalent until before": (NHI, [grant(0, 59, entitlement_id="root")], 0, 1),
    "grants of another": (NHI, [grant(OLD, identity_id="other")], 0, 1),
    "of every kind": (
        [
            identity(identity_id=kind, kind=kind)
            for kind in ("service_account", "api_key", "workload", "ai_agent")
        ],
        [grant(OLD, identity_id="api_key")],
        1,
        4,
    ),
    "of no other kind": (
        [identity(identity_id=kind, kind=kind) for kind in ("human", "group", "unknown")],
        [grant(OLD, identity_id="human")],
        0,
        0,
    ),
    "created just before the end": ([identity(created_at=day(60) - INSTANT)], [], 0, 1),
    "created at the end": ([identity(created_at=day(60))], [], 0, 0),
    "disabled at the end": ([identity(disabled_at=day(60))], [], 0, 1),
    "disabled before": ([identity(disabled_at=day(60) - INSTANT)], [], 0, 0),
    "disabled before it was deleted": (
        [identity(disabled_at=day(59), deleted_at=day(70))],
        [],
        0,
        0,
    ),
    "deleted, never disabled": ([identity(deleted_at=day(59))], [], 0, 0),
    "deleted before it was disabled": (
        [identity(disabled_at=day(70), deleted_at=day(59))],
        [],
        0,
        0,
    ),
    "usage not observed": ([identity(usage_observed=False)], [grant(OLD)], 0, 0),
}


@pytest.mark.parametrize(("identities", "grants", "x", "n"), EXCESSES.values(), ids=EXCESSES)
def test_excess(identities, grants, x, n) -> None:
    result = excess(identities, grants)

    assert (result.n, result.numerator, result.denominator) == (n, x, n)
    assert result.value == (x / n if n else None)
    assert (result.low, result.high) == (wilson(x, n) if n else (None, None))


def test_identities_without_telemetry_are_left_out_and_told() -> None:
    blind = [identity(identity_id=name, usage_observed=False) for name in ("a", "b", "c")]
    grants = [grant(0, identity_id="a", entitlement_id="root"), grant(OLD, identity_id="b")]
    result = excess([identity(), *blind], grants)

    assert (result.n, result.frame.in_scope, result.frame.measured) == (1, 4, 1)
    assert [exclusion.n for exclusion in result.frame.excluded] == [1, 2]
    assert result.reason == "without usage telemetry: 3, of them admin-equivalent: 1"


def test_an_entitlement_without_a_description_is_told() -> None:
    result = excess(NHI, [used(50, entitlement_id="nowhere described")])

    assert (result.numerator, result.n) == (0, 1)
    assert result.reason == "holding an entitlement that the records do not describe: 1"


def test_excess_pools_periods() -> None:
    """Unused since before day -60 counts at the end of P0 already, a later one in P1 only."""
    result = excess(NHI, [grant(-61, 50), grant(-35)], "P0", "P1")

    assert (result.numerator, result.n) == (2, 2)
    assert excess(NHI, [grant(-35)], "P0", "P1").numerator == 1


@pytest.mark.parametrize("column", ["tenant_id", "business_unit"])
def test_scopes_are_apart(column) -> None:
    """An identity and an entitlement mean nothing to another scope's grants."""
    other = {column: "other"}
    grants = [grant(OLD, **other), grant(0, entitlement_id="root")]
    tables = {
        "identities": [identity(), identity(**other)],
        "grants": grants,
        "entitlements": [row | other for row in ROLES],
    }
    with connect(tables, PERIODS) as connection:
        drifts = count_rows(connection, "entitlements_drift")
        excesses = count_rows(connection, "excess_nhi")
    scopes = [("acme", ""), ("other", "") if column == "tenant_id" else ("acme", "other")]

    assert [drifts[scope]["P1"][0]["held"] for scope in scopes] == [1, 1]
    assert [excesses[scope]["P1"] for scope in scopes] == [
        [{"observed": 1, "excess": 0, "undescribed": 1, "unobserved": 0, "unobserved_admin": 0}],
        [{"observed": 1, "excess": 1, "undescribed": 0, "unobserved": 0, "unobserved_admin": 0}],
    ]


IDENTITIES = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["service_account", "ai_agent", "human"]),
            "usage_observed": st.booleans(),
            "created_at": st.none() | instants(),
            "disabled_at": st.none() | instants(),
            "deleted_at": st.none() | instants(),
        }
    ),
    max_size=3,
).map(lambda rows: [{"identity_id": str(i), **row} for i, row in enumerate(rows)])


@settings(deadline=None, max_examples=80)
@given(IDENTITIES, grants_(("0", "1", "2", "x"), ("read", "root", "nowhere described")))
def test_excess_equals_the_oracle(identities, grants) -> None:
    counts = counted(
        "excess_nhi", {"identities": identities, "grants": grants, "entitlements": ROLES}
    )
    for period in PERIODS:
        expected = oracle_entitlements.excess(identities, grants, ROLES, period)
        (row,) = counts.get(("acme", period[0]), [dict.fromkeys(expected, 0)])

        assert row == expected
