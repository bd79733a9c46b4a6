"""The cases of a policy, run against it or against a mutant of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from plumbgate.engine.context import SnapshotContext
from plumbgate.engine.judge import Judgement, PolicyJudge
from plumbgate.engine.settings import setting_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from plumbgate.cel.values import Trace
    from plumbgate.engine.rules import CompiledPolicy, CompiledRule
    from plumbgate.model.metric import Metric
    from plumbgate.proving.cases import Case, Expected


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A rule that concludes something else than its case says."""

    case: Case
    rule: str
    """`<policy>.<rule>`."""
    expected: Expected
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Staged:
    """A case with its snapshot laid out, so that many policies can be judged on it."""

    case: Case
    shown: SnapshotContext


def staged(cases: Iterable[Case], catalogue: Mapping[str, Metric]) -> list[Staged]:
    """Return the cases ready to be judged."""
    return [Staged(case, SnapshotContext(case.snapshot, catalogue)) for case in cases]


class Court:
    """Judges a policy, as it is or mutated, on snapshots that are laid out."""

    def __init__(self, policy: CompiledPolicy) -> None:
        """Judge by the policy's own parameters."""
        self.policy = policy
        self._rules = {rule.rule.name: rule for rule in policy.rules}
        self._judges: dict[datetime, PolicyJudge] = {}

    def judge(
        self, name: str, shown: SnapshotContext, at: datetime, trace: Trace | None = None
    ) -> Judgement:
        """Return what the rule of that name concludes; a trace is told of every step."""
        judge = self._judge(at)
        rule: CompiledRule = self._rules[name]
        context = judge.context(shown)
        context.budget.trace = trace
        return judge.judge(rule, shown, context)

    def mismatches(self, cases: Sequence[Staged], rules: Iterable[str]) -> Iterator[Mismatch]:
        """Yield where the named rules conclude something else than a case says, as they come."""
        wanted = set(rules)
        for one in cases:
            for name, expected in one.case.expected.items():
                if name in wanted:
                    found = self.judge(name, one.shown, one.case.at)
                    if not agrees(expected, found):
                        yield Mismatch(one.case, self._rules[name].rule.id, expected, found)

    def _judge(self, at: datetime) -> PolicyJudge:
        if at not in self._judges:
            parameters = setting_of(self.policy, at).parameters
            self._judges[at] = PolicyJudge(self.policy, parameters, at)
        return self._judges[at]


def agrees(expected: Expected, found: Judgement) -> bool:
    """Return whether a rule concludes all that a case names."""
    real = {"verdict": found.word, "row": found.row, "message": found.reason}
    return all(value in {None, real[name]} for name, value in asdict(expected).items())
