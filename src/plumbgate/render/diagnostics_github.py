"""
Mistakes in inputs, as workflow commands: GitHub shows each beside its line of a pull request.

What GitHub reads is one line, `::error file=...,line=...::text`. A line that came from outside
could start another command, or end this one early; so each text is sanitised and then escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plumbgate.render.text_safety import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plumbgate.errors import Diagnostic

SHOWN = 10
"""Annotations of one step that GitHub shows; where there are more, the last one counts them."""

_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
"""As the format has it; of these the sanitiser leaves no carriage return."""
_IN_PROPERTY = _IN_TEXT | {":": "%3A", ",": "%2C"}
_TWO_HASHES = re.compile("#(?=#)")
"""`##[` and `##vso[` start a command wherever they stand in a line, in some runners."""


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the diagnostics as annotations, one a line."""
    shown = diagnostics if len(diagnostics) <= SHOWN else diagnostics[: SHOWN - 1]
    lines = [_annotation(one) for one in shown]
    if more := len(diagnostics) - len(shown):
        lines.append(f"::error title=plumbgate::+{more} more: `plumbgate lint -f json` lists all")
    return "".join(f"{line}\n" for line in lines)


def _annotation(diagnostic: Diagnostic) -> str:
    place = diagnostic.place
    properties = {
        "file": place.file,
        "line": str(place.line),
        "col": str(place.column),
        "endColumn": str(place.column + place.length),
        "title": f"plumbgate {diagnostic.code}",
    }
    written = ",".join(f"{name}={_escape(text, _IN_PROPERTY)}" for name, text in properties.items())
    said = "\n".join(filter(None, (diagnostic.message, diagnostic.hint, diagnostic.note)))
    return f"::error {written}::{_escape(said, _IN_TEXT)}"


def _escape(text: str, escapes: dict[str, str]) -> str:
    harmless = _TWO_HASHES.sub("# ", visible(text, keep_lines=True))
    return "".join(escapes.get(character, character) for character in harmless)
