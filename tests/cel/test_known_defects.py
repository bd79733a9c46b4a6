"""
What cel-python 0.5.0 gets wrong, one named row each, and what plumbgate makes of it.

Rows that need more than a line stand in `test_semantics.py` (order of operands, early ends, budget,
absorption in macros) and `test_checking.py` (limits).
"""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from plumbgate.cel.arithmetic import MAX_TEXT
from plumbgate.cel.check import compile_expression
from plumbgate.cel.environment import CELEvalError, from_cel, parse, to_cel
from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.limits import MAX_LEVELS
from plumbgate.cel.names import Names
from plumbgate.cel.tokens import scan
from plumbgate.cel.values import MAX_STEPS, Budget, BudgetExhausted
from plumbgate.model.policy import Expression
from plumbgate.model.span import Span

VALUES = {
    "labels": {"tier": "gold", "flag": True},
    "share": 2,
    "whole": 95,
    "text": "a" * 64,
    "many": [1.0] * 100,
}


def evaluated(text: str, budget: Budget | None = None):
    names = {name: to_cel(value) for name, value in VALUES.items()}
    tree = parse(scan(text))
    value = PolicyEvaluator(tree, names, budget or Budget()).visit(tree)
    return "error" if isinstance(value, CELEvalError) else from_cel(value)


def refusal(text: str, *, boolean: bool = False) -> list[str]:
    """Return the codes of what is wrong with a text."""
    found = compile_expression(Expression(text, Span("p.yaml", 1, 1)), Names(), boolean=boolean)
    assert isinstance(found, list), f"`{text}` is compiled"
    return [diagnostic.code for diagnostic in found]


RIGHT = {
    "has and": ("has(labels.none) && labels.none > 1.0", False),
    "has and, there": ("has(labels.tier) && labels.tier == 'gold'", True),
    "has choice": ("has(labels.none) ? labels.none : 'silver'", "silver"),
    "not has or": ("!has(labels.none) || labels.none > 1.0", True),
    "or not has, error first": ("labels.none > 1.0 || !has(labels.none)", True),
    "not has": ("!has(labels.none)", True),
    "has in a family that is absent": ("has(labels.none.x)", "error"),
    "has in a family that is absent, absorbed": ("has(labels.none.x) || true", True),
    "has of what is no map": ("has(text.none)", "error"),
    "Python's keywords are names": ("{'class': 1.0}.class == 1.0", True),
    "Python's keyword of a macro": ("[1.0].all(class, class == 1.0)", True),
    "an unknown key of Python's": ("has(labels.lambda)", False),
    "and ends at false": ("false && 1 / 0 > 0", False),
    "and ends at false behind": ("1 / 0 > 0 && false", False),
    "or ends at true": ("true || 1 / 0 > 0", True),
    "data are doubles": ("share > 1.5", True),
    "data are doubles, in a list": ("many.all(x, x >= 1)", True),
    "an int beside a double": ("[1].size() > 0.5", True),
    "a bool beside a double": ("true > 1.0", "error"),
    "a bool beside an int": ("true >= 1", "error"),
    "a bool is no number": ("true == 1", False),
    "not a number": ("0.0 / 0.0", "error"),
    "not less than what is not a number": ("!(0.0 / 0.0 < 95.0)", "error"),
    "not a number is in nothing": ("0.0 / 0.0 in [1.0]", "error"),
    "infinity less infinity": ("1.0 / 0.0 - 1.0 / 0.0", "error"),
    "an error absorbed in all": ("[0, 1].all(x, 1 / x > 5)", False),
    "an error absorbed in exists": ("[0, 1].exists(x, 1 / x > 0)", True),
    "an error that all keeps": ("[0, 1].all(x, 1 / x > 0)", "error"),
    "an error that exists keeps": ("[0, 1].exists(x, 1 / x > 5)", "error"),
    "an error that exists_one keeps": ("[0, 1].exists_one(x, 1 / x > 0)", "error"),
    "an error that filter keeps": ("[0, 1].filter(x, 1 / x > 0)", "error"),
    "overflow of a sum": ("9223372036854775807 + 1", "error"),
    "overflow of a difference": ("-9223372036854775808 - 1", "error"),
    "overflow of a product": ("9223372036854775807 * 2", "error"),
    "overflow of a quotient": ("-9223372036854775808 / -1", "error"),
    "overflow of a minus": ("-(-9223372036854775807 - 1)", "error"),
    "an int divided by zero": ("1 / 0", "error"),
    "the rest of a division by zero": ("1 % 0", "error"),
    "a key that is missing": ("labels.none", "error"),
    "a number is no condition": ("1 ? true : true", "error"),
    "a number is no operand of and": ("true && 1.0", "error"),
    "not of a number": ("!1.0", "error"),
    "a number is no body": ("[1.0].all(x, x)", "error"),
    "a backtracking pattern": ("text.matches('^(a+)+b$')", False),
}


