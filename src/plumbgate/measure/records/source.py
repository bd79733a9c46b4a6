"""What a format's reader says of a file: its digest, and a query for its rows as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.measure.records.table_types import Table


@dataclass(frozen=True, slots=True)
class Source:
    """
    A file that is ready to be checked.

    The query returns `row` (the line or row number in the file), `broken` (why the row cannot be
    read, or null) and every column of the table, by its name there, as text or null.
    """

    sha256: str
    query: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def text_columns(table: Table, expressions: Mapping[str, str]) -> str:
    """Return the select list of the table's columns; those without an expression are null."""
    return ", ".join(
        f'CAST({expressions.get(column.written, "NULL")} AS VARCHAR) AS "{column.name}"'
        for column in table.columns
    )


def literal(text: str) -> str:
    """Return `text` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
