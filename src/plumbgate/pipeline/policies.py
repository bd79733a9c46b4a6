"""Policies and waivers, loaded and compiled: what `check`, `lint` and `test` begin with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate.engine.compile import compile_policies
from plumbgate.errors import Diagnostic, suggestion
from plumbgate.loading.policies import find_policies, load_policies
from plumbgate.loading.waivers import load_waivers
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.policy import Table
from plumbgate.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.model.policy import Rule
    from plumbgate.model.waiver import Waiver


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
    excerpted = (_with_excerpt(diagnostic, files[diagnostic.place.file]) for diagnostic in wrong)
    return Policies(compiled, files, [*diagnostics, *mistakes, *excerpted])


def waivers_for(policies: Policies, files: Iterable[Path]) -> tuple[list[Waiver], list[Diagnostic]]:
    """Return the waivers of these files; where all else is in order, their rules must exist."""
    waivers, mistakes = load_waivers(files)
    if mistakes or policies.diagnostics:
        return waivers, mistakes
    rules = {rule.rule.id: rule.rule for policy in policies.compiled for rule in policy.rules}
    wrong = [mistake for waiver in waivers for mistake in _misfits(waiver, rules)]
    return waivers, [_with_excerpt(one, Path(one.place.file)) for one in wrong]


def lint(folders: Iterable[Path], waiver_files: Iterable[Path]) -> list[Diagnostic]:
    """Return every mistake in policies and waivers."""
    policies = policies_below(folders)
    _, mistakes = waivers_for(policies, waiver_files)
    return [*policies.diagnostics, *mistakes]


def _misfits(waiver: Waiver, rules: Mapping[str, Rule]) -> Iterator[Diagnostic]:
    """Yield why a waiver covers nothing of these rules, ever."""
    rule = rules.get(waiver.rule)
    if rule is None:
        yield Diagnostic(
            "PG042",
            f"waiver `{waiver.id}` is for `{waiver.rule}`, which is no rule of these policies",
            waiver.place,
            suggestion(waiver.rule, rules, "name a rule as <policy>.<rule>"),
        )
        return
    rows = rule.body.rows if isinstance(rule.body, Table) else ()
    failing = list(dict.fromkeys(row.verdict for row in rows if row.outcome is Outcome.FAIL))
    listed = ", ".join(f"`{verdict}`" for verdict in failing) or "none"
    if rows and not waiver.verdicts:
        message = f"waiver `{waiver.id}` does not say which verdicts of `{rule.id}` it accepts"
        hint = f"write `verdicts: [{', '.join(failing[:1])}]`"
        yield Diagnostic("PG042", message, waiver.place, hint, f"verdicts that fail: {listed}")
    for verdict in waiver.verdicts:
        if verdict not in failing:
            message = (
                f"waiver `{waiver.id}` accepts `{verdict}`, which `{rule.id}` never fails with"
            )
            hint = suggestion(verdict, failing, "a waiver covers a FAIL only")
            yield Diagnostic("PG042", message, waiver.place, hint, f"verdicts that fail: {listed}")


def _with_excerpt(diagnostic: Diagnostic, file: Path) -> Diagnostic:
    """Return a diagnostic of a step that reads no files with its source line."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    line = diagnostic.place.line
    return replace(diagnostic, excerpt=lines[line - 1] if line <= len(lines) else "")
