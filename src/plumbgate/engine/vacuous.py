"""
The law that where nothing is measured, nothing passes, held against a rule before it is run.

Expressions can ask for the state or the sample of a measurement, or for the programme's age, and
those are known of a snapshot that measured nothing. The facts of the programme are tried unknown,
at none and at very many: a proof it is not, but no limit lies beyond them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from plumbgate.cel.environment import to_cel
from plumbgate.cel.scope import FACT_ROOTS
from plumbgate.engine.context import RuleContext, SnapshotContext
from plumbgate.engine.judge import decided
from plumbgate.model.snapshot import Facts, Period, Scope, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.program import Program
    from plumbgate.model.metric import Metric

_VERY_MANY = 1e9
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_PROGRAMMES: tuple[Mapping[str, float], ...] = (
    {},
    dict.fromkeys(FACT_ROOTS["programme"], 0.0),
    dict.fromkeys(FACT_ROOTS["programme"], _VERY_MANY),
)


def passes_on_nothing(
    assertion: Program,
    parameters: Mapping[str, float],
    variables: Mapping[str, Program],
    catalogue: Mapping[str, Metric],
) -> bool:
    """Return whether an assertion is true of a snapshot in which nothing is measured."""
    scope, period = Scope(""), Period("", _NEVER, _NEVER)
    nothing = (Snapshot(scope, _NEVER, Facts(period, known, {})) for known in _PROGRAMMES)
    contexts = (
        RuleContext(SnapshotContext(snapshot, catalogue), to_cel(dict(parameters)), variables)
        for snapshot in nothing
    )
    return any(decided(assertion, context) is True for context in contexts)
