"""Thresholds as CEL, so that there is one evaluator: the limit, its unit and its direction."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from plumbgate.engine.rules import Limit
from plumbgate.errors import Diagnostic, suggestion
from plumbgate.model.metric import Better
from plumbgate.model.policy import Expression, Judge, Threshold
from plumbgate.model.quantity import Unit, format_quantity, parse_quantity, wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plumbgate.model.metric import Metric
    from plumbgate.model.policy import Parameter

_OPERATORS = {"at_most": "<=", "at_least": ">=", "below": "<", "above": ">"}
_UPPER = frozenset({"at_most", "below"})
_RANGES = {Unit.RATIO: (0.0, 1.0), Unit.RATIO_PER_30D: (-inf, inf)}
"""The least and the greatest value of a metric by its unit; of any other unit, 0 and none."""
_EXAMPLES = {
    Unit.DAYS: "15 d",
    Unit.RATIO: "90 %",
    Unit.PER_1K: "12 per_1k",
    Unit.COUNT: "3",
    Unit.RATIO_PER_30D: "0.0033 ratio_per_30d",
}


@dataclass(frozen=True, slots=True)
class CompiledThreshold:
    """A threshold as CEL, and as a reader sees it."""

    expression: Expression
    sentence: Expression
    """A message: what is said where the rule has no message of its own."""
    limit: Limit | None
    """None for two limits."""


def compile_threshold(
    threshold: Threshold, metric: Metric, parameters: Mapping[str, Parameter]
) -> CompiledThreshold | list[Diagnostic]:
    """Return a threshold as CEL, or everything that is wrong with it."""
    read = [_limit(written, threshold, metric, parameters) for written in threshold.limits]
    limits = [limit for limit in read if isinstance(limit, _Limit)]
    wrong = [limit for limit in read if isinstance(limit, Diagnostic)]
    wrong.extend(_wrong_way(threshold, metric))
    wrong.extend(_too_small(threshold, metric))
    if not wrong:
        wrong.extend(meaningless(threshold, metric, [limit.value for limit in limits]))
    if wrong:
        return wrong
    if threshold.comparison == "between":
        text, sentence = _between(threshold.judge, metric, *limits)
        shown = None
    else:
        text, sentence = _one_sided(threshold, metric, *limits)
        (limit,) = limits
        shown = Limit(threshold.comparison, limit.value, metric.unit, limit.parameter)
    place = threshold.place
    if threshold.min_sample is not None:
        # A sample that is too small decides nothing, whichever way its value points.
        text = f"enough(measured.{metric.id}, {threshold.min_sample}) ? {text} : false"
    return CompiledThreshold(Expression(text, place), Expression(sentence, place), shown)


def _one_sided(threshold: Threshold, metric: Metric, limit: _Limit) -> tuple[str, str]:
    """Return the CEL, and the sentence that says what was compared."""
    judged = _JUDGED[threshold.judge].format(metric=metric.id)
    subject = _SUBJECTS[threshold.judge].format(metric=metric.id)
    words = f"{threshold.comparison.replace('_', ' ')} {limit.shown}"
    text = f"{judged} {_OPERATORS[threshold.comparison]} {limit.cel}"
    return text, f"{subject} is {{{judged}}}; the limit is {words}"


def _between(judge: Judge, metric: Metric, least: _Limit, most: _Limit) -> tuple[str, str]:
    """Return the same for two limits, which the whole interval meets, or any part of it."""
    low = high = _JUDGED[Judge.ESTIMATE].format(metric=metric.id)
    subject = f"{metric.id} is {{{low}}}"
    if judge is not Judge.ESTIMATE:
        ends = (Judge.WORST, Judge.BEST)[:: 1 if metric.better is Better.UP else -1]
        low, high = (_JUDGED[end].format(metric=metric.id) for end in ends)
        subject = f"the 99 % interval of {metric.id} is {{{low}}} to {{{high}}}"
    if judge is Judge.BEST:
        low, high = high, low
    text = f"{least.cel} <= {low} && {high} <= {most.cel}"
    return text, f"{subject}; the limits are {least.shown} to {most.shown}"


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit as CEL, as its value, and as a message shows it."""

    cel: str
    value: float
    shown: str
    parameter: str | None = None


