"""`plumbgate lint`: every mistake in every file at once."""

from __future__ import annotations

from pathlib import Path

import click

from plumbgate.cli.options import EXISTING, profiles_option, waivers_option


@click.command()
@click.argument("policies", nargs=-1, type=EXISTING)
@profiles_option
@waivers_option
def lint(policies: tuple[Path, ...], profiles: tuple[Path, ...], waivers: tuple[Path, ...]) -> int:
    """
    Say every mistake in POLICIES (folders of packs, packs or policies), with its place and fix.

    Default: the project file's policies and waivers, else the shipped policies.
    """
    from plumbgate.errors import InputError
    from plumbgate.pipeline.lint import lint as run
    from plumbgate.pipeline.project import current_project, policy_folders

    project = current_project()
    mistakes = run(
        policy_folders(policies, project),
        profiles or tuple(map(Path, project.profiles)),
        waivers or tuple(map(Path, project.waivers)),
    )
    if mistakes:
        raise InputError(mistakes)
    click.echo("no mistakes")
    return 0