@pytest.mark.parametrize(("text", "expected"), RIGHT.values(), ids=RIGHT)
def test_right_here(text, expected) -> None:
    actual = evaluated(text)

    assert actual == expected
    assert type(actual) is type(expected)


REFUSED = {
    "Python's keyword as a root": ("class == 1", "PG021"),
    "Python's constant": ("None == 1.0", "PG021"),
    "a name that nobody has": ("nobody > 1.0", "PG021"),
    "a subtraction for a name": ("metrics.nhi-owner > 1.0", "PG021"),
    "a duration": ("duration('90d') > duration('1h')", "PG025"),
    "a duration that takes for ever": (f"duration('{'a' * 28}!') > duration('1h')", "PG025"),
    "a timestamp without a zone": ("timestamp('2026-01-01T00:00:00') > period.start", "PG025"),
    "map of three": ("[1.0].map(x, x > 0.0, x) == [1.0]", "PG025"),
    "a function that nobody has": ("[1.0].foo() == 1.0", "PG025"),
    "has of a family": ("has(metrics.remediation)", "PG02"),
    "two closing brackets too few": ("((true", "PG020"),
    "levels": ("(" * 300 + "true" + ")" * 300, "PG024"),
    "operands": (" && ".join(["true"] * 1000), "PG024"),
    "characters": ("1.0 + " * 200_000 + "1.0 > 0.0", "PG024"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED)
def test_refused_here(text, code) -> None:
    began = time.process_time()

    assert all(found.startswith(code) for found in refusal(text))
    # Generous: an exponential expression, or a parser that is led on, takes ten times that.
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", ["2", "2.0", "'true'", "[true]", "1 + 1", "true ? 1 : 2"])
def test_what_is_no_bool_is_no_assertion(text) -> None:
    assert refusal(text, boolean=True) == ["PG022"]


def test_a_text_does_not_double_without_end() -> None:
    """64 characters, doubled by each of 24 macros in a row, are a gigabyte."""
    (doubled,) = evaluated("[text]" + ".map(a, a + a)" * 7)

    assert len(doubled) == 64 * 2**7 == MAX_TEXT
    assert evaluated("[text]" + ".map(a, a + a)" * 24) == "error"


def test_a_list_does_not_double_without_end() -> None:
    with pytest.raises(BudgetExhausted):
        evaluated("[many]" + ".map(a, a + a)" * 24)


def test_nested_macros_spend_one_budget() -> None:
    assert len(VALUES["many"]) ** 2 > MAX_STEPS
    with pytest.raises(BudgetExhausted):
        evaluated("many.all(x, many.all(y, x == y))")
    assert evaluated("many.all(x, many.exists(y, x == y))") is True


def test_a_macro_ends_where_it_is_decided() -> None:
    assert evaluated("many.exists(x, x == 1.0)", Budget(1)) is True
    assert evaluated("many.all(x, x == 2.0)", Budget(1)) is False


DEEPEST = {
    "brackets": "(" * MAX_LEVELS + "true" + ")" * MAX_LEVELS,
    "choices": "true ? (" * (MAX_LEVELS - 1) + "true" + ") : false" * (MAX_LEVELS - 1),
    "nots": "!" * (MAX_LEVELS - 2) + "true",
    "a chain": " && ".join(["true"] * 400),
}


@pytest.mark.parametrize("text", DEEPEST.values(), ids=DEEPEST)
def test_what_is_admitted_is_evaluated_whatever_its_depth(text) -> None:
    assert evaluated(text) is True


BROKEN = ["1 +", "((true", "[1.0,,2.0]", "true && && false", "class.lambda(", "'a", "@", "1 ? 2"]


def test_nothing_is_written_beside_the_diagnostics(capfd) -> None:
    """cel-python's parser dumps its states, and RE2 logs the patterns that it cannot read."""
    for text in BROKEN:
        assert refusal(text)
    assert evaluated("text.matches('(')") == "error"
    assert evaluated("text.matches('a**')") == "error"

    assert capfd.readouterr() == ("", "")


COMPILED_FIRST = """
import celpy
celpy.Environment(runner_class=celpy.CompiledRunner)
from plumbgate.cel.environment import parse
from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.tokens import scan
from plumbgate.cel.values import Budget
tree = parse(scan("[1, 2].exists(x, x > 1) ? 'yes' : 'no'"))
print(PolicyEvaluator(tree, {}, Budget()).visit(tree))
"""


def test_a_compiled_environment_of_someone_else_changes_nothing() -> None:
    """cel-python keeps one parser for the process, made as its first user asks."""
    done = subprocess.run(
        [sys.executable, "-c", COMPILED_FIRST], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("yes\n", "")
