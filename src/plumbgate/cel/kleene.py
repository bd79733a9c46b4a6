"""
Kleene's logic over values, errors, and errors that say what was not measured.

One operand that decides is enough, whatever the others are. Where none decides, what was not
measured wins over what went wrong, and the causes of all operands are united.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError, UnmeasuredError, Value, celtypes
from plumbgate.cel.kinds import kind
from plumbgate.cel.values import OperationError, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def united(values: Iterable[Value]) -> CELEvalError | None:
    """Return one error for all errors among `values`; None where there is none."""
    errors = [value for value in values if isinstance(value, CELEvalError)]
    unmeasured = [error.unknown for error in errors if isinstance(error, UnmeasuredError)]
    if unmeasured:
        return UnmeasuredError(reduce(Unknown.__or__, unmeasured))
    return errors[0] if errors else None


def truth(value: Value) -> Value:
    """Return a bool or an error as it is, anything else as an error: there is no truthiness."""
    if isinstance(value, CELEvalError | celtypes.BoolType):
        return value
    return CELEvalError(f"{kind(value)} where a bool is needed")


def decide(values: Iterable[Value], *, decisive: bool) -> Value:
    """
    Return `decisive` at the first value that is it; else the errors, else its opposite.

    With False it is the `&&` of all values, with True their `||`; nothing behind the value that
    decides is asked for.
    """
    errors: list[CELEvalError] = []
    for value in map(truth, values):
        if isinstance(value, CELEvalError):
            errors.append(value)
        elif bool(value) is decisive:
            return value
    return united(errors) or celtypes.BoolType(not decisive)


def guarded(operate: Callable[..., Value], *values: Value) -> Value:
    """Return the result of an operation; an error where an operand is one, or it fails."""
    error = united(values)
    if error:
        return error
    try:
        return operate(*values)
    except OperationError as wrong:
        return CELEvalError(str(wrong))
