"""Policies, loaded and compiled: what `check`, `lint` and `test` begin with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plumbgate.engine.compile import compile_policies
from plumbgate.loading.catalogs import load_catalogs
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


def policies_below(folders: Iterable[Path], catalogs: Iterable[Path] = ()) -> Policies:
    """Return the policies below these folders, which may name the frameworks of `catalogs`."""
    found, diagnostics = find_policies(folders)
    return policies_in(found, catalogs, diagnostics)


def policies_in(
    found: Mapping[Path, str], catalogs: Iterable[Path], diagnostics: Iterable[Diagnostic] = ()
) -> Policies:
    """Return the policies of these files, ready to run; what was wrong before stands first."""
    frameworks, wrong_catalogs = load_catalogs(catalogs)
    loaded, mistakes = load_policies(found, frameworks)
    if wrong_catalogs:
        # What a catalog would have known is not known.
        mistakes = [mistake for mistake in mistakes if mistake.code != "PG030"]
    compiled, wrong = compile_policies(loaded, CATALOGUE)
    files = {shown: path for path, shown in found.items()}
    excerpted = (with_excerpt(diagnostic, files[diagnostic.place.file]) for diagnostic in wrong)
    return Policies(compiled, files, [*diagnostics, *wrong_catalogs, *mistakes, *excerpted])


def with_excerpt(diagnostic: Diagnostic, file: Path) -> Diagnostic:
    """Return a diagnostic of a step that reads no files with its source line."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    line = diagnostic.place.line
    return replace(diagnostic, excerpt=lines[line - 1] if line <= len(lines) else "")
