"""Choosing market data: dataset, symbols, bar length and days, from what the library holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCalendarWidget,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from alphintra_desktop.ui.inspector.flow_layout import FlowLayout
from alphintra_desktop.ui.inspector.offering_line import OfferingLine
from alphintra_desktop.ui.inspector.param_editor import SEVERAL, ParamEditor, TextEditor
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.toned import keep_icon, keep_toned, tool_button
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.known_series import KnownSeries

USUAL_TIMEFRAMES = ("1m", "5m", "15m", "1h", "4h", "1d", "1w", "1mo")
DAY = "yyyy-MM-dd"


@dataclass(frozen=True)
class Surroundings:
    """What an editor of market data knows besides its own value: what there is to choose from,
    and the dataset that the graph uses."""

    look: Look
    known: KnownSeries
    dataset: Callable[[], str]


class NameEditor(ParamEditor):
    """A name to choose from a list, or to write."""

    def __init__(self, around: Surroundings, names: Callable[[], Sequence[str]]) -> None:
        self._line = OfferingLine()
        super().__init__(self._line)
        self._names = names
        self._line.textEdited.connect(self.drafted)
        self._line.editingFinished.connect(self._on_done)
        self._line.list.activated[str].connect(self._on_chosen)
        arrow = QAction("Show the list", self._line)
        keep_icon(arrow, around.look, "mdi6.chevron-down")
        arrow.triggered.connect(self._line.show_all)
        self._line.addAction(arrow, QLineEdit.ActionPosition.TrailingPosition)
        self.offer()
        watch(self, around.known.changed, lambda _: self.offer())

    def value(self) -> str:
        """The name."""
        return self._line.text().strip()

    def show_value(self, value: Any) -> None:
        """Show another name."""
        self._line.setPlaceholderText(SEVERAL if value is None else "")
        text = "" if value is None else str(value)
        if text != self._line.text():
            self._line.setText(text)

    def offer(self) -> None:
        """Offer what there is by now."""
        self._line.offer(self._names())

    def _on_chosen(self, name: str) -> None:
        self._line.setText(name)
        self.settled.emit()

    def _on_done(self) -> None:
        if self._line.isModified():
            self.settled.emit()


def dataset_editor(around: Surroundings) -> NameEditor:
    """Chooses among the datasets of the library."""
    return NameEditor(around, lambda: around.known.datasets)


def symbol_editor(around: Surroundings) -> NameEditor:
    """Chooses one of the dataset's symbols."""
    return NameEditor(around, lambda: around.known.symbols(around.dataset()))


def timeframe_editor(around: Surroundings) -> NameEditor:
    """Chooses among the bar lengths that the dataset has, and then the usual ones."""

    def names() -> list[str]:
        there = around.known.timeframes(around.dataset())
        return [*there, *(usual for usual in USUAL_TIMEFRAMES if usual not in there)]

    return NameEditor(around, names)


class SymbolsEditor(ParamEditor):
    """Symbols, each in a box of its own with a cross, and a line that completes another one."""

    def __init__(self, around: Surroundings) -> None:
        self._chips = QWidget()
        super().__init__(self._chips)
        self._around = around
        self._symbols: list[str] = []
        self._line = OfferingLine()
        self._line.setPlaceholderText("Add a symbol")
        self._line.setAccessibleName("Add a symbol")
        self._line.setMinimumWidth(96)
        self._line.returnPressed.connect(self._take)
        self._line.editingFinished.connect(self._take)
        self._line.list.activated[str].connect(self._add)
        self._flow = FlowLayout(self._chips)
        self.setFocusProxy(self._line)
        self._rebuild()
        watch(self, around.known.changed, lambda _: self.offer())

    def value(self) -> str:
        """The symbols with commas between, as a param holds them."""
        return ", ".join(self._symbols)

    def show_value(self, value: Any) -> None:
        """Show other symbols."""
        symbols = [name.strip() for name in (value or "").split(",") if name.strip()]
        self._line.setPlaceholderText(SEVERAL if value is None else "Add a symbol")
        if symbols != self._symbols:
            self._symbols = symbols
            self._rebuild()
        self.offer()

    def _take(self) -> None:
        names = [name.strip() for name in self._line.text().split(",") if name.strip()]
        self._line.clear()
        if names:
            self._change([*self._symbols, *names])

    def _add(self, name: str) -> None:
        self._line.setText(name)
        self._take()

    def _change(self, symbols: list[str]) -> None:
        self._symbols = symbols
        self._rebuild()
        self.settled.emit()

    def _rebuild(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self._line:
                widget.hide()
                widget.deleteLater()
        chips = (self._chip(index, name) for index, name in enumerate(self._symbols))
        for widget in (*chips, self._line):
            self._flow.addWidget(widget)
            widget.show()
        self._chips.updateGeometry()

    def _chip(self, index: int, name: str) -> QWidget:
        chip = tool_button(self._around.look, "mdi6.close", f"Take {name} away")
        chip.setObjectName("chip")
        chip.setText(name)
        keep_toned(
            chip, self._around.look, lambda colours: chip.setStyleSheet(_chip_style(colours))
        )
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        left = [*self._symbols[:index], *self._symbols[index + 1 :]]
        chip.clicked.connect(lambda: self._change(left))
        return chip

    def offer(self) -> None:
        """Offer the symbols of the dataset that are not chosen yet."""
        there = self._around.known.symbols(self._around.dataset())
        self._line.offer([name for name in there if name not in self._symbols])


def _chip_style(colours: Colours) -> str:
    return (
        f"QToolButton#chip {{ background: {colours.raised}; color: {colours.text};"
        f" border: 1px solid {colours.line}; border-radius: 10px; padding: 2px 7px; }}"
        f"QToolButton#chip:hover, QToolButton#chip:focus {{ border-color: {colours.accent}; }}"
    )


class DayEditor(TextEditor):
    """A day to write as 2010-01-31 or to choose from a calendar; empty means as far as there is."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__("all there is")
        button = tool_button(around.look, "mdi6.calendar-month-outline", "Choose from a calendar")
        button.clicked.connect(self._choose)
        self._button = button
        layout = self.layout()
        assert layout is not None
        layout.addWidget(button)

    def calendar(self) -> QCalendarWidget:
        """A calendar at the day that is written."""
        calendar = QCalendarWidget()
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        day = QDate.fromString(self.value(), DAY)
        if day.isValid():
            calendar.setSelectedDate(day)
        calendar.activated.connect(self._on_day)
        calendar.clicked.connect(self._on_day)
        return calendar

    def _choose(self) -> None:
        menu = QMenu(self)
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        calendar = self.calendar()
        layout.addWidget(calendar)
        calendar.clicked.connect(menu.close)
        calendar.activated.connect(menu.close)
        action = QWidgetAction(menu)
        action.setDefaultWidget(holder)
        menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))

    def _on_day(self, day: QDate) -> None:
        self.show_value(day.toString(DAY))
        self.settled.emit()
