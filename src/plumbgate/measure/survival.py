"""
Kaplan-Meier: how long things stay open, when some are still open or left otherwise.

Counts come in buckets of equal time, in any order; the same time may come in several buckets, so
that cohorts are united by putting their buckets together. Times are whole hours, or hours over a
limit (`over_limit`): equal shares of different limits tie, and an event at its limit is at 1, also
where the limit is a setting in days whose double is rounded (`hours_of`). Curves are computed in
decimals of many digits and rounded once, at the end, so that 9 of 10 in time is the double that a
limit of 90 % is.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from math import exp
from typing import TYPE_CHECKING

from plumbgate.measure.statistics import Z, wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Time = int | float | Fraction
"""Whole hours since the start, or these over a limit."""

AT_LIMIT = 1
"""Where hours over the limit are judged; who ends there is in time."""
_SECONDS_PER_DAY = 86400
_SECONDS_PER_HOUR = 3600
_EXACT = Context(prec=50)


@dataclass(frozen=True, slots=True)
class Bucket:
    """All that leave the risk set at one time."""

    hours: Time
    leaving: int
    """Events and censored together."""
    events: int
    """Events come before what is censored at the same time."""

    def __post_init__(self) -> None:
        """Refuse what no query can count."""
        if self.hours < 0 or not 0 <= self.events <= self.leaving:
            raise ValueError(f"{self} is not a count of what left")


@dataclass(frozen=True, slots=True)
class Step:
    """A Kaplan-Meier curve at one time at which something left."""

    hours: Time
    at_risk: int
    """Still there just before."""
    events: int
    survival: Decimal
    """The share that the event has not reached, from this time until the next step."""


@dataclass(frozen=True, slots=True)
class InTime:
    """The share that ended within its limit, with its 99 % interval."""

    value: float
    low: float
    high: float
    reached: bool
    """False where all left before their limit and some of them without the event."""


def hours_of(days: float) -> Fraction:
    """Return `days` in hours, exact to the second: 1 h, held as 1/24 d, is one hour again."""
    return Fraction(round(days * _SECONDS_PER_DAY), _SECONDS_PER_HOUR)


def over_limit(hours: int, limit: int | Fraction) -> float:
    """
    Return `hours` over `limit`, correctly rounded.

    Equal shares are the same double, since whole numbers divide to the nearest one; different
    shares differ by at least 1 over the product of their limits, which is far more than a double
    rounds, so that nothing ties that does not.
    """
    return hours * limit.denominator / limit.numerator


def survival_curve(buckets: Iterable[Bucket]) -> tuple[Step, ...]:
    """
    Return the product-limit estimate, one step per time, in order of time.

    Raises:
        ValueError: Nothing is in the buckets: there is no curve.

    Source: Kaplan and Meier 1958, J. Am. Stat. Assoc. 53, 457; Klein and Moeschberger 2003,
    Survival Analysis, section 4.2.

    """
    united: dict[Time, tuple[int, int]] = {}
    for bucket in buckets:
        leaving, events = united.get(bucket.hours, (0, 0))
        united[bucket.hours] = leaving + bucket.leaving, events + bucket.events
    at_risk = sum(leaving for leaving, _ in united.values())
    if not at_risk:
        raise ValueError("a survival curve needs something that was at risk")
    steps = []
    survival = Decimal(1)
    with localcontext(_EXACT):
        for hours, (leaving, events) in sorted(united.items()):
            if leaving:
                survival = survival * (at_risk - events) / at_risk
                steps.append(Step(hours, at_risk, events, survival))
                at_risk -= leaving
    return tuple(steps)


def rmst(buckets: Sequence[Bucket], window: float | Fraction) -> tuple[float, float]:
    """
    Return the restricted mean time up to `window` hours, in hours, and its variance.

    It is the area under the curve, which is held flat beyond the last step: see `held_flat`.
    The variance is Greenwood's; a term in which all at risk have the event is 0.

    Raises:
        ValueError: The buckets are empty.

    Source: Klein and Moeschberger 2003, Survival Analysis, section 4.5, equations 4.5.1 and
    4.5.2.

    """
    steps = survival_curve(buckets)
    with localcontext(_EXACT):
        right, area, variance = _decimal(window), Decimal(0), Decimal(0)
        # From the right, so that `area` is what lies to the right of each step.
        for step in reversed([step for step in steps if step.hours < window]):
            left = _decimal(step.hours)
            area += step.survival * (right - left)
            variance += area * area * _greenwood_term(step)
            right = left
        return float(area + right), float(variance)


def held_flat(buckets: Sequence[Bucket], window: float | Fraction) -> float:
    """
    Return the hours that `rmst` owes to holding the curve flat beyond the last observed hour.

    They can only overstate the mean; where they are many, the mean was not reached.

    Raises:
        ValueError: The buckets are empty.

    Source: Klein and Moeschberger 2003, Survival Analysis, section 4.2, practical notes (Gill).

    """
    last = survival_curve(buckets)[-1]
    with localcontext(_EXACT):
        return float(last.survival * max(Decimal(0), _decimal(window) - _decimal(last.hours)))


def survival_at(buckets: Sequence[Bucket], time: Time) -> tuple[float, float]:
    """
    Return the share still there just after `time`, and its standard error.

    Raises:
        ValueError: The buckets are empty.

    Source: Greenwood 1926; Klein and Moeschberger 2003, Survival Analysis, section 4.2, equation
    4.2.2.

    """
    survival, relative = _at(survival_curve(buckets), time)
    with localcontext(_EXACT):
        return float(survival), float(survival * relative.sqrt())


def log_log_interval(buckets: Sequence[Bucket], time: Time) -> tuple[float, float]:
    """
    Return the interval of the share still there just after `time`, inside 0 to 1.

    Where the share is 0 or 1 the method has no interval, and Wilson's for all that was at risk
    stands in.

    Raises:
        ValueError: The buckets are empty.

    Source: Kalbfleisch and Prentice 2002, The Statistical Analysis of Failure Time Data, section
    1.4; Klein and Moeschberger 2003, Survival Analysis, section 4.3.

    """
    return _log_log(survival_curve(buckets), time)


def in_time(buckets: Sequence[Bucket]) -> InTime:
    """
    Return the share with the event at or before its limit; times are hours over the limit.

    Raises:
        ValueError: The buckets are empty.

    Source: one less `survival_at` and `log_log_interval`.

    """
    steps = survival_curve(buckets)
    survival, _ = _at(steps, AT_LIMIT)
    low, high = _log_log(steps, AT_LIMIT)
    with localcontext(_EXACT):
        share = float(1 - survival)
    reached = steps[-1].hours >= AT_LIMIT or steps[-1].survival == 0
    return InTime(share, 1 - high, 1 - low, reached)


def _log_log(steps: Sequence[Step], time: Time) -> tuple[float, float]:
    survival, relative = _at(steps, time)
    if survival in (0, 1):
        n = steps[0].at_risk
        return wilson(n * int(survival), n)
    with localcontext(_EXACT):
        spread = exp(Z * float(relative.sqrt() / -survival.ln()))
    share = float(survival)
    return share**spread, share ** (1 / spread)


def _at(steps: Sequence[Step], time: Time) -> tuple[Decimal, Decimal]:
    """Return survival just after `time`, and the square of its relative standard error."""
    past = [step for step in steps if step.hours <= time]
    with localcontext(_EXACT):
        relative = sum((_greenwood_term(step) for step in past), Decimal(0))
    return (past[-1].survival if past else Decimal(1)), relative


def _greenwood_term(step: Step) -> Decimal:
    left = step.at_risk - step.events
    return Decimal(step.events) / (step.at_risk * left) if left else Decimal(0)


def _decimal(time: float | Fraction) -> Decimal:
    if isinstance(time, int):
        return Decimal(time)
    exact = Fraction(time)
    return Decimal(exact.numerator) / exact.denominator
