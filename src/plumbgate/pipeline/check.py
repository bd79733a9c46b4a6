"""Policies and snapshots to a report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate import __version__
from plumbgate.engine.compile import CompiledPolicy, compile_policies
from plumbgate.engine.conclude import conclude
from plumbgate.engine.evaluate import evaluate, not_received
from plumbgate.engine.waive import waive
from plumbgate.errors import Diagnostic, InputError, suggestion
from plumbgate.gate import gate
from plumbgate.loading.policies import find_policies, load_policies
from plumbgate.loading.snapshots import find_snapshots, load_snapshots
from plumbgate.loading.waivers import load_waivers
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.report import PolicyUsed, Report, SnapshotUsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from plumbgate.model.snapshot import Snapshot
    from plumbgate.model.waiver import Waiver


TOOL = f"plumbgate {__version__}"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is checked: places as the user named them."""

    snapshots: Sequence[Path]
    policies: Sequence[Path]
    waivers: Sequence[Path] = ()
    expected_scopes: Sequence[str] = ()
    all_periods: bool = False


def check(inputs: Inputs, at: datetime) -> Report:
    """
    Return the report of all policies on all snapshots.

    Raises:
        InputError: with every mistake in every input; nothing was evaluated.

    """
    policies, diagnostics = compiled_policies(inputs.policies)
    waivers, waiver_mistakes = load_waivers(inputs.waivers)
    files, missing = find_snapshots(inputs.snapshots)
    snapshots, snapshot_mistakes = load_snapshots(files, CATALOGUE)
    diagnostics += [*waiver_mistakes, *missing, *snapshot_mistakes]
    if not diagnostics:
        diagnostics += _unknown_rules(waivers, policies)
    if diagnostics:
        raise InputError(diagnostics)
    chosen = _newest(snapshots, each_period=inputs.all_periods)
    return judge(policies, _ordered(chosen), waivers, inputs.expected_scopes, at)


def judge(
    policies: Sequence[CompiledPolicy],
    snapshots: Sequence[Snapshot],
    waivers: Sequence[Waiver],
    expected_scopes: Iterable[str],
    at: datetime,
) -> Report:
    """Return the report of loaded inputs."""
    present = {(snapshot.scope.tenant, snapshot.scope.business_unit) for snapshot in snapshots}
    absent = [scope for scope in dict.fromkeys(expected_scopes) if _named(scope) not in present]
    verdicts = (
        *evaluate(policies, snapshots, CATALOGUE, at),
        *(verdict for scope in absent for verdict in not_received(policies, scope)),
    )
    waived, used = waive(verdicts, waivers, at)
    return Report(
        at,
        TOOL,
        gate(waived),
        tuple(
            PolicyUsed(p.policy.id, p.policy.title, p.policy.version, p.policy.sha256)
            for p in policies
        ),
        tuple(SnapshotUsed(s.scope, s.period, s.as_of, s.sha256) for s in snapshots),
        waived,
        conclude(waived),
        used,
    )


def _named(scope: str) -> tuple[str, str | None]:
    """Return tenant and unit of an expected scope, `tenant` or `tenant/unit`."""
    tenant, _, unit = scope.partition("/")
    return tenant, unit or None


def lint(inputs: Inputs) -> list[Diagnostic]:
    """Return every mistake in policies and waivers."""
    policies, diagnostics = compiled_policies(inputs.policies)
    waivers, mistakes = load_waivers(inputs.waivers)
    diagnostics += mistakes
    return diagnostics or _unknown_rules(waivers, policies)


def compiled_policies(
    folders: Sequence[Path],
) -> tuple[list[CompiledPolicy], list[Diagnostic]]:
    """Return the policies below these folders, ready to run, and every mistake in them."""
    files, diagnostics = find_policies(folders)
    policies, mistakes = load_policies(files)
    compiled, wrong = compile_policies(policies, CATALOGUE)
    paths = {shown: path for path, shown in files.items()}
    shown = (_with_excerpt(diagnostic, paths[diagnostic.place.file]) for diagnostic in wrong)
    return compiled, [*diagnostics, *mistakes, *shown]


def _with_excerpt(diagnostic: Diagnostic, file: Path) -> Diagnostic:
    """Return a diagnostic of a step that reads no files with its source line."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    line = diagnostic.place.line
    return replace(diagnostic, excerpt=lines[line - 1] if line <= len(lines) else "")


def _unknown_rules(
    waivers: Iterable[Waiver], policies: Iterable[CompiledPolicy]
) -> list[Diagnostic]:
    rules = [compiled.rule.id for policy in policies for compiled in policy.rules]
    return [
        _with_excerpt(
            Diagnostic(
                "PG042",
                f"waiver `{waiver.id}` is for `{waiver.rule}`, which is no rule of these policies",
                waiver.place,
                suggestion(waiver.rule, rules, "name a rule as <policy>.<rule>"),
            ),
            Path(waiver.place.file),
        )
        for waiver in waivers
        if waiver.rule not in rules
    ]


def _newest(snapshots: Iterable[Snapshot], *, each_period: bool) -> list[Snapshot]:
    """Return for each scope, or each of its periods, the newest complete one, as known last."""
    newest: dict[tuple[str | None, ...], Snapshot] = {}
    for snapshot in snapshots:
        key = (*snapshot.scope.key, snapshot.period.id if each_period else None)
        if key not in newest or _recency(snapshot) > _recency(newest[key]):
            newest[key] = snapshot
    return list(newest.values())


def _recency(snapshot: Snapshot) -> tuple[bool, datetime, datetime, str]:
    return snapshot.period.complete, snapshot.period.end, snapshot.as_of, snapshot.sha256


def _ordered(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """Return snapshots by scope and time, so that the order of files does not matter."""
    return sorted(snapshots, key=lambda s: (s.scope.name, s.period.end, s.as_of, s.sha256))
