"""The type of an expression, and everything in it that is refused before it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from plumbgate.cel.evaluator import NODES
from plumbgate.cel.literals import literal_type
from plumbgate.cel.macros import MACROS
from plumbgate.cel.operators import OPERATORS
from plumbgate.cel.refusals import (
    TAKEN_WHOLE,
    compared,
    label_of,
    misfit,
    no_function,
    refuse_hyphen,
    refuse_unreadable,
)
from plumbgate.cel.scope import ROOTS, Path
from plumbgate.cel.standard import CALLABLE
from plumbgate.cel.syntax import Call, Tree, as_double, call, operands, selection
from plumbgate.cel.types import (
    ANY,
    BOOL,
    NUMBERS,
    STRUCTURES,
    Problem,
    Type,
    field_of,
    listed,
    united,
)
from plumbgate.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plumbgate.cel.names import Names
    from plumbgate.model.policy import Expression

_PARTS = frozenset({"period", "unit"})


class Checker:
    """Walks one expression, collecting what it reads and what is wrong with it."""

    def __init__(self, expression: Expression, *, fitting: bool = False) -> None:
        """Check `expression`; its literals are known to be `fitting`, or are held against units."""
        self.diagnostics: list[Diagnostic] = []
        self.reads: dict[Path, None] = {}
        self.part_reads: dict[Path, None] = {}
        """Of a period of the history, or of a unit."""
        self.types: dict[int, Type] = {}
        """Of each part, by the identity of its node."""
        self._expression = expression
        self._fitting = fitting

    def value(self, node: Tree, names: Names) -> Type:
        """Return the type of a node that must be a value."""
        found = self._type(node, names)
        if found.kind in STRUCTURES:
            message, hint = STRUCTURES[found.kind]
            return self._refused(node, Problem("PG025", message, hint))
        return found

    def _type(self, node: Tree, names: Names) -> Type:
        """Return the type of a node; what is wrong with it is reported, and it can be anything."""
        if node.data not in NODES:
            message = "messages and names that begin with a dot are not admitted"
            return self._refused(node, Problem("PG025", message))
        try:
            found = self._READERS[node.data](self, node, names)
        except Problem as problem:
            found = self._refused(node, problem)
        self.types[id(node)] = found
        return found

    def _refused(self, node: Tree, problem: Problem) -> Type:
        where = node if problem.node is None else problem.node
        self.report(where, problem.code, problem.message, problem.hint)
        return ANY

    # Names and members.

    def _selected(self, node: Tree, names: Names) -> Type:
        chosen = selection(node)
        if chosen.path is not None:
            return self._named(chosen.path, names)
        base = self._type(chosen.base, names)
        if base.kind in _PARTS:
            return self._part(base, chosen.fields, names)
        return field_of(base, chosen.fields)

    def _named(self, path: Path, names: Names) -> Type:
        bound = names.bound.get(path[0])
        if bound is None:
            found = names.resolve(path)
            self.reads[path] = None
            return found
        if bound.kind in _PARTS and path[1:]:
            return self._part(bound, path[1:], names)
        return field_of(bound, path[1:])

    def _part(self, part: Type, path: Path, names: Names) -> Type:
        found = names.of_period(path) if part.kind == "period" else names.of_unit(path)
        self.part_reads[path] = None
        return found

    def _indexed(self, node: Tree, names: Names) -> Type:
        container, index = (self._type(child, names) for child in node.children)
        if ANY in {container, index}:
            return container.item or ANY
        if container.kind == "list" and index.kind == "int":
            return container.item or ANY
        if container.kind == "map" and index.kind == "string":
            return container.item or ANY
        raise Problem("PG022", f"a {container} has no item under a {index}")

    # Logic and operators.

    def _logic(self, node: Tree, names: Names) -> Type:
        for operand in node.children:
            self._condition(operand, names)
        return BOOL

    def _condition(self, node: Tree, names: Names) -> None:
        found = self.value(node, names)
        if found.kind not in {"bool", "any"}:
            self.report(node, "PG022", f"a {found} where true or false is needed", compared(found))

    def _choice(self, node: Tree, names: Names) -> Type:
        test, yes, no = node.children
        self._condition(test, names)
        return united(*self._pair(yes, no, names))

    def _unary(self, node: Tree, names: Names) -> Type:
        operator, operand = node.children
        if operator.data == "unary_not":
            self._condition(operand, names)
            return BOOL
        found = self.value(operand, names)
        if found.kind not in {*NUMBERS, "any"}:
            raise Problem("PG022", f"`-` is not defined for a {found}")
        negative = None if found.constant is None else -found.constant
        return found if found == ANY else replace(found, constant=negative, difference=True)

    def _binary(self, node: Tree, names: Names) -> Type:
        operator, right = node.children
        (left,) = operator.children
        if operator.data == "addition_sub":
            refuse_hyphen(left, right, names)
        types = self._pair(left, right, names)
        if operator.data == "relation_in" and right.data == "list_lit":
            self._refuse_members(types[0], operands(right))
        try:
            return OPERATORS[operator.data](*types)
        except Problem as problem:
            problem.node = problem.node or misfit(problem, operator, right)
            raise

    def _refuse_members(self, item: Type, members: Iterable[Tree]) -> None:
        """Refuse a member of a list that is written out, and that an item can never be."""
        for member in members:
            try:
                OPERATORS["relation_eq"](item, self.types[id(member)])
            except Problem as problem:
                problem.node = member
                raise

    def _pair(self, left: Tree, right: Tree, names: Names) -> tuple[Type, Type]:
        one, other = self._alike((left, right), names)
        return one, other

    def _alike(self, nodes: Iterable[Tree], names: Names) -> list[Type]:
        """Return the types of values; a whole number beside a double is written as a double."""
        found = [(node, self.value(node, names)) for node in nodes]
        if not any(one.kind == "double" for _, one in found):
            return [one for _, one in found]
        return [
            replace(one, kind="double") if one.kind == "int" and as_double(node) else one
            for node, one in found
        ]

    # Literals.

    def _literal(self, node: Tree, _: Names) -> Type:
        found = literal_type(node)
        return replace(found, constant=None) if self._fitting else found

    def _list(self, node: Tree, names: Names) -> Type:
        item = ANY
        for found in self._alike(operands(node), names):
            item = united(item, found)
        return listed(item)

    def _map(self, node: Tree, names: Names) -> Type:
        parts = operands(node)
        for key in parts[::2]:
            found = self.value(key, names)
            if found.kind not in {"string", "any"}:
                self.report(key, "PG022", f"a {found} as a key", "write a text")
        item = ANY
        for found in self._alike(parts[1::2], names):
            item = united(item, found)
        return Type("map", item=item)

    # Calls.

    def _called(self, node: Tree, names: Names) -> Type:
        made = call(node)
        assert made is not None  # noqa: S101 (`_READERS` sends only calls here)
        if made.receiver is None and made.name == "has":
            return self._has(made, names)
        if made.receiver is not None and made.name in MACROS:
            return self._macro(made.receiver, made, names)
        return self._function(made, names)

    def _function(self, made: Call, names: Names) -> Type:
        whole, written = TAKEN_WHOLE.get(made.name, ("", ""))
        types = [
            self._type(node, names) if whole and index == 0 else self.value(node, names)
            for index, node in enumerate(made.values)
        ]
        is_member = made.receiver is not None
        function = CALLABLE.get((made.name, is_member))
        if function is None:
            raise no_function(made.name, is_member=is_member)
        if len(made.arguments) != function.arguments:
            raise Problem("PG025", f"{made.name}() is `{function.signature}`")
        for index, (found, takes) in enumerate(zip(types, function.takes, strict=True)):
            given = "map" if found.kind == whole else found.kind
            if given not in {*takes, "any"}:
                message = f"{made.name}() of a {found}: it is `{function.signature}`"
                hint = written if index == 0 and written else f"give it a {' or a '.join(takes)}"
                raise Problem("PG022", message, hint, made.values[index])
        if made.arguments:
            refuse_unreadable(made.name, made.arguments[0])
        try:
            return function.returns(*types)
        except Problem as problem:
            # What misfits is held against the first value.
            problem.node = problem.node or made.values[-1]
            raise

    def _macro(self, receiver: Tree, made: Call, names: Names) -> Type:
        items = self.value(receiver, names)
        if len(made.arguments) != len(("variable", "body")) or made.arguments[0].data != "ident":
            message = f"`{made.name}` takes a name and an expression"
            chosen = made.name == "map" and len(made.arguments) > len(("variable", "body"))
            chain = f"{'.filter(x, ...)' if chosen else ''}.{made.name}(x, ...)"
            raise Problem("PG025", message, f"write `{chain}`")
        variable, body = made.arguments
        name = str(variable.children[0])
        if name in ROOTS:
            hint = "name it `x`"
            raise Problem("PG025", f"`{name}` has a meaning already", hint, variable)
        if items.kind not in {"list", "any"}:
            raise Problem("PG022", f"{made.name}() of a {items}: it looks at the items of a list")
        inner = replace(names, bound={**names.bound, name: items.item or ANY})
        if made.name == "map":
            return listed(self.value(body, inner))
        self._condition(body, inner)
        return items if made.name == "filter" else BOOL

    def _has(self, made: Call, names: Names) -> Type:
        self._named(label_of(made), names)
        return BOOL

    def report(self, node: Tree, code: str, message: str, hint: str = "") -> None:
        """Hold one thing that is wrong, at the place of `node`."""
        meta, place = node.meta, self._expression.place
        # cel-python's `true` and `false` have lost their place.
        if meta.line is not None:
            length = meta.end_column - meta.column if meta.line == meta.end_line else 1
            place = self._expression.at(meta.line, meta.column, length)
        self.diagnostics.append(Diagnostic(code, message, place, hint))

    _READERS: ClassVar[dict[str, Callable[[Checker, Tree, Names], Type]]] = {
        "addition": _binary,
        "conditionaland": _logic,
        "conditionalor": _logic,
        "expr": _choice,
        "ident": _selected,
        "ident_arg": _called,
        "list_lit": _list,
        "literal": _literal,
        "map_lit": _map,
        "member_dot": _selected,
        "member_dot_arg": _called,
        "member_index": _indexed,
        "multiplication": _binary,
        "relation": _binary,
        "unary": _unary,
    }
