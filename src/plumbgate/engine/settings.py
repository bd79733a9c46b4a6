"""The values that the parameters of a policy have for one scope at one instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from plumbgate.engine.rules import CompiledPolicy


@dataclass(frozen=True, slots=True)
class Setting:
    """What a policy is judged with."""

    parameters: Mapping[str, float]
    loosened: tuple[str, ...] = ()
    """Names of parameters that ask for less than the policy does."""


def setting_of(policy: CompiledPolicy, at: datetime) -> Setting:
    """Return the policy's own values, as they are at an instant."""
    return Setting({p.name: p.value_at(at) for p in policy.policy.parameters})
