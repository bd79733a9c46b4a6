"""The README's console blocks, run: each command prints what the README says it prints."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CUT = "..."
"""A line of its own in the README: any number of lines stand here."""


@dataclass(frozen=True)
class Step:
    command: str
    expected: list[str]


def steps(block: str) -> list[Step]:
    found: list[Step] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], []))
        else:
            found[-1].expected.append(line)
    return found


README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = BLOCK.findall(README)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory) -> Path:
    """Return a copy of the examples, in which the README's commands run one after the other."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


def output(command: str, folder: Path) -> list[str]:
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return [line.rstrip() for line in ran.stdout.rstrip("\n").splitlines()]


def matches(expected: list[str], printed: list[str]) -> bool:
    pattern = "\n".join(
        r"(?:.*\n)*?.*" if line.strip() == CUT else re.escape(line.rstrip()) for line in expected
    )
    return re.fullmatch(pattern, "\n".join(printed)) is not None


def test_it_has_blocks() -> None:
    assert BLOCKS


@pytest.mark.parametrize("block", BLOCKS, ids=[steps(block)[0].command for block in BLOCKS])
def test_block(block, workplace) -> None:
    for step in steps(block):
        printed = output(step.command, workplace)
        assert matches(step.expected, printed), "\n".join([f"$ {step.command}", *printed])


def test_it_says_what_the_help_says() -> None:
    """Every command of the command line is named in the README."""
    listed = output("plumbgate --help", ROOT)
    commands = [line.split()[0] for line in listed[listed.index("Commands:") + 1 :]]
    missing = [name for name in commands if f"plumbgate {name}" not in README]
    assert missing == []
