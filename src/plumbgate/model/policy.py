"""A policy: rules over metrics, their parameters, and the controls that they speak for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from plumbgate.model.span import Span
from plumbgate.model.verdict import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from plumbgate.model.catalog import ControlMapping
    from plumbgate.model.quantity import Unit


class Severity(StrEnum):
    """How much a FAIL matters, from low to high."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Enforcement(StrEnum):
    """Whether a FAIL closes the gate."""

    BLOCK = "block"
    WARN = "warn"


class Judge(StrEnum):
    """Which end of the 99 % interval a threshold is held against."""

    ESTIMATE = "estimate"
    WORST = "worst"
    BEST = "best"


class Looser(StrEnum):
    """The direction in which a parameter asks for less."""

    HIGHER = "higher"
    LOWER = "lower"


class NoData(StrEnum):
    """The outcome where all that a rule lacks was counted and there was nothing to judge."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Expression:
    """CEL text, and where it stands."""

    text: str
    place: Span
    """Of the value, or of its key where positions inside cannot be mapped."""
    lines: tuple[tuple[int, int], ...] = ()
    """Line and column in the file of each line of `text`; empty where they cannot be mapped."""

    def at(self, line: int, column: int, length: int = 1) -> Span:
        """Return the file position of `line` and `column` of the text, both from 1."""
        if not 1 <= line <= len(self.lines):
            return self.place
        file_line, first_column = self.lines[line - 1]
        return Span(self.place.file, file_line, first_column + column - 1, length)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit on one metric, for people who do not program; compiled to CEL."""

    metric: str
    comparison: str
    """at_most, at_least, below, above or between."""
    limits: tuple[str | float, ...]
    """As written: names of parameters, quantities or numbers; two for `between`."""
    place: Span
    """Of the limit."""
    metric_place: Span
    judge: Judge = Judge.ESTIMATE
    min_sample: int | None = None
    """The smallest sample that is judged, where it is not the metric's own minimum."""
    sample_place: Span | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a decision table: what is concluded where it is the first that holds."""

    id: str
    verdict: str
    outcome: Outcome
    """PASS, FAIL or UNKNOWN."""
    when: Expression | None
    """None for the last row, which always holds."""
    message: Expression
    place: Span
    """Of the condition, or of what stands for it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table: its rows are tried in order."""

    rows: tuple[Row, ...]
    place: Span

    @property
    def verdicts(self) -> tuple[str, ...]:
        """Every verdict that it can give, each once, in the order of the rows."""
        return tuple(dict.fromkeys(row.verdict for row in self.rows))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named threshold."""

    name: str
    value: float
    unit: Unit | None
    """None for a bare number, which fits counts, rates and ratios."""
    place: Span
    """Of its name."""
    step: float
    """One in the last digit that is written."""
    low: float | None = None
    """The smallest value that a profile may choose."""
    high: float | None = None
    looser: Looser | None = None
    description: str = ""
    basis: str = ""
    """Where the value comes from."""
    later: tuple[tuple[datetime, float], ...] = ()
    """Values that replace `value` from an instant on, in the order of time."""

    def value_at(self, at: datetime) -> float:
        """Return the value that the policy itself asks for at an instant."""
        begun = [value for since, value in self.later if since <= at]
        return begun[-1] if begun else self.value


@dataclass(frozen=True, slots=True)
class Variable:
    """A named sub-expression."""

    name: str
    expression: Expression
    place: Span
    """Of its name."""
    if_unmeasured: str | None = None
    """The text that it is where it is UNKNOWN."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One judgement: a threshold, an assertion or a decision table."""

    policy: str
    name: str
    title: str
    severity: Severity
    body: Threshold | Expression | Table
    enforcement: Enforcement = Enforcement.BLOCK
    applies_when: Expression | None = None
    no_data: NoData = NoData.UNKNOWN
    message: Expression | None = None
    """Text with `{expression}` in it."""
    remediation: str = ""
    over_units: bool = False
    """Whether it is judged only where the scope has units."""
    enforce_from: datetime | None = None
    """Before this instant it only warns."""

    @property
    def words(self) -> tuple[str, ...]:
        """Every verdict that it can give, and every outcome that it can have without one."""
        undecided = (Outcome.UNKNOWN, Outcome.ERROR, Outcome.NOT_APPLICABLE)
        if isinstance(self.body, Table):
            return (*self.body.verdicts, *undecided)
        return (Outcome.PASS, Outcome.FAIL, *undecided)

    @property
    def place(self) -> Span:
        """Where its body stands."""
        return self.body.place

    @property
    def id(self) -> str:
        """`<policy>.<rule>`, as it is named everywhere."""
        return f"{self.policy}.{self.name}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A YAML file: rules and what they share."""

    id: str
    """The name of the policy's folder."""
    title: str
    version: str
    owner: str
    controls: tuple[ControlMapping, ...]
    parameters: tuple[Parameter, ...]
    variables: tuple[Variable, ...]
    rules: tuple[Rule, ...]
    place: Span
    sha256: str
    is_whole: bool = True
    """Whether all of it could be read."""
    max_age: float | None = None
    """Days after which a snapshot is too old to judge."""
    applies_when: Expression | None = None
