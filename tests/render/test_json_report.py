"""Tests for `plumbgate.render.json_report` and schemas/report.schema.json."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from syrupy.extensions.single_file import SingleFileSnapshotExtension
from tests.render.reports import every_outcome, report, verdict

from plumbgate.engine.conclude import conclude
from plumbgate.gate import gate
from plumbgate.loading.schemas import schema
from plumbgate.model.snapshot import Scope
from plumbgate.model.verdict import Outcome, ReadValue
from plumbgate.render.json_report import render

VALIDATOR = Draft202012Validator(schema("report"))


def whole():
    judged = every_outcome()
    return replace(judged, gate=gate(judged.verdicts), findings=conclude(judged.verdicts))


def test_golden(snapshot) -> None:
    class JsonFile(SingleFileSnapshotExtension):
        file_extension = "report.json"

    rendered = render(whole())

    assert rendered == snapshot(name="report", extension_class=JsonFile)
    VALIDATOR.validate(json.loads(rendered))


def test_schema_is_a_schema_that_explains_itself() -> None:
    Draft202012Validator.check_schema(schema("report"))
    for name in ("report", "policy", "waiver", "cases", "project", "catalog", "snapshot"):
        undescribed = [path for path, part in properties(schema(name)) if not described(part)]
        assert undescribed == [], f"{name}: keys without description and example"


def properties(part, path=""):
    if isinstance(part, dict):
        for key, inner in part.get("properties", {}).items():
            yield f"{path}/{key}", inner
        for key, inner in part.items():
            yield from properties(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for index, inner in enumerate(part):
            yield from properties(inner, f"{path}/{index}")


def described(part) -> bool:
    return "$ref" in part or ("description" in part and "examples" in part)


@given(st.text(st.characters()), st.text(st.characters(categories=["Cs", "Cc", "Cn", "Lo"])))
def test_nothing_of_a_name_is_lost(tenant: str, reason: str) -> None:
    rendered = render(report(verdict(scope=Scope(tenant), reason=reason)))

    (judged,) = json.loads(rendered)["verdicts"]
    assert (judged["scope"]["tenant"], judged["reason"]) == (tenant, reason)
    assert rendered.isascii()


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_value_that_is_no_number_is_shown_as_text(value: float) -> None:
    rendered = render(report(verdict(values=(ReadValue("variables.x", value),))))

    (judged,) = json.loads(rendered)["verdicts"]
    assert judged["values"] == [{"name": "variables.x", "value": str(value), "unit": None}]


def test_a_waived_fail_is_still_a_fail() -> None:
    rendered = json.loads(render(report(verdict(Outcome.FAIL, waiver="W-7"))))

    assert rendered["verdicts"][0]["outcome"] == "FAIL"
    assert rendered["verdicts"][0]["waiver"] == "W-7"
