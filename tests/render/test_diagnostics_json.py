"""Tests for `plumbgate.render.diagnostics_json` and diagnostics.schema.json."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from plumbgate.errors import Diagnostic
from plumbgate.loading.schemas import schema
from plumbgate.model.span import Span
from plumbgate.render.diagnostics_json import SCHEMA, render_json

VALID = Draft202012Validator(schema("diagnostics"))
ANY = st.text(st.characters(exclude_categories=()), max_size=20)


@given(ANY, ANY, ANY, st.integers(0, 30))
def test_what_is_read_back_is_what_was_said(file, hint, note, n) -> None:
    one = Diagnostic("PG011", "unknown", Span(file, 2, 3, 4), hint, note, "never shown")

    printed = render_json([one] * n)

    assert printed.isascii()
    document = json.loads(printed)
    VALID.validate(document)
    assert document["schema"] == SCHEMA
    assert (
        document["diagnostics"]
        == [
            {
                "code": "PG011",
                "message": "unknown",
                "file": file,
                "line": 2,
                "column": 3,
                "length": 4,
                "hint": hint,
                "note": note,
            }
        ]
        * n
    )


ROW = schema("diagnostics")["$defs"]["diagnostic"]["examples"][0]
WRONG = {
    "a key more": {**ROW, "severity": "error"},
    **{f"no {key}": {k: v for k, v in ROW.items() if k != key} for key in ROW},
    "a code of another form": {**ROW, "code": "PG11"},
    "a line before the first": {**ROW, "line": 0},
    "no sentence": {**ROW, "message": ""},
}


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG)
def test_the_schema_refuses(row) -> None:
    assert VALID.is_valid({"schema": SCHEMA, "diagnostics": [ROW]})
    assert not VALID.is_valid({"schema": SCHEMA, "diagnostics": [ROW, row]})
