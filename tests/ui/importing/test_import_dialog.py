"""The import dialog: rows beside what would be stored, corrected by hand, imported."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMainWindow

from alphintra_desktop.app import build
from alphintra_desktop.market.formats import saved_formats
from alphintra_desktop.market.store import list_series
from alphintra_desktop.ui.importing.dialog import ImportDialog, open_import
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.import_commands import import_data
from tests.shared_files import shared

LONG_MS = 120_000


def show(qtbot, dialog: ImportDialog, *names: str) -> None:
    dialog.desk.add([shared(f"data/formats/{name}") for name in names])
    settle(qtbot, dialog)


def settle(qtbot, dialog: ImportDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.desk.reading, timeout=LONG_MS)
    qtbot.waitUntil(lambda: dialog.shown is dialog.desk.current, timeout=LONG_MS)


def choose(qtbot, dialog: ImportDialog, key: str, word: str) -> None:
    """Take a value from the list of a field, as a mouse does."""
    editor = dialog.bars.rows[key].editor
    at = editor.findText(word)
    assert at >= 0
    editor.setCurrentIndex(at)
    editor.activated.emit(at)
    settle(qtbot, dialog)


def type_into(qtbot, dialog: ImportDialog, key: str, text: str) -> None:
    line = dialog.bars.rows[key].line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    settle(qtbot, dialog)


def test_that_raw_rows_stand_beside_what_would_be_stored(qtbot, dialog):
    show(qtbot, dialog, "ariva_de_AIG.csv")
    raw, stored = dialog.raw.model, dialog.stored.model
    assert raw.rows[0][:3] == ("31.03.2021", "46,93", "47,38")
    assert raw.headerData(4, Qt.Orientation.Horizontal) == "Schlusskurs\nClose"
    assert raw.headerData(6, Qt.Orientation.Horizontal).endswith("not used")
    assert stored.rows[0][:3] == ("ariva_de_AIG", "2015-01-02", "56.53")
    assert dialog.bars.rows["decimal"].editor.currentText() == "comma  1,5"
    assert dialog.bars.rows["market"].mark.text() == "please check"
    assert not list_series()


def test_that_a_change_is_previewed_at_once_and_can_be_taken_back(qtbot, dialog):
    show(qtbot, dialog, "mt4_XAUUSD60.csv")
    before = dialog.stored.model.rows[0][1]
    type_into(qtbot, dialog, "time_zone", "Europe/Berlin")
    zone = dialog.bars.rows["time_zone"]
    assert dialog.stored.model.rows[0][1] < before
    assert zone.mark.text() == "as you said"
    zone.reset.click()
    settle(qtbot, dialog)
    assert dialog.stored.model.rows[0][1] == before


def test_that_a_problem_stands_under_its_field_and_nothing_can_be_imported(qtbot, dialog):
    show(qtbot, dialog, "mt4_XAUUSD60.csv")
    type_into(qtbot, dialog, "time_zone", "Mars/Olympus")
    problem = dialog.bars.rows["time_zone"].problem
    assert "no time zone 'Mars/Olympus'" in problem.text()
    assert problem.isVisible()
    assert not dialog.foot.importing.isEnabled()
    choose(qtbot, dialog, "time_zone", "UTC")
    assert not problem.isVisible()
    assert dialog.foot.importing.isEnabled()


def test_that_a_file_is_imported_remembered_and_the_dialog_goes(qtbot, dialog, workspace):
    show(qtbot, dialog, "ariva_de_AIG.csv")
    choose(qtbot, dialog, "market", "Crypto")
    type_into(qtbot, dialog, "symbol", "AIG")
    dialog.foot.dataset.setCurrentText("portal")
    dialog.foot.remember.click()
    qtbot.keyClicks(dialog.foot.name, "my portal")
    dialog.foot.importing.click()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=LONG_MS)
    (series,) = list_series()
    assert (series.dataset, series.symbol, series.market) == ("portal", "AIG", "crypto")
    assert [known.name for known in saved_formats()] == ["my portal"]
    assert workspace.notices.all[-1].text == "ariva_de_AIG.csv is imported: 1 series."


def test_that_a_name_that_cannot_be_is_told_and_nothing_is_imported(qtbot, dialog):
    show(qtbot, dialog, "bad_ohlc.csv")
    dialog.foot.remember.click()
    qtbot.keyClicks(dialog.foot.name, "a/b")
    dialog.foot.importing.click()
    assert "cannot be the name of a format" in dialog.foot.told.text()
    assert not dialog.desk.busy


def test_that_several_files_are_listed_and_one_after_the_other_imported(qtbot, dialog):
    show(qtbot, dialog, "bad_ohlc.csv", "header_only.csv", "missing_days.csv")
    assert dialog.files.count() == 3
    qtbot.waitUntil(lambda: dialog.foot.importing.text() == "Import 2 files", timeout=LONG_MS)
    dialog.files.setCurrentRow(1)
    assert "has a header but no rows" in dialog.stored.instead.text()
    dialog.foot.importing.click()
    qtbot.waitUntil(lambda: len(list_series()) == 2, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not dialog.desk.busy, timeout=LONG_MS)
    qtbot.keyClick(dialog.files, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=LONG_MS)


def test_that_an_import_is_cancelled_with_nothing_left(qtbot, dialog):
    show(qtbot, dialog, "bad_ohlc.csv")
    dialog.foot.importing.click()
    dialog.foot.cancel.click()
    qtbot.waitUntil(lambda: not dialog.desk.busy, timeout=LONG_MS)
    assert not list_series()
    assert dialog.isVisible()
    dialog.foot.cancel.click()
    assert not dialog.isVisible()


def test_that_event_tables_are_imported_from_the_same_dialog(qtbot, dialog, tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("known_from,symbol,score\n2024-01-02T12:00:00Z,SPY,0.5\n")
    dialog.desk.add([path])
    settle(qtbot, dialog)
    assert dialog.as_events.isChecked()
    assert dialog.stored.model.rows[0][2:] == ("SPY", "0.5")
    dialog.as_bars.click()
    settle(qtbot, dialog)
    assert not dialog.foot.importing.isEnabled()
    dialog.as_events.click()
    qtbot.waitUntil(dialog.foot.importing.isEnabled, timeout=LONG_MS)
    dialog.foot.importing.click()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=LONG_MS)


def test_that_the_command_asks_for_files_and_says_which(workspace, answers):
    asked: list[tuple[Path, ...]] = []
    workspace.import_asked.subscribe(asked.append)
    import_data.run(workspace)
    assert not asked
    answers.answers = [[Path("/a.csv"), Path("/b.csv")]]
    import_data.run(workspace)
    assert asked == [(Path("/a.csv"), Path("/b.csv"))]


def test_that_files_added_while_the_dialog_is_open_join_those_in_it(qtbot, workspace):
    window, look = QMainWindow(), Look(workspace.settings)
    qtbot.addWidget(window)
    window.show()
    first = open_import([shared("data/formats/bad_ohlc.csv")], workspace, look, window)
    assert open_import([shared("data/formats/nulls.csv")], workspace, look, window) is first
    assert len(first.desk.files) == 2
    settle(qtbot, first)
    first.close()


def test_that_files_dropped_on_the_window_open_the_dialog(qtbot, qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path / "home"))
    desktop = build(qapp)
    window = desktop.window
    qtbot.addWidget(window)
    window.show()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(shared("data/formats/bad_ohlc.csv")))])
    drop = QDropEvent(
        QPointF(QPoint(300, 300)),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    dialog = window.findChild(ImportDialog)
    qtbot.waitUntil(lambda: not dialog.desk.reading, timeout=LONG_MS)
    assert dialog.desk.current.path.name == "bad_ohlc.csv"
    dialog.close()
    desktop.close()
