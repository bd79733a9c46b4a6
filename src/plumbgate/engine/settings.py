"""What a policy is judged with for one scope at one instant: parameters, and whether at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.cel.values import Failure, Unknown
from plumbgate.engine.causes import described
from plumbgate.engine.judge import Judgement
from plumbgate.engine.profiles import Match
from plumbgate.model.policy import Looser
from plumbgate.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from plumbgate.engine.profiles import CompiledProfile
    from plumbgate.engine.rules import CompiledPolicy


@dataclass(frozen=True, slots=True)
class Setting:
    """What a policy is judged with."""

    parameters: Mapping[str, float]
    loosened: tuple[str, ...] = ()
    """Names of parameters that ask for less than the policy does."""
    profiles: tuple[str, ...] = ()
    """Ids of the profiles that set a parameter of the policy."""
    instead: Judgement | None = None
    """What every rule concludes, where the policy is not judged."""


def setting_of(policy: CompiledPolicy, at: datetime, found: Match | None = None) -> Setting:
    """Return what a policy is judged with for a scope that has these profiles."""
    found = found or Match()
    own = {p.name: p.value_at(at) for p in policy.policy.parameters}
    name = policy.policy.id
    setting = [one for one in found.certain if any(p == name for p, _ in one.profile.parameters)]
    chosen = own | {
        parameter: value
        for profile in setting
        for (of, parameter), value in profile.profile.parameters.items()
        if of == name
    }
    loosened = tuple(
        parameter
        for parameter, value in chosen.items()
        if _is_looser(policy.directions[parameter], own[parameter], value)
    )
    ids = tuple(one.profile.id for one in setting)
    return Setting(chosen, loosened, ids, _instead(name, found))


def _is_looser(direction: Looser | None, own: float, value: float) -> bool:
    """Return whether a value asks for less; where nothing says which way, all that differs does."""
    if direction is None:
        return value != own
    return value > own if direction is Looser.HIGHER else value < own


def _instead(policy: str, found: Match) -> Judgement | None:
    """Return what is concluded where profiles leave a policy out, or cannot be decided."""
    for profile, why in found.undecided:
        if profile.concerns(policy):
            return _undecided(profile, why)
    choosing = [one.profile for one in found.certain if one.profile.policies]
    if choosing and not any(policy in profile.policies for profile in choosing):
        listed = " and ".join(f"`{profile.id}`" for profile in choosing)
        return Judgement(Outcome.NOT_APPLICABLE, f"not chosen by the profile {listed}")
    return None


def _undecided(profile: CompiledProfile, why: Unknown | Failure) -> Judgement:
    about = f"whether the profile `{profile.profile.id}` is for this scope"
    if isinstance(why, Failure):
        return Judgement(Outcome.ERROR, f"{about}: {why.message}")
    return Judgement(Outcome.UNKNOWN, f"{about}: {described(why)}", why.names)
