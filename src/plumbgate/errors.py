"""
What can be wrong with an input, and how it is said.

A `Diagnostic` is data: a stable code, a sentence, a place and a fix. Loaders collect them and
raise one `InputError` for all, so that a user sees every mistake of every file in one run.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plumbgate.model.span import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake in one input."""

    code: str
    """Stable: `PG` and three digits, one of `CODES`."""
    message: str
    place: Span
    hint: str = ""
    """The fix, said at the caret."""
    note: str = ""
    """What else helps: the keys that are allowed, the ids that exist."""
    excerpt: str = ""
    """The source line at `place`, for the frame; empty where there is none to show."""


CODES = {
    "PG001": "The file is not YAML.",
    "PG002": "The file goes beyond what is read: its size, encoding or depth; an anchor or a tag.",
    "PG003": "A key stands twice; most readers would keep the second in silence.",
    "PG004": "A value means one thing to some YAML readers and another thing to others.",
    "PG005": "A hidden or broken character, which could make a text look like another one.",
    "PG006": "A file that was named is not there.",
    "PG007": "An expression or a message is written so that YAML could change it.",
    "PG010": "A key that must be there is missing.",
    "PG011": "A key is there that is not known here.",
    "PG012": "A value is of another kind, size or extent than it must be.",
    "PG013": "A value is none of those that can be chosen.",
    "PG014": "A name or a text does not have the form that it must have.",
    "PG015": "Something is empty that must not be: with nothing to judge, nothing could fail.",
    "PG016": "A file is here that has no meaning here.",
    "PG017": "Two things have the same name, or the same thing is said twice.",
    "PG018": "A rule or a threshold has none or several of what it must have exactly one of.",
    "PG020": "An expression is no CEL.",
    "PG021": "A name is not known: of a metric, a parameter, a variable, a rule.",
    "PG022": "An expression gives another type of value than it must.",
    "PG023": "Two units do not fit each other.",
    "PG024": "An expression is too large to be judged in time.",
    "PG025": "An expression uses something of CEL that policies do not admit.",
    "PG026": "A rule reads no metric, so that it would say the same of every programme.",
    "PG027": "A limit rewards what is worse.",
    "PG028": "A limit is met by every value, or by none.",
    "PG029": "A rule passes where nothing is measured.",
    "PG030": "A framework or a control is not known, or was withdrawn.",
    "PG031": "A text is compared with one that it can never be.",
    "PG032": "A snapshot holds something that cannot be judged.",
    "PG033": "Parts of a snapshot contradict each other.",
    "PG034": "A row of a decision table is never reached.",
    "PG035": "Nothing reads a parameter or a variable.",
    "PG036": "A word stands in for what was not measured where it must not.",
    "PG040": "A waiver would not stand up to an auditor.",
    "PG041": "The lineage of a waiver's renewals is broken.",
    "PG042": "A waiver is for a rule that there is not.",
    "PG060": "The folder holds no records.",
    "PG061": "A file of records is named after no table, or is in no format that is read.",
    "PG062": "A file of records cannot be opened safely.",
    "PG063": "A file of records cannot be divided into rows.",
    "PG064": "A file of records has a column that its table has not.",
    "PG065": "A file of records has a column twice.",
    "PG066": "A file of records lacks a column that each row needs.",
    "PG067": "A Parquet file of records cannot be read.",
}
"""Every code of a diagnostic, and what it means."""


class PlumbgateError(Exception):
    """Whatever plumbgate refuses to do, in a sentence that tells the user what to do about it."""


class UsageError(PlumbgateError):
    """The command line asks for something that cannot be done: exit 2."""


class InputError(PlumbgateError):
    """Inputs are invalid: exit 2, nothing evaluated, nothing written."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Hold `diagnostics`, ordered by file and position."""
        self.diagnostics = tuple(
            sorted(diagnostics, key=lambda d: (d.place.file, d.place.line, d.place.column, d.code))
        )
        super().__init__("; ".join(f"{d.code} {d.message}" for d in self.diagnostics))


def suggestion(written: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a did-you-mean for `written`, or `otherwise` where nothing known is near."""
    near = difflib.get_close_matches(written, list(known), n=1)
    return f"did you mean `{near[0]}`?" if near else otherwise
