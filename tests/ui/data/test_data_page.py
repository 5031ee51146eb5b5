"""The Data activity: found, looked at, checked, mended, asked."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from alphintra_desktop.market.store import list_series
from alphintra_desktop.ui.data.bars_table import BarsModel
from alphintra_desktop.ui.data.page import build
from alphintra_desktop.ui.data.tree_model import COLUMNS, SeriesModel
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.data_series import SeriesShown, read_series
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.ui.data.conftest import CHECKED, MENDED
from tests.workspace.broken_library import SWAPPED

LONG_MS = 60_000


def listed(page) -> list[str]:
    return [row.version.symbol for dataset in page.tree.model.datasets for row in dataset.series]


def show(qtbot, page, dataset: str, symbol: str) -> None:
    key = next(r.version.key for r in page.library.rows if r.version.key[:2] == (dataset, symbol))
    page.tree.choose(key)
    qtbot.waitUntil(
        lambda: (
            page.details.chart is not None
            and page.details.chart.series.version == page.details.row.version
        ),
        timeout=LONG_MS,
    )


def check(qtbot, page) -> None:
    """Look at the findings until they are there."""
    details = page.details
    details.tabs.setCurrentWidget(details.findings)
    known = details.row.version
    qtbot.waitUntil(lambda: page.work.inspection(known) is not None, timeout=LONG_MS)
    qtbot.waitUntil(lambda: bool(details.findings.findings), timeout=LONG_MS)


def current(dataset: str):
    return next(one for one in list_series() if one.dataset == dataset)


def test_that_the_first_series_is_shown_with_all_there_is(page):
    assert page.details.row.version.symbol == "ACME"
    assert "760 rows" in page.details.facts.text()
    assert len(listed(page)) == 10
    assert page.details.bars.model.rowCount() == 760
    assert page.details.versions.list.topLevelItemCount() == 1


def test_that_search_lists_what_matches_and_keeps_what_is_shown(qtbot, page):
    qtbot.keyClicks(page.tree.words, "sample ms")
    assert listed(page) == ["MSFT"]
    assert page.details.row.version.symbol == "ACME"
    page.tree.words.clear()
    assert len(listed(page)) == 10


def test_that_a_head_sorts_the_series_of_each_dataset(page):
    column = [name for name, *_ in COLUMNS].index("rows")
    page.tree.tree.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    sample = page.tree.model.datasets[-1]
    assert [row.version.rows for row in sample.series][:2] == [6225, 5031]


def test_that_the_keyboard_goes_from_series_to_series(qtbot, page):
    show(qtbot, page, "sample", "AAPL")
    page.tree.tree.setFocus()
    qtbot.keyClick(page.tree.tree, Qt.Key.Key_Down)
    assert page.details.row.version.symbol == "EURUSD"
    qtbot.waitUntil(lambda: page.details.chart.series.intraday, timeout=LONG_MS)


def test_that_bars_are_found_by_their_date(qtbot, page):
    bars = page.details.bars
    qtbot.keyClicks(bars.sought, "2012-05-29")
    qtbot.keyClick(bars.sought, Qt.Key.Key_Return)
    (row,) = bars.table.selectionModel().selectedRows(1)
    assert row.data() == "2012-05-29"
    bars.sought.setText("yesterday")
    qtbot.keyClick(bars.sought, Qt.Key.Key_Return)
    assert "such as" in bars._told.text()


def test_that_of_many_rows_only_a_part_is_given_to_the_table(page, monkeypatch):
    monkeypatch.setattr("alphintra_desktop.ui.data.bars_table.MOST_ROWS", 100)
    shown: SeriesShown = read_series(page.details.row.version)
    model = BarsModel()
    model.show_series(shown)
    assert (model.start, model.rowCount()) == (660, 100)
    model.show_series(shown, around=5)
    assert model.index(5, 0).data() == "6"


def test_that_findings_and_coverage_appear_once_they_are_looked_at(qtbot, page):
    show(qtbot, page, CHECKED, "ACME")
    check(qtbot, page)
    details = page.details
    assert any("40 sessions" in finding.message for finding in details.findings.findings)
    assert details.coverage.grid.coverage.present[1][3] == 0
    grid = details.coverage.grid
    details.tabs.setCurrentWidget(details.coverage)
    grid.setFocus()
    QTest.mouseMove(grid, grid.box(1, 3).center())
    grid.point((1, 3))
    assert details.coverage.told.text() == "Apr 2013: 0 of 22 sessions, 22 missing"
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert details.coverage.told.text().startswith("May 2013")


def test_that_a_finding_is_shown_in_the_chart_and_among_the_bars(qtbot, page):
    show(qtbot, page, CHECKED, "ACME")
    check(qtbot, page)
    findings = page.details.findings
    row = next(n for n, one in enumerate(findings.findings) if SWAPPED in one.place.rows)
    findings.list.setCurrentItem(findings.list.topLevelItem(row))
    findings.look_at.click()
    assert page.details.chart.stack.marked == SWAPPED
    assert page.details.bars.table.selectionModel().selectedRows()[0].row() == SWAPPED


def test_that_a_repair_asks_first_then_makes_a_version_and_can_be_undone(
    qtbot, page, workspace, answers
):
    show(qtbot, page, MENDED, "ACME")
    check(qtbot, page)
    findings, before = page.details.findings, current(MENDED)
    row = next(
        n for n, one in enumerate(findings.findings) if one.repair and SWAPPED in one.place.rows
    )
    findings.list.setCurrentItem(findings.list.topLevelItem(row))
    findings.repair.click()
    assert answers.asked[0].startswith("Repair ACME")
    assert current(MENDED) == before
    answers.answers = ["repair"]
    findings.repair.click()
    qtbot.waitUntil(lambda: current(MENDED) != before, timeout=LONG_MS)
    qtbot.waitUntil(lambda: page.details.row.versions == 2, timeout=LONG_MS)
    qtbot.waitUntil(lambda: len(page.details.versions.versions) == 2, timeout=LONG_MS)
    assert workspace.notices.all[-1].text.startswith("Repaired: ")
    assert findings.undo.isVisibleTo(page)
    findings.undo.click()
    qtbot.waitUntil(lambda: current(MENDED) == before, timeout=LONG_MS)
    qtbot.waitUntil(lambda: page.details.row.version == before, timeout=LONG_MS)
    assert not findings.undo.isVisibleTo(page)


def ask(qtbot, page, sql: str) -> None:
    view = page.details.sql
    page.details.tabs.setCurrentWidget(view)
    view.sql.setFocus()
    view.sql.selectAll()
    qtbot.keyClicks(view.sql, sql)
    view.ask()
    qtbot.waitUntil(view.run.isEnabled, timeout=LONG_MS)


def test_that_a_question_is_answered_and_its_answer_exported(qtbot, page, answers, tmp_path):
    ask(qtbot, page, "SELECT symbol, count(*) AS bars FROM sample_1d GROUP BY symbol ORDER BY 1")
    view = page.details.sql
    assert view.told.text() == "7 rows"
    assert (view.model.index(0, 0).data(), view.model.index(0, 1).data()) == ("AAPL", "3270")
    answers.answers = [tmp_path / "answer"]
    view.export.click()
    written = tmp_path / "answer.csv"
    qtbot.waitUntil(written.exists, timeout=LONG_MS)
    assert written.read_text().splitlines()[:2] == ["symbol,bars", "AAPL,3270"]


def test_that_a_question_that_would_write_is_refused_beside_the_box(qtbot, page):
    ask(qtbot, page, "DROP VIEW sample_1d")
    assert "Only one SELECT" in page.details.sql.told.text()
    ask(qtbot, page, "SELECT 1 AS one")
    assert page.details.sql.told.text() == "1 row"


def test_that_a_series_is_exported(qtbot, page, answers, tmp_path):
    answers.answers = [tmp_path / "bars.csv"]
    page.details.export.click()
    qtbot.waitUntil((tmp_path / "bars.csv").exists, timeout=LONG_MS)
    assert len((tmp_path / "bars.csv").read_text().splitlines()) == 761


def test_that_an_empty_library_says_how_to_import(qtbot, tmp_path, monkeypatch, jobs):
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path / "empty"))
    workspace = Workspace(Settings(tmp_path / "settings.json"), None, jobs)
    window, asked = QMainWindow(), []
    action = QAction("Import", window)
    action.setObjectName("data.import")
    action.triggered.connect(lambda: asked.append(True))
    page = build(workspace, Look(workspace.settings))
    window.setCentralWidget(page)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: page.library.was_read, timeout=LONG_MS)
    qtbot.waitUntil(lambda: page.shows_nothing, timeout=LONG_MS)
    page.tree.import_button.click()
    assert asked == [True]


def test_that_five_thousand_series_are_arranged_as_rows(qtbot, page):
    """The model asks only for what is in sight; it is built from plain values."""
    rows = [
        row._replace(version=row.version.__class__(**{**vars(row.version), "symbol": f"S{n:04d}"}))
        for n, row in enumerate([page.library.rows[0]] * 5000)
    ]
    model = SeriesModel(Look(Settings()))
    model.show_rows(rows)
    assert model.count == 5000
    model.search("S4999")
    assert model.index(0, 0, model.index(0, 0)).data() == "S4999"


def test_that_prices_that_are_no_bars_are_left_out_of_the_chart(page):
    assert np.isnan(page.details.chart.series.drawn.close[SWAPPED])
