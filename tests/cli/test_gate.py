"""The gate, through the real command: exit codes, waivers at their bounds, what goes where."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from lxml import etree

from plumbgate.cli import run

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    shutil.copytree(
        ROOT / "examples", tmp_path / "p", ignore=shutil.ignore_patterns("evidence", "records")
    )
    monkeypatch.chdir(tmp_path / "p")
    return tmp_path / "p"


INSTANTS = {
    "a second before the waivers expire": ("2026-03-30T23:59:59Z", 0, 2),
    "when they expire": ("2026-03-31T00:00:00Z", 1, 0),
    "a second before they are approved": ("2026-01-04T23:59:59Z", 3, 0),
}


@pytest.mark.parametrize(("at", "code", "waived"), INSTANTS.values(), ids=INSTANTS)
def test_waivers_at_their_bounds(at, code, waived, project, capsys) -> None:
    only = "plumbgate.yaml"
    text = (project / only).read_text().replace("policies]", "policies]", 1)
    (project / only).write_text(
        text.replace('["plumbgate:signals", policies]', '["plumbgate:signals"]')
    )

    assert run(["check", "--at", at]) == code

    report = json.loads((project / "evidence/report.json").read_text())
    assert report["gate"]["counts"]["waived"] == waived


def test_a_waived_fail_is_shown_as_one_in_every_output(project, capsys) -> None:
    assert run(["check", "--at", "2026-01-05"]) == 0

    text = capsys.readouterr().out
    assert "FAIL (waived) remediation-speed.level" in text
    report = json.loads((project / "evidence/report.json").read_text())
    waived = [v for v in report["verdicts"] if v["waiver"]]
    assert {v["outcome"] for v in waived} == {"FAIL"}
    skipped = etree.parse(project / "evidence/junit.xml").findall(".//skipped")
    assert len([s for s in skipped if s.get("message").startswith("WAIVED FAIL")]) == len(waived)


def test_a_scope_that_is_expected_and_does_not_come_closes_the_gate(project, capsys) -> None:
    path = project / "plumbgate.yaml"
    path.write_text(path.read_text().replace("[harrowgate-clinics]", "[harrowgate-clinics, late]"))

    assert run(["check", "--at", "2026-01-05"]) == 3
    assert "late  expected, not received" in capsys.readouterr().out


def test_the_project_file_is_found_from_below(project, capsys, monkeypatch) -> None:
    monkeypatch.chdir(project / "policies")

    assert run(["check", "--at", "2026-01-05"]) == 0
    assert (project / "evidence/report.json").is_file()


def test_a_format_on_standard_output_sends_the_text_to_standard_error(project, capsys) -> None:
    assert run(["check", "--at", "2026-01-05", "-f", "json"]) == 0

    printed = capsys.readouterr()
    assert json.loads(printed.out)["gate"]["state"] == "open"
    assert "GATE OPEN" in printed.err


def test_all_periods_are_judged_where_asked(project, capsys) -> None:
    run(["check", "--at", "2026-01-05", "--all-periods"])

    report = json.loads((project / "evidence/report.json").read_text())
    assert [s["period"]["id"] for s in report["snapshots"]] == [
        "2024-Q4",
        "2025-Q1",
        "2025-Q2",
        "2025-Q3",
        "2025-Q4",
    ]


def test_removing_a_metric_from_the_file_leaves_no_gate_open(project, capsys) -> None:
    path = project / "snapshots/harrowgate-clinics/2025-Q4.json"
    whole = path.read_text()
    assert run(["check", "--at", "2026-01-05"]) == 0
    report = json.loads((project / "evidence/report.json").read_text())
    for metric in sorted({m for verdict in report["verdicts"] for m in verdict["reads"]}):
        document = json.loads(whole)
        del document["metrics"][metric]
        path.write_text(json.dumps(document))

        assert run(["check", "--at", "2026-01-05"]) == 3, metric

        judged = json.loads((project / "evidence/report.json").read_text())["verdicts"]
        assert any(v["outcome"] == "UNKNOWN" and metric in v["reads"] for v in judged), metric
