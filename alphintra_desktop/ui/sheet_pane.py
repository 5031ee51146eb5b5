"""A pane that follows the current sheet."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace


def fill_background(pane: QWidget) -> None:
    """Lay a pane's own ground under its widgets, within a dock and without one."""
    pane.setAutoFillBackground(True)
    pane.setBackgroundRole(QPalette.ColorRole.Base)
    # In a dock a style sheet decides, which plain widgets heed only when told.
    pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class SheetPane(QWidget):
    """Shows the current sheet in a widget of its own, which goes when another sheet comes.

    Whatever that widget watches ends with it. Without a sheet, `nothing` stands there.
    """

    def __init__(
        self, workspace: Workspace, look: Look, make: Callable[[Sheet], QWidget], nothing: str
    ) -> None:
        super().__init__()
        self._look, self._make, self._nothing = look, make, nothing
        self._inner: QWidget | None = None
        fill_background(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        watch(self, workspace.switched, self._show)
        self._show(workspace.current)

    @property
    def inner(self) -> QWidget | None:
        """What shows the current sheet, or that there is none."""
        return self._inner

    def _show(self, sheet: Sheet | None) -> None:
        made = self._empty() if sheet is None else self._make(sheet)
        layout = self.layout()
        assert layout is not None
        if self._inner is not None:
            layout.removeWidget(self._inner)
            self._inner.hide()
            self._inner.deleteLater()
        layout.addWidget(made)
        self.setFocusProxy(made)
        self._inner = made

    def _empty(self) -> QLabel:
        label = ToneLabel(self._look, Tone.FAINT, self._nothing)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label
