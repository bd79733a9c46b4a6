"""What cases notice: changes of a policy, ways that nothing decides, metrics that are cut out."""

from __future__ import annotations

import json
import textwrap
from collections import Counter

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.build import HEAD

from plumbgate.cli import run
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.pipeline.prove import court_of
from plumbgate.proving.mutants import mutants
from plumbgate.proving.proof import proof_of
from plumbgate.proving.run import staged

POLICY = """
parameters:
  max_days: {value: 15 d}
  grace: {value: 2, looser: higher}
rules:
  - id: level
    title: T
    severity: low
    applies_when: programme.tenure_periods > params.grace
    assert: |
      metrics.remediation.rmst_high <= params.max_days
      && metrics.remediation.reclass_share < 0.2
    no_data: not_applicable
"""
RMST, SHARE = "remediation.rmst_high", "remediation.reclass_share"


def case(name: str, days, share=0.1, tenure=3, expect="PASS") -> str:
    metrics = {RMST: days, SHARE: share}
    given = {"metrics": metrics, "programme": {"tenure_periods": tenure}}
    return f"  - {json.dumps({'name': name, 'given': given, 'expect': {'level': expect}})}\n"


NO_DATA = {"state": "no_data"}
WHOLE = (
    case("at the limit", 15)
    + case("beyond it", 15.5, expect="FAIL")
    + case("the share at its limit", 12, 0.2, expect="FAIL")
    + case("the share just below it", 12, 0.199)
    + case("in grace", 15, tenure=2, expect="NOT_APPLICABLE")
    + case("just after it", 99, tenure=3, expect="FAIL")
    + case("nothing to judge", NO_DATA, NO_DATA, expect="NOT_APPLICABLE")
)


ROWS = "  - {name: %s, given: {metrics: {remediation.reclass_share: %s}}, expect: {level: %s}}\n"


def written(tmp_path, cases: str, policy: str = POLICY):
    folder = tmp_path / "speed"
    folder.mkdir(exist_ok=True)
    text = HEAD + textwrap.dedent(policy)
    (folder / "policy.yaml").write_text(text, encoding="utf-8")
    text = f"apiVersion: plumbgate/v1\ncases:\n{cases}"
    (folder / "cases.yaml").write_text(text, encoding="utf-8")
    return folder


def proven(tmp_path, cases: str, policy: str = POLICY):
    court, loaded = court_of(written(tmp_path, cases, policy))
    return proof_of(court.policy, loaded, CATALOGUE, coverage=True, mutation=True)


def test_cases_that_notice_everything(tmp_path) -> None:
    result = proven(tmp_path, WHOLE)

    assert result.is_proven
    assert result.mutated.killed == result.mutated.total > 10
    assert result.coverable == 1 + 4


GAPS = {
    "the limit itself": ("at the limit", ["`<=` becomes `<`", "15 d becomes 14 d"]),
    "just beyond the limit": ("beyond it", ["15 d becomes 16 d"]),
    "the other limit": ("the share at its limit", ["`<` becomes `<=`"]),
    "the grace": ("in grace", ["`>` becomes `>=`", "2 becomes 1"]),
    "what is not there": ("nothing to judge", ["`no_data` is dropped"]),
}


@pytest.mark.parametrize(("without", "unnoticed"), GAPS.values(), ids=GAPS)
def test_a_case_that_is_missing_is_written_down(without, unnoticed, tmp_path) -> None:
    cases = "".join(
        line for line in WHOLE.splitlines(keepends=True) if f'"name": "{without}"' not in line
    )

    result = proven(tmp_path, cases)

    survivors = result.mutated.survivors
    for what in unnoticed:
        assert any(one.mutant.what.startswith(what) for one in survivors), what
    # Each case that is proposed holds, and with all of them nothing is left.
    added = "".join(
        f"  - {json.dumps({'name': f'added {i}', **proposed(one.killer)})}\n"
        for i, one in enumerate(survivors)
    )
    again = proven(tmp_path, cases + added)
    assert again.mismatches == []
    assert list(again.mutated.survivors) == []


def proposed(killer) -> dict:
    return {"given": killer.given, "expect": {killer.rule: killer.verdict}}


def test_a_mutant_that_says_the_same_is_proven_to(tmp_path) -> None:
    policy = """
    rules:
      - id: level
        title: T
        severity: low
        assert: |
          metrics.remediation.reclass_share < 0.2
          || (metrics.remediation.reclass_share < 0.2 && metrics.remediation.within_sla > 0.5)
    """
    cases = "".join(
        ROWS % row
        for row in (("below", 0.199, "PASS"), ("at", 0.2, "FAIL"), ("more", 0.25, "FAIL"))
    )

    result = proven(tmp_path, cases, policy)

    # The second operand decides nothing that the first does not.
    assert result.mutated.equivalent > 0
    assert list(result.mutated.survivors) == []


