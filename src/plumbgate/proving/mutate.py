"""Whether the cases of a policy notice when something in it changes, or is not measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plumbgate.engine.context import SnapshotContext
from plumbgate.model.verdict import Outcome
from plumbgate.proving.givens import Json, snapshot_of
from plumbgate.proving.killers import Killer, Search
from plumbgate.proving.mutants import Mutant, mutants
from plumbgate.proving.run import Court

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.model.metric import Metric
    from plumbgate.proving.cases import Case
    from plumbgate.proving.run import Staged

_MEASURED = ("metrics", "baseline", "previous", "pooled", "change", "since_previous")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no case notices."""

    mutant: Mutant
    killer: Killer | None
    """A case that would notice it; None where none was found, and none was ruled out."""


@dataclass(frozen=True, slots=True)
class Mutated:
    """What became of the mutants of one policy."""

    killed: int
    equivalent: int
    """So many say the same as the policy, whatever is measured."""
    survivors: Sequence[Survivor]

    @property
    def total(self) -> int:
        """How many there were."""
        return self.killed + self.equivalent + len(self.survivors)


@dataclass(frozen=True, slots=True)
class Weakened:
    """A case on which a rule passes only because a metric is cut out."""

    case: Case
    rule: str
    metric: str
    was: str
    """What the rule concludes while the metric is measured."""


def mutate(
    policy: CompiledPolicy, cases: Sequence[Staged], catalogue: Mapping[str, Metric]
) -> Mutated:
    """Return which mutants of a policy its cases let live, each with a case that would kill it."""
    search = Search(Court(policy), cases, catalogue)
    killed = equivalent = 0
    survivors: list[Survivor] = []
    for mutant in mutants(policy):
        if any(True for _ in Court(mutant.policy).mismatches(cases, mutant.rules)):
            killed += 1
            continue
        killer = search.killer(mutant)
        if killer is None and search.is_equivalent(mutant):
            equivalent += 1
        else:
            survivors.append(Survivor(mutant, killer))
    return Mutated(killed, equivalent, survivors)


def weakened(
    policy: CompiledPolicy, cases: Sequence[Staged], catalogue: Mapping[str, Metric]
) -> Iterator[Weakened]:
    """Yield where a rule that does not pass would pass if a metric were not measured."""
    court = Court(policy)
    for one in cases:
        case = one.case
        found = {name: court.judge(name, one.shown, case.at) for name in case.expected}
        for metric in sorted(_measured(case.given)):
            shown = SnapshotContext(snapshot_of(_without(case.given, metric), catalogue), catalogue)
            for name, before in found.items():
                after = court.judge(name, shown, case.at)
                if before.outcome is not Outcome.PASS and after.outcome is Outcome.PASS:
                    rule = f"{policy.policy.id}.{name}"
                    yield Weakened(case, rule, metric, before.word)


def _measured(given: Any) -> set[str]:  # noqa: ANN401 (JSON)
    """Return the metrics that a case gives anywhere: now, in its history, of its units."""
    if isinstance(given, list):
        return set[str]().union(*map(_measured, given))
    if not isinstance(given, dict):
        return set()
    found = {metric for part in _MEASURED for metric in given.get(part, {})}
    return found.union(*(_measured(given.get(key)) for key in ("history", "units", "given")))


def _without(given: Any, metric: str) -> Json:  # noqa: ANN401 (JSON)
    """Return a case in which a metric is measured nowhere."""
    cut = dict(given)
    for part in _MEASURED:
        if metric in cut.get(part, {}):
            cut[part] = {name: row for name, row in cut[part].items() if name != metric}
    for key in ("history", "units"):
        if key in cut:
            cut[key] = [_without(row, metric) for row in cut[key]]
    if "given" in cut:
        cut["given"] = _without(cut["given"], metric)
    return cut
