"""How good predictions are, out of sample, beside what guessing would give."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.market.bars import Floats

FEWEST = 10


def direction_scores(
    target: Floats, probability: Floats, independent: float = 1.0
) -> dict[str, float]:
    """Of the probability that a target is 1 rather than 0. NaN where nothing can be told.

    - `accuracy` beside `guess`, that of always naming the more frequent one.
    - `auc`: the chance that a random 1 is given more than a random 0; one half is guessing. It is
      the Mann-Whitney U statistic over the number of pairs, and `p_value` is that of its normal
      approximation, with as many rows as are independent: the part `independent` of them.
    - `log_loss` and `brier`: lower is better; `log_loss_guess` is that of the base rate.
    """
    from scipy import stats  # noqa: PLC0415 - a second, which no other job should wait for

    if len(target) < FEWEST:
        return dict.fromkeys(DIRECTION_NAMES, math.nan)
    rate = float(np.mean(target == 1))
    auc = _auc(target == 1, probability)
    clipped = np.clip(probability, 1e-15, 1 - 1e-15)
    error = math.sqrt((len(target) + 1) / (12.0 * len(target) ** 2 * rate * (1.0 - rate) + 1e-300))
    told = (
        float(len(target)),
        float(np.mean((probability > 0.5) == (target == 1))),
        max(rate, 1.0 - rate),
        auc,
        float(stats.norm.sf((auc - 0.5) / error * math.sqrt(independent))),
        float(-np.mean(np.where(target == 1, np.log(clipped), np.log1p(-clipped)))),
        _entropy(rate),
        float(np.mean((probability - target) ** 2)),
    )
    return dict(zip(DIRECTION_NAMES, told, strict=True))


def _auc(up: npt.NDArray[np.bool_], probability: Floats) -> float:
    ups, downs = int(up.sum()), int((~up).sum())
    from scipy import stats  # noqa: PLC0415 - a second, which no other job should wait for

    if not ups or not downs:
        return math.nan
    ranks = stats.rankdata(probability)
    return float((ranks[up].sum() - ups * (ups + 1) / 2.0) / (ups * downs))


DIRECTION_NAMES = (
    "rows", "accuracy", "guess", "auc", "p_value", "log_loss", "log_loss_guess", "brier",
)  # fmt: skip


def return_scores(target: Floats, prediction: Floats, independent: float = 1.0) -> dict[str, float]:
    """Of predicted returns: Spearman's rank correlation (the information coefficient), its p-value
    for being above 0 with as many rows as are independent, and R squared against predicting 0."""
    from scipy import stats  # noqa: PLC0415 - a second, which no other job should wait for

    if len(target) < FEWEST:
        return dict.fromkeys(RETURN_NAMES, math.nan)
    ic = math.nan
    if np.ptp(prediction) > 0 and np.ptp(target) > 0:
        ic = float(stats.spearmanr(prediction, target).statistic)
    freedom = max(len(target) * independent - 2.0, 1.0)
    score = ic * math.sqrt(freedom / max(1.0 - ic * ic, 1e-12))
    squares, missed = float(np.sum(target**2)), float(np.sum((target - prediction) ** 2))
    told = (
        float(len(target)),
        ic,
        float(stats.t.sf(score, freedom)),
        1.0 - missed / squares if squares else math.nan,
    )
    return dict(zip(RETURN_NAMES, told, strict=True))


RETURN_NAMES = ("rows", "ic", "p_value", "r_squared")


def calibration(target: Floats, probability: Floats, parts: int = 10) -> list[dict[str, Any]]:
    """Predicted against observed frequency, in parts of equally many rows, the lowest first."""
    order = np.argsort(probability, kind="stable")
    return [
        {
            "rows": len(part),
            "predicted": float(probability[part].mean()),
            "observed": float(np.mean(target[part] == 1)),
        }
        for part in np.array_split(order, parts)
        if len(part)
    ]


def _entropy(rate: float) -> float:
    shares = [share for share in (rate, 1.0 - rate) if share > 0.0]
    return -sum(share * math.log(share) for share in shares)
