"""`plumbgate lint`: every mistake in every file at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plumbgate.cli.options import EXISTING, DiagnosticFormat, profiles_option, waivers_option

if TYPE_CHECKING:
    from plumbgate.errors import Diagnostic


@click.command()
@click.argument("policies", nargs=-1, type=EXISTING)
@profiles_option
@waivers_option
@click.option(
    "-f",
    "--format",
    "written",
    type=DiagnosticFormat(),
    default="text",
    help="text, on standard error; json or github, on standard output. Default: text.",
)
def lint(
    policies: tuple[Path, ...], profiles: tuple[Path, ...], waivers: tuple[Path, ...], written: str
) -> int:
    """
    Say every mistake in POLICIES (folders of packs, packs or policies), with its place and fix.

    Default: the project file's policies and waivers, else the shipped policies. Exit code 2 when
    there is a mistake.
    """
    from plumbgate.errors import InputError
    from plumbgate.render.diagnostics_formats import DIAGNOSTIC_FORMATS

    mistakes: tuple[Diagnostic, ...] = ()
    try:
        _lint(policies, profiles, waivers)
    except InputError as error:
        mistakes = error.diagnostics
    is_refusal = bool(mistakes) and written == "text"
    click.echo(DIAGNOSTIC_FORMATS[written](mistakes), nl=False, err=is_refusal)
    return 2 if mistakes else 0


def _lint(
    policies: tuple[Path, ...], profiles: tuple[Path, ...], waivers: tuple[Path, ...]
) -> None:
    """Raise `InputError` for all the mistakes there are, those of the project file too."""
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
