"""Reports made by hand, for the tests of the renderers."""

from __future__ import annotations

from datetime import UTC, datetime

from plumbgate.model.catalog import Claim, Control, ControlMapping
from plumbgate.model.policy import Enforcement, Severity
from plumbgate.model.quantity import Unit
from plumbgate.model.report import (
    Gate,
    GateState,
    PolicyUsed,
    Report,
    SnapshotUsed,
    WaiverState,
    WaiverUsed,
)
from plumbgate.model.snapshot import Period, Scope
from plumbgate.model.span import Span
from plumbgate.model.verdict import Outcome, ReadValue, Verdict
from plumbgate.model.waiver import Waiver

AT = datetime(2026, 10, 5, 8, 30, 15, 250_000, tzinfo=UTC)
PERIOD = Period(
    "2026-Q3", datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC), complete=True
)
PLACE = Span("policies/signals/remediation-speed/policy.yaml", 24, 5)
OVERSIGHT = ControlMapping(
    Control("nist-csf-2.0", "GV.OV-01", "Strategy results feed back into direction"),
    "GV.OV-1",
    Claim.PRIMARY,
    "Results of the programme are reviewed against its targets",
)
OVERPRIVILEGED = ControlMapping(
    Control("owasp-nhi-2025", "NHI5:2025", "Overprivileged NHI"),
    "NHI-05",
    Claim.GUIDANCE,
    "Speed of remediation reflects governance",
)
WAIVER = Waiver(
    id="W-7",
    rule="remediation-speed.level",
    tenant="globex",
    units=False,
    reason="The ticket system moves house",
    requester="sam@globex.example",
    approver="kim@globex.example",
    compensating_control="Weekly review by hand",
    approved=datetime(2026, 9, 1, tzinfo=UTC),
    expires=datetime(2027, 1, 1, tzinfo=UTC),
    place=Span("waivers.yaml", 3, 5),
)


def verdict(outcome: Outcome = Outcome.FAIL, **changed) -> Verdict:
    fields = {
        "id": "5f2b7c1e-9d0a-5e63-8b44-0c1d2e3f4a5b",
        "rule": "remediation-speed.level",
        "title": "Restricted mean time to remediate stays within the limit",
        "scope": Scope("acme"),
        "period": PERIOD,
        "outcome": outcome,
        "severity": Severity.HIGH,
        "enforcement": Enforcement.BLOCK,
        "reason": "High-risk findings stay open 18.2 d on average; the limit is 15 d.",
        "expression": "metrics.remediation.rmst_high <= params.max_days",
        "place": PLACE,
        "values": (ReadValue("metrics.remediation.rmst_high", 18.2049, Unit.DAYS),),
        "limit": ReadValue("at_most", 15.0, Unit.DAYS),
        "reads": ("remediation.rmst_high",),
        "parameters": {"max_days": 15.0},
        "controls": (OVERSIGHT, OVERPRIVILEGED),
        "remediation": "Route findings to the owner.\nWatch the queue.",
    }
    return Verdict(**(fields | changed))


def report(*verdicts: Verdict, **changed) -> Report:
    fields = {
        "at": AT,
        "tool": "plumbgate 0.1.0",
        "gate": Gate(GateState.CLOSED, 1, {}),
        "policies": (PolicyUsed("remediation-speed", "Remediation speed", "1.0.0", "ab" * 32),),
        "snapshots": (SnapshotUsed(Scope("acme"), PERIOD, AT, "cd" * 32),),
        "verdicts": verdicts,
        "findings": (),
        "waivers": (WaiverUsed(WAIVER, WaiverState.ACTIVE),),
    }
    return Report(**(fields | changed))


def every_outcome() -> Report:
    """Return one verdict of each kind, in two scopes and a unit."""
    undecided = {"values": (), "limit": None, "parameters": {}}
    return report(
        verdict(Outcome.PASS, reason="Within the limit."),
        verdict(
            rule="remediation-speed.direction", title="Not slower than before", loosened=("grace",)
        ),
        verdict(
            Outcome.UNKNOWN,
            rule="review-quality.recall",
            title="Reviews find what should be revoked",
            reason="Not measured: review.recall.",
            unmeasured=("review.recall",),
            **undecided,
        ),
        verdict(
            Outcome.ERROR,
            rule="review-quality.drift",
            title="Revoked entitlements stay revoked",
            reason="Division by zero.",
            expression="metrics.review.drift\n  / 0.0 > 1.0",
            **undecided,
        ),
        verdict(Outcome.NOT_APPLICABLE, scope=Scope("acme", "retail"), reason="No findings."),
        verdict(scope=Scope("globex"), waiver="W-7"),
        verdict(
            scope=Scope("globex"),
            rule="exception-volume.level",
            title="Few exceptions are carried over",
            severity=Severity.LOW,
            enforcement=Enforcement.WARN,
            reason="12 % of the exceptions were carried over; the limit is 10 %.",
            values=(
                ReadValue("metrics.exceptions.carryover", 0.12, Unit.RATIO),
                ReadValue("variables.signal", "worsened"),
                ReadValue("variables.early", value=False),
                ReadValue("metrics.exceptions.no_expiry", None, Unit.RATIO),
            ),
            controls=(OVERSIGHT,),
        ),
    )
