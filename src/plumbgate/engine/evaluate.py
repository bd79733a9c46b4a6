"""Compiled policies on snapshots: one verdict a rule and snapshot."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.engine.context import SnapshotContext
from plumbgate.engine.judge import Judgement, PolicyJudge
from plumbgate.engine.profiles import match
from plumbgate.engine.settings import Setting, setting_of
from plumbgate.errors import UsageError
from plumbgate.model.policy import Enforcement, Rule
from plumbgate.model.snapshot import Scope
from plumbgate.model.verdict import Outcome, ReadValue, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from plumbgate.engine.profiles import CompiledProfile
    from plumbgate.engine.rules import CompiledPolicy, CompiledRule
    from plumbgate.model.metric import Metric
    from plumbgate.model.snapshot import Period, Snapshot

NAMESPACE = uuid.UUID("6f6b52a0-2d0f-5b5e-9d0e-6f0c2f0f5a11")
"""Of every id that plumbgate derives from content."""


def evaluate(
    policies: Sequence[CompiledPolicy],
    snapshots: Sequence[Snapshot],
    catalogue: Mapping[str, Metric],
    at: datetime,
    profiles: Sequence[CompiledProfile] = (),
) -> tuple[Verdict, ...]:
    """
    Return one verdict a rule and snapshot: snapshots in order, within one the rules in order.

    Raises:
        UsageError: There are no rules or no snapshots.

    """
    # all(()) is True: without this, an empty policy set would certify anything.
    if not any(policy.rules for policy in policies):
        raise UsageError("there are no rules, so nothing could fail")
    if not snapshots:
        raise UsageError("there are no snapshots, so nothing could fail")
    return tuple(
        verdict
        for snapshot in snapshots
        for verdict in _judge_snapshot(policies, SnapshotContext(snapshot, catalogue), at, profiles)
    )


def not_received(policies: Sequence[CompiledPolicy], scope: str, at: datetime) -> Iterator[Verdict]:
    """Yield one UNKNOWN a blocking rule for a scope that was expected and has no snapshot."""
    tenant, _, unit = scope.partition("/")
    about = Scope(tenant, unit or None)
    for policy in policies:
        setting = setting_of(policy, at)
        for rule in policy.rules:
            if rule.rule.enforcement is not Enforcement.BLOCK:
                continue
            judgement = Judgement(Outcome.UNKNOWN, "expected, not received", rule.metrics)
            yield _verdict(policy, rule, judgement, About(about, setting, at))


def _judge_snapshot(
    policies: Sequence[CompiledPolicy],
    shown: SnapshotContext,
    at: datetime,
    profiles: Sequence[CompiledProfile],
) -> Iterator[Verdict]:
    found, snapshot = match(profiles, shown.now.names), shown.snapshot
    for policy in policies:
        setting = setting_of(policy, at, found)
        judge = PolicyJudge(policy, setting.parameters, at)
        for rule in policy.rules:
            context = judge.context(shown)
            judgement = setting.instead or judge.judge(rule, shown, context)
            values = tuple(reading.of(context.names) for reading in rule.readings)
            about = About(snapshot.scope, setting, at, snapshot, values)
            yield _verdict(policy, rule, judgement, about)


@dataclass(frozen=True, slots=True)
class About:
    """What a verdict is about, and what it was judged with."""

    scope: Scope
    setting: Setting
    at: datetime
    snapshot: Snapshot | None = None
    values: tuple[ReadValue, ...] = ()


def _verdict(
    policy: CompiledPolicy, compiled: CompiledRule, judgement: Judgement, about: About
) -> Verdict:
    rule, snapshot, setting = compiled.rule, about.snapshot, about.setting
    period = snapshot.period if snapshot else None
    sources = (policy.policy.sha256, snapshot.sha256 if snapshot else "")
    warns_until = rule.enforce_from if _is_early(rule, about.at) else None
    return Verdict(
        id=_id(rule.id, about.scope, period, sources),
        rule=rule.id,
        title=rule.title,
        scope=about.scope,
        period=period,
        outcome=judgement.outcome,
        severity=rule.severity,
        enforcement=Enforcement.WARN if warns_until else rule.enforcement,
        reason=judgement.reason,
        expression=compiled.expression(judgement.row),
        place=compiled.place(judgement.row),
        values=about.values,
        limit=compiled.limit(setting.parameters),
        reads=compiled.metrics,
        unmeasured=judgement.unmeasured,
        parameters={name: setting.parameters[name] for name in compiled.parameters},
        loosened=tuple(name for name in compiled.parameters if name in setting.loosened),
        profiles=setting.profiles,
        controls=policy.policy.controls,
        remediation=rule.remediation,
        verdict=judgement.verdict,
        row=judgement.row,
        warns_until=warns_until,
    )


def _is_early(rule: Rule, at: datetime) -> bool:
    """Return whether a rule that will block only warns as yet."""
    blocks = rule.enforcement is Enforcement.BLOCK
    return blocks and rule.enforce_from is not None and at < rule.enforce_from


def _id(rule: str, scope: Scope, period: Period | None, sources: tuple[str, str]) -> str:
    """Return the UUIDv5 of what a verdict is about; JSON keeps its parts apart."""
    about = (rule, *scope.key, period and period.id, *sources)
    return str(uuid.uuid5(NAMESPACE, json.dumps(about)))
