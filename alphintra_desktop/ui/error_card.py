"""The card that says that the program made a mistake, and lets the user go on from there."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.toned import Tone, ToneLabel, keep_toned
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.crash_report import CrashReport, CrashReports
from alphintra_desktop.workspace.workspace import Workspace

SIZE = QSize(680, 460)
CALM = (
    "Your work is still here. You can go on; if something looks wrong from now on, save and "
    "start anew."
)


class ErrorCard(QDialog):
    """One card for everything that goes wrong until it is closed."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._look = workspace, look
        self._reports: list[CrashReport] = []
        self._count = 0
        self.setWindowTitle("Something went wrong")
        self.setAccessibleName("Something went wrong")
        self.resize(SIZE)
        self.heading = QLabel()
        self.what = ToneLabel(look, Tone.TEXT)
        self.advice = ToneLabel(look, Tone.FAINT, CALM)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Report")
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setTabChangesFocus(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addLayout(self._top())
        column.addWidget(self.details, 1)
        column.addLayout(self._buttons())

    @property
    def text(self) -> str:
        """Everything that was reported, as it is copied and saved."""
        return "\n\n".join(report.text for report in self._reports)

    @property
    def count(self) -> int:
        """How many mistakes the card tells of."""
        return self._count

    def add(self, report: CrashReport) -> None:
        """Tell of one more mistake. One that is told already is only counted."""
        self._count += 1
        if all(report.trace != told.trace for told in self._reports):
            self._reports.append(report)
            self.details.setPlainText(self.text)
        times = "" if self._count == 1 else f", {self._count} times by now"
        self.heading.setText(f"The program made a mistake{times}")
        self.what.setText(self._reports[0].what)

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)
        self.advice.setText("The report is on the clipboard.")

    def save_report(self) -> None:
        """Write the report to a file."""
        start = str(Path.home() / "alphintra-report.txt")
        chosen, _ = QFileDialog.getSaveFileName(self, "Save report", start, "Text (*.txt)")
        if chosen:
            try:
                write_file(Path(chosen), self.text)
                self.advice.setText(f"The report is in {chosen}.")
            except AlphintraError as error:
                self.advice.setText(f"{error.message} {error.hint}")

    def save_all_and_quit(self) -> None:
        """Save every graph that has changed, and end the program if that came out well."""
        failed = []
        for sheet in self._workspace.sheets:
            try:
                if sheet.document.modified and not self._workspace.save(sheet):
                    failed.append(f"{sheet.title} is not saved.")
            except AlphintraError as error:
                failed.append(f"{error.message} {error.hint}")
        if failed:
            self.advice.setText(" ".join(failed))
            return
        self._workspace.close()
        self.accept()
        QGuiApplication.quit()

    def _top(self) -> QHBoxLayout:
        sign = QLabel()
        words = QVBoxLayout()
        words.setSpacing(6)
        for label in (self.heading, self.what, self.advice):
            words.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(sign, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

        def paint(colours: Colours) -> None:
            sign.setPixmap(icon("mdi6.alert-octagon-outline", colours.error).pixmap(34, 34))
            self.heading.setStyleSheet(f"color: {colours.text}; font-weight: 600;")

        keep_toned(self, self._look, paint)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for title, act, help_ in (
            ("Copy report", self.copy, "Put the report on the clipboard"),
            ("Save report…", self.save_report, "Write the report to a file"),
            ("Save all and quit", self.save_all_and_quit, "Save all graphs, then end the program"),
            ("Continue", self.accept, "Close this and go on working"),
        ):
            button = QPushButton(title)
            button.setObjectName(title)
            button.setToolTip(help_)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            row.addWidget(button)
            if title.startswith("Save report"):
                row.addStretch(1)
        button.setDefault(True)
        button.setFocus()
        return row


class ErrorCards(QObject):
    """Shows what is reported on the one card of `window`, and takes in what Qt complains about."""

    def __init__(
        self, reports: CrashReports, workspace: Workspace, look: Look, window: QWidget
    ) -> None:
        super().__init__(window)
        self.card: ErrorCard | None = None
        self._waiting: list[CrashReport] = []
        self._workspace, self._look, self._window = workspace, look, window
        watch(self, reports.reported, self._tell)

    def _tell(self, report: CrashReport) -> None:
        """Not now: the mistake may have been made while something was being painted."""
        if not self._waiting:
            QTimer.singleShot(0, self, self._show)
        self._waiting.append(report)

    def _show(self) -> None:
        reports, self._waiting = self._waiting, []
        if self.card is None:
            self.card = ErrorCard(self._workspace, self._look, self._window)
            self.card.finished.connect(self._closed)
        for report in reports:
            self.card.add(report)
        self.card.show()

    def _closed(self) -> None:
        if self.card is not None:
            self.card.deleteLater()
            self.card = None


def hear_qt(reports: CrashReports) -> None:
    """Take in what Qt says: warnings for the next report, worse as a report of its own."""

    def heard(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            reports.report(f"Qt: {message}.", f"{kind.name} {context.category}: {message}")
        else:
            reports.overheard(message)
        if callable(before):
            before(kind, context, message)
        elif sys.stderr is not None:  # there is none without a console on Windows
            sys.stderr.write(message + "\n")

    before = qInstallMessageHandler(heard)


def offer_crash_of_before(reports: CrashReports) -> None:
    """Tell of a crash that ended the program the last time, with its trace."""
    for crash in reports.crashes_before():
        trace = crash.read_text(encoding="utf-8", errors="replace")
        reports.report("The program crashed the last time it ran.", trace)
        reports.seen(crash)
