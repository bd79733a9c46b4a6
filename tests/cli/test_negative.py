"""
Mistakes as users make them: each folder of `negative` holds one, and all that is said about it.

What a folder does not hold is taken from `valid`, so that nothing else is wrong. A folder that
holds `records` is measured, any other is checked. What is said is written anew by
`pytest --snapshot-update`.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from plumbgate.cli import run
from plumbgate.codes import CODES

VALID = Path(__file__).parent / "valid"
NEGATIVE = Path(__file__).parent / "negative"
CASES = sorted(path.name for path in NEGATIVE.iterdir())
EXPECTED = "expected.txt"
POLICY = "policies/house/speed/policy.yaml"
GENERATED = {
    "brackets-without-end": (POLICY, b"[" * 100_000),
    "too-long": (POLICY, (VALID / POLICY).read_bytes().rstrip() + b" || false" * 1_000),
}
"""Files that are too dull to be kept, by their case."""
LINKED = {"records-behind-a-link": ("records/grants.csv", "../../grants.csv")}
"""Links, which not every checkout can hold, by their case."""
OUTPUTS = ("json=out/report.json", "junit=out/junit.xml", "text=out/report.txt")


def check(*more: str) -> int:
    formats = [part for output in OUTPUTS for part in ("-f", output)]
    named = ["snapshots", "--policies", "policies", "--waivers", "waivers.yaml"]
    profiles = ["--profile", "profiles.yaml"] if Path("profiles.yaml").exists() else []
    return run(["check", *named, *profiles, "--at", "2026-01-10", *formats, *more])


def measure() -> int:
    return run(["measure", "records", "--as-of", "2026-01-10", "-o", "out"])


def place(folder: Path, case: Path | None) -> None:
    """Copy a case, and of what it does not hold, the valid files."""
    own = {path.name: path for path in case.iterdir() if path.name != EXPECTED} if case else {}
    for name, path in ({path.name: path for path in VALID.iterdir()} | own).items():
        if path.is_dir():
            shutil.copytree(path, folder / name)
        else:
            shutil.copy(path, folder / name)


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
    golden = NEGATIVE / name / EXPECTED
    monkeypatch.chdir(tmp_path)
    place(tmp_path, NEGATIVE / name)
    if name in GENERATED:
        file, content = GENERATED[name]
        Path(file).write_bytes(content)
    if name in LINKED:
        file, target = LINKED[name]
        Path(file).parent.mkdir()
        Path(file).symlink_to(target)
    before = set(tmp_path.rglob("*"))

    code = measure() if Path("records").exists() else check()

    printed = capsys.readouterr()
    if request.config.getoption("--snapshot-update"):
        golden.write_text(printed.err, encoding="utf-8")
    assert printed.err == golden.read_text(encoding="utf-8")
    assert code == 2
    assert printed.out == ""
    assert set(tmp_path.rglob("*")) == before


BLOCK = re.compile(r"^error\[(PG\d{3})\]: (.*)\n((?:.+\n)+)", re.MULTILINE)
PLACE = re.compile(r" *--> \S+:\d+:\d+\n")
FIX = re.compile(r"^ +(?:\| +\^+|=) \S", re.MULTILINE)


def blocks(name: str) -> list[tuple[str, str, str]]:
    """Return code, message and the lines below of each mistake that a case names."""
    return BLOCK.findall((NEGATIVE / name / EXPECTED).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_every_mistake_has_its_place_and_its_fix(name) -> None:
    assert blocks(name)
    for code, message, below in blocks(name):
        assert PLACE.match(below)
        # What is wrong with the text of an expression is said by what to write.
        assert FIX.search(below) or code == "PG020", message


def test_every_code_has_a_case() -> None:
    assert {code for name in CASES for code, _, _ in blocks(name)} == set(CODES)
