"""Two whole policies that use the language as it is meant: they lint clean, and judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.build import AT, PERIOD, judged, measurement, snapshot

from plumbgate.engine.compile import compile_policies
from plumbgate.loading.policies import find_policies, load_policies
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.metric import Better
from plumbgate.model.snapshot import Change, Facts, Reference, Scope, Snapshot, UnitPart
from plumbgate.model.verdict import Outcome

FOLDER = Path(__file__).parent / "design"


@pytest.fixture(scope="module")
def policies() -> dict:
    files, strays = find_policies([FOLDER])
    loaded, mistakes = load_policies(files)
    compiled, wrong = compile_policies(loaded, CATALOGUE)
    assert [*strays, *mistakes, *wrong] == []
    return {one.policy.id: one for one in compiled}


def whole(size: float, *, good: bool = True, units: tuple[UnitPart, ...] = ()) -> Snapshot:
    """Return a snapshot on which every metric is good, and changed by `size` of its limit."""
    metrics = {}
    for name, metric in CATALOGUE.items():
        low, high = (0.0, 1.0) if metric.unit != "d" else (1.0, 99.0)
        best = high if metric.better is Better.UP else low
        worst = low if metric.better is Better.UP else high
        value = best if good else worst
        metrics[name] = measurement(value, metric=name, numerator=0.0, denominator=100.0)
    changes = {name: Change(size, size - abs(size) / 2, size + abs(size) / 2) for name in metrics}
    facts = Facts(
        PERIOD,
        {"tenure_periods": 9, "activity": 9, "activity_baseline": 9, "auditability": 1},
        metrics,
        Reference((), metrics),
        change=changes,
    )
    return replace(snapshot(), facts=facts, history=(facts,), units=units)


CASES = {
    "two periods of improvement": (whole(10.0), "CREDITED"),
    "everything gets worse": (whole(-10.0, good=False), "INSUFFICIENT_BASE"),
    "worse on a sound base": (whole(-10.0), "REGRESSING"),
    "at target and flat": (whole(0.0), "SUSTAINED"),
    "nothing measured": (snapshot(), "INSUFFICIENT_BASE"),
}


@pytest.mark.parametrize(("given", "word"), CASES.values(), ids=CASES)
def test_the_outcome(given, word, policies) -> None:
    (verdict,) = judged(policies["programme"], given)

    assert verdict.word == word, verdict.reason


def test_a_unit_is_judged_by_the_same_table(policies) -> None:
    worse = replace(whole(-10.0), scope=Scope("acme", "emea"))
    other = replace(whole(10.0), scope=Scope("acme", "apac"))
    units = (UnitPart("emea", 0.5, worse), UnitPart("apac", 0.5, other))

    (verdict,) = judged(policies["programme"], whole(10.0, units=units))

    assert (verdict.verdict, verdict.row) == ("MIXED", "F2")


def test_the_share_of_units(policies) -> None:
    units = (UnitPart("emea", 0.85, replace(whole(0.0), scope=Scope("acme", "emea"))),)
    units = (*units, UnitPart("apac", 0.15, None))

    verdicts = judged(policies["remediation-speed"], whole(0.0, units=units), AT)

    assert verdicts[-1].outcome is Outcome.PASS
    assert verdicts[-1].reason == "85 % of the population."
