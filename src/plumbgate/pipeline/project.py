"""The project that a command works for, and what stands in where it says nothing."""

from __future__ import annotations

from pathlib import Path

from plumbgate.loading.project import find_project, load_project
from plumbgate.loading.shipped import shipped
from plumbgate.model.project import Project


def current_project() -> Project:
    """Return the project of the working folder; one without a file is empty."""
    path = find_project(Path.cwd())
    if path is None:
        return Project()
    working = Path.cwd()
    return load_project(path.relative_to(working) if path.is_relative_to(working) else path)


def shipped_policies() -> Path:
    """Return the folder of the policies that come with plumbgate."""
    return shipped("policies")
