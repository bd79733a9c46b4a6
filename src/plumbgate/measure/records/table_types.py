"""
What a canonical table is made of: columns with a type, and checks of a row against itself.

A type says what the text of a file must be; `record_checks` turns it into SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Type(Enum):
    """What the text of a column must be: the type in the table, and what is said of other text."""

    def __init__(self, sql: str, wrong: str) -> None:
        """Hold the type of the table's column and the end of the sentence `<column> ...`."""
        self.sql = sql
        self.wrong = wrong

    KEY = "VARCHAR", "has a blank at an edge"
    """Text that is compared with other text: a blank at its edge would part two equals."""
    TEXT = "VARCHAR", ""
    CHOICE = "VARCHAR", "is not one of its values"
    INSTANT = "TIMESTAMP", "is not an instant"
    """RFC 3339 with a zone; kept as naive UTC, cut off after microseconds."""
    DAY = "TIMESTAMP", "is not a day"
    """A date, or the instant of 00:00 UTC."""
    BOOLEAN = "BOOLEAN", "is not true or false"
    COUNT = "BIGINT", "is not a whole number from 0"
    INTEGER = "BIGINT", "is not a whole number"
    LABELS = "VARCHAR", "is not an object of snake_case keys and texts"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, and how files name it."""

    name: str
    type: Type
    required: bool
    choices: tuple[str, ...] = ()
    default: str | None = None
    """Stands in for a value that is not given."""
    in_files: str = ""
    """The name in files, where it is a word that a query cannot use; else `name`."""

    @property
    def written(self) -> str:
        """The name in files."""
        return self.in_files or self.name


@dataclass(frozen=True, slots=True)
class Check:
    """A way in which the values of a row contradict each other."""

    reason: str
    broken: str
    """SQL over the row's columns; null, so that nothing is compared, is not broken."""
    shows: tuple[str, str]
    """The columns whose values are shown."""


@dataclass(frozen=True, slots=True)
class Table:
    """A canonical table."""

    name: str
    key: tuple[str, ...]
    """Columns that, with `tenant_id`, name a row."""
    instant: str | None
    """The column whose instant decides which period a row belongs to."""
    columns: tuple[Column, ...]
    """In the order in which they are checked."""
    checks: tuple[Check, ...] = ()


def required(type_: Type, *names: str) -> tuple[Column, ...]:
    """Return columns whose absence rejects a row."""
    return tuple(Column(name, type_, required=True) for name in names)


def optional(type_: Type, *names: str) -> tuple[Column, ...]:
    """Return columns that may be null."""
    return tuple(Column(name, type_, required=False) for name in names)


def choice(name: str, choices: tuple[str, ...], *, default: str | None = None) -> Column:
    """Return a column of one of `choices`; without a default a value is required."""
    return Column(name, Type.CHOICE, default is None, choices, default)


def ends(began: str, *ended: str) -> tuple[Check, ...]:
    """Return the checks that no instant of `ended` lies before `began`."""
    return tuple(Check(f"{end} before {began}", f"{end} < {began}", (end, began)) for end in ended)
