"""Tests for `plumbgate.measure.survival`, against hand counts and other implementations."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from statsmodels.duration.survfunc import SurvfuncRight

from plumbgate.measure.statistics import Z, wilson
from plumbgate.measure.survival import (
    Bucket,
    InTime,
    Step,
    held_flat,
    hours_of,
    in_time,
    log_log_interval,
    over_limit,
    rmst,
    survival_at,
    survival_curve,
)

# Ten things. Two end at 10 h; at 20 h one ends and one is censored; at 30 h two are censored; at
# 40 h one ends; three are censored at 50 h.
TEN = [Bucket(10, 2, 2), Bucket(20, 2, 1), Bucket(30, 2, 0), Bucket(40, 1, 1), Bucket(50, 3, 0)]
TEN_AFTER = {
    0: 1.0,
    9: 1.0,
    10: 0.8,
    15: 0.8,
    20: 0.7,
    30: 0.7,
    39: 0.7,
    40: 0.525,
    50: 0.525,
    99: 0.525,
}
TEN_TERMS = {10: 2 / (10 * 8), 20: 1 / (8 * 7), 40: 1 / (4 * 3)}


def episodes(least=1, most=80):
    """Hours and whether the event was seen: many ties; from no to nearly all censored."""
    hours = st.integers(1, 60)
    return st.sampled_from([1, 2, 5, 20]).flatmap(
        lambda one_in: st.lists(
            st.tuples(hours, st.integers(1, one_in).map(lambda k: k == 1)),
            min_size=least,
            max_size=most,
        )
    )


def buckets(sample):
    """One bucket an episode, so that uniting equal times is part of every comparison."""
    return [Bucket(hours, 1, int(event)) for hours, event in sample]


def lifelines_fit(sample):
    hours, events = zip(*sample, strict=True)
    return KaplanMeierFitter(alpha=0.01).fit(hours, events)


# The curve


def test_curve_by_hand() -> None:
    assert survival_curve(TEN) == (
        Step(10, 10, 2, Decimal("0.8")),
        Step(20, 8, 1, Decimal("0.7")),
        Step(30, 6, 0, Decimal("0.7")),
        Step(40, 4, 1, Decimal("0.525")),
        Step(50, 3, 0, Decimal("0.525")),
    )


@given(episodes(), st.randoms(use_true_random=False))
def test_order_and_grouping_of_buckets_do_not_matter(sample, random) -> None:
    whole = {}
    for hours, event in sample:
        leaving, events = whole.get(hours, (0, 0))
        whole[hours] = leaving + 1, events + event
    shuffled = random.sample(buckets(sample), len(sample))

    assert survival_curve(shuffled) == survival_curve([Bucket(h, *n) for h, n in whole.items()])


def test_a_bucket_that_nothing_left_is_no_step() -> None:
    assert survival_curve([*TEN, Bucket(15, 0, 0), Bucket(70, 0, 0)]) == survival_curve(TEN)


@pytest.mark.parametrize("hours", [*TEN_AFTER])
def test_survival_and_standard_error_by_hand(hours) -> None:
    survival, error = survival_at(TEN, hours)
    greenwood = sum(term for at, term in TEN_TERMS.items() if at <= hours)

    assert survival == TEN_AFTER[hours]
    assert error == pytest.approx(TEN_AFTER[hours] * sqrt(greenwood), rel=1e-15)


def test_the_error_of_a_curve_that_fell_to_0_is_0() -> None:
    assert survival_at([Bucket(3, 1, 1), Bucket(5, 2, 2)], 5) == (0, 0)


@settings(deadline=None, max_examples=60)
@given(episodes(), st.integers(0, 70))
def test_survival_agrees_with_lifelines(sample, hours) -> None:
    expected = lifelines_fit(sample).survival_function_at_times(hours).iloc[0]

    assert survival_at(buckets(sample), hours)[0] == pytest.approx(expected, abs=1e-13)


@settings(deadline=None, max_examples=60)
@given(episodes())
def test_standard_error_agrees_with_statsmodels(sample) -> None:
    reference = SurvfuncRight(*zip(*sample, strict=True))

    for hours, survival, error in zip(
        reference.surv_times, reference.surv_prob, reference.surv_prob_se, strict=True
    ):
        # statsmodels has no number where the curve is 0; we have 0.
        expected = (survival, error) if survival else (0, 0)
        assert survival_at(buckets(sample), int(hours)) == pytest.approx(expected, abs=1e-13)


EMPTY = {
    "no bucket": [],
    "only empty buckets": [Bucket(3, 0, 0)],
}


@pytest.mark.parametrize("nothing", EMPTY.values(), ids=EMPTY)
@pytest.mark.parametrize(
    "ask",
    [
        survival_curve,
        in_time,
        lambda b: rmst(b, 9),
        lambda b: held_flat(b, 9),
        lambda b: survival_at(b, 9),
        lambda b: log_log_interval(b, 9),
    ],
)
def test_nothing_at_risk_is_no_curve(ask, nothing) -> None:
    with pytest.raises(ValueError, match="something that was at risk"):
        ask(nothing)


@pytest.mark.parametrize("counts", [(-1, 1, 1), (3, 1, 2), (3, -1, -1), (3, 1, -1)])
def test_what_no_query_can_count_is_refused(counts) -> None:
    with pytest.raises(ValueError, match="is not a count"):
        Bucket(*counts)


# Restricted mean

RMST = {
    # 10 * 1 + 10 * 0.8 + 20 * 0.7 + 10 * 0.525
    "to the last step": (50, 37.25),
    "between steps": (45, 34.625),
    "at a step": (20, 18.0),
    "before the first step": (5, 5.0),
    "held flat beyond the last step": (70, 47.75),
    "a window that is no whole hour": (10.5, 10.4),
    "an exact window": (Fraction(21, 2), 10.4),
}


@pytest.mark.parametrize(("window", "mean"), RMST.values(), ids=RMST)
def test_restricted_mean_by_hand(window, mean) -> None:
    assert rmst(TEN, window)[0] == mean


def test_restricted_mean_variance_by_hand() -> None:
    # Areas to the right of 10, 20 and 40 h, up to 50 h.
    areas = {10: 27.25, 20: 19.25, 40: 5.25}
    variance = sum(areas[at] ** 2 * term for at, term in TEN_TERMS.items())

    assert rmst(TEN, 50)[1] == pytest.approx(variance, rel=1e-15)


def test_the_last_step_that_takes_all_adds_no_variance() -> None:
    # Only 10 h counts: half of the area is 30 - 10 h, and 1 / (2 * 1) its term.
    assert rmst([Bucket(10, 1, 1), Bucket(30, 1, 1)], 50) == (20, (0.5 * 20) ** 2 / 2)


def test_an_event_at_0_hours_counts() -> None:
    assert rmst([Bucket(0, 1, 1), Bucket(40, 3, 0)], 40)[0] == 30


@settings(deadline=None, max_examples=60)
@given(episodes(), st.integers(1, 80))
def test_restricted_mean_agrees_with_lifelines(sample, window) -> None:
    expected = restricted_mean_survival_time(lifelines_fit(sample), window)

    assert rmst(buckets(sample), window)[0] == pytest.approx(expected, rel=1e-12)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=60), st.integers(1, 80))
def test_uncensored_it_is_the_mean_of_capped_times(hours, window) -> None:
    capped = np.minimum(hours, window)
    mean, variance = rmst([Bucket(h, 1, 1) for h in hours], window)

    assert mean == sum(capped.tolist()) / len(hours)
    assert variance == pytest.approx(np.var(capped) / len(hours), rel=1e-12, abs=1e-20)


@settings(deadline=None, max_examples=60)
@given(episodes(least=2), st.integers(1, 80))
def test_variance_is_the_double_sum_over_the_areas_of_the_steps(sample, window) -> None:
    reference = SurvfuncRight(*zip(*sample, strict=True))
    starts = np.concatenate([[0], reference.surv_times])
    ends = np.concatenate([reference.surv_times, [max(window, *reference.surv_times, 0)]])
    survival = np.concatenate([[1], reference.surv_prob])
    widths = np.maximum(0, np.minimum(ends, window) - np.minimum(starts, window))
    # Cov(S(s), S(t)) = S(s) S(t) G(min(s, t)) with G = (se / S)^2; a step of area 0 has no part.
    areas = survival * widths
    errors = np.concatenate([[0], reference.surv_prob_se])
    greenwood = np.divide(errors, survival, out=np.zeros_like(survival), where=areas > 0) ** 2
    steps = np.arange(len(areas))
    double_sum = (np.outer(areas, areas) * greenwood[np.minimum.outer(steps, steps)]).sum()

    assert rmst(buckets(sample), window)[1] == pytest.approx(double_sum, rel=1e-9, abs=1e-12)


FLAT = {
    "window at the last step": (TEN, 50, 0.0),
    "window before it": (TEN, 20, 0.0),
    "a day beyond it": (TEN, 50 + 24, 12.6),
    "all ended": ([Bucket(10, 2, 2)], 99, 0.0),
    "none ended": ([Bucket(10, 2, 0)], 34, 24.0),
    "a window that is no whole hour": ([Bucket(10, 2, 0)], 10.5, 0.5),
}


@pytest.mark.parametrize(("sample", "window", "hours"), FLAT.values(), ids=FLAT)
def test_hours_held_flat(sample, window, hours) -> None:
    assert held_flat(sample, window) == hours


# Intervals of the curve


@settings(deadline=None, max_examples=60)
@given(episodes(), st.integers(0, 70))
def test_log_log_interval_agrees_with_lifelines(sample, hours) -> None:
    survival, _ = survival_at(buckets(sample), hours)
    interval = log_log_interval(buckets(sample), hours)

    if survival in (0, 1):
        assert interval == wilson(len(sample) * survival, len(sample))
    else:
        table = lifelines_fit(sample).confidence_interval_survival_function_
        assert interval == pytest.approx(tuple(table.loc[:hours].iloc[-1]), abs=1e-12)


def test_log_log_interval_by_hand() -> None:
    spread = Z * sqrt(TEN_TERMS[10]) / -log(0.8)

    assert log_log_interval(TEN, 10) == pytest.approx(
        (0.8 ** np.exp(spread), 0.8 ** np.exp(-spread)), rel=1e-14
    )


# Shares of a limit

DAY = {
    "at the limit is in time": ([Bucket(Fraction(24, 24), 1, 1), Bucket(2, 1, 1)], 0.5, True),
    "an hour late": ([Bucket(Fraction(25, 24), 1, 1), Bucket(Fraction(1, 2), 1, 1)], 0.5, True),
    "censored at the limit": ([Bucket(1, 1, 0), Bucket(Fraction(1, 2), 3, 3)], 0.75, True),
    "events before censored at one time": ([Bucket(1, 2, 1)], 0.5, True),
    "all before the limit": ([Bucket(Fraction(1, 3), 4, 4)], 1.0, True),
    "at once": ([Bucket(0, 4, 4)], 1.0, True),
    "none in time": ([Bucket(3, 4, 4)], 0.0, True),
    "none ended, one long enough": ([Bucket(Fraction(1, 9), 4, 0), Bucket(1, 1, 0)], 0.0, True),
    "all still young": ([Bucket(Fraction(1, 9), 4, 0)], 0.0, False),
    "the last one still young": (
        [Bucket(Fraction(1, 9), 3, 3), Bucket(Fraction(23, 24), 1, 0)],
        0.75,
        False,
    ),
    "young ones censored, the last one ended": (
        [Bucket(Fraction(1, 9), 3, 0), Bucket(Fraction(1, 2), 1, 1)],
        1.0,
        True,
    ),
    "equal shares of two limits tie": (
        [Bucket(Fraction(10, 30), 1, 0), Bucket(Fraction(8, 24), 1, 1)],
        0.5,
        False,
    ),
}


@pytest.mark.parametrize(("sample", "value", "reached"), DAY.values(), ids=DAY)
def test_share_in_time(sample, value, reached) -> None:
    result = in_time(sample)

    assert (result.value, result.reached) == (value, reached)
    assert result.low <= value <= result.high


ENDS = {
    "all in time": ([Bucket(Fraction(1, 2), 30, 30)], 30),
    "none in time": ([Bucket(2, 30, 30)], 0),
    "none in time, most censored": ([Bucket(Fraction(1, 2), 29, 0), Bucket(2, 1, 1)], 0),
}


@pytest.mark.parametrize(("sample", "hits"), ENDS.values(), ids=ENDS)
def test_a_share_of_0_or_1_has_wilsons_interval_of_all(sample, hits) -> None:
    low, high = wilson(hits, 30)

    assert in_time(sample) == InTime(
        hits / 30, pytest.approx(low), pytest.approx(high), reached=True
    )


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_uncensored_it_is_the_double_of_the_plain_share(count) -> None:
    """A limit of 90 % is met by 9 of 10, whatever the hours at which they ended."""
    ended, n = count
    sample = [Bucket(Fraction(hour + 1, n), 1, 1) for hour in range(ended)]

    assert in_time([*sample, Bucket(2, n - ended, n - ended)]).value == ended / n


@settings(deadline=None, max_examples=40)
@given(episodes(), st.integers(1, 40))
def test_share_in_time_mirrors_the_curve(sample, limit) -> None:
    result = in_time([Bucket(Fraction(hours, limit), 1, int(event)) for hours, event in sample])
    low, high = log_log_interval(buckets(sample), limit)

    assert result.value == pytest.approx(1 - survival_at(buckets(sample), limit)[0], abs=1e-15)
    assert (result.low, result.high) == (1 - high, 1 - low)
    assert 0 <= result.low <= result.value <= result.high <= 1


HOURS = {
    "an hour, as days": (1 / 24, Fraction(1)),
    "seven hours, as days": (7 / 24, Fraction(7)),
    "a week": (7.0, Fraction(168)),
    "a window": (45.0, Fraction(1080)),
    "a tenth of a day": (0.1, Fraction(12, 5)),
    "one second": (1 / 86400, Fraction(1, 3600)),
    "13 minutes, as days": (13 / 1440, Fraction(13, 60)),
}


@pytest.mark.parametrize(("days", "hours"), HOURS.values(), ids=HOURS)
def test_hours_of_days(days, hours) -> None:
    assert hours_of(days) == hours


@given(
    st.integers(0, 50_000), st.integers(1, 50_000), st.integers(0, 50_000), st.integers(1, 50_000)
)
def test_shares_of_limits_order_as_fractions_do(hours, limit, other_hours, other_limit) -> None:
    one, other = over_limit(hours, limit), over_limit(other_hours, other_limit)
    exact, other_exact = Fraction(hours, limit), Fraction(other_hours, other_limit)

    assert (one < other) == (exact < other_exact)
    assert (one == other) == (exact == other_exact)
    assert (one <= 1) == (exact <= 1)
