"""
The law that where nothing is measured, nothing passes, held against a rule before it is run.

What an expression asks of the scope, the programme or the history can be true of one snapshot and
false of another; what it asks of a measurement is known of a snapshot that measured nothing. So
each part of an assertion has the outcomes that it can have there, and they are joined as Kleene's
logic joins them. That two parts may exclude each other is not seen: such a rule is refused, and
what it is for stands in `applies_when`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING

from plumbgate.cel.environment import celtypes, to_cel
from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.scope import FACT_ROOTS, METRIC_ROOTS
from plumbgate.cel.syntax import call, operands, selection
from plumbgate.cel.values import BudgetExhausted
from plumbgate.engine.context import RuleContext, SnapshotContext
from plumbgate.model.snapshot import Facts, Period, Scope, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.program import Program
    from plumbgate.cel.syntax import Tree
    from plumbgate.model.metric import Metric

Outcomes = frozenset[bool | None]
"""What a part can be: true, false, or None where it is undecided."""

_ANY: Outcomes = frozenset({True, False, None})
_UNDECIDED: Outcomes = frozenset({None})
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_LOGIC = frozenset({"conditionaland", "conditionalor"})
_KNOWN = (("state",), ("n",))
"""Fields of a measurement that are there although nothing is measured."""
_FIELD = 3
"""Where a field stands in `measured.<family>.<name>.<field>`."""
_QUANTIFIERS = frozenset({"all", "exists"})


def passes_on_nothing(
    assertion: Program,
    parameters: Mapping[str, float],
    variables: Mapping[str, Program],
    catalogue: Mapping[str, Metric],
) -> bool:
    """Return whether an assertion can be true of a snapshot in which nothing is measured."""
    nothing = Snapshot(Scope(""), _NEVER, Facts(Period("", _NEVER, _NEVER), {}, {}))
    context = RuleContext(SnapshotContext(nothing, catalogue), to_cel(dict(parameters)), variables)
    return True in _Nothing(context, variables).outcomes(assertion.tree, frozenset())


class _Nothing:
    """A snapshot in which nothing is measured, whatever its facts are."""

    def __init__(self, context: RuleContext, variables: Mapping[str, Program]) -> None:
        self._context = context
        self._variables = variables

    def outcomes(self, node: Tree, bound: frozenset[str]) -> Outcomes:
        """
        Return what `node` can be.

        `bound` names the periods that macros around it look at.
        """
        parts = node.children
        if node.data in _LOGIC:
            return _joined([self.outcomes(p, bound) for p in parts], node.data == "conditionalor")
        if node.data == "unary":
            return frozenset(None if o is None else not o for o in self.outcomes(parts[1], bound))
        if node.data == "expr":
            return self._chosen(node, bound)
        path = selection(node).path
        if path and path[0] == "variables" and path[1] in self._variables:
            return self.outcomes(self._variables[path[1]].tree, frozenset())
        made = call(node)
        if made and made.receiver is not None and made.name in _QUANTIFIERS:
            name, body = made.arguments
            if "history" in self._roots(made.receiver, bound):
                # Of the history there may be too little, and then nothing is decided.
                return self.outcomes(body, bound | {str(name.children[0])}) | _UNDECIDED
        return self._leaf(node, bound)

    def _chosen(self, node: Tree, bound: frozenset[str]) -> Outcomes:
        test, yes, no = node.children
        found: set[bool | None] = set()
        for outcome in self.outcomes(test, bound):
            taken = yes if outcome else no
            found |= _UNDECIDED if outcome is None else self.outcomes(taken, bound)
        return frozenset(found)

    def _leaf(self, node: Tree, bound: frozenset[str]) -> Outcomes:
        if self._roots(node, bound) & {*FACT_ROOTS, "history"}:
            return _ANY if self._is_knowable(node, bound) else _UNDECIDED
        context = self._context
        evaluator = PolicyEvaluator(node, context.names, context.budget)
        (period,) = context.names["history"]
        evaluator.bound = dict.fromkeys(sorted(bound), period)
        try:
            value = evaluator.visit(node)
        except BudgetExhausted:
            return _UNDECIDED
        return frozenset({bool(value) if isinstance(value, celtypes.BoolType) else None})

    def _is_knowable(self, node: Tree, bound: frozenset[str]) -> bool:
        """Return whether a part can have a value where facts are known and nothing is measured."""
        path = self._path(node, bound)
        if path is not None:
            if path[0] == "variables" and path[1:2] and path[1] in self._variables:
                return self._is_knowable(self._variables[path[1]].tree, frozenset())
            return path[0] not in METRIC_ROOTS or path[_FIELD:][:1] in _KNOWN
        parts = [self._is_knowable(part, bound) for part in operands(node)]
        if node.data == "expr":
            test, *branches = parts
            return test and any(branches)
        return any(parts) if node.data in _LOGIC else all(parts)

    def _path(self, node: Tree, bound: frozenset[str]) -> tuple[str, ...] | None:
        """Return a dotted name as it is read of the period that it is about."""
        path = selection(node).path
        if path is not None and path[0] in bound:
            return path[1:] or ("history",)
        return path

    def _roots(self, node: Tree, bound: frozenset[str]) -> frozenset[str]:
        """Return the roots that a part reads, of this period or another, through variables too."""
        path = self._path(node, bound)
        if path is None:
            return frozenset[str]().union(*(self._roots(part, bound) for part in operands(node)))
        if path[0] == "variables" and path[1:2] and path[1] in self._variables:
            return self._roots(self._variables[path[1]].tree, frozenset())
        return frozenset({path[0]})


def _joined(parts: list[Outcomes], decisive: bool) -> Outcomes:  # noqa: FBT001 (&& or ||)
    """
    Return what Kleene's `&&`, or `||` where true is decisive, can make of its parts.

    Parts that can be the same count once: neither operator minds repetition.
    """
    return frozenset(
        decisive if decisive in chosen else None if None in chosen else not decisive
        for chosen in product(*set(parts))
    )
