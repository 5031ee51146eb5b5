"""The trade table: sorted, searched, copied and exported, also with a hundred thousand rows."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from alphintra_desktop.backtest.stored_run import stored_run
from alphintra_desktop.backtest.stored_trades import COLUMNS, StoredTrades
from alphintra_desktop.ui.results.trades_view import TradesView
from tests.ui.results.conftest import BREAKOUT

NUMBER_OF = {column.name: number for number, column in enumerate(COLUMNS)}


@pytest.fixture
def exported():
    return []


@pytest.fixture
def view(qtbot, runs, exported):
    made = TradesView(lambda written: exported.append(written()))
    qtbot.addWidget(made)
    made.show_run(stored_run(runs.folders[BREAKOUT]))
    return made


def column_of(view, name: str) -> list[str]:
    rows = range(view.model.rowCount())
    return [view.model.index(row, NUMBER_OF[name]).data() for row in rows]


def test_that_every_trade_is_listed_in_order(view, runs):
    trades = stored_run(runs.folders[BREAKOUT]).trades
    assert column_of(view, "number") == [str(number + 1) for number in range(len(trades))]
    assert column_of(view, "ending")[-1] == "still open"


def test_that_clicking_a_head_sorts_by_its_column(qtbot, view):
    head = view.table.horizontalHeader()
    place = head.sectionViewportPosition(NUMBER_OF["profit"]) + 20
    for descending in (False, True):
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place, 8))
        rows = [view.model.trade_at(row) for row in range(view.model.rowCount())]
        profit = view.model._run.trades.profit[rows]
        steps = np.diff(profit)
        assert (steps <= 0 if descending else steps >= 0).all()


def test_that_what_is_typed_is_searched_for(qtbot, view):
    every = column_of(view, "ending")
    qtbot.keyClicks(view.words, "stop")
    qtbot.waitUntil(lambda: view.model.rowCount() < len(every))
    assert set(column_of(view, "ending")) == {"stop loss"}
    assert view._count.text() == f"{every.count('stop loss')} of {len(every)} trades"


def test_that_only_winners_are_listed_when_asked_for(view):
    view.outcome.setCurrentText("Won")
    assert 0 < view.model.rowCount() < len(view.model._run.trades)
    assert not any(text.startswith("−") for text in column_of(view, "profit"))  # noqa: RUF001


def test_that_the_selected_rows_are_copied_for_a_spreadsheet(qtbot, view):
    QGuiApplication.clipboard().clear()
    view.table.selectRow(3)
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(QGuiApplication.clipboard().text().splitlines()) == 2)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1].split("\t")[0] == "4"


def test_that_the_listed_trades_are_exported_in_their_order(qtbot, view, exported):
    view.table.sortByColumn(NUMBER_OF["return_fraction"], Qt.SortOrder.DescendingOrder)
    view.outcome.setCurrentText("Lost")
    qtbot.mouseClick(view.export_button, Qt.MouseButton.LeftButton)
    rows = list(csv.DictReader(io.StringIO(exported[0])))
    returns = [float(row["Return"]) for row in rows]
    assert len(rows) == view.model.rowCount()
    assert returns == sorted(returns, reverse=True)
    assert max(returns) <= 0


def test_that_selecting_a_row_chooses_its_trade_however_it_is_sorted(qtbot, view):
    view.table.sortByColumn(NUMBER_OF["profit"], Qt.SortOrder.DescendingOrder)
    best = int(np.argmax(view.model._run.trades.profit))
    with qtbot.waitSignal(view.trade_chosen) as chosen:
        view.table.selectRow(0)
    assert chosen.args == [best]


def test_that_a_hundred_thousand_trades_are_listed_sorted_and_searched(qtbot, runs, view):
    run = stored_run(runs.folders[BREAKOUT])
    many = np.arange(100_000) % len(run.trades)
    columns = {name: getattr(run.trades, name)[many] for name in StoredTrades.__dataclass_fields__}
    view.show_run(replace(run, trades=StoredTrades(**columns)))
    view.show()
    assert view.model.rowCount() == 100_000
    view.table.sortByColumn(NUMBER_OF["return_fraction"], Qt.SortOrder.AscendingOrder)
    assert view.model.trade_at(0) % len(run.trades) == int(np.argmin(run.trades.return_fraction))
    view.table.scrollToBottom()
    assert not view.grab().isNull()
