"""Recorded runs side by side: how their equity grew, on all of their times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.market.bars import Floats

Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Growth:
    """The equity of several runs as multiples of their first, on all of their times.

    Each of `lines` is (T,), missing before a run's first bar and after its last.
    """

    timestamps: Times
    lines: tuple[Floats, ...]


def growth(runs: Sequence[StoredRun]) -> Growth:
    """The runs side by side."""
    stamps = np.unique(np.concatenate([run.curves.timestamps for run in runs]))
    return Growth(stamps, tuple(_placed(run, stamps) for run in runs))


def _placed(run: StoredRun, stamps: Times) -> Floats:
    own, equity = run.curves.timestamps, run.curves.equity
    rows = np.searchsorted(own, stamps, side="right") - 1
    inside = (rows >= 0) & (stamps <= own[-1])
    return np.where(inside, equity[np.maximum(rows, 0)] / equity[0], np.nan)
