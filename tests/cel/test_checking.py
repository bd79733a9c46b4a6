"""What is refused before it runs: limits, names, functions, shapes; each with place and fix."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbgate.cel.check import compile_expression
from plumbgate.cel.limits import MAX_CHARACTERS, MAX_LEVELS
from plumbgate.cel.names import Names
from plumbgate.cel.program import Program
from plumbgate.cel.types import Type
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.policy import Expression
from plumbgate.model.quantity import Unit
from plumbgate.model.span import Span

PLACE = Span("policy.yaml", 7, 13)
NAMES = Names(
    CATALOGUE,
    {"max_days": Type("double", Unit.DAYS), "min_share": Type("double", Unit.RATIO)},
    {"slower": None},
)


def check(text: str, *, boolean: bool = False):
    lines = tuple((PLACE.line + i, PLACE.column) for i in range(text.count("\n") + 1))
    return compile_expression(Expression(text, PLACE, lines), NAMES, boolean=boolean)


RMST = "metrics.remediation.rmst_high"

REFUSED = {
    "unknown root": ("metric.x.y > 1.0", "PG021", 1, "metrics"),
    "unknown metric": (
        "metrics.remediation.rmst_hihg > 1.0",
        "PG021",
        1,
        "did you mean `remediation.rmst_high`?",
    ),
    "family without name": ("metrics.remediation > 1.0", "PG021", 1, ""),
    "metric without root": (
        "remediation.rmst_high > 1.0",
        "PG021",
        1,
        "write `metrics.remediation.rmst_high`",
    ),
    "unknown parameter": (f"{RMST} <= params.max_day", "PG021", 34, "did you mean `max_days`?"),
    "parameter without root": (f"{RMST} <= max_days", "PG021", 34, "write `params.max_days`"),
    "unknown variable": ("variables.slowr", "PG021", 1, "did you mean `slower`?"),
    "unknown field": ("measured.remediation.rmst_high.hi > 1.0", "PG021", 1, ""),
    "unknown fact": ("programme.tenure > 1.0", "PG021", 1, "tenure_periods"),
    "and": (f"{RMST} > 1.0 and true", "PG020", 37, "write `&&`"),
    "or": (f"{RMST} > 1.0 or true", "PG020", 37, "write `||`"),
    "not": (f"not {RMST} > 1.0", "PG020", 1, "write `!`"),
    "one equals sign": (f"{RMST} = 1.0", "PG020", 31, "`==`"),
    "a turned sign": (f"{RMST} => 1.0", "PG020", 31, "`>=`"),
    "SQL's unequal": (f"{RMST} <> 1.0", "PG020", 31, "`!=`"),
    "a percentage": ("metrics.reviews.flagged_recall >= 95%", "PG020", None, "0.95"),
    "a decimal comma": ("metrics.reviews.flagged_recall >= 95,0", "PG020", None, "95.0"),
    "a YAML comment": (f"{RMST} > 1.0 # late", "PG020", 37, "//"),
    "an open quote": ("scope.tenant == 'acme", "PG020", 17, "quote"),
    "an open bracket": ("(1.0 > 2.0", "PG020", 1, "`(` is not closed"),
    "the open one of two brackets": ("size([1.0, (2.0)) > 2.0", "PG020", 17, "`)` closes nothing"),
    "a bracket too many": ("1.0 > 2.0)", "PG020", 10, "`)` closes nothing"),
    "a bracket in a text is none": ("scope.tenant == '(' + (", "PG020", 23, "`(` is not closed"),
    "a text without quotes": ("scope.tenant == initech", "PG021", 17, "'initech'"),
    "nothing": ("  ", "PG020", None, ""),
    "has of a metric": (f"has({RMST})", "PG025", 1, "has(scope.labels.<name>)"),
    "type": ("type(1.0) == 1.0", "PG025", 1, "types"),
    "a duration in days": ("duration('90d') > duration('1h')", "PG025", 10, "'36h'"),
    "an instant without a zone": (
        "period.start > timestamp('2026-01-01T00:00:00')",
        "PG025",
        26,
        "'2026-01-31T00:00:00Z'",
    ),
    "an unknown function": ("trends(1.0) == 1.0", "PG025", 1, "did you mean `trend`?"),
    "an unknown method": ("[1.0].average() > 1.0", "PG025", 1, ""),
    "too few arguments": ("trend(change.remediation.rmst_high) == 'x'", "PG025", 1, "trend("),
    "a map of three": ("[1.0].map(x, true, x) == [1.0]", "PG025", 1, ".map(x, ...)"),
    "a change alone": ("change.remediation.rmst_high > 1.0", "PG025", 1, "`.delta`"),
    "optional syntax": ("metrics.?remediation > 1.0", "PG02", None, ""),
    "null": (f"{RMST} == null", "PG025", None, "unknown by itself"),
}


@pytest.mark.parametrize(("text", "code", "column", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(text, code, column, said) -> None:
    diagnostics = check(text)

    assert isinstance(diagnostics, list)
    first = diagnostics[0]
    assert first.code.startswith(code)
    assert said in f"{first.message} {first.hint}"
    if column is not None:
        assert (first.place.line, first.place.column) == (7, PLACE.column + column - 1)


def test_a_place_in_a_later_line_is_the_files() -> None:
    (diagnostic,) = check(f"{RMST} > params.max_days\n  && params.none > 1.0")

    assert (diagnostic.place.line, diagnostic.place.column) == (8, 18)


def test_every_mistake_is_said() -> None:
    diagnostics = check("metrics.a.b > params.c && variables.d && foo(1.0)")

    assert [d.code for d in diagnostics] == ["PG021", "PG021", "PG021", "PG025"]


NOT_BOOL = {
    "a number": RMST,
    "arithmetic": f"{RMST} + params.max_days",
    "a text": "'true'",
    "a list": "[true]",
    "a trend": "trend(change.remediation.rmst_high, params.max_days)",
    "a choice of numbers": "true ? 1.0 : 2.0",
    "a count": "[true].size()",
}


@pytest.mark.parametrize("text", NOT_BOOL.values(), ids=NOT_BOOL)
def test_an_assertion_that_cannot_be_true_or_false(text) -> None:
    (diagnostic,) = check(text, boolean=True)

    assert diagnostic.code == "PG022"


BOOL = {
    "a comparison": f"{RMST} <= params.max_days",
    "not": "!variables.slower",
    "a variable": "variables.slower",
    "a choice": "true ? false : variables.slower",
    "a macro": "history.last(2).all(h, h.metrics.remediation.rmst_high <= params.max_days)",
    "in": "scope.tenant in ['a']",
    "a label": "has(scope.labels.tier)",
}


@pytest.mark.parametrize("text", BOOL.values(), ids=BOOL)
def test_an_assertion_that_can(text) -> None:
    assert isinstance(check(text, boolean=True), Program)


TOO_LARGE = {
    "brackets": "(" * MAX_CHARACTERS,
    "closed brackets": "(" * 33 + "1.0" + ")" * 33,
    "lists": "[" * 100 + "]" * 100,
    "nots": "!" * 4000 + "true",
    "minuses": "-" * 4000 + "1.0",
    "choices": "true ? 1.0 : " * 600 + "1.0",
    "sums": "+".join(["1.0"] * 2000),
    "ands": " && ".join(["true"] * 1000),
    "characters": " " * (MAX_CHARACTERS + 1),
    "three macros": "[1.0].all(a, [a].all(b, [b].all(c, c > 0.0)))",
}


@pytest.mark.parametrize("text", TOO_LARGE.values(), ids=TOO_LARGE)
def test_too_large_is_refused_without_effort(text) -> None:
    began = time.process_time()

    diagnostics = check(text)

    assert {d.code for d in diagnostics} <= {"PG024", "PG020"}
    # Generous: a parser that is led on takes seconds and gigabytes.
    assert time.process_time() - began < 2


LARGE = {
    "brackets": "(" * MAX_LEVELS + "true" + ")" * MAX_LEVELS,
    "ands": " && ".join(["true"] * 64),
    "two macros": "[1.0].all(a, [a].all(b, b > 0.0))",
    "three in a chain": "[1.0].filter(a, a > 0.0).map(a, a * 2.0).all(a, a > 0.0)",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_as_large_as_it_may_be(text) -> None:
    assert isinstance(check(text), Program)


TOKENS = st.sampled_from(
    [
        *["1.0", "'a'", "true", "false", "all", "x", "history", "trend", "has", "#", "=", "%", "é"],
        *["1.0", "'a'", "true", "false", "all", "x", "history", "trend", "has", "#", "=", "%", "é"],
        "\n",
    ]
)


@given(st.lists(TOKENS, max_size=20).map(" ".join) | st.text(max_size=40))
def test_whatever_is_written_is_compiled_or_refused(text) -> None:
    result = check(text, boolean=True)

    assert isinstance(result, Program) or all(d.code.startswith("PG02") for d in result)
