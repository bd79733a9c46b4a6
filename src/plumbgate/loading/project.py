"""The project file `plumbgate.yaml`: found from the working folder upwards."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from plumbgate.errors import Diagnostic, InputError
from plumbgate.loading.documents import Document, Keys, load
from plumbgate.loading.schemas import validate
from plumbgate.model.project import Project
from plumbgate.model.quantity import Unit, parse_quantity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "plumbgate.yaml"


def find_project(start: Path) -> Path | None:
    """Return the project file of `start` or of the nearest folder above it, if there is one."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def load_project(path: Path) -> Project:
    """
    Return what the project file says.

    Raises:
        InputError: with every mistake in it.

    """
    document, diagnostics = load(path)
    diagnostics = diagnostics or validate(document, "project")
    if diagnostics:
        raise InputError(diagnostics)
    value: Mapping[str, Any] = document.value
    folder = path.parent
    measure = _measure(document, diagnostics)
    if diagnostics:
        raise InputError(diagnostics)
    paths = {
        key: tuple(folder / entry for entry in value.get(key, ()))
        for key in ("policies", "waivers", "snapshots")
    }
    expect = value.get("expect", {})
    return Project(
        path.as_posix(),
        paths["policies"],
        paths["waivers"],
        paths["snapshots"],
        tuple(expect.get("scopes", ())),
        tuple(expect.get("feeds", ())),
        measure,
        {name: folder / entry for name, entry in value.get("outputs", {}).items()},
    )


def _measure(document: Document, diagnostics: list[Diagnostic]) -> dict[str, Any]:
    """Return the settings of `measure` with durations in days and dates as dates."""
    written: Mapping[str, Any] = document.value.get("measure", {})
    settings: dict[str, Any] = dict(written)
    for key in ("remediation_window", "feed_gap"):
        if key in written:
            settings[key] = _days(document, ("measure", key), written[key], diagnostics)
    if "sla" in written:
        settings["sla"] = {
            severity: _days(document, ("measure", "sla", severity), limit, diagnostics)
            for severity, limit in written["sla"].items()
        }
    if "origin" in written:
        try:
            settings["origin"] = date.fromisoformat(written["origin"])
        except ValueError:
            place = document.place(("measure", "origin"))
            diagnostics.append(document.diagnostic("PG012", "`origin` is no date", place))
    return settings


def _days(
    document: Document, keys: Keys, written: str | float, diagnostics: list[Diagnostic]
) -> float:
    place = document.place(keys)
    try:
        value, unit = parse_quantity(written)
    except ValueError as error:
        diagnostics.append(document.diagnostic("PG012", str(error), place))
        return 0.0
    if unit is not Unit.DAYS:
        message = f"`{keys[-1]}` must be a duration"
        diagnostics.append(document.diagnostic("PG023", message, place, "write `7 d`"))
    return value
