"""The dialog that imports files: what is said of them, their rows, and what would be stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.ui.file_drops import dropped_files
from alphintra_desktop.ui.importing.bars_form import BarsForm
from alphintra_desktop.ui.importing.events_form import EventsForm
from alphintra_desktop.ui.importing.files_list import FilesList
from alphintra_desktop.ui.importing.foot import Foot
from alphintra_desktop.ui.importing.rows_table import RowsTable
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.toned import Tone, ToneLabel, keep_icon
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.import_commands import ask_for_files
from alphintra_desktop.workspace.import_desk import ImportDesk
from alphintra_desktop.workspace.import_fields import hint_at
from alphintra_desktop.workspace.import_file import ImportFile, Kind, Stage
from alphintra_desktop.workspace.workspace import Workspace

if TYPE_CHECKING:
    from alphintra_desktop.market.formats import NamedFormat

SIZE = (1240, 800)
FORM_WIDTH, FILES_WIDTH = 392, 190


def open_import(
    paths: Sequence[Path], workspace: Workspace, look: Look, window: QWidget
) -> ImportDialog:
    """Show the dialog over `window` with some files, or add them to the one that is open."""
    made = window.findChild(ImportDialog)
    if not isinstance(made, ImportDialog):
        made = ImportDialog(workspace, look, window)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.open()
    made.desk.add(paths)
    return made


def read_formats() -> tuple[NamedFormat, ...]:
    """The saved formats. Raises `AlphintraError` if one cannot be read."""
    from alphintra_desktop.market.formats import saved_formats  # noqa: PLC0415 - brings pyarrow

    return saved_formats()


class ImportDialog(QDialog):
    """Files on the left where there are several, then how the current one is read, then its rows.

    It closes by itself once all files are imported.
    """

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = ImportDesk(workspace)
        self.shown: ImportFile | None = None
        self._workspace = workspace
        self.files = FilesList(self.desk, look)
        self.add, self.remove = QPushButton("Add…"), QPushButton("Remove")
        self.bars, self.events = BarsForm(self.desk, look), EventsForm(self.desk, look)
        self.as_bars, self.as_events = QPushButton("Bars"), QPushButton("Event table")
        self.raw = RowsTable("As the file has it", look)
        self.stored = RowsTable("As it would be stored", look)
        self.remarks = ToneLabel(look, Tone.FAINT)
        self.foot = Foot(self.desk, look)
        self._forms, self._side = QStackedWidget(), QWidget()
        self._formats: Reading[tuple[NamedFormat, ...]] = Reading()
        self._lay_out(look)
        self._connect()
        self._formats.ask(read_formats)

    def refresh(self) -> None:
        """Show the desk as it is now."""
        file = self.desk.current
        self.files.refresh()
        self._side.setVisible(len(self.desk.files) > 1)
        self.foot.refresh()
        if self.desk.done:
            self.accept()
        elif file is not None and self.bars.complete:
            self._show_file(file)

    def _show_file(self, file: ImportFile) -> None:
        self.shown = file
        several = "" if len(self.desk.files) == 1 else f"  ({len(self.desk.files)} files)"
        self.setWindowTitle(f"Import {file.path.name}{several}")
        events = file.kind is Kind.EVENTS
        (self.as_events if events else self.as_bars).setChecked(True)
        self._forms.setCurrentIndex(int(events))
        for part in (self._forms, self.as_bars, self.as_events):
            part.setEnabled(not self.desk.busy)
        if events:
            self.events.show_file(file)
            self._show_events(file)
        else:
            self.bars.show_file(file)
            self._show_bars(file)
        self.remarks.setText("\n".join(file.remarks))
        self.remarks.setVisible(bool(file.remarks) and file.problem is None)

    def _show_bars(self, file: ImportFile) -> None:
        from alphintra_desktop.market.preview import STORED  # noqa: PLC0415 - brings pyarrow

        seen = file.seen
        self._say_instead(file)
        if seen is None:
            return
        self.raw.show_rows(seen.names, seen.raw, file.meanings)
        rows = () if file.problem is not None and file.failed is None else seen.stored
        first = "of those read, " if seen.partial else ""
        more = f"{first}{seen.bars:,} bars of {seen.rows:,} rows" if rows else ""
        self.stored.show_rows(STORED, rows, more=more)

    def _show_events(self, file: ImportFile) -> None:
        seen = file.events
        self._say_instead(file)
        if seen is None:
            return
        self.raw.show_rows(seen.names, seen.raw)
        more = f"{seen.rows:,} events, times in UTC" if seen.stored else ""
        self.stored.show_rows(seen.heads, seen.stored, more=more)

    def _say_instead(self, file: ImportFile) -> None:
        if file.problem is not None:
            problem = file.problem
            hint = hint_at(problem, file.problem_at)
            self.stored.say_instead(f"{problem.message}\n\n{hint}", Tone.ERROR)
        else:
            self.stored.say_instead("Reading…")
        self.raw.say_instead("Reading…" if file.stage is Stage.READING else "Nothing to be seen.")

    # ------------------------------------------------------------------ what is done

    def done(self, result: int) -> None:
        """Close. Imports that have begun go on among the jobs."""
        self.desk.close()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ends what is typed into a field; it imports only with Ctrl, or on the button."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        button, focused = self.foot.importing, self.focusWidget()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            button.click()
        elif isinstance(focused, QPushButton):
            focused.click()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped here as well."""
        if dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        self.desk.add(dropped_files(event))
        event.acceptProposedAction()

    def _add(self) -> None:
        self.desk.add(ask_for_files(self._workspace))

    def _remove(self) -> None:
        if self.desk.current is not None:
            self.desk.remove(self.desk.current.path)

    def _on_formats(self, formats: tuple[NamedFormat, ...]) -> None:
        self.bars.show_formats(formats)
        self.refresh()

    # ------------------------------------------------------------------ making

    def _connect(self) -> None:
        watch(self, self.desk.changed, lambda _: self.refresh())
        watch(self, self._formats.done, self._on_formats)
        watch(self, self._formats.failed, self._workspace.notices.error)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.as_bars.clicked.connect(lambda: self.desk.choose_kind(Kind.BARS))
        self.as_events.clicked.connect(lambda: self.desk.choose_kind(Kind.EVENTS))
        self.foot.closed.connect(self.reject)
        self.bars.built.connect(self.refresh)

    def _lay_out(self, look: Look) -> None:
        self.setWindowTitle("Import market data")
        self.setAcceptDrops(True)
        self.resize(*SIZE)
        self._lay_out_files(look)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._side)
        split.addWidget(self._form_side())
        split.addWidget(self._rows_side())
        split.setSizes([FILES_WIDTH, FORM_WIDTH, SIZE[0] - FORM_WIDTH - FILES_WIDTH])
        split.setStretchFactor(2, 1)
        split.setChildrenCollapsible(False)
        self._side.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(split, 1)
        column.addWidget(self.foot)

    def _lay_out_files(self, look: Look) -> None:
        keep_icon(self.add, look, "mdi6.plus")
        buttons = QHBoxLayout()
        for button in (self.add, self.remove):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(8, 8, 4, 8)
        column.addWidget(self.files, 1)
        column.addLayout(buttons)

    def _form_side(self) -> QWidget:
        side, kinds, choice = QWidget(), QHBoxLayout(), QButtonGroup(self)
        kinds.setContentsMargins(12, 10, 8, 2)
        kinds.setSpacing(0)
        for button in (self.as_bars, self.as_events):
            button.setCheckable(True)
            button.setAutoDefault(False)
            choice.addButton(button)
            kinds.addWidget(button, 1)
        for form in (self.bars, self.events):
            self._forms.addWidget(_scrolled(form))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(kinds)
        column.addWidget(self._forms, 1)
        side.setMinimumWidth(FORM_WIDTH)
        return side

    def _rows_side(self) -> QWidget:
        side, rows = QWidget(), QSplitter(Qt.Orientation.Vertical)
        rows.addWidget(self.raw)
        rows.addWidget(self.stored)
        rows.setChildrenCollapsible(False)
        rows.setHandleWidth(5)
        column = QVBoxLayout(side)
        column.setContentsMargins(10, 10, 12, 8)
        column.addWidget(rows, 1)
        column.addWidget(self.remarks)
        return side


def _scrolled(form: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    for part in (form, area.viewport()):
        part.setBackgroundRole(QPalette.ColorRole.Base)
    area.setWidget(form)
    return area
