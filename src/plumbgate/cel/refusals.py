"""What people write in place of what the profile has, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.instants import to_duration, to_timestamp
from plumbgate.cel.macros import MACROS
from plumbgate.cel.scope import ROOTS
from plumbgate.cel.standard import CALLABLE, pattern
from plumbgate.cel.syntax import Tree, selection
from plumbgate.cel.types import NUMBERS, STRING, Problem, Type
from plumbgate.cel.values import Budget, OperationError
from plumbgate.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from plumbgate.cel.names import Names

_REFUSED = {
    "dyn": "every value here has one type",
    "optional": "it would hide a missing measurement",
    "orValue": "it would hide a missing measurement",
    "reduce": "write `sum()`, `min()`, `max()` or `filter(...).size()`",
    "type": "compare values, not types",
}
"""What CEL or cel-python has and the profile does not, and what to do instead."""


def refuse_hyphen(left: Tree, right: Tree, names: Names) -> None:
    """
    Refuse `metrics.nhi-owner.share`, which subtracts `owner.share` from `metrics.nhi`.

    Raises:
        Problem: What stands behind the hyphen begins with no name that there is.

    """
    one, other = selection(left).path, selection(right).path
    if one is None or other is None or one[0] not in ROOTS or other[0] in names.known:
        return
    written = f"{'.'.join(one)}-{'.'.join(other)}"
    meant = suggestion(written.partition(".")[2].replace("-", "_"), names.metrics)
    message = f"`{written}` is a subtraction: there is no hyphen in a name"
    raise Problem("PG021", message, meant or "names have `_` where words end")


def no_function(name: str, *, is_member: bool) -> Problem:
    """Return what is wrong with a call of a function that the profile does not have."""
    written = f"`.{name}()`" if is_member else f"`{name}()`"
    known = [one for one, member in CALLABLE if member is is_member]
    known += MACROS if is_member else ["has"]
    hint = _REFUSED.get(name) or suggestion(name, known)
    return Problem("PG025", f"{written} is not admitted here", hint)


_READERS: dict[str, Callable[[str], object]] = {
    "duration": to_duration,
    "matches": pattern,
    "timestamp": to_timestamp,
}
"""Functions that read a text, which is read ahead where it is written out."""


def refuse_unreadable(function: str, node: Tree) -> None:
    """
    Refuse a text that a function could never read.

    Raises:
        Problem: RE2 cannot read the pattern; there is no such duration, or no such instant.

    """
    if function not in _READERS or node.data != "literal":
        return
    try:
        _READERS[function](str(PolicyEvaluator(node, {}, Budget()).visit(node)))
    except OperationError as error:
        raise Problem("PG025", str(error), node=node) from None


def compared(found: Type) -> str:
    """Return what to write where a condition was meant."""
    if found.kind in NUMBERS:
        return "compare it: `... <= params.<name>`"
    return "compare it: `... == '...'`" if found.kind == STRING.kind else ""
