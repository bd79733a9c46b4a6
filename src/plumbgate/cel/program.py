"""An expression that is ready to be evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError, UnmeasuredError, Value
from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.values import Budget, BudgetExhausted, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.syntax import Tree


class Program:
    """A parsed and checked expression; the interpreted runner's part, with our evaluator."""

    def __init__(self, text: str, tree: Tree) -> None:
        """Hold the text and its `tree`, as `parse` made it."""
        self.text = text
        self.tree = tree

    def evaluate(self, names: Mapping[str, Value], budget: Budget | None = None) -> Value:
        """
        Return the CEL value, `Unknown` or `Failure`.

        `names` maps root names to values that `to_cel` made; it may make them when asked.
        """
        try:
            result = PolicyEvaluator(self.tree, names, budget or Budget()).visit(self.tree)
        except BudgetExhausted:
            return Failure("the rule takes more macro iterations than it may")
        except RecursionError:
            return Failure("the expression is nested too deeply")
        if isinstance(result, UnmeasuredError):
            return result.unknown
        if isinstance(result, CELEvalError):
            return Failure(str(result.args[0]))
        return result
