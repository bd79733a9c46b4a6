"""One rule on one snapshot: does it apply, is it met, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.cel.kinds import kind
from plumbgate.cel.values import Failure, Unknown
from plumbgate.engine.causes import described, nothing_to_judge
from plumbgate.model.policy import NoData
from plumbgate.model.verdict import Outcome

if TYPE_CHECKING:
    from plumbgate.cel.program import Program
    from plumbgate.engine.compile import CompiledRule
    from plumbgate.engine.context import RuleContext


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule concludes, and why."""

    outcome: Outcome
    reason: str
    unmeasured: tuple[str, ...] = ()
    """What left it undecided."""


def judge(rule: CompiledRule, context: RuleContext) -> Judgement:
    """Return what `rule` concludes; its messages are made after that, and change no outcome."""
    for condition in rule.applies_when:
        applies = decided(condition, context)
        if isinstance(applies, Unknown | Failure):
            return _undecided(applies, NoData.UNKNOWN)
        if not applies:
            return Judgement(Outcome.NOT_APPLICABLE, f"{_quoted(condition)} is false")
    met = decided(rule.assertion, context)
    if isinstance(met, Unknown | Failure):
        return _undecided(met, rule.rule.no_data)
    said = (message.render(context) for message in rule.messages)
    own = f"{_quoted(rule.assertion)} is {'true' if met else 'false'}"
    return Judgement(Outcome.PASS if met else Outcome.FAIL, next(filter(None, said), own))


def decided(program: Program, context: RuleContext) -> bool | Unknown | Failure:
    """Return what an expression decides: a bool, and nothing that Python would take for one."""
    result = context.evaluate(program)
    if isinstance(result, Unknown | Failure):
        return result
    if kind(result) != "bool":
        return Failure(f"the expression is a {kind(result)}, not true or false")
    return bool(result)


def _undecided(result: Unknown | Failure, no_data: NoData) -> Judgement:
    if isinstance(result, Failure):
        return Judgement(Outcome.ERROR, result.message)
    if result.counted and no_data is NoData.NOT_APPLICABLE:
        return Judgement(Outcome.NOT_APPLICABLE, nothing_to_judge(result))
    return Judgement(Outcome.UNKNOWN, described(result), result.names)


def _quoted(program: Program) -> str:
    return f"`{' '.join(program.text.split())}`"
