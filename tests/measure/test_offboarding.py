"""Tests for `plumbgate.measure.offboarding` and its query."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measure import oracle_offboarding
from tests.measure.counting import PERIODS, counted, day, instants, later

from plumbgate.measure.offboarding import OFFBOARDING
from plumbgate.measure.settings import Settings
from plumbgate.model.snapshot import Exclusion

(MEASURE,) = OFFBOARDING
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
LEFT = day(10)
LONG_AGO = day(-50)


def leaver(subject="ann", left=LEFT, due=None, kind="human", **columns):
    return {"subject_id": subject, "left_at": left, "due_at": due, "kind": kind, **columns}


def identity(identity_id="ann", parent=None, created=None, **columns):
    return {
        "identity_id": identity_id,
        "parent_identity_id": parent,
        "created_at": created,
        **columns,
    }


def grant(holder="ann", effective=LONG_AGO, **columns):
    return {"identity_id": holder, "effective_at": effective, **columns}


def estimate(leavers, identities=(), grants=(), others=None):
    tables = {"leavers": [*leavers], "identities": [*identities], "grants": [*grants]}
    for name, rows in (others or {}).items():
        tables[name] += rows
    tables["grants"] = [row | {"grant_id": str(at)} for at, row in enumerate(tables["grants"])]
    return MEASURE.compute(counted("offboarding", tables).get(("acme", "P0"), []), Settings())


DAY_LATER, DAY_AND_A_BIT = LEFT + 24 * HOUR, LEFT + 24 * HOUR + INSTANT
CHILD = identity("ci", parent="ann")

# name: leaver, identities, grants, whether all ended within the limit
ONE_LEAVER = {
    "nothing to end": (leaver(), [identity()], [], True),
    "grant ended at the limit": (leaver(), [], [grant(revoked_at=DAY_LATER)], True),
    "a moment late": (leaver(), [], [grant(revoked_at=DAY_AND_A_BIT)], False),
    "expired at the limit": (leaver(), [], [grant(expires_at=DAY_LATER)], True),
    "the earlier end counts": (
        leaver(),
        [],
        [grant(revoked_at=DAY_AND_A_BIT, expires_at=DAY_LATER)],
        True,
    ),
    "open grant": (leaver(), [], [grant()], False),
    "the last of two counts": (
        leaver(),
        [],
        [grant(revoked_at=DAY_LATER), grant(revoked_at=DAY_AND_A_BIT)],
        False,
    ),
    "ended as the subject left": (leaver(), [], [grant(revoked_at=LEFT)], True),
    "ended before the subject left": (leaver(), [], [grant(revoked_at=day(5))], True),
    "eligible and activated grants count": (
        leaver(),
        [],
        [
            grant(assignment="eligible", revoked_at=DAY_LATER),
            grant(assignment="jit_activation", revoked_at=DAY_AND_A_BIT),
        ],
        False,
    ),
    "begun since": (leaver(), [], [grant(effective=day(20))], False),
    "begun since, ended in time": (
        leaver(),
        [],
        [grant(effective=LEFT + HOUR, revoked_at=DAY_LATER)],
        True,
    ),
    "begun at the close is not there": (leaver(), [identity()], [grant(effective=day(30))], True),
    "disabling the account ends nothing": (
        leaver(),
        [identity(disabled_at=LEFT)],
        [grant()],
        False,
    ),
    "deleting the account ends its grants": (
        leaver(),
        [identity(deleted_at=DAY_LATER)],
        [grant()],
        True,
    ),
    "the account itself is no thing to end": (leaver(), [identity()], [], True),
    "child is open": (leaver(), [CHILD], [], False),
    "child is disabled in time": (leaver(), [CHILD | {"disabled_at": DAY_LATER}], [], True),
    "child is disabled late": (leaver(), [CHILD | {"disabled_at": DAY_AND_A_BIT}], [], False),
    "child is deleted in time, disabled late": (
        leaver(),
        [CHILD | {"deleted_at": DAY_LATER, "disabled_at": DAY_AND_A_BIT}],
        [],
        True,
    ),
    "child's grant outlives its disabling": (
        leaver(),
        [CHILD | {"disabled_at": DAY_LATER}],
        [grant("ci")],
        False,
    ),
    "child's deletion ends its grant": (
        leaver(),
        [CHILD | {"deleted_at": DAY_LATER}],
        [grant("ci")],
        True,
    ),
    "child that ended before": (
        leaver(),
        [CHILD | {"deleted_at": day(5)}],
        [grant("ci", revoked_at=day(4))],
        True,
    ),
    "child created since": (leaver(), [identity("ci", parent="ann", created=day(20))], [], False),
    "child created at the close is not there": (
        leaver(),
        [identity(), identity("ci", parent="ann", created=day(30))],
        [grant("ci")],
        True,
    ),
    "grandchild is another's": (leaver(), [identity(), identity("x", parent="ci")], [], True),
    "other holders are others": (leaver(), [identity()], [grant("bob")], True),
    "own due date": (leaver(due=LEFT + 72 * HOUR), [], [grant(revoked_at=LEFT + 72 * HOUR)], True),
    "later than the own due date": (
        leaver(due=LEFT + HOUR),
        [],
        [grant(revoked_at=LEFT + 2 * HOUR)],
        False,
    ),
    "due after the close": (
        leaver(left=day(28), due=day(33)),
        [],
        [grant(revoked_at=day(29) + HOUR)],
        True,
    ),
    "due on leaving is no limit": (
        leaver(due=LEFT),
        [],
        [grant(revoked_at=DAY_LATER)],
        True,
    ),
    "168 h for what is not human": (
        leaver(kind="ai_agent"),
        [],
        [grant(revoked_at=LEFT + 168 * HOUR)],
        True,
    ),
    "169 h are late": (
        leaver(kind="ai_agent"),
        [],
        [grant(revoked_at=LEFT + 168 * HOUR + INSTANT)],
        False,
    ),
}


@pytest.mark.parametrize(
    ("left", "identities", "grants", "in_time"), ONE_LEAVER.values(), ids=ONE_LEAVER
)
@pytest.mark.parametrize("beside", [{}, {"tenant_id": "other"}, {"business_unit": "emea"}])
def test_one_leaver(left, identities, grants, in_time, beside) -> None:
    """Of the same names in another tenant, or in the rows of a unit, nothing is joined."""
    others = beside and {
        "leavers": [left | beside],
        "identities": [identity(deleted_at=left["left_at"]) | beside, CHILD | beside],
        "grants": [grant() | beside, grant("ci") | beside],
    }
    result = estimate([left], identities, grants, others)

    assert (result.n, result.numerator, result.value) == (1, in_time, in_time)
    assert result.reached


def test_no_leavers() -> None:
    result = estimate([], [identity()], [grant()])

    assert (result.n, result.value, result.denominator) == (0, None, 0)


# name: left, whether the leaver belongs to P0
BELONGING = {
    "at the start": (day(0), True),
    "before the start": (day(0) - INSTANT, False),
    "before the end": (day(30) - INSTANT, True),
    "at the end": (day(30), False),
}


@pytest.mark.parametrize(("left", "belongs"), BELONGING.values(), ids=BELONGING)
def test_a_leaver_belongs_to_the_period_of_leaving(left, belongs) -> None:
    assert estimate([leaver(left=left)], [identity()]).n == belongs


# name: identities, grants, whether `ann` is known
SUBJECTS = {
    "in neither": ([identity("bob")], [grant("bob")], False),
    "an identity": ([identity()], [], True),
    "a holder": ([], [grant()], True),
    "a holder of what had ended": ([], [grant(revoked_at=day(2))], True),
    "a parent": ([CHILD], [], True),
    "an identity from the close on": ([identity(created=day(30))], [], False),
    "a holder from the close on": ([], [grant(effective=day(30))], False),
    "of another tenant": ([identity(tenant_id="other")], [grant(tenant_id="other")], False),
}


@pytest.mark.parametrize(("identities", "grants", "known"), SUBJECTS.values(), ids=SUBJECTS)
def test_unknown_subjects_are_left_out_and_counted(identities, grants, known) -> None:
    result = estimate([leaver()], identities, grants)
    unknown = Exclusion("occurs neither in identities nor in grants", 1)

    assert result.n == known
    assert result.frame.in_scope == 1
    assert result.frame.excluded == (() if known else (unknown,))


def test_things_of_another_tenant_are_not_ended() -> None:
    grants = [grant(revoked_at=DAY_LATER), grant(tenant_id="other")]

    assert estimate([leaver()], [], grants).value == 1


def test_one_open_thing_leaves_the_leaver_open_at_the_close() -> None:
    """Two left 12 h before the close: one done at 6 h, one open; neither has seen its limit."""
    left = day(30) - 12 * HOUR
    grants = [
        grant("ann", revoked_at=left + 6 * HOUR),
        grant("bob", revoked_at=left + 6 * HOUR),
        grant("bob", revoked_at=day(30)),
    ]
    result = estimate([leaver("ann", left), leaver("bob", left)], [], grants)

    assert (result.n, result.numerator, result.reached) == (2, 1, False)


def test_curve_over_limits_of_their_own() -> None:
    """Done at 1/4 of the limit; left open at 1/2; done at 2; done at 1: 1 - 3/4 * 1/2."""
    leavers = [
        leaver("a"),
        leaver("b", left=day(28), due=day(32)),
        leaver("c"),
        leaver("d", kind="workload"),
    ]
    grants = [
        grant("a", revoked_at=LEFT + 6 * HOUR),
        grant("b"),
        grant("c", revoked_at=LEFT + 48 * HOUR),
        grant("d", revoked_at=LEFT + 168 * HOUR),
    ]
    result = estimate(leavers, [], grants)

    assert result.value == pytest.approx(1 - 3 / 4 * 1 / 2)
    assert (result.numerator, result.denominator) == (2, 4)
    assert result.low < result.value < result.high


def test_a_subject_that_leaves_twice_is_two_leavers() -> None:
    leavers = [leaver(left=day(2)), leaver(left=LEFT)]
    grants = [grant(revoked_at=day(3)), grant(effective=day(5), revoked_at=LEFT)]
    result = estimate(leavers, [], grants)

    # The first leaving lasts until the later grant's end, the second ends with it.
    assert (result.n, result.numerator) == (2, 1)


NAMES = ("ann", "bob", "ci")
names = st.sampled_from(NAMES)


@st.composite
def identities_(draw, identity_id):
    created = draw(st.none() | instants())
    ends = instants() if created is None else later(created)
    return {
        "identity_id": identity_id,
        "parent_identity_id": draw(st.none() | names),
        "created_at": created,
        "disabled_at": draw(st.none() | ends),
        "deleted_at": draw(st.none() | ends),
    }


@st.composite
def grants_(draw):
    effective = draw(instants())
    return {
        "identity_id": draw(names),
        "effective_at": effective,
        "revoked_at": draw(st.none() | later(effective)),
        "expires_at": draw(st.none() | later(effective)),
    }


leavers_ = st.fixed_dictionaries(
    {
        "subject_id": names,
        "left_at": instants(),
        "due_at": st.none() | instants(),
        "kind": st.sampled_from(["human", "ai_agent"]),
    }
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(leavers_, max_size=4, unique_by=lambda row: (row["subject_id"], row["left_at"])),
    st.sets(names).flatmap(lambda chosen: st.tuples(*map(identities_, sorted(chosen)))),
    st.lists(grants_(), max_size=6),
)
def test_query_counts_as_the_plain_loops_do(leavers, identities, grants) -> None:
    tables = {
        "leavers": leavers,
        "identities": list(identities),
        "grants": [row | {"grant_id": str(number)} for number, row in enumerate(grants)],
    }
    counts = counted("offboarding", tables)

    for period in PERIODS:
        actual = Counter()
        for row in counts.get(("acme", period[0]), []):
            cell = (row["hours"], row["limit_hours"])
            actual["done", *cell] += row["events"]
            actual["open", *cell] += row["leaving"] - row["events"]
            actual["unknown", *cell] += row["unknown_subjects"]
        assert +actual == oracle_offboarding.counts(tables, period)
