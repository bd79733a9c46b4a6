"""Everything that the expressions of a rule read, through variables too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.scope import metric_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.program import Program
    from plumbgate.cel.scope import Path


class Reads:
    """The dotted names that programs read, each once, in the order in which they are read."""

    def __init__(self, variables: Mapping[str, Program | None]) -> None:
        """Follow `variables` to what they read."""
        self.now: dict[Path, None] = {}
        """Of the period that is judged."""
        self.parts: dict[Path, None] = {}
        """Of periods of the history, and of units."""
        self._variables = variables

    @property
    def all(self) -> tuple[Path, ...]:
        """Everything, each once."""
        return tuple(dict.fromkeys((*self.now, *self.parts)))

    @property
    def metrics(self) -> tuple[str, ...]:
        """The ids of the metrics."""
        return tuple(dict.fromkeys(filter(None, map(metric_of, self.all))))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return self.under("params")

    def under(self, root: str) -> tuple[str, ...]:
        """Return the names that are read under a root: `params.max` under `params`."""
        return tuple(path[1] for path in self.all if path[0] == root and path[1:])

    def add(self, program: Program, *, of_part: bool = False) -> None:
        """Add what a program reads; of a variable of a period or a unit, all is read of that."""
        for path in program.reads:
            self._add(path, self.parts if of_part else self.now)
        for path in program.part_reads:
            self._add(path, self.parts)

    def _add(self, path: Path, found: dict[Path, None]) -> None:
        if path in found:
            return
        found[path] = None
        variable = self._variables.get(path[1]) if path[0] == "variables" else None
        if variable:
            self.add(variable, of_part=found is self.parts)
