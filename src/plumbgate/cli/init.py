"""`plumbgate init`: a project to begin with."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
def init(folder: Path) -> int:
    """
    Write a project into FOLDER (default: here): policies, cases, waivers, a pipeline, schemas.

    Nothing is overwritten: where one of the files is there already, none is written, and the
    exit code is 2.
    """
    import shlex

    from plumbgate.pipeline.scaffold import start_project
    from plumbgate.render.text_safety import visible

    for path in start_project(folder):
        click.echo(f"wrote {visible(str(path))}")
    there = "" if folder == Path() else f"cd {shlex.quote(visible(str(folder)))} && "
    click.echo(f"\nnext: {there}plumbgate lint && plumbgate test")
    return 0
