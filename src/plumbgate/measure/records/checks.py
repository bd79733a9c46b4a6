"""
What rejects a row, as SQL: every text cast to its column's type, every check in a fixed order.

A row is rejected for the first of its faults alone. The SQL is composed from the tables' literal
data and belongs to DuckDB; it is not in the portable subset that the metrics' queries keep to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.measure.records.source import literal
from plumbgate.measure.records.table_types import Type

if TYPE_CHECKING:
    from plumbgate.measure.records.table_types import Column, Table

NO_ROWS = "the file has no rows"
UNREADABLE = "the row cannot be read"

_DATE = r"\d{4}-\d{2}-\d{2}"
_INSTANT = (
    _DATE
    + r"[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
)
_FIRST, _LAST = "TIMESTAMP '1970-01-02'", "TIMESTAMP '9999-12-31 23:59:59.999999'"
"""Before and after lie the zeros of clocks that stand for no instant, and no calendar year."""
_DIGITS = r"\d{1,18}(?:\.0*)?"
_LABELS = r"\s*\{\s*(?:PAIR(?:\s*,\s*PAIR)*)?\s*\}\s*".replace(
    "PAIR", r'"[a-z][a-z0-9_]*"\s*:\s*"(?:[^"\\]|\\.)*"'
)
_EDGE = r"^[\s\p{Z}\x{feff}\x{200b}]|[\s\p{Z}\x{feff}\x{200b}]$"
_SHOWN = 80
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A reason to reject a row: when it holds, and what is shown of the row."""

    reason: str
    holds: str
    shows: str


def faults(table: Table) -> tuple[Fault, ...]:
    """Return the faults of a table's rows, in the order in which they are looked for."""
    return (
        Fault(NO_ROWS, "false", "''"),
        Fault(UNREADABLE, "broken IS NOT NULL", "broken"),
        *(fault for column in table.columns for fault in _column_faults(column)),
        *(
            Fault(
                check.reason, check.broken, f"concat_ws(', ', {', '.join(map(_pair, check.shows))})"
            )
            for check in table.checks
        ),
    )


def checked(table: Table, query: str) -> str:
    """
    Return the query for the rows of `query` (of a `Source`), cast and checked.

    Its columns are `source_row`, `fault` (the number of the first fault, or null), `detail` and
    the table's columns.
    """
    texts = ", ".join(f"nullif({_name(c)}, '') AS {_text(c)}" for c in table.columns)
    casts = ", ".join(f"{_cast(c)} AS {_name(c)}" for c in table.columns)
    names = ", ".join(_name(c) for c in table.columns)
    found = list(enumerate(faults(table)))
    first = " ".join(f"WHEN {fault.holds} THEN {number}" for number, fault in found)
    shown = " ".join(f"WHEN {number} THEN {fault.shows}" for number, fault in found)
    return f"""
SELECT
  row AS source_row, fault,
  CASE WHEN fault IS NOT NULL THEN left(CASE fault {shown} END, {_SHOWN}) END AS detail,
  {names}
FROM (
  SELECT *, CASE {first} END AS fault
  FROM (SELECT *, {casts} FROM (SELECT row, broken, {texts} FROM ({query})))
)
"""  # noqa: S608 (composed of the tables' own names and patterns)


def _name(column: Column) -> str:
    return f'"{column.name}"'


def _text(column: Column) -> str:
    """Name the column's value as it was written."""
    return f'"{column.name} as written"'


def _column_faults(column: Column) -> tuple[Fault, ...]:
    text = _text(column)
    missing = Fault(f"{column.written} is missing", f"{text} IS NULL", "''")
    wrong = Fault(f"{column.written} {column.type.wrong}", _is_wrong(column), text)
    return (missing,) * column.required + (wrong,) * (column.type is not Type.TEXT)


def _is_wrong(column: Column) -> str:
    text, name = _text(column), _name(column)
    match column.type:
        case Type.KEY:
            return f"regexp_matches({text}, {literal(_EDGE)})"
        case Type.CHOICE:
            return f"{text} NOT IN ({', '.join(map(literal, column.choices))})"
        case Type.INSTANT | Type.DAY:
            bounds = f"{name} NOT BETWEEN {_FIRST} AND {_LAST}"
            return f"{text} IS NOT NULL AND ({name} IS NULL OR {bounds})"
        case _:
            return f"{text} IS NOT NULL AND {name} IS NULL"


def _cast(column: Column) -> str:
    text = _text(column)
    match column.type:
        case Type.INSTANT:
            return _instant(text)
        case Type.DAY:
            at = _instant(text)
            return (
                f"CASE WHEN {_matches(text, _DATE)} THEN TRY_CAST({text} AS TIMESTAMP) "
                f"WHEN date_trunc('day', {at}) = {at} THEN {at} END"
            )
        case Type.BOOLEAN:
            return f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END"
        case Type.COUNT | Type.INTEGER:
            digits = _DIGITS if column.type is Type.COUNT else f"-?{_DIGITS}"
            return f"CASE WHEN {_matches(text, digits)} THEN TRY_CAST({text} AS BIGINT) END"
        case Type.LABELS:
            return (
                f"CASE WHEN {_matches(text, _LABELS)} AND json_valid({text}) THEN "
                f"CASE WHEN list_unique(json_keys({text})) = len(json_keys({text})) "
                f"THEN CAST(json({text}) AS VARCHAR) END END"
            )
        case _:
            default = column.default
            return text if default is None else f"coalesce({text}, {literal(default)})"


def _instant(text: str) -> str:
    # A cast to TIMESTAMP would drop the offset; the session's zone is UTC.
    zoned = f"TRY_CAST(upper({text}) AS TIMESTAMPTZ)"
    return f"CASE WHEN {_matches(text, _INSTANT)} THEN CAST({zoned} AS TIMESTAMP) END"


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {literal(pattern)})"


def _pair(name: str) -> str:
    return f'{literal(name + " ")} || "{name} as written"'
