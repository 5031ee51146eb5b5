"""What a walk-forward is asked for and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.plateau import Best
from alphintra_desktop.research.splits import Fold, Windows
from alphintra_desktop.research.windowed_run import WindowRun

FLAT, CARRIED = "flat", "carried"


@dataclass(frozen=True)
class WalkAsked:
    """What a walk-forward is asked: its windows, by which metric it chooses, and how folds meet.

    `edges` is `FLAT` (each fold ends without a position) or `CARRIED`. `warm_up` of the windows is
    taken from the strategy where it is 0.
    """

    windows: Windows
    metric: str = "sharpe"
    edges: str = FLAT


@dataclass(frozen=True, eq=False)
class FoldResult:
    """What one fold came to. `failure` says why there is nothing else; empty when it went well.

    `sharpes` are the Sharpe ratios per bar of all points in sample that have one, only as `best`,
    `variance` and `count`.
    """

    fold: Fold
    failure: str = ""
    best: Best | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    inside: WindowRun | None = None
    outside: WindowRun | None = None
    sharpes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class WalkForward:
    """What a walk-forward found.

    `stitched` is the out-of-sample account from the bar before the first window on; its values
    belong to `timestamps`. `efficiency` is out over in sample of the mean return a bar,
    `sharpe_efficiency` of the Sharpe ratio, where a window without trades counts as 0, `drift` see
    `stitching.drift`. `unused` bars at the end are in no fold.
    """

    asked: WalkAsked
    grid: Grid
    folds: tuple[FoldResult, ...]
    stitched: WindowRun
    timestamps: Any
    efficiency: float
    sharpe_efficiency: float
    drift: Mapping[str, Mapping[str, Any]]
    unused: int
    slow_because: str
