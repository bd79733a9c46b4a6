"""Arithmetic of CEL values: within one type, int64 that overflows loudly, IEEE 754 doubles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from plumbgate.cel.comparison import kind

if TYPE_CHECKING:
    from collections.abc import Callable


def _checked(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def operation(left: Any, right: Any) -> Any:  # noqa: ANN401 (CEL values)
        one, other = kind(left), kind(right)
        if one != other or one in _WITHOUT:
            raise TypeError(f"no such arithmetic on a {one} and a {other}")
        try:
            return operate(left, right)
        except ZeroDivisionError:
            raise ZeroDivisionError("division by zero") from None
        except (ValueError, OverflowError):
            raise OverflowError("integer overflow") from None
        except TypeError:
            raise TypeError(f"no such arithmetic on a {one}") from None

    return operation


def _divide(left: Any, right: Any) -> Any:  # noqa: ANN401 (CEL values)
    """Divide; a double by zero gives what IEEE 754 says, sign and all."""
    if not isinstance(left, float) or float(right) != 0:
        return left / right
    if float(left) == 0 or math.isnan(left):
        return type(left)(math.nan)
    return type(left)(math.copysign(math.inf, left) * math.copysign(1.0, right))


_WITHOUT = frozenset({"bool", "map", "null"})
"""Kinds that have no arithmetic, whatever Python says of what represents them."""

OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "addition_add": _checked(lambda left, right: left + right),
    "addition_sub": _checked(lambda left, right: left - right),
    "multiplication_mul": _checked(lambda left, right: left * right),
    "multiplication_div": _checked(_divide),
    "multiplication_mod": _checked(lambda left, right: left % right),
}
"""By the name of the node in the parse tree; each raises ArithmeticError or TypeError."""
