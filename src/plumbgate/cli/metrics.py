"""`plumbgate metrics`: the catalogue of what can be measured."""

from __future__ import annotations

import click


@click.group()
def metrics() -> None:
    """Show the metrics that policies can read."""


@metrics.command("list")
def list_metrics() -> int:
    """List every metric: id, unit, which way is better, the smallest sample."""
    from plumbgate.measure.metrics import CATALOGUE

    width = max(map(len, CATALOGUE))
    for metric in CATALOGUE.values():
        row = f"{metric.id:<{width}}  {metric.unit:<13}  better {metric.better:<4}  "
        click.echo(f"{row}n >= {metric.minimum:<3}  {metric.kind}")
    return 0


@metrics.command("show")
@click.argument("metric_id", metavar="ID")
def show_metric(metric_id: str) -> int:
    """Show one metric: definition, interval, records, how it is gamed."""
    from plumbgate.errors import UsageError, suggestion
    from plumbgate.measure.metrics import CATALOGUE

    metric = CATALOGUE.get(metric_id)
    if metric is None:
        hint = suggestion(metric_id, CATALOGUE, "`plumbgate metrics list` shows all")
        raise UsageError(f"there is no metric `{metric_id}`: {hint}")
    click.echo(f"{metric.id}\n  {metric.definition}")
    for label, text in (
        ("unit", metric.unit),
        ("better", metric.better),
        ("kind", metric.kind),
        ("sample", f"at least {metric.minimum}, else it is not judged"),
        ("interval", metric.interval),
        ("records", ", ".join(metric.records)),
        ("gamed by", metric.gamed),
        ("seen in", metric.counter),
        ("source", metric.source),
    ):
        if text:
            click.echo(f"  {label + ':':<10} {text}")
    return 0
