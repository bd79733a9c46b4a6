"""What the cases of a policy say of it, and how much they would notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.proving.coverage import Uncovered, uncovered
from plumbgate.proving.mutate import Mutated, Weakened, mutate, weakened
from plumbgate.proving.run import Court, Mismatch, staged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.model.metric import Metric
    from plumbgate.proving.cases import Case


@dataclass(frozen=True, slots=True)
class Proof:
    """What the cases of one policy say."""

    policy: str
    cases: Sequence[Case]
    mismatches: Sequence[Mismatch]
    uncovered: Sequence[Uncovered] = ()
    """What no case decides, if that was asked for."""
    coverable: int = 0
    mutated: Mutated | None = None
    weakened: Sequence[Weakened] = ()

    @property
    def is_proven(self) -> bool:
        """Whether every case holds, and nothing that was asked for is missing."""
        alive = self.mutated.survivors if self.mutated else ()
        return not (self.mismatches or self.uncovered or alive or self.weakened)


def proof_of(
    policy: CompiledPolicy,
    cases: Sequence[Case],
    catalogue: Mapping[str, Metric],
    *,
    coverage: bool,
    mutation: bool,
) -> Proof:
    """Return what its cases say of a policy, what they leave undecided, and what they miss."""
    on_stage = staged(cases, catalogue)
    rules = [rule.rule.name for rule in policy.rules]
    mismatches = list(Court(policy).mismatches(on_stage, rules))
    missing, coverable = uncovered(policy, on_stage) if coverage else ([], 0)
    # Of cases that do not hold nobody knows what they would notice.
    mutating = mutation and not mismatches
    return Proof(
        policy.policy.id,
        cases,
        mismatches,
        missing,
        coverable,
        mutate(policy, on_stage, catalogue) if mutating else None,
        list(weakened(policy, on_stage, catalogue)) if mutating else (),
    )
