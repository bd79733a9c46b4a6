"""Words that several formats say of a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.model.instant import format_instant

if TYPE_CHECKING:
    from plumbgate.model.verdict import Verdict


def warns(verdict: Verdict) -> str:
    """Return how a rule that does not block is marked, and until when that is so."""
    if verdict.warns_until is None:
        return "warns"
    return f"warns until {format_instant(verdict.warns_until).removesuffix('T00:00:00Z')}"
