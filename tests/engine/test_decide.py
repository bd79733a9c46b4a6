"""Decision tables: the first row that holds decides, and silence decides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.engine.build import RMST, judged, loaded, measurement, policy, snapshot

from plumbgate.engine.waive import waive
from plumbgate.model.policy import Enforcement
from plumbgate.model.snapshot import Reference, State
from plumbgate.model.verdict import Outcome
from plumbgate.model.waiver import Waiver

PASS, FAIL, UNKNOWN, ERROR, NA = Outcome

TABLE = """
parameters:
  max_days: {value: 15 d}
  min_recall: {value: 80 %}
  mei: {value: 3 d}
variables:
  - name: signal
    expression: trend(change.remediation.rmst_high, params.mei)
    if_unmeasured: unknown
rules:
  - id: speed
    title: Speed
    severity: high
    decide:
      - id: B1
        verdict: NO_BASE
        outcome: unknown
        when: metrics.reviews.flagged_recall < params.min_recall
        message: Recall is only {metrics.reviews.flagged_recall}.
      - id: R1
        verdict: SLOW
        outcome: fail
        when: metrics.remediation.rmst_high > params.max_days
        message: It takes {metrics.remediation.rmst_high}.
      - id: R2
        verdict: WORSE
        outcome: fail
        when: variables.signal == 'worsened'
        message: S.
      - id: R3
        verdict: UNSEEN
        outcome: unknown
        when: variables.signal == 'unknown'
        message: The signal is {variables.signal}.
      - {id: R4, verdict: IN_TIME, outcome: pass, otherwise: true, message: "In time."}
