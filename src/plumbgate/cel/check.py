"""
What is wrong with an expression, before anything runs it.

Limits first, on the text; then syntax; then names, functions and the shape of the result. A full
typing of expressions is not here yet: what it would find fails at run time as an ERROR.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from plumbgate.cel.environment import parse
from plumbgate.cel.evaluator import MACROS
from plumbgate.cel.functions import FUNCTIONS
from plumbgate.cel.program import Program
from plumbgate.cel.scope import Names, suggestion
from plumbgate.cel.syntax import CelSyntaxError, Tree, bracket_depth, chain, is_tree, slip
from plumbgate.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plumbgate.model.policy import Expression

MAX_CHARACTERS = 8_192
MAX_DEPTH = 32
MAX_NODES = 500
MAX_NESTED_MACROS = 2

_MEMBERS = {function.name: function for function in FUNCTIONS if function.member}
_GLOBALS = {function.name: function for function in FUNCTIONS if not function.member}
_CONVERSIONS = ("double", "int", "size", "string")
_METHODS = ("contains", "endsWith", "matches", "size", "startsWith")
_BOOLEAN_METHODS = frozenset(
    {"all", "contains", "endsWith", "exists", "exists_one", "matches", "startsWith"}
)
_REFUSED = {
    "type": "compare values, not types",
    "dyn": "every value here has one type",
    "duration": "durations are days: write a number, or a parameter with a unit",
    "timestamp": "instants are compared in `measure`; read `period` and `programme` here",
    "reduce": "write `sum()`, `min()`, `max()` or `filter(...).size()`",
    "orValue": "it would hide a missing measurement",
    "optional": "it would hide a missing measurement",
}
_SURROUNDING_RUN = re.compile(r"[!\-]{2,}")


def compile_expression(
    expression: Expression, names: Names, *, boolean: bool = False
) -> Program | list[Diagnostic]:
    """Return the program of an expression, or everything that is wrong with it."""
    text = expression.text
    if len(text) > MAX_CHARACTERS:
        return [_limit(expression, f"{len(text):,} characters; at most {MAX_CHARACTERS:,}")]
    longest_run = max((len(run) for run in _SURROUNDING_RUN.findall(text)), default=0)
    if max(bracket_depth(text), longest_run, text.count("?")) > MAX_DEPTH:
        return [_limit(expression, f"nested deeper than {MAX_DEPTH} levels")]
    try:
        tree = parse(text)
    except CelSyntaxError as error:
        return [_syntax(expression, error)]
    problems = list(_limits(expression, tree)) or [
        *_walk(expression, tree, names),
        *(_shape(expression, tree) if boolean else ()),
    ]
    return problems or Program(text, tree)


def reads(tree: Tree) -> tuple[tuple[str, ...], ...]:
    """Return every dotted name that the tree reads, each once, in the order of the text."""
    found: dict[tuple[str, ...], None] = {}

    def visit(node: Tree) -> None:
        path = chain(node)
        if path:
            found[path] = None
            return
        for child in node.children:
            if is_tree(child):
                visit(child)

    visit(tree)
    return tuple(found)


def _diagnose(
    expression: Expression, node: Tree, code: str, message: str, hint: str = ""
) -> Diagnostic:
    meta = node.meta
    one_line = meta.line == meta.end_line
    length = meta.end_column - meta.column if one_line else 1
    return Diagnostic(code, message, expression.at(meta.line, meta.column, length), hint)


def _limit(expression: Expression, message: str) -> Diagnostic:
    return Diagnostic("PG024", f"the expression is too large: {message}", expression.place)


def _syntax(expression: Expression, error: CelSyntaxError) -> Diagnostic:
    known = slip(expression.text)
    if known:
        fix, line, column, length = known
        return Diagnostic("PG020", f"CEL syntax error: {fix}", expression.at(line, column, length))
    place = expression.at(error.line, error.column)
    return Diagnostic("PG020", "CEL syntax error", place, "this does not fit here")


def _limits(expression: Expression, tree: Tree) -> Iterator[Diagnostic]:
    nodes = deepest = macros = 0
    pending = [(tree, 1, 0)]
    while pending:
        node, depth, nested = pending.pop()
        nodes += 1
        nested += _is_macro(node)
        deepest, macros = max(deepest, depth), max(macros, nested)
        pending.extend((child, depth + 1, nested) for child in node.children if is_tree(child))
    for count, limit, what in (
        (nodes, MAX_NODES, "nodes"),
        (deepest, MAX_DEPTH, "levels"),
        (macros, MAX_NESTED_MACROS, "nested macros"),
    ):
        if count > limit:
            yield _limit(expression, f"{count} {what}; at most {limit}")


def _is_macro(node: Tree) -> bool:
    return bool(node.data == "member_dot_arg" and str(node.children[1]) in MACROS)


def _walk(expression: Expression, node: Tree, names: Names) -> Iterator[Diagnostic]:
    path = chain(node)
    if path:
        problem = names.problem(path)
        if problem:
            _, message, hint = problem
            yield _diagnose(expression, node, "PG021", message, hint or _subtraction(path))
        return
    if node.data == "ident_arg":
        yield from _global_call(expression, node)
    elif node.data == "member_dot_arg":
        yield from _member_call(expression, node)
    elif node.data in {"member_object", "dot_ident", "dot_ident_arg"}:
        yield _diagnose(expression, node, "PG025", "messages and root names are not admitted")
    if _is_macro(node) and _has_macro_form(node):
        receiver, _, arguments = node.children
        variable, body = arguments.children
        yield from _walk(expression, receiver, names)
        inner = {**names.bound, str(variable.children[0]): _is_history(receiver, names)}
        yield from _walk(expression, body, replace(names, bound=inner))
        return
    for child in node.children:
        if is_tree(child):
            yield from _walk(expression, child, names)


def _subtraction(path: tuple[str, ...]) -> str:
    return "a `-` in a name is a subtraction" if len(path) == 1 else ""


def _is_history(node: Tree, names: Names) -> bool:
    """Return whether the items of a list are periods of the history."""
    if node.data == "member_dot_arg" and str(node.children[1]) in {"last", "filter"}:
        return _is_history(node.children[0], names)
    return chain(node) == ("history",)


def _has_macro_form(node: Tree) -> bool:
    if len(node.children) != 3:  # noqa: PLR2004 (receiver, name, arguments)
        return False
    arguments = node.children[2].children
    return len(arguments) == 2 and arguments[0].data == "ident"  # noqa: PLR2004


def _global_call(expression: Expression, node: Tree) -> Iterator[Diagnostic]:
    name = str(node.children[0])
    arguments = node.children[1].children if len(node.children) > 1 else []
    if name == "has":
        yield from _has(expression, node, arguments)
    elif name in _GLOBALS:
        if len(arguments) != _GLOBALS[name].arguments:
            signature = _GLOBALS[name].signature
            yield _diagnose(expression, node, "PG025", f"{name}() is `{signature}`")
    elif name not in _CONVERSIONS:
        hint = _REFUSED.get(name) or suggestion(name, [*_GLOBALS, *_CONVERSIONS, "has"])
        yield _diagnose(expression, node, "PG025", f"`{name}()` is not admitted here", hint)


def _has(expression: Expression, node: Tree, arguments: list[Tree]) -> Iterator[Diagnostic]:
    path = chain(arguments[0]) if len(arguments) == 1 else None
    if path is None or path[:2] != ("scope", "labels") or len(path) != 3:  # noqa: PLR2004
        yield _diagnose(
            expression,
            node,
            "PG025",
            "`has()` asks for a label alone",
            "what is not measured is unknown by itself; write `has(scope.labels.<name>)`",
        )


def _member_call(expression: Expression, node: Tree) -> Iterator[Diagnostic]:
    name = str(node.children[1])
    arguments = node.children[2].children if len(node.children) > 2 else []  # noqa: PLR2004
    if name in MACROS:
        if not _has_macro_form(node):
            yield _diagnose(
                expression,
                node,
                "PG025",
                f"`{name}` takes a name and an expression",
                f"write `.{name}(x, ...)`",
            )
    elif name in _MEMBERS:
        if len(arguments) != _MEMBERS[name].arguments:
            yield _diagnose(expression, node, "PG025", f"{name}() is `{_MEMBERS[name].signature}`")
    elif name not in _METHODS:
        hint = _REFUSED.get(name) or suggestion(name, [*MACROS, *_MEMBERS, *_METHODS])
        yield _diagnose(expression, node, "PG025", f"`.{name}()` is not admitted here", hint)


def _shape(expression: Expression, tree: Tree) -> Iterator[Diagnostic]:
    if not _may_be_bool(tree):
        yield _diagnose(
            expression,
            tree,
            "PG022",
            "the expression is not true or false",
            "compare it: `... <= params.<name>`",
        )


def _may_be_bool(node: Tree) -> bool:
    if node.data == "expr":
        return all(map(_may_be_bool, node.children[1:]))
    path = chain(node)
    if path:
        return path[0] == "variables"
    return bool(_BOOLEAN_SHAPES.get(node.data, lambda _: False)(node))


_BOOLEAN_SHAPES: dict[str, Callable[[Tree], bool]] = {
    "relation": lambda _: True,
    "conditionaland": lambda _: True,
    "conditionalor": lambda _: True,
    "unary": lambda node: node.children[0].data == "unary_not",
    "literal": lambda node: node.children[0].type == "BOOL_LIT",
    "member_dot_arg": lambda node: str(node.children[1]) in _BOOLEAN_METHODS,
    "ident_arg": lambda node: str(node.children[0]) == "has",
}
"""By the name of a node, whether it can be true or false."""
