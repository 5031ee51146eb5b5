"""By what work is done: this process, several on this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSpinBox, QWidget

from alphintra_desktop.research.executors.choice import EXECUTORS, PROCESSES, RAY
from alphintra_desktop.workspace.research_setup import SpreadAsked

AS_FITS = "as fits the work"
SEVERAL = (PROCESSES, RAY)
MOST_WORKERS = 10_000


class SpreadBox(QWidget):
    """An executor, how many workers, and where a cluster is. The numbers are the same by any."""

    def __init__(self, told: Callable[[], object]) -> None:
        super().__init__()
        self._told = told
        self.executor, self.workers, self.address = QComboBox(), QSpinBox(), QLineEdit()
        self._of, self._at = QLabel("workers"), QLabel("at")
        self.executor.addItem(AS_FITS, "")
        for number, executor in enumerate(EXECUTORS, start=1):
            self.executor.addItem(executor.name, executor.name)
            self.executor.setItemData(number, executor.help, Qt.ItemDataRole.ToolTipRole)
        self.executor.setAccessibleName("By what the work is done")
        self.executor.setToolTip("The numbers are the same by any of them")
        self.workers.setRange(0, MOST_WORKERS)
        self.workers.setSpecialValueText("one a processor")
        self.workers.setAccessibleName("Workers")
        self.address.setPlaceholderText("host:port, or none to start Ray here")
        self.address.setAccessibleName("Address of the cluster")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.executor, self._of, self.workers, self._at, self.address):
            row.addWidget(part)
        row.addStretch(1)
        self.executor.currentIndexChanged.connect(lambda _: self._on_change())
        self.workers.valueChanged.connect(lambda _: self._told())
        self.address.textEdited.connect(lambda _: self._told())
        self._show()

    def asked(self) -> SpreadAsked:
        """What is filled in; what the executor does not have is left out."""
        name = str(self.executor.currentData())
        workers = self.workers.value() if name in SEVERAL else 0
        return SpreadAsked(name, workers, self.address.text().strip() if name == RAY else "")

    def _on_change(self) -> None:
        self._show()
        self._told()

    def _show(self) -> None:
        name = str(self.executor.currentData())
        several, there = name in SEVERAL, name == RAY
        self._of.setVisible(several)
        self.workers.setVisible(several)
        self._at.setVisible(there)
        self.address.setVisible(there)