def test_of_what_is_calculated_nothing_is_proven(tmp_path) -> None:
    policy = """
    rules:
      - id: level
        title: T
        severity: low
        assert: metrics.remediation.rmst_high / metrics.remediation.open_age_p90 <= 0.37
    """
    given = "{remediation.rmst_high: 37, remediation.open_age_p90: 100}"
    cases = f"  - {{name: one, given: {{metrics: {given}}}, expect: {{level: PASS}}}}\n"

    result = proven(tmp_path, cases, policy)

    assert result.mutated.equivalent == 0
    assert {one.mutant.what.split(":")[0] for one in result.mutated.survivors} == {
        "0.37 becomes 0.38"
    }


def test_what_no_case_decides(tmp_path) -> None:
    result = proven(tmp_path, case("at the limit", 15))

    said = {one.what for one in result.uncovered}
    assert said == {
        "`metrics.remediation.rmst_high <= params.max_days` is never false",
        "`metrics.remediation.reclass_share < 0.2` is never false",
    }


TABLE = """
variables:
  - {name: share, expression: "metrics.remediation.reclass_share"}
rules:
  - id: level
    title: T
    severity: low
    decide:
      - {id: A, verdict: A, outcome: fail, when: "variables.share > 0.5", message: "a"}
      - {id: B, verdict: B, outcome: fail, when: "variables.share > 0.2", message: "b"}
      - {id: C, verdict: C, outcome: unknown, otherwise: true, message: "c"}
"""


def test_rows_are_covered_removed_and_exchanged(tmp_path) -> None:
    cases = ROWS % ("a", 0.6, "A") + ROWS % ("c", 0.2, "C")

    result = proven(tmp_path, cases, TABLE)

    assert {one.what for one in result.uncovered} == {"no case ends at row `B`"}
    whats = Counter(one.mutant.what.split(",")[0] for one in result.mutated.survivors)
    assert whats["row `B` is removed"] == 1
    assert "rows `A` and `B` are exchanged" not in whats


def test_a_rule_that_passes_once_a_metric_is_cut_out(tmp_path) -> None:
    policy = """
    rules:
      - id: level
        title: T
        severity: low
        decide:
          - id: A
            verdict: BAD
            outcome: fail
            when: variables.signal == 'worsened'
            message: a
          - id: B
            verdict: OLD
            outcome: fail
            when: metrics.base.manual_share > 0.2
            message: b
          - {id: C, verdict: FINE, outcome: pass, otherwise: true, message: "c"}
    variables:
      - name: signal
        expression: trend(change.remediation.rmst_high, params.mei)
        if_unmeasured: unknown
    parameters: {mei: {value: 3 d, looser: higher}}
    """
    given = (
        "  - {name: worse, given: {metrics: {remediation.rmst_high: 9, base.manual_share: 0.1}, "
        "change: {remediation.rmst_high: {delta: -4, low: -6, high: -2}}}, expect: {level: BAD}}\n"
    )

    result = proven(tmp_path, given, policy)

    assert [(one.rule, one.metric, one.was) for one in result.weakened] == [
        ("speed.level", RMST, "BAD")
    ]
    assert not result.is_proven


def test_cases_that_do_not_hold_prove_nothing(tmp_path) -> None:
    result = proven(tmp_path, WHOLE + case("wrong", 99))

    assert len(result.mismatches) == 1
    assert result.mutated is None
    assert not result.is_proven


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_a_mutant_differs_from_its_policy_in_one_thing(tmp_path_factory, data) -> None:
    court, cases = court_of(written(tmp_path_factory.mktemp("m"), WHOLE))
    all_mutants = list(mutants(court.policy))
    one = data.draw(st.sampled_from(all_mutants))

    assert one.policy != court.policy
    assert one.rules == ("level",)
    # What is mutated is a copy: the policy itself still says what its cases say.
    assert list(court.mismatches(staged(cases, CATALOGUE), ["level"])) == []


def test_the_command(tmp_path, monkeypatch, capsys) -> None:
    written(tmp_path, WHOLE)
    monkeypatch.chdir(tmp_path)

    assert run(["test", "speed", "--coverage", "--mutate", "--junit", "cases.xml"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("speed: 7 of 7 cases pass, 5 of 5 ways covered, ")
    assert "mutants, " in printed.err
    assert (tmp_path / "cases.xml").read_text(encoding="utf-8").count("<testcase") == 7

    written(tmp_path, case("at the limit", 15))
    assert run(["test", "speed", "--mutate", "--junit", "cases.xml"]) == 1
    printed = capsys.readouterr().out
    assert "NOT NOTICED speed.level: `<` becomes `<=`" in printed
    assert "gaps in the cases" in (tmp_path / "cases.xml").read_text(encoding="utf-8")
    # What is proposed can be pasted into the file.
    proposed = [line[9:] for line in printed.splitlines() if line.startswith("         ")]
    assert all("given" in one for one in yaml.safe_load("\n".join(proposed)))
