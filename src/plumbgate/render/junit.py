"""
The report as JUnit XML: a suite a scope and period, a test case a verdict.

Framework ids stand in each message and body, because readers lose properties. A pass has no
message; the suite's output names it and its controls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.model.policy import Enforcement
from plumbgate.model.verdict import Outcome
from plumbgate.render.junit_document import Case, Suite, document
from plumbgate.render.junit_text import body, in_one_line, message
from plumbgate.render.text_safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plumbgate.model.report import Report
    from plumbgate.model.snapshot import Period, Scope
    from plumbgate.model.verdict import Verdict
    from plumbgate.model.waiver import Waiver

_ERRORS = {Outcome.UNKNOWN: "insufficient-evidence", Outcome.ERROR: "evaluation-error"}

_Key = tuple[str | None, ...]
"""Tenant, unit, domain and period: what a suite is about."""


def render(report: Report) -> bytes:
    """
    Return the report as JUnit XML, UTF-8: a suite a scope and period, a test case a verdict.

    Raises:
        KeyError: A verdict names a waiver that the report does not hold.

    """
    suites = _by_scope_and_period(report.verdicts)
    suite_names = told_apart(_suite_name(verdicts[0]) for verdicts in suites.values())
    case_names = told_apart(_case_name(each) for verdicts in suites.values() for each in verdicts)
    waivers = {used.waiver.id: used.waiver for used in report.waivers}
    digests = {_key(used.scope, used.period): used.sha256 for used in report.snapshots}
    return document(
        Suite(
            name,
            [_case(verdict, next(case_names), waivers) for verdict in verdicts],
            report.at,
            _properties(report.tool, digests.get(key)),
            _passed(verdicts),
        )
        for name, (key, verdicts) in zip(suite_names, suites.items(), strict=True)
    )


def _by_scope_and_period(verdicts: Iterable[Verdict]) -> dict[_Key, list[Verdict]]:
    suites: dict[_Key, list[Verdict]] = {}
    for verdict in verdicts:
        suites.setdefault(_key(verdict.scope, verdict.period), []).append(verdict)
    return suites


def _key(scope: Scope, period: Period | None) -> _Key:
    when = period.id if period else None
    return (*scope.key, when)


def _suite_name(verdict: Verdict) -> str:
    when = verdict.period.id if verdict.period else "(not received)"
    return in_one_line(f"{verdict.scope.name} {when}")


def _case_name(verdict: Verdict) -> str:
    return in_one_line(f"{verdict.rule} [{_suite_name(verdict)}]")


def _class_name(verdict: Verdict) -> str:
    policy = verdict.rule.rpartition(".")[0]
    parts = ("plumbgate", verdict.scope.tenant, verdict.scope.business_unit, policy)
    return in_one_line(".".join(filter(None, parts)))


def told_apart(names: Iterable[str]) -> Iterator[str]:
    """Yield `names`, equal ones numbered: of two that are equal, readers drop the second."""
    used: set[str] = set()
    for name in names:
        candidate, count = name, 1
        while candidate in used:
            count += 1
            candidate = f"{name} ({count})"
        used.add(candidate)
        yield candidate


def _properties(tool: str, snapshot: str | None) -> dict[str, str]:
    known = {"tool": tool} | ({"snapshot.sha256": snapshot} if snapshot else {})
    return {name: visible(value) for name, value in known.items()}


def _case(verdict: Verdict, name: str, waivers: dict[str, Waiver]) -> Case:
    about = name, _class_name(verdict)
    if verdict.outcome is Outcome.PASS:
        return Case(*about)
    failed = verdict.outcome is Outcome.FAIL
    waiver = waivers[verdict.waiver] if failed and verdict.waiver else None
    warns = failed and verdict.enforcement is Enforcement.WARN
    texts = message(verdict, waiver), body(verdict, waiver)
    if waiver or warns or verdict.outcome is Outcome.NOT_APPLICABLE:
        return Case(*about, "skipped", *texts)
    if failed:
        return Case(*about, "failure", *texts, "policy-fail")
    return Case(*about, "error", *texts, _ERRORS[verdict.outcome])


def _passed(verdicts: Iterable[Verdict]) -> str:
    return "\n".join(message(one, None) for one in verdicts if one.outcome is Outcome.PASS)
