"""Charts over the same bars, one below the other: they pan, zoom and point together."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import QGraphicsTextItem, QWidget

from alphintra_desktop.ui.charts.axes import FigureAxis, TimeAxis
from alphintra_desktop.ui.charts.series_items import BarsItem
from alphintra_desktop.ui.look import Colours

FEWEST = 8  # bars that can be zoomed in to
ROOM = 0.06  # above and below what is drawn
ZOOM_A_STEP = 0.85
PAN_A_KEY = 0.1


@dataclass(frozen=True, eq=False)
class Panel:
    """One of the charts. `also` are values that are always in sight, such as 0 of a drawdown.

    `titles` say what is drawn, in the colours that `ChartStack.colour` is given for them.
    """

    titles: tuple[str, ...]
    kind: str
    items: tuple[BarsItem, ...]
    stretch: int
    also: tuple[float, ...] = ()


class BarsView(pg.ViewBox):  # type: ignore[misc]
    """The area of one chart. What the mouse does here is done to all of them."""

    def __init__(self, stack: ChartStack) -> None:
        super().__init__(enableMenu=False)
        self._stack = stack
        self.disableAutoRange()
        self.setMouseEnabled(False, False)

    def wheelEvent(self, event: Any, axis: Any = None) -> None:
        """Zoom about the bar under the mouse; sideways, pan."""
        steps = event.delta() / 120
        if event.orientation() == Qt.Orientation.Horizontal:
            self._stack.pan(-steps * PAN_A_KEY)
        else:
            self._stack.zoom(ZOOM_A_STEP**steps, self.mapSceneToView(event.scenePos()).x())
        event.accept()

    def mouseDragEvent(self, event: Any, axis: Any = None) -> None:
        """Pan; with Shift, or from the marked bar on, move the mark."""
        event.accept()
        start, now, before = (
            self.mapSceneToView(place).x()
            for place in (event.buttonDownScenePos(), event.scenePos(), event.lastScenePos())
        )
        first, last = self._stack.shown
        if event.isStart():
            self._stack.begin_drag(start, marking=_with_shift(event))
        if self._stack.marking:
            self._stack.bar_chosen.emit(self._stack.nearest(now))
        else:
            self._stack.pan((before - now) / (last - first))
        if event.isFinish():
            self._stack.end_drag()

    def mouseClickEvent(self, event: Any) -> None:
        """Choose a bar; by a double click, show all of them."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        event.accept()
        if event.double():
            self._stack.show_all()
        else:
            self._stack.clicked.emit(self.mapSceneToView(event.scenePos()))


def _with_shift(event: Any) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


