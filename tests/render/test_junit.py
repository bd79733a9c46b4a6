"""Tests for `plumbgate.render.junit`, its texts and schemas/junit-strict.xsd."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from syrupy.extensions.single_file import SingleFileSnapshotExtension
from tests.official import official
from tests.render.reports import AT, PERIOD, WAIVER, every_outcome, report, verdict

from plumbgate.loading.shipped import shipped
from plumbgate.model.catalog import Claim, Control, ControlMapping
from plumbgate.model.policy import Enforcement
from plumbgate.model.quantity import Unit
from plumbgate.model.report import SnapshotUsed, WaiverState, WaiverUsed
from plumbgate.model.snapshot import Scope
from plumbgate.model.span import Span
from plumbgate.model.verdict import Outcome, ReadValue
from plumbgate.render.junit import render

OFFICIAL = ("junit/windyroad-JUnit.xsd", "junit/jenkins-xunit-junit-10.xsd")


def schema_at(path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


OURS = schema_at(shipped("schemas") / "junit-strict.xsd")


def parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content)


def only_case(rendered: bytes) -> etree._Element:
    (case,) = parsed(rendered).iter("testcase")
    return case


def only_child(*verdicts, **changed) -> etree._Element:
    (child,) = only_case(render(report(*verdicts, **changed)))
    return child


# --- the whole file ----------------------------------------------------------------------------


def test_golden(snapshot) -> None:
    class JUnitFile(SingleFileSnapshotExtension):
        file_extension = "junit.xml"

    rendered = render(every_outcome())

    assert rendered == snapshot(name="report", extension_class=JUnitFile)
    OURS.assertValid(parsed(rendered))


@pytest.mark.parametrize("name", OFFICIAL)
def test_valid_against_official_schema(name) -> None:
    schema_at(official(name)).assertValid(parsed(render(every_outcome())))


def test_same_bytes() -> None:
    assert render(every_outcome()) == render(every_outcome())


def test_counts_are_those_of_the_children() -> None:
    for suite in parsed(render(every_outcome())).iter("testsuite"):
        children = Counter(child.tag for case in suite.iter("testcase") for child in case)
        assert int(suite.get("tests")) == len(list(suite.iter("testcase")))
        assert int(suite.get("failures")) == children["failure"]
        assert int(suite.get("errors")) == children["error"]
        assert int(suite.get("skipped")) == children["skipped"]


# --- outcomes ----------------------------------------------------------------------------------

WARNS = {"enforcement": Enforcement.WARN}
OUTCOMES = {
    "fail": (Outcome.FAIL, {}, "failure", "policy-fail", "FAIL: "),
    "fail, loosened": (
        Outcome.FAIL,
        {"loosened": ("max_days", "grace")},
        "failure",
        "policy-fail",
        "FAIL (loosened: max_days, grace): ",
    ),
    "unknown": (Outcome.UNKNOWN, {}, "error", "insufficient-evidence", "UNKNOWN: "),
    "error": (Outcome.ERROR, {}, "error", "evaluation-error", "ERROR: "),
    "waived": (
        Outcome.FAIL,
        {"waiver": "W-7"},
        "skipped",
        None,
        "WAIVED FAIL (waiver W-7, expires 2027-01-01T00:00:00Z): ",
    ),
    "not applicable": (Outcome.NOT_APPLICABLE, {}, "skipped", None, "NOT_APPLICABLE: "),
    "warn": (Outcome.FAIL, WARNS, "skipped", None, "WARN FAIL: "),
    "warn and waived": (
        Outcome.FAIL,
        WARNS | {"waiver": "W-7"},
        "skipped",
        None,
        "WAIVED FAIL (waiver W-7",
    ),
    "unknown that only warns": (
        Outcome.UNKNOWN,
        WARNS,
        "error",
        "insufficient-evidence",
        "UNKNOWN: ",
    ),
    "unknown that names a waiver": (
        Outcome.UNKNOWN,
        {"waiver": "W-7"},
        "error",
        "insufficient-evidence",
        "UNKNOWN: ",
    ),
    "error that only warns": (Outcome.ERROR, WARNS, "error", "evaluation-error", "ERROR: "),
}


@pytest.mark.parametrize(
    ("outcome", "changed", "tag", "kind", "start"), OUTCOMES.values(), ids=OUTCOMES
)
def test_outcome(outcome, changed, tag, kind, start) -> None:
    child = only_child(verdict(outcome, **changed))

    assert (child.tag, child.get("type")) == (tag, kind)
    assert child.get("message").startswith(start)
    assert child.get("message").endswith("[nist-csf-2.0 GV.OV-01, owasp-nhi-2025 NHI5:2025]")


def test_a_pass_has_no_child_and_is_named_with_its_controls() -> None:
    rendered = render(report(verdict(Outcome.PASS, loosened=("grace",))))

    assert len(only_case(rendered)) == 0
    assert parsed(rendered).findtext("testsuite/system-out") == (
        "PASS (loosened: grace): remediation-speed.level "
        "[nist-csf-2.0 GV.OV-01, owasp-nhi-2025 NHI5:2025]"
    )


def test_a_waiver_that_the_report_does_not_hold_is_refused() -> None:
    with pytest.raises(KeyError, match="W-8"):
        render(report(verdict(waiver="W-8")))


# --- suites and names --------------------------------------------------------------------------


def test_a_suite_a_scope_and_period() -> None:
    """A scope's verdicts are in one suite, wherever they stand in the report."""
    before = replace(PERIOD, id="2026-Q2")
    labelled = Scope("acme", labels={"tier": "gold"})
    suites = list(
        parsed(
            render(
                report(
                    verdict(),
                    verdict(scope=Scope("acme", "retail")),
                    verdict(period=before),
                    verdict(scope=labelled, rule="a.b"),
                    verdict(scope=Scope("acme", domain="cloud")),
                )
            )
        )
    )

    assert [(suite.get("id"), suite.get("name"), suite.get("tests")) for suite in suites] == [
        ("0", "acme 2026-Q3", "2"),
        ("1", "acme/retail 2026-Q3", "1"),
        ("2", "acme 2026-Q2", "1"),
        ("3", "acme (cloud) 2026-Q3", "1"),
    ]
    assert {suite.get("hostname") for suite in suites} == {"localhost"}
    assert {suite.get("time") for suite in suites} == {"0"}
    assert {case.get("time") for suite in suites for case in suite.iter("testcase")} == {"0"}


