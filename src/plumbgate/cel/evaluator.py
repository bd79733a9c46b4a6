"""
An evaluator whose unknowns keep their cause.

cel-python's own operators lose what made a value undecided, do not stop early, compare booleans
with numbers and refuse to compare an int with a double. The subclass below gives every operator
CEL's meaning over three kinds of results: a value, an error, and an error that says which
metrics were not measured.
"""

from __future__ import annotations

from collections import ChainMap
from functools import reduce
from typing import TYPE_CHECKING

from plumbgate.cel import arithmetic, comparison
from plumbgate.cel.environment import (
    STANDARD,
    CELEvalError,
    Evaluator,
    Periods,
    UnmeasuredError,
    Value,
    activation,
    celtypes,
    to_cel,
)
from plumbgate.cel.functions import FUNCTIONS
from plumbgate.cel.values import Budget, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from plumbgate.cel.syntax import Tree


def united(values: Iterable[Value]) -> CELEvalError | None:
    """Return one error for several: what was not measured wins, and its names are united."""
    errors = [value for value in values if isinstance(value, CELEvalError)]
    unmeasured = [error.unknown for error in errors if isinstance(error, UnmeasuredError)]
    if unmeasured:
        return UnmeasuredError(reduce(Unknown.__or__, unmeasured))
    return errors[0] if errors else None


class PolicyEvaluator(Evaluator):
    """Evaluates a collapsed tree; errors are values and keep their cause."""

    def __init__(self, tree: Tree, names: Mapping[str, Value], budget: Budget) -> None:
        """Evaluate `tree` where `names` are known and `budget` is left."""
        super().__init__(tree, activation())
        self.names = names
        self.budget = budget

    # Logic: Kleene's, stopping at the first operand that decides.

    def conditionaland(self, tree: Tree) -> Value:
        return self._decide(tree.children, decisive=False)

    def conditionalor(self, tree: Tree) -> Value:
        return self._decide(tree.children, decisive=True)

    def _decide(self, operands: Sequence[Tree], *, decisive: bool) -> Value:
        return self.fold((self.visit(operand) for operand in operands), decisive=decisive)

    def fold(self, values: Iterable[Value], *, decisive: bool) -> Value:
        """Return `decisive` at the first value that is it; else the errors, else its opposite."""
        errors: list[CELEvalError] = []
        for value in values:
            if isinstance(value, CELEvalError):
                errors.append(value)
            elif not isinstance(value, celtypes.BoolType):
                errors.append(CELEvalError(f"{comparison.kind(value)} where a bool is needed"))
            elif bool(value) is decisive:
                return celtypes.BoolType(decisive)
        return united(errors) or celtypes.BoolType(not decisive)

    def expr(self, tree: Tree) -> Value:
        test, yes, no = tree.children
        decided = self.visit(test)
        if isinstance(decided, CELEvalError):
            return decided
        if not isinstance(decided, celtypes.BoolType):
            return CELEvalError(f"{comparison.kind(decided)} where a bool is needed")
        return self.visit(yes if decided else no)

    def unary(self, tree: Tree) -> Value:
        operator, operand = tree.children
        value = self.visit(operand)
        if isinstance(value, CELEvalError):
            return value
        if operator.data == "unary_not":
            if isinstance(value, celtypes.BoolType):
                return celtypes.BoolType(not value)
            return CELEvalError(f"`!` of a {comparison.kind(value)}")
        if comparison.kind(value) not in {"int", "double"}:
            return CELEvalError(f"`-` of a {comparison.kind(value)}")
        try:
            return -value
        except ValueError:
            return CELEvalError("integer overflow")

    # Comparison and arithmetic.

    def relation(self, tree: Tree) -> Value:
        left, right, operator = self._operands(tree)
        error = united((left, right))
        if error:
            return error
        try:
            return celtypes.BoolType(comparison.RELATIONS[operator](left, right))
        except TypeError as mismatch:
            return CELEvalError(str(mismatch))

    def addition(self, tree: Tree) -> Value:
        return self._arithmetic(tree)

    def multiplication(self, tree: Tree) -> Value:
        return self._arithmetic(tree)

    def _operands(self, tree: Tree) -> tuple[Value, Value, str]:
        operator, right = tree.children
        return self.visit(operator.children[0]), self.visit(right), operator.data

    def _arithmetic(self, tree: Tree) -> Value:
        left, right, operator = self._operands(tree)
        error = united((left, right))
        if error:
            return error
        # An integer literal beside a double is that double: all data are doubles.
        if isinstance(left, float) and _is_integer_literal(tree.children[1]):
            right = celtypes.DoubleType(right)
        if isinstance(right, float) and _is_integer_literal(tree.children[0].children[0]):
            left = celtypes.DoubleType(left)
        try:
            return arithmetic.OPERATIONS[operator](left, right)
        except (ArithmeticError, TypeError, ValueError) as wrong:
            return CELEvalError(str(wrong))

    # Names, members, functions, macros.

    def ident(self, tree: Tree) -> Value:
        name = str(tree.children[0])
        if name in self.names:
            return self.names[name]
        return CELEvalError(f"unknown name `{name}`")

    def member_dot(self, tree: Tree) -> Value:
        return self._select(self.visit(tree.children[0]), celtypes.StringType(tree.children[1]))

    def member_index(self, tree: Tree) -> Value:
        container, index = (self.visit(child) for child in tree.children)
        return united((container, index)) or self._select(container, index)

    def _select(self, container: Value, key: Value) -> Value:
        if isinstance(container, CELEvalError):
            return container
        if isinstance(container, celtypes.MapType):
            found = container.get(key, _ABSENT)
            return CELEvalError(f"no key `{key}`") if found is _ABSENT else found
        if isinstance(container, celtypes.ListType) and comparison.kind(key) == "int":
            if 0 <= key < len(container):
                return container[int(key)]
            return CELEvalError(f"no item {int(key)} in a list of {len(container)}")
        return CELEvalError(f"a {comparison.kind(container)} has no `{key}`")

    def list_lit(self, tree: Tree) -> Value:
        items = self._arguments(tree.children)
        return united(items) or celtypes.ListType(items)

    def map_lit(self, tree: Tree) -> Value:
        entries = tree.children[0].children if tree.children else []
        values = [self.visit(entry) for entry in entries]
        error = united(values)
        if error:
            return error
        made = celtypes.MapType()
        for key, value in zip(values[::2], values[1::2], strict=True):
            if key in made:
                return CELEvalError(f"the key `{key}` twice in one map")
            made[key] = value
        return made

    def _arguments(self, children: Sequence[Tree]) -> list[Value]:
        return [self.visit(argument) for argument in children[0].children] if children else []

    def ident_arg(self, tree: Tree) -> Value:
        name = str(tree.children[0])
        if name == "has":
            return self._has(tree.children[1].children[0])
        return self._call(name, self._arguments(tree.children[1:]))

    def _has(self, member: Tree) -> Value:
        container = self.visit(member.children[0])
        if isinstance(container, CELEvalError):
            return container
        if not isinstance(container, celtypes.MapType):
            return CELEvalError(f"has() of a {comparison.kind(container)}")
        return celtypes.BoolType(str(member.children[1]) in container)

    def member_dot_arg(self, tree: Tree) -> Value:
        receiver, name = self.visit(tree.children[0]), str(tree.children[1])
        if name in MACROS:
            if isinstance(receiver, CELEvalError):
                return receiver
            if not isinstance(receiver, celtypes.ListType):
                return CELEvalError(f"{name}() of a {comparison.kind(receiver)}")
            variable, body = tree.children[2].children
            return MACROS[name](self, receiver, str(variable.children[0]), body)
        return self._call(name, [receiver, *self._arguments(tree.children[2:])])

    def _call(self, name: str, arguments: list[Value]) -> Value:
        error = united(arguments)
        if error:
            return error
        function = _OURS.get(name) or STANDARD[name]
        try:
            return function(*arguments)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as wrong:
            return CELEvalError(f"{name}(): {wrong}")

    def each(self, items: Sequence[Value], variable: str, body: Tree) -> Iterator[Value]:
        """Yield the body's value for each item, spending the rule's budget."""
        outer = self.names
        for item in items:
            self.budget.spend()
            self.names = ChainMap({variable: item}, outer)  # type: ignore[arg-type]  # read only
            try:
                value = self.visit(body)
            finally:
                self.names = outer
            yield value


