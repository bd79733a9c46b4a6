"""One rule in words, and on a snapshot the value of every part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.cel.names import Names
from plumbgate.engine.compile import type_of
from plumbgate.engine.context import SnapshotContext
from plumbgate.engine.judge import Judgement, PolicyJudge
from plumbgate.engine.profiles import match
from plumbgate.engine.reads import Reads
from plumbgate.engine.settings import Setting, setting_of
from plumbgate.engine.steps import Seen, Step
from plumbgate.errors import InputError, UsageError, suggestion
from plumbgate.loading.snapshots import find_snapshots, load_snapshots
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.pipeline.check import Inputs, newest
from plumbgate.pipeline.policies import policies_below
from plumbgate.pipeline.profiles import profiles_for

if TYPE_CHECKING:
    from datetime import datetime

    from plumbgate.engine.rules import CompiledPolicy, CompiledRule
    from plumbgate.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Part:
    """An expression of a rule, and its steps on a snapshot."""

    name: str
    """`applies_when`, `assert`, the row of a table, or `variables.<name>`."""
    text: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule, and what it concludes of one snapshot."""

    policy: CompiledPolicy
    rule: CompiledRule
    setting: Setting
    parts: tuple[Part, ...]
    snapshot: Snapshot | None = None
    judgement: Judgement | None = None


def explain(name: str, inputs: Inputs, at: datetime) -> Explanation:
    """
    Return what a rule asks for, and what it concludes of the newest snapshot, if there is one.

    Raises:
        InputError: with every mistake in policies, profiles and snapshots.
        UsageError: There is no such rule.

    """
    policies = policies_below(inputs.policies, inputs.catalogs)
    profiles, wrong = profiles_for(policies, inputs.profiles)
    files, missing = find_snapshots(inputs.snapshots)
    loaded, mistakes = load_snapshots(files, CATALOGUE)
    diagnostics = [*policies.diagnostics, *wrong, *missing, *mistakes]
    if diagnostics:
        raise InputError(diagnostics)
    rules = {rule.rule.id: (policy, rule) for policy in policies.compiled for rule in policy.rules}
    if name not in rules:
        hint = suggestion(name, rules, f"rules are {', '.join(rules)}")
        raise UsageError(f"there is no rule `{name}`: {hint}")
    policy, rule = rules[name]
    chosen = newest(loaded)
    if not chosen:
        return Explanation(policy, rule, setting_of(policy, at), _parts(policy, rule, Seen()))
    latest = max(chosen, key=lambda one: (one.period.end, one.as_of))
    shown = SnapshotContext(latest, CATALOGUE)
    setting = setting_of(policy, at, match(profiles, shown.now.names))
    judge, seen = PolicyJudge(policy, setting.parameters, at), Seen()
    context = judge.context(shown)
    context.budget.trace = seen.trace
    judgement = setting.instead or judge.judge(rule, shown, context)
    return Explanation(policy, rule, setting, _parts(policy, rule, seen), latest, judgement)


def _parts(policy: CompiledPolicy, rule: CompiledRule, seen: Seen) -> tuple[Part, ...]:
    """Return every expression of a rule, then the variables that they read."""
    names = _names(policy)
    named = [("applies_when", program) for program in rule.applies_when] + [
        (label, program) for label, program in rule.labelled_conditions if program
    ]
    reads = Reads(policy.variables)
    for _, program in named:
        reads.add(program)
    read = reads.under("variables")
    named += [
        (f"variables.{one}", policy.variables[one]) for one in policy.variables if one in read
    ]
    return tuple(
        Part(label, program.text.strip(), tuple(seen.steps(program, names)))
        for label, program in named
    )


def _names(policy: CompiledPolicy) -> Names:
    types = {parameter.name: type_of(parameter) for parameter in policy.policy.parameters}
    return Names(CATALOGUE, types, policy.variables)