def _limit(
    written: str | float, threshold: Threshold, metric: Metric, parameters: Mapping[str, Parameter]
) -> _Limit | Diagnostic:
    place, example = threshold.place, f"write a quantity as `{_EXAMPLES[metric.unit]}`"
    if isinstance(written, str) and written in parameters:
        parameter = parameters[written]
        cel, value, unit = f"params.{written}", parameter.value, parameter.unit
        shown = f"{{{cel}}}"
    elif isinstance(written, str) and written.isidentifier():
        hint = suggestion(written, parameters, "declare it under `parameters`")
        return Diagnostic("PG021", f"unknown parameter `{written}`", place, hint)
    else:
        try:
            value, unit = parse_quantity(written)
        except ValueError as error:
            return Diagnostic("PG012", str(error), place, example)
        if isinstance(written, str) and unit is None:
            message = f'the limit must be a quantity, found text "{written}"'
            return Diagnostic("PG012", message, place, example)
        cel, shown = repr(value), format_quantity(value, metric.unit)
    if not _fits(unit, value, metric.unit):
        found = format_quantity(value, unit)
        limit = f"the limit `{written}`" if written in parameters else "the limit"
        message = f"unit mismatch: `{metric.id}` is {wording(metric.unit)}, {limit} is {found}"
        return Diagnostic("PG023", message, place, example)
    named = written if isinstance(written, str) and written in parameters else None
    return _Limit(cel, value, shown, named)


def _fits(unit: Unit | None, value: float, wanted: Unit) -> bool:
    # A bare number is a count, a rate or a ratio; as a ratio it lies in 0 to 1.
    if unit is not None or wanted is Unit.DAYS:
        return unit is wanted
    return wanted is not Unit.RATIO or 0 <= value <= 1


def _wrong_way(threshold: Threshold, metric: Metric) -> Iterator[Diagnostic]:
    """Refuse a limit that asks for the worse: `at_most` on a metric that is better high."""
    upper = threshold.comparison in _UPPER
    if threshold.comparison == "between" or upper == (metric.better is Better.DOWN):
        return
    right = ("at_least", "above") if upper else ("at_most", "below")
    yield Diagnostic(
        "PG027",
        f"`{metric.id}` is better {'high' if upper else 'low'}: "
        f"`{threshold.comparison}` would reward the worse",
        threshold.place,
        f"write `{right[0]}` or `{right[1]}`",
    )


def _too_small(threshold: Threshold, metric: Metric) -> Iterator[Diagnostic]:
    """Refuse a sample below the metric's minimum, unless an end of the interval pays for it."""
    least, place = threshold.min_sample, threshold.sample_place
    if least is None or place is None or threshold.judge is not Judge.ESTIMATE:
        return
    if least < metric.minimum:
        message = f"`{metric.id}` is not judged on fewer than {metric.minimum}"
        hint = f"write at least {metric.minimum}, or judge the `worst` end of the interval"
        yield Diagnostic("PG012", message, place, hint)


def meaningless(
    threshold: Threshold, metric: Metric, limits: Sequence[float]
) -> Iterator[Diagnostic]:
    """Refuse a limit that every possible value meets, or none."""
    least, most = _RANGES.get(metric.unit, (0.0, inf))
    first, last = limits[0], limits[-1]
    met_by_all = {
        "at_most": first >= most,
        "below": first > most,
        "at_least": first <= least,
        "above": first < least,
        "between": first <= least and last >= most,
    }
    met_by_none = {
        "at_most": first < least,
        "below": first <= least,
        "at_least": first > most,
        "above": first >= most,
        "between": first > most or last < least,
    }
    if met_by_all[threshold.comparison]:
        message = f"every value of `{metric.id}` meets this limit"
        yield Diagnostic("PG028", message, threshold.place, "choose a limit that some miss")
    elif threshold.comparison == "between" and first > last:
        message = f"no value of `{metric.id}` lies between these limits"
        yield Diagnostic("PG028", message, threshold.place, "write the smaller limit first")
    elif met_by_none[threshold.comparison]:
        message = f"no value of `{metric.id}` meets this limit"
        yield Diagnostic("PG028", message, threshold.place, "choose a limit that some meet")


_JUDGED = {
    Judge.ESTIMATE: "metrics.{metric}",
    Judge.WORST: "measured.{metric}.worst",
    Judge.BEST: "measured.{metric}.best",
}
"""What a threshold is held against, as CEL."""
_SUBJECTS = {
    Judge.ESTIMATE: "{metric}",
    Judge.WORST: "the unfavourable end of the 99 % interval of {metric}",
    Judge.BEST: "the favourable end of the 99 % interval of {metric}",
}
"""The same as the sentence says it."""
