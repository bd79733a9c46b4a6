"""Tests for `plumbgate.measure.workflow` and its query."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measure import oracle_workflow
from tests.measure.canonical import connect
from tests.measure.counting import PERIODS, counted, day, instants

from plumbgate.measure.session import count as count_rows
from plumbgate.measure.settings import Settings
from plumbgate.measure.statistics import hybrid_change, wilson
from plumbgate.measure.workflow import FLOWS, WORKFLOW, governed_share, weakest_difference
from plumbgate.model.metric import Better

(SHARE,) = WORKFLOW
INSTANT = timedelta(microseconds=1)
ALL_LOGGED = Settings(system_logs=dict.fromkeys(FLOWS, "audit"))
numbers = count()


def event(path, at=40, flow="jit", **columns):
    """What happened to a flow, days counted from the start of P0."""
    return {
        "event_id": f"{next(numbers):06}",
        "flow": flow,
        "path": path,
        "occurred_at": day(at) if isinstance(at, int | float) else at,
        "outcome": "ok",
        **columns,
    }


def by_flow(rows):
    """The query's counts of one period, by flow."""
    names = ("governed", "bypass", "unknown_path", "bypass_seen")
    return {FLOWS[row["flow"]]: tuple(row[name] for name in names) for row in rows}


# name: events, the row of each flow in P1 (day 30 to before day 60):
# governed, bypass, by an unknown path, and whether a bypass was seen so far
COUNTS = {
    "nothing": ([], {}),
    "each path": (
        [event("governed"), event("governed"), event("bypass"), event("unknown")],
        {"jit": (2, 1, 1, 1)},
    ),
    "each flow": (
        [event("governed", flow=flow) for flow in ("rotation", "offboarding", "jit")],
        dict.fromkeys(FLOWS, (1, 0, 0, 0)),
    ),
    "no other flow": ([event("bypass", flow="onboarding"), event("bypass", flow="x")], {}),
    "denied, failed and expired did not happen": (
        [event("bypass", outcome=outcome) for outcome in ("denied", "failed", "expired")],
        {},
    ),
    "a denied bypass is none that was seen": (
        [event("governed"), event("bypass", outcome="denied")],
        {"jit": (1, 0, 0, 0)},
    ),
    "at the start": ([event("governed", 30)], {"jit": (1, 0, 0, 0)}),
    "just before the start": ([event("governed", day(30) - INSTANT)], {"jit": (0, 0, 0, 0)}),
    "just before the end": ([event("governed", day(60) - INSTANT)], {"jit": (1, 0, 0, 0)}),
    "at the end": ([event("governed", 60)], {}),
    "a bypass was seen long before": (
        [event("governed"), event("bypass", -200)],
        {"jit": (1, 0, 0, 1)},
    ),
    "a bypass just before the end": (
        [event("bypass", day(60) - INSTANT)],
        {"jit": (0, 1, 0, 1)},
    ),
    "a bypass at the end is not yet seen": (
        [event("governed"), event("bypass", 60)],
        {"jit": (1, 0, 0, 0)},
    ),
    "a bypass of another flow": (
        [event("governed"), event("bypass", 0, "rotation")],
        {"jit": (1, 0, 0, 0), "rotation": (0, 0, 0, 1)},
    ),
}


@pytest.mark.parametrize(("events", "rows"), COUNTS.values(), ids=COUNTS)
def test_counts(events, rows) -> None:
    counts = counted("workflow", {"workflow_events": events})

    assert by_flow(counts.get(("acme", "P1"), [])) == rows


@pytest.mark.parametrize("column", ["tenant_id", "business_unit"])
def test_scopes_are_apart(column) -> None:
    """A bypass in one scope is none in another; both have flows in the same periods."""
    events = [event("governed"), event("bypass", **{column: "other"})]
    with connect({"workflow_events": events}, PERIODS) as connection:
        counts = count_rows(connection, "workflow")
    scopes = [("acme", ""), ("other", "") if column == "tenant_id" else ("acme", "other")]

    assert [by_flow(counts[scope]["P1"]) for scope in scopes] == [
        {"jit": (1, 0, 0, 0)},
        {"jit": (0, 1, 0, 1)},
    ]


def row(flow, governed, bypass, unknown_path=0, bypass_seen=1):
    """A row of the query."""
    return {
        "flow": FLOWS.index(flow),
        "governed": governed,
        "bypass": bypass,
        "unknown_path": unknown_path,
        "bypass_seen": bypass_seen,
    }


