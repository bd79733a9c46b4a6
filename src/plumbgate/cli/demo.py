"""`plumbgate demo`: the whole way from records to evidence, on a programme made up."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "-o",
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("plumbgate-demo"),
    show_default=True,
    help="Where records, snapshots and evidence are written.",
)
def demo(out: Path) -> int:
    """
    Measure and check a small programme of five tenants, and leave the evidence on disk.

    It ends as its gate does: some tenants fail, so the exit code is 1.
    """
    from plumbgate.pipeline.demo import demonstrate
    from plumbgate.render.text import matrix
    from plumbgate.render.text_safety import visible

    shown = demonstrate(out)
    click.echo(matrix(shown.report), nl=False)
    width = max(len(answer.scope) for answer in shown.answers)
    click.echo("Is risk falling?")
    for answer in shown.answers:
        click.echo(f"  {visible(answer.scope):<{width}}  {answer.word:<11}  {visible(answer.why)}")
    click.echo(f"\nrecords, snapshots, evidence: {visible(str(out))}")
    click.echo(f"why in words: {visible(str(out / 'evidence' / 'report.txt'))}")
    return shown.report.gate.exit_code
