"""The shape of the package: short modules, and nothing in it that belongs to one machine."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "src").rglob("*.py"))


def length(module: Path) -> int:
    return len(module.read_text(encoding="utf-8").splitlines())


def test_modules_are_short() -> None:
    lengths = {module.relative_to(ROOT): length(module) for module in MODULES}

    assert {module: n for module, n in lengths.items() if n > 300} == {}
    assert statistics.median(lengths.values()) < 100


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_module_says_what_it_is(module: Path) -> None:
    assert module.read_text(encoding="utf-8").lstrip("r").startswith('"""')