# name: rows, flows that a system log covers; governed and all events of the smallest flow
SMALLEST = {
    "one flow": ([row("jit", 60, 40)], "", 60, 100),
    "the smallest share, not the smallest flow": (
        [row("jit", 90, 10), row("offboarding", 400, 600), row("rotation", 45, 5)],
        "",
        400,
        1000,
    ),
    "49 events are too few to compete": (
        [row("jit", 0, 49), row("rotation", 45, 5)],
        "",
        45,
        50,
    ),
    "50 are enough": ([row("jit", 0, 50), row("rotation", 45, 5)], "", 0, 50),
    "unknown paths do not help to 50": (
        [row("jit", 0, 49, 10), row("rotation", 45, 5)],
        "",
        45,
        50,
    ),
    "all are small": ([row("jit", 9, 1), row("rotation", 1, 1)], "", 1, 2),
    "tie: jit first": ([row("rotation", 40, 20), row("jit", 60, 30)], "", 60, 90),
    "tie: offboarding before rotation": (
        [row("rotation", 40, 20), row("offboarding", 60, 30)],
        "",
        60,
        90,
    ),
    "tie of three thirds": (
        [row("rotation", 17, 34), row("offboarding", 20, 40), row("jit", 19, 38)],
        "",
        19,
        57,
    ),
    "no bypass could be seen": (
        [row("jit", 90, 10), row("offboarding", 100, 0, bypass_seen=0)],
        "",
        90,
        100,
    ),
    "a bypass of it was seen once": (
        [row("jit", 100, 0), row("offboarding", 0, 100, bypass_seen=0)],
        "",
        100,
        100,
    ),
    "a system log would show a bypass": (
        [row("jit", 100, 0, bypass_seen=0)],
        "jit",
        100,
        100,
    ),
    "several periods": (
        [row("jit", 20, 10), row("jit", 20, 10), row("rotation", 80, 20)],
        "",
        40,
        60,
    ),
    "of several periods, those with a bypass in sight": (
        [row("jit", 1000, 0, bypass_seen=0), row("jit", 30, 30)],
        "",
        30,
        60,
    ),
}


def logs(flows):
    return Settings(system_logs=dict.fromkeys(flows.split(), "audit"))


@pytest.mark.parametrize(("rows", "logged", "x", "n"), SMALLEST.values(), ids=SMALLEST)
def test_smallest(rows, logged, x, n) -> None:
    result = governed_share(rows, logs(logged))

    assert (result.numerator, result.denominator, result.n, result.value) == (x, n, n, x / n)
    assert (result.low, result.high) == wilson(x, n)
    assert result.measured


# name: rows, flows that a system log covers, whether nothing to count is a measurement
NOTHING = {
    "no rows": ([], "", False),
    "no rows, but a log": ([], "rotation", True),
    "no rows, and a log of something else": ([], "onboarding", False),
    "no bypass was ever seen": ([row("jit", 100, 0, bypass_seen=0)], "", False),
    "the log is that of another flow": ([row("jit", 100, 0, bypass_seen=0)], "rotation", True),
    "standing still": ([row("jit", 0, 0)], "", True),
    "unknown paths alone": ([row("jit", 0, 0, 9)], "", True),
}


@pytest.mark.parametrize(("rows", "logged", "measured"), NOTHING.values(), ids=NOTHING)
def test_nothing_to_judge_is_never_1(rows, logged, measured) -> None:
    result = governed_share(rows, logs(logged))

    assert (result.n, result.value, result.measured) == (0, None, measured)
    assert result.denominator == (0 if measured else None)


def test_what_is_left_out_is_named() -> None:
    rows = [
        row("jit", 60, 40, 3),
        row("offboarding", 10, 2, 1),
        row("rotation", 70, 0, 5, bypass_seen=0),
    ]
    result = governed_share(rows, Settings())

    assert (result.frame.in_scope, result.frame.measured) == (191, 100)
    assert result.reason == (
        "smallest in jit; path unknown: 4; offboarding has fewer than 50 events: 12; "
        "rotation shows no bypass: 75"
    )


def test_the_frame_holds_all_flows_that_compete() -> None:
    result = governed_share([row("jit", 60, 40), row("rotation", 90, 10)], Settings())

    assert (result.n, result.frame.measured, result.frame.excluded) == (100, 200, ())
    assert result.reason == "smallest in jit"


def estimate(**flows):
    return governed_share([row(flow, *counts) for flow, counts in flows.items()], ALL_LOGGED)


def change(now, then):
    """The change of a share, by hand: Newcombe's interval of two of Wilson's."""
    ranged = [(x / (x + y), *wilson(x, x + y)) for x, y in (now, then)]
    return hybrid_change(*ranged, Better.UP)


