"""Tests for `plumbgate.engine.answer`."""

from __future__ import annotations

import pytest
from tests.render.reports import verdict

from plumbgate.engine.answer import SIGNALS, Word, answers
from plumbgate.model.snapshot import Scope
from plumbgate.model.verdict import Outcome, ReadValue

LEVELS = dict.fromkeys(SIGNALS, Outcome.PASS)


def judged(trends, levels=LEVELS, base=Outcome.PASS, moving=Outcome.PASS):
    """Return the verdicts of one scope: a trend for each signal, or None where it is unknown."""
    verdicts = [verdict(base, rule="measurement-base.level", reason="Telemetry is weak.")]
    for policy, trend in zip(SIGNALS, trends, strict=True):
        outcome = Outcome.UNKNOWN if trend is None else moving
        values = (ReadValue("variables.trend", trend),)
        verdicts += [
            verdict(levels[policy], rule=f"{policy}.level"),
            verdict(outcome, rule=f"{policy}.moving", values=values, reason="No baseline."),
        ]
    return verdicts


FLAT = ("flat",) * 5
OFF = dict.fromkeys(SIGNALS, Outcome.FAIL)
BUSY = {"activity": 350, "activity_baseline": 185}

CASES = {
    "all improve": (judged(("improved",) * 5), {}, Word.FALLING, "5 of 5 signals improve"),
    "one improves": (judged(("improved", *FLAT[1:])), {}, Word.FALLING, "1 of 5"),
    "one worsens": (judged(("worsened", *FLAT[1:])), {}, Word.RISING, "worse: review quality"),
    "some worsen, some improve": (
        judged(("worsened", "improved", *FLAT[2:])),
        {},
        Word.RISING,
        "worse: review quality; better: remediation speed",
    ),
    "nothing moves, at target": (judged(FLAT), BUSY, Word.FLAT, "at target in every signal"),
    "nothing moves, off target": (
        judged(FLAT, OFF, moving=Outcome.FAIL),
        {"activity": 100, "activity_baseline": 100},
        Word.FLAT,
        "5 of 5 are off target",
    ),
    "nothing moves, off target, and busier": (
        judged(FLAT, OFF, moving=Outcome.FAIL),
        BUSY,
        Word.BUSY,
        "activity went from 185 to 350 a period",
    ),
    "busier by a fifth exactly": (
        judged(FLAT, OFF),
        {"activity": 120, "activity_baseline": 100},
        Word.BUSY,
        "from 100 to 120",
    ),
    "hardly busier": (
        judged(FLAT, OFF),
        {"activity": 119, "activity_baseline": 100},
        Word.FLAT,
        "off target",
    ),
    "too little to tell": (judged(("inconclusive",) * 5, OFF), {}, Word.FLAT, "no signal moves"),
    "one is unknown": (
        judged((None, "improved", *FLAT[2:])),
        {},
        Word.UNTOLD,
        "too little to compare for review quality: No baseline.",
    ),
    "two are unknown": (
        judged((None, None, *FLAT[2:])),
        {},
        Word.UNTOLD,
        "too little to compare for review quality, remediation speed: No baseline.",
    ),
    "activity nobody measured": (
        judged(FLAT, OFF),
        {"activity": 350},
        Word.FLAT,
        "activity was not measured",
    ),
    "no signals": (
        [verdict(Outcome.UNKNOWN, rule="house.rule")],
        {},
        Word.UNTOLD,
        "nothing judges whether these move: review quality,",
    ),
    "in the grace": (
        judged(FLAT, moving=Outcome.NOT_APPLICABLE),
        {},
        Word.UNTOLD,
        "too early",
    ),
    "a weak base comes first": (
        judged(("improved",) * 5, base=Outcome.UNKNOWN),
        {},
        Word.UNTOLD,
        "the measurement base is weak: Telemetry is weak.",
    ),
}


@pytest.mark.parametrize(("verdicts", "programme", "word", "why"), CASES.values(), ids=CASES)
def test_answer(verdicts, programme, word, why) -> None:
    (answer,) = answers(verdicts, {"acme": programme})

    assert answer.word is word
    assert why in answer.why


def test_each_scope_has_its_own_answer_in_order() -> None:
    verdicts = [
        verdict(scope=Scope("b"), rule="measurement-base.level"),
        verdict(scope=Scope("a"), rule="measurement-base.level"),
    ]

    assert [answer.scope for answer in answers(verdicts, {})] == ["b", "a"]
