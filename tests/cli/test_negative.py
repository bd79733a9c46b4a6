"""
Mistakes as users make them: each folder of `negative` holds one, and all that is said about it.

What a folder does not hold is taken from `valid`, so that nothing else is wrong. What is said is
written anew by `pytest --snapshot-update`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plumbgate.cli import run

VALID = Path(__file__).parent / "valid"
NEGATIVE = Path(__file__).parent / "negative"
CASES = sorted(path.name for path in NEGATIVE.iterdir())
POLICY = "policies/house/speed/policy.yaml"
GENERATED = {"brackets-without-end": (POLICY, b"[" * 100_000)}
"""Files that are too dull to be kept, by their case."""
OUTPUTS = ("json=out/report.json", "junit=out/junit.xml", "text=out/report.txt")


def check(*more: str) -> int:
    formats = [part for output in OUTPUTS for part in ("-f", output)]
    named = ["snapshots", "--policies", "policies", "--waivers", "waivers.yaml"]
    return run(["check", *named, "--at", "2026-01-10", *formats, *more])


def place(folder: Path, case: Path | None) -> None:
    """Copy a case, and of what it does not hold, the valid files."""
    for path in VALID.iterdir():
        source = case / path.name if case and (case / path.name).exists() else path
        if source.is_dir():
            shutil.copytree(source, folder / path.name)
        else:
            shutil.copy(source, folder / path.name)


def test_without_a_mistake_the_gate_opens(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    place(tmp_path, None)

    assert check() == 0
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "junit.xml",
        "report.json",
        "report.txt",
    ]


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_said_whole_and_nothing_is_written(
    name, tmp_path, monkeypatch, capsys, request
) -> None:
    golden = NEGATIVE / name / "expected.txt"
    monkeypatch.chdir(tmp_path)
    place(tmp_path, NEGATIVE / name)
    if name in GENERATED:
        file, content = GENERATED[name]
        Path(file).write_bytes(content)
    before = set(tmp_path.rglob("*"))

    code = check()

    printed = capsys.readouterr()
    if request.config.getoption("--snapshot-update"):
        golden.write_text(printed.err, encoding="utf-8")
    assert printed.err == golden.read_text(encoding="utf-8")
    assert code == 2
    assert printed.out == ""
    assert set(tmp_path.rglob("*")) == before
