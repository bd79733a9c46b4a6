"""
Nothing measured, nothing passes: a law, held against rules that nobody thought of.

Random assertions over measurements, facts, history and units; those that lint clean are judged on
snapshots with all kinds of facts in which nothing is measured.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.build import AT, PERIOD, judged, loaded

from plumbgate.cel.check import parsed
from plumbgate.model.snapshot import Facts, Period, Scope, Snapshot, UnitPart
from plumbgate.model.verdict import Outcome

# cel-python moves the recursion limit when it starts, which Hypothesis would complain of.
parsed("true")

POLICY = """
parameters:
  max: {{value: 15 d}}
  mei: {{value: 3 d}}
variables:
  - {{name: early, expression: "programme.tenure_periods < 3"}}
  - {{name: fast, expression: "metrics.remediation.rmst_high <= params.max"}}
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

FACTS = (
    "programme.tenure_periods > 3",
    "programme.activity >= 10",
    "scope.tenant == 'acme'",
    "has(scope.labels.tier)",
    "period.id == '2025-Q4'",
    "history.size() >= 2",
    "units.size() > 1",
    "units.size() >= 3",
    "units[0].verdicts.level != 'FAIL'",
    "units.map(u, u.weight).max() < 0.4",
    "history.map(h, h.programme.activity).all(a, a > 5.0)",
    "history.map(h, h.programme.activity).exists(a, a > 5.0)",
    "[programme.tenure_periods].filter(t, t > 3.0).all(t, t > 5.0)",
    "variables.early",
)
MEASURED = (
    "metrics.remediation.rmst_high <= params.max",
    "measured.remediation.rmst_high.n >= 30",
    "measured.remediation.rmst_high.state == 'ok'",
    "measured.remediation.rmst_high.state != 'small_sample'",
    "trend(change.remediation.rmst_high, params.mei) != 'worsened'",
    "enough(measured.remediation.rmst_high, 30)",
    "enough(measured.remediation.rmst_high, programme.activity)",
    "[programme.activity].filter(t, t > 5.0).all(t, metrics.remediation.rmst_high <= params.max)",
    "(variables.early ? [] : [1.0]).all(x, metrics.remediation.rmst_high <= params.max)",
    "[1.0, 2.0].map(x, metrics.remediation.rmst_high * x).max() <= params.max",
    "variables.fast",
)
OF_PERIOD = (
    "h.metrics.remediation.rmst_high <= params.max",
    "h.measured.remediation.rmst_high.n >= 30",
    "h.programme.activity > 5",
    "h.variables.early",
    "h.variables.fast",
    "h.period.id == '2025-Q3'",
)
OF_UNIT = (
    "u.metrics.remediation.rmst_high <= params.max",
    "u.verdicts.level == 'PASS'",
    "u.verdicts.level in ['FAIL', 'UNKNOWN']",
    "u.weight >= 0.5",
    "u.name == 'a'",
    "u.variables.fast",
)


def combined(parts):
    return st.recursive(
        st.sampled_from(parts),
        lambda inner: st.one_of(
            st.builds("({} && {})".format, inner, inner),
            st.builds("({} || {})".format, inner, inner),
            st.builds("!({})".format, inner),
            st.builds("({} ? {} : {})".format, inner, inner, inner),
        ),
        max_leaves=3,
    )


QUANTIFIERS = st.sampled_from(["all", "exists", "exists_one"])
PERIODS = st.one_of(
    st.just("history"),
    st.just("history.last(2)"),
    st.builds("history.filter(h, {})".format, combined(OF_PERIOD)),
)
UNITS = st.one_of(st.just("units"), st.builds("units.filter(u, {})".format, combined(OF_UNIT)))
ATOMS = st.one_of(
    st.sampled_from(FACTS + MEASURED),
    st.builds("{}.{}(h, {})".format, PERIODS, QUANTIFIERS, combined(OF_PERIOD)),
    st.builds("{}.{}(u, {})".format, UNITS, QUANTIFIERS, combined(OF_UNIT)),
    st.builds("{}.size() < 2".format, st.one_of(PERIODS, UNITS)),
    st.builds("{}.map(u, u.weight).sum() >= 0.5".format, UNITS),
    st.builds("{}.map(h, h.metrics.remediation.rmst_high).sum() <= params.max".format, PERIODS),
)
ASSERTIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
    ),
    max_leaves=4,
)


def facts(period: Period, programme: dict[str, float]) -> Facts:
    return Facts(period, programme, {})


def nothing_measured():
    """Yield snapshots in which nothing is measured, with all kinds of facts."""
    before = Period("2025-Q3", datetime(2025, 7, 1, tzinfo=UTC), PERIOD.start)
    programmes = ({}, {"tenure_periods": 1, "activity": 0}, {"tenure_periods": 9, "activity": 99})
    shapes = ((), (1.0,), (0.5, 0.5), (0.9, 0.1), (0.25, 0.25, 0.25, 0.25))
    for programme, past, weights in product(programmes, (0, 1), shapes):
        scope = Scope("acme" if past else "globex", labels={"tier": "gold"} if weights else {})
        yield Snapshot(
            scope,
            AT,
            facts(PERIOD, programme),
            tuple(facts(before, {"activity": 9 * past}) for _ in range(past)),
            sha256="ab" * 32,
            units=tuple(
                UnitPart(
                    name,
                    weight,
                    None
                    if name == "b"
                    else Snapshot(replace(scope, business_unit=name), AT, facts(PERIOD, programme)),
                )
                for name, weight in zip("abcd", weights, strict=False)
            ),
        )


SNAPSHOTS = tuple(nothing_measured())


@settings(max_examples=400, deadline=None)
@given(ASSERTIONS)
def test_nothing_measured_nothing_passes(tmp_path_factory, assertion) -> None:
    (compiled,), mistakes = loaded(
        tmp_path_factory.mktemp("law"), POLICY.format(assertion=assertion)
    )
    if mistakes:
        return
    for snapshot in SNAPSHOTS:
        verdict = judged(compiled, snapshot)[1]
        assert verdict.outcome is not Outcome.PASS, (assertion, snapshot.facts.programme)
