"""
The law that where nothing is measured, nothing passes, held against a rule before it is run.

A rule is refused where a part of its condition could be true there, whatever another part excludes:
what a rule is for stands in `applies_when`. Units are tried as finitely many shapes: none, one, and
two of which nothing was measured, with every verdict that a rule can have on them.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from plumbgate.engine.nothing import Nothing, Outcomes, Shape, Words
from plumbgate.engine.reads import Reads
from plumbgate.engine.rules import Assertion
from plumbgate.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from plumbgate.cel.program import Program
    from plumbgate.engine.rules import CompiledPolicy, CompiledRule
    from plumbgate.model.metric import Metric
    from plumbgate.model.span import Span

_ALWAYS: Outcomes = frozenset({True})
_MOST_PAIRS = 16
"""So many pairs of units are tried; of more, those with the first kind in them."""
_MANY = 3
_MOST_UNITS = 50
"""So many units are tried, where a number asks for them."""
_APART = 0.01
"""So far beside a parameter the weight of a unit is tried."""


def passes_on_nothing(
    rule: CompiledRule,
    policy: CompiledPolicy,
    parameters: Mapping[str, float],
    catalogue: Mapping[str, Metric],
) -> Span | None:
    """Return where a rule, or the row of its table, can pass though nothing is measured."""
    possible = _possible(rule, policy, parameters, catalogue)
    if Outcome.PASS not in possible.values():
        return None
    if isinstance(rule.body, Assertion):
        return rule.rule.place
    rows = (one.row for one in rule.body.rows)
    return next(row.place for row in rows if possible.get(row.verdict) is Outcome.PASS)


def _possible(
    rule: CompiledRule,
    policy: CompiledPolicy,
    parameters: Mapping[str, float],
    catalogue: Mapping[str, Metric],
    *,
    of_unit: bool = False,
) -> dict[str, Outcome]:
    """
    Return every verdict, or outcome, that a rule can have there, with its outcome.

    A unit has no units of its own.
    """
    if of_unit and rule.rule.over_units:
        return {Outcome.NOT_APPLICABLE: Outcome.NOT_APPLICABLE}
    shapes = [()] if of_unit else _shapes_for(rule, policy, parameters, catalogue)
    nothing = Nothing(shapes, rule.conditions, policy.variables, parameters, catalogue)
    # A label that a unit has not is an error.
    undecided: dict[str, Outcome] = {one: one for one in (Outcome.UNKNOWN, Outcome.ERROR)}
    if rule.applies_when:
        undecided[Outcome.NOT_APPLICABLE] = Outcome.NOT_APPLICABLE
    if isinstance(rule.body, Assertion):
        outcomes = nothing.outcomes(rule.body.program.tree, frozenset())
        names = {True: Outcome.PASS, False: Outcome.FAIL, None: Outcome.UNKNOWN}
        return undecided | {names[one]: names[one] for one in outcomes}
    found = dict(undecided)
    for row in rule.body.rows:
        holds = nothing.outcomes(row.when.tree, frozenset()) if row.when else _ALWAYS
        if True in holds or (None in holds and row.row.outcome is Outcome.UNKNOWN):
            found[row.row.verdict] = row.row.outcome
        if False not in holds:
            break
    return found


def _shapes_for(
    rule: CompiledRule,
    policy: CompiledPolicy,
    parameters: Mapping[str, float],
    catalogue: Mapping[str, Metric],
) -> list[Shape]:
    """Return the units on which a rule is tried; one over units is not judged without any."""
    reads = Reads(policy.variables)
    for condition in rule.conditions:
        reads.add(condition)
    if ("units",) not in reads.now:
        return [()]
    words = [
        {one.rule.name: word}
        for one in policy.rules
        if one.rule.name in reads.under("verdicts")
        for word in _possible(one, policy, parameters, catalogue, of_unit=True)
    ]
    numbers = _numbers([*rule.conditions, *map(policy.variables.get, reads.under("variables"))])
    read = {parameters[name] for name in reads.under("params") if name in parameters}
    shapes = _shapes(_combined(words), {*read, *numbers})
    return [shape for shape in shapes if shape or not rule.rule.over_units]


def _combined(words: list[Words]) -> list[Words]:
    """Return every combination of the verdicts that rules can have on one unit."""
    by_rule: dict[str, list[Words]] = {}
    for word in words:
        by_rule.setdefault(next(iter(word)), []).append(word)
    return [
        {rule: word for one in chosen for rule, word in one.items()}
        for chosen in product(*by_rule.values())
    ]


def _numbers(programs: Iterable[Program | None]) -> Iterator[float]:
    """Yield the numbers that are written out in expressions."""
    for program in filter(None, programs):
        for found in program.types.values():
            if found.constant is not None:
                yield found.constant


def _shapes(combinations: list[Words], numbers: set[float]) -> Iterator[Shape]:
    """Yield no unit, one, two and many, of all kinds, with sizes and weights around numbers."""
    yield ()
    yield from (((one, 1.0),) for one in combinations)
    pairs = list(product(combinations, combinations))
    if len(pairs) > _MOST_PAIRS:
        pairs = [(combinations[0], other) for other in combinations]
    shares = {number for number in numbers if 0 < number < 1}
    weights = {0.5, *(share + by for share in shares for by in (-_APART, 0, _APART))}
    counts = {int(number) + by for number in numbers if 1 < number < _MOST_UNITS for by in (0, 1)}
    counts |= {int(1 / share) + 2 for share in shares}
    for one, other in pairs:
        for weight in sorted(weights):
            if 0 < weight < 1:
                yield (one, weight), (other, 1 - weight)
                yield (one, 1 - weight), (other, weight)
        for count in sorted({_MANY, *counts}):
            if _MANY <= count <= _MOST_UNITS:
                yield (one, 1 / count), *[(other, 1 / count)] * (count - 1)
