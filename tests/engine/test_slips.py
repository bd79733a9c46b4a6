"""
Slips that people make: none passes on a bad snapshot, or on one in which nothing is measured.

What `lint` refuses, and with which code, and what only the evaluation catches, stands in
docs/slips.md, which `python -m tests.engine.test_slips` writes.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml
from tests.engine.build import AT, PERIOD, measurement, snapshot

from plumbgate.engine.compile import CompiledPolicy, compile_policies
from plumbgate.engine.evaluate import evaluate
from plumbgate.loading.policies import load_policies
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.metric import Better
from plumbgate.model.quantity import Unit
from plumbgate.model.snapshot import Change, Facts, Reference, Scope, Snapshot, UnitPart
from plumbgate.model.verdict import Outcome

FOLDER = Path(__file__).parent / "slips"
PAGE = Path(__file__).parent.parent.parent / "docs" / "slips.md"

HEAD = """\
apiVersion: plumbgate/v1
title: A slip
version: 1.0.0
owner: somebody
parameters:
  max_days: {value: 15 d}
  min_share: {value: 80 %}
  mei: {value: 3 d, looser: higher}
  grace: {value: 2, looser: higher}
variables:
  - {name: early, expression: "programme.tenure_periods < 3"}
  - name: signal
    expression: trend(change.remediation.rmst_high, params.mei)
    if_unmeasured: unknown
rules:
"""
GIVEN = {"id": "r", "title": "Findings are remediated in time", "severity": "medium"}


@dataclass(frozen=True)
class Slip:
    name: str
    rule: str
    """What the rule says, without id, title and severity."""

    @property
    def policy(self) -> str:
        said = {line.partition(":")[0] for line in self.rule.splitlines()}
        head = [f"{key}: {text}" for key, text in GIVEN.items() if key not in said]
        lines = [*head, *self.rule.splitlines()]
        return HEAD + "".join(f"{'  - ' if i == 0 else '    '}{x}\n" for i, x in enumerate(lines))


def slips() -> list[Slip]:
    # As text: a slip may be named `null` or `yes`.
    asserts, rules = (
        yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        for name in ("asserts.yaml", "rules.yaml")
    )
    return [
        *(Slip(name, f"assert: |\n  {text}") for name, text in asserts),
        *(Slip(row["name"], row["rule"]) for row in rules),
    ]


SLIPS = slips()


def linted(slip: Slip) -> tuple[list[CompiledPolicy], list[str]]:
    """Return the policy, and the codes of what is wrong with it but for what it does not read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "slip" / "policy.yaml"
        path.parent.mkdir()
        path.write_text(slip.policy, encoding="utf-8")
        policies, mistakes = load_policies({path: "slip/policy.yaml"})
    compiled, wrong = compile_policies(policies, CATALOGUE)
    codes = dict.fromkeys(one.code for one in (*mistakes, *wrong) if one.code != "PG035")
    return compiled, list(codes)


def bad() -> Snapshot:
    """Return a snapshot on which every metric is bad, and has become worse."""
    metrics, changes = {}, {}
    for name, metric in CATALOGUE.items():
        greatest = {Unit.RATIO: 1.0, Unit.RATIO_PER_30D: 1.0}.get(metric.unit, 44.0)
        worst = 0.0 if metric.better is Better.UP else greatest
        metrics[name] = measurement(
            worst, metric=name, n=500, numerator=worst * 500, denominator=500.0
        )
        size = greatest / 2
        changes[name] = Change(-size, -size * 1.2, -size * 0.8)
    earlier = Reference((), {name: measurement(0.5, metric=name, n=500) for name in metrics})
    programme = {"tenure_periods": 9, "review_cycles": 9, "activity": 1, "activity_baseline": 9}
    facts = Facts(PERIOD, programme, metrics, earlier, earlier, metrics, changes, changes)
    unit = Snapshot(Scope("globex", "emea"), AT, facts, sha256="ab" * 32)
    return replace(
        snapshot(scope=Scope("globex")),
        facts=facts,
        history=(facts, facts, facts),
        units=(UnitPart("emea", 1.0, unit),),
    )


def unmeasured(**programme: float) -> Snapshot:
    return snapshot(scope=Scope("globex"), programme=programme)


GIVENS = {
    "bad": bad(),
    "nothing measured": unmeasured(),
    "nothing measured, young": unmeasured(tenure_periods=1, activity=99, activity_baseline=1),
    "nothing measured, old": unmeasured(tenure_periods=9, activity=99, activity_baseline=1),
}


def test_there_are_enough_of_them() -> None:
    assert len(SLIPS) >= 200
    assert [name for name, n in Counter(slip.name for slip in SLIPS).items() if n > 1] == []


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.name for slip in SLIPS])
def test_it_never_passes(slip) -> None:
    compiled, codes = linted(slip)
    if codes:
        return
    for name, given in GIVENS.items():
        outcomes = [verdict.outcome for verdict in evaluate(compiled, [given], CATALOGUE, AT)]
        assert Outcome.PASS not in outcomes, name


def page() -> str:
    refused: dict[str, list[str]] = {}
    caught: list[str] = []
    for slip in SLIPS:
        codes = linted(slip)[1]
        if codes:
            refused.setdefault(codes[0], []).append(slip.name)
        else:
            caught.append(slip.name)
    rows = "".join(
        f"| {code} | {len(names)} | {', '.join(names)} |\n"
        for code, names in sorted(refused.items())
    )
    shown = ", ".join(caught).capitalize()
    return f"""\
# Slips

Made by `python -m tests.engine.test_slips`; a test fails where this page is not what it makes.

{len(SLIPS)} small policies, each wrong in a way in which people are wrong. None of them passes on a
snapshot on which every metric is bad, or on one in which nothing is measured.

`plumbgate lint` refuses {len(SLIPS) - len(caught)} of them before anything runs:

| first code | slips | which |
| --- | --- | --- |
{rows}
The other {len(caught)} are right expressions that ask for something else than was meant: on a bad
snapshot they fail, or are an error; where nothing is measured they are unknown. {shown}.
"""


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
