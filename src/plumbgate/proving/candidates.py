"""The values at which a policy could change its mind: its limits, and just beside each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.syntax import is_tree
from plumbgate.model.quantity import Unit
from plumbgate.proving.tree_mutations import number_of, step_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plumbgate.cel.program import Program
    from plumbgate.cel.syntax import Tree
    from plumbgate.engine.rules import CompiledPolicy

_DIGITS = 12
"""Decimals that a candidate keeps, so that a sum of decimals reads as one."""


class Candidates:
    """The numbers that a policy and its mutant compare with, by unit."""

    def __init__(self, *policies: CompiledPolicy) -> None:
        """Collect the limits of `policies`."""
        self._by_unit: dict[Unit | None, set[float]] = {}
        for policy in policies:
            for parameter in policy.policy.parameters:
                self._add(parameter.unit, parameter.value, parameter.step)
            for program in _programs(policy):
                for literal in _literals(program.tree):
                    self._add(None, float(number_of(literal)), float(step_of(literal)))

    def of(self, unit: Unit | None) -> list[float]:
        """Return the numbers that something of a unit could be compared with, in order."""
        found = {0.0} | self._by_unit.get(unit, set()) | self._by_unit.get(None, set())
        if unit is None or unit is Unit.COUNT:
            found |= {1.0, 1000.0}
        return sorted(found | ({1.0} if unit is Unit.RATIO else {1000.0}))

    def _add(self, unit: Unit | None, value: float, step: float) -> None:
        beside = (value, value - step / 2, value + step / 2, value - step, value + step)
        self._by_unit.setdefault(unit, set()).update(round(one, _DIGITS) for one in beside)


def _programs(policy: CompiledPolicy) -> Iterator[Program]:
    yield from policy.variables.values()
    for rule in policy.rules:
        yield from rule.applies_when
        yield from rule.conditions


def _literals(tree: Tree) -> Iterable[Tree]:
    if tree.data == "literal" and tree.children[0].type in {"INT_LIT", "FLOAT_LIT"}:
        yield tree
    for child in tree.children:
        if is_tree(child):
            yield from _literals(child)
