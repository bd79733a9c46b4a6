"""Tests for `plumbgate.measure.states`."""

from __future__ import annotations

import pytest

from plumbgate.measure.measures import Estimate
from plumbgate.measure.states import measurement_of
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit
from plumbgate.model.snapshot import Exclusion, Frame, State

METRIC = Metric(
    id="family.share",
    definition="A share.",
    unit=Unit.RATIO,
    better=Better.UP,
    kind=Kind.LAGGING,
    minimum=30,
    interval="an interval",
    records=("findings",),
    counter="",
    gamed="",
    source="",
)


def estimate(n=40, **given):
    given = {"value": 0.25, "numerator": 10, "denominator": 40, "low": 0.1, "high": 0.5} | given
    return Estimate(n, **given)


STATES = {
    "ok": (estimate(), (), State.OK),
    "at the minimum": (estimate(n=30), (), State.OK),
    "below the minimum": (estimate(n=29), (), State.SMALL_SAMPLE),
    "nothing to judge": (estimate(n=0), (), State.NO_DATA),
    "not reached": (estimate(reached=False), (), State.NOT_REACHED),
    "not reached, small": (estimate(n=1, reached=False), (), State.NOT_REACHED),
    "nothing, not reached": (estimate(n=0, reached=False), (), State.NO_DATA),
    "counted, and no value": (estimate(value=None), (), State.NOT_REACHED),
    "records cannot show it": (estimate(measured=False), (), State.NOT_MEASURED),
    "a table is absent": (estimate(), ("there are no records of findings",), State.NOT_MEASURED),
    "nothing, and a feed silent": (estimate(n=0), ("the feed x was silent",), State.NOT_MEASURED),
}


@pytest.mark.parametrize(("given", "lacking", "state"), STATES.values(), ids=STATES)
def test_state_is_the_first_that_holds(given, lacking, state) -> None:
    assert measurement_of(METRIC, given, lacking).state is state


@pytest.mark.parametrize(("given", "lacking", "state"), STATES.values(), ids=STATES)
def test_a_value_is_there_in_two_states_only(given, lacking, state) -> None:
    measured = measurement_of(METRIC, given, lacking)
    shown = (0.25, 0.1, 0.5) if state in {State.OK, State.SMALL_SAMPLE} else (None, None, None)

    assert (measured.value, measured.low, measured.high) == shown
    assert (measured.numerator, measured.denominator, measured.n) == (10, 40, given.n)


def test_the_metric_and_the_estimate_are_said() -> None:
    frame = Frame("Findings", 42, 40, (Exclusion("duplicates", 2),))
    given = estimate(method="", reason="worst table", frame=frame)
    measured = measurement_of(METRIC, given, (), ["grants"], "manual")

    assert (measured.metric, measured.unit, measured.definition) == (
        "family.share",
        Unit.RATIO,
        "A share.",
    )
    assert measured.method == "an interval"
    assert measured.reason == "worst table: grants"
    assert measured.frame == Frame(
        "Findings", 42, 40, (Exclusion("duplicates", 2),), "census", "manual"
    )
    assert measurement_of(METRIC, estimate(method="its own")).method == "its own"


def test_what_is_lacking_is_said_first() -> None:
    measured = measurement_of(METRIC, estimate(reason="why"), ("no table", "no feed"))

    assert measured.reason == "no table; no feed; why"


def test_counts_become_doubles_without_a_minus_zero() -> None:
    measured = measurement_of(METRIC, estimate(value=-0.0, low=0))

    assert repr(measured.numerator) == "10.0"
    assert repr(measured.value) == "0.0"
    assert repr(measured.low) == "0.0"
