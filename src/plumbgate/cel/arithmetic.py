"""
Arithmetic: within one type, int64 that overflows loudly, IEEE 754 doubles.

One deviation from the language definition: a result that is not a number is an error. `!(x < y)`
would be true of it, and what could not be decided is never a pass.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from plumbgate.cel import instants
from plumbgate.cel.environment import Periods, celtypes
from plumbgate.cel.kinds import kind
from plumbgate.cel.values import OperationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from plumbgate.cel.environment import Value
    from plumbgate.cel.values import Budget

MAX_TEXT = 8_192
"""Characters of a text that `+` makes."""


def calculate(name: str, left: Value, right: Value, budget: Budget) -> Value:
    """
    Return the result of the operation that a node of the parse tree names.

    Raises:
        OperationError: It is not defined for these values.

    """
    one, other = kind(left), kind(right)
    operate = _OPERATIONS.get((name, one)) if one == other else _IN_TIME.get((name, one, other))
    if operate is None:
        raise OperationError(f"`{SIGNS[name]}` is not defined for {one} and {other}")
    if one == "list":
        budget.spend(len(left) + len(right))
    return operate(left, right)


def negate(value: Value) -> Value:
    """
    Return the number with the other sign.

    Raises:
        OperationError: It is no number, or the one int64 without its opposite.

    """
    if kind(value) == "double":
        return celtypes.DoubleType(-float(value))
    if kind(value) == "int":
        return _integer(lambda zero, number: zero - number)(celtypes.IntType(0), value)
    raise OperationError(f"`-` is not defined for {kind(value)}")


def _integer(operate: Callable[[Any, Any], Value]) -> Callable[[Value, Value], Value]:
    def operation(left: Value, right: Value) -> Value:
        try:
            return operate(left, right)
        except ZeroDivisionError:
            raise OperationError("division by zero") from None
        except ValueError:
            raise OperationError("integer overflow") from None

    return operation


def _remainder(left: Value, right: Value) -> Value:
    operator.truediv(left, right)  # it overflows where the division does
    return operator.mod(left, right)


def _double(operate: Callable[[float, float], float]) -> Callable[[Value, Value], Value]:
    def operation(left: Value, right: Value) -> Value:
        result = operate(float(left), float(right))
        if math.isnan(result):
            raise OperationError("the result is not a number")
        return celtypes.DoubleType(result)

    return operation


def _divide(left: float, right: float) -> float:
    """Divide; by zero it gives what IEEE 754 says, sign and all."""
    if right:
        return left / right
    return math.nan if left == 0 else math.copysign(math.inf, left) * math.copysign(1, right)


def _join_texts(left: str, right: str) -> Value:
    if len(left) + len(right) > MAX_TEXT:
        raise OperationError(f"a text of more than {MAX_TEXT:,} characters")
    return celtypes.StringType(str(left) + str(right))


def _join_lists(left: list[Value], right: list[Value]) -> Value:
    parts = [type(one) for one in (left, right) if isinstance(one, Periods)]
    return (parts[0] if parts else celtypes.ListType)([*left, *right])


SIGNS = {
    "addition_add": "+",
    "addition_sub": "-",
    "multiplication_mul": "*",
    "multiplication_div": "/",
    "multiplication_mod": "%",
}
"""By the name of the node in the parse tree."""

_OPERATIONS: dict[tuple[str, str], Callable[[Any, Any], Value]] = {
    ("addition_add", "int"): _integer(operator.add),
    ("addition_sub", "int"): _integer(operator.sub),
    ("multiplication_mul", "int"): _integer(operator.mul),
    ("multiplication_div", "int"): _integer(operator.truediv),
    ("multiplication_mod", "int"): _integer(_remainder),
    ("addition_add", "double"): _double(operator.add),
    ("addition_sub", "double"): _double(operator.sub),
    ("multiplication_mul", "double"): _double(operator.mul),
    ("multiplication_div", "double"): _double(_divide),
    ("addition_add", "string"): _join_texts,
    ("addition_add", "list"): _join_lists,
    ("addition_add", "duration"): instants.longer,
    ("addition_sub", "duration"): instants.shorter,
    ("addition_sub", "timestamp"): instants.between,
}

_IN_TIME: dict[tuple[str, str, str], Callable[[Any, Any], Value]] = {
    ("addition_add", "timestamp", "duration"): instants.after,
    ("addition_add", "duration", "timestamp"): lambda by, instant: instants.after(instant, by),
    ("addition_sub", "timestamp", "duration"): instants.before,
}
