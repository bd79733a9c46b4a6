"""
The shape of an expression: its tree, what it reads, and the common slips of writing it.

Trees are cel-python's own, without the nodes that only pass a single child on.
"""

from __future__ import annotations

import re
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
_CHAINS = frozenset({"conditionalor", "conditionaland"})


class CelSyntaxError(Exception):
    """Text that is no CEL expression; line and column count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        """Hold the place beside the message."""
        super().__init__(message)
        self.line = line
        self.column = column


def is_tree(node: object) -> bool:
    """Return whether `node` is an inner node, not a token."""
    return hasattr(node, "children")


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


def chain(tree: Tree) -> tuple[str, ...] | None:
    """Return `("metrics", "remediation", "rmst_high")` for a dotted name, else None."""
    names: list[str] = []
    while tree.data == "member_dot":
        tree, name = tree.children
        names.append(str(name))
    if tree.data != "ident":
        return None
    return (str(tree.children[0]), *reversed(names))


_QUOTED = re.compile(r"'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"")

SLIPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\band\b"), "`and` is not an operator in CEL, write `&&`"),
    (re.compile(r"\bor\b"), "`or` is not an operator in CEL, write `||`"),
    (re.compile(r"\bnot\b"), "`not` is not an operator in CEL, write `!`"),
    (re.compile(r"=>"), "`=>` is not an operator in CEL, write `>=`"),
    (re.compile(r"=<"), "`=<` is not an operator in CEL, write `<=`"),
    (re.compile(r"<>"), "`<>` is not an operator in CEL, write `!=`"),
    (re.compile(r"(?<![=!<>])=(?!=)"), "`=` is not an operator in CEL, write `==` to compare"),
    (re.compile(r"(?<![&])&(?![&])"), "`&` is not an operator in CEL, write `&&`"),
    (re.compile(r"(?<![|])\|(?![|])"), "`|` is not an operator in CEL, write `||`"),
    (re.compile(r"\d\s*%(?!\s*[\w(])"), "a share is a ratio in CEL: write 0.95 for 95 %"),
    (re.compile(r"\d,\d"), "a decimal point is a point: write 95.0"),
    (re.compile(r"#"), "a comment in CEL begins with `//`"),
    (re.compile(r"\bTrue\b"), "write `true`"),
    (re.compile(r"\bFalse\b"), "write `false`"),
    (re.compile(r"\b(?:None|nil)\b"), "there is no such value: what was not measured is unknown"),
    (re.compile(r"['\"]"), "a quote that is not closed"),
)
"""What people who know YAML, SQL or Python write, and what to write instead."""


def slip(text: str) -> tuple[str, int, int, int] | None:
    """Return the fix for the first common slip in `text`, with line, column and length."""
    masked = _QUOTED.sub(lambda match: "_" * len(match.group()), text)
    found = [(match, fix) for pattern, fix in SLIPS if (match := pattern.search(masked))]
    if not found:
        return None
    match, fix = min(found, key=lambda pair: pair[0].start())
    line = masked.count("\n", 0, match.start()) + 1
    column = match.start() - masked.rfind("\n", 0, match.start())
    return fix, line, column, len(match.group())


def bracket_depth(text: str) -> int:
    """Return how deep brackets nest, outside quotes: known before anything is parsed."""
    depth = deepest = 0
    for character in _QUOTED.sub("", text):
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest
