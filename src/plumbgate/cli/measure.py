"""`plumbgate measure`: records to snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plumbgate.cli.options import Instant

if TYPE_CHECKING:
    from datetime import datetime

PERIODS = "quarter, month, or a number of days such as 91d"


@click.command()
@click.argument("records", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--as-of", type=Instant(), required=True, help="What was known at this instant is counted."
)
@click.option("--period", help=f"{PERIODS}. Default: the project file's, else quarter.")
@click.option(
    "--origin",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day of the first period, for periods of days.",
)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder of snapshots."
)
def measure(
    records: Path, as_of: datetime, period: str | None, origin: datetime | None, out: Path
) -> int:
    """
    Measure RECORDS, a folder of CSV, JSON Lines or Parquet files named after their tables.

    Writes OUT/<tenant>/<period>.json for each tenant and complete period.
    """
    from plumbgate.pipeline.measure import measure as run
    from plumbgate.pipeline.measure import settings
    from plumbgate.pipeline.project import current_project
    from plumbgate.render.text_safety import visible
    from plumbgate.render.writing import write_files

    project = current_project()
    first = origin.date() if origin else None
    measured = run(records, as_of, settings(project, period, first))
    write_files({out / path: content for path, content in measured.files.items()})
    for line in measured.account:
        click.echo(visible(line), err=True)
    count = len(measured.files)
    click.echo(f"{count} {'snapshot' if count == 1 else 'snapshots'} in {visible(str(out))}")
    return 0
