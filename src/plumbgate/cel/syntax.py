"""
The shape of an expression: its tree, and the names and calls in it.

Trees are cel-python's own, without the nodes that only pass a single child on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Tree = Any
"""A node of the parse tree: `data` names it, `children` are nodes or tokens, `meta` its place."""

_PASS = frozenset(
    {
        "expr",
        "conditionalor",
        "conditionaland",
        "relation",
        "addition",
        "multiplication",
        "unary",
        "member",
        "primary",
        "paren_expr",
    }
)
_HOLDERS = ("exprlist", "mapinits", "relation_", "addition_", "multiplication_", "unary_")
"""How nodes are named that have no value, and only hold those together that have."""
_CHAINS = frozenset({"conditionalor", "conditionaland"})


def is_tree(node: object) -> bool:
    """Return whether `node` is an inner node, not a token."""
    return hasattr(node, "children")


def operands(node: Tree) -> list[Tree]:
    """Return the values that a value is made of, as they stand in the text."""
    found: list[Tree] = []
    for child in filter(is_tree, node.children):
        found.extend(operands(child) if child.data.startswith(_HOLDERS) else [child])
    return found


def collapse(tree: Tree) -> Tree:
    """
    Return `tree` without single-child nodes, with chains of `&&` and of `||` as one node each.

    Works from the leaves up without recursion, whatever the depth.
    """
    for node in tree.iter_subtrees():
        children: list[Tree] = []
        for child in map(_unwrapped, node.children):
            if node.data in _CHAINS and is_tree(child) and child.data == node.data:
                children.extend(child.children)
            else:
                children.append(child)
        node.children = children
    return _unwrapped(tree)


def _unwrapped(node: Tree) -> Tree:
    while is_tree(node) and node.data in _PASS and len(node.children) == 1:
        (only,) = node.children
        if not is_tree(only):
            break
        node = only
    return node


@dataclass(frozen=True, slots=True)
class Selection:
    """`base.one.two`: a value, and the fields selected from it."""

    base: Tree
    fields: tuple[str, ...]

    @property
    def path(self) -> tuple[str, ...] | None:
        """`("metrics", "remediation", "rmst_high")` for a dotted name; else None."""
        if self.base.data != "ident":
            return None
        return (str(self.base.children[0]), *self.fields)


def selection(node: Tree) -> Selection:
    """Return what `node` selects from what; a node that selects nothing is its own base."""
    fields: list[str] = []
    while node.data == "member_dot":
        node, name = node.children
        fields.append(str(name))
    return Selection(node, tuple(reversed(fields)))


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`, or `receiver.name(arguments)`."""

    receiver: Tree | None
    name: str
    arguments: tuple[Tree, ...]

    @property
    def values(self) -> tuple[Tree, ...]:
        """The receiver, if there is one, and the arguments."""
        return self.arguments if self.receiver is None else (self.receiver, *self.arguments)


def call(node: Tree) -> Call | None:
    """Return the call that `node` is, if it is one."""
    if node.data == "ident_arg":
        name, *rest = node.children
        return Call(None, str(name), _arguments(rest))
    if node.data == "member_dot_arg":
        receiver, name, *rest = node.children
        return Call(receiver, str(name), _arguments(rest))
    return None


def _arguments(rest: list[Tree]) -> tuple[Tree, ...]:
    return tuple(rest[0].children) if rest else ()


def as_double(node: Tree) -> bool:
    """Write a whole number as a double, in the tree; return whether the node is one."""
    if node.data == "unary":
        return bool(node.children[0].data == "unary_neg" and as_double(node.children[1]))
    if node.data != "literal" or node.children[0].type != "INT_LIT":
        return False
    token = node.children[0]
    # A hexadecimal number has no double of its own form; one with zeros in front is decimal.
    base = 16 if token[:2].lower() == "0x" else 10
    node.children[0] = token.update(type="FLOAT_LIT", value=repr(float(int(token, base))))
    return True


def canonical(node: Tree) -> str:
    """Return a text that is the same for trees that mean the same, however they are written."""
    if not is_tree(node):
        return str(node)
    return f"({node.data} {' '.join(map(canonical, node.children))})"
