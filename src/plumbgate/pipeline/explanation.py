"""An explanation as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.engine.rules import Assertion
from plumbgate.model.policy import Looser, NoData, Threshold
from plumbgate.model.quantity import format_quantity
from plumbgate.render.text_safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.model.policy import Parameter
    from plumbgate.pipeline.explain import Explanation, Part

_DEPTH = 2
_WIDTH = 84
"""Characters of a part that stand on its line; a longer one is cut."""


def lines(explained: Explanation) -> Iterator[str]:
    """Yield the lines: what the rule asks for, then what it concludes, and of what."""
    yield from map(visible, _rule(explained))
    if explained.snapshot and explained.judgement:
        snapshot, judged = explained.snapshot, explained.judgement
        yield ""
        yield visible(f"on {snapshot.scope.name} {snapshot.period.id}: {judged.word}")
        yield visible(f"  {' '.join(judged.reason.split())}")
        for part in explained.parts:
            yield from map(visible, _steps(part))


def _rule(explained: Explanation) -> Iterator[str]:
    rule, policy = explained.rule.rule, explained.policy.policy
    yield f"{rule.id}   {rule.title}"
    yield f"  severity:  {rule.severity}, {rule.enforcement}"
    if isinstance(rule.body, Threshold):
        yield f"  asks that: {_threshold(rule.body)}"
    for part in explained.parts:
        yield f"  {part.name + ':':<10} {' '.join(part.text.split())}"
    if not isinstance(explained.rule.body, Assertion):
        for one in explained.rule.body.rows:
            row = one.row
            yield f"  row {row.id}: {row.verdict} ({row.outcome}): {row.message.text}"
    if rule.no_data is NoData.NOT_APPLICABLE:
        yield "  no data:   not applicable, where all that it lacks was counted and was none"
    for parameter in policy.parameters:
        if parameter.name in explained.rule.parameters:
            yield f"  params.{parameter.name}: {_parameter(parameter, explained)}"
    for mapping in policy.controls:
        control = f"{mapping.control.framework} {mapping.control.id} ({mapping.claim})"
        yield f"  control:   {control}: {mapping.relevance}"
    if rule.remediation:
        yield f"  do:        {rule.remediation}"
    yield f"  at:        {rule.place}"


def _threshold(threshold: Threshold) -> str:
    limits = " and ".join(map(str, threshold.limits))
    said = f"{threshold.metric} is {threshold.comparison.replace('_', ' ')} {limits}"
    if threshold.judge != "estimate":
        said += f", judged by the {threshold.judge} end of its 99 % interval"
    if threshold.min_sample is not None:
        said += f", on a sample of at least {threshold.min_sample}"
    return said


def _parameter(parameter: Parameter, explained: Explanation) -> str:
    value = explained.setting.parameters[parameter.name]
    parts = [format_quantity(value, parameter.unit)]
    if value != parameter.value:
        parts.append(f"the policy's own is {format_quantity(parameter.value, parameter.unit)}")
    bounds = [
        f"{words} {format_quantity(bound, parameter.unit)}"
        for words, bound in (("at least", parameter.low), ("at most", parameter.high))
        if bound is not None
    ]
    parts += bounds
    way = explained.policy.directions[parameter.name]
    if way is not None:
        parts.append(f"looser when {'higher' if way is Looser.HIGHER else 'lower'}")
    if parameter.name in explained.setting.loosened:
        parts.append(f"LOOSENED by {', '.join(explained.setting.profiles)}")
    described = f" ({parameter.description})" if parameter.description else ""
    return ", ".join(parts) + described


def _steps(part: Part) -> Iterator[str]:
    yield f"  {part.name}"
    for step in part.steps:
        text = "  " * (_DEPTH + step.depth) + step.text
        shown = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
        yield f"{shown:<{_WIDTH}}  {step.value or '(not looked at)'}"
