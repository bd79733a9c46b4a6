"""What the cases of policies say, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from plumbgate.render.text_safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.proving.killers import Killer
    from plumbgate.proving.mutate import Survivor
    from plumbgate.proving.proof import Proof
    from plumbgate.proving.run import Mismatch


def lines(result: Proof) -> Iterator[str]:
    """Yield a line that sums up, then a paragraph for each thing that is wrong."""
    yield f"{result.policy}: {', '.join(_sums(result))}"
    for mismatch in result.mismatches:
        yield from mismatch_lines(mismatch)
    for one in result.uncovered:
        yield visible(f"  NOT COVERED {one.about}: {one.what}")
        yield visible(f"       at:       {one.place}")
    for survivor in result.mutated.survivors if result.mutated else ():
        yield from map(visible, _survivor(survivor))
    for weak in result.weakened:
        yield visible(f"  WEAKER {weak.case.name}: {weak.rule}")
        yield visible(f"       {weak.was} becomes PASS where `{weak.metric}` is not measured")


def _sums(result: Proof) -> Iterator[str]:
    if not result.cases:
        yield "no cases: nothing is proven"
        return
    failed = len({mismatch.case.place for mismatch in result.mismatches})
    yield f"{len(result.cases) - failed} of {len(result.cases)} cases pass"
    if result.coverable:
        yield f"{result.coverable - len(result.uncovered)} of {result.coverable} ways covered"
    if result.mutated:
        alive = len(result.mutated.survivors)
        total = result.mutated.killed + alive
        yield f"{result.mutated.killed} of {total} mutants noticed"
        if result.mutated.equivalent:
            yield f"{result.mutated.equivalent} proven to say the same"


def mismatch_lines(mismatch: Mismatch) -> Iterator[str]:
    """Yield what a case expects of a rule, and what the rule concludes."""
    yield from map(visible, _mismatch(mismatch))


def _mismatch(mismatch: Mismatch) -> Iterator[str]:
    found, expected = mismatch.judgement, mismatch.expected
    row = f" (row {found.row})" if found.row else ""
    yield f"  FAIL {mismatch.case.name}: {mismatch.rule}"
    wanted = f" (row {expected.row})" if expected.row else ""
    yield f"       expected {expected.verdict}{wanted}, got {found.word}{row}"
    if expected.message is not None:
        yield f"       expected: {expected.message}"
    yield f"       got:      {found.reason}"
    yield f"       at:       {mismatch.case.place}"


def _survivor(survivor: Survivor) -> Iterator[str]:
    mutant = survivor.mutant
    yield f"  NOT NOTICED {mutant.about}: {mutant.what}"
    yield f"       at:       {mutant.place}"
    if survivor.killer is None:
        yield "       no case was found that would notice it, and none was ruled out"
        return
    yield "       a case that would notice it:"
    yield from _case(survivor.killer)


def _case(killer: Killer) -> Iterator[str]:
    yield f"         - name: notices that {killer.rule} changed"
    yield f"           given: {_flow(killer.given)}"
    yield f"           expect: {{{killer.rule}: {killer.verdict}}}"


def _flow(value: object) -> str:
    """Return a value on one line, as a case has it."""
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10**6)
    return text.strip()
