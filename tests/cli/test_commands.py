"""`lint`, `test`, `metrics` and the version, through the real command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plumbgate.cli import run
from plumbgate.measure.metrics import CATALOGUE

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    shutil.copytree(ROOT / "examples", tmp_path / "p", ignore=shutil.ignore_patterns("records"))
    monkeypatch.chdir(tmp_path / "p")
    return tmp_path / "p"


def test_lint_reads_what_the_project_names(project, capsys) -> None:
    assert run(["lint"]) == 0
    assert capsys.readouterr().out == "no mistakes\n"

    waivers = project / "waivers.yaml"
    waivers.write_text(waivers.read_text().replace("approver: m.okafor", "approver: r.lindqvist"))
    assert run(["lint"]) == 2
    assert "waivers.yaml:9:" in capsys.readouterr().err


def test_test_runs_the_cases(project, capsys) -> None:
    assert run(["test", "policies"]) == 0
    assert capsys.readouterr().out == "fewer-exceptions: 6 of 6 cases pass\n"


def test_a_case_that_fails_says_what_came_instead(project, capsys) -> None:
    cases = project / "policies/house/fewer-exceptions/cases.yaml"
    cases.write_text(cases.read_text().replace("verdict: PASS, message", "verdict: FAIL, message"))

    assert run(["test", "policies"]) == 1

    printed = capsys.readouterr().out
    assert "fewer-exceptions: 5 of 6 cases pass" in printed
    assert "FAIL they fall: fewer-exceptions.shrinking" in printed
    assert "expected FAIL, got PASS" in printed
    assert "cases.yaml:4:" in printed


def test_a_message_that_differs_fails_a_case(project, capsys) -> None:
    cases = project / "policies/house/fewer-exceptions/cases.yaml"
    cases.write_text(cases.read_text().replace("There are 50 per 1k", "There are 51 per 1k"))

    assert run(["test", "policies"]) == 1
    assert "expected: There are 51 per 1k" in capsys.readouterr().out


CASE_MISTAKES = {
    "an unknown rule": ("expect: {shrinking: FAIL}", "expect: {shrinkign: FAIL}", "shrinking"),
    "an unknown outcome": ("expect: {shrinking: FAIL}", "expect: {shrinking: FIAL}", "FAIL"),
    "an unknown metric": ("metrics: {exceptions.active_per_1k: 20}", "metrics: {x.y: 20}", "x.y"),
    "two cases of one name": ("name: not measured", "name: they fall", "a second case"),
    "an unknown state": ("state: small_sample", "state: small", "small_sample"),
}


@pytest.mark.parametrize(("old", "new", "said"), CASE_MISTAKES.values(), ids=CASE_MISTAKES)
def test_a_mistake_in_the_cases(old, new, said, project, capsys) -> None:
    cases = project / "policies/house/fewer-exceptions/cases.yaml"
    text = cases.read_text()
    assert old in text
    cases.write_text(text.replace(old, new, 1))

    assert run(["test", "policies"]) == 2

    printed = capsys.readouterr().err
    assert said in printed
    assert "cases.yaml:" in printed


def test_a_policy_without_cases_proves_nothing_and_says_so(project, capsys) -> None:
    (project / "policies/house/fewer-exceptions/cases.yaml").unlink()

    assert run(["test", "policies"]) == 0
    assert capsys.readouterr().out == "fewer-exceptions: no cases: nothing is proven\n"


def test_metrics_lists_and_shows_every_metric(capsys) -> None:
    assert run(["metrics", "list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == list(CATALOGUE)

    for metric in CATALOGUE.values():
        assert run(["metrics", "show", metric.id]) == 0
        assert metric.definition in capsys.readouterr().out


def test_a_metric_that_there_is_not(capsys) -> None:
    assert run(["metrics", "show", "remediation.rmst"]) == 2
    assert "did you mean `remediation.rmst_high`?" in capsys.readouterr().err


def test_an_unknown_command(capsys) -> None:
    assert run(["chekc"]) == 2
    assert "chekc" in capsys.readouterr().err
