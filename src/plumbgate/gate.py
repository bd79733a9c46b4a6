"""Verdicts to an open or closed gate, and the exit code of a pipeline. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from plumbgate.model.policy import Enforcement
from plumbgate.model.report import Gate, GateState
from plumbgate.model.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OPEN = 0
CLOSED_BY_FAIL = 1
CLOSED_UNDECIDED = 3


def gate(verdicts: Iterable[Verdict]) -> Gate:
    """
    Return the gate: closed by a blocking FAIL without a waiver, else by a blocking unknown.

    A waiver covers a FAIL only. Without any verdict nothing was decided, and the gate is closed.
    `counts` has every outcome, then of the FAILs those that are waived, and those that only warn,
    then the verdicts that were judged with a looser value than the policy's.
    """
    judged = tuple(verdicts)
    exit_code = _exit_code(judged)
    outcomes = Counter(verdict.outcome for verdict in judged)
    fails = [verdict for verdict in judged if verdict.outcome is Outcome.FAIL]
    counts = {outcome.lower(): outcomes[outcome] for outcome in Outcome} | {
        "waived": sum(fail.waiver is not None for fail in fails),
        "warned": sum(fail.waiver is None and not _blocks(fail) for fail in fails),
        "loosened": sum(bool(verdict.loosened) for verdict in judged),
    }
    return Gate(GateState.CLOSED if exit_code else GateState.OPEN, exit_code, counts)


def _exit_code(verdicts: Sequence[Verdict]) -> int:
    blocking = [verdict for verdict in verdicts if _blocks(verdict)]
    if any(verdict.outcome is Outcome.FAIL and verdict.waiver is None for verdict in blocking):
        return CLOSED_BY_FAIL
    undecided = {Outcome.UNKNOWN, Outcome.ERROR}
    if not verdicts or any(verdict.outcome in undecided for verdict in blocking):
        return CLOSED_UNDECIDED
    return OPEN


def _blocks(verdict: Verdict) -> bool:
    return verdict.enforcement is Enforcement.BLOCK
