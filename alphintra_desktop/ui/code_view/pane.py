"""The current graph as the Python file it compiles to, beside the graph."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.sheet_pane import SheetPane
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace


def build(workspace: Workspace, look: Look) -> QWidget:
    """The code pane of a window."""

    def view(sheet: Sheet) -> QWidget:
        # Scintilla is loaded with the first graph, not with the first window.
        from alphintra_desktop.ui.code_view.view import CodeView  # noqa: PLC0415

        return CodeView(workspace, sheet, look)

    return SheetPane(workspace, look, view, "No graph is open.")
