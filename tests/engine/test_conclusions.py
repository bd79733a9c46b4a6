"""Waivers, findings and the gate: what follows from verdicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.render.reports import OVERPRIVILEGED, OVERSIGHT, WAIVER, verdict

from plumbgate.engine.conclude import conclude
from plumbgate.engine.waive import waive
from plumbgate.gate import gate
from plumbgate.model.policy import Enforcement
from plumbgate.model.report import FindingStatus, WaiverState
from plumbgate.model.snapshot import Scope
from plumbgate.model.verdict import Outcome

PASS, FAIL, UNKNOWN, ERROR, NA = Outcome
BLOCK, WARN = Enforcement
SECOND = timedelta(seconds=1)
DURING = datetime(2026, 10, 1, tzinfo=UTC)
GLOBEX = Scope("globex")


def failed(outcome=FAIL, **changed):
    return verdict(outcome, **({"scope": GLOBEX} | changed))


COVERED = {
    "its fail": (failed(), WAIVER, DURING, WaiverState.ACTIVE),
    "at its approval": (failed(), WAIVER, WAIVER.approved, WaiverState.ACTIVE),
    "before its approval": (failed(), WAIVER, WAIVER.approved - SECOND, WaiverState.NOT_YET),
    "a second before it expires": (failed(), WAIVER, WAIVER.expires - SECOND, WaiverState.ACTIVE),
    "at its expiry": (failed(), WAIVER, WAIVER.expires, WaiverState.EXPIRED),
    "a pass": (failed(PASS), WAIVER, DURING, WaiverState.UNUSED),
    "an unknown": (failed(UNKNOWN), WAIVER, DURING, WaiverState.UNUSED),
    "an error": (failed(ERROR), WAIVER, DURING, WaiverState.UNUSED),
    "another rule": (failed(rule="a.b"), WAIVER, DURING, WaiverState.UNUSED),
    "another tenant": (failed(scope=Scope("acme")), WAIVER, DURING, WaiverState.UNUSED),
    "a unit": (failed(scope=Scope("globex", "emea")), WAIVER, DURING, WaiverState.UNUSED),
    "a unit, all units": (
        failed(scope=Scope("globex", "emea")),
        replace(WAIVER, units=True),
        DURING,
        WaiverState.ACTIVE,
    ),
}


@pytest.mark.parametrize(("given_", "waiver", "at", "state"), COVERED.values(), ids=COVERED)
def test_waive(given_, waiver, at, state) -> None:
    (waived,), (used,) = waive([given_], [waiver], at)

    assert used.state is state
    covers = state is WaiverState.ACTIVE
    assert waived.waiver == (waiver.id if covers else None)
    assert used.covers == ((given_.id,) if covers else ())
    assert waived.outcome is given_.outcome


def test_of_two_waivers_for_one_fail_the_second_overlaps() -> None:
    other = replace(WAIVER, id="W-8")

    (waived,), used = waive([failed()], [WAIVER, other], DURING)

    assert waived.waiver == "W-7"
    assert [u.state for u in used] == [WaiverState.ACTIVE, WaiverState.OVERLAPPING]


GATES = {
    "all pass": ([(PASS, BLOCK, None)], 0),
    "a fail": ([(PASS, BLOCK, None), (FAIL, BLOCK, None)], 1),
    "a waived fail": ([(FAIL, BLOCK, "W-7")], 0),
    "a fail that warns": ([(FAIL, WARN, None)], 0),
    "an unknown": ([(UNKNOWN, BLOCK, None)], 3),
    "an error": ([(ERROR, BLOCK, None)], 3),
    "an unknown that warns": ([(UNKNOWN, WARN, None), (ERROR, WARN, None)], 0),
    "a fail beside an unknown": ([(UNKNOWN, BLOCK, None), (FAIL, BLOCK, None)], 1),
    "a waived fail beside an unknown": ([(UNKNOWN, BLOCK, None), (FAIL, BLOCK, "W-7")], 3),
    "nothing applies": ([(NA, BLOCK, None)], 0),
}


def build(rows):
    return [
        verdict(outcome, enforcement=enforcement, waiver=waiver)
        for outcome, enforcement, waiver in rows
    ]


@pytest.mark.parametrize(("rows", "code"), GATES.values(), ids=GATES)
def test_gate(rows, code) -> None:
    concluded = gate(build(rows))

    assert concluded.exit_code == code
    assert concluded.state == ("open" if code == 0 else "closed")


def test_the_gate_counts() -> None:
    rows = [
        (PASS, BLOCK, None),
        (FAIL, BLOCK, None),
        (FAIL, BLOCK, "W-7"),
        (FAIL, WARN, None),
        (UNKNOWN, BLOCK, None),
        (ERROR, BLOCK, None),
        (NA, BLOCK, None),
    ]

    assert gate(build(rows)).counts == {
        "pass": 1,
        "fail": 3,
        "unknown": 1,
        "error": 1,
        "not_applicable": 1,
        "waived": 1,
        "warned": 1,
        "loosened": 0,
    }


ROWS = st.lists(
    st.tuples(st.sampled_from(list(Outcome)), st.sampled_from(list(Enforcement)), st.none()),
    min_size=1,
)


@given(ROWS, st.data())
def test_a_waiver_only_opens_and_an_expired_one_does_nothing(rows, data) -> None:
    verdicts = [replace(v, id=str(i), scope=GLOBEX) for i, v in enumerate(build(rows))]
    without = gate(verdicts)
    active, _ = waive(verdicts, [WAIVER], DURING)
    expired, _ = waive(verdicts, [WAIVER], WAIVER.expires)

    assert gate(expired) == without
    # Removing a waiver never opens a gate.
    assert not (without.exit_code == 0 and gate(active).exit_code != 0)
    assert [v.outcome for v in active] == [v.outcome for v in verdicts]


WAIVERS = st.lists(
    st.builds(
        lambda id_, days, units, words: replace(
            WAIVER,
            id=id_,
            approved=WAIVER.approved + timedelta(days=days),
            expires=WAIVER.expires + timedelta(days=days),
            units=units,
            verdicts=words,
        ),
        st.sampled_from(["W-1", "W-2", "W-3", "W-4"]),
        st.sampled_from([0, -400, 400]),
        st.booleans(),
        st.sampled_from([(), ("MIXED",), ("MIXED", "WORSE")]),
    ),
    max_size=4,
    unique_by=lambda waiver: waiver.id,
)
TABLED = st.lists(
    st.tuples(
        st.sampled_from(list(Outcome)),
        st.sampled_from(list(Enforcement)),
        st.sampled_from([None, "MIXED", "WORSE"]),
        st.sampled_from([None, "emea"]),
    ),
    min_size=1,
    max_size=6,
)


@given(TABLED, WAIVERS, st.data())
def test_removing_a_waiver_never_opens_a_gate(rows, waivers, data) -> None:
    verdicts = [
        verdict(
            outcome,
            enforcement=enforcement,
            verdict=word,
            id=str(index),
            scope=Scope("globex", unit),
        )
        for index, (outcome, enforcement, word, unit) in enumerate(rows)
    ]
    fewer = [one for one in waivers if data.draw(st.booleans())]
    lapsed = [one for one in waivers if one.is_active(DURING)]

    codes = [gate(waive(verdicts, some, DURING)[0]).exit_code for some in (waivers, fewer, lapsed)]

    assert not (codes[1] == 0 and codes[0] != 0)
    # Those that are not active change nothing.
    assert codes[2] == codes[0]
    assert waive(verdicts, lapsed, DURING)[0] == waive(verdicts, waivers, DURING)[0]


def test_a_renewal_shows_how_long_its_lineage_accepts_the_fail() -> None:
    first = replace(WAIVER, id="W-1", approved=WAIVER.approved - timedelta(days=700))
    second = replace(WAIVER, id="W-2", renews="W-1", approved=WAIVER.approved - timedelta(days=350))
    third = replace(WAIVER, renews="W-2")

    _, used = waive([failed()], [third, first, second], DURING)

    assert [(one.waiver.id, one.renewals, one.since) for one in used] == [
        ("W-7", 2, first.approved),
        ("W-1", 0, first.approved),
        ("W-2", 1, first.approved),
    ]


FINDINGS = {
    "a pass": ([PASS], FindingStatus.SATISFIED),
    "passes and what does not apply": ([PASS, NA], FindingStatus.SATISFIED),
    "a fail beside a pass": ([PASS, FAIL], FindingStatus.NOT_SATISFIED),
    "an unknown beside a pass": ([PASS, UNKNOWN], FindingStatus.NOT_SATISFIED),
    "an error beside a pass": ([PASS, ERROR], FindingStatus.NOT_SATISFIED),
    "nothing applies": ([NA, NA], None),
}


@pytest.mark.parametrize(("outcomes", "status"), FINDINGS.values(), ids=FINDINGS)
def test_finding(outcomes, status) -> None:
    verdicts = [
        verdict(outcome, id=str(i), controls=(OVERSIGHT, OVERPRIVILEGED))
        for i, outcome in enumerate(outcomes)
    ]

    findings = conclude(verdicts)

    # One finding a control that is claimed as primary; guidance has none.
    assert [f.status for f in findings] == ([] if status is None else [status])
    assert all(f.control == OVERSIGHT.control for f in findings)


def test_a_waived_fail_satisfies_nothing() -> None:
    (finding,) = conclude([verdict(FAIL, waiver="W-7")])

    assert finding.status is FindingStatus.NOT_SATISFIED


def test_scopes_are_concluded_apart() -> None:
    findings = conclude([verdict(PASS), verdict(FAIL, id="2", scope=GLOBEX)])

    assert [(f.scope.tenant, f.status) for f in findings] == [
        ("acme", FindingStatus.SATISFIED),
        ("globex", FindingStatus.NOT_SATISFIED),
    ]
