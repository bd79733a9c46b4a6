"""
What values of CEL have in common, and how they compare.

Numbers compare exactly whatever their types (`2 > 1.5`), booleans never compare with numbers, and
values of different kinds are unequal rather than an error, as the language definition says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS = {
    "BoolType": "bool",
    "BytesType": "bytes",
    "DoubleType": "double",
    "DurationType": "duration",
    "IntType": "int",
    "ListType": "list",
    "MapType": "map",
    "NoneType": "null",
    "Periods": "list",
    "StringType": "string",
    "TimestampType": "timestamp",
    "UintType": "uint",
}
"""CEL's name of a type by the name of the class that represents it."""

_PLAIN: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "bytes": bytes,
    "double": float,
    "int": int,
    "string": str,
    "uint": int,
}
_NUMBERS = frozenset({"double", "int", "uint"})
_ORDERED = frozenset({"bool", "bytes", "duration", "string", "timestamp"})


def kind(value: object) -> str:
    """Return CEL's name for the type of a value."""
    return _KINDS.get(type(value).__name__, type(value).__name__)


def equal(left: Any, right: Any) -> bool:  # noqa: ANN401 (CEL values)
    """Return whether two values are the same, exactly for numbers, by content for lists."""
    one, other = kind(left), kind(right)
    if one in _NUMBERS and other in _NUMBERS:
        return bool(_PLAIN[one](left) == _PLAIN[other](right))
    if one != other:
        return False
    if one == "list":
        return len(left) == len(right) and all(map(equal, left, right))
    if one == "map":
        return len(left) == len(right) and all(
            key in right and equal(item, right[key]) for key, item in left.items()
        )
    return bool(_plain(left) == _plain(right))


def _plain(value: Any) -> Any:  # noqa: ANN401 (CEL values)
    return _PLAIN.get(kind(value), lambda same: same)(value)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def relation(left: Any, right: Any) -> bool:  # noqa: ANN401 (CEL values)
        one, other = kind(left), kind(right)
        if (one in _NUMBERS and other in _NUMBERS) or (one == other and one in _ORDERED):
            return bool(compare(_plain(left), _plain(right)))
        raise TypeError(f"a {one} does not compare with a {other}")

    return relation


def _within(item: Any, container: Any) -> bool:  # noqa: ANN401 (CEL values)
    if kind(container) not in {"list", "map"}:
        raise TypeError(f"`in` a {kind(container)}: write a list")
    return any(equal(item, member) for member in container)


RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "relation_lt": _ordered(lambda left, right: left < right),
    "relation_le": _ordered(lambda left, right: left <= right),
    "relation_gt": _ordered(lambda left, right: left > right),
    "relation_ge": _ordered(lambda left, right: left >= right),
    "relation_eq": equal,
    "relation_ne": lambda left, right: not equal(left, right),
    "relation_in": _within,
}
"""By the name of the node in the parse tree."""
