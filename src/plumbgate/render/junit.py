"""
JUnit XML that every reader accepts: valid against the strict Ant schema and against junit-10.

The two dialects agree on little: no properties, file or output of a test case, no totals at the
top, no fraction of a second beyond three digits, no time zone. Times are 0 and the host is
`localhost`, because real ones would make two runs over the same inputs differ.

Framework ids stand in each message and body, because readers lose properties. A pass has no
message; the suite's output names it and its controls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from junit_xml import TestCase, TestSuite

from plumbgate.model.instant import format_instant
from plumbgate.model.policy import Enforcement
from plumbgate.model.verdict import Outcome
from plumbgate.render.junit_text import body, in_one_line, message
from plumbgate.render.text_safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plumbgate.model.report import Report
    from plumbgate.model.snapshot import Period, Scope
    from plumbgate.model.verdict import Verdict
    from plumbgate.model.waiver import Waiver

_SUITE_ATTRIBUTES = (
    "name",
    "package",
    "id",
    "hostname",
    "timestamp",
    "tests",
    "failures",
    "errors",
    "skipped",
    "time",
)
_CHILD_ATTRIBUTES = {
    "failure": ("type", "message"),
    "error": ("type", "message"),
    "skipped": ("message",),
}
"""What both schemas know of the child that says why a test case did not pass."""

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
    suite_names = _told_apart(_suite_name(verdicts[0]) for verdicts in suites.values())
    case_names = _told_apart(_case_name(each) for verdicts in suites.values() for each in verdicts)
    waivers = {used.waiver.id: used.waiver for used in report.waivers}
    digests = {_key(used.scope, used.period): used.sha256 for used in report.snapshots}
    root = ET.Element("testsuites")
    for number, (name, (key, verdicts)) in enumerate(zip(suite_names, suites.items(), strict=True)):
        suite = TestSuite(
            name,
            [_case(verdict, next(case_names), waivers) for verdict in verdicts],
            hostname="localhost",
            id=str(number),
            package="plumbgate",
            timestamp=format_instant(report.at.replace(microsecond=0)).removesuffix("Z"),
            properties=_properties(report.tool, digests.get(key)),
        )
        root.append(_conform(suite.build_xml_doc(), verdicts))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


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


def _told_apart(names: Iterable[str]) -> Iterator[str]:
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


def _case(verdict: Verdict, name: str, waivers: dict[str, Waiver]) -> TestCase:
    case = TestCase(name, _class_name(verdict))
    if verdict.outcome is Outcome.PASS:
        return case
    failed = verdict.outcome is Outcome.FAIL
    waiver = waivers[verdict.waiver] if failed and verdict.waiver else None
    warns = failed and verdict.enforcement is Enforcement.WARN
    texts = message(verdict, waiver), body(verdict, waiver)
    if waiver or warns or verdict.outcome is Outcome.NOT_APPLICABLE:
        case.add_skipped_info(*texts)
    elif failed:
        case.add_failure_info(*texts, "policy-fail")
    else:
        case.add_error_info(*texts, _ERRORS[verdict.outcome])
    return case


def _conform(suite: ET.Element, verdicts: list[Verdict]) -> ET.Element:
    """Make what `junit-xml` built valid: its attributes, the times it left out, the outputs."""
    suite.attrib = {name: suite.attrib[name] for name in _SUITE_ATTRIBUTES}
    for case in suite.iter("testcase"):
        case.set("time", "0")
        for child in case:
            child.attrib = {name: child.attrib[name] for name in _CHILD_ATTRIBUTES[child.tag]}
    passed = [message(each, None) for each in verdicts if each.outcome is Outcome.PASS]
    ET.SubElement(suite, "system-out").text = "\n".join(passed)
    ET.SubElement(suite, "system-err")
    return suite
