"""The rules of a policy on one snapshot: does each apply, what is its outcome, what is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from plumbgate.cel.environment import to_cel
from plumbgate.cel.kinds import kind
from plumbgate.cel.values import Failure, Unknown
from plumbgate.engine.causes import described, nothing_to_judge
from plumbgate.engine.context import RuleContext
from plumbgate.engine.fitness import unfit
from plumbgate.engine.rules import Assertion
from plumbgate.model.policy import NoData
from plumbgate.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from plumbgate.cel.program import Program
    from plumbgate.engine.context import SnapshotContext
    from plumbgate.engine.messages import Message
    from plumbgate.engine.rules import CompiledPolicy, CompiledRow, CompiledRule


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule concludes, and why."""

    outcome: Outcome
    reason: str
    unmeasured: tuple[str, ...] = ()
    """What left it undecided."""
    verdict: str | None = None
    """Of a decision table: the word of the row that decided."""
    row: str | None = None
    """Of a decision table: where it ended."""

    @property
    def word(self) -> str:
        """The verdict, or the outcome where there is none."""
        return self.verdict or self.outcome


class PolicyJudge:
    """Judges the rules of a policy with some parameters at some instant."""

    def __init__(
        self, policy: CompiledPolicy, parameters: Mapping[str, float], at: datetime
    ) -> None:
        """Judge by `policy`, its parameters as they are for the scope, at the instant `at`."""
        self._policy = policy
        self._parameters = to_cel(dict(parameters))
        self._at = at
        self._words: dict[tuple[int, str], str] = {}
        self._verdicts = {rule.rule.name: partial(self._word, rule) for rule in policy.rules}

    def context(self, shown: SnapshotContext) -> RuleContext:
        """Return what one rule may read of a snapshot."""
        return RuleContext(shown, self._parameters, self._policy.variables, self._verdicts)

    def judge(self, rule: CompiledRule, shown: SnapshotContext, context: RuleContext) -> Judgement:
        """Return what `rule` concludes of a snapshot."""
        wrong = unfit(shown.snapshot, self._policy.policy.max_age, self._at)
        if wrong:
            return Judgement(Outcome.UNKNOWN, wrong)
        if rule.rule.over_units and not shown.units:
            return Judgement(Outcome.NOT_APPLICABLE, "the scope has no units")
        return judge(rule, context)

    def _word(self, rule: CompiledRule, shown: SnapshotContext) -> str:
        """Return the verdict of a rule on a unit, worked out once."""
        key = id(shown), rule.rule.name
        if key not in self._words:
            judged = self.judge(rule, shown, self.context(shown))
            self._words[key] = judged.word if shown.received else Outcome.UNKNOWN
        return self._words[key]


def judge(rule: CompiledRule, context: RuleContext) -> Judgement:
    """Return what `rule` concludes; its messages are made after that, and change no outcome."""
    for condition in rule.applies_when:
        applies = decided(condition, context)
        if isinstance(applies, Unknown | Failure):
            return _undecided(applies, NoData.UNKNOWN)
        if not applies:
            return Judgement(Outcome.NOT_APPLICABLE, f"{quoted(condition)} is false")
    if isinstance(rule.body, Assertion):
        return _asserted(rule.body, rule.rule.no_data, context)
    return _looked_up(rule.body.rows, rule.rule.no_data, context)


def _asserted(body: Assertion, no_data: NoData, context: RuleContext) -> Judgement:
    met = decided(body.program, context)
    if isinstance(met, Unknown | Failure):
        return _undecided(met, no_data)
    own = f"{quoted(body.program)} is {'true' if met else 'false'}"
    return Judgement(Outcome.PASS if met else Outcome.FAIL, _said(body.messages, context) or own)


def _looked_up(rows: tuple[CompiledRow, ...], no_data: NoData, context: RuleContext) -> Judgement:
    """Return what the first row concludes that holds, or that cannot be decided."""
    for compiled in rows:
        row = compiled.row
        holds = True if compiled.when is None else decided(compiled.when, context)
        if isinstance(holds, Unknown | Failure):
            rest = rows[rows.index(compiled) + 1 :]
            undecided = _undecided(holds, no_data if _lack_too(rest, context) else NoData.UNKNOWN)
            # A base that cannot be judged is an insufficient base.
            own = row.outcome is Outcome.UNKNOWN is undecided.outcome
            return replace(undecided, verdict=row.verdict if own else None, row=row.id)
        if holds:
            reason = _said((compiled.message,), context) or f"row `{row.id}` holds"
            return Judgement(row.outcome, reason, verdict=row.verdict, row=row.id)
    raise AssertionError("the last row of a table always holds")


def _lack_too(rows: Iterable[CompiledRow], context: RuleContext) -> bool:
    """Return whether no row can say anything: all that they lack was counted, and was none."""
    found = (decided(row.when, context) for row in rows if row.when)
    return all(one is False or (isinstance(one, Unknown) and one.counted) for one in found)


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


def _said(messages: tuple[Message, ...], context: RuleContext) -> str | None:
    """Return the first message whose values are all known; it is no part of the judgement."""
    trace, context.budget.trace = context.budget.trace, None
    said = next(filter(None, (message.render(context) for message in messages)), None)
    context.budget.trace = trace
    return said


def quoted(program: Program) -> str:
    """Return an expression on one line, as it stands in a sentence."""
    return f"`{' '.join(program.text.split())}`"
