"""
JUnit XML that every reader accepts: valid against the strict Ant schema and against junit-10.

The two dialects agree on little: no properties, file or output of a test case, no totals at the
top, no fraction of a second beyond three digits, no time zone. Times are 0 and the host is
`localhost`, because real ones would make two runs over the same inputs differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from junit_xml import TestCase, TestSuite

from plumbgate.model.instant import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class Case:
    """A test case: it passes where it has no `kind`."""

    name: str
    class_name: str
    kind: str = ""
    """failure, error or skipped."""
    message: str = ""
    body: str = ""
    type: str = ""
    """Of a failure or an error."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A test suite."""

    name: str
    cases: Sequence[Case]
    timestamp: datetime
    properties: Mapping[str, str] = field(default_factory=dict)
    output: str = ""


def document(suites: Iterable[Suite]) -> bytes:
    """Return the suites as XML, UTF-8; names must be told apart and texts must be visible."""
    root = ET.Element("testsuites")
    for number, suite in enumerate(suites):
        built = TestSuite(
            suite.name,
            [_case(case) for case in suite.cases],
            hostname="localhost",
            id=str(number),
            package="plumbgate",
            timestamp=format_instant(suite.timestamp.replace(microsecond=0)).removesuffix("Z"),
            properties=dict(suite.properties),
        )
        root.append(_conform(built.build_xml_doc(), suite.output))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _case(case: Case) -> TestCase:
    made = TestCase(case.name, case.class_name)
    if case.kind == "skipped":
        made.add_skipped_info(case.message, case.body)
    elif case.kind == "failure":
        made.add_failure_info(case.message, case.body, case.type)
    elif case.kind == "error":
        made.add_error_info(case.message, case.body, case.type)
    return made


def _conform(suite: ET.Element, output: str) -> ET.Element:
    """Make what `junit-xml` built valid: its attributes, the times it left out, the outputs."""
    suite.attrib = {name: suite.attrib[name] for name in _SUITE_ATTRIBUTES}
    for case in suite.iter("testcase"):
        case.set("time", "0")
        for child in case:
            child.attrib = {name: child.attrib[name] for name in _CHILD_ATTRIBUTES[child.tag]}
    ET.SubElement(suite, "system-out").text = output
    ET.SubElement(suite, "system-err")
    return suite
