"""The demo's records, made once: as files, as rows, and in a folder."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from plumbgate.demo.records import demo_records

if TYPE_CHECKING:
    from pathlib import Path

    Rows = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    return demo_records()


@pytest.fixture(scope="session")
def rows(files) -> Rows:
    return {
        name.removesuffix(".csv"): list(csv.DictReader(StringIO(content.decode())))
        for name, content in files.items()
    }


@pytest.fixture(scope="session")
def folder(files, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "records"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
