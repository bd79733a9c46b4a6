"""
Slips that people make: none passes on a bad snapshot, or on one in which nothing is measured.

Each row of `slips` says what stops it: the codes with which `lint` refuses it, or, where lint has
nothing against it, its outcome on a bad snapshot. `python -m tests.engine.test_slips` writes
docs/slips.md, which shows them all.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml
from tests.engine.build import AT, HEAD, PERIOD, measurement, snapshot

from plumbgate.codes import CODES
from plumbgate.engine.compile import CompiledPolicy, compile_policies
from plumbgate.engine.evaluate import evaluate
from plumbgate.loading.policies import load_policies
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.metric import Better
from plumbgate.model.quantity import Unit
from plumbgate.model.snapshot import Change, Facts, Reference, Scope, Snapshot, State, UnitPart
from plumbgate.model.verdict import Outcome

FOLDER = Path(__file__).parent / "slips"
PAGE = Path(__file__).parent.parent.parent / "docs" / "slips.md"

SHARED = """\
parameters:
  max_days: {value: 15 d}
  min_share: {value: 80 %}
  mei: {value: 3 d, looser: higher}
  grace: {value: 2, looser: higher}
variables:
  - {name: early, expression: "programme.tenure_periods < 3"}
  - {name: fast, expression: "metrics.remediation.rmst_high <= params.max_days"}
  - name: signal
    expression: trend(change.remediation.rmst_high, params.mei)
    if_unmeasured: unknown
rules:
  - id: speed
    title: Another rule
    severity: low
    threshold: {metric: remediation.rmst_high, at_most: max_days}
"""
"""What slips in an assertion or a rule stand in; no other rule than theirs may pass either."""
GIVEN = {"id": "r", "title": "Findings are remediated in time", "severity": "medium"}


@dataclass(frozen=True)
class Slip:
    group: str
    expected: str
    """Codes of lint, or the outcome on a bad snapshot."""
    name: str
    written: str
    policy: str


def rule_of(written: str) -> str:
    return SHARED + indented(written_over(GIVEN, written), "  - ")


def assertion_of(written: str) -> str:
    return rule_of(f"assert: |\n{indented(written, '  ')}")


def policy_of(written: str) -> str:
    return written


READ_AS = {"asserts.yaml": assertion_of, "rules.yaml": rule_of, "policies.yaml": policy_of}


def written_over(given: dict[str, str], written: str) -> str:
    """Return what is written, below what is given and not written."""
    said = {line.partition(":")[0] for line in written.splitlines()}
    return "".join(f"{k}: {v}\n" for k, v in given.items() if k not in said) + written


def indented(text: str, first: str) -> str:
    lines = text.splitlines()
    return "".join(f"{' ' * len(first) if i else first}{line}\n" for i, line in enumerate(lines))


def slips() -> Iterator[Slip]:
    head = dict(line.split(": ", 1) for line in HEAD.splitlines())
    for file, read in READ_AS.items():
        # As text: a slip may be named `null` or `yes`.
        groups = yaml.load((FOLDER / file).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        for group, rows in groups.items():
            for row in rows:
                expected, name, written = row.values() if isinstance(row, dict) else row
                policy = written_over(head, read(written))
                yield Slip(group, expected, name, written.rstrip("\n"), policy)


SLIPS = list(slips())


def linted(policy: str) -> tuple[list[CompiledPolicy], list[str]]:
    """Return the policy, and the codes of what is wrong with it but for what it does not read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "slip" / "policy.yaml"
        path.parent.mkdir()
        path.write_text(policy, encoding="utf-8")
        policies, mistakes = load_policies({path: "slip/policy.yaml"})
    compiled, wrong = compile_policies(policies, CATALOGUE)
    unread = () if SHARED not in policy else ("PG035",)
    codes = dict.fromkeys(one.code for one in (*mistakes, *wrong) if one.code not in unread)
    return compiled, list(codes)


GREATEST = {Unit.RATIO: 1.0, Unit.RATIO_PER_30D: 1.0, Unit.DAYS: 99.0}


def bad(**programme: float) -> Snapshot:
    """Return a tenant and its unit, bad in every metric, for long, and getting worse."""
    metrics, changes = {}, {}
    for name, metric in CATALOGUE.items():
        greatest = GREATEST.get(metric.unit, 1000.0)
        worst = 0.0 if metric.better is Better.UP else greatest
        metrics[name] = measurement(
            worst, metric=name, n=500, numerator=worst * 500, denominator=500.0
        )
        changes[name] = Change(-greatest / 2, -greatest * 0.6, -greatest * 0.4)
    earlier = Reference((), {name: measurement(0.5, metric=name, n=500) for name in metrics})
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


