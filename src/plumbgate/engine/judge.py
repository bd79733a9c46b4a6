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
    from collections.abc import Mapping

    from plumbgate.cel.environment import Value
    from plumbgate.cel.program import Program
    from plumbgate.cel.values import Budget
    from plumbgate.engine.compile import CompiledRule


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule concludes, and why."""

    outcome: Outcome
    reason: str
    unmeasured: tuple[str, ...] = ()
    """What left it undecided."""


def judge(rule: CompiledRule, names: Mapping[str, Value], budget: Budget) -> Judgement:
    """Return what `rule` concludes where `names` are known; messages change no outcome."""
    for condition in rule.applies_when:
        applies = _decided(condition, names, budget)
        if isinstance(applies, Unknown | Failure):
            return _undecided(applies, NoData.UNKNOWN)
        if not applies:
            reason = f"{_quoted(condition)} is false"
            return Judgement(Outcome.NOT_APPLICABLE, reason)
    met = _decided(rule.assertion, names, budget)
    if isinstance(met, Unknown | Failure):
        return _undecided(met, rule.rule.no_data)
    said = (message.render(names, budget) for message in rule.messages)
    own = f"{_quoted(rule.assertion)} is {'true' if met else 'false'}"
    return Judgement(Outcome.PASS if met else Outcome.FAIL, next(filter(None, said), own))


def _decided(
    program: Program, names: Mapping[str, Value], budget: Budget
) -> bool | Unknown | Failure:
    """Return a bool and nothing that Python would take for one."""
    result = program.evaluate(names, budget)
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
