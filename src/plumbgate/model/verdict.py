"""The record of one rule on one snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from plumbgate.model.catalog import ControlMapping
    from plumbgate.model.policy import Enforcement, Severity
    from plumbgate.model.quantity import Unit
    from plumbgate.model.snapshot import Period, Scope
    from plumbgate.model.span import Span


class Outcome(StrEnum):
    """What a rule says of a snapshot. What could not be decided is never a pass."""

    PASS = "PASS"  # noqa: S105 (an outcome, not a password)
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    """Something that the rule needs was not measured."""
    ERROR = "ERROR"
    """The expression failed."""
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A value that a rule read, under the name by which it read it."""

    name: str
    value: float | str | bool | None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule concluded about one snapshot, and all that it is based on."""

    id: str
    """UUIDv5 of rule, scope, period, snapshot and policy."""
    rule: str
    title: str
    scope: Scope
    period: Period | None
    """None for a scope that was expected and did not come."""
    outcome: Outcome
    severity: Severity
    enforcement: Enforcement
    reason: str
    """One sentence: the rule's message, or the tool's own where something was not measured."""
    expression: str
    """The CEL that was judged."""
    place: Span
    values: tuple[ReadValue, ...] = ()
    limit: ReadValue | None = None
    """Of a threshold: the comparison as its name (`at_most`), and what it compares with."""
    reads: tuple[str, ...] = ()
    """Ids of the metrics that the rule reads."""
    unmeasured: tuple[str, ...] = ()
    """Ids of the metrics that left it undecided."""
    parameters: Mapping[str, float] = field(default_factory=dict)
    loosened: tuple[str, ...] = ()
    """Names of parameters that ask for less than the policy does."""
    profiles: tuple[str, ...] = ()
    """Ids of the profiles that set parameters of the policy for the scope."""
    controls: tuple[ControlMapping, ...] = ()
    remediation: str = ""
    waiver: str | None = None
    """Id of the active waiver that covers the FAIL."""
    verdict: str | None = None
    """Of a decision table: the word of the row that decided."""
    row: str | None = None
    """Of a decision table: the row that decided, or at which it could not be decided."""
    warns_until: datetime | None = None
    """Where the rule will block from an instant on, that instant."""

    @property
    def word(self) -> str:
        """The verdict of a decision table, or the outcome where there is none."""
        return self.verdict or self.outcome
