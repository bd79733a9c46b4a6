"""
What a condition can be of a snapshot in which nothing is measured.

What it asks of the scope, the programme or the history can be true of one snapshot and false of
another; what it asks of a measurement is known. So each part of it has the outcomes that it can
have there, and they are joined as Kleene's logic joins them. That two parts may exclude each other
is not seen.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING

from plumbgate.cel.environment import celtypes, to_cel
from plumbgate.cel.evaluator import PolicyEvaluator
from plumbgate.cel.macros import MACROS
from plumbgate.cel.scope import FACT_ROOTS, METRIC_ROOTS
from plumbgate.cel.syntax import call, operands, selection
from plumbgate.cel.types import PERIOD, UNIT
from plumbgate.cel.values import BudgetExhausted
from plumbgate.engine.context import RuleContext, SnapshotContext
from plumbgate.model.snapshot import Facts, Period, Scope, Snapshot, UnitPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plumbgate.cel.program import Program
    from plumbgate.cel.syntax import Call, Tree
    from plumbgate.cel.types import Type
    from plumbgate.model.metric import Metric

Outcomes = frozenset[bool | None]
"""What a part can be: true, false, or None where it is undecided."""
Words = dict[str, str]
"""By the name of a rule, its verdict on a unit."""
Shape = tuple[tuple[Words, float], ...]
"""The units of a scope: the verdicts on each, and its weight."""

_ANY: Outcomes = frozenset({True, False, None})
_UNDECIDED: Outcomes = frozenset({None})
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_LOGIC = frozenset({"conditionaland", "conditionalor"})
_KNOWN = (("state",), ("n",))
"""Fields of a measurement that are there although nothing is measured."""
_FIELD = 3
"""Where a field stands in `measured.<family>.<name>.<field>`."""
_QUANTIFIERS = frozenset({"all", "exists"})
_FACTS = frozenset({*FACT_ROOTS, "history", "name", "state", "weight"})


class Nothing:
    """A snapshot in which nothing is measured, whatever its facts are, with shapes of units."""

    def __init__(
        self,
        shapes: Iterable[Shape],
        programs: Iterable[Program],
        variables: Mapping[str, Program],
        parameters: Mapping[str, float],
        catalogue: Mapping[str, Metric],
    ) -> None:
        """Hold the policy's variables and parameters against it; ask of `programs` alone."""
        self._variables = variables
        self._types = {
            node: found
            for program in (*programs, *variables.values())
            for node, found in program.types.items()
        }
        values = to_cel(dict(parameters))
        self._contexts = [self._context(shape, values, catalogue) for shape in shapes]

    def _context(
        self, shape: Shape, parameters: object, catalogue: Mapping[str, Metric]
    ) -> RuleContext:
        period = Period("", _NEVER, _NEVER)
        units = [words for words, _ in shape]
        parts = tuple(UnitPart(str(i), weight, None) for i, (_, weight) in enumerate(shape))
        nothing = Snapshot(Scope(""), _NEVER, Facts(period, {}, {}), units=parts)
        verdicts = {
            rule: lambda shown, rule=rule: units[int(shown.snapshot.scope.business_unit)][rule]
            for words in units
            for rule in words
        }
        shown = SnapshotContext(nothing, catalogue)
        return RuleContext(shown, parameters, self._variables, verdicts)

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
            if self._item(made.receiver) == PERIOD:
                # Of the history there may be too little, and then nothing is decided; where no
                # period is left, `exists` is false, and `all` is undecided.
                found = self.outcomes(body, bound | {str(name.children[0])}) | _UNDECIDED
                left_out = made.name == "exists" and self._may_be_empty(made.receiver, bound)
                return found | {False} if left_out else found
        return self._leaf(node, bound)

    def _chosen(self, node: Tree, bound: frozenset[str]) -> Outcomes:
        test, yes, no = node.children
        found: set[bool | None] = set()
        for outcome in self.outcomes(test, bound):
            taken = yes if outcome else no
            found |= _UNDECIDED if outcome is None else self.outcomes(taken, bound)
        return frozenset(found)

    def _leaf(self, node: Tree, bound: frozenset[str]) -> Outcomes:
        roots = self._roots(node, bound)
        if roots & _FACTS:
            return _ANY if self._is_knowable(node, bound) else _UNDECIDED
        contexts = self._contexts if "units" in roots else self._contexts[:1]
        return frozenset(self._value(node, bound, context) for context in contexts)

    def _value(self, node: Tree, bound: frozenset[str], context: RuleContext) -> bool | None:
        evaluator = PolicyEvaluator(node, context.names, context.budget)
        (period,) = context.names["history"]
        evaluator.bound = dict.fromkeys(sorted(bound), period)
        try:
            value = evaluator.visit(node)
        except BudgetExhausted:
            return None
        return bool(value) if isinstance(value, celtypes.BoolType) else None

    def _is_knowable(self, node: Tree, bound: frozenset[str]) -> bool:
        """Return whether a part can have a value where facts are known and nothing is measured."""
        path = self._path(node, bound)
        if path is not None:
            if path[0] == "variables" and path[1:2] and path[1] in self._variables:
                variable = self._variables[path[1]]
                known = variable.if_unmeasured is not None
                return known or self._is_knowable(variable.tree, frozenset())
            # What `enough` takes whole is known to be nothing: it may not ask for more.
            is_whole = path[0] == "measured" and len(path) == _FIELD
            return path[0] not in METRIC_ROOTS or is_whole or path[_FIELD:][:1] in _KNOWN
        inner = bound | self._looks_at(node)
        made = call(node)
        if made and made.name in MACROS and self._is_never_asked(made, bound):
            return self._is_knowable(made.values[0], bound)
        parts = [self._is_knowable(part, inner) for part in operands(node)]
        if node.data == "expr":
            test, *branches = parts
            return test and any(branches)
        return any(parts) if node.data in _LOGIC else all(parts)

    def _is_never_asked(self, macro: Call, bound: frozenset[str]) -> bool:
        """Return whether facts alone decide a macro: of no items its body is never asked."""
        receiver = macro.values[0]
        # Over no period, or no unit, `all` decides nothing.
        decides = macro.name != "all" or not self._stays_parts(receiver)
        return decides and self._may_be_empty(receiver, bound)

    def _may_be_empty(self, receiver: Tree, bound: frozenset[str]) -> bool:
        """Return whether facts alone can leave a list without items."""
        path = self._path(receiver, bound)
        if path is not None and path[0] == "variables" and path[1] in self._variables:
            return self._may_be_empty(self._variables[path[1]].tree, frozenset())
        if receiver.data == "list_lit":
            return not operands(receiver)
        if receiver.data == "expr":
            return any(self._may_be_empty(branch, bound) for branch in receiver.children[1:])
        made = call(receiver)
        if made is None or made.receiver is None:
            return path != ("history",)
        if made.name == "filter":
            name, body = made.arguments
            if self._is_knowable(body, bound | {str(name.children[0])}):
                return True
        return self._may_be_empty(made.receiver, bound)

    def _stays_parts(self, receiver: Tree) -> bool:
        """Return whether a list is made of periods or units, over none of which `all` decides."""
        path = selection(receiver).path
        if path is not None and path[0] == "variables" and path[1] in self._variables:
            return self._stays_parts(self._variables[path[1]].tree)
        made = call(receiver)
        if made is not None and made.receiver is not None:
            return self._stays_parts(made.receiver)
        return path in {("history",), ("units",)}

    def _item(self, receiver: Tree) -> Type | None:
        """Return the type of a list's items."""
        found = self._types.get(id(receiver))
        return found.item if found else None

    def _indexed(self, node: Tree) -> Tree | None:
        """Return the period or unit, taken by its place, of which a node reads something."""
        base = selection(node).base
        is_part = base is not node and self._types.get(id(base)) in {PERIOD, UNIT}
        return base if is_part and base.data != "ident" else None

    def _path(self, node: Tree, bound: frozenset[str]) -> tuple[str, ...] | None:
        """Return a dotted name as it is read of the period, or the unit, that it is about."""
        chosen = selection(node)
        path = chosen.path
        if path is not None and path[0] in bound:
            # By itself it is the name that a macro gives, and reads nothing.
            return path[1:] or ("",)
        return path if self._indexed(node) is None else chosen.fields

    def _looks_at(self, node: Tree) -> frozenset[str]:
        """Return the name that a macro gives to each period or unit, if it looks at them."""
        made = call(node)
        if made is None or made.receiver is None or made.name not in MACROS:
            return frozenset()
        is_parts = self._item(made.receiver) in {PERIOD, UNIT}
        return frozenset({str(made.arguments[0].children[0])}) if is_parts else frozenset()

    def _roots(self, node: Tree, bound: frozenset[str]) -> frozenset[str]:
        """Return the roots that a part reads, of this period or another, through variables too."""
        path = self._path(node, bound)
        if path is None:
            inner = bound | self._looks_at(node)
            parts = self._weighed(node) or operands(node)
            return frozenset[str]().union(*(self._roots(part, inner) for part in parts))
        indexed = self._indexed(node)
        own = self._roots(indexed, bound) if indexed is not None else frozenset[str]()
        if path[0] == "variables" and path[1:2] and path[1] in self._variables:
            return own | self._roots(self._variables[path[1]].tree, frozenset())
        # Of a small sample the state is another one than of what never came.
        state = {"state"} if path[0] in METRIC_ROOTS and path[-1] == "state" else set[str]()
        return own | {path[0]} | state

    def _weighed(self, node: Tree) -> list[Tree]:
        """
        Return the units whose weights a node sums; nothing for any other node.

        All weights together are 1: sums of them are tried, a single one is a fact.
        """
        made = call(node)
        inner = call(made.receiver) if made and made.name == "sum" and made.receiver else None
        if inner is None or inner.name != "map" or inner.receiver is None:
            return []
        name, body = inner.arguments
        is_weight = selection(body).path == (str(name.children[0]), "weight")
        return [inner.receiver] if is_weight else []


def _joined(parts: list[Outcomes], decisive: bool) -> Outcomes:  # noqa: FBT001 (&& or ||)
    """
    Return what Kleene's `&&`, or `||` where true is decisive, can make of its parts.

    Parts that can be the same count once: neither operator minds repetition.
    """
    return frozenset(
        decisive if decisive in chosen else None if None in chosen else not decisive
        for chosen in product(*set(parts))
    )
