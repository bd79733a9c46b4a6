"""The names, functions and literals of an expression, each held against what there is."""

from __future__ import annotations

from dataclasses import replace
from math import isinf
from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError
from plumbgate.cel.evaluator import NODES, PolicyEvaluator
from plumbgate.cel.macros import MACROS
from plumbgate.cel.names import Names, Problem, Sort
from plumbgate.cel.scope import ROOTS, Path
from plumbgate.cel.standard import CALLABLE, pattern
from plumbgate.cel.syntax import Call, Tree, call, operands, selection
from plumbgate.cel.values import Budget, OperationError
from plumbgate.errors import Diagnostic, suggestion

if TYPE_CHECKING:
    from plumbgate.model.policy import Expression

_REFUSED = {
    "dyn": "every value here has one type",
    "duration": "durations are days: write a number, or a parameter with a unit",
    "optional": "it would hide a missing measurement",
    "orValue": "it would hide a missing measurement",
    "reduce": "write `sum()`, `min()`, `max()` or `filter(...).size()`",
    "timestamp": "instants are compared in `measure`; read `period` and `programme` here",
    "type": "compare values, not types",
}
"""What CEL or cel-python has and the profile does not, and what to do instead."""

_WHOLE = {"trend": (Sort.CHANGE,), "last": (Sort.PERIODS,), "size": (Sort.PERIODS,)}
"""Functions whose first value may be more than a plain one."""
_LABEL = ("scope", "labels", "<name>")
_ALONE = {
    Sort.CHANGE: ("a change alone is no value", "read its `.delta`, or give it to `trend()`"),
    Sort.PERIOD: ("a period alone is no value", "read its `.metrics` or `.variables`"),
    Sort.PERIODS: ("`history` alone is no value", "look at its periods: `history.all(h, ...)`"),
}


