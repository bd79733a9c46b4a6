"""What an evaluation can give besides a value, and the budget that it runs under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Trace = Callable[[Any, Any], None]
    """Told of each node of a tree that was evaluated, and of its value."""

MAX_STEPS = 4_000
"""Items that one rule may look at, in macros and comparisons of all its expressions together."""


@dataclass(frozen=True, order=True, slots=True)
class Cause:
    """One thing that was not measured."""

    name: str
    """The id of a metric; `programme.<fact>` or `history` where it is no metric."""
    why: str
    """For a reader, the thing named in it: `remediation.rmst_high (small sample, n = 12)`."""
    counted: bool = False
    """Whether it was counted, and there was nothing to judge."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing could be decided, because something was not measured."""

    causes: frozenset[Cause]

    @classmethod
    def of(cls, name: str, why: str, *, counted: bool = False) -> Unknown:
        """Return the unknown of one cause."""
        return cls(frozenset({Cause(name, why, counted)}))

    def __or__(self, other: Unknown) -> Unknown:
        """Return the unknown of both."""
        return Unknown(self.causes | other.causes)

    @property
    def names(self) -> tuple[str, ...]:
        """What was not measured, in order, each once."""
        return tuple(sorted({cause.name for cause in self.causes}))

    @property
    def counted(self) -> bool:
        """Whether everything was counted, and there was nothing to judge."""
        return all(cause.counted for cause in self.causes)


@dataclass(frozen=True, slots=True)
class Failure:
    """The expression went wrong: a missing key, a wrong type, a limit."""

    message: str


class OperationError(Exception):
    """An operation that its operands do not allow; the evaluator makes an error value of it."""


class BudgetExhausted(BaseException):
    """
    A rule looks at more items than it may.

    It is no `Exception`: whatever an evaluator absorbs to keep going, it must not absorb this.
    """


class Budget:
    """The steps that are left to one rule, and who is told of each of them."""

    __slots__ = ("left", "trace")

    def __init__(self, steps: int = MAX_STEPS) -> None:
        """Start with `steps`; nobody is told."""
        self.left = steps
        self.trace: Trace | None = None

    def spend(self, steps: int = 1) -> None:
        """
        Take `steps`.

        Raises:
            BudgetExhausted: So many are not left.

        """
        self.left -= steps
        if self.left < 0:
            raise BudgetExhausted
