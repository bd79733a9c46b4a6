"""The types of CEL's operators, and what each of them refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.types import (
    ANY,
    BOOL,
    DURATION,
    NUMBERS,
    TIMESTAMP,
    Problem,
    Type,
    is_number,
    product,
    quotient,
    refuse_units,
    united,
)
from plumbgate.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    Operator = Callable[[Type, Type], Type]


def _equal(left: Type, right: Type) -> Type:
    if ANY in {left, right}:
        return BOOL
    if left.kind != right.kind and not {left.kind, right.kind} <= NUMBERS:
        raise Problem("PG022", f"a {left} is never a {right}", _alike(left, right))
    refuse_units(left, right)
    _refuse_words(left, right)
    if left.item and right.item:
        _equal(left.item, right.item)
    return BOOL


def _alike(left: Type, right: Type) -> str:
    """Return what to do about two kinds that do not go together."""
    kinds = {left.kind, right.kind}
    if kinds == {"bool", "string"}:
        return "`true` and `false` stand without quotes"
    if "duration" in kinds and kinds & NUMBERS:
        return "name it as a parameter with a unit: `limit: {value: 15 d}`"
    if "string" in kinds:
        return "a text is quoted, a number is not"
    return "compare like with like"


def _refuse_words(left: Type, right: Type) -> None:
    """Refuse two texts that are never the same."""
    if left.words is None or right.words is None or left.words & right.words:
        return
    written, known = sorted((left.words, right.words), key=len)
    word, words = min(written, default=""), sorted(known)
    raise Problem(
        "PG031",
        f"it is never `{word}`: it is one of {', '.join(f'`{one}`' for one in words)}",
        suggestion(word, words, "write one of these"),
    )


def _ordered(left: Type, right: Type) -> Type:
    if ANY in {left, right}:
        return BOOL
    if is_number(left) and is_number(right):
        refuse_units(left, right)
        return BOOL
    if left.kind != right.kind or left.kind not in {"duration", "string", "timestamp"}:
        hint = _alike(left, right)
        raise Problem("PG022", f"a {left} and a {right} are not in any order", hint)
    if left.words is not None and right.words is not None:
        raise Problem("PG022", "words are in no order", "compare them with `==` or `in`")
    return BOOL


def _within(left: Type, right: Type) -> Type:
    if right == ANY:
        return BOOL
    if right.kind == "map":
        return _equal(left, Type("string"))
    if right.kind != "list":
        raise Problem("PG022", f"`in` looks into a list, not into a {right}", "write `in [...]`")
    return _equal(left, right.item or ANY)


def _added(left: Type, right: Type) -> Type:
    if left.kind == "list" and right.kind == "list":
        return united(left, right)
    if left.kind == "string" and right.kind == "string":
        return Type("string")
    return _in_time("+", left, right) or _sum(left, right, "+")


def _subtracted(left: Type, right: Type) -> Type:
    return _in_time("-", left, right) or _sum(left, right, "-")


_TIMES = {
    ("+", "duration", "duration"): DURATION,
    ("+", "duration", "timestamp"): TIMESTAMP,
    ("+", "timestamp", "duration"): TIMESTAMP,
    ("-", "duration", "duration"): DURATION,
    ("-", "timestamp", "duration"): TIMESTAMP,
    ("-", "timestamp", "timestamp"): DURATION,
}


def _in_time(sign: str, left: Type, right: Type) -> Type | None:
    return _TIMES.get((sign, left.kind, right.kind))


def _sum(left: Type, right: Type, sign: str) -> Type:
    if ANY in {left, right}:
        return ANY
    _refuse_kinds(left, right, sign)
    refuse_units(left, right)
    constant = None
    if left.constant is not None and right.constant is not None:
        constant = left.constant + (right.constant if sign == "+" else -right.constant)
    difference = sign == "-" or left.difference or right.difference
    return Type(left.kind, left.unit or right.unit, constant, difference, computed=True)


def _multiplied(left: Type, right: Type) -> Type:
    if ANY in {left, right}:
        return ANY
    _refuse_kinds(left, right, "*")
    constant = None
    if left.constant is not None and right.constant is not None:
        constant = left.constant * right.constant
    difference = left.difference or right.difference
    return Type(left.kind, product(left, right), constant, difference, computed=True)


def _divided(left: Type, right: Type) -> Type:
    if ANY in {left, right}:
        return ANY
    _refuse_kinds(left, right, "/")
    if left.kind == "int":
        message = "a division of whole numbers drops what is left: 3 / 4 is 0"
        raise Problem("PG022", message, "write `double(...)` around both")
    constant = None
    if left.constant is not None and right.constant:
        constant = left.constant / right.constant
    difference = left.difference or right.difference
    return Type(left.kind, quotient(left, right), constant, difference, computed=True)


def _remaining(left: Type, right: Type) -> Type:
    if ANY in {left, right}:
        return ANY
    _refuse_kinds(left, right, "%")
    if left.kind != "int":
        raise Problem("PG022", "`%` is the rest of a division of whole numbers; a share is 0.95")
    return Type("int", left.unit)


def _refuse_kinds(left: Type, right: Type, sign: str) -> None:
    if left.kind == right.kind and left.kind in NUMBERS:
        return
    if {left.kind, right.kind} == NUMBERS:
        hint = "write `double(...)` around the whole number"
        raise Problem("PG022", f"`{sign}` between a whole number and a double", hint)
    raise Problem("PG022", f"`{sign}` is not defined for a {left} and a {right}", "use numbers")


OPERATORS: dict[str, Operator] = {
    "addition_add": _added,
    "addition_sub": _subtracted,
    "multiplication_div": _divided,
    "multiplication_mod": _remaining,
    "multiplication_mul": _multiplied,
    "relation_eq": _equal,
    "relation_ge": _ordered,
    "relation_gt": _ordered,
    "relation_in": _within,
    "relation_le": _ordered,
    "relation_lt": _ordered,
    "relation_ne": _equal,
}
"""By the name of the node in the parse tree; each raises `Problem`."""
