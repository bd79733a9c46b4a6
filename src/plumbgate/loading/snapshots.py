"""Snapshots: JSON to the model, refused where a number is none or a count does not add up."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import TYPE_CHECKING, Any

from plumbgate.errors import Diagnostic
from plumbgate.loading import documents
from plumbgate.loading.documents import Document, Keys, closest
from plumbgate.loading.schemas import validate
from plumbgate.loading.snapshot_values import build_snapshot
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from plumbgate.model.metric import Metric
    from plumbgate.model.snapshot import Snapshot

SUFFIXES = (".json", ".jsonl")
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|-?(?:NaN|Infinity)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?')


def find_snapshots(places: Iterable[Path]) -> tuple[list[Path], list[Diagnostic]]:
    """Return the snapshot files at `places`, in order, and which places hold none."""
    found: dict[Path, None] = {}
    diagnostics: list[Diagnostic] = []
    for place in places:
        below = sorted(p for p in place.rglob("*") if p.suffix in SUFFIXES and p.is_file())
        files = [place] if place.is_file() else below
        if not files:
            message = "no snapshot here: with nothing measured, nothing could fail"
            hint = "`plumbgate measure RECORDS --as-of DATE -o OUT` writes some"
            diagnostics.append(Diagnostic("PG015", message, Span(place.as_posix()), hint))
        found.update(dict.fromkeys(files))
    return list(found), diagnostics


def load_snapshots(
    paths: Iterable[Path], catalogue: Mapping[str, Metric]
) -> tuple[list[Snapshot], list[Diagnostic]]:
    """Return the snapshots of these files, and every mistake in them."""
    snapshots: list[Snapshot] = []
    diagnostics: list[Diagnostic] = []
    for path in paths:
        file, content = path.as_posix(), path.read_bytes()
        parts = content.splitlines() if path.suffix == ".jsonl" else [content]
        for number, part in enumerate(parts, start=1):
            if path.suffix == ".jsonl" and not part.strip():
                continue
            snapshot, mistakes = _load(part, file, catalogue)
            if path.suffix == ".jsonl":
                mistakes = [_on_line(mistake, number) for mistake in mistakes]
            diagnostics.extend(mistakes)
            if snapshot is not None:
                snapshots.append(snapshot)
    return snapshots, diagnostics


def _on_line(mistake: Diagnostic, number: int) -> Diagnostic:
    span = mistake.place
    place = Span(span.file, number, span.column, span.length)
    return Diagnostic(mistake.code, mistake.message, place, mistake.hint, mistake.note)


def _load(
    content: bytes, file: str, catalogue: Mapping[str, Metric]
) -> tuple[Snapshot | None, list[Diagnostic]]:
    document = Document(file, (), hashlib.sha256(content).hexdigest(), None)
    try:
        text = content.decode("utf-8")
        value = json.loads(text, parse_constant=_no_number, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        return None, _unreadable(document, content, error)
    diagnostics = _check(_with(document, value), catalogue)
    if diagnostics:
        # Positions cost a second reading, so only a file with mistakes pays for it.
        positioned = documents.parse(content, file)[0]
        complete = _with(positioned, value) if positioned.values else _with(document, value)
        return None, _check(complete, catalogue)
    return build_snapshot(value, document.sha256), []


def _with(document: Document, value: object) -> Document:
    return Document(
        document.file, document.lines, document.sha256, value, document.values, document.keys
    )


class _RefusedError(ValueError):
    """What the JSON reader meets and must not accept."""


def _no_number(name: str) -> float:
    raise _RefusedError(f"`{name}` is not a number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f"the key `{twice}` stands twice in one object")
    return built


def _unreadable(document: Document, content: bytes, error: Exception) -> list[Diagnostic]:
    text = content.decode("utf-8", "replace")
    lines = tuple(text.split("\n"))
    shown = Document(document.file, lines, document.sha256, None)
    if isinstance(error, json.JSONDecodeError):
        place = Span(document.file, error.lineno, error.colno)
        return [shown.diagnostic("PG032", f"not JSON: {error.msg}", place)]
    bad = [
        shown.diagnostic(
            "PG032",
            f"`{token.group()}` is not a number that can be judged",
            Span(
                document.file,
                text.count("\n", 0, token.start()) + 1,
                token.start() - text.rfind("\n", 0, token.start()),
                len(token.group()),
            ),
            "leave the metric out: what was not measured is unknown",
        )
        for token in _TOKEN.finditer(text)
        if token.group().lstrip("-") in {"NaN", "Infinity"}
    ]
    message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return bad or [shown.diagnostic("PG032", message, Span(document.file))]


def _check(document: Document, catalogue: Mapping[str, Metric]) -> list[Diagnostic]:
    return (
        list(_not_finite(document, document.value, ()))
        or validate(document, "snapshot")
        or list(_inconsistent(document, catalogue))
    )


def _not_finite(document: Document, value: object, keys: Keys) -> Iterable[Diagnostic]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _not_finite(document, item, (*keys, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _not_finite(document, item, (*keys, index))
    elif isinstance(value, float) and not math.isfinite(value):
        place = document.place(keys)
        yield document.diagnostic("PG032", f"{_pointer(keys)} is not finite", place)


def _pointer(keys: Keys) -> str:
    """Return the JSON pointer (RFC 6901) of a value."""
    return "/" + "/".join(str(key).replace("~", "~0").replace("/", "~1") for key in keys)


def _inconsistent(document: Document, catalogue: Mapping[str, Metric]) -> Iterable[Diagnostic]:
    for keys, value in _measurement_maps(document.value):
        for metric, row in value.items():
            here: Keys = (*keys, metric)
            if metric not in catalogue:
                yield document.diagnostic(
                    "PG021",
                    f"unknown metric `{metric}` at {_pointer(here)}",
                    document.key_place(here),
                    closest(metric, list(catalogue)) or "remove it",
                )
            elif "state" in row:
                yield from _measurement(document, here, row, catalogue[metric])


def _measurement_maps(snapshot: Mapping[str, Any]) -> Iterable[tuple[Keys, Mapping[str, Any]]]:
    periods: list[tuple[Keys, Mapping[str, Any]]] = [
        ((), snapshot),
        *((("history", i), past) for i, past in enumerate(snapshot.get("history", ()))),
    ]
    for keys, facts in periods:
        for name in ("metrics", "pooled", "change", "since_previous"):
            yield (*keys, name), facts.get(name) or {}
        for name in ("baseline", "previous"):
            if facts.get(name):
                yield (*keys, name, "metrics"), facts[name]["metrics"]


def _measurement(
    document: Document, keys: Keys, row: Mapping[str, Any], metric: Metric
) -> Iterable[Diagnostic]:
    place = document.key_place(keys)
    if row["unit"] != metric.unit:
        message = f"{_pointer(keys)} is in {row['unit']}, the metric is in {metric.unit}"
        yield document.diagnostic("PG023", message, place)
    if (row["state"] == "ok") and row.get("value") is None:
        message = f"{_pointer(keys)} has state ok and no value"
        yield document.diagnostic("PG032", message, place, "give the value, or the true state")
    if row["state"] in {"no_data", "not_reached", "not_measured"} and row.get("value") is not None:
        message = f"{_pointer(keys)} has a value although its state is {row['state']}"
        yield document.diagnostic("PG032", message, place, "a value that is none is null")
    frame = row.get("frame")
    if frame:
        excluded = sum(part["n"] for part in frame["excluded"])
        if frame["in_scope"] != frame["measured"] + excluded:
            message = (
                f"{_pointer(keys)}: {frame['in_scope']} in scope are not {frame['measured']} "
                f"measured and {excluded} excluded"
            )
            yield document.diagnostic("PG033", message, place, "count again")
