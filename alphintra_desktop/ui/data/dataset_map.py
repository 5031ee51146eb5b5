"""The coverage of a whole dataset as a heat map: a row a series, a column a month."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from alphintra_desktop.observe import Signal as Announced
from alphintra_desktop.ui.data.coverage_map import MONTHS, shade
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.data_library import Key
from alphintra_desktop.workspace.data_work import DataWork
from alphintra_desktop.workspace.dataset_coverage import DatasetCoverage

LEFT, TOP, ROW = 132, 24, 19
NARROWEST, WIDEST = 3, 26
HELP = "A row a series, a column a month. Click or Enter shows the series."


class DatasetGrid(QWidget):
    """The cells. `pointed` announces what is to be said of one, `opened` the row of a series."""

    pointed = Signal(str)
    opened = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.coverage = DatasetCoverage("")
        self._months = range(0)
        self.cell: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Share of expected sessions by series and month")
        watch(self, look.changed, lambda _: self.update())

    def show_coverage(self, coverage: DatasetCoverage) -> None:
        """Show this coverage."""
        self.coverage, self._months, self.cell = coverage, coverage.months, None
        rows, columns = len(coverage.series), len(self._months)
        self.setMinimumSize(LEFT + columns * NARROWEST + 8, TOP + rows * ROW + 8)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for every series and month."""
        return self.minimumSize()

    @property
    def _step(self) -> int:
        """The width of a month."""
        columns = max(len(self._months), 1)
        return min(max((self.width() - LEFT - 8) // columns, NARROWEST), WIDEST)

    def box(self, row: int, column: int) -> QRect:
        """Where a month of a series is drawn."""
        step = self._step
        gap = 1 if step > 5 else 0
        return QRect(LEFT + column * step, TOP + row * ROW, step - gap, ROW - 2)

    def words(self, row: int, column: int) -> str:
        """What a series has in a month."""
        series, month = self.coverage.series[row], self._months[column]
        when = f"{series.symbol} {series.timeframe}, {MONTHS[month % 12]} {month // 12}"
        found = series.at(month)
        if found is None:
            return f"{when}: no session to expect"
        expected, present = found
        missing = f", {expected - present} missing" if present < expected else ""
        return f"{when}: {present} of {expected} sessions of {series.calendar}{missing}"

    # ------------------------------------------------------------------ drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the series that are in sight."""
        painter = QPainter(self)
        self._paint_years(painter)
        first = max((event.rect().top() - TOP) // ROW, 0)
        last = min((event.rect().bottom() - TOP) // ROW + 1, len(self.coverage.series))
        for row in range(first, last):
            self._paint_series(painter, row, event.rect())
        if self.cell is not None:
            painter.setPen(QPen(QColor(self._look.colours.text), 1.5))
            painter.drawRect(self.box(*self.cell).adjusted(-1, -1, 0, 0))
        painter.end()

    def _paint_years(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._look.colours.faint))
        widest = painter.fontMetrics().horizontalAdvance("0000") + 8
        free = 0
        for column, month in enumerate(self._months):
            left = LEFT + column * self._step
            if month % 12 == 0 and left >= free:
                painter.drawText(QPoint(left, TOP - 8), str(month // 12))
                free = left + widest

    def _paint_series(self, painter: QPainter, row: int, seen: QRect) -> None:
        series, colours, step = self.coverage.series[row], self._look.colours, self._step
        painter.setPen(QColor(colours.text if self.cell and self.cell[0] == row else colours.faint))
        side = QRect(0, TOP + row * ROW, LEFT - 10, ROW - 2)
        name = painter.fontMetrics().elidedText(
            f"{series.symbol} {series.timeframe}", Qt.TextElideMode.ElideRight, side.width()
        )
        painter.drawText(side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        first = max((seen.left() - LEFT) // step, 0)
        last = min((seen.right() - LEFT) // step + 1, len(self._months))
        for column in range(first, last):
            found = series.at(self._months[column])
            if found is not None:
                painter.fillRect(self.box(row, column), shade(found[1] / found[0], colours))

    # ------------------------------------------------------------------ pointing

    def point(self, cell: tuple[int, int] | None) -> None:
        """Look at a month of a series."""
        if cell != self.cell:
            self.cell = cell
            self.pointed.emit("" if cell is None else self.words(*cell))
            self.update()

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        """The month under a place; beside the months, the first one of its row."""
        row = (place.y() - TOP) // ROW
        column = max((place.x() - LEFT) // self._step, 0)
        inside = 0 <= row < len(self.coverage.series) and column < len(self._months)
        return (row, column) if inside and place.y() >= TOP else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the month under the mouse."""
        self.point(self.cell_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Show the series under the mouse."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(cell[0])

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse points at nothing any more."""
        self.point(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move between months and series, Enter shows a series."""
        keys = Qt.Key
        steps = {
            keys.Key_Left: (0, -1),
            keys.Key_Right: (0, 1),
            keys.Key_Up: (-1, 0),
            keys.Key_Down: (1, 0),
        }
        rows, columns = len(self.coverage.series), len(self._months)
        if event.key() in (keys.Key_Return, keys.Key_Enter) and self.cell is not None:
            self.opened.emit(self.cell[0])
        elif event.key() in steps and rows and columns:
            step = steps[Qt.Key(event.key())]
            row, column = self.cell or (0, columns - 1)
            self.point(
                (min(max(row + step[0], 0), rows - 1), min(max(column + step[1], 0), columns - 1))
            )
        else:
            super().keyPressEvent(event)


class DatasetMap(QWidget):
    """The heat map of the dataset of the shown series. `chosen` announces a series to show."""

    def __init__(self, work: DataWork, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: Announced[Key] = Announced()
        self._work, self._dataset, self._summary = work, "", ""
        self.grid, self.told = DatasetGrid(look), ToneLabel(look, Tone.FAINT)
        self.again = QPushButton("Count again")
        self._lay_out()
        watch(self, work.covered, lambda _: self.refresh())
        self.grid.pointed.connect(lambda text: self.told.setText(text or self._summary))
        self.grid.opened.connect(self._open)
        self.again.clicked.connect(self._count_again)

    def show_dataset(self, dataset: str) -> None:
        """Show a dataset, and count its sessions unless that is known."""
        self._dataset = dataset
        self._work.cover(dataset)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        known = self._work.coverage(self._dataset)
        self.again.setEnabled(not self._work.is_covering(self._dataset))
        if known is not self.grid.coverage:
            self.grid.show_coverage(known or DatasetCoverage(self._dataset))
        counting = self._work.is_covering(self._dataset)
        waiting = "Counting sessions…" if counting else "The sessions were not counted."
        self._summary = summary(known) if known is not None else waiting
        self.told.setText(self._summary)

    def _open(self, row: int) -> None:
        series = self.grid.coverage.series[row]
        self.chosen.emit((self._dataset, series.symbol, series.timeframe))

    def _count_again(self) -> None:
        self._work.forget_coverage(self._dataset)
        self.show_dataset(self._dataset)

    def _lay_out(self) -> None:
        self.told.setWordWrap(False)
        self.grid.setToolTip(HELP)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self.grid)
        bar = QHBoxLayout()
        bar.addWidget(self.told, 1)
        bar.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addLayout(bar)
        column.addWidget(area, 1)


def summary(coverage: DatasetCoverage) -> str:
    """A dataset in a sentence."""
    expected, present = coverage.counts
    count = len(coverage.series)
    many = "1 series" if count == 1 else f"{count:,} series"
    if not expected:
        return f"Of none of the {many} of {coverage.dataset} it is known when its market is open."
    lacking = sum(sum(one.present) < sum(one.expected) for one in coverage.series)
    said = f"{coverage.dataset}: {present:,} of {expected:,} sessions of {many} are there"
    return f"{said}; {lacking:,} lack some." if lacking else f"{said}."
