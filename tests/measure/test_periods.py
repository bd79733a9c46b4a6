"""Tests for `plumbgate.measure.periods`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbgate.errors import UsageError
from plumbgate.measure.periods import MOST_PERIODS, Calendar, calendar, complete_periods, tenure
from plumbgate.measure.settings import Settings

QUARTERS = Calendar(months=3)
MONTHS = Calendar(months=1)
NINETY_ONE = Calendar(days=91, origin=date(2024, 1, 1))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


HOLDS = {
    "first instant of a quarter": (QUARTERS, "2025-04-01", "2025-Q2", "2025-04-01", "2025-07-01"),
    "last instant of a quarter": (
        QUARTERS,
        "2025-03-31T23:59:59.999999",
        "2025-Q1",
        "2025-01-01",
        "2025-04-01",
    ),
    "last quarter of a year": (QUARTERS, "2024-12-31", "2024-Q4", "2024-10-01", "2025-01-01"),
    "a leap month": (MONTHS, "2024-02-29T12:00", "2024-02", "2024-02-01", "2024-03-01"),
    "last month of a year": (MONTHS, "2024-12-31", "2024-12", "2024-12-01", "2025-01-01"),
    "an early year": (MONTHS, "0987-05-05", "0987-05", "0987-05-01", "0987-06-01"),
    "days from the origin": (
        NINETY_ONE,
        "2024-01-01",
        "2024-01-01.91d",
        "2024-01-01",
        "2024-04-01",
    ),
    "days, the next period": (
        NINETY_ONE,
        "2024-04-01",
        "2024-04-01.91d",
        "2024-04-01",
        "2024-07-01",
    ),
    "days before the origin": (
        NINETY_ONE,
        "2023-12-31T23:59",
        "2023-10-02.91d",
        "2023-10-02",
        "2024-01-01",
    ),
}


@pytest.mark.parametrize(("cut", "instant", "name", "start", "end"), HOLDS.values(), ids=HOLDS)
def test_the_period_that_holds_an_instant(cut, instant, name, start, end) -> None:
    period = cut.period(cut.number(utc(instant)))

    assert (period.id, period.start, period.end) == (name, utc(start), utc(end))
    assert period.complete


COMPLETE = {
    "ends at as_of": ("2024-11-20", "2025-04-01", ["2024-Q4", "2025-Q1"]),
    "ends just after as_of": ("2024-11-20", "2025-03-31T23:59:59", ["2024-Q4"]),
    "first record in the running period": ("2025-03-01", "2025-03-31", []),
    "first record after as_of": ("2026-03-01", "2025-03-31", []),
}


@pytest.mark.parametrize(("first", "as_of", "names"), COMPLETE.values(), ids=COMPLETE)
def test_complete_periods(first, as_of, names) -> None:
    periods = complete_periods(QUARTERS, "acme", utc(first), utc(as_of))

    assert [period.id for period in periods] == names


def test_an_instant_of_the_year_one_is_refused() -> None:
    with pytest.raises(UsageError, match=r"first record of acme, 0001-01-01.*correct that record"):
        complete_periods(QUARTERS, "acme", utc("0001-01-01"), utc("2025-04-01"))


def test_as_many_periods_as_are_allowed() -> None:
    start = utc("2025-01-01") - timedelta(days=91 * MOST_PERIODS)
    cut = Calendar(days=91, origin=date(2025, 1, 1))

    assert len(complete_periods(cut, "acme", start, utc("2025-01-01"))) == MOST_PERIODS
    with pytest.raises(UsageError):
        complete_periods(cut, "acme", start - timedelta(microseconds=1), utc("2025-01-01"))


CHOSEN = {
    "the default": (Settings(), QUARTERS),
    "month": (Settings(period="month", remediation_window=14), MONTHS),
    "days": (Settings(period="91d", origin=date(2024, 1, 1)), NINETY_ONE),
}


@pytest.mark.parametrize(("settings", "cut"), CHOSEN.values(), ids=CHOSEN)
def test_calendar(settings, cut) -> None:
    assert calendar(settings) == cut


REFUSED = {
    "unknown word": (Settings(period="year"), "`year` is not a period"),
    "no days": (Settings(period="0d", origin=date(2024, 1, 1)), "`0d` is not a period"),
    "no unit": (Settings(period="91", origin=date(2024, 1, 1)), "`91` is not a period"),
    "days without origin": (Settings(period="91d"), "needs an origin"),
    "window over half a quarter": (Settings(remediation_window=45.1), "at most half"),
    "window over half a month": (Settings(period="month", remediation_window=14.5), "14 d"),
    "window over half of the days": (
        Settings(period="30d", origin=date(2024, 1, 1), remediation_window=15.5),
        "15 d",
    ),
    "no window": (Settings(remediation_window=0), "above 0"),
}


@pytest.mark.parametrize(("settings", "sentence"), REFUSED.values(), ids=REFUSED)
def test_settings_that_cannot_be_followed(settings, sentence) -> None:
    with pytest.raises(UsageError, match=sentence):
        calendar(settings)


TENURE = {
    "onboarded at a start": ("2024-01-01", "2024-07-01", 2),
    "onboarded inside a period": ("2024-01-01T00:00:01", "2024-07-01", 1),
    "onboarded in this period": ("2024-05-01", "2024-07-01", 0),
    "onboarded later": ("2025-05-01", "2024-07-01", 0),
}


@pytest.mark.parametrize(("onboarded", "end", "periods"), TENURE.values(), ids=TENURE)
def test_tenure(onboarded, end, periods) -> None:
    assert tenure(QUARTERS, utc(onboarded), utc(end)) == periods


CALENDARS = st.sampled_from([QUARTERS, MONTHS]) | st.builds(
    Calendar, days=st.integers(1, 400), origin=st.dates(date(1990, 1, 1), date(2040, 1, 1))
)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (Hypothesis wants naive limits)


@given(CALENDARS, INSTANTS)
def test_each_instant_lies_in_the_one_period_that_holds_it(cut, instant) -> None:
    number = cut.number(instant)
    period = cut.period(number)

    assert period.start <= instant < period.end
    assert cut.period(number + 1).start == period.end
    assert cut.period(number - 1).id < period.id < cut.period(number + 1).id
