"""How much of a Sharpe ratio, or of the best of many, luck alone would give.

Sharpe ratios are per bar, never annualised: mean over standard deviation (ddof 1) of the returns.
Skewness and kurtosis are biased (ddof 0), and kurtosis is raw: 3 for a normal distribution, so the
metric of that name plus 3. `bars` counts returns. What cannot be told is NaN: from fewer than two
returns, or from a number that is NaN or infinite itself.

- Probabilistic Sharpe ratio and minimum track record length: Bailey and Lopez de Prado 2012, "The
  Sharpe Ratio Efficient Frontier", Journal of Risk 15(2), pages 3-44.
- Deflated Sharpe ratio: Bailey and Lopez de Prado 2014, "The Deflated Sharpe Ratio", Journal of
  Portfolio Management 40(5), pages 94-107. The expected maximum in it is proven in Lopez de Prado
  and Bailey 2021, "The False Strategy Theorem", American Mathematical Monthly 128(9), pages
  825-831.
- Probability of backtest overfitting: Bailey, Borwein, Lopez de Prado and Zhu 2017, "The
  Probability of Backtest Overfitting", Journal of Computational Finance 20(4), pages 39-69.
- False discovery rate: Benjamini and Hochberg 1995, "Controlling the False Discovery Rate", Journal
  of the Royal Statistical Society B 57(1), pages 289-300.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from alphintra_desktop.simulation.rules import Floats

Flags = npt.NDArray[np.bool_]

NORMAL = NormalDist()
EULER = float(np.euler_gamma)
NORMAL_KURTOSIS = 3.0
AT_ONCE = 8_192  # Sharpe ratios: what fits the cache


class Measured(NamedTuple):
    """A Sharpe ratio per bar with the returns' number, skewness and raw kurtosis."""

    sharpe: float
    bars: float
    skew: float = 0.0
    kurtosis: float = NORMAL_KURTOSIS


class Overfitting(NamedTuple):
    """What choosing the best in one half of the bars comes to in the other, over all halvings.

    `probability` is the share of halvings after which the chosen strategy was no better than the
    median. `logits` are log(w / (1 - w)) of its relative rank w in the other half, one a halving.
    """

    probability: float
    logits: Floats


def probabilistic_sharpe(measured: Measured, benchmark: float = 0.0) -> float:
    """The probability that the true Sharpe ratio is above `benchmark`.

    Phi((SR - SR*) sqrt(T - 1) / sqrt(1 - g3 SR + (g4 - 1) / 4 SR^2)), with the normal distribution
    function Phi, skewness g3 and raw kurtosis g4; for returns that do not depend on earlier ones.
    Bailey and Lopez de Prado 2012, Journal of Risk 15(2), pages 3-44.
    """
    excess, spread = _excess_and_spread(measured, benchmark)
    if not 1.0 < measured.bars < math.inf:
        return math.nan
    score = excess * math.sqrt(measured.bars - 1.0) / spread
    return math.erfc(-score / math.sqrt(2.0)) / 2.0


def minimum_track_record(
    measured: Measured, benchmark: float = 0.0, confidence: float = 0.95
) -> float:
    """How many returns it takes to say that the true Sharpe ratio is above `benchmark`.

    1 + (1 - g3 SR + (g4 - 1) / 4 SR^2) (z / (SR - SR*))^2, where z is the normal quantile of
    `confidence`, above one half. NaN when the ratio is not above the benchmark: no number of
    returns would do. Bailey and Lopez de Prado 2012, Journal of Risk 15(2), pages 3-44.
    """
    excess, spread = _excess_and_spread(measured, benchmark)
    if not excess > 0.0:
        return math.nan
    root = NORMAL.inv_cdf(confidence) * spread / excess
    return _finite(1.0 + root * root)


def expected_maximum_sharpe(trials: int, variance: float) -> float:
    """What the best of `trials` strategies without any skill shows, on average.

    sqrt(V) ((1 - c) Q(1 - 1 / N) + c Q(1 - 1 / (N e))), with the variance V of the Sharpe ratios
    across the trials, the normal quantile Q and Euler's constant c; 0 for one trial. An
    approximation: 8 % too low for two trials, 3 % too high for five, 1 % for a hundred. Bailey and
    Lopez de Prado 2014, Journal of Portfolio Management 40(5), pages 94-107; Lopez de Prado and
    Bailey 2021, American Mathematical Monthly 128(9), pages 825-831.
    """
    if not 1 <= trials < math.inf or not 0.0 <= variance < math.inf:
        return math.nan
    if trials == 1:
        return 0.0
    # The quantile of 1 - p is that of p with its sign changed, and p keeps its digits.
    highest = (EULER - 1.0) * NORMAL.inv_cdf(1.0 / trials)
    higher = EULER * NORMAL.inv_cdf(1.0 / trials / math.e)
    return math.sqrt(variance) * (highest - higher)


def deflated_sharpe(measured: Measured, trials: int, variance: float) -> float:
    """The probability that the true Sharpe ratio is above what the best of `trials` lucky ones has.

    The probabilistic Sharpe ratio against the expected maximum of so many trials without skill,
    whose Sharpe ratios have `variance`. Bailey and Lopez de Prado 2014, Journal of Portfolio
    Management 40(5), pages 94-107.
    """
    return probabilistic_sharpe(measured, expected_maximum_sharpe(trials, variance))


def variance_without_skill(bars: float) -> float:
    """The variance of the Sharpe ratio that `bars` returns without skill show: 1 / (T - 1).

    The square of the standard error in `probabilistic_sharpe`, where the true ratio is 0.
    """
    return 1.0 / (bars - 1.0) if 1.0 < bars < math.inf else math.nan


