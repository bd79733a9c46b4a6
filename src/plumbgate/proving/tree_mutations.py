"""The small changes of an expression that its cases should notice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from plumbgate.cel.syntax import is_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.cel.syntax import Tree

_SWAPPED = {
    "relation_lt": ("relation_le", "<", "<="),
    "relation_le": ("relation_lt", "<=", "<"),
    "relation_gt": ("relation_ge", ">", ">="),
    "relation_ge": ("relation_gt", ">=", ">"),
    "relation_eq": ("relation_ne", "==", "!="),
    "relation_ne": ("relation_eq", "!=", "=="),
}
_CHAINS = {"conditionaland": "&&", "conditionalor": "||"}


class Mutation(NamedTuple):
    """A tree with one small change."""

    tree: Tree
    node: Tree
    """What was changed, as it was."""
    what: str
    """`<=` becomes `<`."""


def mutations(tree: Tree) -> Iterator[Mutation]:
    """Yield `tree` with one comparison swapped, one operand dropped or one number moved."""
    yield from _own(tree)
    for index, child in enumerate(tree.children):
        if is_tree(child):
            for inner in mutations(child):
                yield inner._replace(tree=_with_child(tree, index, inner.tree))


def _own(node: Tree) -> Iterator[Mutation]:
    if node.data == "relation":
        operator, right = node.children
        if operator.data in _SWAPPED:
            other, was, becomes = _SWAPPED[operator.data]
            changed = type(node)(other, operator.children, operator.meta)
            yield Mutation(
                type(node)(node.data, [changed, right], node.meta),
                node,
                f"`{was}` becomes `{becomes}`",
            )
    elif node.data in _CHAINS:
        for index in range(len(node.children)):
            left = [child for i, child in enumerate(node.children) if i != index]
            rest = left[0] if len(left) == 1 else type(node)(node.data, left, node.meta)
            yield Mutation(
                rest, node.children[index], f"an operand of `{_CHAINS[node.data]}` is dropped"
            )
    elif node.data == "literal" and node.children[0].type in {"INT_LIT", "FLOAT_LIT"}:
        yield from _moved(node)


def number_of(literal: Tree) -> Decimal:
    """Return the number that a literal writes."""
    text = str(literal.children[0])
    return Decimal(int(text, 0)) if text.lower().startswith("0x") else Decimal(text)


def step_of(literal: Tree) -> Decimal:
    """
    Return one in the last digit of a literal.

    Zeros behind the point are no digits: `30.0` is how a double is written.
    """
    exponent = number_of(literal).normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(0, int(exponent)))


def _moved(node: Tree) -> Iterator[Mutation]:
    """Yield a number moved by one in its last digit, up and down."""
    token = node.children[0]
    for moved in (number_of(node) - step_of(node), number_of(node) + step_of(node)):
        text = f"{moved:f}"
        if token.type == "FLOAT_LIT" and "." not in text:
            text = f"{text}.0"
        changed = type(node)(node.data, [token.update(value=text)], node.meta)
        yield Mutation(changed, node, f"{token} becomes {text}")


def _with_child(tree: Tree, index: int, child: Tree) -> Tree:
    children = [child if i == index else old for i, old in enumerate(tree.children)]
    return type(tree)(tree.data, children, tree.meta)
