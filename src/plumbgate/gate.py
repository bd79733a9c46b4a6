"""Verdicts to an open or closed gate, and the exit code of a pipeline. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from plumbgate.model.policy import Enforcement
from plumbgate.model.report import Gate, GateState
from plumbgate.model.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

OPEN = 0
CLOSED_BY_FAIL = 1
CLOSED_UNDECIDED = 3


def gate(verdicts: Iterable[Verdict]) -> Gate:
    """
    Return the gate: closed by a blocking FAIL without a waiver, else by a blocking unknown.

    A waiver covers a FAIL only. `counts` has every outcome, then of the FAILs those that are
    waived, and those that only warn.
    """
    judged = tuple(verdicts)
    blocking = [v for v in judged if v.enforcement is Enforcement.BLOCK]
    exit_code = OPEN
    if any(v.outcome in {Outcome.UNKNOWN, Outcome.ERROR} for v in blocking):
        exit_code = CLOSED_UNDECIDED
    if any(v.outcome is Outcome.FAIL and v.waiver is None for v in blocking):
        exit_code = CLOSED_BY_FAIL
    outcomes = Counter(v.outcome for v in judged)
    fails = [v for v in judged if v.outcome is Outcome.FAIL]
    counts = {outcome.lower(): outcomes[outcome] for outcome in Outcome} | {
        "waived": sum(v.waiver is not None for v in fails),
        "warned": sum(v.waiver is None and v.enforcement is Enforcement.WARN for v in fails),
    }
    state = GateState.OPEN if exit_code == OPEN else GateState.CLOSED
    return Gate(state, exit_code, counts)
