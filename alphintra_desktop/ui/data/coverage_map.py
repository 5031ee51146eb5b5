"""Coverage as a heat map: a row a year, a column a month, the fuller the stronger."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from alphintra_desktop.observe import Signal as Announced
from alphintra_desktop.ui.charts.blending import blend
from alphintra_desktop.ui.field_row import FieldRow, Shown
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.calendar_names import CALENDARS
from alphintra_desktop.workspace.data_coverage import Coverage

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LEFT, TOP, ROW, WIDEST = 56, 26, 24, 74
CHOICE_WIDTH = 470
NO_CALENDAR = (
    "It is not known when this market is open, so that nothing can be said about missing sessions."
)


def shade(share: float | None, colours: Colours) -> QColor:
    """The colour of a month: calm where all is there, warm where much is missing."""
    if share is None:
        return QColor(colours.panel)
    if share >= 1.0:
        return blend(colours.done, colours.panel, 0.62)
    return blend(colours.error, colours.panel, 0.35 + 0.5 * (1.0 - share))


class CoverageGrid(QWidget):
    """The cells. `pointed` announces what is to be said of one; arrows move between them."""

    pointed = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.coverage = Coverage("")
        self.cell: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Share of expected sessions by month")
        watch(self, look.changed, lambda _: self.update())

    def show_coverage(self, coverage: Coverage) -> None:
        """Show this coverage, the latest year on top."""
        self.coverage, self.cell = coverage, None
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for every year."""
        return QSize(LEFT + 12 * 40, TOP + len(self.coverage.years) * ROW + 8)

    def words(self, row: int, month: int) -> str:
        """What there is in a month."""
        coverage = self.coverage
        expected, present = coverage.expected[row][month], coverage.present[row][month]
        when = f"{MONTHS[month]} {coverage.years[row]}"
        if not expected:
            return f"{when}: no session to expect"
        missing = f", {expected - present} missing" if present < expected else ""
        return f"{when}: {present} of {expected} sessions{missing}"

    def box(self, row: int, month: int) -> QRect:
        """Where a month is drawn."""
        wide = min((self.width() - LEFT - 8) // 12, WIDEST)
        line = len(self.coverage.years) - 1 - row
        return QRect(LEFT + month * wide, TOP + line * ROW, wide - 2, ROW - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the years that are in sight."""
        painter, colours = QPainter(self), self._look.colours
        painter.setPen(QColor(colours.faint))
        for month, name in enumerate(MONTHS):
            place = self.box(len(self.coverage.years) - 1, month)
            head = QRect(place.left(), 0, place.width(), TOP - 4)
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, name)
        for row, year in enumerate(self.coverage.years):
            first = self.box(row, 0)
            if not event.rect().intersects(QRect(0, first.top(), self.width(), ROW)):
                continue
            painter.setPen(QColor(colours.faint))
            side = QRect(0, first.top(), LEFT - 10, first.height())
            painter.drawText(
                side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(year)
            )
            self._paint_year(painter, row, colours)
        painter.end()

    def _paint_year(self, painter: QPainter, row: int, colours: Colours) -> None:
        for month in range(12):
            share, place = self.coverage.share(row, month), self.box(row, month)
            if share is not None:
                painter.fillRect(place, shade(share, colours))
            if share is not None and share < 1.0:
                painter.setPen(QColor(colours.text))
                percent = f"{int(share * 100)}%"
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, percent)
            if self.cell == (row, month):
                painter.setPen(QPen(QColor(colours.text), 1.5))
                painter.drawRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5))

    # ------------------------------------------------------------------ pointing

    def point(self, cell: tuple[int, int] | None) -> None:
        """Look at a month."""
        self.cell = cell
        self.pointed.emit("" if cell is None else self.words(*cell))
        self.update()

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        """The month under a place."""
        for row in range(len(self.coverage.years)):
            for month in range(12):
                if self.box(row, month).contains(place):
                    return row, month
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the month under the mouse."""
        self.point(self.cell_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse points at nothing any more."""
        self.point(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the next month or year."""
        key, years = Qt.Key, len(self.coverage.years)
        steps = {key.Key_Left: (0, -1), key.Key_Right: (0, 1), key.Key_Up: (1, 0)}
        steps[key.Key_Down] = (-1, 0)
        step = steps.get(key(event.key()))
        if step is None or not years:
            super().keyPressEvent(event)
            return
        row, month = self.cell or (years - 1, 0)
        self.point((min(max(row + step[0], 0), years - 1), min(max(month + step[1], 0), 11)))


class CoverageMap(QWidget):
    """The heat map with what it says in words."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = CoverageGrid(look)
        self.told = ToneLabel(look, Tone.FAINT)
        self.calendar_asked: Announced[tuple[str, bool]] = Announced()
        self.calendar = FieldRow("Calendar", look)
        self.whole = QCheckBox("for the whole dataset")
        self.calendar.describe("When the market is open: a name here, or the code of an exchange")
        self.calendar.said.connect(
            lambda name: self.calendar_asked.emit((name.strip(), self.whole.isChecked()))
        )
        self.calendar.left.connect(lambda: self.calendar_asked.emit(("", self.whole.isChecked())))
        self._summary = ""
        self.grid.pointed.connect(lambda text: self.told.setText(text or self._summary))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self.grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        choice = QHBoxLayout()
        self.calendar.setFixedWidth(CHOICE_WIDTH)
        choice.addWidget(self.calendar)
        choice.addWidget(self.whole)
        choice.addStretch(1)
        column.addLayout(choice)
        column.addWidget(self.told)
        column.addWidget(area, 1)

    def show_calendar(self, chosen: str) -> None:
        """Show the calendar that was chosen; "" for a guess."""
        mark = "as you said" if chosen else ""
        tone = Tone.ACCENT if chosen else Tone.FAINT
        self.calendar.show_field(Shown(chosen, CALENDARS, mark, "", tone, bool(chosen)))

    def show_coverage(self, coverage: Coverage | None, checking: bool) -> None:
        """Show a coverage, or that it is not known yet."""
        self.grid.show_coverage(coverage or Coverage(""))
        self.grid.setVisible(coverage is not None and bool(coverage.years))
        if coverage is None:
            self._summary = "Counting sessions…" if checking else "Not checked yet."
        elif not coverage.years:
            self._summary = NO_CALENDAR
        else:
            self._summary = summary(coverage)
        self.told.setText(self._summary)


def summary(coverage: Coverage) -> str:
    """All months in a sentence."""
    expected = sum(map(sum, coverage.expected))
    present = sum(map(sum, coverage.present))
    months = sum(
        has < wanted
        for wants, there in zip(coverage.expected, coverage.present, strict=True)
        for wanted, has in zip(wants, there, strict=True)
    )
    if present == expected:
        return f"All {expected:,} sessions of calendar {coverage.calendar} are there."
    gaps = "1 month lacks some" if months == 1 else f"{months} months lack some"
    said = f"{present:,} of {expected:,} sessions of calendar {coverage.calendar} are there"
    return f"{said}; {gaps}."
