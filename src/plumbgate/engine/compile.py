"""
Policies to compiled policies: parsed, checked, ready to run.

Only a compiled rule can be judged, so an unchecked expression never is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from plumbgate.cel.check import compile_expression
from plumbgate.cel.names import Names
from plumbgate.engine.messages import Message, compile_message
from plumbgate.engine.readings import Reading, readings
from plumbgate.engine.thresholds import CompiledThreshold, compile_threshold
from plumbgate.engine.units import metric_of
from plumbgate.engine.vacuous import passes_on_nothing
from plumbgate.errors import Diagnostic, suggestion
from plumbgate.model.policy import Expression, Policy, Rule, Threshold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plumbgate.cel.program import Program
    from plumbgate.cel.scope import Path
    from plumbgate.model.metric import Metric
    from plumbgate.model.verdict import ReadValue

_Compiled = TypeVar("_Compiled")

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
    """Of a threshold with one limit."""
    messages: tuple[Message, ...]
    """What the rule says of itself, then what its threshold says; the first known is shown."""
    readings: tuple[Reading, ...]
    """What is shown of what it reads, through variables too."""
    parameters: tuple[str, ...]
    """The names of the parameters that it reads."""
    metrics: tuple[str, ...]
    """The ids of the metrics that it reads, of any period."""


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
        self.variables: dict[str, Program | None] = {}
        self.diagnostics: list[Diagnostic] = []

    def compile(self) -> CompiledPolicy:
        for variable in self.policy.variables:
            self.variables[variable.name] = self._program(variable.expression, self._names())
        shared = self._applies_when(self.policy.applies_when)
        rules = [rule for rule in (self._rule(rule, shared) for rule in self.policy.rules) if rule]
        values = {name: parameter.value for name, parameter in self.parameters.items()}
        programs = {name: program for name, program in self.variables.items() if program}
        if not self.diagnostics:
            self.diagnostics += [
                _passes_on_nothing(rule.rule)
                for rule in rules
                if passes_on_nothing(rule.assertion, values, programs, self.catalogue)
            ]
        return CompiledPolicy(self.policy, values, programs, tuple(rules))

    def _names(self) -> Names:
        return Names(tuple(self.catalogue), tuple(self.parameters), dict(self.variables))

    def _program(
        self, expression: Expression, names: Names, *, boolean: bool = False
    ) -> Program | None:
        return self._kept(compile_expression(expression, names, boolean=boolean))

    def _kept(self, compiled: _Compiled | list[Diagnostic]) -> _Compiled | None:
        """Return what was compiled, or collect what is wrong with it."""
        if isinstance(compiled, list):
            self.diagnostics.extend(compiled)
            return None
        return compiled

    def _applies_when(self, expression: Expression | None) -> tuple[Program, ...]:
        if expression is None:
            return ()
        names = Names(parameters=tuple(self.parameters), roots=APPLICABILITY_ROOTS)
        program = self._program(expression, names, boolean=True)
        return (program,) if program else ()

    def _rule(self, rule: Rule, shared: tuple[Program, ...]) -> CompiledRule | None:
        applies_when = (*shared, *self._applies_when(rule.applies_when))
        threshold = self._threshold(rule.body) if isinstance(rule.body, Threshold) else None
        expression = threshold.expression if threshold else rule.body
        written = (rule.message, threshold.sentence if threshold else None)
        messages = [self._message(text) for text in written if text]
        if isinstance(expression, Threshold):
            return None
        assertion = self._program(expression, self._names(), boolean=True)
        if assertion is None:
            return None
        reads = _Reads(self.variables)
        for program in (*applies_when, assertion):
            reads.add(program)
        if not reads.metrics:
            self.diagnostics.append(_reads_no_metric(rule))
        return CompiledRule(
            rule,
            applies_when,
            assertion,
            threshold.limit if threshold else None,
            tuple(message for message in messages if message),
            readings(reads.now, self.catalogue, self.parameters),
            reads.parameters,
            reads.metrics,
        )

    def _threshold(self, threshold: Threshold) -> CompiledThreshold | None:
        metric = self.catalogue.get(threshold.metric)
        if metric is not None:
            return self._kept(compile_threshold(threshold, metric, self.parameters))
        hint = suggestion(threshold.metric, self.catalogue, "`plumbgate metrics list` has all")
        message = f"unknown metric `{threshold.metric}`"
        self.diagnostics.append(Diagnostic("PG021", message, threshold.metric_place, hint))
        return None

    def _message(self, text: Expression) -> Message | None:
        return self._kept(compile_message(text, self._names(), self.catalogue, self.parameters))


class _Reads:
    """Everything that programs read, through variables too."""

    def __init__(self, variables: Mapping[str, Program | None]) -> None:
        self.variables = variables
        self.now: dict[Path, None] = {}
        self.past: dict[Path, None] = {}

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, map(metric_of, (*self.now, *self.past)))))

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(
            path[1] for path in dict.fromkeys((*self.now, *self.past)) if path[0] == "params"
        )

    def add(self, program: Program, *, past: bool = False) -> None:
        for path in program.reads:
            self._add(path, self.past if past else self.now)
        for path in program.past_reads:
            self._add(path, self.past)

    def _add(self, path: Path, found: dict[Path, None]) -> None:
        if path in found:
            return
        found[path] = None
        variable = self.variables.get(path[1]) if path[0] == "variables" else None
        if variable:
            self.add(variable, past=found is self.past)


def _reads_no_metric(rule: Rule) -> Diagnostic:
    return Diagnostic(
        "PG026",
        f"`{rule.id}` reads no metric: it would say the same of every programme",
        rule.place,
        "read `metrics.<family>.<name>`; who a rule is for stands in `applies_when`",
    )


def _passes_on_nothing(rule: Rule) -> Diagnostic:
    return Diagnostic(
        "PG029",
        f"`{rule.id}` can pass where nothing is measured",
        rule.place,
        "read `metrics.<family>.<name>`, which is unknown there; grace stands in `applies_when`",
    )
