"""The head of a result: whose it is, over what, by which engine, and what to know first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.ui.charts.blending import badge
from alphintra_desktop.ui.look import Colours

STALE = "Differs from the graph"
STALE_HELP = "The graph was changed after this run: execute it again to see what it comes to now."
SYMBOLS_NAMED = 8


class ResultHeader(QWidget):
    """Name, badges and facts of the run in sight. `report_asked_for` wants its report as a file."""

    report_asked_for = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._facts, self._stale = QLabel(), QLabel(), QLabel(STALE)
        self._marks = QLabel()
        self._facts.setWordWrap(True)
        self._marks.setWordWrap(True)
        self._marks.setAccessibleName("Marks of this run")
        self._stale.setToolTip(STALE_HELP)
        self._stale.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._stale.hide()
        top = QHBoxLayout()
        top.addWidget(self._name)
        top.addWidget(self._stale)
        top.addStretch(1)
        report = QPushButton("Export report…")
        report.setToolTip("Write everything about this run as one HTML file")
        report.clicked.connect(self.report_asked_for)
        top.addWidget(report)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 6)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._facts)
        column.addWidget(self._marks)

    def show_run(self, run: StoredRun) -> None:
        """Say what this run is."""
        self._name.setText(run.name)
        more = len(run.symbols) - SYMBOLS_NAMED
        symbols = ", ".join(run.symbols[:SYMBOLS_NAMED]) + (
            f" and {more:,} more" if more > 0 else ""
        )
        engine = f"{_engine(run.engine)}: {run.engine_reason}"
        self._facts.setText("   ·   ".join((symbols, run.period, engine)))
        self._facts.setToolTip(f"Run {run.id}")
        self._marks.setText("\n".join(run.marks))
        self._marks.setVisible(bool(run.marks))

    def show_stale(self, stale: bool) -> None:
        """Whether the graph has become another one since."""
        self._stale.setVisible(stale)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        large = QFont(font)
        large.setPointSizeF(font.pointSizeF() * 1.45)
        large.setWeight(QFont.Weight.DemiBold)
        self._name.setFont(large)
        self._facts.setStyleSheet(f"color: {colours.faint}")
        self._stale.setStyleSheet(badge(colours.warning, colours))
        self._marks.setStyleSheet(badge(colours.error, colours))


def _engine(name: str) -> str:
    return {"event_engine": "Event engine"}.get(name, name)
