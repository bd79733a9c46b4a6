"""`plumbgate check`: judge snapshots, write the evidence, open or close the gate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plumbgate.cli.options import (
    EXISTING,
    Instant,
    Output,
    policies_option,
    profiles_option,
    waivers_option,
)

if TYPE_CHECKING:
    from datetime import datetime


@click.command()
@click.argument("snapshots", nargs=-1, type=EXISTING)
@policies_option
@profiles_option
@waivers_option
@click.option("--at", type=Instant(), help="The instant to judge at. Default: now.")
@click.option("--all-periods", is_flag=True, help="Judge every period, not the newest alone.")
@click.option(
    "-f",
    "--format",
    "outputs",
    type=Output(),
    multiple=True,
    help="text, json or junit, each with `=PATH` to a file. May be given many times.",
)
def check(
    snapshots: tuple[Path, ...],
    policies: tuple[Path, ...],
    profiles: tuple[Path, ...],
    waivers: tuple[Path, ...],
    at: datetime | None,
    all_periods: bool,  # noqa: FBT001 (a flag)
    outputs: tuple[tuple[str, str], ...],
) -> int:
    """
    Judge SNAPSHOTS (files or folders) by policies.

    Exit codes: 0 the gate is open; 1 closed by a FAIL; 3 closed because something could not be
    decided; 2 invalid input, nothing evaluated, nothing written.
    """
    from plumbgate.errors import UsageError
    from plumbgate.pipeline.check import Inputs
    from plumbgate.pipeline.check import check as run
    from plumbgate.pipeline.clock import instant
    from plumbgate.pipeline.outputs import STANDARD_OUTPUT, destinations
    from plumbgate.pipeline.project import current_project, policy_folders
    from plumbgate.render.renderers import RENDERERS
    from plumbgate.render.writing import write_files

    project = current_project()
    places = snapshots or tuple(map(Path, project.snapshots))
    if not places:
        raise UsageError("nothing to check: name snapshots, files or folders of them")
    inputs = Inputs(
        places,
        policy_folders(policies, project),
        profiles or tuple(map(Path, project.profiles)),
        tuple(map(Path, project.catalogs)),
        waivers or tuple(map(Path, project.waivers)),
        project.expected_scopes,
        all_periods,
    )
    read = (
        *inputs.snapshots,
        *inputs.policies,
        *inputs.profiles,
        *inputs.catalogs,
        *inputs.waivers,
        Path(project.file),
    )
    wanted = {name: Path(path) for name, path in project.outputs.items()}
    chosen = destinations(outputs, wanted, read if project.file else read[:-1])
    report = run(inputs, instant(at, project.max_clock_skew))
    rendered = {path: RENDERERS[name](report) for path, name in chosen.items()}
    write_files(
        {Path(path): content for path, content in rendered.items() if path != STANDARD_OUTPUT}
    )
    if project.file:
        click.echo(f"project: {project.file}", err=True)
    asked = chosen.get(STANDARD_OUTPUT, "text")
    click.echo(RENDERERS["text"](report), nl=False, err=asked != "text")
    if asked != "text":
        click.echo(rendered[STANDARD_OUTPUT], nl=False)
    return report.gate.exit_code
