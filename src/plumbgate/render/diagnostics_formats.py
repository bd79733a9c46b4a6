"""The formats of mistakes, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.render.diagnostics import render_diagnostics
from plumbgate.render.diagnostics_github import render_github
from plumbgate.render.diagnostics_json import render_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plumbgate.errors import Diagnostic

DIAGNOSTIC_FORMATS: dict[str, Callable[[Sequence[Diagnostic]], str]] = {
    "text": render_diagnostics,
    "json": render_json,
    "github": render_github,
}
