"""Which way each parameter asks for less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.errors import Diagnostic
from plumbgate.model.policy import Looser, Threshold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.model.policy import Policy

_BY_COMPARISON = {
    "at_most": (Looser.HIGHER,),
    "below": (Looser.HIGHER,),
    "at_least": (Looser.LOWER,),
    "above": (Looser.LOWER,),
    "between": (Looser.LOWER, Looser.HIGHER),
}
"""For each limit of a threshold, which way it loosens."""


def directions(policy: Policy) -> dict[str, Looser | None]:
    """
    Return for each parameter the direction in which it asks for less.

    A threshold implies it, else `looser` says it; None where nothing does, or two thresholds
    differ.
    """
    implied = _implied(policy)
    return {
        p.name: next(iter(implied[p.name])) if len(implied.get(p.name, ())) == 1 else p.looser
        for p in policy.parameters
    }


def contradicted(policy: Policy) -> Iterator[Diagnostic]:
    """Yield the parameters whose `looser` is not what their thresholds imply."""
    implied = _implied(policy)
    for parameter in policy.parameters:
        found = implied.get(parameter.name, set())
        if parameter.looser and found and parameter.looser not in found:
            (real,) = found
            yield Diagnostic(
                "PG037",
                f"`{parameter.name}` is looser when it is {real}, as its threshold says; "
                f"`looser` says {parameter.looser}",
                parameter.place,
                "remove `looser`: a threshold implies it",
            )


def _implied(policy: Policy) -> dict[str, set[Looser]]:
    found: dict[str, set[Looser]] = {}
    for rule in policy.rules:
        if isinstance(rule.body, Threshold):
            ways = _BY_COMPARISON[rule.body.comparison]
            for limit, way in zip(rule.body.limits, ways, strict=True):
                if isinstance(limit, str):
                    found.setdefault(limit, set()).add(way)
    return found
