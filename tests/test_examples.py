"""The example project: its records give its snapshots, and its pipeline runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from plumbgate.loading.snapshots import find_snapshots, load_snapshots
from plumbgate.measure.metrics import CATALOGUE

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
SCRIPTS = Path(sys.executable).parent


@pytest.fixture
def project(tmp_path) -> Path:
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("evidence"))
    return tmp_path / "examples"


def run(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


ELSEWHERE = {
    "UTC": {"TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"},
    "New York": {"TZ": "America/New_York", "LANG": "C", "PYTHONHASHSEED": "1"},
    "Chatham": {"TZ": "Pacific/Chatham", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "77"},
}


@pytest.mark.parametrize("environment", ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_records_give_the_snapshots_and_these_the_evidence_everywhere(
    environment, project
) -> None:
    measured = run("plumbgate measure records --as-of 2026-01-05 -o out", project, **environment)
    assert measured.returncode == 0, measured.stderr
    assert contents(project / "out") == contents(EXAMPLES / "snapshots")

    check = "plumbgate check out --at 2026-01-05 -f junit=j.xml -f json=r.json -f text=t.txt"
    once = run(check, project, **environment)
    assert once.returncode == 0, once.stderr
    first = {name: (project / name).read_bytes() for name in ("j.xml", "r.json", "t.txt")}
    # The paths of outputs, snapshots and the working folder are no part of the evidence.
    run(check.replace(" out ", " snapshots "), project, TZ="UTC", LANG="C", PYTHONHASHSEED="3")
    assert first == {name: (project / name).read_bytes() for name in first}


def test_the_snapshots_are_valid() -> None:
    files, missing = find_snapshots([EXAMPLES / "snapshots"])
    snapshots, mistakes = load_snapshots(files, CATALOGUE)

    assert (missing, mistakes) == ([], [])
    assert [s.period.id for s in snapshots] == [
        "2024-Q4",
        "2025-Q1",
        "2025-Q2",
        "2025-Q3",
        "2025-Q4",
    ]


def test_the_pipeline_runs(project) -> None:
    pipeline = yaml.safe_load((EXAMPLES / "pipeline" / "github-actions.yml").read_text())
    (job,) = pipeline["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands[0] == "pip install plumbgate"

    for command in commands[1:]:
        # The pipeline measures at the day on which it runs; the example's day is fixed.
        fixed = command.replace('"$(date -u +%F)"', "2026-01-05")
        fixed = fixed.replace("plumbgate check", "plumbgate check --at 2026-01-05")
        ran = run(fixed, project)
        assert ran.returncode == 0, f"{fixed}\n{ran.stdout}{ran.stderr}"

    assert sorted(path.name for path in (project / "evidence").iterdir()) == [
        "junit.xml",
        "report.json",
    ]


def test_without_the_waivers_the_gate_is_closed_and_on_their_last_day_too(project) -> None:
    assert run("plumbgate check --at 2026-01-05", project).returncode == 0
    closed = "plumbgate check --at 2026-01-05 --waivers pipeline/no-waivers.yaml"
    assert run(closed, project).returncode == 1
    assert run("plumbgate check --at 2026-03-31T00:00:00Z", project).returncode == 1
