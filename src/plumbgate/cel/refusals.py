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
    from plumbgate.cel.scope import Path
    from plumbgate.cel.syntax import Call

TAKEN_WHOLE = {
    "enough": ("measurement", "write `enough(measured.<family>.<name>, 50)`"),
    "trend": ("change", "write `trend(change.<family>.<name>, params.<name>)`"),
}
"""Functions whose first value is a structure: which, and how they are called."""
REFUSED = {
    "dyn": "every value here has one type",
    "optional": "leave it out: it would hide a missing measurement",
    "orValue": "leave it out: it would hide a missing measurement",
    "reduce": "write `sum()`, `min()`, `max()` or `filter(...).size()`",
    "type": "compare values, not types",
}
"""What CEL or cel-python has and the profile does not, and what to do instead."""


_LABEL = ("scope", "labels", "<name>")


def label_of(made: Call) -> Path:
    """
    Return the label that `has()` asks for.

    Raises:
        Problem: It asks for something else, which would hide that it was not measured.

    """
    path = selection(made.arguments[0]).path if len(made.arguments) == 1 else None
    if path is None or path[:2] != ("scope", "labels") or len(path) != len(_LABEL):
        message = "`has()` asks for a label alone"
        hint = "what is not measured is unknown by itself; write `has(scope.labels.<name>)`"
        raise Problem("PG025", message, hint)
    return path


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
    hint = meant or "names have `_` for `-`; `plumbgate metrics list` shows all"
    raise Problem("PG021", message, hint)


def no_function(name: str, *, is_member: bool) -> Problem:
    """Return what is wrong with a call of a function that the profile does not have."""
    written = f"`.{name}()`" if is_member else f"`{name}()`"
    known = [one for one, member in CALLABLE if member is is_member]
    known += MACROS if is_member else ["has"]
    hint = REFUSED.get(name) or suggestion(name, known, f"there are {', '.join(sorted(known))}")
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
        message, _, hint = str(error).partition(": ")
        hint = hint or "close its brackets; it has no look-around and no back-references"
        raise Problem("PG025", message, hint, node) from None


def misfit(problem: Problem, operator: Tree, right: Tree) -> Tree | None:
    """Return the operand that is written out, where it does not fit one that is looked up."""
    if problem.code == "PG022" and not operator.data.startswith("relation_"):
        # Neither is wrong; it is the sign that does not go with them.
        return None
    written = [n for n in (*operator.children, right) if n.data in {"list_lit", "literal"}]
    return written[0] if len(written) == 1 and written[0].meta.line is not None else None


def compared(found: Type) -> str:
    """Return what to write where a condition was meant."""
    if found.kind in NUMBERS:
        return "compare it: `... <= params.<name>`"
    return "compare it: `... == '...'`" if found.kind == STRING.kind else ""
