"""
Policies to compiled policies: parsed, checked, ready to run.

Only a compiled rule can be judged, so an unchecked expression never is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.cel.check import compile_expression, reads
from plumbgate.cel.scope import METRIC_ROOTS, Names, suggestion
from plumbgate.engine.messages import Message, compile_message
from plumbgate.engine.thresholds import threshold_expression
from plumbgate.errors import Diagnostic
from plumbgate.model.policy import Expression, Policy, Rule, Threshold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plumbgate.cel.program import Program
    from plumbgate.model.metric import Metric
    from plumbgate.model.verdict import ReadValue

APPLICABILITY_ROOTS = ("scope", "programme", "params")
"""What `applies_when` may read: never a measurement, whose absence could switch a rule off."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule whose expressions are checked."""

    rule: Rule
    applies_when: tuple[Program, ...]
    """Of the policy and of the rule."""
    assertion: Program
    limit: ReadValue | None
    message: Message | None
    reads: tuple[tuple[str, ...], ...]
    """Every dotted name that the assertion reads, through variables too."""
    metrics: tuple[str, ...]
    """The ids of the metrics among them."""


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """A policy whose rules can run."""

    policy: Policy
    parameters: Mapping[str, float]
    variables: Mapping[str, Program]
    rules: tuple[CompiledRule, ...]


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


class _Compiler:
    """Compiles one policy, collecting its mistakes."""

    def __init__(self, policy: Policy, catalogue: Mapping[str, Metric]) -> None:
        self.policy = policy
        self.catalogue = catalogue
        self.parameters = {parameter.name: parameter for parameter in policy.parameters}
        self.variables: dict[str, Program] = {}
        self.diagnostics: list[Diagnostic] = []

    def compile(self) -> CompiledPolicy:
        for variable in self.policy.variables:
            program = self._program(variable.expression, self._names())
            if program:
                self.variables[variable.name] = program
        rules = [rule for rule in map(self._rule, self.policy.rules) if rule]
        values = {name: parameter.value for name, parameter in self.parameters.items()}
        return CompiledPolicy(self.policy, values, self.variables, tuple(rules))

    def _names(self) -> Names:
        return Names(tuple(self.catalogue), tuple(self.parameters), tuple(self.variables))

    def _program(
        self, expression: Expression, names: Names, *, boolean: bool = False
    ) -> Program | None:
        compiled = compile_expression(expression, names, boolean=boolean)
        if isinstance(compiled, list):
            self.diagnostics.extend(compiled)
            return None
        return compiled

    def _rule(self, rule: Rule) -> CompiledRule | None:
        before = len(self.diagnostics)
        applies_when = self._applies_when(rule)
        expression, limit = self._body(rule)
        assertion = self._program(expression, self._names(), boolean=True) if expression else None
        message = self._message(rule.message) if rule.message else None
        if assertion is None or len(self.diagnostics) > before:
            return None
        paths = self._transitive(assertion)
        metrics = tuple(dict.fromkeys(filter(None, map(metric_of, paths))))
        if not metrics:
            self.diagnostics.append(
                Diagnostic(
                    "PG026",
                    f"`{rule.id}` reads no metric: it would say the same of every programme",
                    rule.place,
                    "read `metrics.<family>.<name>`; who a rule is for stands in `applies_when`",
                )
            )
            return None
        return CompiledRule(rule, applies_when, assertion, limit, message, paths, metrics)

    def _applies_when(self, rule: Rule) -> tuple[Program, ...]:
        names = Names(parameters=tuple(self.parameters), roots=APPLICABILITY_ROOTS)
        written = (self.policy.applies_when, rule.applies_when)
        programs = (self._program(part, names, boolean=True) for part in written if part)
        return tuple(program for program in programs if program)

    def _body(self, rule: Rule) -> tuple[Expression | None, ReadValue | None]:
        if isinstance(rule.body, Expression):
            return rule.body, None
        threshold = rule.body
        metric = self.catalogue.get(threshold.metric)
        if metric is None:
            hint = suggestion(threshold.metric, self.catalogue, "`plumbgate metrics list` has all")
            message = f"unknown metric `{threshold.metric}`"
            self.diagnostics.append(Diagnostic("PG021", message, threshold.metric_place, hint))
            return None, None
        return self._threshold(threshold, metric)

    def _threshold(
        self, threshold: Threshold, metric: Metric
    ) -> tuple[Expression | None, ReadValue | None]:
        compiled = threshold_expression(threshold, metric, self.parameters)
        if isinstance(compiled, list):
            self.diagnostics.extend(compiled)
            return None, None
        return compiled

    def _message(self, text: Expression) -> Message | None:
        compiled = compile_message(text, self._names(), self.catalogue, self.parameters)
        if isinstance(compiled, list):
            self.diagnostics.extend(compiled)
            return None
        return compiled

    def _transitive(self, program: Program) -> tuple[tuple[str, ...], ...]:
        found: dict[tuple[str, ...], None] = {}
        for path in reads(program.tree):
            found[path] = None
            for name in _variables_of([path]):
                found.update(dict.fromkeys(self._transitive(self.variables[name])))
        return tuple(found)


def _variables_of(paths: Sequence[tuple[str, ...]]) -> Iterable[str]:
    """Yield the variables that dotted names read, of this period or of another (`h.variables`)."""
    for path in paths:
        for start in (0, 1):
            if len(path) > start + 1 and path[start] == "variables":
                yield path[start + 1]


def metric_of(path: tuple[str, ...]) -> str | None:
    """Return the metric that a dotted name reads, of this period or of another (`h.metrics`)."""
    for start in (0, 1):
        if len(path) > start + 2 and path[start] in METRIC_ROOTS:
            return f"{path[start + 1]}.{path[start + 2]}"
    return None
