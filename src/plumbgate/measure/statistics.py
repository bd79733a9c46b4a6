"""
Counts to intervals at 99 %, and two values to their difference.

Pure functions of the standard library, so that the numbers of a snapshot depend on no numeric
package. Each names its source; the tests hold each against an independent implementation.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, exp, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from plumbgate.measure.tails import (
    counts_in_lower_tail,
    mean_with_lower_tail,
    mean_with_upper_tail,
)
from plumbgate.model.metric import Better
from plumbgate.model.snapshot import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

TAIL = 0.005
"""What a 99 % interval leaves out on either side."""
Z = NormalDist().inv_cdf(1 - TAIL)
"""The standard normal quantile of a 99 % interval."""
FEWEST_FOR_RATIO = 10
"""Events that two rates must hold together before the logarithm of their ratio is near normal."""

Ranged = tuple[float, float, float]
"""A value with the lower and the upper end of its interval."""


def wilson(x: float, n: float) -> tuple[float, float]:
    """
    Return the score interval of the proportion `x / n`, inside 0 to 1.

    Both may be real numbers: of a clustered sample they are the counts over the design effect
    (Korn and Graubard 1998, Survey Methodology 24, 193).

    Raises:
        ValueError: `n` is not above 0, or `x` is not within 0 to `n`.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209; Brown, Cai and DasGupta 2001, Statistical
    Science 16, section 3.1.1.

    """
    if not 0 <= x <= n or n == 0:
        raise ValueError(f"{x} of {n} is not a proportion")
    return _wilson_low(x, n), 1 - _wilson_low(n - x, n)


def _wilson_low(x: float, n: float) -> float:
    # The smaller root as product of the roots over the greater: no digits cancel, and 0 stays 0.
    return x * x / n / (x + Z * Z / 2 + Z * sqrt(x * (n - x) / n + Z * Z / 4))


def design_effect(clusters: Sequence[tuple[int, int, int]]) -> float:
    """
    Return by how much clustering inflates the variance of a proportion, at least 1.

    A cluster is (decisions, hits, how many reviewers have just these counts); decisions of one
    reviewer resemble each other. With one reviewer, or a share of 0 or 1, nothing can be
    estimated and the result is 1.

    Source: Cochran 1977, Sampling Techniques, section 3.12, with the factor k / (k - 1) for k
    reviewers; Kish 1965, Survey Sampling, section 8.2.
    """
    k = sum(reviewers for _, _, reviewers in clusters)
    n = sum(decisions * reviewers for decisions, _, reviewers in clusters)
    x = sum(hits * reviewers for _, hits, reviewers in clusters)
    if k <= 1 or x in (0, n):
        return 1.0
    # In whole numbers, as V n / (p (1 - p)) with p = x / n, so that only the end is rounded.
    squares = sum(m * (hits * n - x * decisions) ** 2 for decisions, hits, m in clusters)
    return max(1.0, k * squares / ((k - 1) * n * x * (n - x)))


def count_difference_interval(begun: int, ended: int, exposure: float) -> tuple[float, float]:
    """
    Return the interval of the rate `(begun - ended) / exposure`, in events per unit of exposure.

    Two independent Poisson counts differ with a variance that is the sum of them.

    Raises:
        ValueError: A count is negative, or `exposure` is not above 0.

    Source: Skellam 1946, J. R. Stat. Soc. 109, 296, with the normal interval.

    """
    if min(begun, ended) < 0 or exposure <= 0:
        raise ValueError(f"{begun} begun and {ended} ended in {exposure} is not a rate")
    rate = (begun - ended) / exposure
    margin = Z * sqrt(begun + ended) / exposure
    return rate - margin, rate + margin


def garwood(x: int) -> tuple[float, float]:
    """
    Return the exact interval of a Poisson mean of which `x` events were counted, in events.

    The ends are the means under which `x` or more, and `x` or fewer, events have the probability
    `TAIL` each.

    Raises:
        ValueError: `x` is negative.

    Source: Garwood 1936, Biometrika 28, 437; Johnson, Kemp and Kotz 2005, Univariate Discrete
    Distributions, section 4.7.

    """
    if x < 0:
        raise ValueError(f"{x} is not a count")
    return (mean_with_upper_tail(x, TAIL) if x else 0.0), mean_with_lower_tail(x, TAIL)


def nearest_rank(n: int, share: float) -> int:
    """
    Return which of `n` values in ascending order, counted from 1, is the quantile of `share`.

    `share` is the decimal that it is written as: 0.7 of 10 is 7, whatever its double is.

    Raises:
        ValueError: `n` is not above 0, or `share` is not above 0 and below 1.

    Source: Hyndman and Fan 1996, American Statistician 50, 361, definition 1.

    """
    return ceil(_decimal_share(n, share) * n)


def order_statistic_interval(n: int, share: float) -> tuple[int | None, int | None]:
    """
    Return the ranks, from 1, between which the quantile of `share` lies; None: no such end.

    Distribution-free: how many of `n` values lie below the quantile is binomial. A sample may be
    too small for an end; it is then unknown, not the extreme value.

    Raises:
        ValueError: `n` is not above 0, or `share` is not above 0 and below 1.

    Source: David and Nagaraja 2003, Order Statistics, section 7.1; Conover 1999, Practical
    Nonparametric Statistics, section 3.2.

    """
    exact = _decimal_share(n, share)
    below = counts_in_lower_tail(n, float(exact), TAIL)
    above = counts_in_lower_tail(n, float(1 - exact), TAIL)
    return below or None, n + 1 - above if above else None


def _decimal_share(n: int, share: float) -> Fraction:
    if n < 1 or not 0 < share < 1:
        raise ValueError(f"{n} values have no quantile of {share}")
    return Fraction(repr(share))


def value_at_rank(counts: Sequence[tuple[int, int]], rank: int) -> int:
    """
    Return the value at `rank`, from 1, of a sample given as pairs of a value and how often.

    Pairs come in any order and a value may come more than once, as in pooled periods.

    Raises:
        ValueError: The sample has no such rank.

    """
    seen = 0
    for value, times in sorted(counts):
        seen += times
        if 1 <= rank <= seen:
            return value
    raise ValueError(f"a sample of {seen} has no rank {rank}")


def hybrid_change(now: Ranged, then: Ranged, better: Better) -> Change:
    """
    Return `now` less `then`, in their unit, turned so that plus is better.

    Each end recovers from either interval the variance on the side that matters, which gives
    Newcombe's interval where both are Wilson's, and the usual one where both are symmetric.

    Source: Newcombe 1998, Statistics in Medicine 17, 873, method 10; Zou and Donner 2008,
    Statistics in Medicine 27, 1693.
    """
    (value, low, high), (value0, low0, high0) = now, then
    delta = value - value0
    below = sqrt((value - low) ** 2 + (high0 - value0) ** 2)
    above = sqrt((high - value) ** 2 + (value0 - low0) ** 2)
    return _oriented(Change(delta, delta - below, delta + above), better)


def rate_change(x: int, r: float, x0: int, r0: float, better: Better) -> Change | None:
    """
    Return the change from rate `r0` to `r` as a share of `r0`, turned so that plus is better.

    `x` and `x0` are the events behind the rates. None where either is 0 or both together are
    fewer than `FEWEST_FOR_RATIO`: the ratio has no usable interval.

    Source: Rothman, Greenland and Lash 2008, Modern Epidemiology, chapter 14 (person-time data,
    large-sample methods).
    """
    if min(x, x0) <= 0 or x + x0 < FEWEST_FOR_RATIO:
        return None
    ratio = r / r0
    factor = exp(Z * sqrt(1 / x + 1 / x0))
    return _oriented(Change(ratio - 1, ratio / factor - 1, ratio * factor - 1), better)


def _oriented(rise: Change, better: Better) -> Change:
    """Return `rise`, or where lower is better its mirror image."""
    if better is Better.UP:
        return rise
    # 0 - x: an unmoved value must not come out as minus zero.
    return Change(0 - rise.delta, 0 - rise.high, 0 - rise.low)
