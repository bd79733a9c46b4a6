"""
The mission's question for one scope, in a word: falling, flat, rising, only busy, cannot tell.

It reads what the signals pack judged, the trends and outcomes of its rules, and adds no threshold
to them but one: how much more activity counts as more. It opens and closes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from plumbgate.model.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIGNALS = {
    "review-quality": "review quality",
    "remediation-speed": "remediation speed",
    "entitlement-drift": "entitlement drift",
    "exception-volume": "exception volume",
    "workflow-adoption": "workflow adoption",
}
"""The article's five, by the policy that judges each."""
BASE = "measurement-base"
BUSIER = 1.2
"""METRICS 2.4: activity that is up by a fifth."""


class Word(StrEnum):
    """What can be answered."""

    FALLING = "falling"
    FLAT = "flat"
    RISING = "rising"
    BUSY = "only busy"
    UNTOLD = "cannot tell"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for one scope, and why."""

    scope: str
    word: Word
    why: str


def answers(
    verdicts: Iterable[Verdict], programmes: Mapping[str, Mapping[str, float]]
) -> tuple[Answer, ...]:
    """Return an answer for each scope; `programmes` has the facts of each by its name."""
    grouped: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        grouped.setdefault(verdict.scope.name, []).append(verdict)
    return tuple(
        Answer(scope, *_answer(judged, programmes.get(scope, {})))
        for scope, judged in grouped.items()
    )


def _answer(verdicts: list[Verdict], programme: Mapping[str, float]) -> tuple[Word, str]:
    weak = [v.reason for v in verdicts if _policy(v) == BASE and v.outcome in _NOT_GOOD]
    if weak:
        return Word.UNTOLD, f"the measurement base is weak: {weak[0]}"
    moving = {_policy(v): v for v in verdicts if v.rule.endswith(".moving")}
    absent = [name for policy, name in SIGNALS.items() if policy not in moving]
    if absent:
        return Word.UNTOLD, f"nothing judges whether these move: {', '.join(absent)}"
    trends = {policy: _trend(moving[policy]) for policy in SIGNALS}
    unknown = [policy for policy, trend in trends.items() if trend is None]
    if unknown:
        return Word.UNTOLD, _too_little([moving[policy] for policy in unknown])
    improved, worsened = (
        [SIGNALS[policy] for policy, trend in trends.items() if trend == word]
        for word in ("improved", "worsened")
    )
    if worsened:
        beside = f"; better: {', '.join(improved)}" if improved else ""
        return Word.RISING, f"worse: {', '.join(worsened)}{beside}"
    if improved:
        return Word.FALLING, f"{len(improved)} of {len(SIGNALS)} signals improve, none worsens"
    return _unmoved(verdicts, programme)


def _unmoved(verdicts: list[Verdict], programme: Mapping[str, float]) -> tuple[Word, str]:
    missed = [
        SIGNALS[_policy(v)]
        for v in verdicts
        if v.rule.endswith(".level") and v.outcome is not Outcome.PASS and _policy(v) in SIGNALS
    ]
    if not missed:
        return Word.FLAT, "at target in every signal, and stable"
    activity, before = (programme.get(name) for name in ("activity", "activity_baseline"))
    off = f"no signal moves, {len(missed)} of {len(SIGNALS)} are off target"
    if activity is None or before is None:
        return Word.FLAT, f"{off}; activity was not measured"
    if activity >= BUSIER * max(1, before):
        return Word.BUSY, f"{off}; activity went from {before:.0f} to {activity:.0f} a period"
    return Word.FLAT, off


_NOT_GOOD = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR})


def _policy(verdict: Verdict) -> str:
    return verdict.rule.partition(".")[0]


def _trend(verdict: Verdict) -> str | None:
    if verdict.outcome not in {Outcome.PASS, Outcome.FAIL}:
        return None
    return next((str(v.value) for v in verdict.values if v.name == "variables.trend"), None)


def _too_little(unknown: list[Verdict]) -> str:
    if all(verdict.outcome is Outcome.NOT_APPLICABLE for verdict in unknown):
        return "too early: nothing can have moved yet"
    names = ", ".join(SIGNALS[_policy(verdict)] for verdict in unknown)
    return f"too little to compare for {names}: {unknown[0].reason}"
