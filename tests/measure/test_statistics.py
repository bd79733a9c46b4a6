"""Tests for `plumbgate.measure.statistics`, against hand counts and other implementations."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import proportion, rates

from plumbgate.measure.statistics import (
    Z,
    count_difference_interval,
    design_effect,
    garwood,
    hybrid_change,
    nearest_rank,
    order_statistic_interval,
    rate_change,
    value_at_rank,
    wilson,
)
from plumbgate.model.metric import Better
from plumbgate.model.snapshot import Change

counts = st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
shares = st.sampled_from([0.05, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99])
directions = st.sampled_from(Better)


def within(expected, tolerance):
    return pytest.approx(expected, abs=tolerance, rel=tolerance)


def test_confidence_is_99_percent() -> None:
    assert pytest.approx(2.5758293035489, abs=1e-12) == Z


# Wilson

ZZ = Z * Z
WILSON = {
    "none of ten": (0, 10, (0.0, ZZ / (10 + ZZ))),
    "all of ten": (10, 10, (10 / (10 + ZZ), 1.0)),
    "half of eight": (4, 8, (0.5 - Z / 2 / sqrt(8 + ZZ), 0.5 + Z / 2 / sqrt(8 + ZZ))),
    "half of a sample below one": (
        0.2,
        0.4,
        (0.5 - Z / 2 / sqrt(0.4 + ZZ), 0.5 + Z / 2 / sqrt(0.4 + ZZ)),
    ),
}


@pytest.mark.parametrize(("x", "n", "interval"), WILSON.values(), ids=WILSON)
def test_wilson_by_hand(x, n, interval) -> None:
    assert wilson(x, n) == within(interval, 1e-15)


@pytest.mark.parametrize("n", [1, 3, 7, 30, 10**6, 0.3, 33.3])
def test_wilson_ends_at_exactly_0_and_1(n) -> None:
    assert wilson(0, n)[0] == 0
    assert wilson(n, n)[1] == 1


@given(counts, st.floats(1, 20))
def test_wilson_agrees_with_statsmodels(count, deff) -> None:
    x, n = count[0] / deff, count[1] / deff

    assert wilson(x, n) == within(proportion.proportion_confint(x, n, 0.01, "wilson"), 1e-15)


@given(counts)
def test_wilson_agrees_with_scipy(count) -> None:
    interval = stats.binomtest(*count).proportion_ci(0.99, "wilson")

    assert wilson(*count) == within((interval.low, interval.high), 1e-15)


@given(counts, st.floats(1, 20))
def test_wilson_holds_its_proportion(count, deff) -> None:
    x, n = count[0] / deff, count[1] / deff
    low, high = wilson(x, n)

    assert 0 <= low <= x / n <= high <= 1
    assert low < high


@pytest.mark.parametrize(("x", "n"), [(0, 0), (-1, 10), (11, 10), (0, -1), (float("nan"), 3)])
def test_wilson_refuses_what_is_no_proportion(x, n) -> None:
    with pytest.raises(ValueError, match="not a proportion"):
        wilson(x, n)


# Design effect

DESIGN_EFFECTS = {
    "nobody": ([], 1.0),
    "one reviewer": ([(40, 10, 1)], 1.0),
    "no hit": ([(40, 0, 1), (10, 0, 2)], 1.0),
    "only hits": ([(40, 40, 1), (10, 10, 2)], 1.0),
    "reviewers who agree with each other": ([(10, 5, 4)], 1.0),
    # p = 1/2, V = 2/1 * (5^2 + 5^2) / 20^2 = 1/4, over p (1 - p) / n = 1/80: 20.
    "two reviewers who contradict each other": ([(10, 10, 1), (10, 0, 1)], 20.0),
    # p = 1/4, V = 4/3 * (3 * 2.5^2 + 7.5^2) / 40^2 = 1/16, over 3/640: 40/3.
    "one of four hits always": ([(10, 10, 1), (10, 0, 3)], 40 / 3),
}


@pytest.mark.parametrize(("clusters", "deff"), DESIGN_EFFECTS.values(), ids=DESIGN_EFFECTS)
def test_design_effect_by_hand(clusters, deff) -> None:
    assert design_effect(clusters) == pytest.approx(deff, rel=1e-15)


def test_design_effect_does_not_depend_on_how_equal_reviewers_are_written() -> None:
    assert design_effect([(10, 9, 2), (5, 1, 3)]) == design_effect(
        [(5, 1, 1), (10, 9, 1)] * 2 + [(5, 1, 1)]
    )


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
        min_size=2,
        max_size=12,
    )
)
def test_design_effect_agrees_with_clustered_least_squares(reviewers) -> None:
    n, x, k = sum(d for d, _ in reviewers), sum(h for _, h in reviewers), len(reviewers)
    hits = np.concatenate([[1.0] * h + [0.0] * (d - h) for d, h in reviewers])
    groups = np.repeat(np.arange(k), [d for d, _ in reviewers])
    deff = design_effect([(d, h, 1) for d, h in reviewers])
    if x in (0, n):
        assert deff == 1
        return
    options = {"groups": groups, "use_correction": False}
    fit = sm.OLS(hits, np.ones(n)).fit(cov_type="cluster", cov_kwds=options)
    variance = fit.cov_params()[0, 0] * k / (k - 1)

    assert deff == pytest.approx(max(1.0, variance * n / (x / n * (1 - x / n))), rel=1e-10)


# Counts

COUNT_DIFFERENCES = {
    "nothing moved": (0, 0, 10.0, (0.0, 0.0)),
    "as many ended as begun": (8, 8, 2.0, (-2 * Z, 2 * Z)),
    "growth": (16, 9, 100.0, (0.07 - 0.05 * Z, 0.07 + 0.05 * Z)),
    "decline goes below zero": (9, 16, 100.0, (-0.07 - 0.05 * Z, -0.07 + 0.05 * Z)),
}


@pytest.mark.parametrize(
    ("begun", "ended", "exposure", "interval"), COUNT_DIFFERENCES.values(), ids=COUNT_DIFFERENCES
)
def test_count_difference_by_hand(begun, ended, exposure, interval) -> None:
    assert count_difference_interval(begun, ended, exposure) == within(interval, 1e-15)


@given(st.integers(0, 10**5), st.integers(0, 10**5), st.floats(0.1, 1e6))
def test_count_difference_agrees_with_statsmodels(begun, ended, exposure) -> None:
    expected = rates.confint_poisson_2indep(
        begun, exposure, ended, exposure, method="wald", compare="diff", alpha=0.01
    )

    assert count_difference_interval(begun, ended, exposure) == within(expected, 1e-12)


@pytest.mark.parametrize(
    ("begun", "ended", "exposure"), [(1, 1, 0), (1, 1, -2.0), (-1, 1, 5), (1, -1, 5)]
)
def test_count_difference_refuses_what_is_no_rate(begun, ended, exposure) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        count_difference_interval(begun, ended, exposure)


# Garwood

GARWOOD = {
    "none": (0, (0.0, 5.298317366548036)),
    "one": (1, (0.005012541823544286, 7.43012950028)),
    "ten": (10, (3.71692213147, 21.3978274997)),
}


@pytest.mark.parametrize(("x", "interval"), GARWOOD.values(), ids=GARWOOD)
def test_garwood_by_table(x, interval) -> None:
    assert garwood(x) == pytest.approx(interval, rel=1e-11)


@settings(deadline=None)
@given(st.integers(0, 60) | st.integers(0, 10**4) | st.integers(10**4, 10**6))
def test_garwood_agrees_with_statsmodels(x) -> None:
    low, high = rates.confint_poisson(x, 1, "exact-c", 0.01)

    assert garwood(x) == pytest.approx((low if x else 0.0, high), rel=1e-11)


@pytest.mark.parametrize("x", [0, 1, 2, 7, 100, 10**6])
def test_garwood_ends_leave_half_a_percent(x) -> None:
    low, high = garwood(x)

    assert stats.poisson.cdf(x, high) == pytest.approx(0.005, rel=1e-8)
    if x:
        assert stats.poisson.sf(x - 1, low) == pytest.approx(0.005, rel=1e-8)


def test_garwood_refuses_a_negative_count() -> None:
    with pytest.raises(ValueError, match="-1 is not a count"):
        garwood(-1)


# Ranks

RANKS = {
    "one": (1, 0.9, 1),
    "ten": (10, 0.9, 9),
    "eleven": (11, 0.9, 10),
    "a decimal whose double is too great": (10, 0.7, 7),
    "a decimal whose double is too small": (100, 0.29, 29),
    "median of an even number": (4, 0.5, 2),
    "a small share": (3, 0.05, 1),
}


@pytest.mark.parametrize(("n", "share", "rank"), RANKS.values(), ids=RANKS)
def test_nearest_rank(n, share, rank) -> None:
    assert nearest_rank(n, share) == rank


@given(st.lists(st.integers(0, 50), min_size=1, max_size=200), st.sampled_from([0.25, 0.5, 0.9]))
def test_nearest_rank_agrees_with_numpy(ages, share) -> None:
    value = value_at_rank([(age, 1) for age in ages], nearest_rank(len(ages), share))

    assert value == np.quantile(ages, share, method="inverted_cdf")


INTERVALS = {
    "no end at all": (2, 0.9, (None, None)),
    "one value, nearly always below": (1, 0.999, (1, None)),
    "smallest sample with a lower end": (3, 0.9, (1, None)),
    "largest sample without an upper end": (50, 0.9, (39, None)),
    "smallest sample with an upper end": (51, 0.9, (40, 51)),
    "its mirror image": (51, 0.1, (1, 12)),
    "seven values hold no median": (7, 0.5, (None, None)),
    "eight values hold one": (8, 0.5, (1, 8)),
}


@pytest.mark.parametrize(("n", "share", "ranks"), INTERVALS.values(), ids=INTERVALS)
def test_order_statistic_interval(n, share, ranks) -> None:
    assert order_statistic_interval(n, share) == ranks


@settings(deadline=None)
@given(st.integers(1, 400) | st.integers(400, 10**5), shares)
def test_order_statistic_interval_agrees_with_scipy(n, share) -> None:
    ends = stats.quantile_test(np.arange(1, n + 1), p=share).confidence_interval(0.99)
    low, high = (None if np.isnan(end) else int(end) for end in (ends.low, ends.high))

    assert order_statistic_interval(n, share) == (low, high)


@pytest.mark.parametrize(("n", "share"), [(0, 0.9), (10, 0), (10, 1), (10, 1.5), (10, -0.1)])
@pytest.mark.parametrize("function", [nearest_rank, order_statistic_interval])
def test_no_quantile(function, n, share) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        function(n, share)


VALUES = {
    "first": ([(5, 2), (9, 1)], 1, 5),
    "last of a value": ([(5, 2), (9, 1)], 2, 5),
    "next value": ([(5, 2), (9, 1)], 3, 9),
    "in any order, in parts": ([(9, 1), (5, 1), (7, 3), (5, 1)], 3, 7),
    "a value that nothing has": ([(1, 0), (2, 1)], 1, 2),
}


@pytest.mark.parametrize(("sample", "rank", "value"), VALUES.values(), ids=VALUES)
def test_value_at_rank(sample, rank, value) -> None:
    assert value_at_rank(sample, rank) == value


@pytest.mark.parametrize(("sample", "rank"), [([], 1), ([(5, 2)], 0), ([(5, 2)], 3)])
def test_no_such_rank(sample, rank) -> None:
    with pytest.raises(ValueError, match=f"no rank {rank}"):
        value_at_rank(sample, rank)


# Changes

CHANGES = {
    # below = sqrt(3^2 + 4^2), above = sqrt(12^2 + 5^2)
    "up is better": ((50, 47, 62), (30, 25, 34), Better.UP, Change(20, 15, 33)),
    "down is better": ((50, 47, 62), (30, 25, 34), Better.DOWN, Change(-20, -33, -15)),
    "a value without an interval": (
        (0.9, 0.9, 0.9),
        (0.5, 0.5, 0.5),
        Better.UP,
        Change(0.4, 0.4, 0.4),
    ),
}


@pytest.mark.parametrize(("now", "then", "better", "change"), CHANGES.values(), ids=CHANGES)
def test_hybrid_change_by_hand(now, then, better, change) -> None:
    result = hybrid_change(now, then, better)

    assert (result.delta, result.low, result.high) == within(
        (change.delta, change.low, change.high), 1e-15
    )


@given(counts, counts)
def test_hybrid_change_of_proportions_is_newcombes(now, then) -> None:
    expected = proportion.confint_proportions_2indep(
        *now, *then, method="newcomb", compare="diff", alpha=0.01
    )
    change = hybrid_change(
        (now[0] / now[1], *wilson(*now)), (then[0] / then[1], *wilson(*then)), Better.UP
    )

    assert (change.low, change.high) == within(expected, 1e-12)


@given(st.floats(-50, 50), st.floats(0, 9), st.floats(-50, 50), st.floats(0, 9))
def test_hybrid_change_of_symmetric_intervals_is_the_usual_one(v, e, v0, e0) -> None:
    change = hybrid_change((v, v - e, v + e), (v0, v0 - e0, v0 + e0), Better.UP)
    margin = sqrt(e * e + e0 * e0)

    assert (change.low, change.high) == within((v - v0 - margin, v - v0 + margin), 1e-9)


@pytest.mark.parametrize("better", Better)
def test_what_did_not_move_is_plain_zero(better) -> None:
    change = hybrid_change((0.5, 0.4, 0.6), (0.5, 0.4, 0.6), better)

    assert str(change.delta) == "0.0"
    assert change.low == -change.high


RATES = {
    # ratio 1/2, factor exp(z / 2): 1/8 + 1/8 = 1/4
    "halved, down is better": (
        8,
        5.0,
        8,
        10.0,
        Better.DOWN,
        lambda f: (0.5, 1 - f / 2, 1 - 0.5 / f),
    ),
    "halved, up is better": (8, 5.0, 8, 10.0, Better.UP, lambda f: (-0.5, 0.5 / f - 1, f / 2 - 1)),
    "unmoved": (8, 3.0, 8, 3.0, Better.DOWN, lambda f: (0.0, 1 - f, 1 - 1 / f)),
}


@pytest.mark.parametrize(("x", "r", "x0", "r0", "better", "expected"), RATES.values(), ids=RATES)
def test_rate_change_by_hand(x, r, x0, r0, better, expected) -> None:
    change = rate_change(x, r, x0, r0, better)

    assert change is not None
    assert (change.delta, change.low, change.high) == within(expected(np.exp(Z / 2)), 1e-14)


EVENTS = {
    "nine together": (4, 5, False),
    "ten together": (5, 5, True),
    "one against nine": (1, 9, True),
    "none now": (0, 40, False),
    "none then": (40, 0, False),
    "none": (0, 0, False),
}


@pytest.mark.parametrize(("x", "x0", "comparable"), EVENTS.values(), ids=EVENTS)
def test_rates_of_few_events_do_not_compare(x, x0, comparable) -> None:
    assert (rate_change(x, x / 100, x0, x0 / 100, Better.DOWN) is not None) == comparable


@given(
    st.integers(5, 10**4), st.integers(5, 10**4), st.integers(100, 10**6), st.integers(100, 10**6)
)
def test_rate_change_agrees_with_statsmodels(x, x0, n, n0) -> None:
    low, high = rates.confint_poisson_2indep(
        x, n, x0, n0, method="wald-log", compare="ratio", alpha=0.01
    )
    change = rate_change(x, 1000 * x / n, x0, 1000 * x0 / n0, Better.DOWN)

    assert change is not None
    assert (change.delta, change.low, change.high) == within(
        (1 - x / n / (x0 / n0), 1 - high, 1 - low), 1e-9
    )


@given(directions, st.integers(1, 500), st.integers(9, 500))
def test_every_change_lies_in_its_interval(better, x, x0) -> None:
    now, then = (x / 500, *wilson(x, 500)), (x0 / 500, *wilson(x0, 500))

    for change in (hybrid_change(now, then, better), rate_change(x, x / 500, x0, x0 / 500, better)):
        assert change is not None
        assert -inf < change.low <= change.delta <= change.high < inf
