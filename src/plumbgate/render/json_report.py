"""The report as JSON: what every other format could be made from again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plumbgate.model.instant import format_instant

if TYPE_CHECKING:
    from plumbgate.model.catalog import ControlMapping
    from plumbgate.model.report import Finding, Report, WaiverUsed
    from plumbgate.model.snapshot import Period, Scope
    from plumbgate.model.verdict import ReadValue, Verdict

SCHEMA = "plumbgate/report/v1"


def render(report: Report) -> bytes:
    """
    Return the report as JSON, valid against report.schema.json.

    Everything outside ASCII is escaped, so that half a surrogate pair in a name survives too.
    """
    document = {
        "schema": SCHEMA,
        "at": format_instant(report.at),
        "tool": report.tool,
        "gate": {
            "state": report.gate.state,
            "exit_code": report.gate.exit_code,
            "counts": dict(report.gate.counts),
        },
        "policies": [
            {"id": used.id, "title": used.title, "version": used.version, "sha256": used.sha256}
            for used in report.policies
        ],
        "snapshots": [
            {
                "scope": _scope(used.scope),
                "period": _period(used.period),
                "as_of": format_instant(used.as_of),
                "sha256": used.sha256,
            }
            for used in report.snapshots
        ],
        "verdicts": [_verdict(verdict) for verdict in report.verdicts],
        "findings": [_finding(finding) for finding in report.findings],
        "waivers": [_waiver(used) for used in report.waivers],
    }
    return (json.dumps(document, indent=2, allow_nan=False) + "\n").encode("ascii")


def _scope(scope: Scope) -> dict[str, Any]:
    return {
        "tenant": scope.tenant,
        "business_unit": scope.business_unit,
        "domain": scope.domain,
        "labels": dict(sorted(scope.labels.items())),
    }


def _period(period: Period | None) -> dict[str, Any] | None:
    if period is None:
        return None
    return {
        "id": period.id,
        "start": format_instant(period.start),
        "end": format_instant(period.end),
        "complete": period.complete,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.id,
        "rule": verdict.rule,
        "title": verdict.title,
        "scope": _scope(verdict.scope),
        "period": _period(verdict.period),
        "outcome": verdict.outcome,
        "verdict": verdict.verdict,
        "row": verdict.row,
        "severity": verdict.severity,
        "enforcement": verdict.enforcement,
        "warns_until": verdict.warns_until and format_instant(verdict.warns_until),
        "reason": verdict.reason,
        "expression": verdict.expression,
        "values": [_value(value) for value in verdict.values],
        "limit": _value(verdict.limit) if verdict.limit else None,
        "reads": list(verdict.reads),
        "unmeasured": list(verdict.unmeasured),
        "parameters": dict(sorted(verdict.parameters.items())),
        "loosened": list(verdict.loosened),
        "profiles": list(verdict.profiles),
        "controls": [_mapping(mapping) for mapping in verdict.controls],
        "remediation": verdict.remediation,
        "waiver": verdict.waiver,
        "place": {
            "file": verdict.place.file,
            "line": verdict.place.line,
            "column": verdict.place.column,
        },
    }


def _value(value: ReadValue) -> dict[str, Any]:
    # JSON has no infinity: a value that is none (a division by zero) is shown as its text.
    plain = value.value
    if isinstance(plain, float) and plain - plain != 0:
        plain = str(plain)
    return {"name": value.name, "value": plain, "unit": value.unit}


def _mapping(mapping: ControlMapping) -> dict[str, Any]:
    return {
        "framework": mapping.control.framework,
        "id": mapping.control.id,
        "title": mapping.control.title,
        "written": mapping.written,
        "claim": mapping.claim,
        "relevance": mapping.relevance,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "scope": _scope(finding.scope),
        "period": _period(finding.period),
        "framework": finding.control.framework,
        "control": finding.control.id,
        "title": finding.control.title,
        "status": finding.status,
        "verdicts": list(finding.verdicts),
    }


def _waiver(used: WaiverUsed) -> dict[str, Any]:
    waiver = used.waiver
    return {
        "id": waiver.id,
        "state": used.state,
        "rule": waiver.rule,
        "verdicts": list(waiver.verdicts),
        "scope": {"tenant": waiver.tenant, "units": "all" if waiver.units else None},
        "reason": waiver.reason,
        "requester": waiver.requester,
        "approver": waiver.approver,
        "compensating_control": waiver.compensating_control,
        "approved": format_instant(waiver.approved),
        "expires": format_instant(waiver.expires),
        "renews": waiver.renews,
        "renewals": used.renewals,
        "since": format_instant(used.since or waiver.approved),
        "covers": list(used.covers),
    }
