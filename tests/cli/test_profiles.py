"""Profiles through the real command: whom they are for, what they set, and what they may not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from plumbgate.cli import run

VALID = Path(__file__).parent / "valid"
GOLD = "has(scope.labels.tier) && scope.labels.tier == 'gold'"
SLOW = 20.0


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Two scopes, one of them of the tier gold and slower than the policy's limit."""
    shutil.copytree(VALID, tmp_path / "p")
    monkeypatch.chdir(tmp_path / "p")
    acme = json.loads(Path("snapshots/acme.json").read_text(encoding="utf-8"))
    acme["programme"] = {"tenure_periods": 4}
    gold = json.loads(json.dumps(acme))
    gold["scope"] |= {"tenant": "gold-plc", "labels": {"tier": "gold"}}
    measured = gold["metrics"]["remediation.rmst_high"]
    measured |= {"value": SLOW, "low": SLOW - 1, "high": SLOW + 1}
    Path("snapshots/acme.json").write_text(json.dumps(acme), encoding="utf-8")
    Path("snapshots/gold.json").write_text(json.dumps(gold), encoding="utf-8")
    return tmp_path / "p"


def profile(for_: str = GOLD, name: str = "gold", **keys: str) -> str:
    lines = "".join(f"    {key}: {text}\n" for key, text in keys.items())
    return f'  - id: {name}\n    for: "{for_}"\n{lines}'


def written(*profiles: str) -> None:
    text = "apiVersion: plumbgate/v1\nprofiles:\n" + "".join(profiles)
    Path("profiles.yaml").write_text(text, encoding="utf-8")


def check(*more: str) -> tuple[int, dict]:
    inputs = ["snapshots", "--policies", "policies", "--profile", "profiles.yaml"]
    code = run(["check", *inputs, "--at", "2026-01-10", "-f", "json=report.json", *more])
    report = Path("report.json")
    return code, json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}


def level(report: dict, tenant: str) -> dict:
    (verdict,) = [
        one
        for one in report["verdicts"]
        if one["rule"] == "speed.level" and one["scope"]["tenant"] == tenant
    ]
    return verdict


def test_a_looser_value_is_shown_as_loosened_and_counted(folder, capsys) -> None:
    written(profile(parameters="{speed.max_days: 30 d}"))

    code, report = check("-f", "junit=junit.xml")

    gold, acme = level(report, "gold-plc"), level(report, "acme")
    assert code == 0
    assert (gold["outcome"], gold["loosened"], gold["profiles"]) == ("PASS", ["max_days"], ["gold"])
    assert gold["parameters"] == {"max_days": 30.0}
    assert gold["limit"]["value"] == 30.0
    assert (acme["outcome"], acme["loosened"], acme["profiles"]) == ("PASS", [], [])
    shown = capsys.readouterr().out
    assert "20 d ok (loosened)" in shown
    # Both rules of the policy read the parameter.
    assert ", 2 loosened   exit 0" in shown
    assert "PASS (loosened: max_days): speed.level" in Path("junit.xml").read_text(encoding="utf-8")


def test_a_stricter_value_is_not_loosened(folder) -> None:
    written(profile("scope.tenant == 'acme'", parameters="{speed.max_days: 12 d}"))

    code, report = check()

    assert code == 1
    assert (level(report, "acme")["outcome"], level(report, "acme")["loosened"]) == ("FAIL", [])


def test_a_bare_number_takes_the_parameters_unit(folder) -> None:
    written(profile(parameters="{speed.max_days: 30}"))

    assert level(check()[1], "gold-plc")["limit"]["value"] == 30.0


def test_policies_that_a_profile_leaves_out_are_not_applicable(folder) -> None:
    shutil.copytree("policies/house/speed", "policies/house/other")
    written(profile("scope.tenant == 'acme'", policies="[other]"))

    verdict = level(check()[1], "acme")

    assert verdict["outcome"] == "NOT_APPLICABLE"
    assert verdict["reason"] == "not chosen by the profile `gold`"


def test_where_it_cannot_be_decided_whom_a_profile_is_for_nothing_is(folder) -> None:
    written(profile("programme.review_cycles > 2.0", parameters="{speed.max_days: 30 d}"))

    code, report = check()

    assert code == 3
    assert level(report, "acme")["outcome"] == "UNKNOWN"
    assert "whether the profile `gold` is for this scope" in level(report, "acme")["reason"]


