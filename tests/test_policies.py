"""The shipped policies: their cases, their mappings, and the promises that hold for all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from plumbgate.engine.evaluate import evaluate
from plumbgate.gate import gate
from plumbgate.loading.policies import find_policies
from plumbgate.loading.shipped import shipped
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.catalog import Claim
from plumbgate.model.metric import Better
from plumbgate.model.policy import Threshold
from plumbgate.model.snapshot import (
    Change,
    Facts,
    Measurement,
    Period,
    Reference,
    Scope,
    Snapshot,
    State,
)
from plumbgate.model.verdict import Outcome
from plumbgate.pipeline.policies import policies_below
from plumbgate.pipeline.prove import prove
from plumbgate.proving.cases import load_cases

FOLDER = shipped("policies")
FOUND = policies_below((FOLDER,))
POLICIES, MISTAKES = FOUND.compiled, FOUND.diagnostics
AT = datetime(2026, 1, 10, tzinfo=UTC)
PERIOD = Period("2025-Q4", datetime(2025, 10, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
READ = sorted({metric for policy in POLICIES for rule in policy.rules for metric in rule.metrics})


def measured(metric_id: str) -> Measurement:
    """Return a measurement that is as good as its unit allows."""
    metric = CATALOGUE[metric_id]
    value = 1.0 if metric.better is Better.UP else 0.0
    return Measurement(metric_id, State.OK, metric.unit, value, 1000, low=value, high=value)


def perfect() -> Snapshot:
    change = {metric: Change(10.0, 9.0, 11.0) for metric in CATALOGUE}
    metrics = {metric: measured(metric) for metric in CATALOGUE}
    before = Reference((), metrics)
    return Snapshot(
        Scope("acme"),
        AT,
        Facts(
            PERIOD,
            {"tenure_periods": 6},
            metrics,
            baseline=before,
            previous=before,
            change=change,
            since_previous=change,
        ),
    )


def judge(snapshot: Snapshot):
    return evaluate(POLICIES, [snapshot], CATALOGUE, AT)


def test_they_have_no_mistakes_and_their_cases_pass() -> None:
    assert MISTAKES == []
    results = prove((FOLDER,))
    assert all(result.cases for result in results)
    assert [result.mismatches for result in results] == [[]] * len(results)


def test_there_is_one_for_each_signal_and_one_for_the_measurement_base() -> None:
    assert [policy.policy.id for policy in POLICIES] == [
        "entitlement-drift",
        "exception-volume",
        "measurement-base",
        "remediation-speed",
        "review-quality",
        "workflow-adoption",
    ]


@pytest.mark.parametrize("policy", POLICIES, ids=[p.policy.id for p in POLICIES])
def test_every_rule_has_a_case_that_passes_one_that_fails_and_one_unmeasured(policy) -> None:
    (path,) = [p for p in find_policies((FOLDER,))[0] if p.parent.name == policy.policy.id]
    rules = [rule.rule.name for rule in policy.rules]
    words = {rule.rule.name: rule.rule.words for rule in policy.rules}
    cases, mistakes = load_cases(path.parent / "cases.yaml", policy.policy.id, words, CATALOGUE)
    assert mistakes == []
    for rule in rules:
        expected = {case.expected[rule].verdict for case in cases if rule in case.expected}
        assert {Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN} <= expected, rule


@pytest.mark.parametrize("policy", POLICIES, ids=[p.policy.id for p in POLICIES])
def test_the_articles_mappings_are_guidance_and_there_is_a_precise_one(policy) -> None:
    claims = {(m.control.framework, m.control.id): m.claim for m in policy.policy.controls}
    for loose in (
        ("nist-csf-2.0", "GV.OC-01"),
        ("owasp-nhi-2025", "NHI5:2025"),
        ("nist-ai-rmf-1.0", "GOVERN"),
    ):
        assert Claim.GUIDANCE in {
            m.claim for m in policy.policy.controls if (m.control.framework, m.control.id) == loose
        }
    assert Claim.PRIMARY in claims.values()


def test_every_threshold_is_a_parameter_with_a_basis() -> None:
    for policy in POLICIES:
        names = {parameter.name for parameter in policy.policy.parameters}
        for rule in policy.policy.rules:
            if isinstance(rule.body, Threshold):
                assert set(rule.body.limits) <= names, rule.id
        for parameter in policy.policy.parameters:
            assert parameter.basis, f"{policy.policy.id}.{parameter.name}"
            assert parameter.description, f"{policy.policy.id}.{parameter.name}"


def test_a_perfect_programme_passes_everything() -> None:
    assert {verdict.rule: verdict.outcome for verdict in judge(perfect())} == {
        verdict.rule: Outcome.PASS for verdict in judge(perfect())
    }


@pytest.mark.parametrize("metric", READ)
def test_without_one_metric_a_rule_that_reads_it_is_unknown_and_the_gate_closes(metric) -> None:
    snapshot = perfect()
    metrics = {m: value for m, value in snapshot.facts.metrics.items() if m != metric}
    verdicts = judge(replace(snapshot, facts=replace(snapshot.facts, metrics=metrics)))

    unknown = [v for v in verdicts if v.outcome is Outcome.UNKNOWN]
    assert unknown
    assert all(v.unmeasured == (metric,) for v in unknown)
    assert all(metric in v.reads for v in unknown)
    assert gate(verdicts).exit_code == 3


def test_where_nothing_is_measured_nothing_passes() -> None:
    for programme in ({}, {"tenure_periods": 1}, {"tenure_periods": 6}):
        empty = Snapshot(Scope("acme"), AT, Facts(PERIOD, programme, {}))

        verdicts = judge(empty)

        assert Outcome.PASS not in {verdict.outcome for verdict in verdicts}
        assert gate(verdicts).exit_code == 3
