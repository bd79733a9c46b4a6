"""
The sides of `policies`: `python -m benchmarks.policies_sides SIDE FOLDER COUNT`.

Google's compiler gets the same texts, with every name that plumbgate knows as a value of any type
and our own functions declared: it checks calls and operators, but neither units nor words, and it
reads no YAML.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD = """\
apiVersion: plumbgate/v1
title: Policy {i}
version: 1.0.{i}
owner: benchmark
max_age: 120 d
controls:
  - {{framework: nist-csf-2.0, id: ID.RA-06, claim: primary, relevance: "Responses are tracked"}}
parameters:
  max_days: {{value: {days} d, min: 1 d, max: 45 d, description: "Mean time to remediate"}}
  min_share: {{value: {share} %, min: 10 %, max: 100 %, description: "Share asked for"}}
"""

BODIES = (
    """\
rules:
  - id: level
    title: The mean time stays within the limit
    severity: high
    threshold: {{metric: remediation.rmst_high, at_most: max_days}}
    no_data: not_applicable
    message: "Open {{metrics.remediation.rmst_high}}; the limit is {{params.max_days}}."
  - id: share
    title: Findings are remediated in time
    severity: medium
    threshold: {{metric: remediation.within_sla, at_least: min_share, min_sample: 5{i}}}
""",
    """\
  mei: {{value: {mei} d, looser: lower}}
variables:
  - name: trend
    expression: trend(change.remediation.rmst_high, params.mei)
rules:
  - id: moving
    title: Remediation gets faster, or holds
    severity: medium
    applies_when: programme.tenure_periods > {small}
    assert: |
      variables.trend == 'improved'
        || (metrics.remediation.rmst_high <= params.max_days && variables.trend != 'worsened')
  - id: lasting
    title: And so it was before
    severity: low
    assert: |
      history.last({small}).all(h, h.metrics.remediation.rmst_high <= params.max_days)
        && metrics.remediation.within_sla >= params.min_share
""",
    """\
  mei: {{value: {mei} d, looser: lower}}
variables:
  - name: speed
    expression: trend(change.remediation.rmst_high, params.mei)
    if_unmeasured: unknown
  - name: signals
    expression: "[variables.speed, 'flat']"
  - name: good
    expression: variables.signals.filter(s, s == 'improved').size()
rules:
  - id: outcome
    title: Risk falls
    severity: high
    decide:
      - id: R1
        verdict: BASE
        outcome: unknown
        when: metrics.remediation.within_sla < params.min_share
        message: "Only {{metrics.remediation.within_sla}} is known."
      - id: R2
        verdict: SLOW
        outcome: fail
        when: variables.speed == 'worsened'
        message: Slower.
      - id: R3
        verdict: FAST
        outcome: pass
        when: variables.good >= 1 && metrics.remediation.rmst_high <= params.max_days
        message: "Within {{params.max_days}}."
      - {{id: R4, verdict: STILL, outcome: fail, otherwise: true, message: "Nothing moves."}}
""",
    """\
variables:
  - name: good
    expression: units.filter(u, u.verdicts.level == 'PASS').map(u, u.weight).sum()
rules:
  - id: level
    title: The mean time stays within the limit
    severity: high
    threshold: {{metric: remediation.rmst_high, at_most: max_days}}
  - id: units
    title: So it does in units of most of the population
    severity: medium
    over: units
    assert: variables.good >= params.min_share
    message: "{{variables.good}} of the population."
""",
)
FUNCTIONS = {"trend": (2, False), "last": (2, True), "sum": (1, True), "enough": (2, False)}
"""Our own by name: how many values each takes, and whether the first stands before the dot."""
ROOTS = ("metrics", "measured", "change", "history", "units", "params", "variables", "programme")


def write(folder: Path, count: int) -> int:
    for i in range(count):
        place = folder / f"pack-{i % 20}" / f"policy-{i}"
        place.mkdir(parents=True)
        text = HEAD + BODIES[i % len(BODIES)]
        numbers = {"days": 5 + i % 40, "share": 20 + i % 80, "mei": 1 + i % 5, "small": 2 + i % 3}
        (place / "policy.yaml").write_text(text.format(i=i, **numbers), encoding="utf-8")
    return count


def ours(folder: Path, _: int) -> dict[str, Any]:
    from plumbgate.pipeline.policies import policies_below  # noqa: PLC0415 (one side only)

    def compiled() -> int:
        policies = policies_below([folder])
        assert not policies.diagnostics, policies.diagnostics[0]  # noqa: S101 (all must be right)
        return len(policies.compiled)

    return _clocked(compiled)


def read(folder: Path, _: int) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 (one side only)

    files = sorted(folder.rglob("policy.yaml"))
    load = yaml.CSafeLoader

    def loaded() -> int:
        texts = (file.read_bytes() for file in files)
        return len([yaml.load(text, Loader=load) for text in texts])  # noqa: S506 (the safe one)

    return _clocked(loaded)


def google(folder: Path, _: int) -> dict[str, Any]:
    from cel_expr_python import cel  # noqa: PLC0415 (one side only)

    anything = cel.Type.DYN
    declared = [
        cel.FunctionDecl(
            name,
            [
                cel.Overload(
                    f"{name}_of_ours",
                    return_type=anything,
                    parameters=[anything] * takes,
                    is_member=member,
                )
            ],
        )
        for name, (takes, member) in FUNCTIONS.items()
    ]
    environment = cel.NewEnv(variables=dict.fromkeys(ROOTS, anything), functions=declared)
    texts = list(expressions(folder))
    return _clocked(lambda: len([environment.compile(text) for text in texts]))


def expressions(folder: Path) -> Iterator[str]:
    """Yield every expression of the policies, a threshold's as it is compiled."""
    from plumbgate.pipeline.policies import policies_below  # noqa: PLC0415 (before the clock runs)

    for policy in policies_below([folder]).compiled:
        yield from (variable.expression.text for variable in policy.policy.variables)
        for rule in policy.rules:
            yield from (program.text for program in (*rule.applies_when, *rule.conditions))
            written = rule.rule.message
            yield from re.findall(r"\{([^{}]*)\}", written.text) if written else ()


def _clocked(work: Callable[[], int]) -> dict[str, Any]:
    started = process_time()
    computed = work()
    return {"phases": {"work": process_time() - started}, "computed": computed}


if __name__ == "__main__":
    name, place, size = sys.argv[1:]
    if name == "write":
        write(Path(place), int(size))
    else:
        sides = {"ours": ours, "read": read, "google": google}
        print(json.dumps(sides[name](Path(place), int(size)), sort_keys=True))
