"""Calendars chosen in the window, and the coverage of a whole dataset."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from alphintra_desktop.ui.data.dataset_map import DatasetGrid
from alphintra_desktop.workspace.calendar_names import chosen_calendar
from tests.ui.data.conftest import CHECKED
from tests.ui.data.test_data_page import LONG_MS, show


def choose(qtbot, page, word: str) -> None:
    row = page.details.coverage.calendar
    qtbot.waitUntil(lambda: row.editor.count() > 0, timeout=LONG_MS)
    at = row.editor.findText(word)
    row.editor.setCurrentIndex(at)
    row.editor.activated.emit(at)


def inspected(page):
    return page.work.inspection(page.details.row.version)


def test_that_a_calendar_is_chosen_and_left_to_a_guess_again(qtbot, page, workspace):
    show(qtbot, page, "sample", "GOOG")
    details = page.details
    details.tabs.setCurrentWidget(details.coverage)
    version = details.row.version
    qtbot.waitUntil(lambda: inspected(page) is not None, timeout=LONG_MS)
    assert inspected(page).coverage.calendar == "XNYS"
    choose(qtbot, page, "XLON  London")
    qtbot.waitUntil(lambda: chosen_calendar(version) == "XLON", timeout=LONG_MS)
    qtbot.waitUntil(
        lambda: inspected(page) is not None and inspected(page).coverage.calendar == "XLON",
        timeout=LONG_MS,
    )
    qtbot.waitUntil(details.coverage.calendar.reset.isVisible, timeout=LONG_MS)
    assert "of calendar XLON" in details.coverage.told.text()
    details.coverage.calendar.reset.click()
    qtbot.waitUntil(lambda: chosen_calendar(version) == "", timeout=LONG_MS)
    qtbot.waitUntil(
        lambda: inspected(page) is not None and inspected(page).coverage.calendar == "XNYS",
        timeout=LONG_MS,
    )


def test_that_a_calendar_that_is_not_there_is_refused(qtbot, page, workspace):
    show(qtbot, page, "sample", "GOOG")
    line = page.details.coverage.calendar.line
    page.details.tabs.setCurrentWidget(page.details.coverage)
    qtbot.waitUntil(lambda: inspected(page) is not None, timeout=LONG_MS)
    line.selectAll()
    qtbot.keyClicks(line, "MARS")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(workspace.notices.all), timeout=LONG_MS)
    assert "There is no calendar 'MARS'" in workspace.notices.all[-1].text


def test_that_a_dataset_is_a_heat_map_that_leads_to_its_series(qtbot, page):
    show(qtbot, page, "sample", "AAPL")
    details = page.details
    details.tabs.setCurrentWidget(details.dataset)
    qtbot.waitUntil(lambda: page.work.coverage("sample") is not None, timeout=LONG_MS)
    grid: DatasetGrid = details.dataset.grid
    qtbot.waitUntil(lambda: len(grid.coverage.series) == 8, timeout=LONG_MS)
    assert "8 series" in details.dataset.told.text()
    symbols = [one.symbol for one in grid.coverage.series]
    row = symbols.index("MSFT")
    qtbot.mouseMove(grid, grid.box(row, 100).center())
    grid.point((row, 100))
    assert details.dataset.told.text().startswith("MSFT 1d, ")
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.box(row, 100).center())
    assert details.row.version.symbol == "MSFT"
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert details.row.version.symbol == "SPX"
    assert grid.cell_at(QPoint(2, 2)) is None


def test_that_months_that_lack_sessions_stand_out(qtbot, page):
    show(qtbot, page, CHECKED, "ACME")
    details = page.details
    details.tabs.setCurrentWidget(details.dataset)
    qtbot.waitUntil(lambda: page.work.coverage(CHECKED) is not None, timeout=LONG_MS)
    (series,) = page.work.coverage(CHECKED).series
    assert series.at(2013 * 12 + 3) == (22, 0)
    assert series.at(0) is None
    qtbot.waitUntil(lambda: "1 lack some" in details.dataset.told.text(), timeout=LONG_MS)
