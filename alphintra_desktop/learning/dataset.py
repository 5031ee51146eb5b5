"""Rows that a model learns from: the features of a bar, its label, and until when that was open.

Features and labels are outputs of one drawing, computed by the code that its generator writes. A
row is a bar of a symbol on which all features have a number. What is known of a label:

1. It begins at the close of its bar, and is known at the close of `end`: the last bar that it looks
   at, counted in the symbol's own bars.
2. Bars whose label is not known yet have no row to learn from, but can be predicted.

Nothing is filled in, scaled or selected here: what is fitted to data belongs inside a fold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.features import (
    computed,
    defined,
    label_values,
)
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.feature_store import FeatureSet
from alphintra_desktop.market.store import LoadedBars

Integers = npt.NDArray[np.int64]

CLASSES, DIRECTION, RETURN = "class", "direction", "return"
TARGETS = (DIRECTION, RETURN, CLASSES)
FEWEST_ROWS = 100


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows in the order of their bars, of one bar in the order of the symbols.

    `features` is (R, F). `label` is (R,), NaN where it is not known yet. `bar` and `symbol` are
    (R,) places in `timestamps` and `symbols`. `end` is (R,): the place in `timestamps` at whose
    close the label is known; -1 where it is not. `left_out` counts bars without a row.
    """

    names: tuple[str, ...]
    features: Floats
    label: Floats
    bar: Integers
    symbol: Integers
    end: Integers
    timestamps: npt.NDArray[np.datetime64]
    symbols: tuple[str, ...]
    left_out: int

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """(R,): which rows have a label."""
        return self.end >= 0

    def __len__(self) -> int:
        return len(self.bar)


def dataset_of(
    graph: Graph, features: Mapping[str, str], label: str, loaded: LoadedBars
) -> tuple[FeatureSet, Dataset]:
    """The rows of a drawing on some bars. `features` maps names to "node.output", `label` is one.

    Raises `AlphintraError` for a feature that looks into the future, a label that does not, and
    where too few rows are left.
    """
    made = defined(graph, "training", features)
    values = computed(made, loaded.bars)
    labels, horizon = label_values(graph, label, loaded.bars)
    _refuse_the_label_among_features(values.columns, labels)
    return made, rows_of(loaded.bars, values.columns, labels, horizon)


def rows_of(
    bars: Bars, features: Mapping[str, Floats], label: Floats, horizon: int | Floats
) -> Dataset:
    """The rows of features and a label, each (T, N), the label open for `horizon` own bars.

    `horizon` may be (T, N), where it differs from label to label. Raises `AlphintraError`.
    """
    names = tuple(features)
    table = np.stack([features[name] for name in names], axis=-1)
    complete = bars.present & np.isfinite(table).all(axis=-1)
    bar, symbol = np.nonzero(complete)
    end = _ends(bars.present, horizon)[bar, symbol]
    labels = label[bar, symbol]
    end[~np.isfinite(labels)] = -1
    labels[end < 0] = np.nan
    if int((end >= 0).sum()) < FEWEST_ROWS:
        raise AlphintraError(
            f"{int((end >= 0).sum()):,} bars have all features and a label: too few to learn from.",
            hint=f"It takes {FEWEST_ROWS} at least: use a longer period, or features that need "
            "fewer bars.",
        )
    return Dataset(
        names=names,
        features=table[bar, symbol],
        label=labels,
        bar=bar,
        symbol=symbol,
        end=end,
        timestamps=bars.timestamps,
        symbols=bars.symbols,
        left_out=int(bars.present.sum()) - len(bar),
    )


def _ends(present: npt.NDArray[np.bool_], horizon: Any) -> Integers:
    """(T, N): the bar at whose close a label is known that is open for `horizon` own bars."""
    ends = np.full(present.shape, -1, np.int64)
    horizons = np.broadcast_to(np.asarray(horizon, np.float64), present.shape)
    for number in range(present.shape[1]):
        own = np.flatnonzero(present[:, number])
        bars = horizons[own, number]
        known = np.isfinite(bars)
        places = np.arange(len(own)) + np.where(known, bars, 0.0).astype(np.int64)
        known &= places < len(own)
        ends[own[known], number] = own[places[known]]
    return ends


def _refuse_the_label_among_features(features: Mapping[str, Floats], label: Floats) -> None:
    """A feature that is the label in disguise, such as one that custom code has looked up."""
    known = np.isfinite(label)
    for name, values in features.items():
        both = known & np.isfinite(values)
        if both.sum() < FEWEST_ROWS or np.ptp(values[both]) == 0 or np.ptp(label[both]) == 0:
            continue
        if abs(np.corrcoef(values[both], label[both])[0, 1]) > SUSPICIOUS:
            raise AlphintraError(
                f"The feature '{name}' is all but the label: their correlation is above "
                f"{SUSPICIOUS:g}.",
                hint="No feature knows the future so well. Look for what it is made of.",
            )


SUSPICIOUS = 0.98


def target_of(label: Floats, kind: str) -> Floats:
    """(R,): what a model is asked for: 1 or 0 for up or not, the label itself, or its class.

    NaN stays NaN.
    """
    if kind == DIRECTION:
        return np.where(np.isnan(label), np.nan, (label > 0).astype(np.float64))
    return np.sign(label) if kind == CLASSES else label