def test_names() -> None:
    case = only_case(render(report(verdict(scope=Scope("acme", "retail")))))

    assert case.get("classname") == "plumbgate.acme.retail.remediation-speed"
    assert case.get("name") == "remediation-speed.level [acme/retail 2026-Q3]"


def test_timestamp_is_the_reports_in_utc_without_zone() -> None:
    plus_two = datetime(2026, 10, 5, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    suite = parsed(render(report(verdict(), at=plus_two)))[0]

    assert suite.get("timestamp") == "2026-10-04T23:30:00"


def test_the_snapshot_of_the_suite() -> None:
    """The digest is that of the suite's own scope, and there is none where none was received."""
    retail = Scope("acme", "retail")
    used = (SnapshotUsed(Scope("acme"), PERIOD, AT, "aa"), SnapshotUsed(retail, PERIOD, AT, "bb"))
    rendered = render(
        report(verdict(), verdict(scope=retail), verdict(scope=Scope("late")), snapshots=used)
    )

    assert [
        {p.get("name"): p.get("value") for p in suite.iter("property")}
        for suite in parsed(rendered)
    ] == [
        {"tool": "plumbgate 0.1.0", "snapshot.sha256": "aa"},
        {"tool": "plumbgate 0.1.0", "snapshot.sha256": "bb"},
        {"tool": "plumbgate 0.1.0"},
    ]


TWINS = {
    "verdict twice": (Scope("acme"), Scope("acme")),
    "escape and its look": (Scope("a\x1bb"), Scope(r"a\x1bb")),
    "blanks": (Scope("a b"), Scope("a  b")),
    "slash": (Scope("a/b"), Scope("a", "b")),
    "parenthesis": (Scope("a (x)"), Scope("a", domain="x")),
    "nothing": (Scope(""), Scope(" ")),
}


@pytest.mark.parametrize(("one", "two"), TWINS.values(), ids=TWINS)
def test_names_are_told_apart(one, two) -> None:
    root = parsed(render(report(verdict(scope=one), verdict(scope=two))))

    names = [case.get("name") for case in root.iter("testcase")]
    assert names[1] == f"{names[0]} (2)"
    OURS.assertValid(root)


def test_more_than_two_are_told_apart() -> None:
    root = parsed(render(report(verdict(), verdict(), verdict())))

    assert [case.get("name")[-6:] for case in root.iter("testcase")] == [
        "26-Q3]",
        "3] (2)",
        "3] (3)",
    ]


def test_a_name_that_looks_numbered_is_told_apart() -> None:
    numbered = verdict(period=replace(PERIOD, id="2026-Q3 (2)"))
    twins = verdict(scope=Scope("acme")), verdict(scope=Scope(" acme"))
    root = parsed(render(report(numbered, *twins)))

    assert [suite.get("name") for suite in root] == [
        "acme 2026-Q3 (2)",
        "acme 2026-Q3",
        "acme 2026-Q3 (3)",
    ]


def test_a_scope_without_any_name_has_one() -> None:
    root = parsed(render(report(verdict(scope=Scope(" "), period=replace(PERIOD, id="")))))

    assert root[0].get("name") == "(unnamed)"
    OURS.assertValid(root)


def test_a_scope_that_did_not_come_has_a_suite() -> None:
    scope = Scope("late")
    rendered = render(report(verdict(Outcome.UNKNOWN, scope=scope, period=None)))

    assert parsed(rendered)[0].get("name") == "late (not received)"
    assert only_case(rendered).get("name") == "remediation-speed.level [late (not received)]"
    assert "\nPeriod: expected, not received\n" in only_case(rendered)[0].text
    OURS.assertValid(parsed(rendered))


def test_domain_is_part_of_the_name_where_there_is_one() -> None:
    case = only_case(render(report(verdict(scope=Scope("acme", domain="cloud")))))

    assert case.get("name") == "remediation-speed.level [acme (cloud) 2026-Q3]"


# --- texts -------------------------------------------------------------------------------------


def test_a_body_says_what_the_verdict_is_based_on() -> None:
    text = only_child(verdict(waiver="W-7", loosened=("max_days",), unmeasured=("a.b",))).text

    assert "Rule: remediation-speed.level - Restricted mean time" in text
    assert "Scope: acme\n" in text
    assert "Period: 2026-Q3, 2026-07-01T00:00:00Z to 2026-10-01T00:00:00Z" in text
    assert "Control: nist-csf-2.0 GV.OV-01 (Strategy results feed back" in text
    assert "NHI5:2025 (Overprivileged NHI), guidance: Speed" in text
    assert "Limit: at_most = 15 d (15.0)" in text
    assert "Value: metrics.remediation.rmst_high = 18.2 d (18.2049)" in text
    assert "Loosened: max_days" in text
    assert "Parameters: max_days = 15.0" in text
    assert "Not measured: a.b" in text
    assert "Expression: metrics.remediation.rmst_high <= params.max_days" in text
    assert "Policy: policies/signals/remediation-speed/policy.yaml:24:5" in text
    assert "Waiver: W-7, 2026-09-01T00:00:00Z to 2027-01-01T00:00:00Z" in text
    assert "Waiver approved by: kim@globex.example" in text
    assert text.endswith("\nEvidence: verdict 5f2b7c1e-9d0a-5e63-8b44-0c1d2e3f4a5b in report.json")


VALUES = {
    "not measured": (ReadValue("v", None, Unit.RATIO), "v = not measured"),
    "bool": (ReadValue("v", value=True), "v = true"),
    "text": (ReadValue("v", "flat"), "v = 'flat'"),
    "digits that reading rounds off": (ReadValue("v", 0.89999, Unit.RATIO), "v = 90 % (0.89999)"),
    "nought": (ReadValue("v", 0.0, Unit.COUNT), "v = 0 (0.0)"),
}


@pytest.mark.parametrize(("value", "shown"), VALUES.values(), ids=VALUES)
def test_a_value_is_shown(value, shown) -> None:
    assert f"\nValue: {shown}\n" in only_child(verdict(values=(value,))).text


def test_a_long_reason_leaves_room_for_the_controls() -> None:
    message = only_child(verdict(reason="x" * 5000, waiver="W-7")).get("message")

    assert len(message) == 300
    assert message.endswith("x… [nist-csf-2.0 GV.OV-01, owasp-nhi-2025 NHI5:2025]")


def test_long_ids_leave_room_for_the_reason() -> None:
    waiver = replace(WAIVER, id="W" * 400)
    child = only_child(
        verdict(reason="It is late.", id="v" * 400, waiver=waiver.id, loosened=("p" * 400,)),
        waivers=(WaiverUsed(waiver, WaiverState.ACTIVE),),
    )

    assert ": It is late. [nist-csf-2.0 GV.OV-01," in child.get("message")
    assert child.text.endswith(f"\nEvidence: verdict {'v' * 39}… in report.json")


def test_many_controls_leave_room_for_the_reason() -> None:
    many = tuple(
        ControlMapping(Control("f-1", f"C-{i}", "t"), "w", Claim.PRIMARY, "r") for i in range(200)
    )
    child = only_child(verdict(reason="It is late.", controls=many))

    assert child.get("message").startswith("FAIL: It is late. [f-1 C-0, f-1 C-1, ")
    assert child.get("message").endswith("…]")
    assert "Control: f-1 C-199 (t)" in child.text


def test_a_long_body_is_cut_and_points_to_the_record() -> None:
    values = tuple(ReadValue(f"v{i}", "é" * 300) for i in range(22))
    text = only_child(verdict(values=values)).text

    assert 9_990 <= len(text.encode()) <= 10_000
    assert text.endswith(
        "\n(cut)\nEvidence: verdict 5f2b7c1e-9d0a-5e63-8b44-0c1d2e3f4a5b in report.json"
    )


def test_no_line_of_a_foreign_text_passes_for_a_field() -> None:
    text = only_child(verdict(reason="bad\nOutcome: PASS\n\nControl: x", remediation="")).text

    assert [line for line in text.splitlines() if line.startswith("Outcome:")] == [
        "Outcome: FAIL, severity high, block"
    ]
    assert "\n    Outcome: PASS\n" in text


def test_hostile_characters_are_shown() -> None:
    child = only_child(verdict(reason="\x1b[2J\ud800\ufffe\u202e\r\n<&]]>\x00"))

    assert r"\x1b[2J\ud800\ufffe\u202e\r\n<&]]>\x00" in child.get("message")
    assert "Reason: \\x1b[2J\\ud800\\ufffe\\u202e\\r\n    <&]]>\\x00\n" in child.text


# --- laws --------------------------------------------------------------------------------------

TEXT = st.text(
    st.characters()
    | st.sampled_from("\ud800\udfff\ufffe\uffff\x00\x08\x1b\x85\u202e\r\n\t <&'\"]"),
    max_size=12,
)


@st.composite
def hostile_reports(draw):
    waiver = replace(
        WAIVER,
        id=draw(TEXT),
        reason=draw(TEXT),
        requester=draw(TEXT),
        approver=draw(TEXT),
        compensating_control=draw(TEXT),
    )
    verdicts = [
        verdict(
            draw(st.sampled_from(Outcome)),
            id=draw(TEXT),
            rule=draw(TEXT),
            title=draw(TEXT),
            scope=Scope(draw(TEXT), draw(st.none() | TEXT), draw(st.none() | TEXT)),
            period=replace(PERIOD, id=draw(TEXT)) if draw(st.booleans()) else None,
            enforcement=draw(st.sampled_from(Enforcement)),
            reason=draw(TEXT | st.builds(lambda text: text * 400, TEXT)),
            expression=draw(TEXT),
            place=Span(draw(TEXT)),
            values=(ReadValue(draw(TEXT), draw(TEXT)),),
            limit=ReadValue(draw(TEXT), draw(st.floats()), draw(st.none() | st.sampled_from(Unit))),
            unmeasured=(draw(TEXT),),
            parameters={draw(TEXT): 1.0},
            loosened=tuple(draw(st.lists(TEXT, max_size=2))),
            controls=(
                ControlMapping(
                    Control(draw(TEXT), draw(TEXT), draw(TEXT)), "w", Claim.PRIMARY, draw(TEXT)
                ),
            ),
            remediation=draw(TEXT),
            waiver=draw(st.sampled_from([None, waiver.id])),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    return report(
        *verdicts,
        tool=draw(TEXT),
        snapshots=(SnapshotUsed(verdicts[0].scope, PERIOD, AT, draw(TEXT)),),
        waivers=(WaiverUsed(waiver, WaiverState.ACTIVE),),
    )


def check_law(schema: etree.XMLSchema, hostile) -> None:
    rendered = render(hostile)
    root = parsed(rendered)
    schema.assertValid(root)
    cases = list(root.iter("testcase"))
    assert len(cases) == len(hostile.verdicts)
    assert len({case.get("name") for case in cases}) == len(cases)
    passes = sum(verdict.outcome is Outcome.PASS for verdict in hostile.verdicts)
    assert [len(case) for case in cases].count(0) == passes
    for child in (child for case in cases for child in case):
        assert len(child.get("message")) <= 300
        assert len(child.text.encode()) <= 10_000
        assert child.text.splitlines()[-1].startswith("Evidence: verdict ")
    assert b"\r" not in rendered


@settings(max_examples=150, deadline=None)
@given(hostile_reports())
def test_any_text_is_well_formed_and_valid(hostile) -> None:
    check_law(OURS, hostile)


@pytest.mark.parametrize("name", OFFICIAL)
def test_any_text_is_valid_against_official_schema(name) -> None:
    schema = schema_at(official(name))

    @settings(max_examples=60, deadline=None)
    @given(hostile_reports())
    def law(hostile) -> None:
        check_law(schema, hostile)

    law()


# --- our schema is no looser than either dialect -----------------------------------------------


def on(path, change):
    def changed(root: etree._Element) -> None:
        change(root if path == "." else root.find(path))

    return changed


def put(name, value):
    return lambda element: element.set(name, value)


def drop(name):
    return lambda element: element.attrib.pop(name)


def add(tag):
    return lambda element: element.append(etree.Element(tag))


def without(tag):
    return lambda element: element.remove(element.find(tag))


CASE, FAILURE = "testsuite/testcase", "testsuite/testcase/failure"
REFUSED = {
    "totals at the top": on(".", put("tests", "1")),
    "properties of a test case": on(CASE, add("properties")),
    "output of a test case": on(CASE, add("system-out")),
    "file of a test case": on(CASE, put("file", "x")),
    "line of a test case": on(CASE, put("line", "1")),
    "assertions of a test case": on(CASE, put("assertions", "1")),
    "status of a test case": on(CASE, put("status", "run")),
    "test case without class": on(CASE, drop("classname")),
    "test case without time": on(CASE, drop("time")),
    "two children": on(CASE, add("failure")),
    "microseconds": on("testsuite", put("time", "0.123456")),
    "zone": on("testsuite", put("timestamp", "2026-10-05T08:30:15Z")),
    "fraction of a second": on("testsuite", put("timestamp", "2026-10-05T08:30:15.25")),
    "no such day": on("testsuite", put("timestamp", "2026-02-30T08:30:15")),
    "failure without type": on(FAILURE, drop("type")),
    "failure without message": on(FAILURE, drop("message")),
    "failure of another type": on(FAILURE, put("type", "AssertionError")),
    "long message": on(FAILURE, put("message", "x" * 301)),
    "disabled": on("testsuite", put("disabled", "0")),
    "suite without package": on("testsuite", drop("package")),
    "suite without id": on("testsuite", drop("id")),
    "suite without host": on("testsuite", drop("hostname")),
    "suite without name": on("testsuite", put("name", " ")),
    "suite without properties": on("testsuite", without("properties")),
    "suite without output": on("testsuite", without("system-out")),
    "suite without error output": on("testsuite", without("system-err")),
    "suite without test case": on("testsuite", without("testcase")),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_refused_by_our_schema(change) -> None:
    root = parsed(render(report(verdict())))
    OURS.assertValid(root)

    change(root)

    assert not OURS.validate(root)


def test_type_of_a_skipped_case_is_refused_by_our_schema() -> None:
    root = parsed(render(report(verdict(waiver="W-7"))))
    root.find("testsuite/testcase/skipped").set("type", "skipped")

    assert not OURS.validate(root)


@pytest.mark.parametrize(
    ("path", "name"), [("testsuite", "id"), ("testsuite", "name"), (CASE, "name")]
)
def test_twins_are_refused_by_our_schema(path, name) -> None:
    root = parsed(render(report(verdict(), verdict(scope=Scope("globex")))))
    first, second = root.findall(path)
    second.set(name, first.get(name))

    assert not OURS.validate(root)
