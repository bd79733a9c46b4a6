"""Messages: text in which `{expression}` inserts a value in its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.cel.check import compile_expression
from plumbgate.cel.environment import Value, from_cel
from plumbgate.cel.scope import METRIC_ROOTS, Names
from plumbgate.cel.syntax import chain
from plumbgate.cel.values import Budget, Failure, Unknown
from plumbgate.model.policy import Expression
from plumbgate.model.quantity import Unit, format_quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.cel.program import Program
    from plumbgate.errors import Diagnostic
    from plumbgate.model.metric import Metric
    from plumbgate.model.policy import Parameter

_INSERT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Message:
    """Text and inserted expressions, alternating: one text more than there are expressions."""

    texts: tuple[str, ...]
    inserted: tuple[tuple[Program, Unit | None], ...]

    def render(self, names: Mapping[str, Value]) -> str | None:
        """Return the sentence, or None where a value that it inserts is not known."""
        parts = [self.texts[0]]
        for (program, unit), text in zip(self.inserted, self.texts[1:], strict=True):
            value = program.evaluate(names, Budget())
            if isinstance(value, Unknown | Failure):
                return None
            parts += [_shown(from_cel(value), unit), text]
        return "".join(parts)


def compile_message(
    text: Expression,
    names: Names,
    catalogue: Mapping[str, Metric],
    parameters: Mapping[str, Parameter],
) -> Message | list[Diagnostic]:
    """Return the message, or everything wrong with what it inserts."""
    diagnostics: list[Diagnostic] = []
    inserted: list[tuple[Program, Unit | None]] = []
    for match in _INSERT.finditer(text.text):
        line = text.text.count("\n", 0, match.start(1)) + 1
        column = match.start(1) - text.text.rfind("\n", 0, match.start(1))
        place = text.at(line, column)
        inner = Expression(
            match.group(1), place, ((place.line, place.column),) if text.lines else ()
        )
        compiled = compile_expression(inner, names)
        if isinstance(compiled, list):
            diagnostics.extend(compiled)
            continue
        path = chain(compiled.tree)
        unit = unit_of(path, catalogue, parameters) if path else None
        inserted.append((compiled, unit))
    if diagnostics:
        return diagnostics
    return Message(tuple(_INSERT.split(text.text)[::2]), tuple(inserted))


def unit_of(
    path: tuple[str, ...], catalogue: Mapping[str, Metric], parameters: Mapping[str, Parameter]
) -> Unit | None:
    """Return the unit of the value behind a dotted name, where it has one."""
    if path[0] == "params" and len(path) > 1:
        return parameters[path[1]].unit
    if path[0] not in METRIC_ROOTS or path[-1] in {"state", "numerator", "denominator"}:
        return None
    if path[-1] == "n":
        return Unit.COUNT
    metric = catalogue[".".join(path[1:3])]
    # The change of a rate is a share of the earlier rate.
    is_change = path[0] in {"change", "since_previous"}
    return Unit.RATIO if is_change and metric.unit is Unit.PER_1K else metric.unit


def _shown(value: object, unit: Unit | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_quantity(value, unit) if isinstance(value, int | float) else str(value)
