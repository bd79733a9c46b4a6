"""Compiled policies on snapshots: one verdict a rule and snapshot."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from plumbgate.cel.environment import to_cel
from plumbgate.engine.context import RuleContext, SnapshotContext
from plumbgate.engine.judge import Judgement, judge
from plumbgate.errors import UsageError
from plumbgate.model.instant import format_instant
from plumbgate.model.policy import Enforcement
from plumbgate.model.quantity import Unit, format_quantity
from plumbgate.model.snapshot import Scope
from plumbgate.model.verdict import Outcome, ReadValue, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from plumbgate.engine.compile import CompiledPolicy, CompiledRule
    from plumbgate.model.metric import Metric
    from plumbgate.model.snapshot import Period, Snapshot

NAMESPACE = uuid.UUID("6f6b52a0-2d0f-5b5e-9d0e-6f0c2f0f5a11")
"""Of every id that plumbgate derives from content."""


def evaluate(
    policies: Sequence[CompiledPolicy],
    snapshots: Sequence[Snapshot],
    catalogue: Mapping[str, Metric],
    at: datetime,
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
        for verdict in _judge_snapshot(policies, snapshot, catalogue, at)
    )


def not_received(policies: Sequence[CompiledPolicy], scope: str) -> Iterator[Verdict]:
    """Yield one UNKNOWN a blocking rule for a scope that was expected and has no snapshot."""
    tenant, _, unit = scope.partition("/")
    for policy in policies:
        for rule in policy.rules:
            if rule.rule.enforcement is not Enforcement.BLOCK:
                continue
            judgement = Judgement(Outcome.UNKNOWN, "expected, not received", rule.metrics)
            yield _verdict(policy, rule, judgement, Scope(tenant, unit or None))


def _judge_snapshot(
    policies: Sequence[CompiledPolicy],
    snapshot: Snapshot,
    catalogue: Mapping[str, Metric],
    at: datetime,
) -> Iterator[Verdict]:
    shown = SnapshotContext(snapshot, catalogue)
    for policy in policies:
        parameters = to_cel(dict(policy.parameters))
        unfit = _unfit(snapshot, policy.policy.max_age, at)
        for rule in policy.rules:
            context = RuleContext(shown, parameters, policy.variables)
            judgement = Judgement(Outcome.UNKNOWN, unfit) if unfit else judge(rule, context)
            values = tuple(reading.of(context.names) for reading in rule.readings)
            yield _verdict(policy, rule, judgement, snapshot.scope, snapshot, values)


def _unfit(snapshot: Snapshot, max_age: float | None, at: datetime) -> str:
    """Return why nothing can be decided on a snapshot, whatever it measured; else nothing."""
    period, as_of = snapshot.period, snapshot.as_of
    if not period.complete:
        return f"the period {period.id} was not complete when it was measured"
    if as_of > at:
        return f"the snapshot is as of {format_instant(as_of)}, after {format_instant(at)}"
    age = (at - as_of) / timedelta(days=1)
    if max_age is not None and age > max_age:
        shown = format_quantity(age, Unit.DAYS, beside=max_age)
        limit = format_quantity(max_age, Unit.DAYS, beside=age)
        return (
            f"the snapshot is stale: as of {format_instant(as_of)} it is {shown} old at "
            f"{format_instant(at)}, at most {limit} is judged"
        )
    return ""


def _verdict(
    policy: CompiledPolicy,
    compiled: CompiledRule,
    judgement: Judgement,
    scope: Scope,
    snapshot: Snapshot | None = None,
    values: tuple[ReadValue, ...] = (),
) -> Verdict:
    rule = compiled.rule
    period = snapshot.period if snapshot else None
    sources = (policy.policy.sha256, snapshot.sha256 if snapshot else "")
    return Verdict(
        id=_id(rule.id, scope, period, sources),
        rule=rule.id,
        title=rule.title,
        scope=scope,
        period=period,
        outcome=judgement.outcome,
        severity=rule.severity,
        enforcement=rule.enforcement,
        reason=judgement.reason,
        expression=compiled.assertion.text.strip(),
        place=rule.place,
        values=values,
        limit=compiled.limit,
        reads=compiled.metrics,
        unmeasured=judgement.unmeasured,
        parameters={name: policy.parameters[name] for name in compiled.parameters},
        controls=policy.policy.controls,
        remediation=rule.remediation,
    )


def _id(rule: str, scope: Scope, period: Period | None, sources: tuple[str, str]) -> str:
    """Return the UUIDv5 of what a verdict is about; JSON keeps its parts apart."""
    about = (rule, *scope.key, period and period.id, *sources)
    return str(uuid.uuid5(NAMESPACE, json.dumps(about)))
