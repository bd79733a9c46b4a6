"""`plumbgate lint`: every mistake in every file at once."""

from __future__ import annotations

from pathlib import Path

import click

from plumbgate.cli.options import EXISTING, waivers_option


@click.command()
@click.argument("policies", nargs=-1, type=EXISTING)
@waivers_option
def lint(policies: tuple[Path, ...], waivers: tuple[Path, ...]) -> int:
    """
    Say every mistake in POLICIES (folders of packs, packs or policies), with its place and fix.

    Default: the project file's policies and waivers, else the shipped policies.
    """
    from plumbgate import pipeline
    from plumbgate.errors import InputError

    project = pipeline.current_project()
    inputs = pipeline.Inputs(
        (),
        policies or tuple(map(Path, project.policies)) or (pipeline.shipped_policies(),),
        waivers or tuple(map(Path, project.waivers)),
    )
    mistakes = pipeline.lint(inputs)
    if mistakes:
        raise InputError(mistakes)
    click.echo("no mistakes")
    return 0
