"""A box for questions to the library in SQL, which can read and never write."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.ui.data.answer_model import MOST_ROWS, AnswerModel
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.data_work import Answer, DataWork

HINT = "One SELECT in DuckDB's SQL. Each dataset and timeframe is a view, such as sample_1d."


class SqlView(QWidget):
    """The question, and its answer as a table."""

    def __init__(self, work: DataWork, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.answer: Answer | None = None
        self.sql, self.table, self.model = QPlainTextEdit(), QTableView(), AnswerModel(self)
        self.told = ToneLabel(look, Tone.FAINT, HINT)
        self.run, self.cancel = QPushButton("Run"), QPushButton("Cancel")
        self.export = QPushButton("Export…")
        self._lay_out()
        self._set_busy(False)
        watch(self, work.answered, self._on_answer)
        watch(self, work.refused, self._on_refused)

    def suggest(self, version: SeriesVersion) -> None:
        """Offer a question about a series, unless somebody has typed one."""
        if self.sql.document().isModified():
            return
        view = f"{version.dataset}_{version.timeframe}".replace('"', '""')
        symbol = version.symbol.replace("'", "''")
        self.sql.setPlainText(
            "SELECT year(timestamp) AS year, count(*) AS bars, min(low) AS low, max(high) AS high\n"
            f"FROM \"{view}\"\nWHERE symbol = '{symbol}'\nGROUP BY year ORDER BY year"
        )
        self.sql.document().setModified(False)

    def ask(self) -> None:
        """Ask what is in the box."""
        if self.sql.toPlainText().strip():
            self._set_busy(True)
            self._say("Asking…", Tone.FAINT)
            self._work.query(self.sql.toPlainText())

    def _on_answer(self, answer: Answer) -> None:
        self.answer = answer
        self.model.show_file(answer.path)
        shown = self.model.rowCount()
        many = "1 row" if answer.rows == 1 else f"{answer.rows:,} rows"
        part = f"{many}; the first {MOST_ROWS:,} are shown" if shown < answer.rows else many
        self._set_busy(False)
        self._say(part, Tone.FAINT)

    def _on_refused(self, why: str) -> None:
        self._set_busy(False)
        self._say(why or "Cancelled.", Tone.ERROR if why else Tone.FAINT)

    def colour(self, font: QFont) -> None:
        """Take on the look."""
        self.table.verticalHeader().setDefaultSectionSize(int(font.pointSizeF() * 2.3))

    def _say(self, text: str, tone: Tone) -> None:
        self.told.set_tone(tone)
        self.told.setText(text)

    def _set_busy(self, busy: bool) -> None:
        self.run.setEnabled(not busy)
        self.cancel.setVisible(busy)
        self.export.setEnabled(not busy and self.answer is not None)

    def _export(self) -> None:
        if self.answer is not None:
            self._work.export_answer(self.answer)

    def _lay_out(self) -> None:
        self.sql.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.sql.setAccessibleName("Question in SQL")
        self.sql.setPlaceholderText("SELECT * FROM sample_1d LIMIT 100")
        self.sql.setTabChangesFocus(True)
        self.run.setToolTip("Ask the library (Ctrl+Return)")
        keys = QShortcut(QKeySequence("Ctrl+Return"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.ask)
        self.run.clicked.connect(self.ask)
        self.cancel.clicked.connect(self._work.cancel_query)
        self.export.clicked.connect(self._export)
        self.export.setToolTip("Write the answer as CSV; no cell of it is run as a formula")
        self.table.setModel(self.model)
        self.table.setAccessibleName("Answer")
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        bar = QHBoxLayout()
        bar.addWidget(self.told, 1)
        for button in (self.cancel, self.export, self.run):
            bar.addWidget(button)
        above = QWidget()
        top = QVBoxLayout(above)
        top.setContentsMargins(0, 0, 0, 4)
        top.addWidget(self.sql, 1)
        top.addLayout(bar)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(above)
        split.addWidget(self.table)
        split.setSizes([170, 420])
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 8)
        column.addWidget(split)