class ChartStack(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """The charts.

    `moved` announces the bars in sight, `pointed` the one under the mouse (-1 for none), `clicked`
    a place in the chart that was clicked, `bar_chosen` a bar to mark.
    """

    moved = Signal(float, float)
    pointed = Signal(int)
    clicked = Signal(QPointF)
    bar_chosen = Signal(int)

    def __init__(self, stamps: npt.NDArray[np.datetime64], panels: Sequence[Panel]) -> None:
        super().__init__()
        self.panels = tuple(panels)
        self.count = len(stamps)
        self.shown = (0.0, float(self.count))
        self.marking = False
        self._mark: int | None = None
        self._views: list[BarsView] = []
        self._axes: list[Any] = []
        self._pointers: list[Any] = []
        self._marks: list[Any] = []
        self._titles: list[QGraphicsTextItem] = []
        self.ci.layout.setSpacing(0)
        self.ci.layout.setContentsMargins(0, 0, 0, 4)
        for row, panel in enumerate(self.panels):
            self._add(row, panel, TimeAxis(stamps, labelled=panel is self.panels[-1]))
        self.scene().sigMouseMoved.connect(self._on_mouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.show_all()

    # ------------------------------------------------------------------ the bars in sight

    def show_bars(self, first: float, last: float) -> None:
        """Have the bars from `first` to `last` in sight, as far as there are any."""
        span = min(max(last - first, FEWEST), self.count + 2.0)
        middle = (first + last) / 2
        low = min(max(middle - span / 2, -1.0), self.count + 1.0 - span)
        self.shown = (low, low + span)
        for panel, view in zip(self.panels, self._views, strict=True):
            view.setRange(
                xRange=self.shown,
                yRange=self._height(panel),
                padding=0.0,
                disableAutoRange=False,
            )
        self.moved.emit(*self.shown)

    def show_all(self) -> None:
        """Have every bar in sight."""
        self.show_bars(-1.0, self.count + 1.0)

    def pan(self, part: float) -> None:
        """Move on by a part of what is in sight."""
        first, last = self.shown
        self.show_bars(first + part * (last - first), last + part * (last - first))

    def zoom(self, factor: float, about: float | None = None) -> None:
        """Have `factor` as many bars in sight; the bar `about` stays where it is."""
        first, last = self.shown
        fixed = (first + last) / 2 if about is None else about
        span = max((last - first) * factor, FEWEST)
        start = fixed - (fixed - first) * span / (last - first)
        self.show_bars(start, start + span)

    def refresh(self) -> None:
        """Fit the heights again, after items were shown, hidden or changed."""
        self.show_bars(*self.shown)

    def nearest(self, x: float) -> int:
        """The bar at a place."""
        return min(max(round(x), 0), self.count - 1)

    def _height(self, panel: Panel) -> tuple[float, float]:
        first, last = int(self.shown[0]), int(self.shown[1]) + 1
        ends = [item.extremes.span(first, last) for item in panel.items if item.isVisible()]
        values = [value for pair in ends for value in pair if not math.isnan(value)]
        values.extend(panel.also)
        if not values:
            return 0.0, 1.0
        low, high = min(values), max(values)
        room = (high - low) * ROOM or abs(high) * ROOM or 1.0
        return low - room, high + room

    # ------------------------------------------------------------------ pointing and marking

    def mark(self, bar: int | None) -> None:
        """Mark a bar in all charts."""
        self._mark = bar
        for line in self._marks:
            line.setVisible(bar is not None)
            if bar is not None:
                line.setValue(bar)

    @property
    def marked(self) -> int | None:
        """The bar that is marked."""
        return self._mark

    def begin_drag(self, x: float, *, marking: bool) -> None:
        """A drag from `x` moves the mark if it starts there or is meant to; else it pans."""
        first, last = self.shown
        near = 5 * (last - first) / max(self.width(), 1)
        self.marking = marking or (self._mark is not None and abs(self._mark - x) <= near)

    def end_drag(self) -> None:
        """The mouse was let go."""
        self.marking = False

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse points at nothing any more."""
        self._point_at(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan, plus and minus zoom, Home shows all, comma and full stop move the mark."""
        key = Qt.Key
        steps = {key.Key_Comma: -1, key.Key_Period: 1}
        pans = {key.Key_Left: -PAN_A_KEY, key.Key_Right: PAN_A_KEY}
        zooms = {key.Key_Plus: ZOOM_A_STEP, key.Key_Equal: ZOOM_A_STEP, key.Key_Up: ZOOM_A_STEP}
        zooms |= {key.Key_Minus: 1 / ZOOM_A_STEP, key.Key_Down: 1 / ZOOM_A_STEP}
        pressed = Qt.Key(event.key())
        if pressed in steps:
            start = self._mark if self._mark is not None else self.nearest(sum(self.shown) / 2)
            self.bar_chosen.emit(self.nearest(start + steps[pressed]))
        elif pressed in pans:
            self.pan(pans[pressed])
        elif pressed in zooms:
            self.zoom(zooms[pressed], self._mark)
        elif pressed == key.Key_Home:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def _on_mouse(self, place: QPointF) -> None:
        inside = any(view.sceneBoundingRect().contains(place) for view in self._views)
        self._point_at(self._views[0].mapSceneToView(place).x() if inside else None)

    def _point_at(self, x: float | None) -> None:
        bar = -1 if x is None else self.nearest(x)
        for line in self._pointers:
            line.setVisible(bar >= 0)
            line.setValue(bar)
        self.pointed.emit(bar)

    # ------------------------------------------------------------------ making and colouring

    def _add(self, row: int, panel: Panel, times: TimeAxis) -> None:
        view, figures = BarsView(self), FigureAxis(panel.kind)
        # Put together by hand: a PlotItem brings axes and menus that take longer than all the rest.
        for item, below, beside in ((view, 0, 0), (figures, 0, 1), (times, 1, 0)):
            self.addItem(item, row=2 * row + below, col=beside)
        times.linkToView(view)
        figures.linkToView(view)
        self.ci.layout.setRowStretchFactor(2 * row, panel.stretch)
        for item in panel.items:
            view.addItem(item, ignoreBounds=True)
        for kept in (self._pointers, self._marks):
            line = pg.InfiniteLine(angle=90)
            line.hide()
            view.addItem(line, ignoreBounds=True)
            kept.append(line)
        for axis in (times, figures):
            axis.setZValue(-1000)  # the grid lies behind
        self._views.append(view)
        self._axes += [times, figures]
        self._titles.append(_titles(panel.titles, view))

    def axis_of(self, panel: Panel) -> FigureAxis:
        """The figures beside one of the charts."""
        axis = self._axes[2 * self.panels.index(panel) + 1]
        assert isinstance(axis, FigureAxis)
        return axis

    def view_of(self, panel: Panel) -> BarsView:
        """The area of one of the charts."""
        return self._views[self.panels.index(panel)]

    def colour(self, colours: Colours, font: QFont, lines: Mapping[str, str]) -> None:
        """Take on the look. `lines` are colours of titles; items are coloured by who made them."""
        of = defaultdict(lambda: colours.faint, lines)
        small = QFont(font)
        small.setPointSizeF(font.pointSizeF() * 0.9)
        self.setBackground(QColor(colours.panel))
        for axis in self._axes:
            axis.colour(colours, small)
        for pointer, mark in zip(self._pointers, self._marks, strict=True):
            pointer.setPen(pg.mkPen(colours.faint, style=Qt.PenStyle.DotLine))
            mark.setPen(pg.mkPen(colours.accent))
        for panel, title in zip(self.panels, self._titles, strict=True):
            title.setFont(small)
            title.setHtml("&nbsp;&nbsp;&nbsp;".join(_coloured(t, of) for t in panel.titles))


def _coloured(title: str, of: Mapping[str, str]) -> str:
    return f'<span style="color:{of[title]}">{escape(title)}</span>'


def _titles(texts: Sequence[str], view: BarsView) -> QGraphicsTextItem:
    title = QGraphicsTextItem(", ".join(texts), view)
    title.setPos(4, 2)
    title.setZValue(20)
    return title


def set_up(widget: QWidget, name: str, help_: str) -> None:
    """What a screen reader says of a chart, and how it is used."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(help_)
