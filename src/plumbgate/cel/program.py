"""An expression that is ready to be evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError, UnmeasuredError, Value, to_cel
from plumbgate.cel.evaluator import PolicyEvaluator, TracingEvaluator
from plumbgate.cel.values import MAX_STEPS, Budget, BudgetExhausted, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.scope import Path
    from plumbgate.cel.syntax import Tree
    from plumbgate.cel.types import Type
    from plumbgate.model.policy import Expression


@dataclass(frozen=True, slots=True)
class Program:
    """A parsed and checked expression."""

    expression: Expression
    """Its text, and where that stands."""
    tree: Tree
    reads: tuple[Path, ...]
    """Every dotted name that is read of the period that is judged, in the order of the text."""
    part_reads: tuple[Path, ...]
    """Every dotted name that is read of a period of the history, or of a unit."""
    levels: int
    """How deep values nest, in the variables that it reads too."""
    looks_at: frozenset[str]
    """Which of `history` and `units` it looks at, in the variables that it reads too."""
    type: Type
    types: Mapping[int, Type]
    """Of each of its parts, by the identity of the node."""
    if_unmeasured: str | None = None
    """The text that it is where it is unknown, never where it went wrong."""

    @property
    def text(self) -> str:
        """The CEL as it is written."""
        return self.expression.text

    def written(self, node: Tree) -> str:
        """Return the part of the text that `node` stands for, on one line."""
        meta = node.meta
        # cel-python's `true` and `false` have lost their place.
        if meta.line is None:
            return str(node.children[0])
        lines = self.text.split("\n")[meta.line - 1 : meta.end_line]
        lines[-1] = lines[-1][: meta.end_column - 1]
        lines[0] = lines[0][meta.column - 1 :]
        return " ".join(" ".join(lines).split())

    def run(self, names: Mapping[str, Value], budget: Budget) -> Value:
        """
        Return the CEL value or error value, where `names` are known.

        Raises:
            BudgetExhausted: The expression takes more steps than are left.

        """
        evaluator = PolicyEvaluator if budget.trace is None else TracingEvaluator
        value = evaluator(self.tree, names, budget).visit(self.tree)
        if self.if_unmeasured is not None and isinstance(value, UnmeasuredError):
            return to_cel(self.if_unmeasured)
        return value

    def evaluate(self, names: Mapping[str, Value], budget: Budget | None = None) -> Value:
        """
        Return the CEL value, `Unknown` or `Failure`.

        `names` maps root names to values that `to_cel` made; it may make them when asked.
        """
        try:
            result = self.run(names, budget or Budget())
        except BudgetExhausted:
            return Failure(f"the rule looks at more than {MAX_STEPS:,} items")
        if isinstance(result, UnmeasuredError):
            return result.unknown
        if isinstance(result, CELEvalError):
            return Failure(str(result.args[0]))
        return result
