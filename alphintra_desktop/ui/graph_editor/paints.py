"""The look as the canvas paints with it: colours, pens and fonts made once, not per item."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen

from alphintra_desktop.ui.look import Colours

CATEGORY_ICONS = {
    "Market data": "mdi6.database-outline",
    "Prices": "mdi6.chart-line",
    "Transforms": "mdi6.function-variant",
    "Rolling statistics": "mdi6.chart-bell-curve",
    "Channels": "mdi6.chart-timeline-variant",
    "Arithmetic": "mdi6.calculator-variant-outline",
    "Mathematics": "mdi6.function",
    "Conditions": "mdi6.scale-balance",
    "Logic": "mdi6.gate-and",
    "Calendar": "mdi6.calendar-blank-outline",
    "Signals": "mdi6.flag-outline",
    "Sizing": "mdi6.arrow-expand-vertical",
    "Stops": "mdi6.shield-outline",
    "Costs": "mdi6.cash-minus",
    "Portfolio": "mdi6.chart-pie",
    "Strategy": "mdi6.chess-knight",
    "Research labels": "mdi6.tag-outline",
    "Models": "mdi6.head-cog-outline",
    "Custom": "mdi6.language-python",
    "Momentum": "mdi6.speedometer",
    "Trend": "mdi6.trending-up",
    "Bar averages": "mdi6.trending-neutral",
    "Pattern": "mdi6.chart-waterfall",
    "Volume": "mdi6.chart-bar",
    "Volatility": "mdi6.pulse",
    "Statistics": "mdi6.sigma",
    "Cycles": "mdi6.sine-wave",
}
ANY_ICON = "mdi6.puzzle-outline"
NOTE_COLOURS = ("grey", "blue", "green", "amber", "red", "violet")


def mixed(front: QColor, back: QColor, share: float) -> QColor:
    """`share` of the front colour, and the rest of the back colour."""
    return QColor.fromRgbF(
        front.redF() * share + back.redF() * (1 - share),
        front.greenF() * share + back.greenF() * (1 - share),
        front.blueF() * share + back.blueF() * (1 - share),
    )


def faded(colour: QColor, alpha: float) -> QColor:
    """A colour that lets shine through what lies behind it."""
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made


class Type:
    """A font with how wide its text is."""

    def __init__(self, font: QFont, pixels: int, weight: QFont.Weight) -> None:
        self.font = QFont(font)
        self.font.setPixelSize(pixels)
        self.font.setWeight(weight)
        self.font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.metrics = QFontMetricsF(self.font)


class Paints:
    """Everything that canvas items paint with, in one look."""

    def __init__(self, colours: Colours, font: QFont) -> None:
        self.colours = colours
        self.canvas = QColor(colours.canvas)
        self.grid = QColor(colours.grid)
        self.node = QColor(colours.node)
        self.line = QColor(colours.line)
        self.text = QColor(colours.text)
        self.faint = QColor(colours.faint)
        self.accent = QColor(colours.accent)
        self.error = QColor(colours.error)
        self.warning = QColor(colours.warning)
        self.done = QColor(colours.done)
        self.panel = QColor(colours.panel)
        self.on_accent = QColor(colours.on_accent)
        self.edge = mixed(self.text, self.node, 0.24 if colours.dark else 0.20)
        self.shadow = QColor(0, 0, 0, 64 if colours.dark else 26)
        self.title = Type(font, 12, QFont.Weight.DemiBold)
        self.label = Type(font, 11, QFont.Weight.Normal)
        self.small = Type(font, 10, QFont.Weight.Normal)
        self._ports = {name: QColor(value) for name, value in colours.ports.items()}
        self._headers: dict[str, QColor] = {}
        self._wire_pens: dict[tuple[str, str], QPen] = {}

    def port(self, type_: str) -> QColor:
        """The colour of what a port carries; that of errors where nobody knows what it is."""
        return self._ports.get(type_, self.error if type_ == "" else self.faint)

    def header(self, type_: str) -> QColor:
        """The tint of a node's title."""
        if type_ not in self._headers:
            share = 0.26 if self.colours.dark else 0.16
            tint = self._ports.get(type_, self.faint)
            self._headers[type_] = mixed(tint, self.node, share)
        return self._headers[type_]

    def wire_pen(self, type_: str, state: str = "") -> QPen:
        """The pen of a wire; `state` is "", "hovered", "selected" or "dimmed"."""
        key = type_, state
        if key not in self._wire_pens:
            self._wire_pens[key] = self._wire_pen(type_, state)
        return self._wire_pens[key]

    def note(self, colour: str) -> QColor:
        """The colour of a frame or comment by its plain name."""
        return self._note_colours.get(colour, self.faint)

    @cached_property
    def _note_colours(self) -> dict[str, QColor]:
        shown = (
            self.faint,
            self.accent,
            self.done,
            self.warning,
            self.error,
            self.port("MarketData"),
        )
        return dict(zip(NOTE_COLOURS, shown, strict=True))

    def _wire_pen(self, type_: str, state: str) -> QPen:
        colour = mixed(self.port(type_), self.canvas, 0.86)
        width = 2.0
        if state == "hovered":
            colour, width = mixed(self.port(type_), self.text, 0.75), 3.4
        elif state == "selected":
            colour, width = self.accent, 3.4
        elif state == "dimmed":
            colour = mixed(self.port(type_), self.canvas, 0.32)
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        return pen
