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

    Each of `lines` is (T,), missing before a run's first bar and after its last. `held` is what
    holding would have come to, where that is the same for all of them, else None.
    """

    timestamps: Times
    lines: tuple[Floats, ...]
    held: Floats | None = None


def growth(runs: Sequence[StoredRun]) -> Growth:
    """The runs side by side."""
    stamps = np.unique(np.concatenate([run.curves.timestamps for run in runs]))
    lines = tuple(_placed(run, run.curves.equity, stamps) for run in runs)
    held = [_placed(run, run.curves.buy_and_hold, stamps) for run in runs]
    alike = all(np.allclose(held[0], other, rtol=1e-9, equal_nan=True) for other in held)
    return Growth(stamps, lines, held[0] if alike else None)


def _placed(run: StoredRun, equity: Floats, stamps: Times) -> Floats:
    own = run.curves.timestamps
    rows = np.searchsorted(own, stamps, side="right") - 1
    inside = (rows >= 0) & (stamps <= own[-1])
    return np.where(inside, equity[np.maximum(rows, 0)] / equity[0], np.nan)
