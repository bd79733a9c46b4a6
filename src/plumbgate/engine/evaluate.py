"""Judge compiled policies on snapshots: one verdict a rule and snapshot."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from plumbgate.cel.environment import from_cel, to_cel
from plumbgate.cel.values import Budget, Failure, Unknown
from plumbgate.engine.names import RuleNames, SnapshotNames
from plumbgate.engine.readings import read_values
from plumbgate.engine.thresholds import WORDS
from plumbgate.errors import UsageError
from plumbgate.model.instant import format_instant
from plumbgate.model.policy import NoData, Threshold
from plumbgate.model.quantity import format_quantity
from plumbgate.model.snapshot import Facts, Period, Scope, Snapshot, State
from plumbgate.model.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plumbgate.engine.compile import CompiledPolicy, CompiledRule
    from plumbgate.model.metric import Metric

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
    """Yield one UNKNOWN a rule for a scope that was expected and has no snapshot."""
    tenant, _, unit = scope.partition("/")
    never = datetime.min.replace(tzinfo=UTC)
    empty = Snapshot(Scope(tenant, unit or None), never, Facts(Period("", never, never), {}, {}))
    for policy in policies:
        for compiled in policy.rules:
            verdict = _verdict(policy, compiled, empty, Outcome.UNKNOWN, "expected, not received")
            yield replace(verdict, period=None, unmeasured=compiled.metrics)


def _judge_snapshot(
    policies: Sequence[CompiledPolicy],
    snapshot: Snapshot,
    catalogue: Mapping[str, Metric],
    at: datetime,
) -> Iterator[Verdict]:
    shared = SnapshotNames(snapshot, catalogue)
    for policy in policies:
        parameters = to_cel(policy.parameters)
        stale = _stale(policy, snapshot, at)
        for compiled in policy.rules:
            budget = Budget()
            names = RuleNames(shared, parameters, policy.variables, budget)
            outcome, reason, unmeasured = (
                (Outcome.UNKNOWN, stale, ())
                if stale
                else _judge(compiled, names, budget, snapshot, catalogue)
            )
            verdict = _verdict(policy, compiled, snapshot, outcome, reason)
            yield replace(
                verdict,
                values=read_values(policy, compiled, names, catalogue),
                unmeasured=unmeasured,
            )


def _stale(policy: CompiledPolicy, snapshot: Snapshot, at: datetime) -> str:
    as_of, longest = snapshot.as_of, policy.policy.max_age
    if not snapshot.period.complete:
        return f"the period {snapshot.period.id} was not complete when it was measured"
    if as_of > at:
        return f"the snapshot is as of {format_instant(as_of)}, after {format_instant(at)}"
    if longest is not None and at - as_of > timedelta(days=longest):
        return (
            f"the snapshot is stale: as of {format_instant(as_of)}, "
            f"older than {format_quantity(longest, None)} d at {format_instant(at)}"
        )
    return ""


Judged = tuple[Outcome, str, tuple[str, ...]]


def _judge(
    compiled: CompiledRule,
    names: RuleNames,
    budget: Budget,
    snapshot: Snapshot,
    catalogue: Mapping[str, Metric],
) -> Judged:
    for condition in compiled.applies_when:
        applies = condition.evaluate(names, budget)
        if isinstance(applies, Unknown | Failure):
            return _undecided(applies, snapshot, NoData.UNKNOWN)
        if not applies:
            return Outcome.NOT_APPLICABLE, f"`{condition.text.strip()}` is false", ()
    result = compiled.assertion.evaluate(names, budget)
    if isinstance(result, Unknown | Failure):
        return _undecided(result, snapshot, compiled.rule.no_data)
    decided = from_cel(result)
    if not isinstance(decided, bool):
        return Outcome.ERROR, f"the expression gives {decided!r}, not true or false", ()
    outcome = Outcome.PASS if decided else Outcome.FAIL
    said = compiled.message.render(names) if compiled.message else None
    return outcome, said or _own_sentence(compiled, outcome, snapshot, catalogue), ()


def _undecided(result: Unknown | Failure, snapshot: Snapshot, no_data: NoData) -> Judged:
    if isinstance(result, Failure):
        return Outcome.ERROR, result.message, ()
    metrics = tuple(sorted(result.metrics))
    if result.counted and no_data is NoData.NOT_APPLICABLE:
        return Outcome.NOT_APPLICABLE, f"nothing to judge: no data for {', '.join(metrics)}", ()
    described = "; ".join(_missing(metric, snapshot) for metric in metrics)
    return Outcome.UNKNOWN, f"not measured: {described}", metrics


def _missing(metric: str, snapshot: Snapshot) -> str:
    if metric == "history":
        return "fewer periods than the rule needs"
    found = snapshot.facts.metrics.get(metric)
    if found is None:
        return metric
    if found.state is State.OK:
        return f"{metric} (nothing to compare with)"
    why = found.state.replace("_", " ")
    sample = f", n = {found.n}" if found.state is State.SMALL_SAMPLE else ""
    because = f": {found.reason}" if found.reason else ""
    return f"{metric} ({why}{sample}{because})"


def _own_sentence(
    compiled: CompiledRule, outcome: Outcome, snapshot: Snapshot, catalogue: Mapping[str, Metric]
) -> str:
    """Return what a decided rule says where it has no message of its own."""
    body, limit = compiled.rule.body, compiled.limit
    if not isinstance(body, Threshold) or limit is None:
        text = compiled.assertion.text.strip()
        return f"`{text}` is {'true' if outcome is Outcome.PASS else 'false'}"
    unit = catalogue[body.metric].unit
    value = format_quantity(snapshot.facts.metrics[body.metric].value or 0.0, unit)
    bound = format_quantity(float(limit.value or 0.0), unit)
    return f"{body.metric} is {value}; the limit is {WORDS[body.comparison]} {bound}"


def _verdict(
    policy: CompiledPolicy,
    compiled: CompiledRule,
    snapshot: Snapshot,
    outcome: Outcome,
    reason: str,
) -> Verdict:
    rule, period = compiled.rule, snapshot.period
    identity = (
        f"{policy.policy.sha256}\n{rule.id}\n{snapshot.scope.name}\n{period.id}\n{snapshot.sha256}"
    )
    return Verdict(
        str(uuid.uuid5(NAMESPACE, identity)),
        rule.id,
        rule.title,
        snapshot.scope,
        period,
        outcome,
        rule.severity,
        rule.enforcement,
        reason,
        compiled.assertion.text.strip(),
        rule.place,
        limit=compiled.limit,
        reads=compiled.metrics,
        parameters={
            path[1]: policy.parameters[path[1]]
            for path in compiled.reads
            if path[0] == "params" and len(path) > 1
        },
        controls=policy.policy.controls,
        remediation=rule.remediation,
    )
