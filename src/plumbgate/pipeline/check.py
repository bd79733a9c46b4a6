"""Policies and snapshots to a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate import __version__
from plumbgate.engine.conclude import conclude
from plumbgate.engine.evaluate import evaluate, not_received
from plumbgate.engine.waive import waive
from plumbgate.errors import InputError
from plumbgate.gate import gate
from plumbgate.loading.snapshots import find_snapshots, load_snapshots
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.report import PolicyUsed, Report, SnapshotUsed
from plumbgate.pipeline.policies import policies_below
from plumbgate.pipeline.profiles import profiles_for, profiles_on
from plumbgate.pipeline.waivers import waivers_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from plumbgate.engine.profiles import CompiledProfile
    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.model.snapshot import Snapshot
    from plumbgate.model.waiver import Waiver


TOOL = f"plumbgate {__version__}"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is checked: places as the user named them."""

    snapshots: Sequence[Path]
    policies: Sequence[Path]
    profiles: Sequence[Path] = ()
    catalogs: Sequence[Path] = ()
    waivers: Sequence[Path] = ()
    expected_scopes: Sequence[str] = ()
    all_periods: bool = False


def check(inputs: Inputs, at: datetime) -> Report:
    """
    Return the report of all policies on all snapshots.

    Raises:
        InputError: with every mistake in every input; nothing was evaluated.

    """
    policies = policies_below(inputs.policies, inputs.catalogs)
    profiles, profile_mistakes = profiles_for(policies, inputs.profiles)
    waivers, waiver_mistakes = waivers_for(policies, inputs.waivers)
    files, missing = find_snapshots(inputs.snapshots)
    snapshots, snapshot_mistakes = load_snapshots(files, CATALOGUE)
    diagnostics = [
        *policies.diagnostics,
        *profile_mistakes,
        *waiver_mistakes,
        *missing,
        *snapshot_mistakes,
    ]
    if diagnostics:
        raise InputError(diagnostics)
    chosen = newest(snapshots, each_period=inputs.all_periods)
    misfits = profiles_on(profiles, policies, chosen, at)
    if misfits:
        raise InputError(misfits)
    rules = Rules(policies.compiled, profiles, waivers)
    return report_on(rules, chosen, inputs.expected_scopes, at)


@dataclass(frozen=True, slots=True)
class Rules:
    """What snapshots are judged by."""

    policies: Sequence[CompiledPolicy]
    profiles: Sequence[CompiledProfile] = ()
    waivers: Sequence[Waiver] = ()


def report_on(
    rules: Rules, snapshots: Sequence[Snapshot], expected_scopes: Iterable[str], at: datetime
) -> Report:
    """Return the report of loaded inputs."""
    present = {(snapshot.scope.tenant, snapshot.scope.business_unit) for snapshot in snapshots}
    absent = [scope for scope in dict.fromkeys(expected_scopes) if _named(scope) not in present]
    verdicts = (
        *evaluate(rules.policies, snapshots, CATALOGUE, at, rules.profiles),
        *(verdict for scope in absent for verdict in not_received(rules.policies, scope, at)),
    )
    waived, used = waive(verdicts, rules.waivers, at)
    return Report(
        at,
        TOOL,
        gate(waived),
        tuple(
            PolicyUsed(p.policy.id, p.policy.title, p.policy.version, p.policy.sha256)
            for p in rules.policies
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


def newest(snapshots: Iterable[Snapshot], *, each_period: bool = False) -> list[Snapshot]:
    """
    Return for each scope, or each of its periods, the newest complete one, as known last.

    They come by scope and time, so that the order of files does not matter.
    """
    found: dict[tuple[str | None, ...], Snapshot] = {}
    for snapshot in snapshots:
        key = (*snapshot.scope.key, snapshot.period.id if each_period else None)
        if key not in found or _recency(snapshot) > _recency(found[key]):
            found[key] = snapshot
    return sorted(found.values(), key=lambda s: (s.scope.name, s.period.end, s.as_of, s.sha256))


def _recency(snapshot: Snapshot) -> tuple[bool, datetime, datetime, str]:
    return snapshot.period.complete, snapshot.period.end, snapshot.as_of, snapshot.sha256
