"""What an evaluation can give besides a value, and the budget that it runs under."""

from __future__ import annotations

from dataclasses import dataclass

MAX_ITERATIONS = 4_000
"""Macro iterations that one rule may take, all its expressions together."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing could be decided, because these were not measured."""

    metrics: frozenset[str]
    counted: bool = False
    """Whether every one of them was counted and there was nothing to judge."""

    def __or__(self, other: Unknown) -> Unknown:
        """Unite the names; only if both were counted there was nothing to judge."""
        return Unknown(self.metrics | other.metrics, self.counted and other.counted)


@dataclass(frozen=True, slots=True)
class Failure:
    """The expression went wrong: a missing key, a wrong type, a limit."""

    message: str


class BudgetExhausted(BaseException):
    """
    A rule takes too many macro iterations.

    It is no `Exception`: whatever an evaluator absorbs to keep going, it must not absorb this.
    """


class Budget:
    """The macro iterations that are left to one rule."""

    __slots__ = ("left",)

    def __init__(self, iterations: int = MAX_ITERATIONS) -> None:
        """Start with `iterations`."""
        self.left = iterations

    def spend(self) -> None:
        """Take one iteration; raises `BudgetExhausted` where none is left."""
        if self.left <= 0:
            raise BudgetExhausted
        self.left -= 1
