"""Mistakes in inputs, as text: code, place, the line with a caret, the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.render.text_safety import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.errors import Diagnostic

SHOWN = 20
"""So many are shown; the rest is counted."""
_WIDTH = 100
_BEFORE = 60
"""Of a line too long to show, this much stands before the caret."""


def render_diagnostics(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the diagnostics as text, each with its frame, and a last line that counts them."""
    blocks = [_block(diagnostic) for diagnostic in diagnostics[:SHOWN]]
    if len(diagnostics) > SHOWN:
        blocks.append(f"+{len(diagnostics) - SHOWN} more\n")
    files = len({diagnostic.place.file for diagnostic in diagnostics})
    errors = len(diagnostics)
    blocks.append(
        f"{files} {'file' if files == 1 else 'files'}, {errors} "
        f"{'error' if errors == 1 else 'errors'}, nothing evaluated, nothing written.   exit 2\n"
    )
    return "\n".join(blocks)


def _block(diagnostic: Diagnostic) -> str:
    place = diagnostic.place
    gutter = " " * len(str(place.line))
    lines = [
        f"error[{diagnostic.code}]: {visible(diagnostic.message)}",
        f"{gutter} --> {visible(str(place))}",
    ]
    if diagnostic.excerpt:
        shown, column = _window(diagnostic.excerpt, place.column)
        carets = "^" * max(1, min(place.length, len(shown) - column + 1))
        hint = f" {visible(diagnostic.hint)}" if diagnostic.hint else ""
        lines += [
            f"{gutter}  |",
            f"{place.line}  | {shown}",
            f"{gutter}  | {' ' * (column - 1)}{carets}{hint}",
        ]
    elif diagnostic.hint:
        lines.append(f"{gutter}  = {visible(diagnostic.hint)}")
    if diagnostic.note:
        lines.append(f"{gutter}  = {visible(diagnostic.note)}")
    return "\n".join(lines) + "\n"


def _window(line: str, column: int) -> tuple[str, int]:
    """Return the part of a line around `column` that is fit to show, and the column in it."""
    start = max(0, column - 1 - _BEFORE) if len(line) > _WIDTH else 0
    before = visible(line[start : column - 1].replace("\t", " "))
    after = visible(line[column - 1 : start + _WIDTH].replace("\t", " "))
    lead = "..." if start else ""
    tail = "..." if len(line) > start + _WIDTH else ""
    return lead + before + after + tail, len(lead) + len(before) + 1
