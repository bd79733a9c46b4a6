"""
Which scenarios lie outside the profile, and why: decided by rules, never by a scenario's name.

The rules look at what a scenario is made of: nodes against the evaluator's own `NODES`, calls
against its own `CALLABLE` and `MACROS`, and the values that it is given and must give.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.cel.conformance.scenarios import Foreign

from plumbgate.cel.evaluator import NODES
from plumbgate.cel.macros import MACROS
from plumbgate.cel.standard import CALLABLE
from plumbgate.cel.syntax import call, operands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cel.conformance.scenarios import Scenario

    from plumbgate.cel.syntax import Call, Tree

BYTES = "bytes"
ENCODERS = "extension: encoders"
FORMS = "`bool()`, and `matches()` as a function"
KEYS = "keys that are no texts"
MAPS = "macros over the keys of a map"
MATH = "extension: math"
MESSAGES = "protobuf messages, enums and wrappers"
NAMES = "containers, qualified and quoted names"
NULL = "null"
NUMBERS = "a function of a number, written behind it"
OPTIONAL = "extension: optional values"
QUOTES = "texts in three quotes"
STRINGS = "extension: strings"
TIMES = "the year, the hour and the like of an instant, and parts of a microsecond"
TYPES = "types as values"
UINT = "unsigned integers"
VARIABLES = "macros of two variables, of three arguments, and `cel.bind`"

AT_THE_REFUSAL: tuple[tuple[str, str], ...] = (
    (r"[rR]?(?:'''|\"\"\")", QUOTES),
    (r"[bB][rR]?['\"]|[rR][bB]['\"]", BYTES),
    (r"(?:\d+|0x[\da-fA-F]+)[uU]\b", UINT),
    (r"`", NAMES),
    (r"\d+\.[a-zA-Z]", NUMBERS),
)
"""What can stand where the text is refused, and why it is."""

_OPTIONAL_SIGN = re.compile(r"\.\s*\?|[\[{,]\s*\?")

_NANOSECONDS = re.compile(r"\dns\b|\.\d{7,}(?:s|Z|[+-]\d)")

_NODES = {
    "member_object": MESSAGES,
    "dot_ident": NAMES,
    "dot_ident_arg": NAMES,
}
"""The nodes that the grammar has and the evaluator has not."""

_LITERALS = {"BYTES_LIT": BYTES, "NULL_LIT": NULL, "UINT_LIT": UINT}

_LIBRARIES = {
    "base64": ENCODERS,
    "cel": VARIABLES,
    "math": MATH,
    "optional": OPTIONAL,
    "proto": MESSAGES,
    "strings": STRINGS,
}
"""By the name before the dot of a call."""

_FUNCTIONS = {
    **dict.fromkeys(("bytes",), BYTES),
    **dict.fromkeys(("bool", "matches"), FORMS),
    **dict.fromkeys(("type",), TYPES),
    **dict.fromkeys(("uint",), UINT),
    **dict.fromkeys(("hasValue", "or", "orValue", "optMap", "optFlatMap", "value"), OPTIONAL),
    **dict.fromkeys(("existsOne", "transformList", "transformMap"), VARIABLES),
    **dict.fromkeys(("charAt", "format", "indexOf", "join", "lastIndexOf", "lowerAscii"), STRINGS),
    **dict.fromkeys(("quote", "replace", "reverse", "split", "substring"), STRINGS),
    **dict.fromkeys(("trim", "upperAscii"), STRINGS),
}
"""By name: what CEL has, or an extension of it, and the profile has not."""

_TYPES = frozenset({"bool", "bytes", "double", "int", "list", "map", "null_type", "string"})

_FOREIGN = {
    "BytesType": BYTES,
    "DurationType": TIMES,
    "NoneType": NULL,
    "TimestampType": TIMES,
    "TypeType": TYPES,
    "UintType": UINT,
}


def outside(scenario: Scenario, tree: Tree) -> str | None:
    """Return why a scenario lies outside the profile, its expression being `tree`; or None."""
    return next(_reasons(scenario, tree), None)


def refused(text: str, offset: int) -> str | None:
    """Return why the profile refuses what stands at `offset`; None where CEL does as well."""
    for pattern, reason in AT_THE_REFUSAL:
        if re.compile(pattern).match(text, offset):
            return reason
    return OPTIONAL if _OPTIONAL_SIGN.search(text) else None


def _reasons(scenario: Scenario, tree: Tree) -> Iterator[str]:
    yield from _of_tree(tree, scenario.bindings)
    if _NANOSECONDS.search(scenario.text):
        yield TIMES
    if scenario.container or any("." in name for name in scenario.bindings):
        yield NAMES
    yield from _of_value(scenario.bindings)
    yield from _of_value(scenario.expected)


def _of_value(value: object) -> Iterator[str]:
    if isinstance(value, Foreign):
        yield _FOREIGN.get(value.name, MESSAGES)
    if isinstance(value, list):
        for item in value:
            yield from _of_value(item)
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            yield KEYS
        yield from _of_value([*value.values()])


def _of_tree(node: Tree, bindings: dict[str, object]) -> Iterator[str]:
    if node.data not in NODES:
        yield _NODES[node.data]
    if node.data == "literal" and node.children[0].type in _LITERALS:
        yield _LITERALS[node.children[0].type]
    if node.data == "map_lit":
        yield from _of_keys(node)
    if node.data == "ident" and node.children[0] in _TYPES - bindings.keys():
        yield TYPES
    if made := call(node):
        yield from _of_call(made)
    for operand in operands(node):
        yield from _of_tree(operand, bindings)


def _of_keys(map_lit: Tree) -> Iterator[str]:
    for key in operands(map_lit)[::2]:
        if key.data == "literal" and not key.children[0].type.endswith("STRING_LIT"):
            yield KEYS


def _of_call(made: Call) -> Iterator[str]:
    receiver = made.receiver
    if receiver is not None and receiver.data == "ident" and receiver.children[0] in _LIBRARIES:
        yield _LIBRARIES[receiver.children[0]]
    if receiver is not None and made.name in MACROS:
        if len(made.arguments) > len(("variable", "body")):
            yield VARIABLES
        if receiver.data == "map_lit":
            yield MAPS
    if (made.name, receiver is not None) not in CALLABLE and made.name in _FUNCTIONS:
        yield _FUNCTIONS[made.name]
    if receiver is not None and made.name.startswith("get"):
        yield TIMES


def declared(made: Call) -> bool:
    """Return whether the profile has what is called, as a static checker would say."""
    member = made.receiver is not None
    if member and made.name in MACROS:
        return len(made.arguments) == 2
    if not member and made.name == "has":
        return len(made.arguments) == 1 and made.arguments[0].data == "member_dot"
    function = CALLABLE.get((made.name, member))
    return function is not None and function.arguments == len(made.arguments)
