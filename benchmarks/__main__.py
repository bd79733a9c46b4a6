"""The command: every part, or the one that is named."""

from __future__ import annotations

from argparse import ArgumentParser

from benchmarks import measure, policies, rules, start

PARTS = ("start", "policies", "rules", "measure")


def main() -> None:
    parser = ArgumentParser(prog="python -m benchmarks", description="plumbgate beside its peers")
    parser.add_argument("part", nargs="?", choices=PARTS, help="default: all, one after the other")
    parser.add_argument("--rows", type=int, default=1_000_000, help="records of the part measure")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side after the warm-up")
    chosen = parser.parse_args()
    if chosen.part in {"start", None}:
        start.main(chosen.rounds)
    if chosen.part in {"policies", None}:
        policies.main(chosen.rounds)
    if chosen.part in {"rules", None}:
        rules.main(chosen.rounds)
    if chosen.part in {"measure", None}:
        measure.main(chosen.rounds, chosen.rows)


if __name__ == "__main__":
    main()
