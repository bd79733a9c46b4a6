"""Whether a file's columns are those of its table: none misspelt, none twice, none lacking."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING

from plumbgate.errors import Diagnostic
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plumbgate.measure.records.files import RecordFile


MOST = 200
"""Names of columns that are looked at one by one."""


def column_problems(file: RecordFile, names: Sequence[str], line: int = 1) -> list[Diagnostic]:
    """
    Return what is wrong with a file whose columns, written in `line`, are `names`.

    Every column that is unknown, there twice, or required and not there. An unknown one is wrong
    too: an optional column with a misspelt name would read as never filled.
    """
    note = "columns: " + ", ".join(
        column.written if column.required else f"{column.written}?" for column in file.table.columns
    )
    return [
        Diagnostic(code, message, Span(str(file.path), line), hint, note)
        for code, message, hint in _problems(file, names)
    ]


def _problems(file: RecordFile, names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    columns = {column.written: column for column in file.table.columns}
    times = Counter(names)
    if len(times) > MOST:
        message = f"{len(times)} columns, where `{file.table.name}` has {len(columns)}"
        yield "PG064", message, "this is no table of records"
        return
    unknown = [name for name in times if name not in columns]
    guessed = {name: get_close_matches(name.lower(), columns, n=1) for name in unknown}
    for name in unknown:
        if guessed[name]:
            hint = f"did you mean `{guessed[name][0]}`?"
        elif len(names) == 1:
            hint = "separate columns by commas, as text in UTF-8"
        else:
            hint = "leave the column out"
        yield "PG064", f"`{file.table.name}` has no column `{name}`", hint
    for name, n in times.items():
        if n > 1:
            yield "PG065", f"the column `{name}` is there twice", "keep one of them"
    if len(unknown) == len(times):
        return  # this is another table's file, or no table; what it lacks says nothing more
    # A misspelt column explains why the right one is lacking.
    explained = {guess for guesses in guessed.values() for guess in guesses}
    for name, column in columns.items():
        if column.required and name not in times and name not in explained:
            yield "PG066", f"the column `{name}` is lacking", "export it; each row needs it"
