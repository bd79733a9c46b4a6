"""
Which files of a records folder hold which table.

The first part of a file's path below the folder, up to its first `-` or `.`, names the table; the
file's suffix names the format. So `grants.csv`, `grants-2025-Q1.csv`, `grants.eu.jsonl` and
`grants/2025/part-0.parquet` are all read as `grants`, together. Hidden files, `README*` and `*.md`
are passed over; any other file is refused, since a misspelt name would read as no records.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate.errors import Diagnostic, InputError
from plumbgate.measure.records.tables import TABLES
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.measure.records.table_types import Table

FORMATS = (".csv", ".jsonl", ".parquet")
"""Suffixes that are read, in any case of letters."""

_FIX = f"name it `<table>`, `<table>-<part>` or `<table>/<part>`, with {', '.join(FORMATS)}"


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One file of one table."""

    path: Path
    name: str
    """Relative to the folder, with `/`."""
    table: Table
    format: str
    """One of `FORMATS`."""

    def refusal(self, code: str, message: str, hint: str, line: int = 1) -> InputError:
        """Return the error that refuses this file."""
        return InputError([Diagnostic(code, message, Span(str(self.path), line), hint)])


def find_record_files(folder: Path) -> tuple[RecordFile, ...]:
    """
    Return the record files below `folder`, ordered by name.

    Raises:
        InputError: There is no folder or no table in it, a file names no table or no format, or
            a link leads out of the folder; every such file is named.

    """
    if not folder.is_dir():
        raise _nothing(folder, "there is no such folder")
    files: list[RecordFile] = []
    problems: list[Diagnostic] = []
    for path in _walk(folder):
        found = _record_file(folder, path)
        if isinstance(found, RecordFile):
            files.append(found)
        else:
            problems.append(found)
    if problems:
        raise InputError(problems)
    if not files:
        raise _nothing(folder, "the folder holds no records")
    return tuple(sorted(files, key=lambda file: file.name))


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        here = Path(root)
        folders[:] = [name for name in folders if not name.startswith(".")]
        # A link to a folder is not walked into; it must not be passed over in silence either.
        links = [name for name in folders if (here / name).is_symlink()]
        yield from (here / name for name in [*names, *links] if not _passed_over(name))


def _passed_over(name: str) -> bool:
    return name.startswith(".") or name.lower().startswith("readme") or name.lower().endswith(".md")


def _record_file(folder: Path, path: Path) -> RecordFile | Diagnostic:
    relative = path.relative_to(folder)
    place = Span(os.fsencode(path).decode("utf-8", "backslashreplace"))
    if str(relative) != os.fsencode(relative).decode("utf-8", "replace"):
        return Diagnostic("PG062", "the file's name is not UTF-8", place, "rename it")
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        message = "not a file of this folder: a link out of it, or no regular file"
        return Diagnostic("PG062", message, place, "put the file itself here")
    named = re.split(r"[-.]", relative.parts[0])[0]
    if named not in TABLES:
        guess = get_close_matches(named.lower(), TABLES, n=1)
        hint = f"did you mean `{guess[0]}`?" if guess else _FIX
        note = f"tables: {', '.join(TABLES)}"
        return Diagnostic("PG061", f"`{named}` is not a table of records", place, hint, note)
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        message = f"`{path.name}` is in no format that records are read in"
        return Diagnostic("PG061", message, place, _FIX)
    return RecordFile(path, relative.as_posix(), TABLES[named], suffix)


def _nothing(folder: Path, message: str) -> InputError:
    note = f"tables: {', '.join(TABLES)}"
    return InputError([Diagnostic("PG060", message, Span(str(folder)), _FIX, note)])
