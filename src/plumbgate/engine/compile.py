"""
Policies to compiled policies: parsed, typed, ready to run.

Only a compiled rule can be judged, so an unchecked expression never is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from plumbgate.cel.check import compile_expression
from plumbgate.cel.names import Names
from plumbgate.cel.types import Type, one_of
from plumbgate.engine.directions import directions
from plumbgate.engine.messages import Message, compile_message
from plumbgate.engine.readings import readings
from plumbgate.engine.reads import Reads
from plumbgate.engine.rules import (
    Assertion,
    CompiledPolicy,
    CompiledRow,
    CompiledRule,
    Decision,
)
from plumbgate.engine.soundness import unsound
from plumbgate.engine.thresholds import CompiledThreshold, compile_threshold
from plumbgate.errors import Diagnostic, suggestion
from plumbgate.model.policy import (
    Expression,
    Parameter,
    Policy,
    Rule,
    Table,
    Threshold,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plumbgate.cel.program import Program
    from plumbgate.model.metric import Metric

_Compiled = TypeVar("_Compiled")

APPLICABILITY_ROOTS = ("scope", "programme", "params")
"""What `applies_when` may read: never a measurement, whose absence could switch a rule off."""


def compile_policies(
    policies: Iterable[Policy], catalogue: Mapping[str, Metric]
) -> tuple[list[CompiledPolicy], list[Diagnostic]]:
    """Return the policies ready to run, and everything wrong with their expressions."""
    compiled: list[CompiledPolicy] = []
    diagnostics: list[Diagnostic] = []
    for policy in policies:
        compiler = _Compiler(policy, catalogue)
        compiled.append(compiler.compile())
        diagnostics.extend(compiler.diagnostics)
    return compiled, diagnostics


def type_of(parameter: Parameter) -> Type:
    """Return the type of a parameter; of one without a unit, the value farthest from 0 is known."""
    values = (parameter.value, *(value for _, value in parameter.later))
    constant = None if parameter.unit else max(values, key=abs)
    return Type("double", parameter.unit, constant)


class _Compiler:
    """Compiles one policy, collecting its mistakes."""

    def __init__(self, policy: Policy, catalogue: Mapping[str, Metric]) -> None:
        self.policy = policy
        self.catalogue = catalogue
        self.parameters = {parameter.name: parameter for parameter in policy.parameters}
        self.types = {p.name: type_of(p) for p in policy.parameters}
        self.verdicts = {rule.name: one_of(rule.words) for rule in policy.rules}
        self.variables: dict[str, Program | None] = {}
        self.diagnostics: list[Diagnostic] = []

    def compile(self) -> CompiledPolicy:
        for variable in self.policy.variables:
            self.variables[variable.name] = self._variable(variable)
        shared = self._applies_when(self.policy.applies_when)
        rules = [rule for rule in (self._rule(rule, shared) for rule in self.policy.rules) if rule]
        programs = {name: program for name, program in self.variables.items() if program}
        whole = tuple(self._with_reads(rule, rules) for rule in rules)
        compiled = CompiledPolicy(self.policy, programs, whole, directions(self.policy))
        if not self.diagnostics:
            self.diagnostics += unsound(compiled, self.catalogue)
        return compiled

    def _names(self) -> Names:
        below = [v.name for v in self.policy.variables if v.name not in self.variables]
        return Names(
            self.catalogue, self.types, dict(self.variables), self.verdicts, below=below[1:]
        )

    def _program(
        self,
        expression: Expression,
        names: Names,
        *,
        boolean: bool = False,
        fitting: bool = False,
    ) -> Program | None:
        return self._kept(compile_expression(expression, names, boolean=boolean, fitting=fitting))

    def _kept(self, compiled: _Compiled | list[Diagnostic]) -> _Compiled | None:
        """Return what was compiled, or collect what is wrong with it."""
        if isinstance(compiled, list):
            self.diagnostics.extend(compiled)
            return None
        return compiled

    def _variable(self, variable: Variable) -> Program | None:
        program = self._program(variable.expression, self._names())
        word = variable.if_unmeasured
        if program is None or word is None:
            return program
        if program.type.kind != "string":
            message = f"`if_unmeasured` gives a text, and `{variable.name}` is a {program.type}"
            hint = "give it to a variable that is a word: 'improved', 'flat', ..."
            self.diagnostics.append(Diagnostic("PG036", message, variable.place, hint))
        words = program.type.words
        found = program.type if words is None else one_of({*words, word})
        return replace(program, type=found, if_unmeasured=word)

    def _applies_when(self, expression: Expression | None) -> tuple[Program, ...]:
        if expression is None:
            return ()
        names = Names(parameters=self.types, roots=APPLICABILITY_ROOTS)
        program = self._program(expression, names, boolean=True)
        return (program,) if program else ()

    def _rule(self, rule: Rule, shared: tuple[Program, ...]) -> CompiledRule | None:
        applies_when = (*shared, *self._applies_when(rule.applies_when))
        if isinstance(rule.body, Table):
            body: Assertion | Decision | None = self._decision(rule.body)
        else:
            body = self._assertion(rule, rule.body)
        if body is None:
            return None
        return CompiledRule(rule, applies_when, body)

    def _with_reads(self, compiled: CompiledRule, rules: Sequence[CompiledRule]) -> CompiledRule:
        """Return a rule with all that it reads; of a unit's verdict, what that rule reads."""
        reads = Reads(self.variables)
        for program in (*compiled.applies_when, *compiled.conditions):
            reads.add(program)
        for other in rules:
            if other.rule.name in reads.under("verdicts"):
                for program in (*other.applies_when, *other.conditions):
                    reads.add(program, of_part=True)
        return replace(
            compiled,
            readings=readings(reads.now, self._names()),
            parameters=reads.parameters,
            metrics=reads.metrics,
        )

    def _assertion(self, rule: Rule, body: Threshold | Expression) -> Assertion | None:
        threshold = self._threshold(body) if isinstance(body, Threshold) else None
        written = (rule.message, threshold.sentence if threshold else None)
        messages = [self._message(text) for text in written if text]
        expression = threshold.expression if threshold else body
        if isinstance(expression, Threshold):
            return None
        is_threshold = threshold is not None
        program = self._program(expression, self._names(), boolean=True, fitting=is_threshold)
        if program is None:
            return None
        limit = threshold.limit if threshold else None
        return Assertion(program, limit, tuple(message for message in messages if message))

    def _decision(self, table: Table) -> Decision | None:
        rows: list[CompiledRow] = []
        for row in table.rows:
            when = self._program(row.when, self._names(), boolean=True) if row.when else None
            message = self._message(row.message)
            if message and (when or row.when is None):
                rows.append(CompiledRow(row, when, message))
        return Decision(tuple(rows)) if len(rows) == len(table.rows) else None

    def _threshold(self, threshold: Threshold) -> CompiledThreshold | None:
        metric = self.catalogue.get(threshold.metric)
        if metric is not None:
            return self._kept(compile_threshold(threshold, metric, self.parameters))
        hint = suggestion(threshold.metric, self.catalogue, "`plumbgate metrics list` has all")
        message = f"unknown metric `{threshold.metric}`"
        self.diagnostics.append(Diagnostic("PG021", message, threshold.metric_place, hint))
        return None

    def _message(self, text: Expression) -> Message | None:
        return self._kept(compile_message(text, self._names()))
