"""Shows and sets what is selected; with nothing selected, the strategy as a whole."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.sheet_pane import SheetPane
from alphintra_desktop.workspace.known_series import KnownSeries
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace


def build(workspace: Workspace, look: Look) -> QWidget:
    """The inspector of a window."""
    known = KnownSeries(workspace.notices)

    def inspector(sheet: Sheet) -> QWidget:
        # Putting a strategy in words needs the compiler, which brings pandas: not without a graph.
        from alphintra_desktop.ui.inspector.sheet_inspector import Inspector  # noqa: PLC0415

        return Inspector(workspace, sheet, look, known)

    return SheetPane(workspace, look, inspector, "No graph is open.")
