"""plumbgate's evaluator against the public conformance suite of CEL, and the page about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cel.conformance import deviations, profile
from tests.cel.conformance.page import PAGE, page, results
from tests.cel.conformance.running import Outcome, run, same
from tests.cel.conformance.scenarios import Failing, Foreign, Scenario, read, value
from tests.cel.conformance.source import FETCH, features

from plumbgate.cel.environment import parse
from plumbgate.cel.tokens import scan


@pytest.fixture(scope="module")
def found():
    folder = features()
    if folder is None:
        pytest.skip(FETCH)
    return results(folder)


def of(found, outcome: Outcome):
    return [result for every in found.values() for result in every if result.outcome is outcome]


def test_nothing_inside_the_profile_fails(found) -> None:
    failures = {str(result.scenario): result.reason for result in of(found, Outcome.FAILS)}

    assert failures == {}


def test_every_deviation_is_there(found) -> None:
    deviating = {str(result.scenario) for result in of(found, Outcome.DEVIATES)}

    assert deviating == deviations.SUITE.keys()


def test_every_file_of_logic_and_arithmetic_lies_inside(found) -> None:
    """A rule that put these outside would pass every other test."""
    for name in ("logic", "fp_math"):
        assert {result.outcome for result in found[name]} == {Outcome.PASSES}
    assert len(of(found, Outcome.PASSES)) > 450


def test_the_page_is_current(found) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(found), "python -m tests.cel.conformance"


def test_without_the_files_the_command_says_where_they_are(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLUMBGATE_CEL_FEATURES", str(tmp_path))

    assert features() is None
    assert "cel-python==" in FETCH


OUTSIDE = {
    "1u": profile.UINT,
    "0x1U + 2": profile.UINT,
    "b'a'": profile.BYTES,
    "bytes('a')": profile.BYTES,
    "'''a'''": profile.QUOTES,
    "{'a': 1}.?a": profile.OPTIONAL,
    "[?x]": profile.OPTIONAL,
    "optional.none()": profile.OPTIONAL,
    "x.`a-b`": profile.NAMES,
    ".x": profile.NAMES,
    "null": profile.NULL,
    "TestAllTypes{a: 1}": profile.MESSAGES,
    "type(1) == int": profile.TYPES,
    "timestamp('2024-01-01T00:00:00Z').getHours()": profile.TIMES,
    "duration('1ns')": profile.TIMES,
    "bool('true')": profile.FORMS,
    "matches('a', 'a')": profile.FORMS,
    "{1: 'a'}": profile.KEYS,
    "{'a': 1}.all(k, true)": profile.MAPS,
    "[1].map(x, x > 1, x)": profile.VARIABLES,
    "[1].all(i, x, true)": profile.VARIABLES,
    "math.greatest(1, 2)": profile.MATH,
    "'a'.charAt(0)": profile.STRINGS,
    "42.charAt(0)": profile.NUMBERS,
    "base64.encode('a')": profile.ENCODERS,
}


@pytest.mark.parametrize(("text", "reason"), OUTSIDE.items(), ids=OUTSIDE)
def test_what_lies_outside(text, reason) -> None:
    result = run(Scenario("some", "case", text, expected=Failing()))

    assert (result.outcome, result.reason) == (Outcome.OUTSIDE, reason)


INSIDE = {
    "1 + 1": (2, Outcome.PASSES),
    "1 + 1 ": (3, Outcome.FAILS),
    "1.0 + 1.0": (2, Outcome.FAILS),
    "-0.0": (0.0, Outcome.FAILS),
    "1 / 0": (Failing(), Outcome.PASSES),
    "1 / 1": (Failing(), Outcome.FAILS),
    "1 +": (Failing(), Outcome.PASSES),
    "1 + ": (1, Outcome.FAILS),
    "unheard_of(1)": (Failing(), Outcome.PASSES),
    "unheard_of": (Failing(), Outcome.PASSES),
    "x": (5, Outcome.PASSES),
    "x == 5.0": (True, Outcome.PASSES),
    "dyn(x) == 5 && 'dyn(' != ''": (True, Outcome.PASSES),
    "[x, 1.0]": ([5, 1.0], Outcome.PASSES),
    "[x, 1.0][0]": (5.0, Outcome.FAILS),
    "{'a': x}": ({"a": 5}, Outcome.PASSES),
    "{'a': 1}.size()": (1, Outcome.PASSES),
}


@pytest.mark.parametrize(("text", "expected"), INSIDE.items(), ids=INSIDE)
def test_what_lies_inside_is_judged(text, expected) -> None:
    must_be, outcome = expected

    assert run(Scenario("some", "case", text, {"x": 5}, expected=must_be)).outcome is outcome


def test_a_deviation_that_is_none_fails(monkeypatch) -> None:
    monkeypatch.setitem(deviations.SUITE, "some: case", "a reason")

    assert run(Scenario("some", "case", "1", expected=2)).outcome is Outcome.DEVIATES
    assert run(Scenario("some", "case", "1", expected=1)).outcome is Outcome.FAILS


@pytest.mark.parametrize(
    ("bindings", "expected", "reason"),
    [
        ({"x": value("celpy.celtypes.BytesType(source=b'a')")}, True, profile.BYTES),
        ({"x": {"a": [Foreign("TestAllTypes")]}}, True, profile.MESSAGES),
        ({"x": {1: 2}}, True, profile.KEYS),
        ({"x.y": 1}, True, profile.NAMES),
        ({}, None, None),
        ({}, value("None"), profile.NULL),
        ({}, value("celpy.celtypes.IntType"), profile.TYPES),
    ],
)
def test_values_that_the_profile_has_not(bindings, expected, reason) -> None:
    scenario = Scenario("some", "case", "true", bindings, expected=expected)

    assert profile.outside(scenario, parse(scan("true"))) == reason


FEATURE = """\
@conformance
Feature: some
         Words of the file.

@wip
Scenario: one/case
          Words of the case.

    Given type_env parameter "x" is celpy.celtypes.IntType
    and bindings parameter "x" is celpy.celtypes.MapType({'a': celpy.celtypes.IntType(source=-7)})
    and container is 'a.b'
    When CEL expression "x.a + '\\n'" is evaluated
    Then value is [celpy.celtypes.DoubleType(source=float('inf')), TestAllTypes(a=[1])]

Scenario: another

    When CEL expression '1' is evaluated
    Then eval_error is 'no'

Scenario: unsaid

    When CEL expression 'true' is evaluated
    Then none is None
"""


def test_reading_a_file() -> None:
    assert read("some", FEATURE) == [
        Scenario(
            *("some", "one/case", "x.a + '\n'", {"x": {"a": -7}}, "a.b"),
            [float("inf"), Foreign("TestAllTypes")],
        ),
        Scenario("some", "another", "1", expected=Failing()),
        Scenario("some", "unsaid", "true", expected=True),
    ]


def test_an_unknown_step_is_no_comment() -> None:
    with pytest.raises(ValueError, match="no step"):
        read("some", FEATURE.replace("Then eval_error", "Then perhaps"))


def test_nothing_in_a_file_is_run() -> None:
    assert value("__import__('os').system('false')") == Foreign("system")


def test_a_whole_number_is_not_a_double_nor_true() -> None:
    assert not same(1, 1.0)
    assert not same(1, True)
    assert not same([1], [1.0])
    assert not same({"a": 1}, {"a": True})
    assert not same([], [1])
    assert same({"a": [1.5]}, {"a": [1.5]})