def test_a_label_that_is_not_there_is_an_error(folder) -> None:
    written(profile("scope.labels.tier == 'gold'", parameters="{speed.max_days: 30 d}"))

    code, report = check()

    assert code == 3
    assert level(report, "acme")["outcome"] == "ERROR"
    assert level(report, "gold-plc")["outcome"] == "PASS"


WRONG = {
    "outside the bounds": ([profile(parameters="{speed.max_days: 46 d}")], "PG012", "at most 45 d"),
    "another unit": ([profile(parameters="{speed.max_days: 90 %}")], "PG023", "write it in d"),
    "no quantity": ([profile(parameters="{speed.max_days: soon}")], "PG012", "not a quantity"),
    "an unknown parameter": (
        [profile(parameters="{speed.max_day: 20 d}")],
        "PG021",
        "did you mean `speed.max_days`?",
    ),
    "an unknown policy": ([profile(policies="[sped]")], "PG021", "did you mean `speed`?"),
    "two of one name": (
        [profile(policies="[speed]"), profile(policies="[speed]")],
        "PG017",
        "a second profile `gold`",
    ),
    "for what was measured": (
        [profile("metrics.remediation.rmst_high > 1.0", policies="[speed]")],
        "PG021",
        "only scope, programme can",
    ),
    "for what is no question": ([profile("scope.tenant", policies="[speed]")], "PG022", "text"),
    "for nobody": ([profile("scope.tenant == 'none'", policies="[speed]")], "PG043", "acme"),
    "two that differ": (
        [
            profile(parameters="{speed.max_days: 20 d}"),
            profile("scope.tenant == 'gold-plc'", "plc", parameters="{speed.max_days: 21 d}"),
        ],
        "PG044",
        "both are for gold-plc",
    ),
}


@pytest.mark.parametrize(("profiles", "code", "said"), WRONG.values(), ids=WRONG)
def test_refused(profiles, code, said, folder, capsys) -> None:
    written(*profiles)

    exit_code, report = check()

    assert (exit_code, report) == (2, {})
    printed = capsys.readouterr().err
    assert printed.startswith(f"error[{code}]")
    assert said in printed
    assert "--> profiles.yaml:" in printed


def test_two_that_agree_do_not_conflict(folder) -> None:
    written(
        profile(parameters="{speed.max_days: 20 d}"),
        profile("scope.tenant == 'gold-plc'", "plc", parameters="{speed.max_days: 20 d}"),
    )

    assert level(check()[1], "gold-plc")["profiles"] == ["gold", "plc"]


def test_lint_needs_no_scopes(folder, capsys) -> None:
    written(profile("scope.tenant == 'none'", parameters="{speed.max_days: 46 d}"))

    assert run(["lint", "policies", "profiles.yaml"]) == 2
    assert "error[PG012]" in capsys.readouterr().err


def test_a_value_with_which_a_rule_passes_on_nothing_is_refused(folder, capsys) -> None:
    policy = Path("policies/house/speed/policy.yaml")
    text = policy.read_text(encoding="utf-8")
    policy.write_text(
        text.replace("parameters:\n", "parameters:\n  least: {value: 30, looser: lower}\n").replace(
            "      variables.in_time\n",
            "      measured.remediation.rmst_high.n < params.least - 30\n",
        )
        + "    message: '{variables.in_time}'\n",
        encoding="utf-8",
    )
    assert run(["lint", "policies"]) == 0
    written(profile(parameters="{speed.least: 31}"))

    assert run(["lint", "policies", "profiles.yaml"]) == 2
    assert "error[PG029]" in capsys.readouterr().err


def test_a_project_names_its_profiles_and_how_far_the_clock_may_be(folder, capsys) -> None:
    written(profile(parameters="{speed.max_days: 30 d}"))
    Path("plumbgate.yaml").write_text(
        "apiVersion: plumbgate/v1\npolicies: [policies]\nprofiles: [profiles.yaml]\n"
        "snapshots: [snapshots]\ngate: {max_clock_skew: 1 d}\n",
        encoding="utf-8",
    )

    assert run(["lint"]) == 0
    assert run(["check", "--at", "2026-01-10"]) == 2
    assert "max_clock_skew" in capsys.readouterr().err
