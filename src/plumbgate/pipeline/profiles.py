"""Profiles, loaded and held against the policies and the scopes that they are for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate.engine.context import SnapshotContext
from plumbgate.engine.profiles import CompiledProfile, compile_profiles, match, mismatches
from plumbgate.engine.settings import setting_of
from plumbgate.engine.soundness import unsound_values
from plumbgate.loading.profiles import load_profiles
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.pipeline.policies import with_excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from plumbgate.errors import Diagnostic
    from plumbgate.model.snapshot import Snapshot
    from plumbgate.pipeline.policies import Policies


def profiles_for(
    policies: Policies, files: Iterable[Path]
) -> tuple[list[CompiledProfile], list[Diagnostic]]:
    """Return the profiles of these files; where all else is in order, they must be sound."""
    profiles, mistakes = load_profiles(files, [policy.policy for policy in policies.compiled])
    if policies.diagnostics:
        # A parameter of a policy that could not be read is not known here.
        mistakes = [mistake for mistake in mistakes if mistake.code != "PG021"]
    compiled, wrong = compile_profiles(profiles)
    if not (mistakes or wrong or policies.diagnostics):
        wrong = [mistake for one in compiled for mistake in _unsound(one, policies)]
    return compiled, [*mistakes, *(with_excerpt(one, Path(one.place.file)) for one in wrong)]


def profiles_on(
    profiles: Sequence[CompiledProfile],
    policies: Policies,
    snapshots: Iterable[Snapshot],
    at: datetime,
) -> list[Diagnostic]:
    """Return what is wrong between profiles and the scopes that they are to be judged with."""
    if not profiles:
        return []
    matches = {
        snapshot.scope.name: match(profiles, SnapshotContext(snapshot, CATALOGUE).now.names)
        for snapshot in snapshots
    }
    wrong = list(mismatches(profiles, matches))
    settings = {
        (policy.policy.id, tuple(chosen.items())): (policy, chosen)
        for found in matches.values()
        for policy in policies.compiled
        if (chosen := setting_of(policy, at, found).parameters)
    }
    for policy, chosen in settings.values():
        # Each profile alone was sound; together they may not be.
        wrong += unsound_values(policy, chosen, CATALOGUE)
    return [with_excerpt(one, _file_of(one, policies)) for one in wrong]


def _file_of(diagnostic: Diagnostic, policies: Policies) -> Path:
    shown = diagnostic.place.file
    return policies.files.get(shown, Path(shown))


def _unsound(profile: CompiledProfile, policies: Policies) -> Iterator[Diagnostic]:
    """Yield the parameters with whose value a rule passes where nothing is measured."""
    set_by = profile.profile.parameters
    for policy in policies.compiled:
        name = policy.policy.id
        chosen = {own: value for (of, own), value in set_by.items() if of == name}
        if chosen:
            values = {p.name: p.value for p in policy.policy.parameters} | chosen
            for wrong in unsound_values(policy, values, CATALOGUE):
                place = profile.profile.places[name, next(iter(chosen))]
                yield replace(wrong, place=place, hint="choose stricter values")
