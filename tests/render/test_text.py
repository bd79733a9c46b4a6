"""Tests for `plumbgate.render.text`."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.extensions.single_file import SingleFileSnapshotExtension
from tests.render.reports import PERIOD, WAIVER, every_outcome, report, verdict

from plumbgate.gate import gate
from plumbgate.model.policy import Enforcement
from plumbgate.model.quantity import Unit
from plumbgate.model.report import WaiverState, WaiverUsed
from plumbgate.model.snapshot import Scope
from plumbgate.model.verdict import Outcome, ReadValue
from plumbgate.render.text import SCOPES_ABREAST, matrix, render


def judged(*verdicts, **changed):
    return report(*verdicts, gate=gate(verdicts), **changed)


def shown(*verdicts, **changed) -> str:
    return render(judged(*verdicts, **changed)).decode()


def test_golden(snapshot) -> None:
    class TextFile(SingleFileSnapshotExtension):
        file_extension = "report.txt"

    every = every_outcome()

    rendered = render(replace(every, gate=gate(every.verdicts)))

    assert rendered == snapshot(name="report", extension_class=TextFile)


CELLS = {
    "pass": (verdict(Outcome.PASS), "20.5 d ok"),
    "fail": (verdict(Outcome.FAIL), "20.5 d FAIL"),
    "waived fail": (verdict(Outcome.FAIL, waiver="W-7"), "20.5 d FAIL (waived)"),
    "fail that warns": (
        verdict(Outcome.FAIL, enforcement=Enforcement.WARN),
        "20.5 d FAIL (warns)",
    ),
    "unknown": (verdict(Outcome.UNKNOWN, values=()), "?"),
    "error": (verdict(Outcome.ERROR, values=()), "ERROR"),
    "not applicable": (verdict(Outcome.NOT_APPLICABLE, values=()), "-"),
}
LIMITED = {
    "values": (ReadValue("metrics.remediation.rmst_high", 20.5, Unit.DAYS),),
    "limit": ReadValue("at_most", 15.0, Unit.DAYS),
}


@pytest.mark.parametrize(("one", "cell"), CELLS.values(), ids=CELLS)
def test_cell(one, cell) -> None:
    values = LIMITED["values"] if one.values else ()
    text = matrix(judged(replace(one, values=values, limit=LIMITED["limit"])))

    (row,) = [line for line in text.splitlines() if line.startswith("remediation-speed.level")]
    assert f"  {cell}  " in row
    assert row.endswith("<= 15 d")


DISTANCES = {
    "over": ("at_most", 20.5, 15.0, Unit.DAYS, "5.5 d over"),
    "short": ("at_least", 0.77, 0.8, Unit.RATIO, "3 pp short"),
    "below a limit that must be exceeded": ("above", 0.5, 0.8, Unit.RATIO, "30 pp short"),
    "above a limit that must not be reached": ("below", 4.0, 3.0, Unit.COUNT, "1 over"),
}


@pytest.mark.parametrize(
    ("comparison", "value", "limit", "unit", "distance"), DISTANCES.values(), ids=DISTANCES
)
def test_a_fail_says_by_how_much(comparison, value, limit, unit, distance) -> None:
    text = shown(
        verdict(
            values=(ReadValue("metrics.remediation.rmst_high", value, unit),),
            limit=ReadValue(comparison, limit, unit),
        )
    )

    assert f"by:       {distance}\n" in text


def test_a_value_has_its_sample_and_interval_behind_it() -> None:
    name = "remediation.rmst_high"
    values = (
        ReadValue(f"metrics.{name}", 20.5, Unit.DAYS),
        ReadValue(f"measured.{name}.n", 120, Unit.COUNT),
        ReadValue(f"measured.{name}.low", 18.0, Unit.DAYS),
        ReadValue(f"measured.{name}.high", 23.0, Unit.DAYS),
        ReadValue("params.max_days", 15.0, Unit.DAYS),
    )

    text = shown(verdict(values=values))

    assert (
        "read:     metrics.remediation.rmst_high = 20.5 d (n = 120, 18 d to 23 d), "
        "params.max_days = 15 d\n" in text
    )


def test_a_waived_fail_names_its_waiver() -> None:
    text = shown(
        verdict(waiver="W-7"),
        waivers=(WaiverUsed(WAIVER, WaiverState.ACTIVE, ("x",)),),
    )

    assert "FAIL (waived) remediation-speed.level" in text
    assert (
        "waiver:   W-7, approved by kim@globex.example, until 2027-01-01T00:00:00Z: "
        "The ticket system moves house\n" in text
    )
    assert (
        "GATE OPEN   0 passed, 1 failed, 0 undecided, 0 not applicable, 1 waived   exit 0" in text
    )


def test_a_renewed_waiver_says_how_long_the_fail_is_accepted() -> None:
    since = WAIVER.expires - timedelta(days=700)
    used = WaiverUsed(WAIVER, WaiverState.ACTIVE, ("x",), 2, since)

    text = shown(verdict(waiver="W-7"), waivers=(used,))

    assert ", renewed 2 times, 700 d since 2025-01-31T00:00:00Z: " in text


@pytest.mark.parametrize("state", [s for s in WaiverState if s is not WaiverState.ACTIVE])
def test_a_waiver_that_covers_nothing_is_said(state) -> None:
    text = shown(verdict(), waivers=(WaiverUsed(WAIVER, state),))

    assert f"waiver W-7 for remediation-speed.level on globex covers nothing: {state}\n" in text


def test_what_is_undecided_takes_a_line() -> None:
    text = shown(verdict(Outcome.UNKNOWN, values=(), reason="not measured: x"))

    assert "?     remediation-speed.level  acme 2026-Q3  not measured: x\n" in text
    assert "GATE CLOSED   0 passed, 0 failed, 1 undecided" in text


def test_many_scopes_make_more_matrices() -> None:
    verdicts = [verdict(scope=Scope(f"tenant-{i}")) for i in range(SCOPES_ABREAST + 1)]

    heads = [line for line in matrix(judged(*verdicts)).splitlines() if "required" in line]

    assert len(heads) == 2
    assert "tenant-0" in heads[0]
    assert heads[1].split() == [f"tenant-{SCOPES_ABREAST}", "required"]


def test_a_scope_that_did_not_come_has_a_column_without_period() -> None:
    text = matrix(judged(verdict(Outcome.UNKNOWN, values=(), scope=Scope("late"), period=None)))

    assert " late" in text
    assert PERIOD.id not in text


def test_scopes_that_are_shown_alike_keep_their_columns() -> None:
    text = matrix(judged(verdict(scope=Scope("x/y")), verdict(Outcome.PASS, scope=Scope("x", "y"))))

    assert "2 scopes" in text
    (row,) = [line for line in text.splitlines() if line.startswith("remediation-speed.level")]
    assert row.count("FAIL") == 1
    assert row.count(" ok") == 1


@given(st.text(st.characters(), min_size=1))
def test_a_name_cannot_take_over_the_terminal(name: str) -> None:
    text = shown(verdict(scope=Scope(name), reason=name))

    moving = {"Cc", "Cs", "Zl", "Zp"}
    assert all(c == "\n" or unicodedata.category(c) not in moving for c in text)
    assert not any(unicodedata.bidirectional(c) in {"RLO", "LRO", "RLI", "LRI"} for c in text)
