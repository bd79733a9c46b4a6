"""What a plan may say, and that chance keeps to its numbers."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbgate.demo.archetypes import ARCHETYPES
from plumbgate.demo.drawing import portions, quota
from plumbgate.demo.instants import QUARTERS
from plumbgate.demo.plan import Silence
from plumbgate.demo.records import demo_records

FALLING, *_, EARLY, _ = ARCHETYPES


@given(st.integers(0, 500), st.integers(0, 100), st.integers())
def test_a_quota_is_exact(n, percent, seed) -> None:
    answers = quota(Random(seed), n, percent)  # noqa: S311 (repeatable)

    assert len(answers) == n
    assert abs(sum(answers) - n * percent / 100) <= 0.5


@given(st.integers(0, 10_000), st.lists(st.integers(1, 100), min_size=1))
def test_portions_add_up(total, weights) -> None:
    parts = portions(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1


SERIES = [field.name for field in fields(FALLING) if field.type == "Series"]
UNEVEN = {
    "one too short": {"recall": (50, 50)},
    "nothing told": dict.fromkeys(SERIES, ()),
    "more than there are quarters": dict.fromkeys(SERIES, (50,) * (len(QUARTERS) + 1)),
}


@pytest.mark.parametrize("changes", UNEVEN.values(), ids=UNEVEN)
def test_series_tell_the_same_quarters(changes) -> None:
    with pytest.raises(ValueError, match="brackmere-mutual do not tell the same quarters"):
        replace(FALLING, **changes)


def test_excess_never_rises() -> None:
    with pytest.raises(ValueError, match="excess of tarnwell-robotics rises"):
        replace(EARLY, excess=(80, 81))


def test_a_silence_is_of_one_source() -> None:
    silence = Silence("scanner", date(2025, 10, 1), date(2025, 10, 31), told=True)
    quiet = replace(EARLY, silences=(silence,))
    before, after = demo_records([EARLY]), demo_records([quiet])
    changed = {name for name in before if before[name] != after[name]}

    assert changed == {"findings.csv", "feed_days.csv"}
