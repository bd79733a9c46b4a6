"""A profile: parameter values, and a choice of policies, for a class of scopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.model.policy import Expression
    from plumbgate.model.span import Span


@dataclass(frozen=True, slots=True)
class Profile:
    """What is asked of the scopes that it is for."""

    id: str
    scopes: Expression
    """CEL over scope and programme: whom it is for."""
    policies: tuple[str, ...]
    """Ids of the policies that it chooses; empty where it leaves them all."""
    parameters: Mapping[tuple[str, str], float]
    """By policy and name, in the parameter's unit."""
    place: Span
    """Of its id."""
    places: Mapping[tuple[str, str], Span]
    """Of each parameter's name."""
