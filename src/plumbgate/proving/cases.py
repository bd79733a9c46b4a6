"""The cases of a policy: `cases.yaml` beside it, each a snapshot and what is expected on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.errors import suggestion
from plumbgate.loading.documents import Document, Keys, load
from plumbgate.loading.policies import CASES_NAMES
from plumbgate.loading.schemas import validate
from plumbgate.proving.givens import Json, instant_of, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from plumbgate.errors import Diagnostic
    from plumbgate.model.metric import Metric
    from plumbgate.model.snapshot import Snapshot
    from plumbgate.model.span import Span


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
    given: Json
    """As it is written."""
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
            instant_of(row["given"])
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
    return Case(
        row["name"],
        policy,
        given,
        snapshot_of(given, catalogue, document.sha256),
        instant_of(given),
        {rule: _expected(written) for rule, written in row["expect"].items()},
        document.place((*keys, "name")),
    )


def _expected(written: str | Json) -> Expected:
    if isinstance(written, str):
        return Expected(written)
    return Expected(written["verdict"], written.get("row"), written.get("message"))
