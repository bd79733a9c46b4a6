"""What the cases of policies say, as JUnit XML: a suite a policy, a test case a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.proving.givens import AS_OF
from plumbgate.proving.proof_text import lines
from plumbgate.render.junit_document import Case, Suite, document
from plumbgate.render.junit_text import in_one_line
from plumbgate.render.text_safety import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plumbgate.proving.proof import Proof


def render(results: Sequence[Proof]) -> bytes:
    """Return the results as JUnit XML, UTF-8; cases have no time, so the suites have theirs."""
    return document(
        Suite(result.policy, list(_cases(result)), AS_OF, output="\n".join(lines(result)))
        for result in results
    )


def _cases(result: Proof) -> Iterator[Case]:
    about = f"plumbgate.{result.policy}"
    for case in result.cases:
        wrong = [one for one in result.mismatches if one.case.place == case.place]
        name = in_one_line(case.name)
        if not wrong:
            yield Case(name, about)
            continue
        said = "; ".join(
            f"{one.rule}: expected {one.expected.verdict}, got {one.judgement.word}"
            for one in wrong
        )
        body = "\n".join(f"{one.rule}: {one.judgement.reason}" for one in wrong)
        yield Case(name, about, "failure", visible(said), visible(f"{body}\n{case.place}"), "case")
    gaps = [line for line in lines(result) if line.startswith(("  NOT ", "  WEAKER "))]
    if gaps:
        message = f"{len(gaps)} gaps in the cases"
        yield Case("the cases as a whole", about, "failure", message, "\n".join(gaps), "cases")
