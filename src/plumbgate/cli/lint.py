"""`plumbgate lint`: every mistake in every file at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plumbgate.cli.options import EXISTING, DiagnosticFormat

if TYPE_CHECKING:
    from pathlib import Path

    from plumbgate.errors import Diagnostic


@click.command()
@click.argument("paths", nargs=-1, type=EXISTING)
@click.option(
    "-f",
    "--format",
    "written",
    type=DiagnosticFormat(),
    default="text",
    help="text, on standard error; json or github, on standard output. Default: text.",
)
def lint(paths: tuple[Path, ...], written: str) -> int:
    """
    Say every mistake in PATHS, files or folders, with its place and fix.

    Policies, cases, profiles, waivers, catalogs and project files are told apart by their names or
    their keys. Default: what the project file names, and itself; else the shipped policies. Exit
    code 2 when there is a mistake.
    """
    from plumbgate.errors import InputError
    from plumbgate.render.diagnostics_formats import DIAGNOSTIC_FORMATS

    mistakes: tuple[Diagnostic, ...] = ()
    try:
        _lint(paths)
    except InputError as error:
        mistakes = error.diagnostics
    is_refusal = bool(mistakes) and written == "text"
    click.echo(DIAGNOSTIC_FORMATS[written](mistakes), nl=False, err=is_refusal)
    return 2 if mistakes else 0


def _lint(paths: tuple[Path, ...]) -> None:
    """Raise `InputError` for all the mistakes there are, those of the project file too."""
    from plumbgate.errors import InputError
    from plumbgate.model.project import Project
    from plumbgate.pipeline.lint import lint as run
    from plumbgate.pipeline.project import current_project, shipped_policies

    project = Project()
    mistakes: list[Diagnostic] = []
    try:
        project = current_project()
    except InputError as error:
        # What is named can be looked at, whatever the project file says.
        mistakes += error.diagnostics
    if paths or not mistakes:
        places = paths if paths or project.policies else (shipped_policies(),)
        mistakes += run(places, project)
    if mistakes:
        raise InputError(dict.fromkeys(mistakes))