"""
RECALL = "reviews.flagged_recall"


def good(value: float | None = 0.9, **changed):
    return measurement(value, metric=RECALL, **changed)


CASES = {
    "no row above": (
        snapshot(good(), measurement(), change=(0, -1, 1)),
        (PASS, "IN_TIME", "R4", "In time."),
    ),
    "the first row that holds": (
        snapshot(good(), measurement(20.0), change=(-9, -10, -8)),
        (FAIL, "SLOW", "R1", "It takes 20 d."),
    ),
    "a row behind one that does not": (
        snapshot(good(), measurement(), change=(-9, -10, -8)),
        (FAIL, "WORSE", "R2", "S."),
    ),
    "an unmeasured signal is a word": (
        snapshot(good(), measurement()),
        (UNKNOWN, "UNSEEN", "R3", "The signal is unknown."),
    ),
    "a row of what is unknown": (
        snapshot(good(0.5), measurement()),
        (UNKNOWN, "NO_BASE", "B1", "Recall is only 50 %."),
    ),
    "an undecided base is an insufficient base": (
        snapshot(measurement()),
        (UNKNOWN, "NO_BASE", "B1", f"not measured: {RECALL} (not measured)"),
    ),
    "another undecided row ends the table": (
        snapshot(good(), change=(-9, -10, -8)),
        (UNKNOWN, None, "R1", f"not measured: {RMST} (not measured)"),
    ),
}


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_decided(given, expected, tmp_path) -> None:
    compiled = policy(tmp_path, TABLE)
    if RMST not in given.facts.metrics or given.facts.change:
        given = with_baseline(given)

    (verdict,) = judged(compiled, given)

    assert (verdict.outcome, verdict.verdict, verdict.row, verdict.reason) == expected


def with_baseline(given):
    facts = replace(given.facts, baseline=Reference((), {RMST: measurement()}))
    return replace(given, facts=facts)


def test_what_was_counted_and_none_is_not_applicable_where_the_rule_says_so(tmp_path) -> None:
    text = TABLE.replace("    decide:", "    no_data: not_applicable\n    decide:")
    short = text[: text.index("      - id: R2")] + text[text.index("      - {id: R4") :]
    none = measurement(None, State.NO_DATA, n=0)

    (verdict,) = judged(policy(tmp_path, without_signal(short)), snapshot(good(), none))
    assert (verdict.outcome, verdict.verdict, verdict.row) == (NA, None, "R1")

    # The signal behind it was never measured: that is something else than nothing to judge.
    (verdict,) = judged(policy(tmp_path, text, "other"), snapshot(good(), none))
    assert (verdict.outcome, verdict.verdict, verdict.row) == (UNKNOWN, None, "R1")


def without_signal(text: str) -> str:
    return text[: text.index("variables:")] + text[text.index("rules:") :]


def test_nothing_to_judge_in_one_row_hides_no_fail_behind_it(tmp_path) -> None:
    text = TABLE.replace("    decide:", "    no_data: not_applicable\n    decide:")
    text = text.replace(
        "metrics.reviews.flagged_recall < params", "metrics.base.manual_share > params"
    )
    given = snapshot(
        measurement(None, State.NO_DATA, n=0, metric="base.manual_share"), measurement(99.0)
    )

    (verdict,) = judged(policy(tmp_path, text), given)

    assert (verdict.outcome, verdict.row) == (UNKNOWN, "B1")


def test_an_error_in_a_row_is_an_error_whatever_the_row_says(tmp_path) -> None:
    text = TABLE.replace(
        "metrics.reviews.flagged_recall < params.min_recall",
        "metrics.reviews.flagged_recall < double(scope.labels.least)",
    ).replace("  min_recall: {value: 80 %}\n", "")

    (verdict,) = judged(policy(tmp_path, text), snapshot(good(), measurement()))

    assert (verdict.outcome, verdict.verdict) == (ERROR, None)


def test_the_expression_and_the_place_are_the_rows(tmp_path) -> None:
    (verdict,) = judged(policy(tmp_path, TABLE), snapshot(good(), measurement(20.0)))

    assert verdict.expression == "metrics.remediation.rmst_high > params.max_days"
    head = 4
    assert verdict.place.line == head + TABLE[: TABLE.index("when: metrics.rem")].count("\n") + 1


AT = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(("accepted", "covered"), [(("SLOW",), True), (("WORSE",), False)])
def test_a_waiver_covers_the_verdicts_that_it_names(accepted, covered, tmp_path) -> None:
    verdicts = judged(policy(tmp_path, TABLE), snapshot(good(), measurement(20.0)))
    about = ("W-1", "speed.speed", "acme", False, "r", "a", "b", "c")
    period = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
    waiver = Waiver(*about, *period, verdicts[0].place, None, accepted)

    (verdict,), _ = waive(verdicts, [waiver], AT)

    assert (verdict.waiver == "W-1") is covered


def test_before_its_day_a_rule_only_warns(tmp_path) -> None:
    text = TABLE.replace("    decide:", "    enforce_from: 2026-02-01\n    decide:")
    compiled = policy(tmp_path, text)
    given = snapshot(good(), measurement(20.0))

    (before,) = judged(compiled, given)
    (after,) = judged(compiled, given, datetime(2026, 2, 1, tzinfo=UTC))

    assert (before.enforcement, before.warns_until) == (
        Enforcement.WARN,
        datetime(2026, 2, 1, tzinfo=UTC),
    )
    assert (after.enforcement, after.warns_until) == (Enforcement.BLOCK, None)


ROW = (
    '      - {{id: {id}, verdict: {verdict}, outcome: {outcome}, {condition}, message: "Said."}}\n'
)
HEAD = """
parameters:
  max: {value: 15 d}
  share: {value: 80 %}
variables:
  - {name: slow, expression: "metrics.remediation.rmst_high > params.max"}
rules:
  - id: r
    title: T
    severity: low
    decide:
