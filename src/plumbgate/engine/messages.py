"""Messages: text in which `{expression}` inserts a value in its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from plumbgate.cel.check import compile_expression
from plumbgate.cel.tokens import line_and_column
from plumbgate.cel.values import Failure, Unknown
from plumbgate.engine.readings import readable
from plumbgate.errors import Diagnostic
from plumbgate.model.policy import Expression
from plumbgate.model.quantity import Unit, format_difference, format_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plumbgate.cel.names import Names
    from plumbgate.cel.program import Program
    from plumbgate.engine.context import RuleContext

_INSERT = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Insert:
    """An expression in a message, and how its value is shown."""

    program: Program
    unit: Unit | None = None
    in_points: bool = False
    """Whether it is a difference of shares."""


@dataclass(frozen=True, slots=True)
class Message:
    """Texts and inserted expressions, alternating: one text more than there are expressions."""

    texts: tuple[str, ...]
    inserts: tuple[Insert, ...]

    def render(self, context: RuleContext) -> str | None:
        """Return the sentence, or None where a value that it inserts is not known."""
        results = [context.evaluate(insert.program) for insert in self.inserts]
        if any(isinstance(result, Unknown | Failure) for result in results):
            return None
        shown = _shown(list(zip(self.inserts, map(readable, results), strict=True)))
        return "".join(part for pair in zip(self.texts, (*shown, ""), strict=True) for part in pair)


def compile_message(text: Expression, names: Names) -> Message | list[Diagnostic]:
    """Return the message, or everything wrong with what it inserts."""
    diagnostics = list(_stray_braces(text))
    inserts: list[Insert] = []
    for match in _INSERT.finditer(text.text):
        compiled = compile_expression(_inner(text, match), names)
        if isinstance(compiled, list):
            diagnostics.extend(compiled)
            continue
        found = compiled.type
        inserts.append(Insert(compiled, found.unit, found.difference and found.unit is Unit.RATIO))
    if diagnostics:
        return diagnostics
    return Message(tuple(_INSERT.split(text.text)[::2]), tuple(inserts))


def _inner(text: Expression, match: re.Match[str]) -> Expression:
    place = text.at(*line_and_column(text.text, match.start(1)))
    lines = ((place.line, place.column),) if text.lines else ()
    return Expression(match.group(1), place, lines)


def _stray_braces(text: Expression) -> Iterable[Diagnostic]:
    masked = _INSERT.sub(lambda match: " " * len(match.group()), text.text)
    for match in _BRACE.finditer(masked):
        place = text.at(*line_and_column(text.text, match.start()))
        message = f"a `{match.group()}` without its counterpart"
        yield Diagnostic("PG020", message, place, "an inserted value is written `{expression}`")


def _shown(values: list[tuple[Insert, object]]) -> list[str]:
    """Return values as text; numbers of one unit that differ do not read as the same."""
    numbers = [(insert.unit, value) for insert, value in values if _is_number(value)]
    return [
        _text(insert, value, [other for unit, other in numbers if unit is insert.unit])
        for insert, value in values
    ]


def _text(insert: Insert, value: object, numbers: list[float]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not _is_number(value):
        return str(value)
    if insert.in_points:
        return format_difference(value, insert.unit)
    others = sorted((abs(other - value), other) for other in numbers if other != value)
    return format_quantity(value, insert.unit, beside=others[0][1] if others else None)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
