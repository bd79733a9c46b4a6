"""
An evaluator whose unknowns keep their cause.

cel-python's own operators lose what made a value undecided, do not stop early, compare booleans
with numbers and refuse to compare an int with a double. The subclass below gives every node
CEL's meaning over three kinds of results: a value, an error, and an error that says which
metrics were not measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.arithmetic import calculate, negate
from plumbgate.cel.comparison import RELATIONS
from plumbgate.cel.environment import (
    Activation,
    CELEvalError,
    Evaluator,
    LazyMap,
    Value,
    celtypes,
    to_cel,
)
from plumbgate.cel.kinds import KINDS, kind
from plumbgate.cel.kleene import decide, guarded, truth, united
from plumbgate.cel.macros import MACROS
from plumbgate.cel.standard import CALLABLE
from plumbgate.cel.syntax import call
from plumbgate.cel.values import OperationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from plumbgate.cel.functions import Function
    from plumbgate.cel.syntax import Tree
    from plumbgate.cel.values import Budget


_NO_NAMES = Activation()
"""What cel-python would look names up in: here they stand in `names` and `bound`."""


class PolicyEvaluator(Evaluator):
    """Evaluates a collapsed tree; errors are values and keep their cause."""

    def __init__(self, tree: Tree, names: Mapping[str, Value], budget: Budget) -> None:
        """Evaluate `tree` where `names` are known and `budget` is left."""
        super().__init__(tree, _NO_NAMES)
        self.names = names
        self.budget = budget
        self.bound: Mapping[str, Value] = {}
        """The variables of the macros around the node that is being evaluated."""

    def visit(self, tree: Tree) -> Value:
        """Return the value of a node, one of `NODES`."""
        return NODES[tree.data](self, tree)

    # Logic: Kleene's, stopping at the first operand that decides.

    def conditionaland(self, tree: Tree) -> Value:
        return decide(map(self.visit, tree.children), decisive=False)

    def conditionalor(self, tree: Tree) -> Value:
        return decide(map(self.visit, tree.children), decisive=True)

    def expr(self, tree: Tree) -> Value:
        condition, yes, no = tree.children
        decided = truth(self.visit(condition))
        if isinstance(decided, CELEvalError):
            return decided
        return self.visit(yes if decided else no)

    # Operators.

    def unary(self, tree: Tree) -> Value:
        operator, operand = tree.children
        value = self.visit(operand)
        if operator.data == "unary_neg":
            return guarded(negate, value)
        value = truth(value)
        return value if isinstance(value, CELEvalError) else celtypes.BoolType(not value)

    def relation(self, tree: Tree) -> Value:
        operator, right = tree.children
        compare = RELATIONS[operator.data]
        return guarded(
            lambda one, other: celtypes.BoolType(compare(one, other, self.budget)),
            self.visit(operator.children[0]),
            self.visit(right),
        )

    def arithmetic(self, tree: Tree) -> Value:
        operator, right_node = tree.children
        (left_node,) = operator.children
        return guarded(
            lambda one, other: calculate(operator.data, one, other, self.budget),
            self.visit(left_node),
            self.visit(right_node),
        )

    # Names and members.

    def ident(self, tree: Tree) -> Value:
        name = str(tree.children[0])
        return self.bound[name] if name in self.bound else self.names[name]

    def member_dot(self, tree: Tree) -> Value:
        container, name = tree.children
        return guarded(_field, self.visit(container), str(name))

    def member_index(self, tree: Tree) -> Value:
        return guarded(_item, *map(self.visit, tree.children))

    def list_lit(self, tree: Tree) -> Value:
        items = self._listed(tree)
        return united(items) or celtypes.ListType(items)

    def map_lit(self, tree: Tree) -> Value:
        return guarded(_map_of, *self._listed(tree))

    def _listed(self, tree: Tree) -> list[Value]:
        return [self.visit(node) for part in tree.children for node in part.children]

    # Calls.

    def called(self, tree: Tree) -> Value:
        made = call(tree)
        assert made is not None  # noqa: S101 (NODES sends only calls here)
        if made.receiver is None and made.name == "has":
            return self._has(*made.arguments)
        if made.receiver is not None and made.name in MACROS:
            return self._macro(made.name, self.visit(made.receiver), *made.arguments)
        function = CALLABLE[made.name, made.receiver is not None]
        arguments = map(self.visit, made.values)
        return guarded(lambda *values: _apply(function, values), *arguments)

    def _has(self, member: Tree) -> Value:
        container, name = member.children
        return guarded(_holds, self.visit(container), str(name))

    def _macro(self, name: str, items: Value, variable: Tree, body: Tree) -> Value:
        if isinstance(items, CELEvalError):
            return items
        if not isinstance(items, celtypes.ListType):
            return CELEvalError(f"{name}() of a {kind(items)}")
        return MACROS[name](items, self._each(items, str(variable.children[0]), body))

    def _each(self, items: Sequence[Value], variable: str, body: Tree) -> Iterator[Value]:
        """Yield the body's value for each item, spending the rule's budget."""
        outer = self.bound
        for item in items:
            self.budget.spend()
            self.bound = {**outer, variable: item}
            value = self.visit(body)
            self.bound = outer
            yield value


class TracingEvaluator(PolicyEvaluator):
    """Tells the budget's trace of every node that is evaluated, and of its value."""

    def visit(self, tree: Tree) -> Value:
        """Return the value of a node, one of `NODES`."""
        value = super().visit(tree)
        if self.budget.trace is not None:
            self.budget.trace(tree, value)
        return value


