"""The cases of a policy: `cases.yaml` beside it, each a snapshot and what is expected on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from plumbgate.errors import suggestion
from plumbgate.loading.documents import Document, Keys, load
from plumbgate.loading.policies import CASES_NAMES
from plumbgate.loading.schemas import validate
from plumbgate.model.instant import parse_instant
from plumbgate.model.snapshot import (
    Change,
    Facts,
    Measurement,
    Period,
    Reference,
    Scope,
    Snapshot,
    State,
    UnitPart,
)

if TYPE_CHECKING:
    from pathlib import Path

    from plumbgate.errors import Diagnostic
    from plumbgate.model.metric import Metric
    from plumbgate.model.span import Span

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
"""The snapshot of every case is of this day; `given.at` judges it at another."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a rule must conclude."""

    verdict: str
    """The verdict, or the outcome where the rule gives none."""
    row: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A snapshot, the instant to judge it at, and what is expected of each rule named."""

    name: str
    policy: str
    snapshot: Snapshot
    at: datetime
    expected: Mapping[str, Expected]
    place: Span


def cases_file(policy_file: Path) -> Path | None:
    """Return the cases beside a policy, if there are any."""
    beside = (policy_file.parent / name for name in CASES_NAMES)
    return next((path for path in beside if path.is_file()), None)


def load_cases(
    path: Path, policy: str, rules: Mapping[str, Collection[str]], catalogue: Mapping[str, Metric]
) -> tuple[list[Case], list[Diagnostic]]:
    """Return the cases of a policy whose rules can give these words, and every mistake in them."""
    document, diagnostics = load(path)
    diagnostics = diagnostics or validate(document, "cases")
    if diagnostics:
        return [], diagnostics
    names = set[str]()
    for index, row in enumerate(document.value["cases"]):
        keys: Keys = ("cases", index)
        diagnostics.extend(_unknown(document, keys, row, rules, catalogue))
        if row["name"] in names:
            place = document.place((*keys, "name"))
            message = f"a second case `{row['name']}`"
            diagnostics.append(document.diagnostic("PG017", message, place, "rename it"))
        names.add(row["name"])
    if diagnostics:
        return [], diagnostics
    return [
        _case(document, ("cases", index), policy, row, catalogue)
        for index, row in enumerate(document.value["cases"])
    ], []


def _unknown(
    document: Document,
    keys: Keys,
    row: Json,
    rules: Mapping[str, Collection[str]],
    catalogue: Mapping[str, Metric],
) -> Iterable[Diagnostic]:
    for rule, expected in row["expect"].items():
        here = (*keys, "expect", rule)
        if rule not in rules:
            message = f"the policy has no rule `{rule}`"
            hint = suggestion(rule, rules) or f"rules are {', '.join(rules)}"
            yield document.diagnostic("PG021", message, document.key_place(here), hint)
            continue
        word = expected if isinstance(expected, str) else expected["verdict"]
        if word not in rules[rule]:
            at = here if isinstance(expected, str) else (*here, "verdict")
            known = ", ".join(rules[rule])
            hint = suggestion(word, rules[rule]) or f"write one of {known}"
            message = f"`{rule}` never concludes `{word}`"
            yield document.diagnostic("PG013", message, document.place(at), hint)
    for where, given in _periods(row["given"]):
        for part in ("metrics", "baseline", "previous", "pooled", "change", "since_previous"):
            for metric in given.get(part, {}):
                if metric not in catalogue:
                    place = document.key_place((*keys, "given", *where, part, metric))
                    message = f"unknown metric `{metric}`"
                    hint = suggestion(metric, list(catalogue))
                    yield document.diagnostic("PG021", message, place, hint)
    if "at" in row["given"]:
        try:
            parse_instant(row["given"]["at"])
        except ValueError as error:
            place = document.place((*keys, "given", "at"))
            yield document.diagnostic("PG012", str(error), place)


def _periods(given: Json) -> Iterable[tuple[Keys, Json]]:
    yield (), given
    for index, past in enumerate(given.get("history", ())):
        yield ("history", index), past
    for index, unit in enumerate(given.get("units", ())):
        yield ("units", index, "given"), unit.get("given", {})


def _case(
    document: Document, keys: Keys, policy: str, row: Json, catalogue: Mapping[str, Metric]
) -> Case:
    given: Json = row["given"]
    scope: Json = given.get("scope", {})
    history = given.get("history", ())
    first = AS_OF.year * 4 - 1 - len(history)
    periods = [_quarter(first + index) for index in range(len(history) + 1)]
    facts = [
        _facts(past, period, catalogue)
        for past, period in zip((*history, given), periods, strict=True)
    ]
    about = Scope(
        scope.get("tenant", "case"),
        scope.get("business_unit"),
        scope.get("domain"),
        scope.get("labels", {}),
    )
    snapshot = Snapshot(
        about,
        AS_OF,
        facts[-1],
        tuple(facts[:-1]),
        sha256=document.sha256,
        units=tuple(_unit(unit, about, periods[-1], catalogue) for unit in given.get("units", ())),
    )
    at = parse_instant(given["at"]) if "at" in given else AS_OF
    expected = {rule: _expected(written) for rule, written in row["expect"].items()}
    return Case(row["name"], policy, snapshot, at, expected, document.place((*keys, "name")))


def _unit(row: Json, whole: Scope, period: Period, catalogue: Mapping[str, Metric]) -> UnitPart:
    if "given" not in row:
        return UnitPart(row["name"], row["weight"], None)
    facts = _facts(row["given"], period, catalogue)
    scope = replace(whole, business_unit=row["name"])
    return UnitPart(row["name"], row["weight"], Snapshot(scope, AS_OF, facts))


def _quarter(number: int) -> Period:
    """Return the quarter that is `number` quarters after the start of year 0."""
    year, quarter = divmod(number, 4)
    next_year, next_quarter = divmod(number + 1, 4)
    return Period(
        f"{year}-Q{quarter + 1}",
        datetime(year, 3 * quarter + 1, 1, tzinfo=UTC),
        datetime(next_year, 3 * next_quarter + 1, 1, tzinfo=UTC),
    )


def _expected(written: str | Json) -> Expected:
    if isinstance(written, str):
        return Expected(written)
    return Expected(written["verdict"], written.get("row"), written.get("message"))


def _facts(given: Json, period: Period, catalogue: Mapping[str, Metric]) -> Facts:
    def measured(part: str) -> dict[str, Measurement]:
        rows: Json = given.get(part, {})
        return {metric: _measurement(catalogue[metric], row) for metric, row in rows.items()}

    def reference(part: str, change: str) -> Reference | None:
        # A change is given with what it was computed from: without it, it would be none.
        compared = {
            metric: Measurement(metric, State.OK, catalogue[metric].unit)
            for metric in given.get(change, {})
        }
        metrics = compared | measured(part)
        return Reference((), metrics) if metrics or part in given else None

    def changes(part: str) -> dict[str, Change]:
        rows: Json = given.get(part, {})
        return {
            metric: Change(row["delta"], row["low"], row["high"]) for metric, row in rows.items()
        }

    return Facts(
        period,
        dict(given.get("programme", {})),
        measured("metrics"),
        reference("baseline", "change"),
        reference("previous", "since_previous"),
        measured("pooled"),
        changes("change"),
        changes("since_previous"),
    )


def _measurement(metric: Metric, row: float | Json) -> Measurement:
    """Return a measurement; a bare number is one that can just be judged, and quite sure."""
    if isinstance(row, int | float):
        value = float(row)
        return Measurement(
            metric.id, State.OK, metric.unit, value, metric.minimum, low=value, high=value
        )
    state = State(row.get("state", "ok" if "value" in row else "not_measured"))
    return Measurement(
        metric.id,
        state,
        metric.unit,
        row.get("value"),
        row.get("n", metric.minimum if state is State.OK else 0),
        row.get("numerator"),
        row.get("denominator"),
        row.get("low", row.get("value")),
        row.get("high", row.get("value")),
    )
