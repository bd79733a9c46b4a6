"""
Where plumbgate gives another result than others, on purpose: each with its reason.

A row that no longer differs fails the tests, so that neither table can outlive its reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.cel.conformance.scenarios import Failing

_EXACT = "an int and a double compare exactly; the suite rounds the int to a double first"
_NAN = "what is not a number is an error: `!(x < limit)` would be true of it, and a pass"

SUITE: dict[str, str] = {
    "basic: functions/unbound_is_runtime_error": (
        "a function that does not exist is refused before anything runs, so nothing absorbs it"
    ),
    "comparisons: eq_literal/not_eq_double_nan": _NAN,
    "comparisons: eq_literal/not_eq_int_double_nan": _NAN,
    "comparisons: ne_literal/ne_double_nan": _NAN,
    "comparisons: ne_literal/not_ne_double_nan": _NAN,
    "comparisons: ne_literal/not_ne_int_double_nan": _NAN,
    "comparisons: gt_literal/not_gt_dyn_big_double_int": _EXACT,
    "comparisons: gte_literal/gte_dyn_int_big_lossy_double": _EXACT,
    "comparisons: lt_literal/not_lt_dyn_int_big_lossy_double": _EXACT,
    "comparisons: lte_literal/lte_dyn_big_double_int": _EXACT,
    "lists: index/zero_based_double": "the place of an item is an int, whatever a double's value",
}
"""Scenarios inside the profile that the evaluator answers differently, and why."""


@dataclass(frozen=True)
class Difference:
    """An expression, what plumbgate gives, what Google's C++ evaluator gives, and why."""

    text: str
    ours: object
    theirs: object
    reason: str


GOOGLE: tuple[Difference, ...] = (
    Difference("1.0 / 0.0 - 1.0 / 0.0 == 0.0", Failing(), False, _NAN),
    Difference(
        "9007199254740993 == 9007199254740992.0",
        False,
        True,
        "an int and a double compare exactly; C++ rounds the int to a double first",
    ),
    Difference(
        "string(1234567.0)",
        "1234567",
        "1.234567e+06",
        "the definition leaves the form open; a reader of a report knows the first",
    ),
    Difference("double('1e400')", Failing(), float("inf"), "a text beyond every double is none"),
    Difference("double('.5')", Failing(), 0.5, "a number in a text has digits before its point"),
    Difference("double('inf')", Failing(), float("inf"), "a number in a text is a decimal"),
    Difference("int(' 1')", Failing(), 1, "a number in a text is nothing but the number"),
    Difference("int(true)", Failing(), 1, "the definition has no such conversion"),
    Difference("[1][0.0]", Failing(), 1, "the place of an item is an int"),
    Difference("{1: 'a'}[1]", Failing(), "a", "keys are texts, as in the JSON that they come from"),
    Difference(
        "{'a': 1, 'a': 2} == {} || true",
        True,
        Failing(),
        "a repeated key is an error like any other, and `|| true` absorbs it",
    ),
    Difference(
        "{'a': 1}.all(key, key == 'a')",
        Failing(),
        True,
        "macros look at lists: a map has no order that two evaluators would share",
    ),
)
"""What the generator of the differential test stays away from, and why."""
