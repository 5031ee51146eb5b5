"""Colours for values: from the ground of a panel over the accent to its text, ever stronger."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.look import Colours

STEPS = 256
FROM, MIDDLE = 0.12, 0.62  # how strong the weakest colour is, and where the accent lies
LEGEND = 92  # pixels
Floats = npt.NDArray[np.float64]


class ColourScale:
    """Colours of a measure from its lowest value to its highest. NaN has the ground's colour."""

    def __init__(self, values: Floats, colours: Colours, measure: str) -> None:
        finite = values[np.isfinite(values)]
        self.low = float(finite.min()) if len(finite) else 0.0
        self.high = float(finite.max()) if len(finite) else 1.0
        self.measure = measure
        self._ramp = _ramp(colours)

    def rgb(self, values: Floats) -> npt.NDArray[np.uint8]:
        """(..., 3) the colours of values that are finite."""
        span = self.high - self.low
        parts = (values - self.low) / span if span > 0 else np.full(values.shape, 1.0)
        steps = np.clip(np.nan_to_num(parts) * (STEPS - 1), 0, STEPS - 1).astype(np.int64)
        found: npt.NDArray[np.uint8] = self._ramp[steps]
        return found

    def colour(self, value: float) -> QColor:
        """The colour of one value."""
        red, green, blue = self.rgb(np.array([value]))[0].tolist()
        return QColor(red, green, blue)

    def paint_legend(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        """A bar of all colours, with the lowest and the highest value beside it."""
        ramp = np.ascontiguousarray(self._ramp[::-1].reshape(STEPS, 1, 3))
        image = QImage(ramp.tobytes(), 1, STEPS, 3, QImage.Format.Format_RGB888)
        bar = QRectF(box.left(), box.top() + 4, 10, box.height() - 8)
        painter.drawImage(bar, image)
        painter.setPen(ink)
        tall = QFontMetricsF(painter.font()).height()
        room = box.width() - 16
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for value, y in ((self.high, bar.top()), (self.low, bar.bottom() - tall)):
            text = format_metric(self.measure, value)
            painter.drawText(QRectF(bar.right() + 6, y, room, tall), side, text)


def image_of(values: Floats, scale: ColourScale) -> QImage:
    """A picture of (rows, columns) values, one pixel each, the first row below; NaNs are clear."""
    upside = values[::-1]
    pixels = np.zeros((*upside.shape, 4), dtype=np.uint8)
    known = np.isfinite(upside)
    pixels[known, :3] = scale.rgb(upside[known])
    pixels[known, 3] = 255
    rows, columns = upside.shape
    kept = np.ascontiguousarray(pixels).tobytes()
    return QImage(kept, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()


def _ramp(colours: Colours) -> npt.NDArray[np.uint8]:
    ground, accent, ink = (
        np.array(QColor(name).getRgb()[:3], dtype=np.float64)
        for name in (colours.panel, colours.accent, colours.text)
    )
    first = ground + FROM * (accent - ground)
    parts = np.linspace(0.0, 1.0, STEPS)[:, None]
    lower = first + (accent - first) * np.minimum(parts / MIDDLE, 1.0)
    upper = accent + (ink - accent) * np.clip((parts - MIDDLE) / (1 - MIDDLE), 0.0, 1.0) * 0.85
    ramp: npt.NDArray[np.uint8] = np.where(parts <= MIDDLE, lower, upper).round().astype(np.uint8)
    return ramp


def fits(value: float) -> bool:
    """Whether a value has a colour."""
    return math.isfinite(value)