# ------------------------------------------------------------ the best of many strategies


def backtest_overfitting(returns: npt.ArrayLike, blocks: int = 16) -> Overfitting:
    """The probability of backtest overfitting, by combinatorially symmetric cross-validation.

    `returns` is (T, N): bars by strategies; `blocks` is even.

    1. Cut the bars into `blocks` parts; where they do not divide, the first ones get a bar more.
    2. Each way of taking half of the parts is a halving; the other half is out of sample.
    3. Find the strategy with the highest Sharpe ratio in the half, the first of equals. One whose
       returns do not vary has a Sharpe ratio of 0.
    4. Take its rank from below among all Sharpe ratios in the other half (equals share the mean of
       their ranks), over N + 1: w. Its logit is log(w / (1 - w)).
    5. The probability is the share of halvings whose logit is 0 or less.

    NaN with fewer than two strategies or than two bars a block, or where a return is not finite.
    Raises ValueError for blocks that cannot be halved. Bailey, Borwein, Lopez de Prado and
    Zhu 2017, Journal of Computational Finance 20(4), pages 39-69.
    """
    if blocks < 2 or blocks % 2:
        raise ValueError(f"{blocks} blocks cannot be halved")
    table = np.asarray(returns, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"returns are a table of bars by strategies, not {table.shape}")
    bars, strategies = table.shape
    if strategies < 2 or bars < 2 * blocks or not np.isfinite(table).all():
        return Overfitting(math.nan, np.empty(0))
    sums = _block_sums(table, blocks)
    logits = np.concatenate([_logits(sums, chosen) for chosen in _halvings(blocks, strategies)])
    return Overfitting(float(np.mean(logits <= 0.0)), logits)


def false_discovery_rates(p_values: npt.ArrayLike) -> Floats:
    """The smallest false discovery rate at which each hypothesis is rejected, by its p-value.

    Of m p-values in rising order, that of rank k becomes the least of p m / rank over all ranks
    from k on: rejecting every one that is at most q keeps the expected share of false rejections at
    q. NaN values are no hypotheses: they stay NaN and are not counted. Benjamini and Hochberg 1995,
    Journal of the Royal Statistical Society B 57(1), pages 289-300.
    """
    values = np.asarray(p_values, dtype=np.float64)
    rates = np.full(values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(values))
    rising = tested[np.argsort(values[tested], kind="stable")]
    scaled = values[rising] * len(rising) / np.arange(1, len(rising) + 1)
    rates[rising] = np.minimum.accumulate(scaled[::-1])[::-1]
    return rates


def _excess_and_spread(measured: Measured, benchmark: float) -> tuple[float, float]:
    """SR - SR* and sqrt(1 - g3 SR + (g4 - 1) / 4 SR^2), the standard error of SR times sqrt(T - 1).

    Where either does not exist, both are NaN. Returns have g4 at least 1 + g3^2, which leaves the
    root nothing negative; numbers that no returns have may.
    """
    sharpe, _, skew, kurtosis = map(float, measured)
    inside = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe * sharpe
    excess = sharpe - float(benchmark)
    if not 0.0 < inside < math.inf or not math.isfinite(excess):
        return math.nan, math.nan
    return excess, math.sqrt(inside)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def _halvings(blocks: int, strategies: int) -> Iterator[Flags]:
    """Every choice of half of the blocks, as rows of (some, blocks), a few at a time."""
    halves = np.array(list(combinations(range(blocks), blocks // 2)))
    chosen = np.zeros((len(halves), blocks), dtype=bool)
    np.put_along_axis(chosen, halves, True, axis=1)
    step = max(1, AT_ONCE // strategies)
    for first in range(0, len(chosen), step):
        yield chosen[first : first + step]


class _BlockSums(NamedTuple):
    """All that a Sharpe ratio needs of each block: no bar is read twice.

    `length` is (blocks, 1), `total` and `squares` (blocks, strategies) of the returns less
    `centre`, their mean over all bars: their own squares would swamp a small variance.
    """

    length: Floats
    total: Floats
    squares: Floats
    centre: Floats


def _block_sums(table: Floats, blocks: int) -> _BlockSums:
    whole, longer = divmod(len(table), blocks)
    length = np.where(np.arange(blocks) < longer, whole + 1, whole)
    first = np.cumsum(length) - length
    centre = table.mean(axis=0)
    moved = table - centre
    total = np.add.reduceat(moved, first, axis=0)
    squares = np.add.reduceat(moved * moved, first, axis=0)
    return _BlockSums(length[:, None].astype(np.float64), total, squares, centre)


def _logits(sums: _BlockSums, chosen: Flags) -> Floats:
    """(halvings,) logits, one for each row of chosen blocks."""
    inside, outside = _sharpes(sums, chosen), _sharpes(sums, ~chosen)
    best = outside[np.arange(len(chosen)), inside.argmax(axis=1)][:, None]
    below, equal = (outside < best).sum(axis=1), (outside == best).sum(axis=1)
    rank = (below + (equal + 1) / 2.0) / (outside.shape[1] + 1)
    return np.asarray(np.log(rank / (1.0 - rank)))


def _sharpes(sums: _BlockSums, chosen: Flags) -> Floats:
    """(halvings, strategies) Sharpe ratios over the chosen blocks."""
    weights = chosen.astype(np.float64)
    bars = weights @ sums.length
    mean = weights @ sums.total / bars
    variance = (weights @ sums.squares - bars * mean * mean) / (bars - 1.0)
    varies = variance > 1e-28
    found = (mean + sums.centre) / np.sqrt(np.where(varies, variance, 1.0))
    return np.where(varies, found, 0.0)
