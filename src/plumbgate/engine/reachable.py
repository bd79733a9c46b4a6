"""Rows of a decision table that nothing reaches: a row above holds wherever they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError, celtypes
from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.kinds import NUMBERS, kind
from plumbgate.cel.syntax import canonical, selection
from plumbgate.cel.values import Budget, BudgetExhausted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plumbgate.cel.program import Program
    from plumbgate.cel.syntax import Tree
    from plumbgate.engine.rules import CompiledRow, Decision


_TURNED = {
    "relation_lt": "relation_gt",
    "relation_le": "relation_ge",
    "relation_gt": "relation_lt",
    "relation_ge": "relation_le",
}


def unreachable_rows(
    table: Decision, variables: Mapping[str, Program]
) -> Iterator[tuple[CompiledRow, str, str]]:
    """Yield each row that cannot be the first that holds, why, and the fix."""
    above: list[tuple[str, list[Tree]]] = []
    for row in table.rows:
        if row.when is None:
            continue
        conjuncts = _conjuncts(row.when.tree, variables)
        if any(_constant(part) is False for part in conjuncts):
            yield row, "its condition is never true", "correct it, or remove the row"
            continue
        needed = [part for part in conjuncts if _constant(part) is not True]
        wider = next((name for name, parts in above if _implied(parts, needed, variables)), None)
        if wider is not None:
            why = f"wherever it holds, row `{wider}` above holds"
            yield row, why, "move it up, or ask for more above it"
        else:
            above.append((row.row.id, needed))


def _conjuncts(tree: Tree, variables: Mapping[str, Program]) -> list[Tree]:
    """Return what must hold for `tree` to hold; a variable is what it stands for."""
    path = selection(tree).path
    if path and path[0] == "variables" and path[1] in variables:
        return _conjuncts(variables[path[1]].tree, variables)
    if tree.data == "conditionaland":
        return [part for child in tree.children for part in _conjuncts(child, variables)]
    return [tree]


def _implied(parts: list[Tree], by: list[Tree], variables: Mapping[str, Program]) -> bool:
    """Return whether every one of `parts` holds where all of `by` do."""
    return all(_follows(part, by, variables) for part in parts)


def _follows(part: Tree, by: list[Tree], variables: Mapping[str, Program]) -> bool:
    if part.data == "conditionalor":
        return any(_implied(_conjuncts(one, variables), by, variables) for one in part.children)
    return any(_same_or_within(part, given) for given in by)


def _same_or_within(part: Tree, given: Tree) -> bool:
    if canonical(part) == canonical(given):
        return True
    wanted, known = _comparison(part), _comparison(given)
    if wanted is None or known is None or wanted[0] != known[0]:
        return False
    return _holds_within(wanted[1:], known[1:])


def _holds_within(wanted: tuple[str, float], known: tuple[str, float]) -> bool:
    """Return whether `x <sign> <number>` holds wherever the other such comparison does."""
    sign, limit = wanted
    other, number = known
    upper, lower = ("relation_lt", "relation_le"), ("relation_gt", "relation_ge")
    if {sign, other} <= {*upper}:
        return number < limit or (number == limit and not (sign == upper[0] and other == upper[1]))
    if {sign, other} <= {*lower}:
        return number > limit or (number == limit and not (sign == lower[0] and other == lower[1]))
    return False


def _comparison(tree: Tree) -> tuple[str, str, float] | None:
    """Return value, sign and number of a comparison with a literal, the literal on the right."""
    if tree.data != "relation":
        return None
    operator, right = tree.children
    (left,) = operator.children
    sign = operator.data
    if sign not in _TURNED:
        return None
    for value, literal, turned in ((left, right, sign), (right, left, _TURNED[sign])):
        if literal.data == "literal":
            number = PolicyEvaluator(literal, {}, Budget()).visit(literal)
            if kind(number) not in NUMBERS:
                return None
            return canonical(value), turned, float(number)
    return None


def _constant(tree: Tree) -> bool | None:
    """Return what a part always is that reads nothing; None where it reads something."""
    if "ident" in {node.data for node in tree.iter_subtrees()}:
        return None
    try:
        value = PolicyEvaluator(tree, {}, Budget()).visit(tree)
    except BudgetExhausted:
        return None
    if isinstance(value, CELEvalError) or not isinstance(value, celtypes.BoolType):
        return None
    return bool(value)
