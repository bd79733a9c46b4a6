"""Tests for `plumbgate.measure.reviews` and its queries."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measure import oracle_reviews
from tests.measure.counting import PERIODS, counted, day, instants

from plumbgate.measure.reviews import REVIEWS
from plumbgate.measure.settings import Settings
from plumbgate.measure.statistics import wilson
from plumbgate.model.snapshot import Exclusion

MEASURES = {measure.metric.id.partition(".")[2]: measure for measure in REVIEWS}
SECOND, INSTANT = timedelta(seconds=1), timedelta(microseconds=1)


def review(review_id="r", closed=20.0, due=25.0, **columns):
    """A review by days from the start of P0."""
    return {
        "review_id": review_id,
        "closed_at": day(closed) if isinstance(closed, float) else closed,
        "first_due_at": day(due) if isinstance(due, float) else due,
        **columns,
    }


def decision(decision, item="i", stage=1, **columns):
    """A decision of review `r` by `eve`, on an item that was flagged."""
    return {
        "review_id": "r",
        "item_id": item,
        "stage": stage,
        "reviewer_id": "eve",
        "decision": decision,
        "decided_at": day(10),
        "pre_flagged": True,
        **columns,
    }


def each(*decisions, **columns):
    """The same decisions, each on an item of its own and an hour apart."""
    return [
        row | {"item_id": f"{at:03}", "decided_at": day(10) + timedelta(hours=at)} | columns
        for at, row in enumerate(decisions)
    ]


def estimate(metric, decisions, reviews=None, *periods):
    measure = MEASURES[metric]
    tables = {
        "access_reviews": [review()] if reviews is None else reviews,
        "review_decisions": decisions,
    }
    counts = counted(measure.query, tables)
    rows = [row for period in periods or ("P0",) for row in counts.get(("acme", period), [])]
    return measure.compute(rows, Settings())


# name: decisions, caught, flagged
RECALLS = {
    "nothing": ([], 0, 0),
    "revoke": ([decision("revoke")], 1, 1),
    "modify": ([decision("modify")], 1, 1),
    "approve": ([decision("approve")], 0, 1),
    "dont_know stays in the denominator": ([decision("dont_know")], 0, 1),
    "not reviewed stays in the denominator": ([decision("not_reviewed")], 0, 1),
    "default of the system": ([decision("revoke", reviewer_id=None)], 0, 1),
    "not flagged": ([decision("revoke", pre_flagged=False)], 0, 0),
    "flag unknown beside a flagged item": (
        [decision("revoke", "a", pre_flagged=None), decision("revoke", "b")],
        1,
        1,
    ),
    "flag in any row": (
        [
            decision("approve", stage=1, pre_flagged=True),
            decision("revoke", stage=2, pre_flagged=None),
        ],
        1,
        1,
    ),
    "a flag outweighs its denial": (
        [decision("revoke", stage=1), decision("revoke", stage=2, pre_flagged=False)],
        1,
        1,
    ),
    "the last stage decides": (
        [decision("revoke", stage=2, decided_at=day(5)), decision("approve", stage=10)],
        0,
        1,
    ),
    "a stage that was not reviewed decides nothing": (
        [decision("revoke", stage=1), decision("not_reviewed", stage=2)],
        1,
        1,
    ),
    "dont_know decides": ([decision("revoke", stage=1), decision("dont_know", stage=2)], 0, 1),
    "a default of the system decides": (
        [decision("revoke", stage=1), decision("revoke", stage=2, reviewer_id=None)],
        0,
        1,
    ),
    "within a stage the later": (
        [
            decision("revoke", decided_at=day(11), source_record_id="a"),
            decision("approve", decided_at=day(10), source_record_id="b"),
        ],
        1,
        1,
    ),
    "at one instant the greater id by code point": (
        [decision("revoke", source_record_id="a"), decision("approve", source_record_id="B")],
        1,
        1,
    ),
    "no instant counts as the earliest": (
        [
            decision("approve", decided_at=None, source_record_id="b"),
            decision("revoke", source_record_id="a"),
        ],
        1,
        1,
    ),
    "a single decision without an instant": ([decision("revoke", decided_at=None)], 1, 1),
    "made at the close has not happened": ([decision("revoke", decided_at=day(30))], 0, 1),
    "made just before": ([decision("revoke", decided_at=day(30) - INSTANT)], 1, 1),
    "until then the stage before stands": (
        [decision("revoke", stage=1), decision("approve", stage=2, decided_at=day(31))],
        1,
        1,
    ),
    "of another review": ([decision("revoke", review_id="other")], 0, 0),
    "of another tenant": ([decision("revoke", tenant_id="other")], 0, 0),
}


@pytest.mark.parametrize(("decisions", "caught", "flagged"), RECALLS.values(), ids=RECALLS)
def test_recall(decisions, caught, flagged) -> None:
    result = estimate("flagged_recall", decisions)

    assert (result.n, result.numerator, result.denominator) == (flagged, caught, flagged)
    assert result.value == (caught / flagged if flagged else None)
    assert result.measured


# name: closed, first due (days from the start of P0), periods to which the review belongs
BELONGING = {
    "closed in time": (20.0, 25.0, ["P0"]),
    "closed at the start": (0.0, 5.0, ["P0"]),
    "closed before the start": (-1.0, 5.0, []),
    "closed at the end, due later": (30.0, 35.0, ["P1"]),
    "closed at the end, due before": (30.0, 25.0, ["P0", "P1"]),
    "closed in the next period, due in this one": (35.0, 25.0, ["P0", "P1"]),
    "due at the start": (None, 0.0, ["P0"]),
    "due at the end": (None, 30.0, ["P1"]),
    "due and open": (None, 25.0, ["P0"]),
    "due after as_of": (None, 85.0, []),
    "closed at as_of, due after": (80.0, 85.0, []),
    "closed before as_of": (79.0, 85.0, ["P2"]),
}


@pytest.mark.parametrize(("closed", "due", "periods"), BELONGING.values(), ids=BELONGING)
@pytest.mark.parametrize("metric", MEASURES)
def test_a_review_belongs_to_the_period_of_closing_or_due_date(
    metric, closed, due, periods
) -> None:
    """While it is pending it is in no period; later happenings do not take it out of one."""
    row = decision("revoke", decided_at=None)
    reviews = [review(closed=closed, due=due)]
    found = [p for p in ("P0", "P1", "P2") if estimate(metric, [row], reviews, p).n]

    assert found == periods


def test_without_any_flag_recall_is_not_measured() -> None:
    result = estimate("flagged_recall", each(*[decision("revoke", pre_flagged=None)] * 2))

    assert (result.measured, result.n, result.value) == (False, 0, None)
    assert result.reason == "no decision says whether its item was flagged"
    assert result.frame.excluded == (Exclusion("no row says whether the item was flagged", 2),)


def test_no_item_flagged_is_no_data() -> None:
    result = estimate("flagged_recall", [decision("revoke", pre_flagged=False)])

    assert (result.measured, result.n) == (True, 0)


def test_recall_pools_by_adding() -> None:
    reviews = [review("r"), review("s", closed=40.0, due=45.0)]
    rows = [
        *each(decision("revoke"), decision("approve"), decision("approve")),
        decision("revoke", review_id="s"),
    ]
    result = estimate("flagged_recall", rows, reviews, "P0", "P1")

    assert (result.numerator, result.denominator) == (2, 4)
    assert (result.low, result.high) == wilson(2, 4)


APPROVE = decision("approve", pre_flagged=False)


def sequence(*gaps, **columns):
    """Approvals of one reviewer, each so many seconds after the one before."""
    instant, rows = day(10), []
    for at, gap in enumerate((0, *gaps)):
        instant += gap * SECOND
        rows.append(APPROVE | {"item_id": f"{at:03}", "decided_at": instant} | columns)
    return rows


# name: decisions, stamps, decisions that are recorded
STAMPS = {
    "nothing": ([], 0, 0),
    "one at leisure": ([APPROVE], 0, 1),
    "bulk": ([APPROVE | {"bulk": True}], 1, 1),
    "bulk revoke is no stamp": ([decision("revoke", bulk=True)], 0, 1),
    "bulk with time spent": ([APPROVE | {"bulk": True, "seconds_on_item": 60}], 1, 1),
    "2 s on the item": ([APPROVE | {"seconds_on_item": 2}], 1, 1),
    "3 s on the item": ([APPROVE | {"seconds_on_item": 3}], 0, 1),
    "0 s on the item": ([APPROVE | {"seconds_on_item": 0}], 1, 1),
    "hasty revoke is no stamp": ([decision("revoke", seconds_on_item=1)], 0, 1),
    "hasty dont_know is no stamp": ([decision("dont_know", seconds_on_item=1)], 0, 1),
    "not reviewed is no decision": ([decision("not_reviewed", seconds_on_item=1)], 0, 0),
    "without reviewer is no recorded decision": ([APPROVE | {"reviewer_id": None}], 0, 0),
    "every stage is a decision": ([APPROVE, APPROVE | {"stage": 2}], 1, 2),
    "gap of 3 s": (sequence(3), 0, 2),
    "gap just under 3 s": (sequence(2.999999), 1, 2),
    "gap of 0 s": (sequence(0, 0), 2, 3),
    "time on item stands above the gap": (sequence(1, seconds_on_item=60), 0, 2),
    "gap to a revoke": (
        [decision("revoke", "a"), APPROVE | {"item_id": "b", "decided_at": day(10) + SECOND}],
        1,
        2,
    ),
    "a row that was not reviewed is no turn": (
        [decision("not_reviewed", "a"), APPROVE | {"item_id": "b"}],
        0,
        1,
    ),
    "gap to another reviewer's": (
        [APPROVE, APPROVE | {"item_id": "b", "reviewer_id": "bob"}],
        0,
        2,
    ),
    "gap to another source's": ([APPROVE, APPROVE | {"item_id": "b", "source": "x"}], 0, 2),
    "gap to another tenant's": ([APPROVE, APPROVE | {"tenant_id": "other"}], 0, 1),
    "gap to another review's": ([APPROVE, APPROVE | {"review_id": "a"}], 1, 1),
    "no instant, no gap": (each(APPROVE, APPROVE, decided_at=None), 0, 2),
    "at one instant the key decides": (
        [decision("revoke", "b"), APPROVE | {"item_id": "a"}],
        0,
        2,
    ),
    "approved at the close has not happened": (
        [APPROVE | {"bulk": True, "decided_at": day(30)}],
        0,
        0,
    ),
}


@pytest.mark.parametrize(("decisions", "stamps", "n"), STAMPS.values(), ids=STAMPS)
def test_stamps(decisions, stamps, n) -> None:
    result = estimate("rubber_stamp_share", decisions)

    assert (result.n, result.numerator, result.denominator) == (n, stamps, n)
    assert result.value == (stamps / n if n else None)


FLAGGED = APPROVE | {"pre_flagged": True}

# name: decisions of one reviewer, whether all of them are stamps
ALL_APPROVERS = {
    "20, of which 5 flagged": ([APPROVE] * 15 + [FLAGGED] * 5, True),
    "24, of which 9 flagged": ([APPROVE] * 15 + [FLAGGED] * 9, True),
    "19": ([APPROVE] * 14 + [FLAGGED] * 5, False),
    "4 flagged": ([APPROVE] * 16 + [FLAGGED] * 4, False),
    "one revoked": ([APPROVE] * 15 + [FLAGGED] * 5 + [decision("revoke")], False),
    "one unsure": ([APPROVE] * 15 + [FLAGGED] * 5 + [decision("dont_know")], False),
    "one not reviewed": ([APPROVE] * 15 + [FLAGGED] * 5 + [decision("not_reviewed")], True),
}


@pytest.mark.parametrize(("decisions", "stamps"), ALL_APPROVERS.values(), ids=ALL_APPROVERS)
def test_who_approves_everything(decisions, stamps) -> None:
    rows = each(*decisions)
    result = estimate("rubber_stamp_share", rows)

    assert result.numerator == (result.n if stamps else 0)


def test_who_approves_everything_does_so_over_all_reviews_of_the_period() -> None:
    """Ten in each of two reviews are twenty; ten of another period are not added."""
    rows = each(*[FLAGGED] * 20)
    halves = [row | {"review_id": "rs"[at % 2]} for at, row in enumerate(rows)]

    together, apart = [review("r"), review("s")], [review("r"), review("s", 40.0, 45.0)]

    assert estimate("rubber_stamp_share", halves, together).numerator == 20
    assert estimate("rubber_stamp_share", halves, apart).numerator == 0


def test_items_of_a_unit_stand_beside_those_of_its_tenant() -> None:
    unit = {"business_unit": "emea"}
    tables = {
        "access_reviews": [review(), review(**unit)],
        "review_decisions": [
            decision("revoke", "a"),
            decision("approve", "b"),
            decision("revoke", "a", **unit),
        ],
    }
    ((whole,), (part,)) = (
        counted("reviews_recall", tables, unit=name)["acme", "P0"] for name in ("", "emea")
    )

    assert (whole["flagged"], whole["caught"]) == (2, 1)
    assert (part["flagged"], part["caught"]) == (1, 1)


def test_a_unit_takes_who_approves_everything_from_its_tenant() -> None:
    """The rows of a unit stand beside those of the whole tenant, which have no unit."""
    whole = each(*[FLAGGED] * 20)
    unit = [row | {"business_unit": "emea"} for row in whole[:4]]
    reviews = [review(), review(business_unit="emea")]
    (rows,) = unit_rows({"access_reviews": reviews, "review_decisions": whole + unit})

    assert (rows["decisions"], rows["stamps"]) == (4, 4)


def unit_rows(tables):
    counts = counted("reviews_decisions", tables, PERIODS[:1], unit="emea")
    return counts["acme", "P0"]


def test_default_decisions_are_counted_apart() -> None:
    result = estimate("rubber_stamp_share", each(APPROVE, APPROVE | {"reviewer_id": None}))

    assert result.frame.in_scope == 2
    assert result.frame.excluded == (Exclusion("made by the system, without a reviewer", 1),)


def test_interval_is_wilson_on_the_effective_sample() -> None:
    """Three reviewers with 4 of 4, 0 of 4 and 2 of 4 stamps: p = 1/2, so V = 3/2 * 8 / 144."""
    rows = [
        row | {"reviewer_id": reviewer}
        for reviewer, bulk in (("a", 4), ("b", 0), ("c", 2))
        for row in each(*[APPROVE | {"bulk": at < bulk} for at in range(4)])
    ]
    rows = [row | {"item_id": row["reviewer_id"] + row["item_id"]} for row in rows]
    result = estimate("rubber_stamp_share", rows)
    inflation = 3 / 2 * 8 / 144 * 12 / (1 / 2 * 1 / 2)

    assert (result.n, result.value) == (12, 0.5)
    assert (result.low, result.high) == pytest.approx(wilson(6 / inflation, 12 / inflation))


reviews_ = st.fixed_dictionaries(
    {"closed_at": st.none() | instants(), "first_due_at": st.none() | instants()}
)
times = st.sampled_from([day(10), day(10) + 2 * SECOND, day(10) + 3 * SECOND]) | instants()
decisions_ = st.fixed_dictionaries(
    {
        "review_id": st.sampled_from(["a", "b"]),
        "item_id": st.sampled_from(["1", "2"]),
        "stage": st.sampled_from([1, 2, 10]),
        "source": st.sampled_from(["x", "x", "y"]),
        "reviewer_id": st.sampled_from(["eve", "eve", "bob", None]),
        "decision": st.sampled_from(
            ["approve", "approve", "revoke", "modify", "dont_know", "not_reviewed"]
        ),
        "decided_at": st.none() | times,
        "bulk": st.sampled_from([None, False, False, True]),
        "seconds_on_item": st.sampled_from([None, None, 0, 2, 3]),
        "pre_flagged": st.sampled_from([None, False, True]),
    }
)


def key(row):
    return row["review_id"], row["item_id"], row["stage"]


@settings(deadline=None, max_examples=150)
@given(st.tuples(reviews_, reviews_), st.lists(decisions_, max_size=9, unique_by=key))
def test_queries_count_as_the_plain_loops_do(reviews, decisions) -> None:
    tables = {
        "access_reviews": [
            row | {"review_id": name} for name, row in zip("ab", reviews, strict=True)
        ],
        "review_decisions": [
            row | {"source_record_id": str(number)} for number, row in enumerate(decisions)
        ],
    }
    items, stamps = (counted(measure.query, tables) for measure in REVIEWS)

    for period in PERIODS:
        found = Counter()
        for row in items.get(("acme", period[0]), []):
            found.update(row)
        assert +found == oracle_reviews.recall(tables, period)

        clusters, without = Counter(), 0
        for row in stamps.get(("acme", period[0]), []):
            clusters[row["decisions"], row["stamps"]] += row["reviewers"]
            without += row["without_reviewer"]
        assert (+clusters, without) == oracle_reviews.clusters(tables, period)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 6),
    st.lists(st.sampled_from(["approve"] * 30 + ["revoke"]), min_size=18, max_size=23),
)
def test_all_approvers_are_those_of_the_plain_loops(flagged, words) -> None:
    rows = each(*(decision(word, pre_flagged=at < flagged) for at, word in enumerate(words)))
    tables = {
        "access_reviews": [review()],
        "review_decisions": [
            {"bulk": None, "seconds_on_item": None, "source": "feed"} | row for row in rows
        ],
    }
    (row,) = counted("reviews_decisions", tables)["acme", "P0"]
    (expected,), _ = oracle_reviews.clusters(tables, PERIODS[0])

    assert (row["decisions"], row["stamps"]) == expected
