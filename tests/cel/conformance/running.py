"""Each scenario through plumbgate's own scanner, parser and evaluator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import singledispatch
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.cel.conformance.deviations import SUITE
from tests.cel.conformance.profile import declared, outside, refused
from tests.cel.conformance.scenarios import Failing

from plumbgate.cel.environment import CELEvalError, celtypes, from_cel, parse, to_cel
from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.syntax import call, operands
from plumbgate.cel.tokens import CelSyntaxError, scan
from plumbgate.cel.values import Budget

if TYPE_CHECKING:
    from tests.cel.conformance.scenarios import Scenario

    from plumbgate.cel.syntax import Tree
    from plumbgate.cel.tokens import Scanned


class Outcome(StrEnum):
    """What became of a scenario."""

    PASSES = "pass"
    DEVIATES = "deviates"
    OUTSIDE = "outside the profile"
    FAILS = "fail"


@dataclass(frozen=True)
class Result:
    """A scenario, its outcome, and why."""

    scenario: Scenario
    outcome: Outcome
    reason: str = ""


def run(scenario: Scenario) -> Result:
    """Return what becomes of a scenario."""
    try:
        tree = parse(scan(_without_dyn(scan(scenario.text))))
    except CelSyntaxError as error:
        reason = refused(scenario.text, error.offset)
        if reason:
            return Result(scenario, Outcome.OUTSIDE, reason)
        return _judged(scenario, Failing())
    reason = outside(scenario, tree)
    if reason:
        return Result(scenario, Outcome.OUTSIDE, reason)
    return _judged(scenario, _evaluated(tree, scenario.bindings))


def _without_dyn(scanned: Scanned) -> str:
    """Return a text with `x` for `dyn(x)`, which only tells a static checker to wait."""
    text = scanned.text
    for name, bracket in pairwise(scanned.tokens):
        if (name.text, bracket.text) == ("dyn", "("):
            text = text[: name.start] + " " * len("dyn") + text[name.end :]
    return text


def _judged(scenario: Scenario, actual: object) -> Result:
    agrees, reason = same(actual, scenario.expected), SUITE.get(str(scenario))
    if reason and not agrees:
        return Result(scenario, Outcome.DEVIATES, reason)
    if reason:
        return Result(scenario, Outcome.FAILS, "it agrees, and is in the table of deviations")
    if agrees:
        return Result(scenario, Outcome.PASSES)
    return Result(scenario, Outcome.FAILS, f"{actual!r}, expected {scenario.expected!r}")


def same(one: object, other: object) -> bool:
    """Return whether two plain values are the same in type and value, whatever is in them."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    return one == other


def _evaluated(tree: Tree, bindings: dict[str, object]) -> object:
    if not _declared(tree):
        return Failing()
    names = _Names({name: bound(value) for name, value in bindings.items()})
    value = PolicyEvaluator(tree, names, Budget()).visit(tree)
    return Failing() if isinstance(value, CELEvalError) else from_cel(value)


class _Names(dict):
    """Names as the checker knows them: what is not declared is an error."""

    def __missing__(self, name: str) -> CELEvalError:
        return CELEvalError(f"undeclared reference to {name}")


def _declared(node: Tree) -> bool:
    made = call(node)
    return (made is None or declared(made)) and all(map(_declared, operands(node)))


@singledispatch
def bound(value: object) -> object:
    """Return a plain value for an expression, whole numbers as CEL's int."""
    return to_cel(value)


bound.register(int, celtypes.IntType)
bound.register(bool, celtypes.BoolType)


@bound.register
def _list(value: list) -> object:
    return celtypes.ListType(map(bound, value))


@bound.register
def _map(value: dict) -> object:
    return celtypes.MapType({bound(key): bound(item) for key, item in value.items()})
