"""CEL's own functions, as far as the profile has them."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from plumbgate.cel.environment import base_functions, celtypes, from_cel, re2
from plumbgate.cel.functions import FUNCTIONS, NUMBER, Function, Kinds
from plumbgate.cel.instants import to_duration, to_timestamp
from plumbgate.cel.types import BOOL, COUNT, DOUBLE, DURATION, INT, STRING, TIMESTAMP, Type
from plumbgate.cel.values import OperationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from plumbgate.cel.environment import Value

MAX_PATTERN = 256
"""Characters of a pattern."""

_STRING: Kinds = frozenset({"string"})
_SIZED: Kinds = frozenset({"string", "list", "map"})
_SCALAR: Kinds = frozenset({"bool", "duration", "double", "int", "string", "timestamp"})
_INSTANT: Kinds = frozenset({"timestamp"})
_DECIMAL = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)


@cache
def pattern(text: str) -> Callable[[str], bool]:
    """
    Return whether a text matches somewhere, as a function of the text.

    Raises:
        OperationError: RE2, which takes linear time, cannot read the pattern.

    """
    if len(text) > MAX_PATTERN:
        raise OperationError(f"a pattern of more than {MAX_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(text, options)
    except (re2.error, ValueError):
        raise OperationError("matches() cannot read the pattern; RE2 says which it can") from None
    return lambda where: compiled.search(where) is not None


def _matches(text: str, written: str) -> bool:
    try:
        return pattern(str(written))(str(text))
    except UnicodeEncodeError:
        raise OperationError("matches() of a text that is no Unicode") from None


def _double(value: Value) -> float:
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise OperationError("double() of a text that is no number")
    converted = float(value)
    if isinstance(value, str) and math.isinf(converted):
        raise OperationError("double() of a text that is no number")
    return converted


def _int(value: Value) -> Value:
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise OperationError("int() of a text that is no whole number")
    # The suite of the language definition refuses the least int64 as well, as a double.
    if isinstance(value, float) and not -(2.0**63) < value < 2.0**63:
        raise OperationError("int() of a number beyond 64 bits")
    if isinstance(value, datetime):
        return celtypes.IntType(int(value.timestamp()))
    try:
        return celtypes.IntType(value)
    except (ValueError, OverflowError):
        raise OperationError("int() of a number beyond 64 bits") from None


def _string(value: Value) -> str:
    plain = from_cel(value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return str(plain).removesuffix(".0") if isinstance(plain, float) else str(plain)


def _gives(result: Type) -> Callable[..., Type]:
    return lambda *_: result


def _converted(kind: str) -> Callable[[Type], Type]:
    """Return the type of a number made of another, which keeps its unit."""
    bare = {"double": DOUBLE, "int": INT}[kind]
    return lambda value: replace(value, kind=kind) if value.kind in NUMBER else bare


STANDARD: tuple[Function, ...] = (
    Function("size", "x.size() -> int", (_SIZED,), base_functions["size"], _gives(COUNT)),
    Function(
        "size", "size(x) -> int", (_SIZED,), base_functions["size"], _gives(COUNT), member=False
    ),
    Function(
        "contains",
        "string.contains(part: string) -> bool",
        (_STRING, _STRING),
        base_functions["contains"],
        _gives(BOOL),
    ),
    Function(
        "startsWith",
        "string.startsWith(start: string) -> bool",
        (_STRING, _STRING),
        base_functions["startsWith"],
        _gives(BOOL),
    ),
    Function(
        "endsWith",
        "string.endsWith(end: string) -> bool",
        (_STRING, _STRING),
        base_functions["endsWith"],
        _gives(BOOL),
    ),
    Function(
        "matches",
        "string.matches(pattern: string) -> bool",
        (_STRING, _STRING),
        _matches,
        _gives(BOOL),
    ),
    Function(
        "double",
        "double(x) -> double",
        (NUMBER | _STRING,),
        _double,
        _converted("double"),
        member=False,
    ),
    Function(
        "int",
        "int(x) -> int",
        (NUMBER | _STRING | _INSTANT,),
        _int,
        _converted("int"),
        member=False,
    ),
    Function(
        "duration",
        "duration(text: string) -> duration",
        (_STRING | frozenset({"duration"}),),
        to_duration,
        _gives(DURATION),
        member=False,
    ),
    Function(
        "timestamp",
        "timestamp(x) -> timestamp",
        (_STRING | _INSTANT | frozenset({"int"}),),
        to_timestamp,
        _gives(TIMESTAMP),
        member=False,
    ),
    Function("string", "string(x) -> string", (_SCALAR,), _string, _gives(STRING), member=False),
)
"""The functions of the language definition that policies may call."""

CALLABLE: dict[tuple[str, bool], Function] = {
    (function.name, function.member): function for function in (*STANDARD, *FUNCTIONS)
}
"""Every function of the profile, by its name and whether it is written behind a dot."""