def _holds(container: Value, name: str) -> Value:
    if not isinstance(container, celtypes.MapType | LazyMap):
        raise OperationError(f"a {kind(container)} has no field `{name}`")
    return celtypes.BoolType(name in container)


def _field(container: Value, name: str) -> Value:
    if not _holds(container, name):
        raise OperationError(f"no key `{name}`")
    return container[name]


def _item(container: Value, index: Value) -> Value:
    if kind(index) == "string":
        return _field(container, index)
    if kind(container) != "list" or kind(index) != "int":
        raise OperationError(f"a {kind(container)} has no item under a {kind(index)}")
    if not 0 <= index < len(container):
        raise OperationError(f"no item {index} in a list of {len(container)}")
    return container[int(index)]


def _map_of(*items: Value) -> Value:
    made = celtypes.MapType()
    for key, value in zip(items[::2], items[1::2], strict=True):
        if kind(key) != "string":
            raise OperationError(f"a {kind(key)} as a key: write a text")
        if key in made:
            raise OperationError(f"the key `{key}` twice in one map")
        made[key] = value
    return made


def _apply(function: Function, values: Sequence[Value]) -> Value:
    if not all(kind(value) in takes for value, takes in zip(values, function.takes, strict=True)):
        given = ", ".join(map(kind, values))
        raise OperationError(f"{function.name}() of {given}: it is `{function.signature}`")
    result = function.reference(*values)
    return result if type(result) in KINDS else to_cel(result)


NODES: dict[str, Callable[[PolicyEvaluator, Tree], Value]] = {
    "addition": PolicyEvaluator.arithmetic,
    "conditionaland": PolicyEvaluator.conditionaland,
    "conditionalor": PolicyEvaluator.conditionalor,
    "expr": PolicyEvaluator.expr,
    "ident": PolicyEvaluator.ident,
    "ident_arg": PolicyEvaluator.called,
    "list_lit": PolicyEvaluator.list_lit,
    "literal": PolicyEvaluator.literal,
    "map_lit": PolicyEvaluator.map_lit,
    "member_dot": PolicyEvaluator.member_dot,
    "member_dot_arg": PolicyEvaluator.called,
    "member_index": PolicyEvaluator.member_index,
    "multiplication": PolicyEvaluator.arithmetic,
    "relation": PolicyEvaluator.relation,
    "unary": PolicyEvaluator.unary,
}
"""By the name of a node that is a value, how it is evaluated; there are no others."""
