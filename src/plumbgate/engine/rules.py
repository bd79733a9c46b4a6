"""Compiled policies: parsed, checked, ready to run. Only these can be judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.model.verdict import ReadValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.program import Program
    from plumbgate.engine.messages import Message
    from plumbgate.engine.readings import Reading
    from plumbgate.model.policy import Looser, Policy, Row, Rule
    from plumbgate.model.quantity import Unit
    from plumbgate.model.span import Span


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit of a threshold."""

    comparison: str
    """at_most, at_least, below or above."""
    value: float
    unit: Unit
    parameter: str | None = None
    """The name of the parameter that holds it, where one does."""

    def of(self, parameters: Mapping[str, float]) -> ReadValue:
        """Return the limit as it is where parameters have these values."""
        value = parameters[self.parameter] if self.parameter else self.value
        return ReadValue(self.comparison, value, self.unit)


@dataclass(frozen=True, slots=True)
class Assertion:
    """What must be true, also of a threshold."""

    program: Program
    limit: Limit | None
    """Of a threshold with one limit."""
    messages: tuple[Message, ...]
    """What the rule says of itself, then what its threshold says; the first known is shown."""


@dataclass(frozen=True, slots=True)
class CompiledRow:
    """A row whose condition and message are checked."""

    row: Row
    when: Program | None
    message: Message


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision table."""

    rows: tuple[CompiledRow, ...]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule whose expressions are checked."""

    rule: Rule
    applies_when: tuple[Program, ...]
    """Of the policy and of the rule."""
    body: Assertion | Decision
    readings: tuple[Reading, ...] = ()
    """What is shown of what it reads, through variables too."""
    parameters: tuple[str, ...] = ()
    """The names of the parameters that it reads."""
    metrics: tuple[str, ...] = ()
    """The ids of the metrics that it reads, of any period or unit."""

    @property
    def conditions(self) -> tuple[Program, ...]:
        """What is decided, in the order in which it is tried."""
        if isinstance(self.body, Assertion):
            return (self.body.program,)
        return tuple(row.when for row in self.body.rows if row.when)

    @property
    def labelled_conditions(self) -> tuple[tuple[str, Program | None], ...]:
        """What is decided, each with its name: `assert`, or a row of the table."""
        if isinstance(self.body, Assertion):
            return (("assert", self.body.program),)
        return tuple((f"row {row.row.id}", row.when) for row in self.body.rows)

    @property
    def inserts(self) -> tuple[Program, ...]:
        """What its messages show."""
        body = self.body
        messages = (
            body.messages if isinstance(body, Assertion) else [row.message for row in body.rows]
        )
        return tuple(insert.program for message in messages for insert in message.inserts)

    def limit(self, parameters: Mapping[str, float]) -> ReadValue | None:
        """Return the limit of a threshold, as it is where parameters have these values."""
        if isinstance(self.body, Assertion) and self.body.limit:
            return self.body.limit.of(parameters)
        return None

    def place(self, row: str | None) -> Span:
        """Return where what decided stands: of a table, the row."""
        if isinstance(self.body, Assertion):
            return self.rule.place
        places = (one.row.place for one in self.body.rows if one.row.id == row)
        return next(places, self.rule.place)

    def expression(self, row: str | None) -> str:
        """Return the CEL that decided: of a table, that of the row, or of all its rows."""
        if isinstance(self.body, Assertion):
            return self.body.program.text.strip()
        shown = [one for one in self.body.rows if row in {None, one.row.id}]
        return "\n".join(one.when.text.strip() if one.when else "otherwise" for one in shown)


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """A policy whose rules can run."""

    policy: Policy
    variables: Mapping[str, Program]
    rules: tuple[CompiledRule, ...]
    directions: Mapping[str, Looser | None]
    """For each parameter, which way it asks for less; None where nothing says it."""
