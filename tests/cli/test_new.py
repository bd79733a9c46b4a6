"""`plumbgate new policy`: a policy and its cases that are in order for every metric."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from plumbgate.cli import run
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.metric import Better, Kind, Metric
from plumbgate.model.quantity import Unit
from plumbgate.scaffold.limits import limit_for

HOUSE = Path("policies/house")


@pytest.fixture
def project(tmp_path, monkeypatch, capsys) -> Path:
    """Return a folder with a project that `init` wrote."""
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.fixture
def nowhere(tmp_path, monkeypatch) -> Path:
    """Return an empty folder, in no project."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def documents(folder: Path) -> tuple[dict, dict]:
    policy, cases = (
        (folder / n).read_text(encoding="utf-8") for n in ("policy.yaml", "cases.yaml")
    )
    return yaml.safe_load(policy), yaml.safe_load(cases)


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=list(CATALOGUE))
def test_it_is_in_order_for_every_metric(metric, project, capsys) -> None:
    assert run(["new", "policy", "house/second", "--metric", metric.id]) == 0
    assert run(["lint"]) == 0, capsys.readouterr().err
    capsys.readouterr()

    assert run(["test", "policies/house/second"]) == 0

    policy, cases = documents(project / HOUSE / "second")
    assert (
        capsys.readouterr().out
        == f"second: {len(cases['cases'])} of {len(cases['cases'])} cases pass\n"
    )
    outcomes = [case["expect"]["level"] for case in cases["cases"]]
    assert {"PASS", "FAIL", "UNKNOWN"} == set(outcomes)
    assert outcomes.count("UNKNOWN") == (3 if metric.minimum > 1 else 2)
    assert run(["test", "policies/house/second", "--coverage", "--mutate"]) == 0
    threshold = policy["rules"][0]["threshold"]
    assert threshold["metric"] == metric.id
    assert ("at_most" in threshold) == (metric.better is Better.DOWN)


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("better", Better)
def test_a_limit_lies_within_its_bounds_and_the_case_beyond_it_does_not(unit, better) -> None:
    metric = Metric("a.b", "", unit, better, Kind.LAGGING, 1, "", (), "", "", "")
    limit = limit_for(metric)

    assert float(limit.least.split()[0]) < float(limit.written.split()[0])
    assert float(limit.written.split()[0]) < float(limit.most.split()[0])
    beyond, value = float(limit.beyond(better)), float(limit.value)
    assert beyond > value if better is Better.DOWN else beyond < value


def test_it_says_what_it_wrote_and_what_comes_next(project, capsys) -> None:
    assert run(["new", "policy", "house/fast-fixes"]) == 0

    assert capsys.readouterr().out == (
        "wrote policies/house/fast-fixes/policy.yaml\n"
        "wrote policies/house/fast-fixes/cases.yaml\n"
        "\n"
        "next: plumbgate test policies/house/fast-fixes\n"
    )
    policy, _ = documents(project / HOUSE / "fast-fixes")
    assert policy["rules"][0]["threshold"]["metric"] == "remediation.rmst_high"


def test_it_goes_into_the_projects_first_own_folder(nowhere, monkeypatch, capsys) -> None:
    text = "apiVersion: plumbgate/v1\npolicies: ['plumbgate:signals', rules/ours, other]\n"
    (nowhere / "plumbgate.yaml").write_text(text)
    (nowhere / "below").mkdir()
    monkeypatch.chdir(nowhere / "below")

    assert run(["new", "policy", "iam/fixes"]) == 0

    assert (nowhere / "rules/ours/iam/fixes/policy.yaml").is_file()
    assert "note:" not in capsys.readouterr().out


def test_a_project_that_would_not_read_it_is_said(nowhere, capsys) -> None:
    text = "apiVersion: plumbgate/v1\npolicies: ['plumbgate:signals']\n"
    (nowhere / "plumbgate.yaml").write_text(text)

    assert run(["new", "policy", "iam/fixes"]) == 0

    assert (nowhere / "policies/iam/fixes/policy.yaml").is_file()
    said = "note: plumbgate.yaml does not name policies: add it to its `policies`"
    assert said in capsys.readouterr().out


