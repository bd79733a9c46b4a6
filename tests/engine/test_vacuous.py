"""The law that where nothing is measured, nothing passes, held against rules before they run."""

from __future__ import annotations

import pytest
from tests.engine.build import loaded

RMST = "metrics.remediation.rmst_high"
N = "measured.remediation.rmst_high.n"
STATE = "measured.remediation.rmst_high.state"

VACUOUS = {
    "a constant": f"{RMST} <= params.max || true",
    "the sample": f"{N} < 30.0 || {RMST} <= params.max",
    "the sample, chosen": f"{N} < 30.0 ? true : {RMST} <= params.max",
    "the state": f"{STATE} != 'ok' || {RMST} <= params.max",
    "the scope": f"scope.tenant == 'acme' || {RMST} <= params.max",
    "a label": f"has(scope.labels.tier) || {RMST} <= params.max",
    "young": f"programme.tenure_periods < 3 || {RMST} <= params.max",
    "old": f"programme.tenure_periods > 3 || {RMST} <= params.max",
    "of one age": (
        f"programme.tenure_periods >= 2 && programme.tenure_periods <= 4 || {RMST} <= params.max"
    ),
    "the length of the history": f"history.size() >= 3 || {RMST} <= params.max",
    "a past programme": f"history.exists(h, h.programme.activity > 1.0) || {RMST} <= params.max",
    "a past sample": "history.last(2).all(h, h.measured.remediation.rmst_high.n < 30.0)",
    "no period is left to look at": (
        "!history.filter(h, h.programme.activity > 9.0).exists(h, h.metrics.remediation.rmst_high "
        "> params.max)"
    ),
    "no period is left to sum over": (
        "history.filter(h, h.programme.activity > 9.0).map(h, h.metrics.remediation.rmst_high)"
        ".sum() <= params.max"
    ),
    "no unit to sum over": (
        "units.map(u, u.metrics.remediation.rmst_high).sum() * programme.activity <= params.max"
    ),
    "values of periods": (
        f"history.map(h, h.programme.activity).all(a, a > 10.0) || {RMST} <= params.max"
    ),
    "a count among others": f"[history.size()].exists(n, n < 3) || {RMST} <= params.max",
    "a list that facts empty": (
        f"[programme.tenure_periods].filter(t, t >= 3.0).all(t, {RMST} <= params.max)"
    ),
    "a list that may be empty": f"(variables.early ? [] : [1.0]).all(x, {RMST} <= params.max)",
    "the first unit": "units[0].verdicts.level != 'FAIL'",
    "three units": "units.size() >= 3 && !units.exists(u, u.verdicts.level == 'FAIL')",
    "light units": f"units.map(u, u.weight).max() < 0.4 || {RMST} <= params.max",
    "an error of a unit": "!units.exists(u, u.verdicts.level in ['UNKNOWN', 'FAIL'])",
    "a small sample": (
        f"measured.remediation.rmst_high.state == 'small_sample' || {RMST} <= params.max"
    ),
    "enough by a fact": "enough(measured.remediation.rmst_high, programme.review_cycles)",
    "the period": f"period.id == '2025-Q4' || {RMST} <= params.max",
    "a variable": f"variables.early || {RMST} <= params.max",
    "not": f"!(programme.activity > 1.0 && {RMST} > params.max)",
    "a value of the scope": f"(scope.tenant == 'acme' ? params.low : {RMST}) <= params.max",
    "a value of the age": f"(programme.activity > 9.0 ? params.low : {RMST}) <= params.max",
}

SOUND = {
    "a level": f"{RMST} <= params.max",
    "limits by scope": f"scope.tenant == 'acme' ? {RMST} <= params.max : {RMST} <= params.low",
    "limits by age": f"{RMST} <= (programme.tenure_periods > 3 ? params.max : params.low)",
    "both": f"programme.tenure_periods > 3 && {RMST} <= params.max",
    "the sample too": f"{N} >= 30.0 && {RMST} <= params.max",
    "the state too": f"{STATE} == 'ok' && {RMST} <= params.max",
    "a trend": "trend(change.remediation.rmst_high, params.mei) == 'improved'",
    "a past": f"history.last(2).all(h, h.{RMST} <= params.max)",
    "a past among many": f"history.exists(h, h.{RMST} <= params.max)",
    "a change or a level": (
        f"trend(change.remediation.rmst_high, params.mei) == 'improved' || {RMST} <= params.max"
    ),
    "the period before, by its place": (
        "history[history.size() - 1].metrics.remediation.rmst_high <= params.max"
    ),
    "the latest of some": "history.last(2)[0].metrics.remediation.rmst_high <= params.max",
    "the greatest of some": (
        "history.last(3).map(h, h.metrics.remediation.rmst_high).max() <= params.max"
    ),
    "a list": f"[{RMST}, params.low].all(x, x <= params.max)",
}

POLICY = """
parameters:
  max: {{value: 15 d}}
  low: {{value: 9 d}}
  mei: {{value: 3 d, looser: lower}}
variables:
  - name: early
    expression: programme.tenure_periods < 3
rules:
  - id: level
    title: T
    severity: low
    threshold: {{metric: remediation.rmst_high, at_most: max}}
  - id: r
    title: T
    severity: low
    assert: |
      {assertion}
"""


@pytest.mark.parametrize("assertion", VACUOUS.values(), ids=VACUOUS)
def test_refused(assertion, tmp_path) -> None:
    _, mistakes = loaded(tmp_path, POLICY.format(assertion=assertion))

    assert [mistake.code for mistake in mistakes] == ["PG029"]


@pytest.mark.parametrize("assertion", SOUND.values(), ids=SOUND)
def test_admitted(assertion, tmp_path) -> None:
    _, mistakes = loaded(tmp_path, POLICY.format(assertion=assertion))

    assert mistakes == []
