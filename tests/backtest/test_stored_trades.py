"""Trades as columns: searched, sorted, copied and exported."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.backtest.artifacts import csv_text
from alphintra_desktop.backtest.stored_trades import (
    COLUMNS,
    TradeFilter,
    in_order,
    matching,
    read_trades,
    text_of_trades,
)
from tests.backtest.made_results import Held, made_bars, made_result


@pytest.fixture
def made(tmp_path):
    close = 100 + np.sin(np.arange(80.0))[:, None] * np.array([1.0, 3.0])
    held = [
        Held(5, 9),
        Held(7, 12, column=1, reason="stop loss"),
        Held(15, 30, side=-1),
        Held(33, 41, column=1, side=-1, reason="take profit"),
        Held(60, None, column=1),
    ]
    result = made_result(made_bars(close, symbols=("=SUM", "SPY")), held)
    file = tmp_path / "trades.csv"
    file.write_text(csv_text(result.trades), encoding="utf-8")
    return read_trades(file, result.bars.timestamps), result.trades


def test_that_symbols_come_back_as_they_were_although_their_file_is_safe(made):
    trades, table = made
    assert trades.symbol.tolist() == table["symbol"].tolist()
    assert trades.ending.tolist()[-1] == "still open"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (TradeFilter(), [0, 1, 2, 3, 4]),
        (TradeFilter(words="spy"), [1, 3, 4]),
        (TradeFilter(words="spy stop"), [1]),
        (TradeFilter(side="short"), [2, 3]),
        (TradeFilter(outcome="open"), [4]),
        (TradeFilter(words="nothing like it"), []),
    ],
)
def test_that_a_filter_lets_pass_what_it_asks_for(made, asked, expected):
    assert matching(made[0], asked).tolist() == expected


def test_that_won_and_lost_are_everything(made):
    trades, _ = made
    won, lost = (matching(trades, TradeFilter(outcome=each)) for each in ("won", "lost"))
    assert sorted([*won, *lost]) == list(range(len(trades)))
    assert (trades.profit[won] > 0).all()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", [column.name for column in COLUMNS])
def test_that_every_column_sorts_as_pandas_does(made, column, descending):
    trades, table = made
    rows = np.arange(len(trades))
    found = in_order(trades, rows, column, descending=descending)
    own = {"number": np.arange(1, len(trades) + 1), "ending": trades.ending}
    values = pd.Series(own[column] if column in own else table[column].to_numpy())
    expected = values.sort_values(ascending=not descending, kind="stable", na_position="last")
    assert values.iloc[found].tolist() == expected.tolist()


def test_that_missing_numbers_come_last_either_way(made):
    trades, _ = made
    trades.profit[1] = np.nan
    for descending in (False, True):
        rows = in_order(trades, np.arange(len(trades)), "profit", descending=descending)
        assert rows[-1] == 1


def test_that_an_export_has_all_digits_and_no_formula(made):
    trades, table = made
    rows = np.array([2, 0])
    read = list(csv.DictReader(io.StringIO(text_of_trades(trades, rows, daily=True))))
    assert [row["#"] for row in read] == ["3", "1"]
    assert read[0]["Symbol"] == "'=SUM"
    assert [float(row["Profit"]) for row in read] == table["profit"].to_numpy()[rows].tolist()
    assert read[1]["Entry"] == str(table["entry_time"][0].date())


def test_that_a_copy_is_parted_by_tabs(made):
    lines = text_of_trades(made[0], np.array([1]), daily=True, separator="\t").splitlines()
    assert lines[0].split("\t")[:3] == ["#", "Symbol", "Side"]
    assert lines[1].split("\t")[1] == "SPY"
    assert len(lines) == 2


def test_that_a_run_without_trades_has_an_empty_table(tmp_path):
    result = made_result(made_bars(np.arange(1.0, 20.0)), [])
    file = tmp_path / "trades.csv"
    file.write_text(csv_text(result.trades), encoding="utf-8")
    trades = read_trades(file, result.bars.timestamps)
    assert len(trades) == 0
    assert matching(trades, TradeFilter(words="x", side="long", outcome="won")).tolist() == []
