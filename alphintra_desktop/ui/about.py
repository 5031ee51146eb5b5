"""What this program is, in which version, and whose work it stands on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

TEXT = """\
<h2>Alphintra Desktop {version}</h2>
<p>Draw a trading strategy, read it as Python, trust its backtest.</p>
<p>Built on Qt and PySide6 (LGPL), NodeGraphQt, Scintilla, Lexilla, pyqtgraph and QtAwesome (MIT
and alike), NumPy, pandas, SciPy, Numba and TA-Lib (BSD), DuckDB (MIT), Apache Arrow
(Apache 2.0).</p>
<p><b>vectorbt</b> comes under Apache 2.0 with the Commons Clause: it may not be sold, not as a
product, a hosted service or paid support whose value derives substantially from it.</p>
"""


def open_about(parent: QWidget) -> QDialog:
    """Show the dialog."""
    from importlib.metadata import version  # noqa: PLC0415 - reads mail headers, 15 ms

    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("About Alphintra")
    dialog.setMinimumWidth(480)
    column = QVBoxLayout(dialog)
    label = QLabel(TEXT.format(version=version("alphintra-desktop")))
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    column.addWidget(label)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.open()
    return dialog
