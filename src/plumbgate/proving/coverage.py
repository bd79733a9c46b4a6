"""What no case of a policy decides: rules, rows of tables, and either way of each condition."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from plumbgate.cel.environment import celtypes
from plumbgate.cel.syntax import is_tree
from plumbgate.engine.reads import Reads
from plumbgate.engine.rules import Decision
from plumbgate.proving.run import Court, Staged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plumbgate.cel.program import Program
    from plumbgate.cel.syntax import Tree
    from plumbgate.engine.rules import CompiledPolicy
    from plumbgate.model.span import Span

_LOGIC = frozenset({"conditionaland", "conditionalor"})


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Something that no case decides."""

    about: str
    """`<policy>.<rule>`, or `<policy>.<variable>`."""
    what: str
    place: Span


@dataclass(slots=True)
class _Seen:
    """What the cases of a policy have shown."""

    rules: set[str] = field(default_factory=set)
    rows: set[tuple[str, str]] = field(default_factory=set)
    ways: set[tuple[int, bool]] = field(default_factory=set)
    """Nodes by identity, and what each of them was."""

    def trace(self, node: Tree, value: Any) -> None:  # noqa: ANN401 (a CEL value)
        if isinstance(value, celtypes.BoolType):
            self.ways.add((id(node), bool(value)))


def uncovered(policy: CompiledPolicy, cases: Sequence[Staged]) -> tuple[list[Uncovered], int]:
    """Return what no case decides, and how many things there are that one could."""
    seen = _Seen()
    court = Court(policy)
    for one in cases:
        for name in one.case.expected:
            found = court.judge(name, one.shown, one.case.at, seen.trace)
            seen.rules.add(name)
            if found.row:
                seen.rows.add((name, found.row))
    things = list(_things(policy, seen))
    return [thing for is_seen, thing in things if not is_seen], len(things)


def _things(policy: CompiledPolicy, seen: _Seen) -> Iterator[tuple[bool, Uncovered]]:
    """Yield everything that a case could decide, and whether one does."""
    for rule in policy.rules:
        about, name = rule.rule.id, rule.rule.name
        yield (
            name in seen.rules,
            Uncovered(about, "no case expects anything of it", rule.rule.place),
        )
        if isinstance(rule.body, Decision):
            for one in rule.body.rows:
                what = f"no case ends at row `{one.row.id}`"
                yield (name, one.row.id) in seen.rows, Uncovered(about, what, one.row.place)
        for program in (*rule.applies_when, *rule.conditions):
            yield from _ways(about, program, seen)
    for name in _read_variables(policy):
        yield from _ways(f"{policy.policy.id}.{name}", policy.variables[name], seen)


def _read_variables(policy: CompiledPolicy) -> list[str]:
    """Return the variables that decide something: what a message alone shows decides nothing."""
    reads = Reads(policy.variables)
    for rule in policy.rules:
        for program in (*rule.applies_when, *rule.conditions):
            reads.add(program)
    return [name for name in policy.variables if name in reads.under("variables")]


def _ways(about: str, program: Program, seen: _Seen) -> Iterator[tuple[bool, Uncovered]]:
    """Yield both ways of each operand of `&&` and `||`, and of each test of `? :`."""
    for node in _conditions(program.tree):
        for way in (True, False):
            said = f"`{program.written(node)}` is never {'true' if way else 'false'}"
            yield (id(node), way) in seen.ways, Uncovered(about, said, program.expression.place)


def _conditions(tree: Tree) -> Iterator[Tree]:
    if tree.data in _LOGIC:
        yield from tree.children
    elif tree.data == "expr":
        yield tree.children[0]
    for child in tree.children:
        if is_tree(child):
            yield from _conditions(child)
