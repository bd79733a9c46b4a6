"""What the rules of a policy read, as parts of a case, with the values that each could have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plumbgate.cel.scope import CHANGE_ROOTS, change_type, metric_of
from plumbgate.cel.syntax import call, operands
from plumbgate.engine.reads import Reads
from plumbgate.model.quantity import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from plumbgate.cel.program import Program
    from plumbgate.cel.syntax import Tree
    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.model.metric import Metric
    from plumbgate.proving.candidates import Candidates
    from plumbgate.proving.givens import Json

Way = tuple[str | int, ...]
"""The keys from a case's `given` to one of its values."""
_PARTS = ("metrics", "baseline", "previous", "pooled")
_NO_DATA: Json = {"state": "no_data"}
_PLAIN = frozenset({"baseline", "metrics", "params", "previous", "programme", "variables"})
"""Roots of which each name is one value, with finitely many that matter."""


def inputs_of(
    policy: CompiledPolicy,
    rules: Iterable[str],
    candidates: Candidates,
    catalogue: Mapping[str, Metric],
) -> list[tuple[tuple[str, ...], Sequence[Any]]] | None:
    """
    Return what the named rules read with all values that matter; None means that it is not given.

    None in place of a list where finitely many values would prove nothing: where they read other
    than values, changes as a whole and facts of the programme, or calculate with what they read.
    """
    reads = Reads(policy.variables)
    programs: list[Program] = []
    for rule in policy.rules:
        if rule.rule.name in rules:
            programs += (*rule.applies_when, *rule.conditions)
    for program in programs:
        reads.add(program)
    programs += [policy.variables[name] for name in reads.under("variables")]
    if reads.parts or not all(map(_is_plain, reads.now)):
        return None
    if any(_calculates(program.tree) for program in programs):
        return None
    found: dict[tuple[str, ...], Sequence[Any]] = {}
    for path in reads.now:
        way = _way(path)
        if way is not None:
            found[way] = (None, *_values(path, way, candidates, catalogue))
    return list(found.items())


def _is_plain(path: tuple[str, ...]) -> bool:
    if path[0] in CHANGE_ROOTS:
        return len(path) == len(("root", "family", "name"))
    return path[0] in _PLAIN


def _calculates(tree: Tree) -> bool:
    """Return whether a value is made of others: what it is compared with is no value of theirs."""
    made = call(tree)
    if tree.data in {"addition", "multiplication"} or (made and made.name in {"sum", "min", "max"}):
        return True
    return any(_calculates(part) for part in operands(tree))


def _way(path: tuple[str, ...]) -> tuple[str, ...] | None:
    metric = metric_of(path)
    if metric is not None:
        return ("metrics" if path[0] == "measured" else path[0], metric)
    return path[:2] if path[0] == "programme" else None


def _values(
    path: tuple[str, ...],
    way: tuple[str, ...],
    candidates: Candidates,
    catalogue: Mapping[str, Metric],
) -> list[Any]:
    if path[0] == "programme":
        unit = Unit.RATIO if path[1] in {"auditability", "review_cadence"} else Unit.COUNT
        return candidates.of(unit)
    metric = catalogue[way[1]]
    if path[0] in CHANGE_ROOTS:
        return list(changes(candidates.of(change_type(metric).unit)))
    if path[0] == "measured":
        return [*measurements(metric, candidates)]
    return [*candidates.of(metric.unit), _NO_DATA]


def measurements(metric: Metric, candidates: Candidates) -> Iterator[Json]:
    """Yield measurements of every value, sample and end of the interval that could matter."""
    yield _NO_DATA
    for value in candidates.of(metric.unit):
        for n in {int(one) for one in candidates.of(Unit.COUNT) if one >= 1} | {metric.minimum}:
            state = "ok" if n >= metric.minimum else "small_sample"
            yield {"value": value, "n": n, "low": value, "high": value, "state": state}


def changes(sizes: Iterable[float]) -> Iterator[Json]:
    """Yield changes that improve, worsen, are flat or inconclusive around each size."""
    for size in sizes:
        if size <= 0:
            continue
        small = round(size / 4, 12)
        for delta, low, high in (
            (size, small, 2 * size),
            (size, -small, 2 * size),
            (size, 0.0, 2 * size),
            (0.0, -size, size),
            (0.0, -size, 2 * size),
        ):
            yield {"delta": delta, "low": low, "high": high}
            yield {"delta": -delta, "low": -high, "high": -low}


def changed_values(
    given: Json, candidates: Candidates, catalogue: Mapping[str, Metric]
) -> Iterator[tuple[Way, Any]]:
    """Yield each value of a case with another one in its place, at which a rule could turn."""
    for way, part in _periods(given):
        for name in _PARTS:
            for metric in part.get(name, {}):
                here: Way = (*way, name, metric)
                yield from ((here, value) for value in candidates.of(catalogue[metric].unit))
                yield here, _NO_DATA
                yield here, {"state": "not_measured"}
                yield from ((here, value) for value in measurements(catalogue[metric], candidates))
        for name in CHANGE_ROOTS:
            for metric in part.get(name, {}):
                sizes = candidates.of(change_type(catalogue[metric]).unit)
                yield from (((*way, name, metric), value) for value in changes(sizes))
        for fact in part.get("programme", {}):
            counts = candidates.of(Unit.COUNT)
            yield from (((*way, "programme", fact), value) for value in counts)
    weights = [one for one in candidates.of(Unit.RATIO) if 0 <= one <= 1]
    for index, _ in enumerate(given.get("units", ())):
        yield from ((("units", index, "weight"), weight) for weight in weights)


def _periods(given: Json) -> Iterator[tuple[Way, Json]]:
    yield (), given
    for index, past in enumerate(given.get("history", ())):
        yield ("history", index), past
    for index, unit in enumerate(given.get("units", ())):
        if "given" in unit:
            yield ("units", index, "given"), unit["given"]
