"""A slim slider over the bars: every wire of the drawing shows its value at the one chosen."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)

from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.results.following import Following
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.node_values import NodeValues
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

NO_VALUES = "The nodes have no values yet."
NO_BAR = "No bar is looked at"
FAR = 20  # bars that Page Up and Page Down move
BUTTONS = (
    ("mdi6.skip-backward", "The first bar (Home)", "first"),
    ("mdi6.chevron-left", "One bar back (comma)", "back"),
    ("mdi6.chevron-right", "One bar on (full stop)", "on"),
    ("mdi6.skip-forward", "The last bar (End)", "last"),
    ("mdi6.close", "Look at no bar (Esc)", "none"),
)


def build_scrubber(workspace: Workspace, look: Look) -> QWidget:
    """The slider under the canvas."""
    return Scrubber(workspace, look)


class BarSlider(QSlider):
    """A slider that goes to where it is clicked, and is dragged on from there."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setMinimumWidth(60)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setValue(self._bar_under(event.position().x()))
        super().mousePressEvent(event)  # its handle lies under the mouse now

    def _bar_under(self, x: float) -> int:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        parts, slider = QStyle.SubControl, QStyle.ComplexControl.CC_Slider
        style = self.style()
        groove = style.subControlRect(slider, option, parts.SC_SliderGroove, self)
        handle = style.subControlRect(slider, option, parts.SC_SliderHandle, self)
        span, at = groove.width() - handle.width(), x - groove.x() - handle.width() / 2
        return QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), round(at), span, option.upsideDown
        )


class ShortLabel(QLabel):
    """Words that are cut short where there is no room for them, and ask for none."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self.alignment()), shown)


class Scrubber(QWidget):
    """Shows and sets `values.bar` of the current sheet."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._values: NodeValues | None = None
        self.slider = BarSlider()
        self.label, self._nothing = ShortLabel(), ShortLabel(NO_VALUES)
        self.compute = QPushButton("Compute values")
        self.buttons = {act: QToolButton() for _, _, act in BUTTONS}
        self._lay_out()
        self._set_up()
        watch(self, look.changed, lambda _: self._colour())
        self._colour()
        Following(workspace, self._follow, self)

    def step(self, by: int) -> None:
        """Look at a bar that lies so many further on."""
        if self._values is not None and self._values.bars:
            bar = self._values.bar
            self._values.scrub((self._values.bars - 1 if bar is None else bar) + by)

    def _follow(self, sheet: Sheet | None, follower: QObject) -> None:
        self._values = None if sheet is None else sheet.values
        if sheet is not None:
            watch(follower, sheet.values.changed, lambda _: self._refresh())
            watch(follower, sheet.values.scrubbed, lambda _: self._refresh())
        self._refresh()

    def _refresh(self) -> None:
        values = self._values
        bars = values.bars if values is not None else 0
        for widget in (self.slider, self.label, *self.buttons.values()):
            widget.setVisible(bars > 0)
        self._nothing.setVisible(bars == 0)
        self.compute.setVisible(bars == 0)
        self.compute.setEnabled(values is not None and not values.running)
        if values is not None and bars:
            self.slider.blockSignals(True)
            self.slider.setRange(0, bars - 1)
            self.slider.setValue(bars - 1 if values.bar is None else values.bar)
            self.slider.blockSignals(False)
            self.buttons["none"].setEnabled(values.bar is not None)
            self.label.setText(self._told(values))
            self.label.setToolTip(self.label.text())

    def _told(self, values: NodeValues) -> str:
        stamps, bar = values.timestamps, values.bar
        if bar is None or stamps is None:
            return NO_BAR
        # Not on the way to the first window, which this is part of.
        from alphintra_desktop.backtest.figures import times  # noqa: PLC0415

        # A date says it all where the first and the last bar begin at midnight.
        ends = stamps[[0, -1]]
        daily = bool((ends == ends.astype("datetime64[D]")).all())
        time = times(stamps[[bar]], daily=daily)[0]
        return f"{time}   bar {bar + 1:,} of {values.bars:,}"

    def _on_slider(self, bar: int) -> None:
        if self._values is not None:
            self._values.scrub(bar)

    def _act(self, act: str) -> None:
        if self._values is None:
            return
        if act == "none":
            self._values.scrub(None)
        elif act in ("first", "last"):
            self._values.scrub(0 if act == "first" else self._values.bars - 1)
        else:
            self.step(1 if act == "on" else -1)

    def _compute(self) -> None:
        if self._values is not None:
            self._values.run()
            self._refresh()

    def _set_up(self) -> None:
        self.slider.setAccessibleName("Bar that every wire shows its value at")
        self.slider.setPageStep(FAR)
        self.slider.valueChanged.connect(self._on_slider)
        self.compute.clicked.connect(self._compute)
        self.compute.setToolTip("Run the nodes, so that every wire can show its value at any bar")
        for _, help_, act in BUTTONS:
            self.buttons[act].setToolTip(help_)
            self.buttons[act].setAccessibleName(help_)
            self.buttons[act].clicked.connect(partial(self._act, act))
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for key, act in ((",", "back"), (".", "on"), ("Escape", "none")):
            QShortcut(QKeySequence(key), self, partial(self._act, act), context=within)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        row.setSpacing(6)
        row.addWidget(self._nothing)
        row.addWidget(self.compute)
        row.addWidget(self.buttons["first"])
        row.addWidget(self.buttons["back"])
        row.addWidget(self.slider, 1)
        for act in ("on", "last"):
            row.addWidget(self.buttons[act])
        row.addWidget(self.label)
        row.addWidget(self.buttons["none"])
        row.addStretch(0)
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _colour(self) -> None:
        colours = self._look.colours
        for name, _, act in BUTTONS:
            self.buttons[act].setIcon(icon(name, colours.faint))
        self._nothing.setStyleSheet(f"color: {colours.faint}")
