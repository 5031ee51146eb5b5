"""The tables of orders and trades: their columns, and that nothing is mixed up between symbols."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.backtest.tables import orders_table, trades_table
from alphintra_desktop.simulation.event_engine import simulate
from alphintra_desktop.simulation.rules import Rules
from alphintra_desktop.simulation.simulated import Prices
from alphintra_desktop.simulation.trades import round_trips
from tests.backtest.made_results import ORDER_COLUMNS, TRADE_COLUMNS, made_bars
from tests.simulation.made_markets import decided

CLOSE = np.array([[8.0, 16.0], [8.0, 16.0], [16.0, 8.0], [16.0, 8.0], [16.0, 8.0], [16.0, 8.0]])


@pytest.fixture
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders and trades of one long trade in AAA and one short one in BBB that stays open."""
    bars = made_bars(CLOSE, first="2024-01-01", symbols=("AAA", "BBB"))
    rules = Rules(cash=1024.0, short_side=True, commission_per_order=1.0)
    prices = Prices(*(bars[name] for name in Prices._fields))
    first, third = np.zeros((6, 2), bool), np.zeros((6, 2), bool)
    first[0, 0], third[2, 0] = True, True
    short = np.zeros((6, 2), bool)
    short[1, 1] = True
    decisions = decided(prices, long_entry=first, long_exit=third, short_entry=short, size=0.5)
    found = simulate(rules, prices, decisions)
    return orders_table(found, bars), trades_table(round_trips(rules, prices, found), bars)


def test_that_the_tables_have_exactly_the_columns_a_result_promises(
    tables: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    orders, trades = tables
    assert list(orders.columns) == ORDER_COLUMNS
    assert list(trades.columns) == TRADE_COLUMNS


def test_that_orders_are_in_order_with_their_side_in_a_word(
    tables: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    orders, _ = tables
    assert orders["bar"].tolist() == [1, 2, 3]
    assert orders["time"].tolist() == list(
        pd.to_datetime(["2024-01-02", "2024-01-03", "2024-01-04"])
    )
    assert orders["symbol"].tolist() == ["AAA", "BBB", "AAA"]
    assert orders["side"].tolist() == ["buy", "sell", "sell"]
    assert (orders["shares"] > 0).all()
    assert orders["price"].tolist() == [8.0, 16.0, 16.0]
    assert orders["cost"].tolist() == [1.0, 1.0, 1.0]
    assert orders["reason"].tolist() == ["entry", "entry", "exit"]


def test_that_a_closed_trade_and_an_open_one_say_all_about_themselves(
    tables: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    _, trades = tables
    closed, still_open = trades.iloc[0], trades.iloc[1]

    assert (closed["symbol"], closed["side"], closed["status"]) == ("AAA", "long", "closed")
    assert closed["entry_time"] == pd.Timestamp("2024-01-02")
    assert closed["exit_time"] == pd.Timestamp("2024-01-04")
    assert (closed["entry_bar"], closed["exit_bar"], closed["bars_held"]) == (1, 3, 2)
    assert (closed["entry_price"], closed["exit_price"]) == (8.0, 16.0)
    assert closed["exit_reason"] == "exit"
    assert closed["profit"] == pytest.approx(8.0 * closed["shares"] - 2.0)

    assert (still_open["symbol"], still_open["side"]) == ("BBB", "short")
    assert (still_open["status"], still_open["exit_reason"]) == ("open", "end")
    assert still_open["exit_time"] == pd.Timestamp("2024-01-08")
    assert (still_open["entry_price"], still_open["exit_price"]) == (16.0, 8.0)
    assert not trades["ambiguous"].any()


def test_that_times_flags_and_numbers_are_stored_as_such(
    tables: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    orders, trades = tables
    assert orders["time"].dtype == trades["entry_time"].dtype == np.dtype("datetime64[ns]")
    assert trades["ambiguous"].dtype == bool
    assert trades["bars_held"].dtype == trades["entry_bar"].dtype == np.int64
    assert trades["profit"].dtype == np.float64


def test_that_no_fills_make_empty_tables_with_all_columns() -> None:
    bars = made_bars(CLOSE)
    rules, prices = Rules(), Prices(*(bars[name] for name in Prices._fields))
    found = simulate(rules, prices, decided(prices))
    assert len(orders_table(found, bars)) == 0
    trades = trades_table(round_trips(rules, prices, found), bars)
    assert len(trades) == 0
    assert list(trades.columns) == TRADE_COLUMNS
