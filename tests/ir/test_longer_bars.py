"""Longer bars are what a calendar says they are, and are shown when they are over, not before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir import formulas, ops
from alphintra_desktop.ir.formulas import longer_bars, on_bar_close, period_numbers, period_starts
from alphintra_desktop.ir.reference import evaluate
from tests.ir.examples import CLOSE, DAYS, FOUR_HOURS, HOURS, MONTHS, WEEKS, on_close
from tests.ir.tables import NAMES, Table, random_table
from tests.shared_files import shared

RULES = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}


def bars_of(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    stamps = pd.DatetimeIndex(frame["timestamp"])
    stamps = stamps.tz_localize(None) if stamps.tz is not None else stamps
    columns = {name: frame[name].to_numpy(dtype=float) for name in RULES}
    return {"timestamp": stamps.to_numpy().astype("datetime64[ns]"), **columns}


@pytest.fixture(scope="module")
def google():
    return bars_of(pd.read_parquet(shared("data/ship/daily/GOOG.parquet")))


@pytest.fixture(scope="module")
def euro():
    return bars_of(pd.read_parquet(shared("data/ship/hourly/EURUSD_ask.parquet")))


def at(bars, day):
    return int(np.flatnonzero(bars["timestamp"] == np.datetime64(day))[0])


def same_as_pandas(longer, bars, rule, **options):
    frame = pd.DataFrame(bars).set_index("timestamp")
    expected = frame.resample(rule, **options).agg(RULES).dropna(subset="close")
    np.testing.assert_array_equal(longer["timestamp"], expected.index.to_numpy())
    for name in ("open", "high", "low", "close"):
        np.testing.assert_array_equal(longer[name], expected[name])
    np.testing.assert_allclose(longer["volume"], expected["volume"], rtol=1e-12)


def test_that_weeks_of_real_days_are_those_that_pandas_makes(google):
    longer = longer_bars(google, "1w", "1d", True)
    same_as_pandas(longer, google, "W-MON", label="left", closed="left")


def test_that_months_and_quarters_of_real_days_are_those_that_pandas_makes(google):
    same_as_pandas(longer_bars(google, "1mo", "1d", True), google, "MS")
    same_as_pandas(longer_bars(google, "3mo", "1d", True), google, "QS")


def test_that_four_hours_and_days_of_real_hours_are_those_that_pandas_makes(euro):
    same_as_pandas(longer_bars(euro, "4h", "1h", True), euro, "4h")
    same_as_pandas(longer_bars(euro, "1d", "1h", True), euro, "D")


def test_that_a_week_is_known_from_the_close_of_friday_on(google):
    longer = longer_bars(google, "1w", "1d", True)
    shown = on_bar_close(longer["close"], longer)
    close = google["close"]
    # Monday 2010-03-22 to Friday 2010-03-26, an ordinary week.
    monday, thursday, friday = (at(google, f"2010-03-{day}") for day in (22, 25, 26))
    assert friday - monday == 4
    assert (shown[monday:friday] == close[monday - 1]).all()
    assert shown[friday] == close[friday]
    assert shown[friday + 1] == close[friday]
    # 2010-04-02 was Good Friday. On Thursday's close nobody's clock says that the week is over.
    thursday = at(google, "2010-04-01")
    assert google["timestamp"][thursday + 1] == np.datetime64("2010-04-05")
    assert shown[thursday] == close[friday]
    assert shown[thursday + 1] == close[thursday]


def test_that_a_month_that_ends_on_a_weekend_is_known_on_its_last_weekday(google):
    longer = longer_bars(google, "1mo", "1d", True)
    shown = on_bar_close(longer["close"], longer)
    friday = at(google, "2010-01-29")
    assert shown[friday] == google["close"][friday]
    assert shown[friday - 1] == google["close"][at(google, "2009-12-31")]
    every_day = longer_bars(google, "1mo", "1d", False)
    late = on_bar_close(every_day["close"], every_day)
    assert late[friday] == google["close"][at(google, "2009-12-31")]
    assert late[friday + 1] == google["close"][friday]


def test_that_the_clock_alone_says_when_four_hours_are_over(euro):
    longer = longer_bars(euro, "4h", "1h", True)
    shown = on_bar_close(longer["close"], longer)
    hour = euro["timestamp"].astype("datetime64[h]").astype(int) % 24
    own = np.searchsorted(longer["timestamp"], euro["timestamp"], side="right") - 1
    over = hour % 4 == 3
    np.testing.assert_array_equal(shown[over], longer["close"][own[over]])
    first = int(np.flatnonzero(own > 0)[0])
    waiting = np.flatnonzero(~over & (np.arange(len(own)) >= first))
    np.testing.assert_array_equal(shown[waiting], longer["close"][own[waiting] - 1])
    assert np.isnan(shown[: min(first, int(np.flatnonzero(over)[0]))]).all()


def stamps(*texts):
    return np.array(texts, dtype="datetime64[ns]")


def bars_at(timestamp):
    values = np.arange(1.0, len(timestamp) + 1)
    return {"timestamp": timestamp, **dict.fromkeys(NAMES, values)}


def test_that_a_weekend_bar_of_a_weekday_market_counts_for_the_week_after():
    days = stamps("2024-01-04", "2024-01-05", "2024-01-06", "2024-01-08", "2024-01-12")
    longer = longer_bars(bars_at(days), "1w", "1d", True)
    np.testing.assert_array_equal(longer["timestamp"], stamps("2024-01-01", "2024-01-08"))
    np.testing.assert_array_equal(longer["close"], [2, 5])
    np.testing.assert_array_equal(longer["last_complete"], [-1, 0, 0, 0, 1])


def test_that_two_days_of_a_weekday_market_are_counted_in_weekdays():
    following = formulas.next_starts(stamps("2024-01-04", "2024-01-05", "2024-01-06"), "2d", True)
    np.testing.assert_array_equal(following, stamps("2024-01-08", "2024-01-09", "2024-01-09"))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("30s", "2024-01-31T10:00:30"),
        ("15m", "2024-01-31T10:15"),
        ("4h", "2024-01-31T14:00"),
        ("1d", "2024-02-01T10:00"),
        ("2w", "2024-02-14T10:00"),
        ("1mo", "2024-02-01"),
    ],
)
def test_that_the_next_bar_can_start_one_step_later(step, expected):
    following = formulas.next_starts(stamps("2024-01-31T10:00"), step, False)
    assert following[0] == np.datetime64(expected)


@pytest.mark.parametrize(
    "timeframe", ["30s", "5m", "1h", "4h", "1d", "3d", "1w", "2w", "1mo", "3mo"]
)
def test_that_a_period_starts_at_or_before_its_bars_also_before_1970(timeframe):
    hours = np.datetime64("1968-11-01T07:13:21", "ns") + np.arange(2000) * np.timedelta64(37, "h")
    number = period_numbers(hours, timeframe)
    starts = period_starts(number, timeframe)
    assert (starts <= hours).all()
    assert (np.diff(number) >= 0).all()
    np.testing.assert_array_equal(period_numbers(starts, timeframe), number)
    np.testing.assert_array_equal(
        period_numbers(starts - np.timedelta64(1, "s"), timeframe), number - 1
    )
    if timeframe.endswith("w"):
        assert set((starts.astype("datetime64[D]").astype(int) + 3) % 7) == {0}


@pytest.mark.parametrize("rows", [0, 1])
def test_that_few_or_no_bars_make_few_or_no_longer_ones(rows):
    longer = longer_bars(bars_at(stamps("2024-01-05")[:rows]), "1w", "1d", True)
    assert all(len(values) == rows for values in longer.values())
    assert on_bar_close(longer["close"], longer).tolist() == [1.0][:rows]


def test_that_missing_prices_make_missing_longer_bars():
    bars = bars_at(stamps("2024-01-01", "2024-01-02", "2024-01-08"))
    bars["high"] = np.array([np.nan, 3, 4])
    bars["low"] = np.array([3, np.nan, 4])
    longer = longer_bars(bars, "1w", "1d", True)
    np.testing.assert_array_equal(longer["high"], [np.nan, 4])
    table = Table(bars["timestamp"], ("AA",), {n: bars[n][:, None] for n in NAMES})
    for name in ("high", "low"):
        theirs = evaluate(ops.Column(WEEKS, name), table)
        np.testing.assert_array_equal(longer[name], theirs[:, 0])


def test_that_the_reference_gives_longer_bars_on_their_own_calendar():
    days = stamps("2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09")
    close = np.array([[1, 5], [2, np.nan], [3, np.nan], [4, 6.0]])
    table = Table(days, ("AA", "BB"), dict.fromkeys(NAMES, close))
    weekly = ops.Add(ops.Column(WEEKS, "close"), ops.Constant(10))
    np.testing.assert_array_equal(evaluate(weekly, table), [[12, 15], [14, 16]])
    back = ops.OnBarClose(weekly, WEEKS, DAYS)
    np.testing.assert_array_equal(
        evaluate(back, table), [[np.nan, np.nan], [12, np.nan], [12, np.nan], [12, 15]]
    )
    # Two equal ops that are not the same object are one timeframe.
    again = ops.Column(ops.HigherTimeframe(DAYS, "1w"), "open")
    spread = ops.Subtract(ops.Column(WEEKS, "close"), again)
    np.testing.assert_array_equal(evaluate(spread, table), [[1, 0], [1, 0]])


def test_that_the_reference_refuses_to_mix_timeframes():
    table = random_table(1, 10)
    with pytest.raises(AlphintraError, match="mixes numbers of different timeframes"):
        evaluate(ops.Add(CLOSE, ops.Column(FOUR_HOURS, "close")), table)
    with pytest.raises(AlphintraError, match="not made of the bars"):
        evaluate(ops.OnBarClose(CLOSE, HOURS, FOUR_HOURS), table)
    # Months of weeks, brought back to the weeks.
    weeks = len(evaluate(ops.Column(WEEKS, "close"), table))
    assert evaluate(on_close("close", MONTHS), table).shape == (weeks, 3)
