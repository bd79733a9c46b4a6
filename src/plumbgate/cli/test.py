"""`plumbgate test`: run the cases of policies, and say what they would not notice."""

from __future__ import annotations

from pathlib import Path

import click

from plumbgate.cli.options import EXISTING


@click.command()
@click.argument("policies", nargs=-1, type=EXISTING)
@click.option("--coverage", is_flag=True, help="Say which rules, rows and ways no case decides.")
@click.option("--mutate", is_flag=True, help="Say which changes of a policy no case notices.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write the results as JUnit XML.")
def test(
    policies: tuple[Path, ...],
    coverage: bool,  # noqa: FBT001 (a flag)
    mutate: bool,  # noqa: FBT001 (a flag)
    junit: Path | None,
) -> int:
    """
    Run the cases.yaml beside each of POLICIES (folders of packs, packs or policies).

    Exit code 1 when a case fails, or anything is left uncovered or unnoticed. Default: the project
    file's policies, else the shipped.
    """
    from time import perf_counter

    from plumbgate.pipeline.project import current_project, policy_folders
    from plumbgate.pipeline.prove import prove
    from plumbgate.proving.proof_junit import render
    from plumbgate.proving.proof_text import lines
    from plumbgate.render.writing import write_files

    began = perf_counter()
    project = current_project()
    folders = policy_folders(policies, project)
    catalogs = tuple(map(Path, project.catalogs))
    results = prove(folders, catalogs, coverage=coverage, mutation=mutate)
    took = perf_counter() - began
    if junit is not None:
        write_files({junit: render(results)})
    for result in results:
        for line in lines(result):
            click.echo(line)
    count = sum(result.mutated.total for result in results if result.mutated)
    if count:
        click.echo(f"{count:,} mutants, {count / took * 60:,.0f} a minute", err=True)
    return 0 if all(result.is_proven for result in results) else 1
