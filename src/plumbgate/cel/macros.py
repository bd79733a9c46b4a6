"""The macros: what becomes of the values that a body has for the items of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError, Periods, UnmeasuredError, Value, celtypes
from plumbgate.cel.kleene import decide, truth, united

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Macro = Callable[[Sequence[Value], Iterable[Value]], Value]


def _all(items: Sequence[Value], values: Iterable[Value]) -> Value:
    if not items and isinstance(items, Periods):
        return UnmeasuredError(items.lacking)
    return decide(values, decisive=False)


def _exists(_: Sequence[Value], values: Iterable[Value]) -> Value:
    return decide(values, decisive=True)


def _exists_one(items: Sequence[Value], values: Iterable[Value]) -> Value:
    chosen = _filter(items, values)
    return chosen if isinstance(chosen, CELEvalError) else celtypes.BoolType(len(chosen) == 1)


def _filter(items: Sequence[Value], values: Iterable[Value]) -> Value:
    tests = list(map(truth, values))
    kept = [item for item, test in zip(items, tests, strict=True) if test]
    return united(tests) or type(items)(kept)  # type: ignore[call-arg]  # a list, of history or not


def _map(items: Sequence[Value], values: Iterable[Value]) -> Value:
    made = list(values)
    return united(made) or type(items)(made)  # type: ignore[call-arg]  # a list, of history or not


MACROS: dict[str, Macro] = {
    "all": _all,
    "exists": _exists,
    "exists_one": _exists_one,
    "filter": _filter,
    "map": _map,
}
"""
By name, each a function of the items and of the body's values for them, made as they are asked for.

`filter` and `map` of periods, or of units, stay such, so that an empty `all` behind them decides
nothing.
"""
