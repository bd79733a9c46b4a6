"""`plumbgate explain RULE`: what a rule asks for, and the value of every part of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from plumbgate.cli import run

VALID = Path(__file__).parent / "valid"
AT = ("--at", "2026-01-10")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    shutil.copytree(VALID, tmp_path / "p")
    monkeypatch.chdir(tmp_path / "p")
    return tmp_path / "p"


def explained(capsys, *arguments: str) -> list[str]:
    assert run(["explain", *arguments, "--policies", "policies", *AT]) == 0
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_a_threshold_in_words(folder, capsys) -> None:
    lines = explained(capsys, "speed.level")

    assert lines[0] == "speed.level The mean time to remediate stays within the limit"
    assert "asks that: remediation.rmst_high is at most max_days" in lines
    assert "assert: metrics.remediation.rmst_high <= params.max_days" in lines
    assert any(
        line.startswith("params.max_days: 15 d, at least 1 d, at most 45 d, looser when higher")
        for line in lines
    )
    assert "control: nist-csf-2.0 ID.RA-06 (primary): Responses are tracked" in lines
    assert not any(line.startswith("on ") for line in lines)


def test_the_value_of_every_part_and_what_was_not_looked_at(folder, capsys) -> None:
    lines = explained(capsys, "speed.share", "snapshots")

    assert "on acme 2025-Q4: PASS" in lines
    assert "variables.in_time || metrics.remediation.rmst_high <= params.max_days true" in lines
    assert "metrics.remediation.within_sla 90 %" in lines
    # The first operand decides: the second is not asked for.
    assert "metrics.remediation.rmst_high (not looked at)" in lines


def test_what_was_not_measured(folder, capsys) -> None:
    path = Path("snapshots/acme.json")
    snapshot = json.loads(path.read_text(encoding="utf-8"))
    del snapshot["metrics"]["remediation.within_sla"]
    path.write_text(json.dumps(snapshot), encoding="utf-8")

    lines = explained(capsys, "speed.share", "snapshots/acme.json")

    said = "not measured: remediation.within_sla (not measured)"
    assert f"metrics.remediation.within_sla {said}" in lines
    assert "metrics.remediation.rmst_high 12.5 d" in lines


def test_the_profile_that_sets_a_parameter(folder, capsys) -> None:
    Path("profiles.yaml").write_text(
        "apiVersion: plumbgate/v1\nprofiles:\n  - id: slow\n    for: scope.tenant == 'acme'\n"
        "    parameters: {speed.max_days: 30 d}\n",
        encoding="utf-8",
    )

    lines = explained(capsys, "speed.level", "snapshots", "--profile", "profiles.yaml")

    assert any("30 d, the policy's own is 15 d" in line for line in lines)
    assert any("LOOSENED by slow" in line for line in lines)


def test_a_table_with_the_row_that_decides(folder, capsys) -> None:
    policy = Path("policies/house/speed/policy.yaml")
    text = policy.read_text(encoding="utf-8")
    start = text.index("    assert: |")
    table = """    decide:
      - {id: R1, verdict: LATE, outcome: fail, when: "!variables.in_time", message: "Late."}
      - {id: R2, verdict: IN_TIME, outcome: pass, otherwise: true, message: "In time."}
"""
    policy.write_text(text[:start] + table, encoding="utf-8")

    lines = explained(capsys, "speed.share", "snapshots")

    assert "row R1: LATE (FAIL): Late." in lines
    assert "on acme 2025-Q4: IN_TIME" in lines
    assert "row R1" in lines
    assert "!variables.in_time false" in lines


def test_macros_show_the_values_of_their_bodies(folder, capsys) -> None:
    policy = Path("policies/house/speed/policy.yaml")
    text = policy.read_text(encoding="utf-8")
    start = text.index("      variables.in_time")
    assertion = """      variables.in_time && history.last(1).all(h,
        h.metrics.remediation.rmst_high <= params.max_days)
"""
    policy.write_text(text[:start] + assertion, encoding="utf-8")

    lines = explained(capsys, "speed.share", "snapshots")

    assert "h.metrics.remediation.rmst_high <= params.max_days true" in lines
    assert "h.metrics.remediation.rmst_high 12.5" in lines


def test_a_rule_that_there_is_not(folder, capsys) -> None:
    assert run(["explain", "speed.levle", "--policies", "policies", *AT]) == 2
    assert "did you mean `speed.level`?" in capsys.readouterr().err
