"""
A case that would tell a mutant from its policy, or the proof that there is none.

Cases that there are get one or two of their values changed to those at which the policy could
change its mind. Where that shows no difference, every combination of such values is tried: if
none differs, the mutant says the same as the policy, and is no gap in its cases.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from itertools import combinations, islice, product
from math import prod
from typing import TYPE_CHECKING, Any

from plumbgate.engine.context import SnapshotContext
from plumbgate.proving.candidates import Candidates
from plumbgate.proving.givens import instant_of, snapshot_of
from plumbgate.proving.inputs import changed_values, inputs_of
from plumbgate.proving.run import Court

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from plumbgate.model.metric import Metric
    from plumbgate.proving.givens import Json
    from plumbgate.proving.mutants import Mutant
    from plumbgate.proving.run import Staged

MOST_CHANGED = 3_000
"""Snapshots that are tried with one or two values changed."""
MOST_COMBINED = 20_000
"""Snapshots that are tried of all combinations."""


@dataclass(frozen=True, slots=True)
class Killer:
    """A case that a mutant fails."""

    given: Json
    rule: str
    verdict: str
    """What the policy itself concludes."""


class Search:
    """Looks for what tells mutants from one policy."""

    def __init__(
        self, court: Court, cases: Sequence[Staged], catalogue: Mapping[str, Metric]
    ) -> None:
        """Compare with the policy of `court`, beginning with its cases."""
        self._court = court
        self._cases = cases
        self._catalogue = catalogue

    def killer(self, mutant: Mutant) -> Killer | None:
        """Return a case that would kill a mutant, if one is found."""
        candidates = Candidates(self._court.policy, mutant.policy)
        other = Court(mutant.policy)
        givens = islice(self._changed(candidates, mutant.rules), MOST_CHANGED)
        return self._first_difference(givens, other, mutant.rules)

    def is_equivalent(self, mutant: Mutant) -> bool:
        """Return whether no combination of the compared values tells a mutant from its policy."""
        candidates = Candidates(self._court.policy, mutant.policy)
        inputs = inputs_of(self._court.policy, mutant.rules, candidates, self._catalogue)
        if inputs is None or prod(len(values) for _, values in inputs) > MOST_COMBINED:
            return False
        givens = (_assembled(inputs, chosen) for chosen in product(*(v for _, v in inputs)))
        return self._first_difference(givens, Court(mutant.policy), mutant.rules) is None

    def _first_difference(
        self, givens: Iterable[Json], other: Court, rules: Sequence[str]
    ) -> Killer | None:
        for given in givens:
            shown = SnapshotContext(snapshot_of(given, self._catalogue), self._catalogue)
            at = instant_of(given)
            for rule in rules:
                one = self._court.judge(rule, shown, at)
                two = other.judge(rule, shown, at)
                if one.word != two.word:
                    return Killer(given, rule, one.word)
        return None

    def _changed(self, candidates: Candidates, rules: Sequence[str]) -> Iterator[Json]:
        """Yield the cases of some rules with one of their values changed, then with two."""
        bases = [one.case.given for one in self._cases if set(rules) & {*one.case.expected}]
        changes = [
            (base, list(changed_values(base, candidates, self._catalogue))) for base in bases
        ]
        for base, found in changes:
            for change in found:
                yield _with(base, change)
        for base, found in changes:
            for one, other in combinations(found, 2):
                if one[0] != other[0]:
                    yield _with(_with(base, one), other)


def _with(given: Json, change: tuple[tuple[str | int, ...], Any]) -> Json:
    """Return a case with one of its values replaced."""
    way, value = change
    changed: Any = copy.deepcopy(given)
    inside = changed
    for key in way[:-1]:
        inside = inside.setdefault(key, {}) if isinstance(inside, dict) else inside[key]
    inside[way[-1]] = value
    return changed  # type: ignore[no-any-return]


def _assembled(
    inputs: Sequence[tuple[tuple[str, ...], Sequence[Any]]], chosen: Sequence[Any]
) -> Json:
    given: dict[str, Any] = {}
    for (way, _), value in zip(inputs, chosen, strict=True):
        if value is None:
            continue
        inside = given
        for key in way[:-1]:
            inside = inside.setdefault(key, {})
        inside[way[-1]] = value
    return given
