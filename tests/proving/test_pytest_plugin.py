"""The pytest plugin: cases beside a policy run in an ordinary pytest run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
EXAMPLE = Path(__file__).parent.parent.parent / "examples/policies/house/fewer-exceptions"


@pytest.fixture
def folder(pytester) -> Path:
    target = pytester.path / "house" / "fewer-exceptions"
    shutil.copytree(EXAMPLE, target)
    return target


def test_each_case_is_a_test(folder, pytester) -> None:
    result = pytester.runpytest_subprocess("-v")

    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["*fewer-exceptions/cases.yaml::they fall PASSED*"])


def test_a_case_that_does_not_hold_says_what_was_concluded(folder, pytester) -> None:
    cases = folder / "cases.yaml"
    text = cases.read_text(encoding="utf-8")
    cases.write_text(text.replace("shrinking: FAIL", "shrinking: PASS"), encoding="utf-8")

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*expected PASS, got FAIL*", "*at:*cases.yaml:*"])


def test_a_policy_with_mistakes_is_an_error_with_its_diagnostics(folder, pytester) -> None:
    policy = folder / "policy.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("<= params.few", "= params.few"), encoding="utf-8")

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["error?PG020?: CEL syntax error*"])


def test_cases_without_a_policy_are_somebody_elses(pytester) -> None:
    pytester.path.joinpath("cases.yaml").write_text("hello: there\n", encoding="utf-8")

    result = pytester.runpytest_subprocess()

    result.assert_outcomes()
