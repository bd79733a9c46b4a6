"""What no schema can say about a snapshot: metrics that there are, and parts that agree."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import TYPE_CHECKING, Any

from plumbgate.errors import suggestion
from plumbgate.loading.json_positions import pointer
from plumbgate.model.instant import parse_instant
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys
    from plumbgate.model.metric import Metric

Json = Mapping[str, Any]

WITHOUT_SIGN = frozenset({Unit.RATIO, Unit.DAYS, Unit.COUNT, Unit.PER_1K})
"""Units in which nothing is less than 0; a drift may be."""
WEIGHTS_APART = 1e-6
"""So far the weights of all units together may be from 1, each rounded."""
WITHOUT_VALUE = frozenset({"no_data", "not_reached", "not_measured"})
"""States in which there is no value."""


def contradictions(document: Document, catalogue: Mapping[str, Metric]) -> Iterator[Diagnostic]:
    """Yield what is wrong with a snapshot that is valid against its schema."""
    instants = list(_no_instants(document))
    yield from instants or _out_of_order(document)
    for keys, rows in _rows_by_metric(document.value):
        for metric, row in rows.items():
            here: Keys = (*keys, metric)
            if metric not in catalogue:
                yield document.diagnostic(
                    "PG021",
                    f"unknown metric `{metric}` at {pointer(here)}",
                    document.key_place(here),
                    suggestion(metric, catalogue) or "`plumbgate metrics list` shows all",
                )
            elif "state" in row:
                odd = list(_measurement(document, here, row, catalogue[metric]))
                beyond = () if odd else _beyond(row, catalogue[metric])
                yield from odd
                yield from (_contradiction(document, here, message) for message in beyond)


def _periods(snapshot: Json) -> Iterator[tuple[Keys, Json]]:
    """Yield the facts of each period with the way to them, oldest first."""
    for index, past in enumerate(snapshot.get("history", ())):
        yield ("history", index), past
    yield (), snapshot


def _no_instants(document: Document) -> Iterator[Diagnostic]:
    ways: list[Keys] = [("as_of",)]
    for keys, _ in _periods(document.value):
        ways += [(*keys, "period", "start"), (*keys, "period", "end")]
    for keys in ways:
        try:
            parse_instant(document.at(keys))
        except ValueError as error:
            message, _, hint = str(error).partition(": ")
            yield document.diagnostic("PG032", message, document.place(keys), hint)


def _out_of_order(document: Document) -> Iterator[Diagnostic]:
    as_of = parse_instant(document.value["as_of"])
    before: datetime | None = None
    for keys, facts in _periods(document.value):
        period: Json = facts["period"]
        start, end = parse_instant(period["start"]), parse_instant(period["end"])
        here: Keys = (*keys, "period")
        if start >= end:
            yield _contradiction(document, (*here, "end"), "a period ends no later than it begins")
        if before is not None and start < before:
            message = "a period begins before the one that stands before it has ended"
            yield _contradiction(document, (*here, "start"), message)
        if period["complete"] and end > as_of:
            message = f"complete, although it ended after {document.value['as_of']}, the `as_of`"
            yield _contradiction(document, (*here, "complete"), message)
        before = end


def _contradiction(document: Document, keys: Keys, message: str) -> Diagnostic:
    place = document.place(keys)
    return document.diagnostic("PG033", f"{pointer(keys)}: {message}", place, "measure again")


def misfitting_units(document: Document) -> Iterator[Diagnostic]:
    """Yield what is wrong between a valid snapshot and its units."""
    units: list[Json] = document.value.get("units", [])
    names: set[str] = set()
    for index, unit in enumerate(units):
        here: Keys = ("units", index)
        if unit["name"] in names:
            message = f"a second unit `{unit['name']}`"
            place = document.place((*here, "name"))
            yield document.diagnostic("PG017", message, place, "measure again")
        names.add(unit["name"])
        for message in _misfits(document.value, unit):
            yield _contradiction(document, (*here, "snapshot"), message)
    total = sum(unit["weight"] for unit in units)
    if units and not isclose(total, 1, abs_tol=WEIGHTS_APART):
        message = f"the weights of the units sum to {total:g}, not to 1"
        yield _contradiction(document, ("units",), message)


def _misfits(whole: Json, unit: Json) -> Iterator[str]:
    part = unit["snapshot"]
    if part is None:
        return
    scope = part["scope"]
    about = scope["tenant"], scope.get("business_unit")
    if about != (whole["scope"]["tenant"], unit["name"]):
        yield f"it is of {about[0]}/{about[1]}, not of the unit `{unit['name']}`"
    if part["period"]["id"] != whole["period"]["id"]:
        yield f"it is of {part['period']['id']}, the whole of {whole['period']['id']}"
    if part.get("units"):
        yield "a unit has no units of its own"


def _rows_by_metric(snapshot: Json) -> Iterator[tuple[Keys, Json]]:
    for keys, facts in _periods(snapshot):
        for name in ("metrics", "pooled", "change", "since_previous"):
            yield (*keys, name), facts.get(name) or {}
        for name in ("baseline", "previous"):
            if facts.get(name):
                yield (*keys, name, "metrics"), facts[name]["metrics"]


def _measurement(document: Document, keys: Keys, row: Json, metric: Metric) -> Iterator[Diagnostic]:
    place = document.key_place(keys)
    value, low, high = row.get("value"), row.get("low"), row.get("high")
    if row["unit"] != metric.unit:
        message = f"{pointer(keys)} is in {row['unit']}, the metric is in {metric.unit}"
        unit = document.place((*keys, "unit"))
        yield document.diagnostic("PG023", message, unit, "measure again")
    if row["state"] == "ok" and value is None:
        message = f"{pointer(keys)} has the state ok and no value"
        yield document.diagnostic("PG032", message, place, "give the value, or the true state")
    if row["state"] in WITHOUT_VALUE and value is not None:
        message = f"{pointer(keys)} has a value although its state is {row['state']}"
        yield document.diagnostic(
            "PG032", message, place, "write null: what was not measured has no value"
        )
    if low is not None and high is not None and low > high:
        yield _contradiction(document, keys, f"the interval from {low} to {high} runs backwards")
    frame = row.get("frame")
    if frame:
        excluded = sum(part["n"] for part in frame["excluded"])
        if frame["in_scope"] != frame["measured"] + excluded:
            message = (
                f"{frame['in_scope']} in scope are not {frame['measured']} measured and "
                f"{excluded} excluded"
            )
            yield _contradiction(document, (*keys, "frame"), message)


def _beyond(row: Json, metric: Metric) -> Iterator[str]:
    """Yield what no measurement of the metric can say of itself."""
    value, low, high, n = (row.get(name) for name in ("value", "low", "high", "n"))
    if row["state"] == "ok" and n is not None and n < metric.minimum:
        yield f"ok with n = {n}, of a metric that is judged from {metric.minimum} on: small_sample"
    if row["state"] == "no_data" and (n or row.get("denominator")):
        yield "no_data, although something was counted"
    if value is None:
        return
    if metric.unit in WITHOUT_SIGN and value < 0:
        yield f"{value} is less than nothing"
    if metric.unit is Unit.RATIO and value > 1:
        yield f"{value} is more than the whole; a ratio of 90 % is 0.9"
    least = value if low is None else low
    greatest = value if high is None else high
    # The ends of an interval of counts may be the value itself, rounded otherwise.
    if not (least <= value <= greatest or isclose(value, least) or isclose(value, greatest)):
        yield f"{value} lies outside its own interval, {low} to {high}"
