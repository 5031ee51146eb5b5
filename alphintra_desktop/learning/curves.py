"""How well predictions tell ups from downs, at every threshold: ROC, precision-recall, confusion.

What is predicted need be no probability: all of this only asks which prediction is higher. Equal
predictions are one threshold, so that an order among them, which means nothing, gains nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alphintra_desktop.market.bars import Floats

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve through points (P,), and the area under it. `guess` is the area of guessing."""

    x: Floats
    y: Floats
    area: float
    guess: float


@dataclass(frozen=True)
class Confusion:
    """What came of calling up all that is predicted above a threshold."""

    true_up: int
    false_up: int
    true_down: int
    false_down: int

    @property
    def rows(self) -> int:
        """How many were judged."""
        return self.true_up + self.false_up + self.true_down + self.false_down

    @property
    def accuracy(self) -> float:
        """The part that was called right."""
        return _part(self.true_up + self.true_down, self.rows)

    @property
    def precision(self) -> float:
        """The part of those called up that went up; NaN where none was called up."""
        return _part(self.true_up, self.true_up + self.false_up)

    @property
    def recall(self) -> float:
        """The part of those that went up that was called up."""
        return _part(self.true_up, self.true_up + self.false_down)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _part(2 * self.true_up, 2 * self.true_up + self.false_up + self.false_down)


@dataclass(frozen=True)
class Bin:
    """Rows of neighbouring predictions: their mean, and what the label came to.

    `error` is the standard error of the label's mean, as if rows were independent.
    """

    rows: int
    predicted: float
    mean: float
    error: float


def can_be_told(up: Flags) -> bool:
    """Whether there are ups and downs to tell apart."""
    return bool(up.any()) and not bool(up.all())


def roc(up: Flags, prediction: Floats) -> Curve:
    """False positive rate against true positive rate, from calling nothing up to calling all."""
    hits, misses = _counts(up, prediction)
    x, y = misses / misses[-1], hits / hits[-1]
    return Curve(x, y, float(np.trapezoid(y, x)), 0.5)


def precision_recall(up: Flags, prediction: Floats) -> Curve:
    """Recall against precision, from calling few up to calling all.

    The area is the average precision: each precision counts by the recall that it adds. Guessing
    has the share of ups.
    """
    hits, misses = (counts[1:] for counts in _counts(up, prediction))
    recall, precision = hits / hits[-1], hits / (hits + misses)
    area = float(np.sum(np.diff(recall, prepend=0.0) * precision))
    return Curve(recall, precision, area, float(np.mean(up)))


def confusion(up: Flags, prediction: Floats, threshold: float) -> Confusion:
    """What comes of calling up all that is predicted above `threshold`."""
    called = prediction > threshold
    return Confusion(
        true_up=int(np.sum(called & up)),
        false_up=int(np.sum(called & ~up)),
        true_down=int(np.sum(~called & ~up)),
        false_down=int(np.sum(~called & up)),
    )


def binned(prediction: Floats, label: Floats, parts: int = 10) -> tuple[Bin, ...]:
    """The label's mean over parts of equally many rows, the lowest predictions first."""
    order = np.argsort(prediction, kind="stable")
    return tuple(
        _bin(prediction[part], label[part]) for part in np.array_split(order, parts) if len(part)
    )


def thinned(curve: Curve, most: int = 600) -> Curve:
    """The curve through so many of its points at most, for drawing; the area is that of all."""
    if len(curve.x) <= most:
        return curve
    kept = np.unique(np.linspace(0, len(curve.x) - 1, most).round().astype(np.int64))
    return Curve(curve.x[kept], curve.y[kept], curve.area, curve.guess)


def _counts(up: Flags, prediction: Floats) -> tuple[Floats, Floats]:
    """Ups and downs among the highest predictions, from none to all, a threshold at a time."""
    order = np.argsort(-prediction, kind="stable")
    ranked = prediction[order]
    last = np.append(np.flatnonzero(np.diff(ranked) != 0), len(ranked) - 1)
    hits = np.cumsum(up[order])[last].astype(np.float64)
    nothing = np.zeros(1)
    return np.concatenate([nothing, hits]), np.concatenate([nothing, last + 1 - hits])


def _bin(prediction: Floats, label: Floats) -> Bin:
    count = len(label)
    spread = float(np.std(label, ddof=1)) if count > 1 else math.nan
    return Bin(count, float(prediction.mean()), float(label.mean()), spread / math.sqrt(count))


def _part(count: int, of: int) -> float:
    return count / of if of else math.nan
