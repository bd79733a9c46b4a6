"""A policy with one small thing changed, many times over: each change should break a case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plumbgate.engine.reads import Reads
from plumbgate.engine.rules import Assertion, CompiledPolicy, CompiledRule, Decision
from plumbgate.model.policy import NoData
from plumbgate.model.quantity import format_quantity
from plumbgate.proving.tree_mutations import mutations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plumbgate.cel.program import Program
    from plumbgate.model.span import Span

    Readers = Callable[[str, str], tuple[str, ...]]
    """The rules that read a name of a kind."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A policy that differs from the one that is tested in one thing."""

    policy: CompiledPolicy
    about: str
    """`<policy>.<name>` of the rule, the variable or the parameter that was changed."""
    what: str
    place: Span
    rules: tuple[str, ...]
    """Names of the rules that could conclude something else."""


def mutants(policy: CompiledPolicy) -> Iterator[Mutant]:
    """Yield every mutant of a policy, in the order of its file."""
    reading = {rule.rule.name: _names_read(rule, policy) for rule in policy.rules}

    def readers(kind: str, name: str) -> tuple[str, ...]:
        return tuple(rule for rule, names in reading.items() if (kind, name) in names)

    yield from _of_parameters(policy, readers)
    for name, program in policy.variables.items():
        for changed, what in _of_program(program):
            variables = {**policy.variables, name: changed}
            yield Mutant(
                replace(policy, variables=variables),
                f"{policy.policy.id}.{name}",
                what,
                program.expression.place,
                readers("variables", name),
            )
    for index, rule in enumerate(policy.rules):
        rules = (rule.rule.name, *readers("verdicts", rule.rule.name))
        for changed_rule, what, place in _of_rule(rule):
            others = list(policy.rules)
            others[index] = changed_rule
            mutated = replace(policy, rules=tuple(others))
            yield Mutant(mutated, rule.rule.id, what, place, rules)


def _names_read(rule: CompiledRule, policy: CompiledPolicy) -> set[tuple[str, str]]:
    """Return what a rule depends on: parameters, variables, and other rules on units."""
    reads = Reads(policy.variables)
    for program in (*rule.applies_when, *rule.conditions):
        reads.add(program)
    found = {
        (root, name) for root in ("params", "variables", "verdicts") for name in reads.under(root)
    }
    for other in policy.rules:
        if ("verdicts", other.rule.name) in found and other is not rule:
            found |= _names_read(other, policy)
    return found


def _of_parameters(policy: CompiledPolicy, readers: Readers) -> Iterator[Mutant]:
    for index, parameter in enumerate(policy.policy.parameters):
        for step in (-parameter.step, parameter.step):
            value = round(parameter.value + step, 12)
            moved = list(policy.policy.parameters)
            moved[index] = replace(parameter, value=value)
            was, becomes = (
                format_quantity(one, parameter.unit, beside=other)
                for one, other in ((parameter.value, value), (value, parameter.value))
            )
            yield Mutant(
                replace(policy, policy=replace(policy.policy, parameters=tuple(moved))),
                f"{policy.policy.id}.{parameter.name}",
                f"{was} becomes {becomes}",
                parameter.place,
                readers("params", parameter.name),
            )


def _of_program(program: Program) -> Iterator[tuple[Program, str]]:
    for one in mutations(program.tree):
        written = program.written(one.node)
        yield replace(program, tree=one.tree), f"{one.what}: `{written}`"


def _of_rule(rule: CompiledRule) -> Iterator[tuple[CompiledRule, str, Span]]:
    for index, condition in enumerate(rule.applies_when):
        rest = rule.applies_when[:index] + rule.applies_when[index + 1 :]
        place = condition.expression.place
        yield replace(rule, applies_when=rest), "`applies_when` is dropped", place
        for changed, what in _of_program(condition):
            moved = (*rule.applies_when[:index], changed, *rule.applies_when[index + 1 :])
            yield replace(rule, applies_when=moved), what, place
    if rule.rule.no_data is NoData.NOT_APPLICABLE:
        own = replace(rule.rule, no_data=NoData.UNKNOWN)
        yield replace(rule, rule=own), "`no_data` is dropped", rule.rule.place
    if isinstance(rule.body, Assertion):
        for changed, what in _of_program(rule.body.program):
            yield replace(rule, body=replace(rule.body, program=changed)), what, rule.rule.place
    else:
        for body, what, place in _of_table(rule.body):
            yield replace(rule, body=body), what, place


def _of_table(table: Decision) -> Iterator[tuple[Decision, str, Span]]:
    rows = table.rows
    for index, row in enumerate(rows[:-1]):
        place = row.row.place
        yield Decision(rows[:index] + rows[index + 1 :]), f"row `{row.row.id}` is removed", place
        if index + 2 < len(rows):
            other = rows[index + 1]
            swapped = (*rows[:index], other, row, *rows[index + 2 :])
            what = f"rows `{row.row.id}` and `{other.row.id}` are exchanged"
            yield Decision(swapped), what, place
        if row.when:
            for changed, what in _of_program(row.when):
                moved = (*rows[:index], replace(row, when=changed), *rows[index + 1 :])
                yield Decision(moved), f"row `{row.row.id}`, {what}", place
