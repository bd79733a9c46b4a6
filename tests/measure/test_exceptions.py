"""Tests for `plumbgate.measure.exceptions` and its query."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson
from tests.measure import oracle_exceptions
from tests.measure.canonical import connect
from tests.measure.counting import PERIODS, counted, day, instants

from plumbgate.measure.compare import hybrid_difference
from plumbgate.measure.exceptions import EXCEPTIONS
from plumbgate.measure.measures import Estimate
from plumbgate.measure.session import count as count_rows
from plumbgate.measure.settings import Settings
from plumbgate.measure.statistics import rate_change, wilson
from plumbgate.model.metric import Better

MEASURES = {measure.metric.id: measure for measure in EXCEPTIONS}
CARRYOVER, ACTIVE = MEASURES["exceptions.carryover"], MEASURES["exceptions.active_per_1k"]
SECOND, INSTANT = timedelta(seconds=1), timedelta(microseconds=1)
numbers = count()


def exception(opened, closed=None, subject="s", **columns):
    """An exception from a control, days counted from the start of P0; open without `closed`."""
    opened, closed = (day(at) if isinstance(at, int | float) else at for at in (opened, closed))
    return {
        "exception_id": f"{next(numbers):06}",
        "lineage_id": None,
        "subject_id": subject,
        "control_id": "c",
        "opened_at": opened,
        "closed_at": closed,
        "supersedes_id": None,
        **columns,
    }


def renewals(*spells, **columns):
    """Exceptions that each supersede the one before, under a subject of its own."""
    rows = []
    for number, (opened, closed) in enumerate(spells):
        before = rows[-1]["exception_id"] if rows else None
        rows.append(exception(opened, closed, f"s{number}", supersedes_id=before, **columns))
    return rows


def rows_of(exceptions, *periods, identities=()):
    counts = counted("exceptions", {"exceptions": exceptions, "identities": list(identities)})
    return [row for period in periods or ("P1",) for row in counts.get(("acme", period), [])]


def counts_of(exceptions, period="P1"):
    (row,) = rows_of(exceptions, period) or [
        {"open_at_start": 0, "carried_over": 0, "open_at_end": 0}
    ]
    return row["open_at_start"], row["carried_over"], row["open_at_end"]


def long_ago():
    """A lineage that was renewed for another subject; its first subject comes back too late."""
    return [
        exception(-90, -50, exception_id="first"),
        exception(0, 40, "renewed", supersedes_id="first"),
        exception(45),
    ]


LONG = [(n, n + 1) for n in range(10, 50)] + [(50, None)]
TURNS = ["s", "t"] * 20 + ["s"]

# name: exceptions; lineages open at the start of P1 (day 30), of them open at its end (day 60),
# and all that are open at its end
LINEAGES = {
    "nothing": ([], 0, 0, 0),
    "open throughout": ([exception(0)], 1, 1, 1),
    "opened just before the start": ([exception(day(30) - INSTANT)], 1, 1, 1),
    "opened at the start": ([exception(30)], 0, 0, 1),
    "opened just before the end": ([exception(day(60) - INSTANT)], 0, 0, 1),
    "opened at the end": ([exception(60)], 0, 0, 0),
    "closed just before the start": ([exception(0, day(30) - INSTANT)], 0, 0, 0),
    "closed at the start": ([exception(0, 30)], 1, 0, 0),
    "closed just before the end": ([exception(0, day(60) - INSTANT)], 1, 0, 0),
    "closed at the end": ([exception(0, 60)], 1, 1, 1),
    "opened and closed in the period": ([exception(31, 32)], 0, 0, 0),
    "a passed expiry closes nothing": ([exception(0, expires_at=day(10))], 1, 1, 1),
    "no expiry": ([exception(0, expires_at=None)], 1, 1, 1),
    "two subjects": ([exception(0), exception(0, 40, "t")], 2, 1, 1),
    "two controls": ([exception(0), exception(0, 40, control_id="d")], 2, 1, 1),
    "raised again": ([exception(0, 40), exception(50)], 1, 1, 1),
    "raised again for another": ([exception(0, 40), exception(50, None, "t")], 1, 0, 1),
    "raised again after 30 d": ([exception(0, day(29)), exception(59)], 1, 1, 1),
    "raised again after 30 d and 1 s": (
        [exception(0, day(29)), exception(day(59) + SECOND)],
        0,
        0,
        1,
    ),
    "closed at the start, raised again just before the end": (
        [exception(-9, day(30)), exception(day(60) - INSTANT)],
        1,
        1,
        1,
    ),
    "a gap across the start counts as open": ([exception(0, 25), exception(35, 40)], 1, 0, 0),
    "a gap across the end is not known to end": ([exception(0, 55), exception(65)], 1, 0, 0),
    "a gap that begins at the start": ([exception(0, 30), exception(31)], 1, 1, 1),
    "the latest closing so far counts, not the last": (
        [exception(-50, 20), exception(-45, -40), exception(45)],
        1,
        1,
        1,
    ),
    "overlapping ones are one": ([exception(0), exception(10), exception(20, 40)], 1, 1, 1),
    "one is still open when the next opens": ([exception(-90), exception(45, 50)], 1, 1, 1),
    "opened at one instant": ([exception(0, 10), exception(0)], 1, 1, 1),
    "one lineage_id": (
        [exception(0, 40, lineage_id="L"), exception(41, None, "t", lineage_id="L")],
        1,
        1,
        1,
    ),
    "one lineage_id, with a gap of more than 30 d": (
        [exception(-90, -5, lineage_id="L"), exception(45, None, lineage_id="L")],
        0,
        0,
        1,
    ),
    "one lineage_id, another spell at the end": (
        [
            exception(-90, -40, lineage_id="L"),
            exception(-9, 5, "t", lineage_id="L"),
            exception(29, day(29) + SECOND, "u", lineage_id="L"),
            exception(59, None, "v", lineage_id="L"),
        ],
        1,
        1,
        1,
    ),
    "a gap of 30 d in a lineage_id, across the start": (
        [exception(0, 25, lineage_id="L"), exception(55, 56, lineage_id="L")],
        1,
        0,
        0,
    ),
    "a gap of 30 d and 1 s, across the start": (
        [exception(0, 25, lineage_id="L"), exception(day(55) + SECOND, lineage_id="L")],
        0,
        0,
        1,
    ),
    "two lineage_ids of one subject": (
        [exception(0, lineage_id="L"), exception(0, lineage_id="M")],
        2,
        2,
        2,
    ),
    "no lineage_id is none in common": (
        [exception(0, subject="s"), exception(0, subject="t")],
        2,
        2,
        2,
    ),
    "renewed under a new id, subject and control": (
        [*renewals((0, 40), (40, None), control_id="c")],
        1,
        1,
        1,
    ),
    "renewed by two": (
        [
            exception(0, 40, exception_id="x"),
            exception(41, None, "t", supersedes_id="x"),
            exception(42, None, "u", supersedes_id="x"),
        ],
        1,
        1,
        1,
    ),
    "renewed after more than 30 d is one lineage, two spells": (
        renewals((-90, -40), (0, 31), (59, None)),
        1,
        1,
        1,
    ),
    "the successor names the lineage": (
        [
            exception(0, 40, exception_id="x"),
            exception(41, 50, "t", supersedes_id="x", lineage_id="L"),
            exception(51, None, "u", lineage_id="L"),
        ],
        1,
        1,
        1,
    ),
    "a lineage_id for each, and superseded": (
        [
            exception(0, 40, exception_id="x", lineage_id="x"),
            exception(41, None, "t", supersedes_id="x", lineage_id="y"),
        ],
        1,
        1,
        1,
    ),
    "a lineage_id stands above what is superseded": (
        [
            exception(0, 40, "t", exception_id="x"),
            exception(0, 50, "u", lineage_id="L"),
            exception(51, None, "v", lineage_id="L", supersedes_id="x"),
        ],
        2,
        1,
        1,
    ),
    "what is superseded stands above the subject": (
        [
            exception(0, 40, "t", exception_id="x"),
            exception(0, 50, "u"),
            exception(51, None, "u", supersedes_id="x"),
        ],
        2,
        1,
        1,
    ),
    "a lineage_id of its own does not join by subject": (
        [exception(0, 40), exception(41, lineage_id="L")],
        1,
        0,
        1,
    ),
    "raised again without a word after one with a lineage_id": (
        [exception(0, 40, lineage_id="L"), exception(41)],
        1,
        1,
        1,
    ),
    "supersedes what is not there, joins by subject": (
        [exception(0, 40), exception(41, supersedes_id="gone")],
        1,
        1,
        1,
    ),
    "supersedes a later one, joins by subject": (
        [
            exception(0, 40, supersedes_id="x"),
            exception(41, 50, "t", exception_id="x"),
            exception(41),
        ],
        1,
        1,
        1,
    ),
    "supersedes itself": ([exception(0, exception_id="x", supersedes_id="x")], 1, 1, 1),
    "supersedes itself, joins by subject": (
        [exception(0, 40), exception(41, exception_id="x", supersedes_id="x")],
        1,
        1,
        1,
    ),
    "supersede each other": (
        [
            exception(0, 40, "s", exception_id="x", supersedes_id="y"),
            exception(0, None, "t", exception_id="y", supersedes_id="x"),
        ],
        1,
        1,
        1,
    ),
    "raised again after a renewal, without a word": (
        [
            exception(-90, -50, exception_id="x"),
            exception(-50, 40, supersedes_id="x"),
            exception(41),
        ],
        1,
        1,
        1,
    ),
    "another control that is open does not hold the subject's": (
        [*long_ago(), exception(0, control_id="d")],
        2,
        1,
        2,
    ),
    "another control just closed does not hold it either": (
        [*long_ago(), exception(-9, 20, control_id="d")],
        1,
        0,
        1,
    ),
    "forty renewals": (renewals((0, 10), *LONG), 1, 1, 1),
    "forty renewals of one subject": (
        [row | {"subject_id": "s"} for row in renewals((0, 10), *LONG)],
        1,
        1,
        1,
    ),
    "forty renewals, turn and turn about": (
        [
            row | {"subject_id": subject}
            for row, subject in zip(renewals(*LONG), TURNS, strict=True)
        ],
        1,
        1,
        1,
    ),
    "two lineages of forty renewals each": (
        [
            row | {"lineage_id": lineage, "supersedes_id": None}
            for lineage in ("L", "M")
            for row in renewals(*LONG)
        ],
        2,
        2,
        2,
    ),
    "a renewal after the close does not join the past": (
        [
            exception(0, lineage_id="L"),
            exception(0, None, "t", exception_id="x"),
            exception(61, None, "t", lineage_id="L", supersedes_id="x"),
        ],
        2,
        2,
        2,
    ),
}


@pytest.mark.parametrize(
    ("exceptions", "at_start", "both", "at_end"), LINEAGES.values(), ids=LINEAGES
)
def test_lineages(exceptions, at_start, both, at_end) -> None:
    assert counts_of(exceptions) == (at_start, both, at_end)


def test_a_chain_of_256_renewals_that_all_change_subject_is_one_lineage() -> None:
    """What the query promises; the last one still finds the first."""
    hours = [(n / 24, (n + 1) / 24) for n in range(256)]
    rows = renewals(*hours, (256 / 24, None))

    assert counts_of(rows) == (1, 1, 1)
    first, last = rows[0] | {"closed_at": None}, rows[-1]
    assert counts_of([first, *rows[1:-1], last]) == (1, 1, 1)


def test_a_chain_of_one_subject_has_no_bound() -> None:
    hours = [(n / 24, (n + 1) / 24) for n in range(600)]
    rows = [row | {"subject_id": "s"} for row in renewals(*hours, (25, None))]
    first, last = rows[0] | {"closed_at": None}, rows[-1]

    assert counts_of([first, *rows[1:-1], last]) == (1, 1, 1)


@pytest.mark.parametrize("column", ["tenant_id", "business_unit"])
def test_scopes_are_apart(column) -> None:
    """Ids, lineage_ids and subjects of one scope mean nothing in another."""
    other = {column: "other"}
    exceptions = [
        exception(0, 40, exception_id="x", lineage_id="L"),
        exception(0, 40, "t", exception_id="y"),
        exception(0, 40, "v"),
        exception(-90, 20),
        exception(-90),
        exception(41, None, "u", lineage_id="L", **other),
        exception(41, None, "w", supersedes_id="y", **other),
        exception(41, None, "v", **other),
        *(row | other for row in long_ago()),
        *renewals((-80, -70), (-70, 40), (40, None), **other),
    ]
    identities = [identity(1), identity(2, **other), identity(3, **other)]
    with connect({"exceptions": exceptions, "identities": identities}, PERIODS) as connection:
        counts = count_rows(connection, "exceptions")
    scopes = [("acme", ""), ("other", "") if column == "tenant_id" else ("acme", "other")]

    assert [list(counts[scope]["P1"][0].values()) for scope in scopes] == [
        [4, 1, 1, 1],
        [2, 1, 5, 2],
    ]


def test_carryover() -> None:
    subjects = [exception(0, None if n < 3 else 40, f"s{n}") for n in range(10)]
    result = CARRYOVER.compute(rows_of(subjects), Settings())

    assert (result.n, result.numerator, result.denominator, result.value) == (10, 3, 10, 0.3)
    assert (result.low, result.high) == wilson(3, 10)
    assert (result.frame.in_scope, result.frame.measured) == (10, 10)


def test_carryover_pools_periods() -> None:
    """Open at the start of P0 one, of P1 two; all but one of the two go on."""
    result = CARRYOVER.compute(
        rows_of([exception(-5), exception(5, 40, "t")], "P0", "P1"), Settings()
    )

    assert (result.numerator, result.n) == (2, 3)


def test_nothing_to_carry_is_no_data() -> None:
    for rows in ([], rows_of([exception(31)])):
        result = CARRYOVER.compute(rows, Settings())

        assert (result.n, result.value, result.denominator) == (0, None, 0)


def identity(name, kind="human", **columns):
    return {"identity_id": str(name), "kind": kind, **columns}


def active(exceptions, identities, *periods):
    return ACTIVE.compute(rows_of(exceptions, *periods, identities=identities), Settings())


def test_active_by_hand() -> None:
    """Three lineages on 200 identities are 15 per 1000."""
    lineages = [exception(0, subject=name) for name in "abc"] + [exception(0, 59, "d")]
    result = active(lineages, [identity(n) for n in range(200)])

    assert (result.n, result.numerator, result.denominator) == (200, 3, 200)
    assert result.value == pytest.approx(15)
    expected = [5 * end for end in confint_poisson(3, 1, "exact-c", 0.01)]
    assert (result.low, result.high) == pytest.approx(expected)


def test_no_exception_is_a_result() -> None:
    result = active([], [identity(n) for n in range(100)])

    assert (result.n, result.value, result.low) == (100, 0, 0)
    assert result.high == pytest.approx(10 * 5.298317, abs=1e-5)


def test_no_identity_is_no_data() -> None:
    result = active([exception(0)], [])

    assert (result.n, result.value, result.numerator) == (0, None, 1)


def test_active_pools_periods() -> None:
    result = active([exception(5)], [identity(1), identity(2, created_at=day(31))], "P0", "P1")

    assert (result.n, result.numerator) == (3, 2)


# name: identities, how many are alive at the end of P1 (day 60) and no group
ALIVE = {
    "of every kind but group": (
        [
            identity(kind, kind)
            for kind in ("human", "service_account", "api_key", "workload", "ai_agent", "unknown")
        ]
        + [identity("g", "group")],
        6,
    ),
    "created just before the end": ([identity(1, created_at=day(60) - INSTANT)], 1),
    "created at the end": ([identity(1, created_at=day(60))], 0),
    "disabled at the end": ([identity(1, disabled_at=day(60))], 1),
    "disabled just before": ([identity(1, disabled_at=day(60) - INSTANT)], 0),
    "deleted, never disabled": ([identity(1, deleted_at=day(59))], 0),
    "disabled, deleted later": ([identity(1, disabled_at=day(59), deleted_at=day(70))], 0),
    "deleted, disabled later": ([identity(1, disabled_at=day(70), deleted_at=day(59))], 0),
}


@pytest.mark.parametrize(("identities", "n"), ALIVE.values(), ids=ALIVE)
def test_alive(identities, n) -> None:
    assert active([], identities).n == n


def test_carryover_compares_by_its_intervals() -> None:
    assert CARRYOVER.compare is hybrid_difference


def test_active_compares_as_a_rate() -> None:
    now = Estimate(1000, 20.0, 20, 1000)
    then = Estimate(2000, 40.0, 80, 2000)

    assert ACTIVE.compare(now, then, Better.DOWN) == rate_change(20, 20, 80, 40, Better.DOWN)


STEPS = st.sampled_from([timedelta(), SECOND, -SECOND, INSTANT, -INSTANT])


def gap_instants():
    """Instants 0, 15, 30, ... days from one another, and a moment beside."""
    return st.builds(
        lambda fortnights, step: day(15 * fortnights) + step, st.integers(-4, 6), STEPS
    )


@st.composite
def exceptions_(draw):
    """Up to eight exceptions that name one another in every way, also wrongly."""
    rows = []
    for number in range(draw(st.integers(0, 8))):
        opened = draw(gap_instants() | instants())
        closed = draw(st.none() | gap_instants() | instants())
        rows.append(
            {
                "exception_id": str(number),
                "lineage_id": draw(st.sampled_from([None, None, None, "L", "M"])),
                "subject_id": draw(st.sampled_from(["s", "s", "t", "u"])),
                "control_id": draw(st.sampled_from(["c", "c", "c", "d"])),
                "opened_at": opened,
                "closed_at": closed and max(opened, closed),
                "supersedes_id": draw(st.none() | st.sampled_from([*"01234567", "gone"])),
            }
        )
    return rows


IDENTITIES = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["human", "group", "unknown"]),
            "created_at": st.none() | instants(),
            "disabled_at": st.none() | instants(),
            "deleted_at": st.none() | instants(),
        }
    ),
    max_size=3,
).map(lambda rows: [{"identity_id": str(i), **row} for i, row in enumerate(rows)])


SCOPES = [("acme", ""), ("acme", "unit"), ("other", "")]


@settings(deadline=None, max_examples=200)
@given(st.tuples(*[exceptions_()] * len(SCOPES)), st.tuples(*[IDENTITIES] * len(SCOPES)))
def test_lineages_equal_the_oracle(exceptions, identities) -> None:
    """
    Each scope on its own, though they share every id.

    The oracle sees what had happened at the close alone: the future redraws nothing.
    """
    tables = {
        name: [
            {"tenant_id": tenant, "business_unit": unit, **row}
            for (tenant, unit), rows in zip(SCOPES, by_scope, strict=True)
            for row in rows
        ]
        for name, by_scope in (("exceptions", exceptions), ("identities", identities))
    }
    with connect(tables, PERIODS) as connection:
        counts = count_rows(connection, "exceptions")
    for scope, rows, its_identities in zip(SCOPES, exceptions, identities, strict=True):
        for period in PERIODS:
            expected = oracle_exceptions.lineage_counts(rows, period)
            expected["identities"] = oracle_exceptions.alive(its_identities, period)
            none = dict.fromkeys(expected, 0)
            (row,) = counts.get(scope, {}).get(period[0], [none])

            assert row == expected
