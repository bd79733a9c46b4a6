"""Tests for `plumbgate.loading.mending`."""

from __future__ import annotations

import copy

import pytest

from plumbgate.loading.documents import parse
from plumbgate.loading.mending import validate_through

POLICY = """\
apiVersion: plumbgate/v1
title: Speed
version: 1.0.0
owner: identity-governance
rules:
  - id: level
    title: Within the limit
    severity: high
    assert: |
      metrics.remediation.rmst_high
        <= 15.0
"""


def through(*changes: tuple[str, str]):
    text = POLICY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    document, mistakes = parse(text.encode(), "policy.yaml")
    assert mistakes == []
    before = copy.deepcopy(document.value)
    mended, found = validate_through(document, "policy")
    assert document.value == before
    return document, mended, [(d.code, d.place.line, d.place.column) for d in found]


def test_without_mistakes_nothing_is_mended() -> None:
    document, mended, found = through()

    assert mended is document
    assert found == []


def test_what_is_misspelt_is_read_as_what_it_means_and_stays_where_it_stands() -> None:
    document, mended, found = through(("assert:", "asert:"), ("rules:", "ruls:"))

    assert found == [("PG011", 5, 1), ("PG011", 9, 5)]
    assert mended is not None
    expression = mended.expression(("rules", 0, "assert"))
    assert expression.lines == ((10, 7), (11, 7))
    assert mended.key_place(("rules", 0, "assert")) == document.key_place(("ruls", 0, "asert"))
    assert mended.place(("rules", 0)) == document.place(("ruls", 0))
    assert list(mended.value) == ["apiVersion", "title", "version", "owner", "rules"]


def test_what_means_nothing_is_left_out() -> None:
    _, mended, found = through(("owner:", "colour: red\nowner:"))

    assert found == [("PG011", 4, 1)]
    assert mended is not None
    assert "colour" not in mended.value


def test_what_stands_behind_a_typo_is_checked_too() -> None:
    _, mended, found = through(
        ("assert: |", "treshold: {metrik: 1, at_mots: 15 d}\n    message: |")
    )

    assert mended is None
    assert found == [("PG011", 9, 5), ("PG011", 9, 16), ("PG011", 9, 27), ("PG012", 9, 24)]


STAND_INS = {
    "a word that cannot be chosen": ("severity: high", "severity: hihg", ("PG013", 8, 15)),
    "a text that is none": ("owner: identity-governance", "owner: 3", ("PG012", 4, 8)),
    "a form that is none": ("version: 1.0.0", "version: 1.0", ("PG014", 3, 10)),
    "a key that is missing": ("title: Speed\n", "", ("PG010", 1, 1)),
}


@pytest.mark.parametrize(("old", "new", "expected"), STAND_INS.values(), ids=STAND_INS)
def test_an_example_stands_in_for_what_stands_alone(old, new, expected) -> None:
    _, mended, found = through((old, new))

    assert found == [expected]
    assert mended is not None
    assert mended.value["rules"][0]["severity"] == "high"
    assert set(mended.value) == {"apiVersion", "title", "version", "owner", "rules"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: level", "id: 3"),
        ("    assert: |", "    assert: []\n    message: |"),
    ],
)
def test_nothing_stands_in_for_what_else_is_checked_against(old, new) -> None:
    _, mended, found = through((old, new))

    assert mended is None
    assert len(found) == 1
