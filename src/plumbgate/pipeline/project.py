"""The project that a command works for, and what stands in where it says nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate.loading.project import find_project, load_project
from plumbgate.loading.shipped import shipped
from plumbgate.model.project import Project

if TYPE_CHECKING:
    from collections.abc import Sequence


def current_project() -> Project:
    """Return the project of the working folder; one without a file is empty."""
    path = find_project(Path.cwd())
    if path is None:
        return Project()
    working = Path.cwd()
    return load_project(path.relative_to(working) if path.is_relative_to(working) else path)


def catalogs_above(folder: Path) -> tuple[Path, ...]:
    """Return the catalogs of the project that a folder lies in, if it lies in one."""
    path = find_project(folder.resolve())
    return tuple(map(Path, load_project(path).catalogs)) if path else ()


def policy_folders(named: Sequence[Path], project: Project) -> tuple[Path, ...]:
    """Return where policies are: as named, else as the project says, else the shipped ones."""
    return tuple(named) or tuple(map(Path, project.policies)) or (shipped_policies(),)


def shipped_policies() -> Path:
    """Return the folder of the policies that come with plumbgate."""
    return shipped("policies")
