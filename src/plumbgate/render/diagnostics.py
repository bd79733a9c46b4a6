"""Mistakes in inputs, as text: code, place, the line with a caret, the fix."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from plumbgate.render.text_safety import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.errors import Diagnostic

SHOWN = 20
"""So many are shown; the rest is counted."""
WIDTH = 100
"""Characters of a source line; of a longer one the part around the caret is shown."""
BEFORE = 60
"""Of a line too long to show, this much stands before the caret."""


def render_diagnostics(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the diagnostics as text, each with its frame, their number, and where more is said."""
    if not diagnostics:
        return "no mistakes\n"
    blocks = [_block(diagnostic) for diagnostic in diagnostics[:SHOWN]]
    if len(diagnostics) > SHOWN:
        blocks.append(f"+{len(diagnostics) - SHOWN} more\n")
    files = len({diagnostic.place.file for diagnostic in diagnostics})
    errors = len(diagnostics)
    blocks.append(
        f"{files} {'file' if files == 1 else 'files'}, {errors} "
        f"{'error' if errors == 1 else 'errors'}, nothing evaluated, nothing written.   exit 2\n"
        f"explain a code: plumbgate explain {diagnostics[0].code}\n"
    )
    return "\n".join(blocks)


def _block(diagnostic: Diagnostic) -> str:
    place = diagnostic.place
    gutter = " " * (len(str(place.line)) + 2)
    lines = [
        f"error[{diagnostic.code}]: {visible(diagnostic.message)}",
        f"{gutter[1:]}--> {visible(str(place))}",
    ]
    if diagnostic.excerpt:
        before, marked, after = _window(diagnostic.excerpt, place.column, place.length)
        caret = " " * _cells(before) + "^" * max(1, _cells(marked))
        lines += [
            f"{gutter}|",
            f" {place.line} | {before}{marked}{after}",
            f"{gutter}| {caret} {visible(diagnostic.hint)}".rstrip(),
        ]
    elif diagnostic.hint:
        lines.append(f"{gutter}= {visible(diagnostic.hint)}")
    if diagnostic.note:
        lines.append(f"{gutter}= {visible(diagnostic.note)}")
    return "\n".join(lines) + "\n"


def _window(line: str, column: int, length: int) -> tuple[str, str, str]:
    """Return the part of a line that is shown: before what is marked, what is marked, after it."""
    begin = column - 1
    start = max(0, begin - BEFORE) if len(line) > WIDTH else 0
    end = min(begin + length, start + WIDTH)
    parts = line[start:begin], line[begin:end], line[end : start + WIDTH]
    before, marked, after = (visible(part.replace("\t", " ")) for part in parts)
    lead = "..." if start else ""
    tail = "..." if len(line) > start + WIDTH else ""
    return lead + before, marked, after + tail


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text takes: East Asian characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in {"W", "F"})
        for c in text
    )
