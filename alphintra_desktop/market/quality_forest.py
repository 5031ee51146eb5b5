"""What the rules miss: bars that are unlike all others, by an isolation forest.

A forest of random trees needs few cuts to part an odd point from the rest (Liu, Ting and Zhou,
"Isolation Forest", ICDM 2008). Steps: 1. of each bar how far it moved, its range, its volume and
its opening gap are measured in units of the bars around it, so that a wild year is held against
itself; 2. the forest learns from a sample of all bars; 3. it judges the most extreme bars only, and
tells those that are further out than nearly all of the sample, and far out by plain measures too.

This is the only file that speaks to scikit-learn.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.market.quality_finding import QualityFinding, Rows, Severity
from alphintra_desktop.market.quality_table import BarTable

_FEWEST_BARS = 250
_SAMPLE, _MOST_JUDGED, _MOST_TOLD = 1_000, 1_000, 10
_AROUND = 16
_FAR = 20.0
_TREES, _SEED = 32, 20_240_229
_MEASURES = ("move", "range", "volume", "opening gap")


def unusual_findings(table: BarTable, explained: Rows) -> Iterator[QualityFinding]:
    """The most unusual bars besides those that other findings explain already, worst first."""
    extreme = np.setdiff1d(table.screen.extreme, np.concatenate([explained, explained + 1, [0]]))
    if len(table) < _FEWEST_BARS or not len(extreme):
        return
    measured = measures(table, extreme)
    far = np.nanmax(measured, axis=1)
    chosen = np.argsort(-far, kind="stable")[:_MOST_JUDGED]
    chosen = chosen[far[chosen] > _FAR]
    if not len(chosen):
        return
    sample = np.unique(np.linspace(1, len(table) - 1, _SAMPLE).astype(np.int64))
    sample = np.setdiff1d(sample, extreme[chosen])
    scores, usual = _scores(measures(table, sample), measured[chosen])
    for place in np.flatnonzero(scores > usual)[:_MOST_TOLD]:
        yield _unusual(table, int(extreme[chosen[place]]), measured[chosen[place]])


def measures(table: BarTable, rows: Rows) -> Floats:
    """(K, 4): move, range, volume and opening gap of some bars, as multiples of what is usual
    around them (0: usual, 1: away from it by as much as the bars around are, in the middle)."""
    starts = np.clip(rows - _AROUND, 1, len(table) - 1 - 2 * _AROUND)
    around = starts[:, np.newaxis] + np.arange(2 * _AROUND + 1)
    own = rows - starts
    before = table["close"][around - 1]
    with np.errstate(all="ignore"):
        parts = (
            np.abs(np.log(table["close"][around] / before)),
            np.log(table["high"][around] / table["low"][around]),
            np.log1p(table["volume"][around]),
            np.abs(np.log(table["open"][around] / before)),
        )
        return np.asarray(np.stack([_away(part, own) for part in parts], axis=1))


def _away(part: Floats, place: Rows) -> Floats:
    """How far one of each window is from its median, by the median distance."""
    part = np.nan_to_num(part, nan=0.0, posinf=0.0, neginf=0.0)
    own = part[np.arange(len(part)), place]
    middle = np.median(part, axis=1)
    apart = np.median(np.abs(part - middle[:, np.newaxis]), axis=1)
    # Of so many windows some are quiet by chance, which must not make their other bars look wild.
    least = np.maximum(apart, 0.5 * np.median(apart) + 1e-6)
    return np.asarray(np.abs(own - middle) / (1.4826 * least))


def _scores(sample: Floats, judged: Floats) -> tuple[Floats, float]:
    """How odd each judged bar is, and how odd the oddest of the sample are (higher: odder)."""
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415 - takes a second

    forest = IsolationForest(n_estimators=_TREES, max_samples=256, random_state=_SEED)
    forest.fit(_features(sample))
    odd = -forest.score_samples(_features(np.concatenate([sample, judged])))
    return odd[len(sample) :], float(np.quantile(odd[: len(sample)], 0.995))


def _features(measured: Floats) -> Floats:
    """With the largest of all and their sum, because a forest cuts along one axis at a time and
    would else overlook what is odd in one measure alone."""
    logs = np.log1p(measured)
    both = [logs.max(axis=1), logs.sum(axis=1)]
    return np.concatenate([logs, np.stack(both, axis=1)], axis=1)


def _unusual(table: BarTable, row: int, measured: Floats) -> QualityFinding:
    order = np.argsort(-measured)
    worst = [f"its {_MEASURES[k]} is {measured[k]:,.0f} times" for k in order if measured[k] > _FAR]
    return QualityFinding(
        "unusual_bar",
        Severity.INFO,
        f"The bar of {table.time(row)} is unlike those around it: {', '.join(worst)} further from"
        " the usual than theirs.",
        "Look at it in the chart; if a source shows the same, it happened.",
        table.span(np.array([row])),
    )
