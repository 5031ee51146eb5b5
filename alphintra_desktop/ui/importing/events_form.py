"""How a table of events is imported: its name, and from when its rows were known."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from alphintra_desktop.ui.field_row import FieldRow, Shown
from alphintra_desktop.ui.importing.bars_form import heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.import_desk import ImportDesk
from alphintra_desktop.workspace.import_fields import hint_at
from alphintra_desktop.workspace.import_file import ImportFile

HELP = (
    "A column known_from (or published, release_date) says from when a row was known, time (or"
    " date, period) what it is about, symbol whose it is; all other numbers are fields. Bars see a"
    " row only from when it was known."
)
DELAYS = (
    ("0", "at their time"),
    ("60", "60  one minute after"),
    ("3600", "3600  one hour after"),
    ("86400", "86400  one day after"),
)


class EventsForm(QWidget):
    """Shows the current file of a desk, which is a table of events."""

    def __init__(self, desk: ImportDesk, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table, self.known_after = FieldRow("Table", look), FieldRow("Known after", look)
        self.table.describe("What strategies call the table: letters, digits, dots and dashes")
        self.known_after.describe("Seconds from the time of a row until it was known to anybody")
        self.table.said.connect(lambda name: desk.say_of_events(table=name.strip()))
        self.known_after.said.connect(lambda text: desk.say_of_events(known_after=text))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 12)
        column.setSpacing(3)
        column.addWidget(heading(look, "Events"))
        column.addWidget(self.table)
        column.addWidget(self.known_after)
        column.addSpacing(8)
        column.addWidget(ToneLabel(look, Tone.FAINT, HELP))
        column.addStretch(1)

    def show_file(self, file: ImportFile) -> None:
        """Show how a file is imported."""
        seen, problem = file.events, file.problem
        told = f"{problem.message} {hint_at(problem, file.problem_at)}" if problem else ""
        about_delay = file.problem_at == "known_after"
        self.table.show_field(Shown(file.table, problem="" if about_delay else told))
        why = "seconds"
        shown = Shown(file.known_after, DELAYS, "", why, problem=told if about_delay else "")
        self.known_after.show_field(shown)
        self.known_after.setVisible(seen is None or not seen.says_known)