class Checker:
    """Walks one expression, collecting what it reads and what is wrong with it."""

    def __init__(self, expression: Expression) -> None:
        """Check `expression`."""
        self.diagnostics: list[Diagnostic] = []
        self.reads: dict[Path, None] = {}
        self.past_reads: dict[Path, None] = {}
        self._expression = expression

    def value(self, node: Tree, names: Names, *whole: Sort) -> Sort:
        """Check a node that must be a value, or one of `whole`; return what it stands for."""
        sort = self._sort(node, names)
        if sort is Sort.VALUE or sort in whole:
            return sort
        self.report(node, "PG025", *_ALONE[sort])
        return Sort.VALUE

    def _sort(self, node: Tree, names: Names) -> Sort:
        if node.data in {"ident", "member_dot"}:
            return self._selected(node, names)
        if node.data == "member_index":
            return self._indexed(node, names)
        made = call(node)
        if made is not None:
            return self._called(node, made, names)
        if node.data not in NODES:
            self.report(node, "PG025", "messages and names that begin with a dot are not admitted")
        elif node.data == "literal":
            self._literal(node)
        else:
            for operand in operands(node):
                self.value(operand, names)
        return Sort.VALUE

    def _selected(self, node: Tree, names: Names) -> Sort:
        chosen = selection(node)
        if chosen.path is not None:
            return self._named(node, chosen.path, names)
        if self.value(chosen.base, names, Sort.PERIOD) is Sort.PERIOD:
            return self._found(node, names.of_period(chosen.fields), chosen.fields, self.past_reads)
        return Sort.VALUE

    def _named(self, node: Tree, path: Path, names: Names) -> Sort:
        bound = names.bound.get(path[0])
        if bound is None:
            return self._found(node, names.resolve(path), path, self.reads)
        if bound is Sort.PERIOD and path[1:]:
            return self._found(node, names.of_period(path[1:]), path[1:], self.past_reads)
        return bound

    def _found(
        self, node: Tree, found: Sort | Problem, path: Path, reads: dict[Path, None]
    ) -> Sort:
        if isinstance(found, Problem):
            self.report(node, "PG021", found.message, found.hint)
            return Sort.VALUE
        reads[path] = None
        return found

    def _indexed(self, node: Tree, names: Names) -> Sort:
        container, index = node.children
        whole = self.value(container, names, Sort.PERIODS)
        self.value(index, names)
        return Sort.PERIOD if whole is Sort.PERIODS else Sort.VALUE

    def _called(self, node: Tree, made: Call, names: Names) -> Sort:
        if made.receiver is None and made.name == "has":
            self._has(node, made, names)
            return Sort.VALUE
        if made.receiver is not None and made.name in MACROS:
            return self._macro(node, made.receiver, made, names)
        whole = Sort.VALUE
        for index, argument in enumerate(made.values):
            sort = self.value(argument, names, *(_WHOLE.get(made.name, ()) if index == 0 else ()))
            whole = sort if index == 0 else whole
        self._function(node, made)
        return whole if made.name == "last" else Sort.VALUE

    def _function(self, node: Tree, made: Call) -> None:
        is_member = made.receiver is not None
        function = CALLABLE.get((made.name, is_member))
        if function is None:
            written = f"`.{made.name}()`" if is_member else f"`{made.name}()`"
            known = [name for name, member in CALLABLE if member is is_member]
            known += MACROS if is_member else ["has"]
            hint = _REFUSED.get(made.name) or suggestion(made.name, known)
            self.report(node, "PG025", f"{written} is not admitted here", hint)
        elif len(made.arguments) != function.arguments:
            self.report(node, "PG025", f"{made.name}() is `{function.signature}`")
        elif made.name == "matches" and made.arguments[0].data == "literal":
            self._pattern(made.arguments[0])

    def _macro(self, node: Tree, receiver: Tree, made: Call, names: Names) -> Sort:
        whole = self.value(receiver, names, Sort.PERIODS)
        if len(made.arguments) != len(("variable", "body")) or made.arguments[0].data != "ident":
            message = f"`{made.name}` takes a name and an expression"
            self.report(node, "PG025", message, f"write `.{made.name}(x, ...)`")
            return Sort.VALUE
        variable, body = made.arguments
        name = str(variable.children[0])
        if name in ROOTS:
            self.report(variable, "PG025", f"`{name}` has a meaning already", "name it `x`")
            return Sort.VALUE
        item = Sort.PERIOD if whole is Sort.PERIODS else Sort.VALUE
        self.value(body, replace(names, bound={**names.bound, name: item}))
        return whole if made.name == "filter" else Sort.VALUE

    def _has(self, node: Tree, made: Call, names: Names) -> None:
        path = selection(made.arguments[0]).path if len(made.arguments) == 1 else None
        if path is None or path[:2] != ("scope", "labels") or len(path) != len(_LABEL):
            message = "`has()` asks for a label alone"
            hint = "what is not measured is unknown by itself; write `has(scope.labels.<name>)`"
            self.report(node, "PG025", message, hint)
            return
        self._named(made.arguments[0], path, names)

    def _literal(self, node: Tree) -> None:
        value = PolicyEvaluator(node, {}, Budget()).visit(node)
        if value is None:
            message = "there is no null here: what was not measured is unknown by itself"
            self.report(node, "PG025", message)
        elif isinstance(value, CELEvalError) or (isinstance(value, float) and isinf(value)):
            self.report(node, "PG025", "a number beyond 64 bits")

    def _pattern(self, node: Tree) -> None:
        try:
            pattern(str(PolicyEvaluator(node, {}, Budget()).visit(node)))
        except OperationError as error:
            self.report(node, "PG025", str(error))

    def report(self, node: Tree, code: str, message: str, hint: str = "") -> None:
        """Hold one thing that is wrong, at the place of `node`."""
        meta, place = node.meta, self._expression.place
        # cel-python's `true` and `false` have lost their place.
        if meta.line is not None:
            length = meta.end_column - meta.column if meta.line == meta.end_line else 1
            place = self._expression.at(meta.line, meta.column, length)
        self.diagnostics.append(Diagnostic(code, message, place, hint))
