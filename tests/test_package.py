"""The wheel: built, installed elsewhere, and run from there with all that it needs in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run(
        [*install, "--disable-pip-version-check", "--target", str(target), str(wheel)],
        check=True,
        capture_output=True,
    )
    return target


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "plumbgate", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_carries_policies_schemas_catalogs_and_queries(installed) -> None:
    package = installed / "plumbgate"
    for name in (
        "policies/signals/remediation-speed/policy.yaml",
        "cel/parser_table.json",
        "schemas/report.schema.json",
        "catalogs/nist-csf-2.0.yaml",
        "measure/queries/remediation.sql",
        "py.typed",
    ):
        assert (package / name).is_file(), name


def test_it_runs_elsewhere(installed, tmp_path) -> None:
    tested = run(installed, tmp_path, "test")

    assert tested.returncode == 0, tested.stderr
    assert "remediation-speed: 26 of 26 cases pass" in tested.stdout
    assert run(installed, tmp_path, "lint").stdout == "no mistakes\n"
    assert run(installed, tmp_path, "--version").stdout.startswith("plumbgate, version ")
