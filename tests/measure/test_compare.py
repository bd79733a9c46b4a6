"""Tests for `plumbgate.measure.compare`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plumbgate.measure.compare import hybrid_difference, rate_difference
from plumbgate.measure.measures import Estimate
from plumbgate.measure.statistics import hybrid_change, rate_change
from plumbgate.model.metric import Better

CARRYOVER = Estimate(60, 0.5, 30, 60, 0.4, 0.6)
EARLIER = replace(CARRYOVER, value=0.7, low=0.5, high=0.8)
RATE = Estimate(1000, 20.0, 20.0, 1000)
EARLIER_RATE = replace(RATE, value=40.0, n=2000, numerator=80.0, denominator=2000)


@pytest.mark.parametrize("better", Better)
def test_hybrid_difference_is_that_of_the_two_intervals(better) -> None:
    expected = hybrid_change((0.5, 0.4, 0.6), (0.7, 0.5, 0.8), better)

    assert hybrid_difference(CARRYOVER, EARLIER, better) == expected


@pytest.mark.parametrize("better", Better)
def test_rate_difference_takes_numerators_as_events(better) -> None:
    expected = rate_change(20, 20.0, 80, 40.0, better)

    assert expected is not None
    assert rate_difference(RATE, EARLIER_RATE, better) == expected


def test_fewer_carried_over_is_better() -> None:
    change = hybrid_difference(CARRYOVER, EARLIER, Better.DOWN)

    assert change is not None
    assert change.delta == pytest.approx(0.2)


def test_rates_of_few_events_do_not_compare() -> None:
    assert (
        rate_difference(replace(RATE, numerator=4.0), replace(RATE, numerator=5.0), Better.DOWN)
        is None
    )


NO_VALUE = {"no value": {"value": None}}
HYBRID_GAPS = NO_VALUE | {"no lower end": {"low": None}, "no upper end": {"high": None}}
RATE_GAPS = NO_VALUE | {"no numerator": {"numerator": None}}


@pytest.mark.parametrize("gap", HYBRID_GAPS.values(), ids=HYBRID_GAPS)
def test_what_lacks_a_number_has_no_difference(gap) -> None:
    assert hybrid_difference(replace(CARRYOVER, **gap), EARLIER, Better.DOWN) is None
    assert hybrid_difference(CARRYOVER, replace(EARLIER, **gap), Better.DOWN) is None


@pytest.mark.parametrize("gap", RATE_GAPS.values(), ids=RATE_GAPS)
def test_what_lacks_a_number_has_no_difference_of_rates(gap) -> None:
    assert rate_difference(replace(RATE, **gap), EARLIER_RATE, Better.DOWN) is None
    assert rate_difference(RATE, replace(EARLIER_RATE, **gap), Better.DOWN) is None
