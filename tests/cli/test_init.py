"""`plumbgate init`: what it writes is in order at once, and it never overwrites."""

from __future__ import annotations

import errno
import json
import re
import shutil
import tempfile
from pathlib import Path

import pytest
import yaml

from plumbgate import __version__
from plumbgate.cli import run

ROOT = Path(__file__).parent.parent.parent
FILES = [
    ".github/workflows/plumbgate.yml",
    "plumbgate.yaml",
    "policies/house/first-policy/cases.yaml",
    "policies/house/first-policy/policy.yaml",
    "schemas/cases.schema.json",
    "schemas/policy.schema.json",
    "schemas/profile.schema.json",
    "schemas/project.schema.json",
    "schemas/waiver.schema.json",
    "waivers.yaml",
]
POLICY = Path("policies/house/first-policy/policy.yaml")


def files_below(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def project(tmp_path, monkeypatch, capsys) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 0
    capsys.readouterr()
    return tmp_path


def test_it_says_what_it_wrote_and_what_comes_next(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["init", "my programme"]) == 0

    assert files_below(tmp_path / "my programme") == FILES
    *wrote, empty, following = capsys.readouterr().out.splitlines()
    assert sorted(wrote) == [f"wrote my programme/{name}" for name in FILES]
    assert empty == ""
    assert following == "next: cd 'my programme' && plumbgate lint && plumbgate test"


def test_here_is_the_default_and_needs_no_cd(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 0

    assert files_below(tmp_path) == FILES
    assert "\nnext: plumbgate lint && plumbgate test\n" in capsys.readouterr().out


def test_it_passes_lint_and_test_at_once(project, capsys) -> None:
    assert run(["lint"]) == 0
    assert capsys.readouterr().out == "no mistakes\n"
    assert run(["test"]) == 0
    printed = capsys.readouterr().out
    assert "first-policy: 5 of 5 cases pass" in printed
    assert "remediation-speed: " in printed


def test_check_judges_by_it_and_leaves_the_evidence(project, capsys) -> None:
    shutil.copytree(ROOT / "examples/snapshots", project / "snapshots")

    assert run(["check", "--at", "2026-01-05"]) == 1

    report = json.loads((project / "evidence/report.json").read_bytes())
    outcomes = {v["rule"]: v["outcome"] for v in report["verdicts"]}
    assert outcomes["first-policy.level"] == "FAIL"
    assert outcomes["workflow-adoption.level"] == "PASS"
    assert (project / "evidence/junit.xml").is_file()
    printed = capsys.readouterr().out
    assert "remediation.first_action_7d is 58.8 %; at least 90 % is accepted." in printed


def test_another_limit_is_in_order_and_the_cases_notice_it(project, capsys) -> None:
    edit(project / POLICY, "value: 90 %", "value: 80 %")

    assert run(["lint"]) == 0
    assert run(["test", "policies"]) == 1
    assert "FAIL just beyond the limit: first-policy.level" in capsys.readouterr().out


HINTS = {
    "a waiver": ("waivers.yaml", r"^  # ?(?=[{ ])", "  "),
    "what must come": ("plumbgate.yaml", r"^# (?=expect)", ""),
    "the clock": ("plumbgate.yaml", r"^# (?=gate)", ""),
    "the controls": (POLICY, r"^# (?=controls|  - \{framework)", ""),
}


@pytest.mark.parametrize(("name", "comment", "by"), HINTS.values(), ids=HINTS)
def test_a_hint_is_in_order_when_it_is_no_comment(name, comment, by, project, capsys) -> None:
    text = (project / name).read_text(encoding="utf-8")
    uncommented = re.sub(comment, by, text, flags=re.MULTILINE)
    (project / name).write_text(uncommented, encoding="utf-8")

    assert yaml.safe_load(uncommented) != yaml.safe_load(text)
    assert run(["lint"]) == 0, capsys.readouterr().err


def test_the_hint_of_profiles_asks_for_their_file(project, capsys) -> None:
    edit(project / "plumbgate.yaml", "# profiles:", "profiles:")
    assert run(["lint"]) == 2
    assert "profiles.yaml" in capsys.readouterr().err


def test_an_editor_finds_the_schema_of_every_file(project) -> None:
    files = [p for p in project.rglob("*.yaml") if ".github" not in p.parts]
    assert len(files) == 4
    for file in files:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        where = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert where, file
        schema = (file.parent / where[1]).resolve()
        assert schema.is_relative_to(project)
        assert schema.read_bytes() == (ROOT / "schemas" / schema.name).read_bytes()


def test_the_pipeline_pins_the_version_and_interpolates_nothing_into_a_shell(project) -> None:
    text = (project / ".github/workflows/plumbgate.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["env"] == {"PLUMBGATE_VERSION": __version__}
    assert workflow["permissions"] == {"contents": "read"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    runs = [step["run"] for step in steps if "run" in step]
    assert "plumbgate check" in runs
    assert not any("${{" in each for each in runs)
    theirs = (ROOT / "examples/pipeline/github-actions.yml").read_text(encoding="utf-8")
    assert {s["uses"] for s in steps if "uses" in s} == set(re.findall(r"uses: (\S+)", theirs))


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_written_where_one_file_is_there(name, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")

    assert run(["init"]) == 2

    assert capsys.readouterr().err == f"error: {name} is there already; nothing is written\n"
    assert files_below(tmp_path) == [name]
    assert path.read_text() == "mine"


def test_every_file_that_is_there_is_named(project, capsys) -> None:
    before = {name: (project / name).read_bytes() for name in FILES}

    assert run(["init"]) == 2

    said = capsys.readouterr().err
    assert all(name in said for name in FILES)
    assert "are there already" in said
    assert {name: (project / name).read_bytes() for name in FILES} == before


def test_a_link_that_leads_nowhere_is_in_the_way(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "waivers.yaml").symlink_to("elsewhere/waivers.yaml")

    assert run(["init"]) == 2
    assert "waivers.yaml is there already" in capsys.readouterr().err
    assert files_below(tmp_path) == []


def test_a_folder_that_is_a_file(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "acme").write_text("a file")

    assert run(["init", "acme"]) == 2
    assert "'acme' is a file" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["policies", "schemas", ".github"])
def test_a_file_where_a_folder_must_be(name, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("a file")

    assert run(["init"]) == 2

    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert name in said
    assert "Traceback" not in said
    assert files_below(tmp_path) == [name]


def test_a_folder_in_which_nothing_may_be_written(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)

    def refused(*, dir: Path, prefix: str):  # noqa: A002 (as tempfile calls it)
        raise PermissionError(errno.EACCES, "Permission denied", str(dir / prefix))

    # Whoever runs the tests may be root, whom no mode of a folder keeps out.
    monkeypatch.setattr(tempfile, "mkstemp", refused)

    assert run(["init", "acme"]) == 2

    assert capsys.readouterr().err == "error: Permission denied: acme/.plumbgate.yaml.\n"
    assert list(tmp_path.iterdir()) == []
