"""Snapshots: which files they are, and their content as the model."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from plumbgate.errors import Diagnostic
from plumbgate.loading import json_documents
from plumbgate.loading.documents import Document
from plumbgate.loading.schemas import is_valid, validate
from plumbgate.loading.snapshot_checks import contradictions, misfitting_units
from plumbgate.loading.snapshot_values import build_snapshot
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from plumbgate.model.metric import Metric
    from plumbgate.model.snapshot import Snapshot

SUFFIXES = (".json", ".jsonl")


def find_snapshots(places: Iterable[Path]) -> tuple[list[Path], list[Diagnostic]]:
    """Return the snapshot files at `places`, each once and in order, and which hold none."""
    found: dict[Path, Path] = {}
    diagnostics: list[Diagnostic] = []
    for place in places:
        below = sorted(p for p in place.rglob("*") if p.suffix in SUFFIXES and p.is_file())
        files = [place] if place.is_file() else below
        if not files:
            diagnostics.append(_nothing_in(place))
        elif files == [place] and place.suffix not in SUFFIXES:
            diagnostics.append(_other_format(place))
        else:
            # The same file may be named twice: by itself and by a folder above it.
            found |= {path.resolve(): path for path in files if path.resolve() not in found}
    return list(found.values()), diagnostics


def _nothing_in(place: Path) -> Diagnostic:
    code = "PG015" if place.exists() else "PG006"
    message = "no snapshot here: with nothing measured, nothing could fail"
    hint = "`plumbgate measure RECORDS --as-of DATE -o OUT` writes some"
    return Diagnostic(code, message, Span(place.as_posix()), hint)


def _other_format(place: Path) -> Diagnostic:
    message = "this file is no snapshot: its name ends neither in .json nor in .jsonl"
    return Diagnostic("PG016", message, Span(place.as_posix()), "name a snapshot, or rename it")


def load_snapshots(
    paths: Iterable[Path], catalogue: Mapping[str, Metric]
) -> tuple[list[Snapshot], list[Diagnostic]]:
    """
    Return the snapshots of these files, and every mistake in them.

    Raises:
        OSError: A file cannot be read.

    """
    snapshots: list[Snapshot] = []
    diagnostics: list[Diagnostic] = []
    known: dict[tuple[object, ...], tuple[str, Path]] = {}
    for path in paths:
        before = len(snapshots), len(diagnostics)
        for first_line, content in _documents(path):
            loaded = _load(content, path.as_posix(), first_line, catalogue)
            if isinstance(loaded, list):
                diagnostics.extend(loaded)
                continue
            snapshots.append(loaded)
            digest, first = known.setdefault(_identity(loaded), (loaded.sha256, path))
            if digest != loaded.sha256:
                diagnostics.append(_two_of_one(path, first, loaded))
        if (len(snapshots), len(diagnostics)) == before:
            diagnostics.append(Diagnostic("PG015", "the file is empty", Span(path.as_posix())))
    return snapshots, diagnostics


def _identity(snapshot: Snapshot) -> tuple[object, ...]:
    return (*snapshot.scope.key, snapshot.period.id, snapshot.as_of)


def _two_of_one(path: Path, first: Path, snapshot: Snapshot) -> Diagnostic:
    about = f"{snapshot.scope.name} {snapshot.period.id}"
    message = f"another snapshot of {about} as of the same instant (the first is {first})"
    return Diagnostic("PG017", message, Span(path.as_posix()), "judge the one that is true")


def _documents(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the JSON texts of a file, each with the line on which it begins."""
    content = path.read_bytes()
    if path.suffix != ".jsonl":
        yield 1, content
        return
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _load(
    content: bytes, file: str, first_line: int, catalogue: Mapping[str, Metric]
) -> Snapshot | list[Diagnostic]:
    digest = hashlib.sha256(content).hexdigest()
    try:
        value = json_documents.read(content)
    except (ValueError, RecursionError):
        value = None
    plain = Document(file, (), digest, value)
    if is_valid(value, "snapshot") and not _mistakes(plain, catalogue):
        return build_snapshot(value, digest)
    # Positions cost a second reading, so only a document with mistakes pays for it.
    document, diagnostics = json_documents.parse(content, file, first_line)
    return diagnostics or validate(document, "snapshot") or _mistakes(document, catalogue)


def _mistakes(document: Document, catalogue: Mapping[str, Metric]) -> list[Diagnostic]:
    """Return what is wrong with a snapshot that is valid against its schema, and with its units."""
    found = list(contradictions(document, catalogue))
    for index, unit in enumerate(document.value.get("units", ())):
        if unit["snapshot"] is not None:
            part = document.part(("units", index, "snapshot"))
            wrong = () if is_valid(part.value, "snapshot") else validate(part, "snapshot")
            found += wrong or contradictions(part, catalogue)
    return found or list(misfitting_units(document))
