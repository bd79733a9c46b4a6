"""The demo as a user runs it: one command, and the evidence is on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from plumbgate.cli import run
from plumbgate.loading.schemas import schema
from plumbgate.loading.shipped import shipped


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("demo") / "out"


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_it_ends_as_its_gate_and_answers_for_each_tenant(folder, capsys) -> None:
    assert run(["demo", "-o", str(folder)]) == 1

    printed = capsys.readouterr().out
    assert "GATE CLOSED" in printed
    said = printed[printed.index("Is risk falling?") :].splitlines()[1:6]
    assert [" ".join(line.split()[:2]) for line in said] == [
        "brackmere-mutual falling",
        "hollinside-clinics cannot",
        "osterwick-freight only",
        "quillford-bank flat",
        "tarnwell-robotics cannot",
    ]


def test_it_leaves_valid_evidence_and_nothing_but_snapshots_among_the_snapshots(folder) -> None:
    report = json.loads((folder / "evidence" / "report.json").read_bytes())
    Draft202012Validator(schema("report")).validate(report)
    xsd = etree.XMLSchema(etree.parse(shipped("schemas") / "junit-strict.xsd"))
    xsd.assertValid(etree.parse(folder / "evidence" / "junit.xml"))
    assert {path.suffix for path in (folder / "snapshots").rglob("*") if path.is_file()} == {
        ".json"
    }


def test_it_may_be_run_again_and_writes_the_same_bytes(folder, capsys) -> None:
    before = contents(folder)

    assert run(["demo", "-o", str(folder)]) == 1

    assert contents(folder) == before


def test_checking_its_snapshots_again_gives_its_evidence(folder, tmp_path, capsys) -> None:
    again = tmp_path / "report.json"
    at = json.loads((folder / "evidence" / "report.json").read_bytes())["at"]

    code = run(["check", str(folder / "snapshots"), "--at", at, "-f", f"json={again}"])

    assert code == 1
    assert again.read_bytes() == (folder / "evidence" / "report.json").read_bytes()
