"""Why something is unknown, in the words that a verdict's reason shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.values import Unknown
from plumbgate.model.snapshot import State

if TYPE_CHECKING:
    from plumbgate.model.snapshot import Measurement


def unjudged(metric: str, found: Measurement | None, when: str = "") -> Unknown:
    """Return why a measurement, that of the period or `when` it is of, cannot be judged."""
    if found is None:
        return Unknown.of(metric, f"{metric}{when} (not measured)")
    if found.state is State.OK:
        return Unknown.of(metric, f"{metric}{when} (no such number)")
    state = found.state.replace("_", " ")
    sample = f", n = {found.n}" if found.state is State.SMALL_SAMPLE else ""
    reason = f": {found.reason}" if found.reason else ""
    return Unknown.of(
        metric, f"{metric}{when} ({state}{sample}{reason})", counted=found.state is State.NO_DATA
    )


def too_few(metric: str, found: Measurement | None, when: str = "") -> Unknown:
    """Return why a measurement, however sure it is for others, is not enough for a rule."""
    if found is None or found.state is not State.OK:
        return unjudged(metric, found, when)
    return Unknown.of(metric, f"{metric}{when} (small sample, n = {found.n})")


def described(unknown: Unknown) -> str:
    """Return the sentence of a rule that could not be decided."""
    return f"not measured: {_listed(unknown)}"


def nothing_to_judge(unknown: Unknown) -> str:
    """Return the sentence of a rule for which everything was counted, and was none."""
    return f"nothing to judge: {_listed(unknown)}"


def _listed(unknown: Unknown) -> str:
    return "; ".join(cause.why for cause in sorted(unknown.causes))
