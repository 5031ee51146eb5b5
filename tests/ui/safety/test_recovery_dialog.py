"""The dialog says what would be recovered, and asks for each graph."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton, QWidget

from alphintra_desktop.graph.edits import SetParam
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.recovery_dialog import RecoveryDialog, asking_with_dialog
from alphintra_desktop.workspace.recovery import Decision, Unsaved
from alphintra_desktop.workspace.settings import Settings
from tests.workspace.left_behind import FAST, GRAPH, leave_behind, project_with, window

EDITED = datetime(2026, 1, 31, 12, tzinfo=UTC)
WIDER = SetParam(FAST, "window", 20)
TREND = Unsaved(Path("trend.alphintra"), WIDER.apply(GRAPH), GRAPH, EDITED, ())
GONE = Unsaved(Path("gone.alphintra"), GRAPH, Graph(), EDITED, (), deleted=True)


@pytest.fixture
def look(qtbot, tmp_path: Path) -> Look:
    return Look(Settings(tmp_path / "settings.json"))


def test_that_every_graph_is_shown_with_what_would_be_recovered(qtbot, look: Look):
    dialog = RecoveryDialog([TREND, GONE], look)
    qtbot.addWidget(dialog)
    said = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Set window of Fast to 20" in said
    assert "Its file is gone" in said
    assert all(button.accessibleName() for button in dialog.findChildren(QRadioButton))


def test_that_each_graph_has_its_own_decision(qtbot, look: Look):
    dialog = RecoveryDialog([TREND, GONE], look)
    qtbot.addWidget(dialog)
    assert dialog.decisions == (Decision.RECOVER, Decision.RECOVER)
    dialog.parts[1].choose(Decision.SHOW_SAVED)
    assert dialog.decisions == (Decision.RECOVER, Decision.SHOW_SAVED)


def test_that_a_long_list_is_cut_and_counted(qtbot, look: Look):
    many = Graph({id: GRAPH.nodes[FAST] for id in map("{:08x}".format, range(20))})
    dialog = RecoveryDialog([Unsaved(Path("x"), many, Graph(), EDITED, ())], look)
    qtbot.addWidget(dialog)
    assert any("and 14 more" in label.text() for label in dialog.findChildren(QLabel))


@pytest.mark.parametrize("agree", [True, False])
def test_that_opening_a_project_asks_and_closing_the_dialog_decides_nothing(
    qtbot, look: Look, tmp_path: Path, agree: bool
):
    project = project_with(tmp_path, trend=GRAPH)
    leave_behind(project, project / "graphs" / "trend.alphintra", WIDER)
    parent = QWidget()
    qtbot.addWidget(parent)

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RecoveryDialog)
        dialog.accept() if agree else dialog.reject()

    with window(project) as workspace:  # it is left for later at first
        workspace.close()
        workspace.ask_recovery = asking_with_dialog(parent, look)
        QTimer.singleShot(0, answer)
        workspace.open(project)
        assert workspace.current.document.modified is agree
