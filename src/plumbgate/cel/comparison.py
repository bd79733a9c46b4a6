"""
How values compare.

Numbers compare exactly whatever their types (`2 > 1.5`), booleans never compare with numbers, and
values of different kinds are unequal rather than an error, as the language definition says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plumbgate.cel.kinds import NUMBERS, kind
from plumbgate.cel.values import OperationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from plumbgate.cel.values import Budget

    Relation = Callable[[Any, Any, Budget], bool]

_PLAIN: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "double": float,
    "int": int,
    "string": str,
}
"""cel-python's own values refuse to compare with those of another type; plain ones do not."""
_ORDERED = frozenset({"bool", "duration", "string", "timestamp"})


def equal(left: Any, right: Any, budget: Budget) -> bool:  # noqa: ANN401 (CEL values)
    """Return whether two values are the same, by content for lists and maps."""
    one, other = kind(left), kind(right)
    if one != other and not {one, other} <= NUMBERS:
        return False
    if one == "list":
        budget.spend(min(len(left), len(right)))
        return len(left) == len(right) and all(
            equal(item, beside, budget) for item, beside in zip(left, right, strict=True)
        )
    if one == "map":
        budget.spend(min(len(left), len(right)))
        return left.keys() == right.keys() and all(
            equal(item, right[key], budget) for key, item in left.items()
        )
    return bool(_plain(left) == _plain(right))


def _plain(value: Any) -> Any:  # noqa: ANN401 (CEL values)
    convert = _PLAIN.get(kind(value))
    return convert(value) if convert else value


def _ordered(compare: Callable[[Any, Any], bool]) -> Relation:
    def relation(left: Any, right: Any, _: Budget) -> bool:  # noqa: ANN401 (CEL values)
        one, other = kind(left), kind(right)
        if {one, other} <= NUMBERS or (one == other and one in _ORDERED):
            return compare(_plain(left), _plain(right))
        raise OperationError(f"{one} and {other} do not compare")

    return relation


def _within(item: Any, container: Any, budget: Budget) -> bool:  # noqa: ANN401 (CEL values)
    if kind(container) == "map":
        return kind(item) == "string" and item in container
    if kind(container) != "list":
        raise OperationError(f"`in` looks into a list or a map, not into a {kind(container)}")
    for member in container:
        budget.spend()
        if equal(item, member, budget):
            return True
    return False


RELATIONS: dict[str, Relation] = {
    "relation_lt": _ordered(lambda left, right: left < right),
    "relation_le": _ordered(lambda left, right: left <= right),
    "relation_gt": _ordered(lambda left, right: left > right),
    "relation_ge": _ordered(lambda left, right: left >= right),
    "relation_eq": equal,
    "relation_ne": lambda left, right, budget: not equal(left, right, budget),
    "relation_in": _within,
}
"""By the name of the node in the parse tree; each raises `OperationError`."""
