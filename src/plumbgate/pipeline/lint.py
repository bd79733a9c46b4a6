"""Every mistake in every file of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.pipeline.policies import policies_below
from plumbgate.pipeline.profiles import profiles_for
from plumbgate.pipeline.waivers import waivers_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from plumbgate.errors import Diagnostic


def lint(
    folders: Iterable[Path], profile_files: Iterable[Path], waiver_files: Iterable[Path]
) -> list[Diagnostic]:
    """Return every mistake in policies, profiles and waivers."""
    policies = policies_below(folders)
    _, wrong_profiles = profiles_for(policies, profile_files)
    _, wrong_waivers = waivers_for(policies, waiver_files)
    return [*policies.diagnostics, *wrong_profiles, *wrong_waivers]
