"""`plumbgate test`: run the cases of policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plumbgate.cli.options import EXISTING

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("policies", nargs=-1, type=EXISTING)
def test(policies: tuple[Path, ...]) -> int:
    """
    Run the cases.yaml beside each of POLICIES (folders of packs, packs or policies).

    Exit code 1 when a case fails. Default: the project file's policies, else the shipped.
    """
    from plumbgate.pipeline.project import current_project, policy_folders
    from plumbgate.pipeline.prove import prove
    from plumbgate.render.text_safety import visible

    results = prove(policy_folders(policies, current_project()))
    for result in results:
        failed = len({mismatch.case.place for mismatch in result.mismatches})
        said = f"{result.cases - failed} of {result.cases} cases pass"
        click.echo(f"{result.policy}: {said if result.cases else 'no cases: nothing is proven'}")
        for mismatch in result.mismatches:
            verdict, expected = mismatch.verdict, mismatch.expected
            click.echo(f"  FAIL {visible(mismatch.case.name)}: {verdict.rule}")
            row = f" (row {verdict.row})" if verdict.row else ""
            click.echo(f"       expected {expected.verdict}, got {verdict.word}{row}")
            if expected.message is not None:
                click.echo(f"       expected: {visible(expected.message)}")
            click.echo(f"       got:      {visible(verdict.reason)}")
            click.echo(f"       at:       {visible(str(mismatch.case.place))}")
    return 1 if any(result.mismatches for result in results) else 0