def uncounted(**programme: float) -> Snapshot:
    """Return a snapshot in which all was counted, and of each there was none."""
    none = {"n": 0, "numerator": 0.0, "denominator": 0.0, "low": None, "high": None}
    empty = (measurement(None, State.NO_DATA, metric=name, **none) for name in CATALOGUE)
    return snapshot(*empty, scope=Scope("globex"), programme=programme)


OLD = {"tenure_periods": 9, "review_cycles": 9, "auditability": 0, "review_cadence": 0}
YOUNG = {"tenure_periods": 1, "review_cycles": 1, "auditability": 1, "review_cadence": 1}
BUSY = {"activity": 99, "activity_baseline": 1}
QUIET = {"activity": 1, "activity_baseline": 9}
BAD = bad(**OLD, **QUIET)
GIVENS = {
    "bad": BAD,
    "bad and busy": bad(**OLD, **BUSY),
    "bad, busy and young": bad(**YOUNG, **BUSY),
    "nothing measured": unmeasured(),
    "nothing measured, busy and young": unmeasured(**YOUNG, **BUSY),
    "nothing measured, busy and old": unmeasured(**OLD, **BUSY),
    "nothing to count": uncounted(**OLD, **BUSY),
    "nothing to count, young": uncounted(**YOUNG, **QUIET),
}


def outcomes(compiled: list[CompiledPolicy], given: Snapshot) -> list[Outcome]:
    return [verdict.outcome for verdict in evaluate(compiled, [given], CATALOGUE, AT)]


def test_there_are_enough_of_them() -> None:
    assert len(SLIPS) >= 200
    assert [name for name, n in Counter(slip.name for slip in SLIPS).items() if n > 1] == []


def test_without_a_slip_lint_has_nothing_against_it() -> None:
    """What the slips stand in is in order, so that they alone are what is refused."""
    right = assertion_of("metrics.remediation.rmst_high <= params.max_days")

    assert linted(HEAD + right)[1] == []


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.name for slip in SLIPS])
def test_a_slip_is_stopped_by_what_its_row_says_and_never_passes(slip) -> None:
    compiled, codes = linted(slip.policy)
    if codes:
        assert " ".join(codes) == slip.expected
        return
    assert outcomes(compiled, BAD)[-1] == slip.expected
    for name, given in GIVENS.items():
        assert Outcome.PASS not in outcomes(compiled, given), name


def page() -> str:
    by_lint = [slip for slip in SLIPS if slip.expected.startswith("PG")]
    by_code = Counter(slip.expected.split()[0] for slip in by_lint)
    by_outcome = Counter(slip.expected for slip in SLIPS if slip not in by_lint)
    codes = "".join(f"| {c} | {CODES[c].meaning} | {n} |\n" for c, n in sorted(by_code.items()))
    left = "".join(f"| {outcome} | {n} |\n" for outcome, n in sorted(by_outcome.items()))
    return f"""\
# Slips

Made by `python -m tests.engine.test_slips`; a test fails where this page is not what it makes.

{len(SLIPS)} small policies, each wrong in a way in which people are wrong. None of them passes on a
snapshot in which every metric is bad, in one in which nothing was measured, or in one in which
there was nothing to count, whether the programme is young or old, quiet or busy.

`plumbgate lint` refuses {len(by_lint)} of them before anything runs:

| first code | what it says | slips |
| --- | --- | --- |
{codes}
The other {len(SLIPS) - len(by_lint)} are in order by themselves, and ask for something else than
was meant. Only the evaluation stops them. On the bad snapshot they are:

| outcome | slips |
| --- | --- |
{left}{"".join(_table(group) for group in dict.fromkeys(slip.group for slip in SLIPS))}"""


def _table(group: str) -> str:
    rows = "".join(
        f"| {slip.name} | {_shown(slip.written)} | {slip.expected} |\n"
        for slip in SLIPS
        if slip.group == group
    )
    return f"\n## {group}\n\n| slip | as it is written | stopped by |\n| --- | --- | --- |\n{rows}"


def _shown(written: str) -> str:
    """Return a text as code in the cell of a table, line by line."""
    return "<br>".join(_code(line) for line in written.splitlines())


def _code(line: str) -> str:
    indent = len(line) - len(line.lstrip())
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if "`" in line else ""
    text = line.strip().replace("|", "\\|").replace("\t", " ")
    return f"{'&nbsp;' * indent}{ticks}{pad}{text}{pad}{ticks}"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
