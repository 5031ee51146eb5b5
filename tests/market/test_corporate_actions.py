"""Events found in adjusted closes: the ones that happened, and no others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.market.bars import Bars
from alphintra_desktop.market.corporate_actions import factor_of_events, from_adjusted_closes
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.market.store import load_bars
from alphintra_desktop.report import Report
from tests.market.bar_files import csv, written
from tests.shared_files import shared


def events(bars: Bars, column: str, nothing: float) -> dict[str, float]:
    """Date to value, of the first symbol."""
    values = bars[column][:, 0]
    rows = np.flatnonzero(values != nothing)
    return {str(bars.timestamps[row])[:10]: float(values[row]) for row in rows}


def sample(symbol: str) -> Bars:
    ensure_sample_data()
    return load_bars("sample", [symbol], "1d").bars


def test_that_the_splits_of_the_sample_shares_are_found_and_no_others() -> None:
    assert events(sample("AAPL"), "split", 1) == {"2000-06-21": 2, "2005-02-28": 2}
    assert events(sample("MSFT"), "split", 1) == {"2003-02-18": 2}
    for symbol in ("IBM", "GOOG", "FB", "SPX", "IXIC"):
        assert events(sample(symbol), "split", 1) == {}


def test_that_a_real_crash_is_no_split() -> None:
    bars = sample("AAPL")
    row = int(np.searchsorted(bars.timestamps, np.datetime64("2000-09-29")))

    assert bars["close"][row, 0] / bars["close"][row - 1, 0] < 0.5
    assert bars["split"][row, 0] == 1
    assert bars["dividend"][row, 0] == 0


def test_that_the_dividends_of_the_sample_shares_are_found_and_no_others() -> None:
    apple = events(sample("AAPL"), "dividend", 0)
    assert list(apple) == ["2012-08-09", "2012-11-07", "2013-02-07"]
    assert all(abs(cash - 2.65) < 0.11 for cash in apple.values())
    microsoft = events(sample("MSFT"), "dividend", 0)
    assert len(microsoft) == 37
    assert microsoft["2004-11-15"] == pytest.approx(3.08, abs=0.06)
    for symbol in ("GOOG", "FB", "SPX", "IXIC"):
        assert events(sample(symbol), "dividend", 0) == {}


def test_that_another_vendor_names_the_same_dividend_days() -> None:
    path = shared("data/test_only/daily/IBM.csv")
    import_file(path, "other", report=Report())
    other = events(load_bars("other", ["IBM"], "1d").bars, "dividend", 0)
    ours = events(sample("IBM"), "dividend", 0)

    assert len(ours) == 52
    assert list(ours) == [day for day in other if "2000-03-01" < day <= "2013-03-01"]
    assert all(abs(ours[day] - other[day]) < 0.03 for day in ours)


@pytest.mark.parametrize(
    ("symbol", "splits"),
    [
        ("AAPL", {"2000-06-21": 2, "2005-02-28": 2, "2014-06-09": 7, "2020-08-31": 4}),
        ("USO", {"2020-04-29": 0.125}),
        ("EEM", {"2005-06-09": 3, "2008-07-24": 3}),
        ("IWM", {"2005-06-09": 2}),
        ("SPY", {}),
    ],
)
def test_that_splits_are_found_in_the_files_of_another_vendor(
    symbol: str, splits: dict[str, float]
) -> None:
    import_file(shared(f"data/test_only/daily/{symbol}.csv"), "other", report=Report())

    assert events(load_bars("other", [symbol], "1d").bars, "split", 1) == splits


def test_that_a_stated_split_is_taken_as_stated() -> None:
    path = shared("data/formats/alphavantage_daily_adjusted_AIG.csv")
    import_file(path, "mine", symbol="AIG", report=Report())

    assert events(load_bars("mine", ["AIG"], "1d").bars, "split", 1) == {"2009-07-01": 0.05}


def test_that_the_found_events_make_the_factor_they_were_found_in() -> None:
    for symbol in ("AAPL", "MSFT", "IBM"):
        bars = sample(symbol)
        factor = bars["adj_factor"][:, 0]
        made = factor_of_events(*(bars[name][:, 0] for name in ("close", "split", "dividend")))

        # The rest is the rounding of closes to cents, a few ten-thousandths at most.
        np.testing.assert_allclose(made, factor / factor[-1], rtol=1e-6)


def test_that_a_holder_feels_no_jump_at_a_split() -> None:
    bars = sample("AAPL")
    splits = bars["split"][:, 0]
    held = np.cumprod(splits) * bars["close"][:, 0]
    for day in ("2000-06-21", "2005-02-28"):
        row = int(np.searchsorted(bars.timestamps, np.datetime64(day)))
        assert abs(held[row] / held[row - 1] - 1) < 0.12
        assert abs(bars["close"][row, 0] / bars["close"][row - 1, 0] - 1) > 0.4


def test_that_stated_events_without_a_factor_make_one(tmp_path: Path) -> None:
    rows = [
        "2020-01-01,10,10,10,10,0,0",
        "2020-01-02,10,10,10,10,1,",
        "2020-01-03,5,5,5,5,2.0,0",
        "2020-01-06,4,4,4,4,0,1",
    ]
    path = written(tmp_path, csv(rows, "date,open,high,low,close,stock splits,dividends"))

    import_file(path, "mine", report=Report())

    bars = load_bars("mine", ["ACME"], "1d").bars
    assert bars["split"][:, 0].tolist() == [1, 1, 2, 1]
    assert bars["dividend"][:, 0].tolist() == [0, 0, 0, 1]
    assert bars["adj_factor"][:, 0].tolist() == [0.4, 0.4, 0.8, 1]
    assert bars.adjusted()["close"][:, 0].tolist() == [4, 4, 4, 4]


def test_that_a_stated_split_that_prices_already_have_in_them_is_left_out(tmp_path: Path) -> None:
    rows = [f"2020-01-0{day},10,10,10,10,{2 if day == 3 else 0}" for day in (1, 2, 3, 6)]
    path = written(tmp_path, csv(rows, "date,open,high,low,close,splits"))

    notes = import_file(path, "mine", report=Report()).notes

    assert any("are already in its prices" in note for note in notes)
    assert not load_bars("mine", ["ACME"], "1d").bars["split"].max() > 1


@given(
    ratio=st.sampled_from(
        [(2, 1), (3, 1), (3, 2), (5, 4), (7, 1), (20, 1), (1, 2), (1, 8), (1, 20)]
    ),
    row=st.integers(1, 58),
    dividend_row=st.integers(1, 58),
    dividend=st.floats(0.5, 4.0),
    seed=st.integers(0, 10_000),
)
def test_that_a_split_and_a_dividend_put_into_prices_are_found_again(
    ratio: tuple[int, int], row: int, dividend_row: int, dividend: float, seed: int
) -> None:
    if row == dividend_row:
        return
    size = ratio[0] / ratio[1]
    walk = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, 60)))
    split = np.where(np.arange(60) == row, size, 1.0)
    prices = np.round(walk / np.cumprod(split) * max(size, 1), 2)
    opens = prices.copy()
    cash = np.where(np.arange(60) == dividend_row, np.round(dividend / 100 * prices, 2), 0.0)
    adjusted = np.round(prices * factor_of_events(prices, split, cash), 6)

    found = from_adjusted_closes(opens, prices, adjusted)

    assert found.split.tolist() == split.tolist()
    assert np.flatnonzero(found.dividend).tolist() == [dividend_row]
    held = prices[dividend_row - 1]
    assert found.dividend[dividend_row] == pytest.approx(cash[dividend_row], abs=held * 1e-3)


@given(seed=st.integers(0, 10_000), decimals=st.integers(2, 4), price=st.floats(2, 500))
def test_that_rounding_alone_makes_no_event(seed: int, decimals: int, price: float) -> None:
    exact = price * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.02, 200)))
    closes = np.round(exact, 2)

    found = from_adjusted_closes(closes, closes, np.round(exact * 0.5, decimals))

    assert (found.split == 1).all()
    assert (found.dividend == 0).all()


def test_that_the_adjusted_close_is_met_to_the_last_bits() -> None:
    path = shared("data/ship/daily/AAPL.parquet")
    bars = sample("AAPL").adjusted()

    adjusted = pd.read_parquet(path)["adj_close"]

    np.testing.assert_allclose(bars["close"][:, 0], adjusted, rtol=1e-15)
