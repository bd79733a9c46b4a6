"""Each benchmark prints its table, and refuses to when the two sides computed different things."""

from __future__ import annotations

import re
import sys

import pytest
from benchmarks import measure, policies, rules, start
from benchmarks.inputs import SIGNALS
from benchmarks.timing import DisagreementError, Run, by_turns, ratio, run

from plumbgate.pipeline.policies import policies_below

TINY = 2_000
FULL = 80_000
"""So many records that one tenant's quarter has a value for every rule of the pack."""


def lines(text: str, *beginnings: str) -> list[str]:
    """Return for each beginning the one line that begins with it."""
    found = []
    for beginning in beginnings:
        (line,) = [line for line in text.splitlines() if line.startswith(beginning)]
        found.append(line)
    return found


def test_start_compares_the_command_with_a_bare_interpreter(capsys) -> None:
    start.main(rounds=1, rows=TINY)

    printed = capsys.readouterr().out
    bare, *_ = lines(printed, start.BARE, start.HELP, start.CHECK, "importing celpy", "building")
    assert bare.endswith("1.00 (1.00 to 1.00)")
    assert "gave one report in every round" in printed


def test_policies_are_compiled_beside_two_peers(capsys) -> None:
    policies.main(rounds=1, count=8)

    printed = capsys.readouterr().out
    assert "8 of them, " in printed
    lines(printed, policies.READ, policies.GOOGLE, policies.OURS)


def test_rules_are_judged_alike_by_both_sides(capsys) -> None:
    rules.main(rounds=1, rows=FULL, repeats=1)

    printed = capsys.readouterr().out
    assert [line.split("  ")[0] for line in printed.splitlines() if line.endswith(")")] == [
        rules.BARE,
        rules.OURS,
    ] * 2
    (judged,) = re.findall(r"(\d+) rules judged alike: (\d+) pass, (\d+) fail", printed)
    every, passed, failed = map(int, judged)
    assert every == sum(len(policy.rules) for policy in policies_below([SIGNALS]).compiled)
    assert passed > 0
    assert failed > 0


def test_counts_by_hand_are_the_counts_of_the_queries(capsys) -> None:
    measure.main(rounds=1, rows=TINY)

    printed = capsys.readouterr().out
    lines(printed, measure.HAND, *(f"{measure.OURS}: {part}" for part in measure.PARTS))
    assert "numerators, denominators and facts are equal" in printed


DIFFERENT = {
    "another count": ({"recall": 3.0}, {"recall": 4.0}),
    "a count that only we have": ({"recall": 3.0, "drift": 1.0}, {"recall": 3.0}),
    "a count that we lack": ({"recall": 3.0}, {"recall": 3.0, "drift": 1.0}),
    "no counts": ({}, {}),
}


@pytest.mark.parametrize(("ours", "by_hand"), DIFFERENT.values(), ids=DIFFERENT)
def test_counts_that_differ_are_not_compared_by_cost(ours, by_hand) -> None:
    with pytest.raises(DisagreementError):
        measure._agreed(ours, by_hand)  # noqa: SLF001 (what refuses is under test)


def test_reports_that_differ_between_rounds_are_refused() -> None:
    same, other = Run(1, 1, 0, "open"), Run(1, 1, 1, "closed")

    assert start._agreed([same, same]) == 0  # noqa: SLF001 (what refuses is under test)
    with pytest.raises(DisagreementError):
        start._agreed([same, other])  # noqa: SLF001 (what refuses is under test)


def test_sides_run_by_turns_after_one_of_each_that_is_not_counted(tmp_path) -> None:
    log = tmp_path / "log"
    code = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    sides = {name: [sys.executable, "-c", code, str(log), name] for name in "AB"}

    runs = by_turns(sides, rounds=2)

    assert log.read_text() == "ABABAB"
    assert {name: len(its) for name, its in runs.items()} == {"A": 2, "B": 2}


def test_a_process_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="ended with 7"):
        run([sys.executable, "-c", "raise SystemExit(7)"])


def test_a_ratio_is_taken_within_each_round() -> None:
    assert ratio([2, 9, 4], [1, 3, 4]) == "2.00 (1.00 to 3.00)"
