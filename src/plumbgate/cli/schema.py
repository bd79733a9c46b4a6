"""`plumbgate schema`: the JSON Schemas of all that plumbgate reads and writes."""

from __future__ import annotations

import click

SUFFIX = ".schema.json"


@click.command()
@click.argument("kind", required=False)
def schema(kind: str | None) -> int:
    """Print the JSON Schema of KIND (policy, snapshot, report, ...). Default: list the kinds."""
    import json

    from plumbgate.errors import UsageError, suggestion
    from plumbgate.loading.shipped import shipped

    folder = shipped("schemas")
    kinds = sorted(file.name.removesuffix(SUFFIX) for file in folder.glob(f"*{SUFFIX}"))
    if kind is None:
        width = max(map(len, kinds))
        for name in kinds:
            title = json.loads((folder / f"{name}{SUFFIX}").read_bytes())["title"]
            click.echo(f"{name:<{width}}  {title}")
        return 0
    if kind not in kinds:
        hint = suggestion(kind, kinds, f"kinds are {', '.join(kinds)}")
        raise UsageError(f"there is no schema `{kind}`: {hint}")
    click.echo((folder / f"{kind}{SUFFIX}").read_bytes(), nl=False)
    return 0