def test_without_a_project_it_stands_on_its_own(nowhere, capsys) -> None:
    assert run(["new", "policy", "house/fixes"]) == 0

    assert "note: no project names policies: `plumbgate init` makes one" in capsys.readouterr().out
    assert run(["test", "policies/house/fixes"]) == 0
    assert run(["lint", "policies"]) == 0
    text = (nowhere / HOUSE / "fixes/policy.yaml").read_text(encoding="utf-8")
    # There is no schema to point at, and an editor would complain of one that is missing.
    assert text.startswith("# remediation.rmst_high: ")


def test_the_nearest_schemas_are_named(project) -> None:
    assert run(["new", "policy", "house/fixes"]) == 0
    for kind, name in (("policy", "policy.yaml"), ("cases", "cases.yaml")):
        text = (project / HOUSE / "fixes" / name).read_text(encoding="utf-8")
        assert text.startswith(
            f"# yaml-language-server: $schema=../../../schemas/{kind}.schema.json\n"
        )


NO_NAMES = [
    "fixes", "/", "house/", "/fixes", "house/two/three", "House/fixes", "house/Fixes",
    "house/owner_coverage", "house/-fixes", "../fixes", "house/..", "house/a b", "hause/ä",
    "house/fixes\n", "",
]  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_is_none(name, project, capsys) -> None:
    before = sorted(project.rglob("*"))

    assert run(["new", "policy", name]) == 2

    said = capsys.readouterr().err
    assert "is no <pack>/<policy-id>" in said
    assert said.count("\n") == 1
    assert sorted(project.rglob("*")) == before


def test_an_option_is_no_name(project, capsys) -> None:
    assert run(["new", "policy", "-house/fixes"]) == 2
    assert "No such option" in capsys.readouterr().err


def test_a_metric_that_there_is_not(project, capsys) -> None:
    assert run(["new", "policy", "house/fixes", "--metric", "remediation.rmst"]) == 2
    assert "did you mean `remediation.rmst_high`?" in capsys.readouterr().err
    assert not (project / HOUSE / "fixes").exists()


TAKEN = {
    "in the same pack": ("house/first-policy", "policies/house/first-policy/policy.yaml"),
    "in another pack": ("iam/first-policy", "policies/house/first-policy/policy.yaml"),
    "in a shipped pack": (
        "house/remediation-speed",
        "policies/signals/remediation-speed/policy.yaml",
    ),
}


@pytest.mark.parametrize(("name", "where"), TAKEN.values(), ids=TAKEN)
def test_an_id_that_a_policy_has(name, where, project, capsys) -> None:
    before = sorted(project.rglob("*"))

    assert run(["new", "policy", name]) == 2

    policy_id = name.partition("/")[2]
    assert capsys.readouterr().err == f"error: there is a policy `{policy_id}` already: {where}\n"
    assert sorted(project.rglob("*")) == before


def test_an_id_without_a_project_is_held_against_what_is_here(nowhere, capsys) -> None:
    assert run(["new", "policy", "house/fixes"]) == 0
    assert run(["new", "policy", "iam/fixes"]) == 2
    assert "policies/house/fixes/policy.yaml" in capsys.readouterr().err


def test_a_file_in_the_way_is_kept(project, capsys) -> None:
    cases = project / HOUSE / "fixes/cases.yaml"
    cases.parent.mkdir()
    cases.write_text("mine")

    assert run(["new", "policy", "house/fixes"]) == 2

    said = "error: policies/house/fixes/cases.yaml is there already; nothing is written\n"
    assert capsys.readouterr().err == said
    assert [path.name for path in cases.parent.iterdir()] == ["cases.yaml"]
    assert cases.read_text() == "mine"


def test_a_pack_that_is_a_file(project, capsys) -> None:
    (project / "policies/iam").write_text("a file")

    assert run(["new", "policy", "iam/fixes"]) == 2
    assert capsys.readouterr().err.startswith("error: Not a directory: policies/iam")


def test_a_project_file_with_a_mistake_is_said(project, capsys) -> None:
    (project / "plumbgate.yaml").write_text("apiVersion: plumbgate/v1\npolcies: [policies]\n")

    assert run(["new", "policy", "house/fixes"]) == 2
    assert "did you mean `policies`?" in capsys.readouterr().err


def test_new_alone_says_what_it_can_write(capsys) -> None:
    assert run(["new", "--help"]) == 0
    assert "policy" in capsys.readouterr().out
