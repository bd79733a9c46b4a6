"""
Chance, the same on every run: who and when, never how many.

Seeds are texts, since `Random` digests them itself and the hash of Python does not come into it;
all draws are of whole numbers, so that no platform rounds differently.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate, pairwise
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

MINUTE = timedelta(minutes=1)


def randomness(tenant: str, purpose: str) -> Random:
    """Return the source of chance of one tenant for one purpose, such as a table."""
    return Random(f"{tenant}/{purpose}")  # noqa: S311 (repeatable on purpose)


def quota(random: Random, n: int, percent: int) -> list[bool]:
    """Return `n` answers in random order, of which just `percent` (rounded) are true."""
    yes = (n * percent + 50) // 100
    answers = [number < yes for number in range(n)]
    random.shuffle(answers)
    return answers


def portions(total: int, weights: Sequence[int]) -> list[int]:
    """Return whole numbers that add up to `total`, each near its weight's share of it."""
    ends = [total * part // sum(weights) for part in accumulate(weights, initial=0)]
    return [end - start for start, end in pairwise(ends)]


def between(random: Random, start: datetime, end: datetime) -> datetime:
    """Return a minute in `[start, end)`."""
    return start + after(random, timedelta(0), end - start)


def after(random: Random, least: timedelta, most: timedelta) -> timedelta:
    """Return a time of whole minutes in `[least, most)`."""
    return least + random.randrange((most - least) // MINUTE) * MINUTE
