"""One rule on one snapshot: every outcome, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.engine.build import AT, PERIOD, RMST, judged, loaded, measurement, policy, snapshot

from plumbgate.engine.evaluate import evaluate, not_received
from plumbgate.errors import UsageError
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.snapshot import Facts, Reference, Scope, State
from plumbgate.model.verdict import Outcome

PASS, FAIL, UNKNOWN, ERROR, NA = Outcome

LEVEL = """
parameters:
  max_days: {value: 15 d, min: 1 d, max: 45 d}
rules:
  - id: level
    title: Within the limit
    severity: high
    threshold: {metric: remediation.rmst_high, at_most: max_days}
"""


def rule(body: str, **more: str) -> str:
    lines = "".join(f"    {key}: {text}\n" for key, text in more.items())
    return (
        "parameters:\n  max_days: {value: 15 d}\n  share: {value: 80 %}\n  grace: {value: 2}\n"
        f"rules:\n  - id: r\n    title: T\n    severity: low\n    {body}\n{lines}"
    )


ASSERTION = "assert: metrics.remediation.rmst_high <= params.max_days"

STATES = {
    "at the limit": (measurement(15.0), PASS, ""),
    "beyond it": (measurement(15.01), FAIL, ""),
    "too small a sample": (measurement(9.0, State.SMALL_SAMPLE, n=12), UNKNOWN, "n = 12"),
    "not measured": (
        measurement(None, State.NOT_MEASURED, reason="the feed `scanner` is silent"),
        UNKNOWN,
        "silent",
    ),
    "not reached": (measurement(None, State.NOT_REACHED), UNKNOWN, RMST),
    "no data": (measurement(None, State.NO_DATA, n=0), UNKNOWN, RMST),
    "absent": (None, UNKNOWN, RMST),
}


@pytest.mark.parametrize(("given", "outcome", "said"), STATES.values(), ids=STATES)
def test_state(given, outcome, said, tmp_path) -> None:
    (verdict,) = judged(policy(tmp_path, LEVEL), snapshot(*([given] if given else [])))

    assert verdict.outcome is outcome
    assert said in verdict.reason
    assert verdict.unmeasured == ((RMST,) if outcome is UNKNOWN else ())
    assert verdict.reads == (RMST,)
    assert verdict.rule == "speed.level"


BODIES = {
    "at_most": ("threshold: {metric: remediation.rmst_high, at_most: 15 d}", 15.0, 15.1),
    "below": ("threshold: {metric: remediation.rmst_high, below: 360 h}", 14.9, 15.0),
    "at_least": ("threshold: {metric: reviews.flagged_recall, at_least: share}", 0.8, 0.79),
    "above": ("threshold: {metric: reviews.flagged_recall, above: 80 %}", 0.81, 0.8),
    "between, low": (
        "threshold: {metric: reviews.flagged_recall, between: [0.5, share]}",
        0.5,
        0.49,
    ),
    "between, high": (
        "threshold: {metric: reviews.flagged_recall, between: [0.5, share]}",
        0.8,
        0.81,
    ),
    "a bare number": ("threshold: {metric: exceptions.active_per_1k, at_most: 40}", 40.0, 40.1),
}


@pytest.mark.parametrize(("body", "good", "bad"), BODIES.values(), ids=BODIES)
def test_threshold_at_its_boundary(body, good, bad, tmp_path) -> None:
    compiled = policy(tmp_path, rule(body))
    (metric,) = compiled.rules[0].metrics

    for value, outcome in ((good, PASS), (bad, FAIL)):
        (verdict,) = judged(compiled, snapshot(measurement(value, metric=metric)))
        assert verdict.outcome is outcome, value


JUDGES = {
    "the worst end is within": ("worst", 14.0, 10.0, 15.0, PASS),
    "the worst end is beyond": ("worst", 14.0, 10.0, 15.1, FAIL),
    "the best end is within": ("best", 20.0, 15.0, 25.0, PASS),
    "the best end is beyond": ("best", 20.0, 15.1, 25.0, FAIL),
    "the estimate is within": ("estimate", 15.0, 1.0, 99.0, PASS),
}


@pytest.mark.parametrize(("judge", "value", "low", "high", "outcome"), JUDGES.values(), ids=JUDGES)
def test_judge(judge, value, low, high, outcome, tmp_path) -> None:
    body = f"threshold: {{metric: {RMST}, at_most: max_days, judge: {judge}}}"

    (verdict,) = judged(
        policy(tmp_path, rule(body)), snapshot(measurement(value, low=low, high=high))
    )

    assert verdict.outcome is outcome


WRONG = {
    "wrong way": ("threshold: {metric: reviews.flagged_recall, at_most: share}", "PG027"),
    "wrong unit": ("threshold: {metric: remediation.rmst_high, at_most: share}", "PG023"),
    "a bare number of days": ("threshold: {metric: remediation.rmst_high, at_most: 15}", "PG023"),
    "a ratio beyond 1": ("threshold: {metric: reviews.flagged_recall, at_least: 80}", "PG0"),
    "text": ('threshold: {metric: reviews.flagged_recall, at_least: "95"}', "PG012"),
    "unknown parameter": ("threshold: {metric: remediation.rmst_high, at_most: maxdays}", "PG021"),
    "unknown metric": ("threshold: {metric: remediation.rmst, at_most: 15 d}", "PG021"),
    "no metric": ("assert: 1.0 < params.grace", "PG026"),
    "no bool": ("assert: metrics.remediation.rmst_high", "PG022"),
    "passes on nothing": ("assert: measured.remediation.rmst_high.n < 10.0", "PG0"),
}


@pytest.mark.parametrize(("body", "code"), WRONG.values(), ids=WRONG)
def test_refused(body, code, tmp_path) -> None:
    _, mistakes = loaded(tmp_path, rule(body))

    assert mistakes
    assert mistakes[0].code.startswith(code)


APPLIES = {
    "it does": ({"tenure_periods": 3}, PASS),
    "it does not": ({"tenure_periods": 2}, NA),
    "nobody knows": ({}, UNKNOWN),
}


@pytest.mark.parametrize(("programme", "outcome"), APPLIES.values(), ids=APPLIES)
def test_applies_when(programme, outcome, tmp_path) -> None:
    text = rule(ASSERTION, applies_when="programme.tenure_periods > params.grace")

    (verdict,) = judged(policy(tmp_path, text), snapshot(measurement(), programme=programme))

    assert verdict.outcome is outcome


def test_applies_when_never_reads_a_measurement(tmp_path) -> None:
    text = rule(ASSERTION, applies_when="metrics.remediation.rmst_high > 1.0")

    _, mistakes = loaded(tmp_path, text)

    assert [m.code for m in mistakes] == ["PG021"]


NO_DATA = {
    "counted, and nothing there": (measurement(None, State.NO_DATA, n=0), NA),
    "not counted": (measurement(None, State.NOT_MEASURED), UNKNOWN),
    "absent": (None, UNKNOWN),
    "a small sample": (measurement(3.0, State.SMALL_SAMPLE, n=3), UNKNOWN),
}


@pytest.mark.parametrize(("given", "outcome"), NO_DATA.values(), ids=NO_DATA)
def test_no_data(given, outcome, tmp_path) -> None:
    text = rule(ASSERTION, no_data="not_applicable")

    (verdict,) = judged(policy(tmp_path, text), snapshot(*([given] if given else [])))

    assert verdict.outcome is outcome


def test_a_change_without_a_baseline_is_not_no_data(tmp_path) -> None:
    text = rule(
        "assert: trend(change.remediation.rmst_high, params.max_days) == 'flat'",
        no_data="not_applicable",
    )
    compiled = policy(tmp_path, text)

    (verdict,) = judged(compiled, snapshot(measurement()))
    assert verdict.outcome is UNKNOWN

    (verdict,) = judged(compiled, snapshot(measurement(None, State.NO_DATA, n=0)))
    assert verdict.outcome is NA


def test_a_change_of_what_cannot_be_judged_is_none_whatever_the_file_says(tmp_path) -> None:
    text = rule("assert: change.remediation.rmst_high.delta > 0.0")
    compiled = policy(tmp_path, text)
    small = measurement(9.0, State.SMALL_SAMPLE, n=3)

    def outcome(now, then):
        given = snapshot(now, change=(1, 1, 1), baseline=Reference(("2025-Q1",), {RMST: then}))
        return judged(compiled, given)[0].outcome

    assert outcome(measurement(), measurement()) is PASS
    assert outcome(small, measurement()) is UNKNOWN
    assert outcome(measurement(), small) is UNKNOWN


VARIABLES = """
parameters:
  max_days: {value: 15 d}
