"""Thresholds as CEL, so that there is one evaluator: the limit, its unit and its direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.scope import suggestion
from plumbgate.errors import Diagnostic
from plumbgate.model.metric import Better
from plumbgate.model.policy import Expression, Judge, Threshold
from plumbgate.model.quantity import Unit, format_quantity, parse_quantity
from plumbgate.model.verdict import ReadValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.model.metric import Metric
    from plumbgate.model.policy import Parameter

WORDS = {"at_most": "at most", "at_least": "at least", "below": "below", "above": "above"}
_OPERATORS = {"at_most": "<=", "at_least": ">=", "below": "<", "above": ">"}
_UPPER = frozenset({"at_most", "below"})
_SOURCES = {
    Judge.ESTIMATE: "metrics.{metric}",
    Judge.WORST: "measured.{metric}.worst",
    Judge.BEST: "measured.{metric}.best",
}
_SUGGESTED = {Unit.DAYS: "15 d", Unit.RATIO: "90 %", Unit.PER_1K: "12", Unit.COUNT: "3"}

Compiled = tuple[Expression, ReadValue | None]


def threshold_expression(
    threshold: Threshold, metric: Metric, parameters: Mapping[str, Parameter]
) -> Compiled | list[Diagnostic]:
    """Return the CEL of a threshold and its limit as shown to readers, or what is wrong with it."""
    diagnostics: list[Diagnostic] = []
    limits: list[tuple[str, float, Unit | None]] = []
    for written in threshold.limits:
        limit = _limit(written, metric, parameters)
        if isinstance(limit, str):
            message, _, hint = limit.partition("; ")
            diagnostics.append(Diagnostic(_code(limit), message, threshold.place, hint))
        else:
            limits.append(limit)
    wrong_way = _wrong_way(threshold, metric)
    if wrong_way:
        diagnostics.append(wrong_way)
    if diagnostics:
        return diagnostics
    source = _SOURCES[threshold.judge].format(metric=metric.id)
    if threshold.comparison == "between":
        (low, *_), (high, *_) = limits
        text, shown = f"{low} <= {source} && {source} <= {high}", None
    else:
        ((name, value, _),) = limits
        text = f"{source} {_OPERATORS[threshold.comparison]} {name}"
        shown = ReadValue(threshold.comparison, value, metric.unit)
    return Expression(text, threshold.place), shown


def _limit(
    written: str | float, metric: Metric, parameters: Mapping[str, Parameter]
) -> tuple[str, float, Unit | None] | str:
    """Return the limit as CEL, its value and unit; or a sentence, and after `; ` its fix."""
    if isinstance(written, str) and written in parameters:
        parameter = parameters[written]
        unit, value, name = parameter.unit, parameter.value, f"params.{written}"
    else:
        try:
            value, unit = parse_quantity(written)
        except ValueError as error:
            if str(written).isidentifier():
                near = suggestion(str(written), parameters, "declare it under `parameters`")
                return f"unknown parameter `{written}`; {near}"
            return str(error)
        if isinstance(written, str) and unit is None:
            return f'the limit must be a quantity, found text "{written}"; {_example(metric)}'
        name = repr(value)
    if not _fits(unit, value, metric.unit):
        shown = format_quantity(value, unit)
        return f"unit mismatch: `{metric.id}` is in {metric.unit}, the limit is {shown}; " + (
            _example(metric)
        )
    return name, value, unit


def _code(sentence: str) -> str:
    if sentence.startswith("unit"):
        return "PG023"
    return "PG021" if sentence.startswith("unknown") else "PG012"


def _fits(unit: Unit | None, value: float, wanted: Unit) -> bool:
    if unit is wanted:
        return True
    if unit is not None or wanted is Unit.DAYS:
        return False
    # A bare number is a count, a rate or a ratio; as a ratio it lies in 0 to 1.
    return wanted is not Unit.RATIO or 0 <= value <= 1


def _example(metric: Metric) -> str:
    return f"write a quantity as `{_SUGGESTED.get(metric.unit, '0.0033 ratio_per_30d')}`"


def _wrong_way(threshold: Threshold, metric: Metric) -> Diagnostic | None:
    """Refuse a limit that asks for the worse: `at_most` on a metric that is better high."""
    upper = threshold.comparison in _UPPER
    if threshold.comparison == "between" or upper == (metric.better is Better.DOWN):
        return None
    right = ("at_least", "above") if upper else ("at_most", "below")
    return Diagnostic(
        "PG027",
        f"`{metric.id}` is better {metric.better}: `{threshold.comparison}` would reward the worse",
        threshold.place,
        f"write `{right[0]}` or `{right[1]}`",
    )
