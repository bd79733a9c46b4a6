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
    """Stable: `PG` and three digits, one of `plumbgate.codes.CODES`."""
    message: str
    place: Span
    hint: str = ""
    """The fix, said at the caret."""
    note: str = ""
    """What else helps: the keys that are allowed, the ids that exist."""
    excerpt: str = ""
    """The source line at `place`, for the frame; empty where there is none to show."""


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
