"""
plumbgate's evaluator beside Google's: random expressions have one value in both, or are errors.

`PLUMBGATE_DIFFERENTIAL=20000` makes so many, `PLUMBGATE_DIFFERENTIAL_SEED=1` others than usual;
what was used is printed, and shown where the test fails, or with `-rP`.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from cel_expr_python import cel
from hypothesis import HealthCheck, given, seed, settings
from tests.cel.conformance.deviations import GOOGLE
from tests.cel.conformance.running import bound, same
from tests.cel.conformance.scenarios import Failing
from tests.cel.expressions import NAMES, SMALL, cases, forms

from plumbgate.cel.environment import CELEvalError, from_cel, parse, to_cel
from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.tokens import CelSyntaxError, scan
from plumbgate.cel.values import Budget, Failure

COUNT = int(os.environ.get("PLUMBGATE_DIFFERENTIAL") or 600)
SEED = int(os.environ.get("PLUMBGATE_DIFFERENTIAL_SEED") or 20260101)


def _google_type(kind) -> cel.Type:
    if not isinstance(kind, tuple):
        return getattr(cel.Type, kind.upper())
    inner = _google_type(kind[1])
    return cel.Type.List(inner) if kind[0] == "list" else cel.Type.Map(cel.Type.STRING, inner)


ENVIRONMENT = cel.NewEnv(
    variables={
        **{name: _google_type(kind) for name, kind in NAMES.items()},
        **dict.fromkeys(SMALL, cel.Type.DYN),
    }
)


def google(text: str, context, *, checked: bool = True) -> object:
    """Return Google's value; its checker must find the expression well typed."""
    program = ENVIRONMENT.compile(text, disable_check=not checked)
    try:
        value = program.eval(data=context)
    except RuntimeError:
        return Failing()
    return Failing() if value.type() == cel.Type.ERROR else value.plain_value()


def plumbgate(text: str, context) -> object:
    """Return our value; a name without one is an error value, as what is unmeasured."""
    absent = {name: to_cel(Failure("absent")) for name in (*NAMES, *SMALL)}
    names = absent | {name: bound(value) for name, value in context.items()}
    try:
        tree = parse(scan(text))
    except CelSyntaxError as error:
        return error
    value = PolicyEvaluator(tree, names, Budget(10**9)).visit(tree)
    return Failing() if isinstance(value, CELEvalError) else from_cel(value)


def test_both_agree() -> None:
    seen, texts = Counter(), set()

    def evaluated() -> int:
        return sum(seen[kind] for kind in RESULTS)

    print(f"{COUNT} examples, seed {SEED}")  # noqa: T201 (shown where the test fails)

    @seed(SEED)
    @settings(
        max_examples=COUNT,
        deadline=None,
        derandomize=False,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def agree(case) -> None:
        several, context = case
        for text in several:
            ours, theirs = plumbgate(text, context), google(text, context)

            assert same(ours, theirs), f"{text}\nplumbgate {ours!r}\nGoogle    {theirs!r}"
            seen.update([*forms(text), type(ours)])
        texts.update(several)

    # cel-python's evaluator raises the recursion limit, which Hypothesis must not see change.
    plumbgate("true", {})
    agree()
    print(f"{len(texts)} expressions; {seen[Failing]} errors of {evaluated()}")  # noqa: T201
    # A generator of few forms, of errors alone or of no errors would compare little.
    assert len(EVERY_FORM - seen.keys()) < 5, EVERY_FORM - seen.keys()
    assert 0.1 < seen[Failing] / evaluated() < 0.6


RESULTS = (bool, int, float, str, list, dict, Failing)
EVERY_FORM = {
    *RESULTS,
    *("&&", "||", "!", "?", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"),
    *("[", "{", ".", "has", "size", "contains", "startsWith", "endsWith", "matches"),
    *("all", "exists", "exists_one", "filter", "map", "int", "double", "string"),
}


@pytest.mark.parametrize("difference", GOOGLE, ids=lambda difference: difference.text)
def test_what_the_generator_stays_away_from_differs(difference) -> None:
    assert same(plumbgate(difference.text, {}), difference.ours)
    assert same(google(difference.text, {}, checked=False), difference.theirs)


def test_a_difference_is_one() -> None:
    """Both sides are asked, and none for the other."""
    context = {"count": 5, "limits": {"a": 1}}

    assert plumbgate("count", context) == google("count", context) == 5
    assert plumbgate("share > 1.0", context) == google("share > 1.0", context) == Failing()
    assert plumbgate("share > 1.0 || true", context) is True
    assert google("share > 1.0 || true", context) is True
    assert isinstance(plumbgate("1 +", {}), CelSyntaxError)
