"""
Tails of the Poisson and binomial distributions, and which parameter leaves a given tail.

Numeric work behind the exact intervals of `statistics`. A tail is summed from its greatest term
outwards, so that it costs in the order of the square root of the count, and in logarithms where
a term alone would underflow.
"""

from __future__ import annotations

from bisect import bisect_right
from math import ceil, exp, lgamma, log, log1p

# Both Poisson tails are log-concave, the upper one in the logarithm of the mean. Newton's first
# step therefore ends beyond the root, every later one approaches it from there, and the first
# that does not is rounding: no tolerance is needed.


def mean_with_upper_tail(x: int, probability: float) -> float:
    """
    Return the Poisson mean under which `x` or more events have `probability`.

    `x` is at least 1 and `probability` below one half.
    """

    def nearer(mean: float) -> float:
        term, tail, k = 1.0, 0.0, x
        while tail + term > tail:
            tail += term
            k += 1
            term *= mean / k
        excess = log(tail) + _log_poisson(x, mean) - log(probability)
        return mean * exp(-excess * tail / x)

    mean = nearer(float(x))
    while (following := nearer(mean)) > mean:
        mean = following
    return mean


def mean_with_lower_tail(x: int, probability: float) -> float:
    """
    Return the Poisson mean under which `x` or fewer events have `probability`.

    `x` is at least 0 and `probability` below one half.
    """

    def nearer(mean: float) -> float:
        term, tail, k = 1.0, 0.0, x
        while tail + term > tail:
            tail += term
            term *= k / mean
            k -= 1
        excess = log(tail) + _log_poisson(x, mean) - log(probability)
        return mean + excess * tail

    mean = nearer(x + 1.0)
    while (following := nearer(mean)) < mean:
        mean = following
    return mean


def _log_poisson(x: int, mean: float) -> float:
    return x * log(mean) - mean - lgamma(x + 1)


def counts_in_lower_tail(n: int, share: float, probability: float) -> int:
    """
    Return for how many k from 0 on `k` or fewer of `n` have at most `probability`.

    Each of `n` independent items is counted with probability `share`, above 0 and below 1;
    `probability` is below one half.
    """

    def at_most(k: int) -> float:
        ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
        term = exp(ways + k * log(share) + (n - k) * log1p(-share))
        total = 0.0
        while total + term > total:
            total += term
            term *= k / (n - k + 1) * (1 - share) / share
            k -= 1
        return total

    # The median is at most the mean rounded up: from there on the tail holds one half or more.
    return bisect_right(range(ceil(n * share)), probability, key=at_most)
