"""Numbers and texts that mean times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.timeframes import canonical_timeframe
from alphintra_desktop.market.times import clock_seconds, from_numbers, parsed, time_format

DATES = st.dates(date(1700, 1, 1), date(2249, 12, 31))


@given(days=st.lists(DATES, min_size=1))
def test_that_dates_as_digits_are_those_dates(days: list[date]) -> None:
    digits = np.array([int(f"{day:%Y%m%d}") for day in days])

    assert from_numbers(digits).astype("datetime64[D]").tolist() == days


@given(number=st.integers(17_000_101, 22_491_231))
def test_that_digits_are_a_date_exactly_if_the_calendar_has_it(number: int) -> None:
    try:
        expected = np.datetime64(datetime.strptime(str(number), "%Y%m%d").date())
    except ValueError:
        expected = np.datetime64("NaT")

    found = from_numbers(np.array([20200101, number]))[1]

    assert np.isnat(found) if np.isnat(expected) else found == expected


@given(
    moment=st.datetimes(datetime(1974, 1, 1), datetime(2200, 1, 1)),
    unit=st.sampled_from(["s", "ms", "us", "ns"]),
)
def test_that_an_epoch_number_is_its_moment_in_any_unit(moment: datetime, unit: str) -> None:
    stamp = np.datetime64(moment.replace(microsecond=0), unit)

    assert from_numbers(np.array([stamp.astype(np.int64)]))[0] == stamp


@given(clock=st.integers(-5, 300_000))
def test_that_clocks_as_digits_are_times_of_a_day(clock: int) -> None:
    hours, minutes, seconds = clock // 10_000, clock // 100 % 100, clock % 100
    sound = clock >= 0 and hours < 24 and minutes < 60 and seconds < 60

    found = clock_seconds(np.array([clock]))[0]

    assert np.isnat(found) != sound
    if sound:
        assert found == timedelta(hours=hours, minutes=minutes, seconds=seconds)


@given(moment=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_that_iso_texts_are_read_as_utc(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC).isoformat()

    assert parsed(moment.isoformat()) == parsed(aware) == np.datetime64(moment, "us")


@pytest.mark.parametrize(
    "text", ["", "soon", "2020-13-01", "12/31/2020", "1066-10-14", "9999-01-01"]
)
def test_that_other_texts_are_no_times(text: str) -> None:
    assert parsed(text) is None


@pytest.mark.parametrize(
    "texts", [[], ["", " "], ["soon"], ["1/2/2020"], ["13/13/2020"], ["12:30"]]
)
def test_that_unreadable_samples_have_no_format(texts: list[str]) -> None:
    assert time_format(texts) is None


@pytest.mark.parametrize(
    ("written", "stored"),
    [("60m", "1h"), ("3600s", "1h"), ("90m", "90m"), ("120s", "2m"), ("1d", "1d"), ("24h", "24h")],
)
def test_that_a_timeframe_has_one_spelling(written: str, stored: str) -> None:
    assert canonical_timeframe(written) == stored


@pytest.mark.parametrize("text", ["", "0m", "h", "1x", "-1d", "1 d"])
def test_that_nonsense_is_no_timeframe(text: str) -> None:
    with pytest.raises(AlphintraError, match="is not a timeframe"):
        canonical_timeframe(text)
