"""The types of what is written out."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError
from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.kinds import kind
from plumbgate.cel.types import BOOL, NUMBERS, Problem, Type, one_of
from plumbgate.cel.values import Budget

if TYPE_CHECKING:
    from plumbgate.cel.syntax import Tree


def literal_type(node: Tree) -> Type:
    """
    Return the type of a literal, which knows what it is: the number, or the one word.

    Raises:
        Problem: It is null, or a number that nothing can hold.

    """
    value = PolicyEvaluator(node, {}, Budget()).visit(node)
    if value is None:
        message = "there is no null here: what was not measured is unknown by itself"
        raise Problem("PG025", message, "leave the comparison out, or read a `.state`")
    if isinstance(value, CELEvalError) or (isinstance(value, float) and isinf(value)):
        raise Problem("PG025", "a number beyond 64 bits")
    written = kind(value)
    if written in NUMBERS:
        return Type(written, constant=float(value))
    return BOOL if written == "bool" else one_of([str(value)])