# name: flows now and then as (governed, bypass), the pairs that the change is of
CHANGES = {
    "smallest against smallest, of two flows": (
        {"jit": (90, 10), "rotation": (80, 20)},
        {"jit": (50, 50), "rotation": (75, 25)},
        ((80, 20), (50, 50)),
    ),
    "a flow fell behind the rise of the smallest": (
        {"jit": (60, 40), "rotation": (70, 30)},
        {"jit": (20, 80), "rotation": (95, 5)},
        ((70, 30), (95, 5)),
    ),
    "of two that fell the one that fell most": (
        {"jit": (60, 40), "offboarding": (70, 30), "rotation": (60, 40)},
        {"jit": (20, 80), "offboarding": (95, 5), "rotation": (97, 3)},
        ((60, 40), (97, 3)),
    ),
    "of two that fell alike the first": (
        {"jit": (60, 40), "offboarding": (120, 80)},
        {"jit": (90, 10), "offboarding": (180, 20)},
        ((60, 40), (90, 10)),
    ),
    "a fall within the interval is none": (
        {"jit": (60, 40), "rotation": (85, 15)},
        {"jit": (20, 80), "rotation": (90, 10)},
        ((60, 40), (20, 80)),
    ),
    "a flow that is small now": (
        {"jit": (60, 40), "rotation": (0, 49)},
        {"jit": (20, 80), "rotation": (95, 5)},
        ((60, 40), (20, 80)),
    ),
    "a flow that was small": (
        {"jit": (60, 40), "rotation": (30, 70)},
        {"jit": (20, 80), "rotation": (49, 0)},
        ((30, 70), (20, 80)),
    ),
    "50 both times": (
        {"jit": (60, 40), "rotation": (10, 40)},
        {"jit": (20, 80), "rotation": (50, 0)},
        ((10, 40), (50, 0)),
    ),
    "a flow that is new": (
        {"jit": (60, 40), "rotation": (30, 70)},
        {"jit": (50, 50)},
        ((30, 70), (50, 50)),
    ),
    "a flow that is gone": (
        {"rotation": (90, 10)},
        {"jit": (50, 50), "rotation": (80, 20)},
        ((90, 10), (50, 50)),
    ),
}


@pytest.mark.parametrize(("now", "then", "pairs"), CHANGES.values(), ids=CHANGES)
def test_change(now, then, pairs) -> None:
    assert SHARE.compare is weakest_difference
    assert weakest_difference(estimate(**now), estimate(**then), Better.UP) == change(*pairs)


def test_nothing_then_has_no_change() -> None:
    assert weakest_difference(estimate(jit=(60, 40)), estimate(), Better.UP) is None


EVENTS = st.lists(
    st.builds(
        event,
        st.sampled_from(["governed", "governed", "bypass", "unknown"]),
        instants(),
        st.sampled_from([*FLOWS, "onboarding"]),
        outcome=st.sampled_from(["ok", "ok", "ok", "denied", "expired"]),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=80)
@given(EVENTS)
def test_counts_equal_the_oracle(events) -> None:
    counts = counted("workflow", {"workflow_events": events})
    for period in PERIODS:
        expected = oracle_workflow.flow_counts(events, period)

        assert by_flow(counts.get(("acme", period[0]), [])) == {
            flow: tuple(its.values()) for flow, its in expected.items()
        }


COUNTED = st.fixed_dictionaries(
    {
        "governed": st.sampled_from([0, 1, 25, 49, 50, 51, 100]),
        "bypass": st.sampled_from([0, 1, 25, 49, 50, 100]),
        "unknown_path": st.integers(0, 2),
        "bypass_seen": st.integers(0, 1),
    }
)


@given(st.dictionaries(st.sampled_from(FLOWS), COUNTED), st.sets(st.sampled_from(FLOWS)))
def test_share_equals_the_oracle(counts, logged) -> None:
    rows = [{"flow": FLOWS.index(flow), **its} for flow, its in counts.items()]
    result = governed_share(rows, Settings(system_logs=dict.fromkeys(logged, "audit")))
    expected = oracle_workflow.smallest(counts, logged)

    if expected is None:
        assert result.value is None
    else:
        flow, x, n = expected
        assert result.reason.startswith(f"smallest in {flow}")
        assert (result.numerator, result.denominator) == (x, n)
    happened = sum(its["governed"] + its["bypass"] + its["unknown_path"] for its in counts.values())
    assert result.frame.in_scope == happened
    assert result.frame.in_scope == result.frame.measured + sum(
        exclusion.n for exclusion in result.frame.excluded
    )
