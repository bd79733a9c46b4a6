"""What expressions mean: values, errors, and what was not measured."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbgate.cel.check import parsed
from plumbgate.cel.environment import Periods, from_cel, to_cel
from plumbgate.cel.functions import FUNCTIONS
from plumbgate.cel.limits import levels
from plumbgate.cel.program import Program
from plumbgate.cel.types import ANY
from plumbgate.cel.values import MAX_STEPS, Budget, Failure, Unknown
from plumbgate.model.policy import Expression
from plumbgate.model.span import Span

PLACE = Span("policy.yaml", 3, 5)

CONTEXT = {
    "metrics": to_cel(
        {
            "a": {
                "x": 2,
                "u": Unknown.of("a.u", "a.u"),
                "w": Unknown.of("a.w", "a.w"),
                "e": Failure("it broke"),
            }
        }
    ),
    "params": to_cel({"p": 1.5}),
    "variables": to_cel(
        {"text": "hey", "flag": True, "wrong": Failure("bad"), "big": 9007199254740993.0}
    ),
    "scope": to_cel({"tenant": "acme", "labels": {"tier": "gold"}}),
    "history": Periods([to_cel({"programme": {"activity": n}}) for n in (1, 2, 3)]),
}

T, F = "1.0 < 2.0", "2.0 < 1.0"
U, W, E = "metrics.a.u > 1.0", "metrics.a.w > 1.0", "metrics.a.e > 1.0"


def compiled(text: str) -> Program:
    """Return the program of a text, also of one that the checker would refuse."""
    tree = parsed(text)
    return Program(Expression(text, PLACE), tree, (), (), levels(tree), frozenset(), ANY, {})


def value(text: str, budget: Budget | None = None):
    result = compiled(text).evaluate(CONTEXT, budget)
    if isinstance(result, Unknown):
        return set(result.names)
    return "error" if isinstance(result, Failure) else from_cel(result)


KLEENE = {
    (T, T): (True, True),
    (T, F): (False, True),
    (F, T): (False, True),
    (F, F): (False, False),
    (T, U): ({"a.u"}, True),
    (U, T): ({"a.u"}, True),
    (F, U): (False, {"a.u"}),
    (U, F): (False, {"a.u"}),
    (U, W): ({"a.u", "a.w"}, {"a.u", "a.w"}),
    (T, E): ("error", True),
    (E, T): ("error", True),
    (F, E): (False, "error"),
    (E, F): (False, "error"),
    (U, E): ({"a.u"}, {"a.u"}),
    (E, U): ({"a.u"}, {"a.u"}),
    (E, E): ("error", "error"),
}


@pytest.mark.parametrize(("operands", "expected"), KLEENE.items(), ids=map(str, KLEENE))
def test_and_or(operands, expected) -> None:
    left, right = operands
    both, either = expected

    assert value(f"{left} && {right}") == both
    assert value(f"{left} || {right}") == either


@pytest.mark.parametrize(("operands", "expected"), KLEENE.items(), ids=map(str, KLEENE))
def test_all_and_exists_are_and_and_or_over_a_list(operands, expected) -> None:
    chosen = "[0.0, 1.0].{macro}(i, i == 0.0 ? ({left}) : ({right}))"
    left, right = operands

    assert value(chosen.format(macro="all", left=left, right=right)) == expected[0]
    assert value(chosen.format(macro="exists", left=left, right=right)) == expected[1]


VALUES = {
    # a choice looks at the branch that it takes, and nowhere else
    f"{T} ? 1.0 : metrics.a.u": 1.0,
    f"{U} ? 1.0 : 2.0": {"a.u"},
    f"{E} ? 1.0 : 2.0": "error",
    # not
    f"!({U})": {"a.u"},
    f"!({E})": "error",
    f"!({F})": True,
    # numbers compare exactly, whatever their types
    "2 > 1.5": True,
    "1.0 >= 1": True,
    "9007199254740993 == variables.big": False,
    "9223372036854775807 < 9223372036854775808.0": True,
    "-1 < 0.5": True,
    # booleans do not compare with numbers
    "true > 1.0": "error",
    "true == 1": False,
    "variables.flag == 1.0": False,
    "'a' < 'b'": True,
    "'a' < 1.0": "error",
    "'1' == 1.0": False,
    "[1, 2.0] == [1.0, 2]": True,
    "[1] == [1, 2]": False,
    "3 in [1, 3.0]": True,
    "'x' in [1.0, 'x']": True,
    "metrics.a.u in [1.0]": {"a.u"},
    # arithmetic
    "metrics.a.x + 1.0": 3.0,
    "1 + 1": 2,
    "7 / 2": 3,
    "7.0 / 2.0": 3.5,
    "7.0 / 2": "error",
    "-7 / 2": -3,
    "7 % 4": 3,
    "1 / 0": "error",
    "(-9223372036854775807 - 1) / -1": "error",
    "(-9223372036854775807 - 1) % -1": "error",
    "7 % 0": "error",
    "1.0 / 0.0": math.inf,
    "-1.0 / 0.0": -math.inf,
    "0.0 / 0.0": "error",
    "9223372036854775807 + 1": "error",
    "-metrics.a.x": -2.0,
    "metrics.a.u + metrics.a.w": {"a.u", "a.w"},
    "metrics.a.u + metrics.a.e": {"a.u"},
    "'a' + 'b'": "ab",
    "true + true": "error",
    # instants and durations
    "timestamp('2026-01-31T00:00:00Z') - timestamp('2026-01-30T12:00:00Z')": "43200s",
    "timestamp('2026-01-31T01:00:00+01:00') == timestamp('2026-01-31T00:00:00Z')": True,
    "timestamp('2026-01-31T00:00:00Z') + duration('36h')": "2026-02-01T12:00:00Z",
    "duration('36h') + timestamp('2026-01-31T00:00:00Z')": "2026-02-01T12:00:00Z",
    "timestamp('2026-01-31T00:00:00Z') - duration('1h30m')": "2026-01-30T22:30:00Z",
    "duration('1h') + duration('-1.5s')": "3598.5s",
    "duration('1h') - duration('60m') == duration('0')": True,
    "duration('1h') < duration('61m')": True,
    "string(duration('90m'))": "5400s",
    "int(timestamp('1970-01-01T00:01:00Z'))": 60,
    "duration('90d')": "error",
    "duration('1h ')": "error",
    "duration('')": "error",
    "duration('.s')": "error",
    "duration('1ns')": "error",
    "duration('1000ns')": "0.000001s",
    "duration('9999999h')": "error",
    "timestamp('2026-01-31T00:00:00')": "error",
    "timestamp('2026-01-31')": "error",
    "timestamp('2026-02-31T00:00:00Z')": "error",
    "timestamp('9999-12-31T00:00:00Z') + duration('99h')": "error",
    "duration('1h') + 1.0": "error",
    "duration('1h') > 1.0": "error",
    # lists and texts
    "[metrics.a.u, metrics.a.w]": {"a.u", "a.w"},
    "[1.0, 2.0][1]": 2.0,
    "[1.0, 2.0][2]": "error",
    "[1.0, 2.0][-1]": "error",
    "size('héy')": 3,
    "[1.0, 2.0].size()": 2,
    "variables.text.startsWith('h')": True,
    "variables.text.endsWith('h')": False,
    "variables.text.contains('e')": True,
    "variables.text.matches('^h.y$')": True,
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a+)+$')": False,
    "double('1.5')": 1.5,
    "double('NaN')": "error",
    "int(2.9)": 2,
    "int(-9223372036854775808.0)": "error",
    "int(-9223372036854774784.0)": -9223372036854774784,
    "int(9223372036854774784.0)": 9223372036854774784,
    "int(9223372036854775808.0)": "error",
    "string(true)": "true",
    "has(scope.labels.tier)": True,
    "has(scope.labels.none)": False,
    "has(variables.text.e)": "error",
    "has([1.0].size)": "error",
    "scope.labels.none": "error",
    # macros
    "[1.0, 2.0, 3.0].filter(x, x > 1.5)": [2.0, 3.0],
    "[1.0, 2.0].map(x, x + params.p)": [2.5, 3.5],
    "[1.0, 2.0].map(x, metrics.a.u + x)": {"a.u"},
    "[1.0, 2.0].filter(x, metrics.a.u > x)": {"a.u"},
    "[1.0, 2.0].exists_one(x, x > 1.5)": True,
    "[1.0, 2.0].exists_one(x, x > 0.5)": False,
    "[].all(x, x > 0.0)": True,
    "[].exists(x, x > 0.0)": False,
    # the history
    "history.last(2).all(h, h.programme.activity >= 2.0)": True,
    "history.last(4).all(h, h.programme.activity >= 0.0)": {"history"},
    "history.filter(h, h.programme.activity > 9.0).all(h, h.programme.activity > 0.0)": {"history"},
    "history.filter(h, h.programme.activity > 1.5).size()": 2,
    "history.map(h, h.programme.activity).sum()": 6.0,
}


@pytest.mark.parametrize(("text", "expected"), VALUES.items(), ids=VALUES)
def test_value(text, expected) -> None:
    assert value(text) == expected


EXAMPLES = [example for function in FUNCTIONS for example in function.examples]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_the_examples_of_our_functions(text, expected) -> None:
    assert value(text) == expected


def test_an_operand_that_decides_ends_the_evaluation() -> None:
    heavy = "[1.0, 2.0].all(x, x > 0.0)"

    assert value(f"{F} && {heavy}", Budget(0)) is False
    assert value(f"{T} || {heavy}", Budget(0)) is True
    assert value(f"{T} && {heavy}", Budget(0)) == "error"
    assert value("[1.0, 2.0, 3.0].exists(x, x < 2.0)", Budget(1)) is True
    assert value("[1.0, 2.0, 3.0].all(x, x > 1.0)", Budget(1)) is False


def test_nothing_absorbs_the_budget() -> None:
    inner = f"[{', '.join(['1.0'] * 80)}]"
    result = compiled(f"true || {inner}.all(x, {inner}.all(y, y > 0.0))").evaluate(CONTEXT)
    assert from_cel(result) is True

    result = compiled(f"{inner}.all(x, {inner}.all(y, y > 0.0)) || true").evaluate(CONTEXT)
    assert isinstance(result, Failure)
    assert f"{MAX_STEPS:,}" in result.message


LEAVES = st.sampled_from([T, F, U, W, E])
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(
            lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
        )
        | inner.map(lambda text: f"!({text})")
    ),
    max_leaves=6,
)


@given(FORMULAS, FORMULAS)
def test_the_order_of_operands_decides_nothing(left, right) -> None:
    assert value(f"({left}) && ({right})") == value(f"({right}) && ({left})")
    assert value(f"({left}) || ({right})") == value(f"({right}) || ({left})")


@given(FORMULAS, FORMULAS)
def test_de_morgan(left, right) -> None:
    assert value(f"!(({left}) && ({right}))") == value(f"!({left}) || !({right})")


@given(FORMULAS)
def test_twice_not_is_nothing(text) -> None:
    assert value(f"!(!({text}))") == value(text)
