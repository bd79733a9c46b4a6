"""Which profiles are for a scope, and what is wrong between profiles and the scopes at hand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from plumbgate.cel.check import compile_expression
from plumbgate.cel.names import Names
from plumbgate.cel.values import Failure, Unknown
from plumbgate.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from plumbgate.cel.environment import Value
    from plumbgate.cel.program import Program
    from plumbgate.model.profile import Profile

ROOTS = ("scope", "programme")
"""What `for` may read: facts, never a measurement."""


@dataclass(frozen=True, slots=True)
class CompiledProfile:
    """A profile whose `for` is checked."""

    profile: Profile
    scopes: Program

    def concerns(self, policy: str) -> bool:
        """Return whether it sets a parameter of a policy, or chooses among policies."""
        sets = any(own == policy for own, _ in self.profile.parameters)
        return sets or bool(self.profile.policies)


@dataclass(frozen=True, slots=True)
class Match:
    """The profiles of one scope."""

    certain: tuple[CompiledProfile, ...] = ()
    """Those that are for it."""
    undecided: tuple[tuple[CompiledProfile, Unknown | Failure], ...] = ()
    """Those of which that could not be decided, and why."""


def compile_profiles(
    profiles: Iterable[Profile],
) -> tuple[list[CompiledProfile], list[Diagnostic]]:
    """Return the profiles ready to be matched, and everything wrong with their expressions."""
    compiled: list[CompiledProfile] = []
    diagnostics: list[Diagnostic] = []
    for profile in profiles:
        found = compile_expression(profile.scopes, Names(roots=ROOTS), boolean=True)
        if isinstance(found, list):
            diagnostics.extend(found)
        else:
            compiled.append(CompiledProfile(profile, found))
    return compiled, diagnostics


def match(profiles: Iterable[CompiledProfile], facts: Mapping[str, Value]) -> Match:
    """Return which profiles are for the scope of these facts."""
    certain: list[CompiledProfile] = []
    undecided: list[tuple[CompiledProfile, Unknown | Failure]] = []
    for profile in profiles:
        found = profile.scopes.evaluate(facts)
        if isinstance(found, Unknown | Failure):
            undecided.append((profile, found))
        elif found:
            certain.append(profile)
    return Match(tuple(certain), tuple(undecided))


def mismatches(
    profiles: Sequence[CompiledProfile], matches: Mapping[str, Match]
) -> Iterator[Diagnostic]:
    """Yield the profiles that are for no scope at hand, and those that contradict each other."""
    for profile in profiles:
        used = any(
            profile in found.certain or profile in [one for one, _ in found.undecided]
            for found in matches.values()
        )
        if not used:
            yield Diagnostic(
                "PG043",
                f"profile `{profile.profile.id}` is for none of the scopes",
                profile.profile.scopes.place,
                "correct it, or remove the profile",
                f"scopes: {', '.join(sorted(matches))}",
            )
    for one, other in combinations(profiles, 2):
        yield from _conflicts(one, other, matches)


def _conflicts(
    one: CompiledProfile, other: CompiledProfile, matches: Mapping[str, Match]
) -> Iterator[Diagnostic]:
    both = [
        name for name, found in matches.items() if all(p in found.certain for p in (one, other))
    ]
    for key, value in other.profile.parameters.items():
        if both and one.profile.parameters.get(key, value) != value:
            yield Diagnostic(
                "PG044",
                f"`{one.profile.id}` and `{other.profile.id}` set `{'.'.join(key)}` differently, "
                f"and both are for {both[0]}",
                other.profile.places[key],
                "let one of them be for other scopes, or set the parameter in one alone",
            )
