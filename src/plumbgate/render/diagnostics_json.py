"""Mistakes in inputs, as JSON: for editors, bots and other tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.errors import Diagnostic

SCHEMA = "plumbgate/diagnostics/v1"


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """
    Return the diagnostics as JSON, valid against diagnostics.schema.json.

    All of them: a program counts for itself. Everything outside ASCII is escaped, so that half a
    surrogate pair in a file's name survives too.
    """
    document = {"schema": SCHEMA, "diagnostics": [_row(one) for one in diagnostics]}
    return json.dumps(document, indent=2) + "\n"


def _row(diagnostic: Diagnostic) -> dict[str, str | int]:
    place = diagnostic.place
    return {
        "code": diagnostic.code,
        "message": diagnostic.message,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "length": place.length,
        "hint": diagnostic.hint,
        "note": diagnostic.note,
    }