variables:
  - name: within
    expression: metrics.remediation.rmst_high <= params.max_days
  - name: fine
    expression: variables.within && metrics.reviews.flagged_recall >= 0.5
rules:
  - id: both
    title: Both
    severity: low
    assert: variables.fine
"""


def test_variables_read_those_above_and_are_undecided_where_read(tmp_path) -> None:
    compiled = policy(tmp_path, VARIABLES)
    recall = measurement(0.6, metric="reviews.flagged_recall")

    (verdict,) = judged(compiled, snapshot(measurement(), recall))
    assert verdict.outcome is PASS
    assert set(verdict.reads) == {RMST, "reviews.flagged_recall"}

    assert judged(compiled, snapshot(recall))[0].outcome is UNKNOWN
    # A part that is false decides, whatever was not measured beside it.
    assert judged(compiled, snapshot(measurement(20.0)))[0].outcome is FAIL


SUSTAINED = rule(
    "assert: 'history.last(3).all(h, h.metrics.remediation.rmst_high <= params.max_days)'"
)


def past(value: float | None) -> Facts:
    measured = {} if value is None else {RMST: measurement(value)}
    return Facts(replace(PERIOD, id="2025-Q1"), {}, measured)


HISTORY = {
    "three within": ((past(14), past(15)), PASS),
    "one beyond": ((past(14), past(16)), FAIL),
    "one beyond and one unmeasured": ((past(None), past(16)), FAIL),
    "one unmeasured": ((past(14), past(None)), UNKNOWN),
    "too few periods": ((past(14),), UNKNOWN),
    "what is older does not count": ((past(99), past(14), past(15)), PASS),
}


@pytest.mark.parametrize(("history", "outcome"), HISTORY.values(), ids=HISTORY)
def test_history(history, outcome, tmp_path) -> None:
    (verdict,) = judged(policy(tmp_path, SUSTAINED), snapshot(measurement(), history=history))

    assert verdict.outcome is outcome


def test_previous_and_baseline(tmp_path) -> None:
    text = rule("assert: metrics.remediation.rmst_high < previous.remediation.rmst_high")
    compiled = policy(tmp_path, text)
    before = Reference(("2025-Q3",), {RMST: measurement(13.0)})

    assert judged(compiled, snapshot(measurement(), previous=before))[0].outcome is PASS
    assert judged(compiled, snapshot(measurement()))[0].outcome is UNKNOWN


AGES = {
    "just young enough": (timedelta(days=30), PASS),
    "a second too old": (timedelta(days=30, seconds=1), UNKNOWN),
    "from after the judgement": (timedelta(seconds=-1), UNKNOWN),
}


@pytest.mark.parametrize(("age", "outcome"), AGES.values(), ids=AGES)
def test_max_age(age, outcome, tmp_path) -> None:
    compiled = policy(tmp_path, "max_age: 30 d\n" + LEVEL)

    (verdict,) = judged(compiled, snapshot(measurement(), as_of=AT - age))

    assert verdict.outcome is outcome


def test_a_period_that_is_not_over_decides_nothing(tmp_path) -> None:
    given = snapshot(measurement(), period=replace(PERIOD, complete=False))

    (verdict,) = judged(policy(tmp_path, LEVEL), given)

    assert verdict.outcome is UNKNOWN


MESSAGES = {
    "days and a limit": (
        '"Open {metrics.remediation.rmst_high}; the limit is {params.max_days}."',
        "Open 12 d; the limit is 15 d.",
    ),
    "a choice": (
        "\"It is {metrics.remediation.rmst_high > params.max_days ? 'slow' : 'quick'}.\"",
        "It is quick.",
    ),
    "a sample": ('"Of {measured.remediation.rmst_high.n} episodes."', "Of 100 episodes."),
}


@pytest.mark.parametrize(("message", "said"), MESSAGES.values(), ids=MESSAGES)
def test_message(message, said, tmp_path) -> None:
    (verdict,) = judged(policy(tmp_path, rule(ASSERTION, message=message)), snapshot(measurement()))

    assert verdict.reason == said


def test_a_message_changes_no_outcome(tmp_path) -> None:
    text = rule(ASSERTION, message='"Recall is {metrics.reviews.flagged_recall}."')

    (verdict,) = judged(policy(tmp_path, text), snapshot(measurement()))

    assert verdict.outcome is PASS
    assert "Recall" not in verdict.reason


def test_an_error_is_an_outcome(tmp_path) -> None:
    text = rule("assert: metrics.remediation.rmst_high <= double(scope.labels.limit)")

    (verdict,) = judged(policy(tmp_path, text), snapshot(measurement()))

    assert verdict.outcome is ERROR


SAMPLES = {
    "enough": (100, PASS),
    "too few for the rule": (101, UNKNOWN),
}


@pytest.mark.parametrize(("least", "outcome"), SAMPLES.values(), ids=SAMPLES)
@pytest.mark.parametrize("value", [12.0, 99.0])
def test_min_sample(least, outcome, value, tmp_path) -> None:
    body = f"threshold: {{metric: remediation.rmst_high, at_most: 15 d, min_sample: {least}}}"

    (verdict,) = judged(policy(tmp_path, rule(body)), snapshot(measurement(value)))

    assert verdict.outcome is (FAIL if value > 15 and outcome is PASS else outcome)
    assert outcome is PASS or "small sample, n = 100" in verdict.reason


def test_nothing_to_judge_in_the_period_before_is_no_reason_not_to_apply(tmp_path) -> None:
    text = rule(
        "assert: metrics.remediation.rmst_high < previous.remediation.rmst_high",
        no_data="not_applicable",
    )
    none = Reference((), {RMST: measurement(None, State.NO_DATA, n=0)})

    (verdict,) = judged(policy(tmp_path, text), snapshot(measurement(), previous=none))

    assert verdict.outcome is UNKNOWN


def test_nothing_to_judge_is_refused(tmp_path) -> None:
    compiled = policy(tmp_path, LEVEL)

    with pytest.raises(UsageError):
        evaluate([], [snapshot(measurement())], CATALOGUE, AT)
    with pytest.raises(UsageError):
        evaluate([compiled], [], CATALOGUE, AT)


def test_a_scope_that_did_not_come_is_unknown(tmp_path) -> None:
    (verdict,) = not_received([policy(tmp_path, LEVEL)], "acme/emea", AT)

    assert verdict.outcome is UNKNOWN
    assert verdict.period is None
    assert (verdict.scope.tenant, verdict.scope.business_unit) == ("acme", "emea")
    assert "expected, not received" in verdict.reason


def test_ids_are_of_the_content(tmp_path) -> None:
    compiled = policy(tmp_path, LEVEL)
    one, again = (judged(compiled, snapshot(measurement()))[0] for _ in range(2))
    other = judged(compiled, snapshot(measurement(), scope=Scope("globex")))[0]

    assert one.id == again.id != other.id
