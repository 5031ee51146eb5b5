"""How a file of bars is read: a row for everything that was guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from alphintra_desktop.ui.field_row import FieldRow, Shown
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel, keep_icon
from alphintra_desktop.workspace.calendar_names import CALENDARS
from alphintra_desktop.workspace.import_desk import ImportDesk
from alphintra_desktop.workspace.import_fields import (
    BARS,
    COLUMNS,
    FIELDS,
    FILE,
    GROUPS,
    ImportField,
    Options,
    hint_at,
    key_of,
)
from alphintra_desktop.workspace.import_file import BAD_ROWS, ImportFile

if TYPE_CHECKING:
    from alphintra_desktop.market.formats import NamedFormat

TEXT_ONLY = ("encoding", "delimiter", "decimal", "header_line")
# Meanings that few files have: shown where one is known, and when they are asked for.
SELDOM = ("clock", "symbol", "adj_close", "split", "dividend")
CORRECTED = "corrected"
SHAPES = {"columns by name": "by its header"}


class BarsForm(QWidget):
    """Shows the current file of a desk and says to the desk what is changed.

    It is made a group at a time, so that the window goes on meanwhile; `built` tells the end.
    """

    built = Signal()

    def __init__(self, desk: ImportDesk, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._look = desk, look
        self._formats: Sequence[NamedFormat] = ()
        self._every = False
        self.rows: dict[str, FieldRow] = {}
        self._groups = list(GROUPS)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 8, 12)
        self._column.setSpacing(3)
        self.format = FieldRow("Format", look, free=False, parent=self)
        self.calendar = FieldRow("Calendar", look, parent=self)
        self.bad_rows = FieldRow("Bad rows", look, free=False, parent=self)
        self.more = QPushButton("More columns", self)
        self._connect()
        QTimer.singleShot(0, self, self._build_next)

    @property
    def complete(self) -> bool:
        """Whether all rows are there."""
        return not self._groups

    def show_formats(self, formats: Sequence[NamedFormat]) -> None:
        """Offer these saved formats."""
        self._formats = formats

    def show_file(self, file: ImportFile) -> None:
        """Show how a file is read."""
        self._show_format(file)
        for field in FIELDS:
            row = self.rows[key_of(field)]
            row.show_field(shown_of(file, field))
            row.setVisible(self._is_shown(file, field))
        self.more.setVisible(not self._every)
        usual = Shown("flag", BAD_ROWS) if not file.bad_rows else Shown(file.bad_rows, BAD_ROWS)
        self.bad_rows.show_field(_with_problem(usual, file, "bad_rows"))
        guessed = Shown(file.calendar, CALENDARS, "" if file.calendar else "from the bars")
        self.calendar.show_field(_with_problem(guessed, file, "calendar"))

    def _show_format(self, file: ImportFile) -> None:
        found = file.seen.shape if file.seen is not None else ""
        named = file.seen.format if file.seen is not None and file.said is None else None
        same = next((f.name for f in self._formats if f.said == file.said), "")
        options: Options = (("", SHAPES.get(found, found) or "found by itself"),)
        options += tuple((one.name, f"{one.name} (saved)") for one in self._formats)
        value = named.name if named is not None else same
        mark = "recognised" if found not in ("", *SHAPES) and not value else ""
        if file.said is not None and not same:
            mark = CORRECTED
        self.format.show_field(
            Shown(value, options, mark, said=file.said is not None, tone=_tone(mark))
        )

    def _is_shown(self, file: ImportFile, field: ImportField) -> bool:
        if field.name == "sheet":
            return file.seen is not None and len(file.seen.sheets) > 1
        if field.group == FILE and field.name in TEXT_ONLY:
            return file.is_text
        if field.columns and field.name in SELDOM:
            return self._every or bool(file.value(field)) or file.problem_at == key_of(field)
        return True

    def _use_format(self, name: str) -> None:
        self._desk.use(next((one.said for one in self._formats if one.name == name), None))

    def _show_every(self) -> None:
        self._every = True
        if self._desk.current is not None:
            self.show_file(self._desk.current)

    # ------------------------------------------------------------------ making

    def _field_row(self, field: ImportField) -> FieldRow:
        row = FieldRow(field.title, self._look, free=field.free, parent=self)
        if field.columns:
            row.editor.setAccessibleName(f"Column of {field.title.lower()}")
        row.describe(field.help)
        row.said.connect(lambda value: self._desk.say(field, value))
        row.left.connect(lambda: self._desk.leave(field))
        return row

    def _connect(self) -> None:
        desk = self._desk
        keep_icon(self.more, self._look, "mdi6.chevron-down")
        self.more.setFlat(True)
        self.more.setAutoDefault(False)
        self.format.describe("How files like this are written: recognised, or as you saved it")
        self.format.said.connect(self._use_format)
        self.format.left.connect(lambda: desk.use(None))
        self.calendar.describe("When its market is open, to tell gaps from holidays")
        self.calendar.said.connect(lambda name: desk.choose_for_bars(calendar=name.strip()))
        self.bad_rows.describe("What becomes of rows that are no bars, such as a high below a low")
        self.bad_rows.said.connect(lambda what: desk.choose_for_bars(bad_rows=what))
        self.more.clicked.connect(self._show_every)

    def _build_next(self) -> None:
        group, self._groups = self._groups[0], self._groups[1:]
        self._build(group)
        if self._groups:
            QTimer.singleShot(0, self, self._build_next)
        else:
            self._column.addStretch(1)
            self.built.emit()

    def _build(self, group: str) -> None:
        column = self._column
        column.addWidget(heading(self._look, group, self))
        if group == FILE:
            column.addWidget(self.format)
        for field in (field for field in FIELDS if field.group == group):
            self.rows[key_of(field)] = row = self._field_row(field)
            column.addWidget(row)
        if group == COLUMNS:
            column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        if group == BARS:
            column.addWidget(self.calendar)
            column.addWidget(self.bad_rows)


def heading(look: Look, text: str, parent: QWidget | None = None) -> ToneLabel:
    """The title over a group of rows."""
    made = ToneLabel(look, Tone.FAINT, text.upper(), parent)
    font = made.font()
    font.setPointSizeF(font.pointSizeF() * 0.82)
    font.setWeight(font.Weight.DemiBold)
    made.setFont(font)
    made.setContentsMargins(0, 8, 0, 2)
    return made


def shown_of(file: ImportFile, field: ImportField) -> Shown:
    """What the row of a field shows of a file."""
    from alphintra_desktop.market.guesses import Sure  # noqa: PLC0415 - brings NumPy

    guess = file.guess(field)
    sure = guess.sure if guess is not None else None
    tone = {Sure.UNSURE: Tone.WARNING, Sure.SAID: Tone.ACCENT}.get(sure or Sure.LIKELY, Tone.FAINT)
    shown = Shown(
        file.value(field),
        options_of(file, field),
        {Sure.SAID: "as you said"}.get(sure, str(sure)) if sure is not None else "",
        guess.why.capitalize() if guess is not None else "",
        tone,
        sure is Sure.SAID or (file.last == key_of(field) and file.refused is not None),
    )
    return _with_problem(shown, file, key_of(field))


def options_of(file: ImportFile, field: ImportField) -> Options:
    """The values to choose from."""
    if field.columns:
        return (("", "none"), *((name, name) for name in file.names))
    if field.name == "sheet" and file.seen is not None:
        return tuple((name, name) for name in file.seen.sheets)
    return field.options


def _with_problem(shown: Shown, file: ImportFile, key: str) -> Shown:
    if file.problem is None or file.problem_at != key:
        return shown
    told = f"{file.problem.message} {hint_at(file.problem, key)}"
    return replace(shown, problem=told)


def _tone(mark: str) -> Tone:
    return Tone.ACCENT if mark == CORRECTED else Tone.FAINT
