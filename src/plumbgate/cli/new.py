"""`plumbgate new`: what a project grows by."""

from __future__ import annotations

import click


@click.group()
def new() -> None:
    """Write what a project grows by: a policy with its cases."""


@new.command("policy")
@click.argument("name", metavar="PACK/ID")
@click.option(
    "--metric",
    "metric_id",
    metavar="ID",
    default="remediation.rmst_high",
    show_default=True,
    help="What the policy limits; `plumbgate metrics list` shows all.",
)
def new_policy(name: str, metric_id: str) -> int:
    """
    Write a policy with one limit, and cases that pass, fail and cannot be decided.

    It goes into the project's own folder of policies, else into `policies`.
    """
    import shlex

    from plumbgate.pipeline.scaffold import start_policy
    from plumbgate.render.text_safety import visible

    policy = start_policy(name, metric_id)
    for path in policy.files:
        click.echo(f"wrote {visible(str(path))}")
    if policy.unread:
        click.echo(f"\nnote: {visible(policy.unread)}")
    click.echo(f"\nnext: plumbgate test {shlex.quote(visible(str(policy.files[0].parent)))}")
    return 0
