"""
The law that where nothing is measured, nothing passes, held against a rule before it is run.

What an expression asks of the scope, the programme or the history can be true of one snapshot and
false of another; what it asks of a measurement is known of a snapshot that measured nothing. So
each part of a condition has the outcomes that it can have there, and they are joined as Kleene's
logic joins them. That two parts may exclude each other is not seen: such a rule is refused, and
what it is for stands in `applies_when`. Units are tried as finitely many shapes: none, one, and
two of which nothing was measured, with every verdict that a rule can have there.
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
from plumbgate.cel.values import BudgetExhausted
from plumbgate.engine.context import RuleContext, SnapshotContext
from plumbgate.engine.reads import Reads
from plumbgate.engine.rules import Assertion
from plumbgate.model.snapshot import Facts, Period, Scope, Snapshot, UnitPart
from plumbgate.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from plumbgate.cel.syntax import Tree
    from plumbgate.engine.rules import CompiledPolicy, CompiledRule
    from plumbgate.model.metric import Metric

Outcomes = frozenset[bool | None]
"""What a part can be: true, false, or None where it is undecided."""
Words = dict[str, str]
"""By the name of a rule, its verdict on a unit."""

_ANY: Outcomes = frozenset({True, False, None})
_UNDECIDED: Outcomes = frozenset({None})
_ALWAYS: Outcomes = frozenset({True})
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_LOGIC = frozenset({"conditionaland", "conditionalor"})
_KNOWN = (("state",), ("n",))
"""Fields of a measurement that are there although nothing is measured."""
_FIELD = 3
"""Where a field stands in `measured.<family>.<name>.<field>`."""
_QUANTIFIERS = frozenset({"all", "exists"})
_FACTS = frozenset({*FACT_ROOTS, "name", "history"})
_PARTS = frozenset({"history", "units"})
_MOST_PAIRS = 64


def passes_on_nothing(
    rule: CompiledRule,
    policy: CompiledPolicy,
    parameters: Mapping[str, float],
    catalogue: Mapping[str, Metric],
) -> bool:
    """Return whether a rule can pass on a snapshot in which nothing is measured."""
    return Outcome.PASS in _possible(rule, policy, parameters, catalogue).values()


def _possible(
    rule: CompiledRule,
    policy: CompiledPolicy,
    parameters: Mapping[str, float],
    catalogue: Mapping[str, Metric],
    *,
    of_unit: bool = False,
) -> dict[str, Outcome]:
    """
    Return every verdict, or outcome, that a rule can have there, with its outcome.

    A unit has no units of its own.
    """
    if of_unit and rule.rule.over_units:
        return {Outcome.NOT_APPLICABLE: Outcome.NOT_APPLICABLE}
    nothing = _Nothing(rule, policy, parameters, catalogue, of_unit=of_unit)
    undecided: dict[str, Outcome] = {Outcome.UNKNOWN: Outcome.UNKNOWN}
    if rule.applies_when:
        undecided[Outcome.NOT_APPLICABLE] = Outcome.NOT_APPLICABLE
    if isinstance(rule.body, Assertion):
        outcomes = nothing.outcomes(rule.body.program.tree, frozenset())
        names = {True: Outcome.PASS, False: Outcome.FAIL, None: Outcome.UNKNOWN}
        return undecided | {names[one]: names[one] for one in outcomes}
    found = dict(undecided)
    for row in rule.body.rows:
        holds = nothing.outcomes(row.when.tree, frozenset()) if row.when else _ALWAYS
        if True in holds or (None in holds and row.row.outcome is Outcome.UNKNOWN):
            found[row.row.verdict] = row.row.outcome
        if False not in holds:
            break
    return found


class _Nothing:
    """A snapshot in which nothing is measured, whatever its facts and its units are."""

    def __init__(
        self,
        rule: CompiledRule,
        policy: CompiledPolicy,
        parameters: Mapping[str, float],
        catalogue: Mapping[str, Metric],
        *,
        of_unit: bool,
    ) -> None:
        self._variables = policy.variables
        reads = Reads(policy.variables)
        for condition in rule.conditions:
            reads.add(condition)
        words = [
            {one.rule.name: word}
            for one in policy.rules
            if one.rule.name in reads.under("verdicts") and not of_unit
            for word in _possible(one, policy, parameters, catalogue, of_unit=True)
        ]
        values = to_cel(dict(parameters))
        shapes: Iterable[list[Words]] = [[]] if of_unit else _shapes(_combined(words))
        self._contexts = [
            self._context(shape, values, catalogue)
            for shape in shapes
            if shape or not rule.rule.over_units
        ]

    def _context(
        self, units: Sequence[Words], parameters: object, catalogue: Mapping[str, Metric]
    ) -> RuleContext:
        period = Period("", _NEVER, _NEVER)
        parts = tuple(UnitPart(str(i), 1 / len(units), None) for i in range(len(units)))
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
            return path[0] not in METRIC_ROOTS or path[_FIELD:][:1] in _KNOWN
        inner = bound | self._looks_at(node, bound)
        parts = [self._is_knowable(part, inner) for part in operands(node)]
        if node.data == "expr":
            test, *branches = parts
            return test and any(branches)
        return any(parts) if node.data in _LOGIC else all(parts)

    def _path(self, node: Tree, bound: frozenset[str]) -> tuple[str, ...] | None:
        """Return a dotted name as it is read of the period, or the unit, that it is about."""
        path = selection(node).path
        if path is not None and path[0] in bound:
            # By itself it is the name that a macro gives, and reads nothing.
            return path[1:] or ("",)
        return path

    def _looks_at(self, node: Tree, bound: frozenset[str]) -> frozenset[str]:
        """Return the name that a macro gives to each period or unit, if it looks at them."""
        made = call(node)
        if made is None or made.receiver is None or made.name not in MACROS:
            return frozenset()
        return (
            frozenset({str(made.arguments[0].children[0])})
            if self._roots(made.receiver, bound) & _PARTS
            else frozenset()
        )

    def _roots(self, node: Tree, bound: frozenset[str]) -> frozenset[str]:
        """Return the roots that a part reads, of this period or another, through variables too."""
        path = self._path(node, bound)
        if path is None:
            inner = bound | self._looks_at(node, bound)
            return frozenset[str]().union(*(self._roots(part, inner) for part in operands(node)))
        if path[0] == "variables" and path[1:2] and path[1] in self._variables:
            return self._roots(self._variables[path[1]].tree, frozenset())
        return frozenset({path[0]})


def _combined(words: list[Words]) -> list[Words]:
    """Return every combination of the verdicts that rules can have on one unit."""
    by_rule: dict[str, list[Words]] = {}
    for word in words:
        by_rule.setdefault(next(iter(word)), []).append(word)
    return [
        {rule: word for one in chosen for rule, word in one.items()}
        for chosen in product(*by_rule.values())
    ]


def _shapes(combinations: list[Words]) -> Iterator[list[Words]]:
    """Yield no unit, one of each kind, and two of all kinds, or of each kind beside the first."""
    yield []
    yield from ([one] for one in combinations)
    pairs = list(product(combinations, combinations))
    if len(pairs) > _MOST_PAIRS:
        pairs = [(combinations[0], other) for other in combinations]
    yield from (list(pair) for pair in pairs)


def _joined(parts: list[Outcomes], decisive: bool) -> Outcomes:  # noqa: FBT001 (&& or ||)
    """
    Return what Kleene's `&&`, or `||` where true is decisive, can make of its parts.

    Parts that can be the same count once: neither operator minds repetition.
    """
    return frozenset(
        decisive if decisive in chosen else None if None in chosen else not decisive
        for chosen in product(*set(parts))
    )
