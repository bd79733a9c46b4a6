"""The values behind a verdict: each dotted name that the rule read, as it was on the snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.cel.environment import CELEvalError, Value, from_cel
from plumbgate.cel.scope import METRIC_ROOTS
from plumbgate.engine.messages import unit_of
from plumbgate.model.verdict import ReadValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plumbgate.engine.compile import CompiledPolicy, CompiledRule
    from plumbgate.model.metric import Metric

_INTERVAL = ("n", "low", "high")
"""What an auditor asks next about a value: how many, and how sure."""


def read_values(
    policy: CompiledPolicy,
    compiled: CompiledRule,
    names: Mapping[str, Value],
    catalogue: Mapping[str, Metric],
) -> tuple[ReadValue, ...]:
    """Return what the rule read; a value that is unknown is None, one of another period is left."""
    parameters = {parameter.name: parameter for parameter in policy.policy.parameters}
    return tuple(
        ReadValue(".".join(path), _plain(names, path), unit_of(path, catalogue, parameters))
        for path in dict.fromkeys(_expanded(compiled.reads))
    )


def _expanded(paths: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, ...]]:
    for path in paths:
        if path[0] not in {*METRIC_ROOTS, "programme", "params", "variables"} or len(path) == 1:
            continue
        fields = METRIC_ROOTS.get(path[0], ())
        if fields and len(path) == 3:  # noqa: PLR2004 (root, family, name)
            yield from ((*path, field) for field in fields)
            continue
        yield path
        if path[0] == "metrics":
            yield from (("measured", *path[1:], field) for field in _INTERVAL)


def _plain(names: Mapping[str, Value], path: tuple[str, ...]) -> float | str | bool | None:
    value = names[path[0]]
    for part in path[1:]:
        value = value.get(part) if isinstance(value, dict) else None
    if value is None or isinstance(value, CELEvalError):
        return None
    plain = from_cel(value)
    return plain if isinstance(plain, int | float | str) else str(plain)
