"""Whether an expression can be true or false, by the shape of its root alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.syntax import selection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plumbgate.cel.program import Program
    from plumbgate.cel.syntax import Tree

_BOOLEAN_CALLS = frozenset(
    {"all", "contains", "endsWith", "exists", "exists_one", "has", "matches", "startsWith"}
)


def may_be_bool(node: Tree, variables: Mapping[str, Program | None]) -> bool:
    """Return whether `node` can be true or false; a variable can where its own root can."""
    if node.data == "expr":
        return all(may_be_bool(branch, variables) for branch in node.children[1:])
    if node.data == "member_dot":
        # `variables.held`, or the same of a period: `history[0].variables.held`.
        names = ("", *(selection(node).path or selection(node).fields))
        variable = variables.get(names[-1]) if names[-2] == "variables" else None
        return names[-2] == "variables" and (variable is None or variable.may_be_bool)
    return _BOOLEAN.get(node.data, lambda _: False)(node)


_BOOLEAN: dict[str, Callable[[Tree], bool]] = {
    "conditionaland": lambda _: True,
    "conditionalor": lambda _: True,
    "ident_arg": lambda node: str(node.children[0]) in _BOOLEAN_CALLS,
    "literal": lambda node: bool(node.children[0].type == "BOOL_LIT"),
    "member_dot_arg": lambda node: str(node.children[1]) in _BOOLEAN_CALLS,
    "relation": lambda _: True,
    "unary": lambda node: bool(node.children[0].data == "unary_not"),
}
"""By the name of a node, whether it can be true or false."""