def _all(run: PolicyEvaluator, items: Value, variable: str, body: Tree) -> Value:
    if not items and isinstance(items, Periods):
        return UnmeasuredError(Unknown(frozenset({"history"})))
    return run.fold(run.each(items, variable, body), decisive=False)


def _exists(run: PolicyEvaluator, items: Value, variable: str, body: Tree) -> Value:
    return run.fold(run.each(items, variable, body), decisive=True)


def _exists_one(run: PolicyEvaluator, items: Value, variable: str, body: Tree) -> Value:
    chosen = _filter(run, items, variable, body)
    return chosen if isinstance(chosen, CELEvalError) else celtypes.BoolType(len(chosen) == 1)


def _filter(run: PolicyEvaluator, items: Value, variable: str, body: Tree) -> Value:
    tests = [run.fold([test], decisive=True) for test in run.each(items, variable, body)]
    kept = (item for item, test in zip(items, tests, strict=True) if test)
    return united(tests) or type(items)(kept)


def _map(run: PolicyEvaluator, items: Value, variable: str, body: Tree) -> Value:
    made = list(run.each(items, variable, body))
    return united(made) or celtypes.ListType(made)


MACROS: dict[str, Callable[[PolicyEvaluator, Value, str, Tree], Value]] = {
    "all": _all,
    "exists": _exists,
    "exists_one": _exists_one,
    "filter": _filter,
    "map": _map,
}


def _is_integer_literal(tree: Tree) -> bool:
    return bool(tree.data == "literal" and tree.children[0].type == "INT_LIT")


def _adapted(reference: Callable[..., object]) -> Callable[..., Value]:
    """Return a function of ours as the evaluator calls it, keeping slices of history history."""

    def call(*arguments: Value) -> Value:
        result = reference(*arguments)
        if isinstance(result, list):
            return type(arguments[0])(result)
        return to_cel(result)

    return call


_OURS: dict[str, Callable[..., Value]] = {
    function.name: _adapted(function.reference) for function in FUNCTIONS
}

_ABSENT = object()
