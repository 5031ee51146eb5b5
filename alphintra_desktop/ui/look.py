"""How everything looks: colours and sizes, light and dark, and where they are announced."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont, QGuiApplication

from alphintra_desktop.observe import Signal
from alphintra_desktop.workspace.settings import FONT_SCALE, GAIN_AND_LOSS, THEME, Settings


@dataclass(frozen=True)
class Colours:
    """One theme's colours as "#rrggbb".

    `window` lies behind everything, `panel` behind text, `raised` behind buttons and headers.
    `series` are lines of a chart, told apart by lightness as well. `ports` go by the name of the
    op class a port carries.
    """

    dark: bool
    window: str
    panel: str
    raised: str
    line: str
    text: str
    faint: str
    accent: str
    on_accent: str
    gain: str
    loss: str
    warning: str
    error: str
    done: str
    canvas: str
    grid: str
    node: str
    series: tuple[str, ...]
    ports: dict[str, str]


_PORTS_DARK = {
    "MarketData": "#a78bfa",
    "Numbers": "#5aa9e6",
    "Flags": "#f2b950",
    "OrderRule": "#58c4a3",
    "Sizing": "#d08ae0",
    "StopRule": "#f0806a",
    "TradingCosts": "#a3b18a",
    "StrategyOp": "#e8eaed",
}
_PORTS_LIGHT = {
    "MarketData": "#6d48d7",
    "Numbers": "#1f6fb2",
    "Flags": "#a86a00",
    "OrderRule": "#0f7f62",
    "Sizing": "#97389f",
    "StopRule": "#bd3d22",
    "TradingCosts": "#5b6b3a",
    "StrategyOp": "#31363d",
}

DARK = Colours(
    dark=True,
    window="#17191d",
    panel="#1e2126",
    raised="#282c33",
    line="#343941",
    text="#e4e7eb",
    faint="#9aa3ae",
    accent="#4c9ae8",
    on_accent="#0b1220",
    gain="#56a8f5",
    loss="#f0883e",
    warning="#e3b341",
    error="#f47067",
    done="#57ab8a",
    canvas="#15171a",
    grid="#1f2227",
    node="#262a31",
    series=("#56a8f5", "#9aa3ae", "#e3b341", "#57ab8a", "#d08ae0", "#f0883e"),
    ports=_PORTS_DARK,
)
LIGHT = Colours(
    dark=False,
    window="#eceef1",
    panel="#ffffff",
    raised="#f5f6f8",
    line="#d3d8de",
    text="#1c2126",
    faint="#5c6670",
    accent="#1f6fb2",
    on_accent="#ffffff",
    gain="#1667ad",
    loss="#b8500c",
    warning="#8a6100",
    error="#b3261e",
    done="#1b7553",
    canvas="#f6f7f9",
    grid="#e7eaee",
    node="#ffffff",
    series=("#1667ad", "#7a8490", "#a86a00", "#0f7f62", "#97389f", "#b8500c"),
    ports=_PORTS_LIGHT,
)
GREEN_AND_RED = {True: ("#57c785", "#f47067"), False: ("#12793f", "#b3261e")}


class Look(QObject):
    """The look in force. `changed` announces new colours, or the same ones with another font."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.changed: Signal[Colours] = Signal()
        self._settings = settings
        self._own_size = QGuiApplication.font().pointSizeF()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._announce)
        self._subscription = settings.changed.subscribe(self._on_setting)

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        base = DARK if self._dark else LIGHT
        if self._settings.get(GAIN_AND_LOSS) == "blue and orange":
            return base
        gain, loss = GREEN_AND_RED[base.dark]
        return replace(base, gain=gain, loss=loss)

    @property
    def _dark(self) -> bool:
        wanted = self._settings.get(THEME)
        if wanted == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return bool(wanted == "dark")

    @property
    def font(self) -> QFont:
        """The program's font at the size the user wants."""
        font = QGuiApplication.font()
        font.setPointSizeF(self._own_size * self._settings.get(FONT_SCALE))
        return font

    def apply_theme(self) -> None:
        """Follow the desktop, or the setting where it says light or dark."""
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        wanted = schemes.get(self._settings.get(THEME), Qt.ColorScheme.Unknown)
        QGuiApplication.styleHints().setColorScheme(wanted)

    def _on_setting(self, key: str) -> None:
        if key == THEME.key:
            self.apply_theme()
        if key in (THEME.key, FONT_SCALE.key, GAIN_AND_LOSS.key):
            self._announce()

    def _announce(self) -> None:
        self.changed.emit(self.colours)
