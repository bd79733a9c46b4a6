"""
What is wrong with a policy whose expressions are all in order.

A rule that reads no metric or could pass where nothing is measured, a row that nothing reaches, a
word in place of what was not measured where only a table may see it, a direction that contradicts
its use, and what nothing reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.engine.directions import contradicted
from plumbgate.engine.reachable import unreachable_rows
from plumbgate.engine.reads import Reads
from plumbgate.engine.rules import Decision
from plumbgate.engine.thresholds import meaningless
from plumbgate.engine.vacuous import passes_on_nothing
from plumbgate.engine.worst import pass_on_the_worst
from plumbgate.errors import Diagnostic
from plumbgate.model.policy import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plumbgate.engine.rules import CompiledPolicy, CompiledRule
    from plumbgate.model.metric import Metric


def unsound(policy: CompiledPolicy, catalogue: Mapping[str, Metric]) -> Iterator[Diagnostic]:
    """Yield everything that is wrong with a policy as a whole."""
    wrong = [mistake for rule in policy.rules for mistake in _rule(rule, policy)]
    yield from wrong
    if not wrong:
        for values in _values(policy):
            yield from unsound_values(policy, values, catalogue)
    # What a rule reads that could not be read is not known.
    if policy.policy.is_whole:
        yield from _unread(policy)
    yield from contradicted(policy.policy)


def unsound_values(
    policy: CompiledPolicy, values: Mapping[str, float], catalogue: Mapping[str, Metric]
) -> Iterator[Diagnostic]:
    """Yield the rules that say nothing, or pass on nothing, where parameters have these values."""
    refused: set[str] = set()
    for rule in policy.rules:
        for wrong in (
            *_meaningless(rule, values, catalogue),
            *_vacuous(rule, policy, values, catalogue),
        ):
            refused.add(rule.rule.id)
            yield wrong
    for name, place in pass_on_the_worst(policy, values, catalogue):
        if name not in refused:
            message = f"`{name}` passes where every metric is as bad as it can be"
            hint = "turn the comparison round, or ask for what must be better"
            yield Diagnostic("PG046", message, place, hint)


def _meaningless(
    rule: CompiledRule, values: Mapping[str, float], catalogue: Mapping[str, Metric]
) -> Iterator[Diagnostic]:
    body = rule.rule.body
    if isinstance(body, Threshold):
        limits = [values[one] for one in body.limits if isinstance(one, str) and one in values]
        if len(limits) == len(body.limits):
            yield from meaningless(body, catalogue[body.metric], limits)


def _vacuous(
    rule: CompiledRule,
    policy: CompiledPolicy,
    values: Mapping[str, float],
    catalogue: Mapping[str, Metric],
) -> Iterator[Diagnostic]:
    place = passes_on_nothing(rule, policy, values, catalogue)
    if place is not None:
        message = f"`{rule.rule.id}` can pass where nothing is measured"
        hint = (
            "read `metrics.<family>.<name>`, which is unknown there; grace stands in `applies_when`"
        )
        yield Diagnostic("PG029", message, place, hint)


def _values(policy: CompiledPolicy) -> Iterator[dict[str, float]]:
    """Yield the values that the parameters have of themselves, from the first day to the last."""
    parameters = policy.policy.parameters
    yield {one.name: one.value for one in parameters}
    for since in sorted({since for one in parameters for since, _ in one.later}):
        yield {one.name: one.value_at(since) for one in parameters}


def _rule(rule: CompiledRule, policy: CompiledPolicy) -> Iterator[Diagnostic]:
    if not rule.metrics:
        yield _diagnostic(
            "PG026",
            f"`{rule.rule.id}` reads no metric: it would say the same of every programme",
            rule,
            "read `metrics.<family>.<name>`; who a rule is for stands in `applies_when`",
        )
    if isinstance(rule.body, Decision):
        for row, why, hint in unreachable_rows(rule.body, policy.variables):
            message = f"row `{row.row.id}` is never reached: {why}"
            yield Diagnostic("PG034", message, row.row.place, hint)
        return
    reads = Reads(policy.variables)
    for condition in rule.conditions:
        reads.add(condition)
    for name in reads.under("variables"):
        if name in policy.variables and policy.variables[name].if_unmeasured is not None:
            yield _diagnostic(
                "PG036",
                f"`{rule.rule.id}` reads `variables.{name}`, which is a word where nothing is "
                "measured",
                rule,
                "only a `decide` table may read it; take `if_unmeasured` away, or make it a table",
            )


def _unread(policy: CompiledPolicy) -> Iterator[Diagnostic]:
    """Yield the parameters and variables that nothing reads: a misspelling, or a leftover."""
    reads = Reads(policy.variables)
    for rule in policy.rules:
        for program in (*rule.applies_when, *rule.conditions, *rule.inserts):
            reads.add(program)
    read = {(root, name) for root in ("params", "variables") for name in reads.under(root)}
    for kind, root, named in (
        ("parameter", "params", policy.policy.parameters),
        ("variable", "variables", policy.policy.variables),
    ):
        for one in named:
            if (root, one.name) not in read:
                message = f"nothing reads the {kind} `{one.name}`"
                yield Diagnostic("PG035", message, one.place, "remove it, or read it in a rule")


def _diagnostic(code: str, message: str, rule: CompiledRule, hint: str) -> Diagnostic:
    return Diagnostic(code, message, rule.rule.place, hint)
