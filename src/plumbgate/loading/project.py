"""The project file `plumbgate.yaml`: found from the working folder upwards."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from plumbgate.errors import InputError
from plumbgate.loading.documents import Document, load
from plumbgate.loading.quantities import days
from plumbgate.loading.schemas import validate
from plumbgate.loading.shipped import shipped
from plumbgate.model.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from plumbgate.errors import Diagnostic

FILE_NAME = "plumbgate.yaml"
SHIPPED = "plumbgate:"
"""What a path begins with that means a pack that came with plumbgate: `plumbgate:signals`."""


def find_project(start: Path) -> Path | None:
    """Return the project file of `start` or of the nearest folder above it, if there is one."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def load_project(path: Path) -> Project:
    """
    Return what the project file says; its paths start at its folder.

    Raises:
        InputError: with every mistake in it.
        OSError: It cannot be read.

    """
    document, diagnostics = load(path)
    diagnostics = diagnostics or validate(document, "project")
    if diagnostics:
        raise InputError(diagnostics)
    value: Mapping[str, Any] = document.value
    folder = path.parent
    measure = _measure(document, diagnostics)
    skew = ("gate", "max_clock_skew")
    has_skew = "max_clock_skew" in value.get("gate", {})
    max_clock_skew = days(document, skew, diagnostics) if has_skew else None
    if diagnostics:
        raise InputError(diagnostics)
    paths = {
        key: tuple(_place(folder, entry) for entry in value.get(key, ()))
        for key in ("policies", "profiles", "catalogs", "waivers", "snapshots")
    }
    expect = value.get("expect", {})
    return Project(
        path.as_posix(),
        paths["policies"],
        paths["profiles"],
        paths["catalogs"],
        paths["waivers"],
        paths["snapshots"],
        tuple(expect.get("scopes", ())),
        tuple(expect.get("feeds", ())),
        max_clock_skew,
        measure,
        {name: folder / entry for name, entry in value.get("outputs", {}).items()},
    )


def _place(folder: Path, entry: str) -> Path:
    if entry.startswith(SHIPPED):
        return shipped("policies") / entry.removeprefix(SHIPPED)
    return folder / entry


def _measure(document: Document, diagnostics: list[Diagnostic]) -> dict[str, Any]:
    """Return the settings of `measure` with durations in days and dates as dates."""
    written: Mapping[str, Any] = document.value.get("measure", {})
    settings: dict[str, Any] = dict(written)
    for key in ("remediation_window", "feed_gap"):
        if key in written:
            settings[key] = days(document, ("measure", key), diagnostics)
    if "sla" in written:
        settings["sla"] = {
            severity: days(document, ("measure", "sla", severity), diagnostics)
            for severity in written["sla"]
        }
    if "origin" in written:
        try:
            settings["origin"] = date.fromisoformat(written["origin"])
        except ValueError:
            place = document.place(("measure", "origin"))
            message = f"`{written['origin']}` is no date of the calendar"
            diagnostics.append(document.diagnostic("PG012", message, place, "write 2025-01-31"))
    return settings