"""
LAST = ROW.format(id="Z", verdict="ALL_ELSE", outcome="unknown", condition="otherwise: true")


def rows(*conditions: str, outcome: str = "fail") -> str:
    return (
        HEAD
        + "".join(
            ROW.format(id=f"R{n}", verdict=f"V{n}", outcome=outcome, condition=f'when: "{when}"')
            for n, when in enumerate(conditions)
        )
        + LAST
    )


SIZE = "[variables.slow].filter(s, s).size()"
UNREACHABLE = {
    "the same again": ("variables.slow", "variables.slow"),
    "the same, written out": ("variables.slow", "metrics.remediation.rmst_high > params.max"),
    "the same with more blanks": ("variables.slow", "(  variables.slow )"),
    "the same and more": (
        "variables.slow",
        "metrics.reviews.flagged_recall < params.share && variables.slow",
    ),
    "either of two that hold": (
        "variables.slow || metrics.reviews.flagged_recall < params.share",
        "variables.slow",
    ),
    "never true": ("variables.slow", "1.0 > 2.0 && variables.slow"),
    "a greater number": (f"{SIZE} >= 1", f"{SIZE} >= 2"),
    "a greater number, written the other way": (f"{SIZE} >= 1", f"1 < {SIZE}"),
    "a smaller number": (f"{SIZE} < 3", f"{SIZE} <= 2 && variables.slow"),
}
REACHABLE = {
    "less and more": (f"{SIZE} >= 2", f"{SIZE} >= 1"),
    "the limit itself": (f"{SIZE} > 1", f"{SIZE} >= 1"),
    "the other side": (f"{SIZE} >= 1", f"{SIZE} <= 2"),
    "another": ("variables.slow", "metrics.reviews.flagged_recall < params.share"),
    "part of it": (
        "variables.slow && metrics.reviews.flagged_recall < params.share",
        "variables.slow",
    ),
}


@pytest.mark.parametrize("conditions", UNREACHABLE.values(), ids=UNREACHABLE)
def test_a_row_that_nothing_reaches(conditions, tmp_path) -> None:
    _, mistakes = loaded(tmp_path, rows(*conditions))

    assert [(one.code, one.message[:8]) for one in mistakes] == [("PG034", "row `R1`")]


@pytest.mark.parametrize("conditions", REACHABLE.values(), ids=REACHABLE)
def test_a_row_that_is_reached(conditions, tmp_path) -> None:
    _, mistakes = loaded(tmp_path, rows(*conditions))

    assert mistakes == []


def table(*written: tuple[str, str, str, str]) -> str:
    keys = ("id", "verdict", "outcome", "condition")
    return HEAD + "".join(ROW.format(**dict(zip(keys, row, strict=True))) for row in written)


WHEN = 'when: "variables.slow"'
ELSE = "otherwise: true"
MISSHAPEN = {
    "no last row": (
        table(("A", "X", "fail", WHEN), ("B", "Y", "fail", 'when: "!variables.slow"')),
        ["PG018"],
    ),
    "otherwise too early": (
        table(("A", "X", "fail", ELSE), ("B", "Y", "fail", ELSE)),
        ["PG034"],
    ),
    "no condition": (
        table(("A", "X", "fail", "outcome_: x"), ("B", "Y", "fail", ELSE)),
        ["PG011", "PG018"],
    ),
    "two rows of a name": (table(("A", "X", "fail", WHEN), ("A", "Y", "fail", ELSE)), ["PG017"]),
    "a verdict of two outcomes": (
        table(("A", "X", "fail", WHEN), ("B", "X", "unknown", ELSE)),
        ["PG017"],
    ),
    "an outcome that is none": (
        table(("A", "X", "maybe", WHEN), ("B", "Y", "fail", ELSE)),
        ["PG013"],
    ),
    "a pass where nothing is measured": (
        table(("A", "X", "fail", "when: \"scope.tenant == 'a'\""), ("B", "Y", "pass", ELSE)),
        ["PG026"],
    ),
    "a pass of what is unmeasured": (
        table(
            ("A", "X", "fail", 'when: "measured.remediation.rmst_high.n > 9.0"'),
            ("B", "Y", "pass", ELSE),
        ),
        ["PG029"],
    ),
}


@pytest.mark.parametrize(("text", "codes"), MISSHAPEN.values(), ids=MISSHAPEN)
def test_misshapen(text, codes, tmp_path) -> None:
    _, mistakes = loaded(tmp_path, text)

    assert [one.code for one in mistakes] == codes


ASSERTING = """
parameters: {mei: {value: 3 d}}
variables:
  - name: signal
    expression: trend(change.remediation.rmst_high, params.mei)
    if_unmeasured: unknown
  - name: moving
    expression: variables.signal == 'improved'
rules:
  - {id: r, title: T, severity: low, assert: variables.moving}
"""


def test_only_a_table_reads_a_word_in_place_of_what_was_not_measured(tmp_path) -> None:
    _, mistakes = loaded(tmp_path, ASSERTING.replace("variables.moving}", '"variables.moving"}'))

    assert [one.code for one in mistakes] == ["PG036"]


def test_only_a_text_has_a_word_for_what_was_not_measured(tmp_path) -> None:
    text = ASSERTING.replace("== 'improved'\n", "== 'improved'\n    if_unmeasured: unknown\n")

    _, mistakes = loaded(tmp_path, text.replace("variables.moving}", '"variables.moving"}'))

    assert {one.code for one in mistakes} == {"PG036"}
