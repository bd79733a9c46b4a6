"""
The demo's story, found again: its records through the real measure and the real policies.

What a plan says is what measuring must find; what the shipped policies make of it is the table
`OUTCOMES`, which a reader can hold against the stories in `archetypes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbgate.cel.functions import trend
from plumbgate.demo.archetypes import ARCHETYPES
from plumbgate.demo.instants import AS_OF, AT
from plumbgate.measure.records import open_records
from plumbgate.measure.run import measure
from plumbgate.measure.settings import Settings
from plumbgate.measure.snapshot_files import snapshot_bytes, snapshot_path
from plumbgate.pipeline.check import Inputs, check
from plumbgate.pipeline.project import shipped_policies

if TYPE_CHECKING:
    from plumbgate.model.snapshot import Snapshot

FALLING, BUSY, MATURE, EARLY, BROKEN = PLANS = ARCHETYPES
LAST = "2025-Q4"

SIGNALS = {
    "reviews.flagged_recall": 0.05,
    "remediation.rmst_high": 3.0,
    "entitlements.net_drift": 0.0033,
    "exceptions.carryover": 0.05,
    "workflow.governed_share": 0.05,
}
"""The metric of each of the five signals, with the smallest change worth acting on."""

OUTCOMES = {
    # rule                            falling  busy     mature   early  broken
    "entitlement-drift.level": "      PASS     FAIL     PASS     FAIL   PASS",
    "entitlement-drift.excess": "     PASS     FAIL     PASS     FAIL   PASS",
    "entitlement-drift.moving": "     PASS     FAIL     PASS     -      PASS",
    "exception-volume.level": "       PASS     FAIL     PASS     FAIL   PASS",
    "exception-volume.volume": "      PASS     FAIL     PASS     FAIL   PASS",
    "exception-volume.moving": "      PASS     FAIL     PASS     -      PASS",
    "measurement-base.level": "       PASS     PASS     PASS     PASS   FAIL",
    "measurement-base.owners": "      PASS     PASS     PASS     PASS   UNKNOWN",
    "measurement-base.telemetry": "   PASS     PASS     PASS     PASS   FAIL",
    "measurement-base.silence": "     PASS     PASS     PASS     PASS   FAIL",
    "measurement-base.rejected": "    PASS     PASS     PASS     PASS   UNKNOWN",
    "measurement-base.population": "  PASS     PASS     PASS     PASS   PASS",
    "measurement-base.by_hand": "     PASS     PASS     PASS     PASS   UNKNOWN",
    "remediation-speed.level": "      PASS     FAIL     PASS     FAIL   UNKNOWN",
    "remediation-speed.in_time": "    PASS     FAIL     PASS     FAIL   UNKNOWN",
    "remediation-speed.honest": "     PASS     PASS     PASS     PASS   UNKNOWN",
    "remediation-speed.moving": "     PASS     FAIL     PASS     -      UNKNOWN",
    "review-quality.level": "         PASS     FAIL     PASS     FAIL   PASS",
    "review-quality.stamped": "       PASS     FAIL     PASS     PASS   PASS",
    "review-quality.moving": "        PASS     FAIL     PASS     -      PASS",
    "workflow-adoption.level": "      PASS     FAIL     PASS     FAIL   UNKNOWN",
    "workflow-adoption.offboarding": "PASS     FAIL     PASS     FAIL   PASS",
    "workflow-adoption.moving": "     PASS     FAIL     PASS     -      UNKNOWN",
}
"""What the signals pack says of the last quarter; `-` is not applicable, by grace."""


@pytest.fixture(scope="module")
def snapshots(folder) -> tuple[Snapshot, ...]:
    with open_records(folder, AS_OF) as records:
        return measure(records, AS_OF, Settings())


@pytest.fixture(scope="module")
def outcomes(snapshots, folder) -> dict[tuple[str, str], str]:
    written = folder.parent / "snapshots"
    for snapshot in snapshots:
        path = written / snapshot_path(snapshot)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(snapshot_bytes(snapshot))
    report = check(Inputs([written], [shipped_policies() / "signals"]), AT)
    return {(verdict.rule, verdict.scope.name): verdict.outcome for verdict in report.verdicts}


def of(plan, snapshots, quarter=LAST) -> Snapshot:
    (found,) = [s for s in snapshots if s.scope.name == plan.tenant and s.period.id == quarter]
    return found


def trends(snapshot) -> dict[str, str]:
    """Return what each signal does against the baseline, where there is a change."""
    return {
        metric: trend({"delta": change.delta, "low": change.low, "high": change.high}, mei)
        for metric, mei in SIGNALS.items()
        if (change := snapshot.facts.change.get(metric))
    }


@pytest.mark.parametrize("rule", OUTCOMES)
def test_outcomes_of_the_last_quarter(rule, outcomes) -> None:
    expected = [word.replace("-", "NOT_APPLICABLE") for word in OUTCOMES[rule].split()]

    assert [outcomes[rule, plan.tenant] for plan in PLANS] == expected


def test_every_rule_of_the_pack_is_told(outcomes) -> None:
    assert {rule for rule, _ in outcomes} == set(OUTCOMES)


@pytest.mark.parametrize("quarter", ["2025-Q3", "2025-Q4"])
def test_where_risk_falls_every_signal_improves_two_quarters_in_a_row(quarter, snapshots) -> None:
    assert trends(of(FALLING, snapshots, quarter)) == dict.fromkeys(SIGNALS, "improved")


@pytest.mark.parametrize("plan", [BUSY, MATURE], ids=["busy", "mature"])
def test_where_nothing_moves_no_signal_does(plan, snapshots) -> None:
    for snapshot in snapshots:
        if snapshot.scope.name == plan.tenant:
            assert set(trends(snapshot).values()) <= {"flat", "inconclusive"}, snapshot.period.id
    assert set(trends(of(plan, snapshots))) == set(SIGNALS)


def test_the_busy_one_is_busy(snapshots) -> None:
    programme = of(BUSY, snapshots).facts.programme

    assert programme["activity"] >= 1.5 * programme["activity_baseline"]


def test_the_mature_one_is_auditable_and_on_time(snapshots) -> None:
    programme = of(MATURE, snapshots).facts.programme

    assert programme["auditability"] >= 0.95
    assert programme["review_cadence"] >= 0.95


def test_early_on_adoption_rises_first(snapshots) -> None:
    snapshot = of(EARLY, snapshots)
    moved = trends(snapshot)

    assert snapshot.facts.programme["tenure_periods"] == 2
    assert moved.pop("workflow.governed_share") == "improved"
    assert set(moved.values()) <= {"flat", "inconclusive"}
    assert snapshot.facts.change["remediation.first_action_7d"].low > 0


def test_silence_reads_as_not_measured_and_names_the_feed(snapshots) -> None:
    metrics = of(BROKEN, snapshots).facts.metrics

    assert metrics["remediation.rmst_high"].state == "not_measured"
    assert "the feed scanner was silent in 2025-Q4: 44 d" in metrics["remediation.rmst_high"].reason
    assert metrics["workflow.governed_share"].state == "not_measured"
    assert "the feed audit-log was silent" in metrics["workflow.governed_share"].reason
    assert metrics["base.telemetry_complete"].value < 0.95


PLANNED = {
    "recall": ("reviews.flagged_recall", 0.01, 0.006),
    "stamped": ("reviews.rubber_stamp_share", 0.01, 0.006),
    "governed": ("workflow.governed_share", 0.01, 0.006),
    "carried": ("exceptions.carryover", 0.01, 0.016),
    "covered": ("base.inventory_coverage", 0.01, 0.006),
    "offboarded": ("workflow.offboard_complete", 0.01, 0.026),
    # Per mille of a quarter of 92 days to a share of 30 days.
    "growth": ("entitlements.net_drift", 30 / 92_000, 0.0015),
}
"""Series of a plan, with the metric that finds it again, its scale, and what rounding may add."""


@pytest.mark.parametrize("series", PLANNED)
def test_what_was_planned_is_measured(series, snapshots) -> None:
    metric, scale, tolerance = PLANNED[series]
    seen = 0
    for plan in PLANS:
        for quarter, planned in zip(plan.quarters, getattr(plan, series), strict=True):
            period = f"{quarter.start.year}-Q{quarter.start.month // 3 + 1}"
            found = of(plan, snapshots, period).facts.metrics[metric]
            if found.state == "ok":
                assert found.value == pytest.approx(planned * scale, abs=tolerance), period
                seen += 1
    assert seen >= 25
