"""
How large an expression may be.

Characters and brackets are counted before anything is parsed, nodes and levels before anything
is checked, so that no text is worth the time of an attacker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.macros import MACROS
from plumbgate.cel.syntax import call, operands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.cel.syntax import Tree
    from plumbgate.cel.tokens import Scanned

MAX_CHARACTERS = 8_192
MAX_TOKENS = 2_000
MAX_LEVELS = 32
MAX_NODES = 500
MAX_NESTED_MACROS = 2
MAX_TOTAL_LEVELS = 96
"""Levels of an expression with the variables that it reads written out in it."""


class LimitError(Exception):
    """An expression is too large; its arguments say what is."""


def limit_text(text: str) -> None:
    """Raise `LimitError` for too long a text."""
    _limit((len(text), MAX_CHARACTERS, "characters"))


def limit_tokens(scanned: Scanned) -> None:
    """Raise `LimitError` for too many tokens, or too many brackets around one."""
    _limit(
        (len(scanned.tokens), MAX_TOKENS, "words and signs"),
        (scanned.bracket_depth, MAX_LEVELS, "levels of brackets"),
    )


def limit_tree(tree: Tree) -> None:
    """Raise `LimitError` for too many values, too many levels of them, or too many macros."""
    nodes = deepest = macros = 0
    for level, nested in _places(tree):
        nodes, deepest, macros = nodes + 1, max(deepest, level), max(macros, nested)
    _limit(
        (nodes, MAX_NODES, "values"),
        (deepest, MAX_LEVELS, "levels"),
        (macros, MAX_NESTED_MACROS, "nested macros"),
    )


def limit_levels(total: int) -> None:
    """Raise `LimitError` for too many levels, those of the variables included."""
    _limit((total, MAX_TOTAL_LEVELS, "levels with the variables that it reads"))


def levels(tree: Tree) -> int:
    """Return how many levels of a tree nest."""
    return max(level for level, _ in _places(tree))


def _places(tree: Tree) -> Iterator[tuple[int, int]]:
    """Yield the level and the macros around each value, without recursion, whatever the depth."""
    pending = [(tree, 1, 0)]
    while pending:
        node, level, nested = pending.pop()
        made = call(node)
        is_macro = made is not None and made.receiver is not None and made.name in MACROS
        yield level, nested + is_macro
        for child in operands(node):
            # Macros in a chain run one after the other; those in a body run once for each item.
            is_receiver = made is not None and child is made.receiver
            inside = nested + (is_macro and not is_receiver)
            pending.append((child, level + 1, inside))


def _limit(*counts: tuple[int, int, str]) -> None:
    beyond = [
        f"{count:,} {what}; at most {limit:,}" for count, limit, what in counts if count > limit
    ]
    if beyond:
        raise LimitError(*beyond)
