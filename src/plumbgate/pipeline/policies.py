"""Policies, loaded and compiled: what `check`, `lint` and `test` begin with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plumbgate.engine.compile import compile_policies
from plumbgate.loading.policies import find_policies, load_policies
from plumbgate.measure.metrics import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.errors import Diagnostic


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies below some folders, and every mistake in them."""

    compiled: Sequence[CompiledPolicy]
    files: Mapping[str, Path]
    """Each policy's file by the name under which it is shown."""
    diagnostics: Sequence[Diagnostic]


def policies_below(folders: Iterable[Path]) -> Policies:
    """Return the policies below these folders, ready to run."""
    found, diagnostics = find_policies(folders)
    loaded, mistakes = load_policies(found)
    compiled, wrong = compile_policies(loaded, CATALOGUE)
    files = {shown: path for path, shown in found.items()}
    excerpted = (with_excerpt(diagnostic, files[diagnostic.place.file]) for diagnostic in wrong)
    return Policies(compiled, files, [*diagnostics, *mistakes, *excerpted])


def with_excerpt(diagnostic: Diagnostic, file: Path) -> Diagnostic:
    """Return a diagnostic of a step that reads no files with its source line."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    line = diagnostic.place.line
    return replace(diagnostic, excerpt=lines[line - 1] if line <= len(lines) else "")
