"""`plumbgate explain`: a diagnostic in words, or a rule and every part of it on a snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plumbgate.cli.options import EXISTING, Instant, policies_option, profiles_option

if TYPE_CHECKING:
    from datetime import datetime


@click.command()
@click.argument("subject")
@click.argument("snapshot", required=False, type=EXISTING)
@policies_option
@profiles_option
@click.option("--at", type=Instant(), help="The instant to judge at. Default: now.")
def explain(
    subject: str,
    snapshot: Path | None,
    policies: tuple[Path, ...],
    profiles: tuple[Path, ...],
    at: datetime | None,
) -> int:
    """
    Say what SUBJECT means: a diagnostic such as PG011, or a rule, <policy>.<rule>.

    Of a rule: what it asks for, its CEL, its controls; with a SNAPSHOT, a file or a folder, the
    value of every part of it, and what was not looked at.
    """
    # The id of a rule is in lower case, with a point in it.
    if subject.upper().startswith("PG") and "." not in subject:
        return _explain_code(subject.upper())
    from plumbgate.pipeline.check import Inputs
    from plumbgate.pipeline.clock import now
    from plumbgate.pipeline.explain import explain as run
    from plumbgate.pipeline.explanation import lines
    from plumbgate.pipeline.project import current_project, policy_folders

    project = current_project()
    inputs = Inputs(
        () if snapshot is None else (snapshot,),
        policy_folders(policies, project),
        profiles or tuple(map(Path, project.profiles)),
        tuple(map(Path, project.catalogs)),
    )
    explanation = run(subject, inputs, at or now())
    for line in lines(explanation):
        click.echo(line)
    return 0


def _explain_code(name: str) -> int:
    from plumbgate.codes import CODES
    from plumbgate.errors import UsageError, suggestion

    code = CODES.get(name)
    if code is None:
        hint = suggestion(name, CODES, "a code is written PG011")
        raise UsageError(f"there is no diagnostic `{name}`: {hint}")
    click.echo(f"{name}\n  {code.meaning}")
    for label, text in (("why", code.why), ("fix", code.fix)):
        click.echo(f"  {label}: {text}")
    return 0
