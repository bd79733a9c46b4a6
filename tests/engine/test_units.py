"""Rules over the units of a scope: weights, verdicts, variables, and units that did not come."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.engine.build import AT, judged, loaded, measurement, policy, snapshot

from plumbgate.model.snapshot import Scope, Snapshot, UnitPart
from plumbgate.model.verdict import Outcome

PASS, FAIL, UNKNOWN, ERROR, NA = Outcome

POLICY = """
max_age: 30 d
parameters:
  max_days: {value: 15 d}
  min_units: {value: 80 %}
variables:
  - name: slow
    expression: metrics.remediation.rmst_high > params.max_days
  - name: good
    expression: |
      units.filter(u, u.verdicts.level in ['PASS', 'NOT_APPLICABLE']).map(u, u.weight).sum()
  - name: open
    expression: units.filter(u, u.verdicts.level in ['UNKNOWN', 'ERROR']).map(u, u.weight).sum()
rules:
  - id: level
    title: T
    severity: high
    threshold: {metric: remediation.rmst_high, at_most: max_days}
    no_data: not_applicable
  - id: units
    title: T
    severity: high
    over: units
    decide:
      - id: enough
        verdict: WITHIN
        outcome: pass
        when: variables.good >= params.min_units
        message: "{variables.good} of the population."
      - id: short
        verdict: TOO_FEW
        outcome: fail
        when: variables.good + variables.open < params.min_units
        message: Only {variables.good}.
      - id: open
        verdict: UNDECIDED
        outcome: unknown
        otherwise: true
        message: "{variables.open}"
"""


def unit(name: str, weight: float, days: float | None = None, **changed) -> UnitPart:
    if days is None and not changed:
        return UnitPart(name, weight, None)
    given = snapshot(measurement(days), scope=Scope("acme", name), **changed)
    return UnitPart(name, weight, given)


def whole(*units: UnitPart) -> Snapshot:
    return replace(snapshot(measurement()), units=units)


ALL = "% of the population."
UNITS = {
    "none": ((), (NA, "NOT_APPLICABLE", "the scope has no units")),
    "all within": ((unit("a", 0.5, 9), unit("b", 0.5, 9)), (PASS, "WITHIN", f"100 {ALL}")),
    "just enough": ((unit("a", 0.8, 9), unit("b", 0.2, 99)), (PASS, "WITHIN", f"80 {ALL}")),
    "too few": ((unit("a", 0.7, 9), unit("b", 0.3, 99)), (FAIL, "TOO_FEW", "Only 70 %.")),
    "one did not come": ((unit("a", 0.7, 9), unit("b", 0.3)), (UNKNOWN, "UNDECIDED", "30 %")),
    "none came": ((unit("a", 0.7), unit("b", 0.3)), (UNKNOWN, "UNDECIDED", "100 %")),
    "one is stale": (
        (unit("a", 0.7, 9), unit("b", 0.3, 9, as_of=AT.replace(year=2025))),
        (UNKNOWN, "UNDECIDED", "30 %"),
    ),
}


@pytest.mark.parametrize(("units", "expected"), UNITS.values(), ids=UNITS)
def test_over_units(units, expected, tmp_path) -> None:
    _, verdict = judged(policy(tmp_path, POLICY), whole(*units))

    assert (verdict.outcome, verdict.word, verdict.reason) == expected


def asserting(assertion: str) -> str:
    head = POLICY[: POLICY.index("  - id: units")]
    return f"{head}  - id: r\n    title: T\n    severity: low\n    assert: |\n      {assertion}\n"


EACH = "units.all(u, u.metrics.remediation.rmst_high <= params.max_days)"
LEVEL = "metrics.remediation.rmst_high <= params.max_days"
ASSERTIONS = {
    "all, and they do": (f"units.all(u, u.{LEVEL})", (unit("a", 1, 9),), PASS),
    "all, and one does not": (
        f"units.all(u, u.{LEVEL})",
        (unit("a", 0.5, 9), unit("b", 0.5, 99)),
        FAIL,
    ),
    "all, and one did not come": (
        f"units.all(u, u.{LEVEL})",
        (unit("a", 0.5, 9), unit("b", 0.5)),
        UNKNOWN,
    ),
    "all of none": (f"units.all(u, u.{LEVEL})", (), UNKNOWN),
    "all of none that is left": (
        f"units.filter(u, u.name == 'x').all(u, u.{LEVEL})",
        (unit("a", 1, 9),),
        UNKNOWN,
    ),
    "exists": (f"units.exists(u, u.{LEVEL})", (unit("a", 0.5, 9), unit("b", 0.5)), PASS),
    "a variable of each": ("units.all(u, !u.variables.slow)", (unit("a", 1, 99),), FAIL),
    "the measurement of each": (
        f"units.all(u, u.measured.remediation.rmst_high.state == 'ok') && {LEVEL}",
        (unit("a", 1, 9),),
        PASS,
    ),
}


@pytest.mark.parametrize(("assertion", "units", "outcome"), ASSERTIONS.values(), ids=ASSERTIONS)
def test_assertions_over_units(assertion, units, outcome, tmp_path) -> None:
    _, verdict = judged(policy(tmp_path, asserting(assertion)), whole(*units))

    assert verdict.outcome is outcome


VACUOUS = {
    "a verdict of what came": "units.all(u, u.verdicts.level in ['PASS', 'UNKNOWN'])",
    "none is bad": "!units.exists(u, u.verdicts.level == 'FAIL')",
    "no unit weighs much": "units.filter(u, u.metrics.remediation.rmst_high > params.max_days "
    "&& u.weight > 0.5).size() == 0",
    "no unit at all": "!units.exists(u, u.variables.slow)",
    "names": f"units.exists(u, u.name == 'a') || {LEVEL}",
}


@pytest.mark.parametrize("assertion", VACUOUS.values(), ids=VACUOUS)
def test_what_passes_where_nothing_came_is_refused(assertion, tmp_path) -> None:
    _, mistakes = loaded(tmp_path, asserting(assertion))

    assert "PG029" in [one.code for one in mistakes]


def test_a_variable_over_units_is_not_judged_on_each_period(tmp_path) -> None:
    _, mistakes = loaded(tmp_path, asserting("history.all(h, h.variables.good > 0.5)"))

    assert [(one.code, "units" in one.message) for one in mistakes] == [("PG021", True)]
